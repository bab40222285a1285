"""Our bot as a contestant: the real program, with members who have joined on Telegram."""

from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

from benchmarks import country
from benchmarks.program import Program, free_port, running
from benchmarks.telegram.api import TOKEN
from benchmarks.telegram.contestants import Contestant, stored
from benchmarks.telegram.users import FIRST, USERS, Script
from storage.database import Database
from storage.tables.units import Unit
from tests.make import make_account, make_member

NAME = "telegram"
FOCAL = FIRST + USERS
"""First chat of the focal persons, who are told of every report."""
FORM = Script(
    (
        "/dangky moi", "[Đăng ký mới]", "{name}", "[Nông thôn mới]", "[Tập thể]",
        "gia đình anh Hồ Văn Hà", "[]", "[]",
        "Bà con cùng quét dọn, trồng hoa ven đường mỗi sáng thứ bảy.", "[Gửi]",
    ),
    "đã nhận phiếu",
)  # fmt: skip
CONFIG = """
[storage]
url = "{database}"
files = "{home}/files"
[web]
port = {port}
[[telegram]]
name = "{name}"
token = "{token}"
base_url = "{api}/bot"
base_file_url = "{api}/file/bot"
[limits]
"""
UNPACED = {"per_second": 1e6, "chat_seconds": 0, "flood_burst": 10**9}
"""Of what is sent, and of what one member may say."""


def ours(database: Database) -> Contestant:
    with database.writing() as session:
        country.fill_units(session)
        for n in range(USERS):
            home = session.get_one(Unit, country.COMMUNE + n)
            focal = make_member(session, "Trần Văn Minh", home, "focal")
            make_account(session, focal, NAME, str(FOCAL + n))
            make_account(session, make_member(session, unit=home), NAME, str(FIRST + n))
    country.analyse(database)
    database.close()  # SQLite: the file is the program's alone
    url = database.url
    return Contestant("ours", FORM, partial(started, url), partial(stored, url))


def started(database: str, api: str, home: Path) -> AbstractContextManager[Program]:
    port, config = free_port(), home / "config.toml"
    settings = CONFIG.format(
        database=database, home=home, port=port, name=NAME, token=TOKEN, api=api
    )
    config.write_text(settings + "\n".join(f"{name} = {value}" for name, value in UNPACED.items()))
    return running("-m", "bot", "run", "--config", str(config), port=port, folder=home)
