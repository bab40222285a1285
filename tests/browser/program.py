"""The real program as a process of its own, on a free port and with a folder for its data."""

import asyncio
import os
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

import aiohttp
from sqlalchemy import select

from bot.domain.text import fold
from bot.invite_cli import make_invitation
from storage import tally
from storage.database import open_database
from storage.demo.load import load_demo
from storage.migrate import upgrade
from storage.tables.units import Unit

TODAY = date(2026, 11, 24)
WITHIN = 30  # seconds to start
CONFIG = """[organisation]
name = "Dân vận khéo Thạch Hà"
unit = "Tỉnh Hà Tĩnh"
[storage]
url = "sqlite:///{folder}/dvk.db"
files = "{folder}/files"
[web]
port = {port}
"""


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@dataclass
class Program:
    """`dvk` with these arguments; folder holds its data, `log` what it printed."""

    folder: Path
    port: int
    arguments: tuple[str, ...]
    process: asyncio.subprocess.Process | None = field(default=None, init=False)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> str:
        return (self.folder / "log.txt").read_text()

    async def start(self) -> None:
        root = str(Path(__file__).parents[2])
        with (self.folder / "log.txt").open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", *self.arguments,
                cwd=self.folder, env=os.environ | {"PYTHONPATH": root, "TMPDIR": str(self.folder)},
                stdout=log, stderr=log,
            )  # fmt: skip
        async with asyncio.timeout(WITHIN):
            while not await self.answers():
                assert self.process.returncode is None, self.log
                await asyncio.sleep(0.1)

    async def answers(self) -> bool:
        try:
            async with aiohttp.ClientSession() as web, web.get(self.url + "/") as response:
                return response.status == 200
        except aiohttp.ClientError:
            return False

    async def kill(self) -> None:
        """As when the power fails."""
        assert self.process is not None
        if self.process.returncode is None:
            self.process.kill()
            await self.process.wait()

    def pictures(self) -> list[Path]:
        """Every file that was kept: uploads, and what was made of them."""
        return [p for p in self.folder.glob("**/files/**/*") if p.is_file()]

    def invite(self, role: str, unit: str) -> tuple[str, str]:
        """The link and the short code of a new invitation, made beside the running program."""
        database = open_database(f"sqlite:///{self.folder}/dvk.db")
        try:
            with database.reading() as session:
                named = select(Unit.id).where(Unit.folded == fold(unit))
                number = session.scalar(named.order_by(Unit.valid_from.desc()))
            said = make_invitation(database, str(number), role, self.url, datetime.now(UTC))
        finally:
            database.close()
        lines = dict(line.split(":  ", 1) for line in said.splitlines() if ":  " in line)
        return lines["Đường dẫn"], lines["Mã gõ tay"]


@asynccontextmanager
async def demo_program(folder: Path) -> AsyncIterator[Program]:
    port = free_port()
    program = Program(folder, port, ("demo", "--port", str(port), "--today", str(TODAY)))
    await program.start()
    try:
        yield program
    finally:
        await program.kill()


@asynccontextmanager
async def real_program(folder: Path) -> AsyncIterator[Program]:
    """`dvk run` on a database that knows units and people."""
    port = free_port()
    config = folder / "config.toml"
    config.write_text(CONFIG.format(folder=folder, port=port))
    fill(f"sqlite:///{folder}/dvk.db")
    program = Program(folder, port, ("run", "--config", str(config)))
    await program.start()
    try:
        yield program
    finally:
        await program.kill()


def fill(url: str) -> None:
    database = open_database(url)
    try:
        upgrade(database)
        with database.writing() as session:
            load_demo(session, datetime.now(UTC).date())
            tally.fold_everything(session)
    finally:
        database.close()
