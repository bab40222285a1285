"""Settings: a TOML file, the environment over it, and sentences about what is wrong in them."""

import json
import os
import re
import tomllib
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal, Self, get_args
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, PositiveInt, SecretStr, ValidationError, model_validator
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from bot.config_values import (
    HourSpan,
    Link,
    Section,
    Word,
    a_database,
    a_token,
    a_zone,
    in_order,
    wrong,
)
from bot.domain.inspecting import CRITERIA, VERDICTS, Criterion
from bot.domain.lifecycle import LABELS
from bot.domain.schedules import Attention
from bot.domain.timing import Hours, overlap
from bot.errors import SettingError
from bot.logs import one_line, redact

DEFAULT_FILE = Path("config.toml")
FIRST_BOT = ("DVK_TELEGRAM_TOKEN", "DVK_TELEGRAM__TOKEN")

PROBLEMS = {  # by pydantic's name of the error, or its first word
    "bool": "cần true hoặc false",
    "dataclass": 'cần dạng {{ text = "…", points = 2 }}',
    "finite": "cần một số",
    "float": "cần một số",
    "greater_than": "phải lớn hơn {gt}",
    "greater_than_equal": "phải từ {ge} trở lên",
    "int": "cần một số nguyên",
    "less_than_equal": "không được quá {le}",
    "missing": "còn thiếu",
    "model": "cần một mục riêng với các dòng bên dưới",
    "string": "cần chữ đặt trong dấu ngoặc kép",
    "string_too_long": "không được dài quá {max_length} chữ cái",
    "string_too_short": "không được để trống",
    "string_pattern_mismatch": "chỉ dùng chữ thường không dấu, số và dấu gạch",
    "too": "số mục chưa đúng",
    "tuple": "cần viết trong hai dấu ngoặc vuông",
}


class Organisation(Section):
    name: str = Field("Dân vận khéo", examples=["Ban Dân vận Huyện ủy Thạch Hà"])
    unit: str = Field("", examples=["Huyện Thạch Hà"])
    contact: str = Field("", examples=["Văn phòng Huyện ủy, 0239 3845 678"])
    timezone: Annotated[str, AfterValidator(a_zone)] = "Asia/Ho_Chi_Minh"
    counting: Literal["initiatives", "points"] = "initiatives"

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


class Storage(Section):
    url: Annotated[str, AfterValidator(a_database)] = Field("sqlite:///data/dvk.db", repr=False)
    url_file: Path | None = Field(None, examples=["secrets/database_url"])
    files: Path = Path("data/files")


class Telegram(Section):
    name: str = Field("telegram", pattern=r"^[a-z0-9_-]{1,30}$")
    token: Annotated[SecretStr, AfterValidator(a_token)] = Field(examples=["123456789:AAH…"])
    token_file: Path | None = Field(None, examples=["secrets/telegram_token"])
    base_url: Link = "https://api.telegram.org/bot"
    base_file_url: Link = "https://api.telegram.org/file/bot"


class Web(Section):
    host: str = "127.0.0.1"
    port: int = Field(8080, ge=0, le=65535)
    public_url: Link = Field("", examples=["https://danvan.example.vn"])
    trust_proxy: bool = False
    metrics_anywhere: bool = False
    session_days: PositiveInt = 90

    @property
    def address(self) -> str:
        """What links begin with."""
        host = "localhost" if self.host in ("0.0.0.0", "::", "") else self.host  # nosec B104
        return self.public_url or f"http://{host}:{self.port}"


class Inspection(Section):
    criteria: tuple[Criterion, ...] = Field(
        CRITERIA, min_length=1, max_length=20, examples=[[{"text": "Hồ sơ, hình ảnh", "points": 2}]]
    )
    verdicts: tuple[str, str, str, str] = VERDICTS


