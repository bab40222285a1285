"""PostgreSQL's own tools for backups: pg_dump and pg_restore."""

import os
import shutil
import subprocess  # nosec B404
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.engine import make_url

from bot.errors import Refused
from bot.logs import one_line, redact
from storage.database import Database

NO_TOOL = (
    "Cần lệnh {tool} của PostgreSQL mà máy này chưa có. Hãy cài rồi làm lại: "
    "apt install postgresql-client (không cũ hơn bản của máy chủ)."
)
FAILED = "{tool} không làm được: {said}"
IN_USE = (
    "Còn {count} kết nối khác tới cơ sở dữ liệu này. Hãy tắt bot (và các chương trình khác đang "
    "mở nó) rồi phục hồi."
)
OTHERS = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
    "AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
)


def dump(url: str, target: Path, search: str | None = None) -> None:
    """search: where the tools are looked for instead of PATH."""
    _run(
        search,
        url,
        "pg_dump",
        "--format=custom",
        "--no-owner",
        "--no-privileges",
        f"--file={target}",
    )


def restore(database: Database, source: Path, search: str | None = None) -> None:
    """All tables are put back at once; a failure leaves what was there."""
    database.close()
    name = str(make_url(database.url).database)
    with database.writing() as session:
        if others := session.scalar(OTHERS):
            raise Refused(IN_USE.format(count=others))
        session.execute(text("ALTER SCHEMA public RENAME TO dvk_truoc"))
        session.execute(text("CREATE SCHEMA public"))
    database.close()
    try:
        _run(
            search,
            database.url,
            "pg_restore",
            *("--no-owner", "--no-privileges", "--schema=public", "--exit-on-error"),
            f"--dbname={name}",
            str(source),
        )
    except Refused:
        with database.writing() as session:
            session.execute(text("DROP SCHEMA public CASCADE"))
            session.execute(text("ALTER SCHEMA dvk_truoc RENAME TO public"))
        raise
    with database.writing() as session:
        session.execute(text("DROP SCHEMA dvk_truoc CASCADE"))


def _run(search: str | None, url: str, tool: str, *arguments: str) -> None:
    path = shutil.which(tool, path=search)
    if path is None:
        raise Refused(NO_TOOL.format(tool=tool))
    done = subprocess.run(  # nosec B603
        [path, *arguments], env=os.environ | _where(url), capture_output=True, text=True
    )
    if done.returncode:
        said = redact(one_line(done.stderr.strip()))[-400:]
        raise Refused(FAILED.format(tool=tool, said=said))


def _where(url: str) -> dict[str, str]:
    """By environment: arguments, and a password in them, can be read by anybody."""
    parts = make_url(url)
    known = {
        "PGHOST": parts.host,
        "PGPORT": parts.port,
        "PGUSER": parts.username,
        "PGPASSWORD": parts.password,
        "PGDATABASE": parts.database,
    } | {f"PG{name.upper()}": value for name, value in parts.query.items()}
    return {name: str(value) for name, value in known.items() if value}
