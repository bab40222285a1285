"""What an installation needs: each thing looked at, and what to do where something is missing."""

import errno
import ipaddress
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import func, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from bot import telegram_profile
from bot.config import Settings, Web
from bot.errors import SettingError
from bot.logs import one_line, redact
from bot.reachable import OURS, ask_all, port_problem
from storage.database import Database, open_database
from storage.migrate import pending, upgrade
from storage.tables.delivery import Outbox, Seen

DATABASE = "Cơ sở dữ liệu"
FULL = 0.9
BUILT = datetime(2026, 1, 1, tzinfo=UTC)
TOLERANCE = timedelta(minutes=1)
SERVER = (
    "Xem máy chủ PostgreSQL có chạy không; tên, mật khẩu trong url của [storage] có đúng không."
)
RESTORE = "Dừng bot, giữ lại tệp này, rồi phục hồi bản sao lưu: dvk db restore TỆP"
SET_CLOCK = "Bật đồng bộ giờ của máy: timedatectl set-ntp true"
OWN_FILE = "Cho riêng người chạy bot đọc: dvk doctor --apply, hoặc chmod 600 {path}"
WRITABLE = "Cho người chạy bot quyền ghi vào {path}, hoặc chọn nơi khác trong mục [storage]."
PUBLIC = (
    "Đặt public_url trong mục [web], bắt đầu bằng https:// "
    "(một máy chủ web như Caddy hoặc nginx đứng trước bot sẽ lo phần https)."
)


@dataclass(frozen=True, slots=True)
class Check:
    name: str
    ok: bool
    said: str
    what_to_do: str = ""


def checks(settings: Settings, now: datetime | None = None) -> list[Check]:
    """All of them, also after one has failed. Nothing is changed."""
    now = now or datetime.now(UTC)
    return [
        Check("Cấu hình", True, "đọc được"),
        *_database(settings.storage.url, now),
        _zone(settings, now),
        *map(_disk, _folders(settings)),
        _writable("Thư mục ảnh", settings.storage.files),
        *_secrets(settings),
        *_telegram(settings),
        _port(settings.web),
        _public_url(settings.web),
    ]


def apply(settings: Settings) -> list[str]:
    """What can be put right without asking: tables, folders, who may read the data, how the bots
    present themselves. Returns what was done elsewhere, a sentence each."""
    database = open_database(settings.storage.url)
    try:
        upgrade(database)
        if database.path:
            database.path.chmod(0o600)
        settings.storage.files.mkdir(parents=True, exist_ok=True)
    finally:
        database.close()
    return telegram_profile.apply(settings.telegram) if settings.telegram else []


def _database(url: str, now: datetime) -> Iterator[Check]:
    try:
        parsed = make_url(url)
        if url.startswith("sqlite") and not Path(str(parsed.database)).exists():
            yield _writable(DATABASE, Path(str(parsed.database)), "chưa có, sẽ được tạo khi chạy")
            return
        if not url.startswith("sqlite"):
            parsed = parsed.update_query_dict({"connect_timeout": "5"})
        database = open_database(parsed.render_as_string(hide_password=False))
    except (ArgumentError, ValueError):
        yield Check(DATABASE, False, "địa chỉ viết sai", "Xem lại url trong mục [storage].")
        return
    try:
        yield from _opened(database, now)
    except SQLAlchemyError as problem:
        said = redact(one_line(str(getattr(problem, "orig", problem)).strip()))[:200]
        yield Check(DATABASE, False, said, RESTORE if database.is_sqlite else SERVER)
    finally:
        database.close()


def _opened(database: Database, now: datetime) -> Iterator[Check]:
    if database.path:
        yield from _sqlite_file(database, database.path)
    else:
        with database.reading() as session:
            server = session.scalar(select(func.now())) or now
        yield Check(DATABASE, True, "PostgreSQL trả lời")
        yield _clock("Đồng hồ so với máy chủ dữ liệu", abs(server - now) < TOLERANCE, now)
    try:
        missing = pending(database)
    except SettingError as newer:
        yield Check("Bảng dữ liệu", False, str(newer), "Cài bản dvk mới hơn.")
        return
    if missing:
        yield Check(
            "Bảng dữ liệu", False, f"thiếu {len(missing)} bước nâng cấp", "Chạy: dvk db upgrade"
        )
    else:
        yield Check("Bảng dữ liệu", True, "đã mới nhất")
        last = _last_moment(database)
        yield _clock("Đồng hồ", now > BUILT and (not last or last < now + TOLERANCE), now, last)