class Reminders(Section):
    enabled: bool = True
    office: tuple[HourSpan, ...] = Field(
        Hours().office, min_length=1, max_length=6, examples=[["07:30-11:00", "14:00-17:00"]]
    )
    evening: HourSpan = Field(Hours().evening, examples=["19:00-20:30"])
    quiet: HourSpan = Field(Hours().quiet, examples=["21:00-06:30"])
    weekly: PositiveInt = 5
    pause_minutes: int = Field(10, ge=0, le=1440)
    late_hours: PositiveInt = 24

    @model_validator(mode="after")
    def hours_fit(self) -> Self:
        for name, spans in (("office", self.office), ("evening", (self.evening,))):
            in_order(name, spans)
            if any(overlap(span, self.quiet) for span in spans):
                raise wrong("giờ nhắc không được nằm trong giờ yên tĩnh (quiet)", name=name)
        return self

    @property
    def hours(self) -> Hours:
        return Hours(self.office, self.evening, self.quiet)

    @property
    def attention(self) -> Attention:
        late = timedelta(hours=self.late_hours)
        return Attention(self.weekly, timedelta(minutes=self.pause_minutes), late)


class Limits(Section):
    batch: PositiveInt = 50
    per_second: float = Field(29.5, gt=0)
    chat_seconds: float = Field(1.0, ge=0)
    chat_burst: PositiveInt = 3
    group_per_minute: int = Field(20, ge=0)
    flood_burst: PositiveInt = 60
    flood_per_minute: PositiveInt = 60


class Labels(Section):
    """The same names as in `bot.domain.lifecycle.LABELS`."""

    registered: Word = LABELS["registered"]
    building: Word = LABELS["building"]
    proposed: Word = LABELS["proposed"]
    appraising: Word = LABELS["appraising"]
    recognised: Word = LABELS["recognised"]
    consolidating: Word = LABELS["consolidating"]
    exemplary: Word = LABELS["exemplary"]
    paused: Word = LABELS["paused"]
    stopped: Word = LABELS["stopped"]
    commune: Word = LABELS["commune"]
    province: Word = LABELS["province"]
    central: Word = LABELS["central"]
    collective: Word = LABELS["collective"]
    individual: Word = LABELS["individual"]


class Settings(Section):
    organisation: Organisation = Organisation()
    labels: Labels = Labels()
    storage: Storage = Storage()
    telegram: tuple[Telegram, ...] = ()
    web: Web = Web()
    inspection: Inspection = Inspection()
    reminders: Reminders = Reminders()
    limits: Limits = Limits()

    @model_validator(mode="after")
    def names_differ(self) -> Self:
        if len({bot.name for bot in self.telegram}) < len(self.telegram):
            raise wrong("mỗi bot cần một tên riêng", name="telegram.name")
        return self


def load(path: Path | None = None, environment: Mapping[str, str] = os.environ) -> Settings:
    """The file's settings (config.toml when there is one) under the environment's.

    Raises SettingError with a line for each setting that is wrong or unknown.
    """
    return check(_values(path, environment))


def check(values: Mapping[str, Any]) -> Settings:
    try:
        return Settings.model_validate(values)
    except ValidationError as wrong:
        raise SettingError("\n".join(dict.fromkeys(map(_explain, wrong.errors())))) from None


def _values(path: Path | None, environment: Mapping[str, str]) -> dict[str, Any]:
    named = path or environment.get("DVK_CONFIG")
    values = _parse(Path(named or DEFAULT_FILE)) if named or DEFAULT_FILE.exists() else {}
    for name, value in environment.items():
        short = name.replace(*FIRST_BOT) if name.startswith(FIRST_BOT[0]) else name
        section, _, setting = short.removeprefix("DVK_").lower().partition("__")
        if name.startswith("DVK_") and setting:
            _override(values, section, setting, value)
        elif name.startswith("DVK_") and name != "DVK_CONFIG" and not name.startswith("DVK_TEST_"):
            values[name] = value  # not one of ours: is told like any unknown setting
    return values


