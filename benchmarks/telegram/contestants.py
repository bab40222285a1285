"""The bots that are compared: how each is started, and what its users say."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from benchmarks.program import ROOT, Program, running
from benchmarks.telegram.api import TOKEN
from benchmarks.telegram.users import Script
from benchmarks.telegram.usual import DONE

PYTHON = ROOT / ".venv-bench" / "bin" / "python"
Start = Callable[[str, Path], AbstractContextManager[Program]]
"""Of the address of the Bot API and a folder of its own."""
ASYNC = {"sqlite": "sqlite+aiosqlite", "postgresql+psycopg": "postgresql+asyncpg"}
ABOUT = {
    "ours": "the whole program",
    "the usual stack": "PTB ConversationHandler, SQLAlchemy, a write per step",
    "aiogram": "its FSM, a write per step",
}
RIVALS = {"ptb_usual": "the usual stack", "aiogram_fsm": "aiogram"}
THEIRS = Script(
    (
        "/dangky", "[Đăng ký mới]", "{name}", "[Nông thôn mới]", "[Tập thể]",
        "gia đình anh Hồ Văn Hà", "[Hội LHPN]", "[Xã]",
        "Bà con cùng quét dọn, trồng hoa ven đường mỗi sáng thứ bảy.", "[Không cần]", "[Gửi]",
    ),
    DONE,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Contestant:
    """reports: how many are stored in its database."""

    name: str
    script: Script
    start: Start
    reports: Callable[[], int]


def rivals(database: str, home: Path) -> list[Contestant]:
    """Each with a database of its own beside this one."""
    return [
        Contestant(name, THEIRS, partial(started, module, url), partial(stored, url))
        for module, name in RIVALS.items()
        for url in [beside(database, module, home)]
    ]


def beside(database: str, name: str, home: Path) -> str:
    """The URL of a new database of the same kind."""
    url = make_url(database)
    if url.get_backend_name() == "sqlite":
        return f"sqlite:///{home / name}.db"
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    engine.dispose()
    return url.set(database=name).render_as_string(hide_password=False)


def started(module: str, database: str, api: str, home: Path) -> AbstractContextManager[Program]:
    if not PYTHON.exists():
        raise FileNotFoundError(f"{PYTHON}: `make bench` installs the bots beside ours there")
    url = make_url(database)
    url = url.set(drivername=ASYNC[url.drivername])
    command = ("-m", f"benchmarks.telegram.{module}", TOKEN, api, str(url))
    return running(*command, port=0, folder=home, python=PYTHON)


def stored(database: str) -> int:
    """Reports; both kinds of bot keep them in a table of this name."""
    engine = create_engine(database)
    with engine.connect() as connection:
        found: int = connection.execute(text("SELECT count(*) FROM report")).scalar_one()
    engine.dispose()
    return found