def _sqlite_file(database: Database, path: Path) -> Iterator[Check]:
    with database.reading() as session:
        found = session.scalar(text("PRAGMA quick_check"))
        mode = session.scalar(text("PRAGMA journal_mode"))
    yield Check(DATABASE, found == "ok", f"{path}: {found}", "" if found == "ok" else RESTORE)
    if not os.access(path, os.W_OK):
        yield _writable("Quyền ghi dữ liệu", path)
    if mode != "wal":
        with database.writer.connect() as connection:
            mode = connection.exec_driver_sql("PRAGMA journal_mode").scalar()
    yield Check(
        "Ghi đồng thời (WAL)",
        mode == "wal",
        str(mode),
        "" if mode == "wal" else "Đặt tệp dữ liệu trên đĩa của máy này, không trên ổ mạng.",
    )
    yield _private("Quyền đọc dữ liệu", path)


def _last_moment(database: Database) -> datetime | None:
    """When the newest stored message came or went."""
    with database.reading() as session:
        newest = select(Outbox.at).order_by(Outbox.id.desc()).limit(1)
        found = [session.scalar(select(func.max(Seen.at))), session.scalar(newest)]
    return max(filter(None, found), default=None)


def _clock(name: str, right: bool, now: datetime, last: datetime | None = None) -> Check:
    said = f"{now:%H:%M:%S %d/%m/%Y} UTC"
    if not right:
        said += f", đồng hồ máy chạy lùi: tin cuối lúc {last:%H:%M %d/%m/%Y}" if last else " sai"
    return Check(name, right, said, "" if right else SET_CLOCK)


def _zone(settings: Settings, now: datetime) -> Check:
    local = now.astimezone(settings.organisation.zone)
    return Check("Múi giờ", True, f"{settings.organisation.timezone}, bây giờ {local:%H:%M %d/%m}")


def _folders(settings: Settings) -> list[Path]:
    """Where data grows, each disk once."""
    url = make_url(settings.storage.url)
    places = [settings.storage.files]
    if url.drivername == "sqlite" and url.database:
        places.append(Path(url.database).parent)
    return list({_existing(place).stat().st_dev: _existing(place) for place in places}.values())


def _existing(path: Path) -> Path:
    return next(p for p in [path.absolute(), *path.absolute().parents] if p.exists())


def _disk(folder: Path) -> Check:
    usage = shutil.disk_usage(folder)
    used = usage.used / ((usage.used + usage.free) or 1)
    free = f"{usage.free / 2**30:.1f}".replace(".", ",")
    return Check(
        "Chỗ trống trên đĩa",
        used < FULL,
        f"{folder}: đã dùng {used:.0%}, còn {free} GB",
        "" if used < FULL else "Xoá bớt tệp cũ (bản sao lưu, nhật ký) hoặc thêm đĩa.",
    )


def _writable(name: str, path: Path, said: str = "ghi được") -> Check:
    place = _existing(path)
    try:
        if place.is_dir():
            with tempfile.TemporaryFile(dir=place):
                pass
        else:
            place.open("ab").close()
    except OSError as problem:
        full = problem.errno in (errno.ENOSPC, errno.EDQUOT)
        why = "đĩa đã đầy" if full else "không ghi được"
        return Check(name, False, f"{place}: {why}", WRITABLE.format(path=place))
    return Check(name, True, f"{path}: {said}")


def _private(name: str, path: Path) -> Check:
    own = not path.stat().st_mode & stat.S_IRWXO
    said = "không cho người ngoài đọc" if own else "ai dùng máy này cũng đọc được"
    return Check(name, own, f"{path}: {said}", "" if own else OWN_FILE.format(path=path))


def _secrets(settings: Settings) -> list[Check]:
    paths = [settings.storage.url_file, *(bot.token_file for bot in settings.telegram)]
    return [_private("Tệp bí mật", path) for path in paths if path]


def _telegram(settings: Settings) -> list[Check]:
    answers = ask_all(settings.telegram)
    return [
        Check(f"Telegram: {bot.name}", not to_do, said, to_do)
        for bot, (said, to_do) in zip(settings.telegram, answers, strict=True)
    ]


def _port(web: Web) -> Check:
    problem = port_problem(web.host, web.port)
    if OURS in problem:
        return Check("Cổng web", True, f"{web.port}: dvk đang chạy")
    said, _, to_do = problem.partition(". ")
    return Check("Cổng web", not problem, said or f"{web.port}: còn trống", to_do)


def _public_url(web: Web) -> Check:
    parts, name = urlsplit(web.address), "Địa chỉ công khai"
    if not web.public_url and not _only_here(web.host):
        return Check(name, False, "chưa đặt, nên thư mời và mã QR không mở được", PUBLIC)
    if parts.scheme != "https" and not _only_here(parts.hostname or ""):
        return Check(name, False, f"{web.address} không mã hoá", PUBLIC)
    return Check(name, True, web.address)


def _only_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