def _override(values: dict[str, Any], section: str, name: str, value: str) -> None:
    """A secret given here replaces one that is given the other way."""
    inside = values.setdefault(section, [{}] if section == "telegram" else {})
    inside = inside[0] if isinstance(inside, list) and inside else inside
    if isinstance(inside, dict):
        inside.pop(f"{name}_file", None)
        inside.pop(name.removesuffix("_file"), None)
        inside[name] = value


def _parse(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        text = f"Không thấy tệp cấu hình {path}. Hãy chép từ tệp mẫu config.example.toml."
        raise SettingError(text) from None
    except (OSError, UnicodeDecodeError):
        raise SettingError(f"Không đọc được tệp cấu hình {path}: hãy xem quyền đọc.") from None
    except tomllib.TOMLDecodeError as problem:
        raise SettingError(_misspelt(path, str(problem))) from None


def _misspelt(path: Path, problem: str) -> str:
    line = re.search(r"at line (\d+)", problem)
    where = f" ở dòng {line[1]}" if line else ""
    return (
        f"Tệp cấu hình {path} viết sai{where}. Mỗi dòng có dạng: tên = giá trị; "
        'chữ đặt trong dấu ngoặc kép, ví dụ: name = "Ban Dân vận"'
    )


def _explain(error: ErrorDetails) -> str:
    """One wrong setting: its name, the problem and an example, but no secret."""
    context = error.get("ctx", {})
    names = [each for each in error["loc"] if isinstance(each, str)]
    names += filter(None, [context.get("name")])
    if (kind := error["type"]) == "extra_forbidden":
        return _unknown(names)
    problem = PROBLEMS.get(kind) or PROBLEMS.get(kind.partition("_")[0]) or error["msg"]
    said = _value(names, error) + problem.format(**context)
    return f"{'.'.join(names)}: {said}. {_example('.'.join(names))}"


def _value(names: list[str], error: ErrorDetails) -> str:
    info, given = _all().get(".".join(names)), error["input"]
    secret = not info or not info.repr or info.annotation is SecretStr
    if secret or not isinstance(given, str | int | float):
        return ""
    return f"giá trị {redact(one_line(str(given)))[:60]!r} chưa dùng được: "


def _unknown(names: list[str]) -> str:
    from rapidfuzz import fuzz, process

    name = names[-1].lower().removeprefix("dvk_")
    own = [n for n in _all() if n.startswith(f"{names[0]}.")]
    near = [(n.partition(".")[2], n) for n in [*own, *_all()]]
    near += [(n.replace(".", "_"), n) for n in _all()] + [(n, n) for n in _sections()]
    found = process.extractOne(name, [n for n, _ in near], scorer=fuzz.ratio, score_cutoff=60)
    hint = f"Ở đây có: {', '.join(own or _sections())}."
    if found:
        meant = near[found[2]][1]
        hint = f"Có phải {meant} không? {_example(meant)}"
    return f"{'.'.join(names)}: không có thiết đặt này. {hint}"


def _sections() -> dict[str, type[Section]]:
    kinds: dict[str, Any] = {n: info.annotation for n, info in Settings.model_fields.items()}
    return {name: (get_args(kind) or [kind])[0] for name, kind in kinds.items()}


def _all() -> dict[str, FieldInfo]:
    """Every setting by its whole name, such as web.port."""
    return {
        f"{section}.{name}": info
        for section, kind in _sections().items()
        for name, info in kind.model_fields.items()
    }


def _example(name: str) -> str:
    """How to write a setting, or the first one of a section."""
    named = (each for each in _all() if each == name or each.startswith(f"{name}."))
    whole = next(named, None) or next(each for each in _all() if name.startswith(f"{each}."))
    section, _, last = whole.partition(".")
    info = _all()[whole]
    value = (info.examples or [info.default])[0]
    shown = json.dumps(value, ensure_ascii=False, default=str)
    shown = re.sub(r'"(\w+)": ', r"\1 = ", shown)  # a table within a list
    header = f"[[{section}]]" if section == "telegram" else f"[{section}]"
    return f"Ví dụ:\n    {header}\n    {last} = {shown}"
