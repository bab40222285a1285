"""What a single setting may be, and how a group of them is read."""

import re
from datetime import time
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    SecretStr,
    StringConstraints,
    model_validator,
)
from pydantic_core import PydanticCustomError

from bot.domain.timing import Span


def wrong(problem: str, **more: Any) -> PydanticCustomError:
    return PydanticCustomError("ours", "{problem}", {"problem": problem, **more})


def a_zone(name: str) -> str:
    try:
        return ZoneInfo(name).key
    except (KeyError, OSError, ValueError):
        raise wrong("không có múi giờ này") from None


def a_link(url: str) -> str:
    parts = urlsplit(url)
    if url and (parts.scheme not in ("http", "https") or not parts.hostname):
        raise wrong("cần địa chỉ đầy đủ, bắt đầu bằng http:// hoặc https://")
    return url.rstrip("/")


def a_database(url: str) -> str:
    kind, _, rest = url.partition("://")
    if kind in ("postgres", "postgresql", "postgresql+psycopg") and rest:
        return f"postgresql+psycopg://{rest}"
    if kind == "sqlite" and rest.startswith("/") and rest[1:] not in ("", ":memory:"):
        return url
    raise wrong("cần dạng sqlite:///tệp hoặc postgresql://người-dùng:mật-khẩu@máy/tên")


def a_token(token: SecretStr) -> SecretStr:
    if not re.fullmatch(r"\d+:[\w-]+", token.get_secret_value(), re.ASCII):
        raise wrong("không giống mã bot do @BotFather cấp (số, dấu hai chấm, rồi chữ và số)")
    return token


def a_span(given: Any) -> Any:
    """ "07:30-11:00"; it may go over midnight."""
    try:
        first, last = re.split(r"\s*[-–]\s*", str(given).strip())
        start, end = (time.fromisoformat(hour.zfill(5)) for hour in (first, last))
    except ValueError:
        raise wrong("cần dạng giờ bắt đầu-giờ kết thúc, từ 00:00 đến 23:59") from None
    if start == end:
        raise wrong("giờ kết thúc phải khác giờ bắt đầu")
    return start, end


def in_order(name: str, spans: tuple[Span, ...]) -> None:
    moments = [moment for span in spans for moment in span]
    if moments != sorted(set(moments)):
        raise wrong("giờ kết thúc phải sau giờ bắt đầu, buổi sau tiếp buổi trước", name=name)


Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]
Link = Annotated[str, AfterValidator(a_link)]
HourSpan = Annotated[Span, BeforeValidator(a_span)]


class Section(BaseModel):
    """A group of settings; `x_file` names a file that holds the secret `x`."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    @model_validator(mode="before")
    @classmethod
    def read_secret_files(cls, given: Any) -> Any:
        if not isinstance(given, dict):
            return given
        paths = {n: path for n in cls.model_fields if (path := given.get(f"{n}_file"))}
        return given | {n: _read(f"{n}_file", p, twice=n in given) for n, p in paths.items()}


def _read(name: str, path: Any, *, twice: bool) -> str:
    if twice:
        raise wrong(f"đã có {name.removesuffix('_file')}, hãy bỏ một trong hai dòng", name=name)
    try:
        text = Path(str(path)).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as problem:
        why = getattr(problem, "strerror", None) or "không phải tệp chữ"
        raise wrong(f"không đọc được tệp {path} ({why})", name=name) from None
    if not text:
        raise wrong(f"tệp {path} đang trống", name=name)
    return text
