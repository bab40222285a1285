"""The real program under kill -9: members who talk as the web page does, and a ledger of it all."""

import asyncio
import os
import random
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import aiohttp

ROOT = Path(__file__).parents[1]
CONFIG = """
[organisation]
name = "Ban Dân vận"
[storage]
url = "{url}"
files = "{folder}/files"
[web]
port = {port}
[limits]
flood_burst = 1_000_000
{more}
"""
JOINING = ("đồng ý", "chị", "Nguyễn Thị Lan", "gửi")
PATIENCE = 30.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Program:
    """`dvk` with a configuration of its own, to which `more` is added; what it prints is in
    `log`."""

    folder: Path
    url: str
    more: str = ""
    port: int = field(default_factory=free_port)
    process: "subprocess.Popen[bytes] | None" = None

    def __post_init__(self) -> None:
        self.config.write_text(CONFIG.format_map(vars(self)))

    @property
    def config(self) -> Path:
        return self.folder / "config.toml"

    @property
    def log(self) -> Path:
        return self.folder / "log.txt"

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def command(self, *words: str, module: str = "bot") -> list[str]:
        return [sys.executable, "-m", module, *words, "--config", str(self.config)]

    def run(self, *words: str) -> "subprocess.CompletedProcess[str]":
        """A command that ends by itself."""
        return subprocess.run(
            self.command(*words), capture_output=True, text=True, cwd=ROOT, timeout=60, check=False
        )

    def start(self, module: str = "bot", **environment: str) -> None:
        command, env = self.command("run", module=module), {**os.environ, **environment}
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, cwd=ROOT, env=env)

    async def ready(self) -> None:
        """Until it listens."""
        async with asyncio.timeout(PATIENCE):
            while True:
                try:
                    _, writer = await asyncio.open_connection("127.0.0.1", self.port)
                except OSError:
                    assert self.process, self.log.read_text()
                    assert self.process.poll() is None, self.log.read_text()
                    await asyncio.sleep(0.02)
                else:
                    writer.close()
                    return

    def end(self, how: signal.Signals) -> int:
        """Its exit code."""
        assert self.process
        self.process.send_signal(how)
        return self.ended(PATIENCE)

    def ended(self, within: float) -> int:
        """Its exit code once it has ended by itself."""
        assert self.process
        code = self.process.wait(within)
        self.process = None
        return code

    def invite(self, unit: str) -> str:
        done = self.run("invite", "--role", "member", "--unit", unit)
        found = re.search(r"/i/(\S+)", done.stdout)
        assert found, done.stderr
        return found[1]


@dataclass
class Member:
    """Says one thing after the other; each until it is acknowledged, with the same key."""

    address: str
    http: aiohttp.ClientSession
    chance: random.Random
    csrf: str = ""
    chat: str = ""
    said: list[tuple[str, str]] = field(default_factory=list)
    models: list[str] = field(default_factory=list)
    resent: int = 0

    async def sign_in(self, token: str) -> None:
        ours = {"Origin": self.address, "Content-Type": "application/x-www-form-urlencoded"}
        async with self.http.post(
            f"{self.address}/i/{token}", data=b"", headers=ours, allow_redirects=False
        ) as answer:
            assert answer.status == 303, await answer.text()
        async with self.http.get(f"{self.address}/history") as answer:
            me = (await answer.json())["me"]
            self.csrf, self.chat = me["csrf"], me["chat"]

    async def say(self, text: str) -> None:
        key = str(UUID(int=self.chance.getrandbits(128), version=4))
        async with asyncio.timeout(PATIENCE):
            while not await self._post({"key": key, "text": text}):
                self.resent += 1
                await asyncio.sleep(0.05)
        self.said.append((key, text))

    async def _post(self, body: dict[str, str]) -> bool:
        ours = {"Origin": self.address, "X-CSRF": self.csrf}
        try:
            async with self.http.post(
                f"{self.address}/say", json=body, headers=ours, timeout=aiohttp.ClientTimeout(10)
            ) as answer:
                assert answer.status in (200, 503), await answer.text()
                return answer.status == 200
        except (aiohttp.ClientError, OSError):
            return False

    async def report(self) -> None:
        """The shortest report there is, and a look at the figures, which come after a commit."""
        self.models.append(f"{self.chance.getrandbits(64):x} {self.chance.getrandbits(64):x}")
        for text in report(self.models[-1]):
            await self.say(text)
        await self.say("thống kê")


def report(model: str) -> Iterator[str]:
    yield from ("/dangky", "1", model, "2", "tập thể", "Chi hội thôn Vĩnh Thịnh", "1", "1")
    yield f"Bà con cùng làm {model} mỗi sáng thứ bảy."
    yield "gửi"


ANSWERED = [f"Bước {n}/8" for n in range(1, 9)] + ["XEM LẠI", "Trợ lý đã nhận phiếu"]
"""What the answers to these ten say."""


async def kill_again_and_again(program: Program, kills: int, chance: random.Random) -> None:
    """One in five dies while it starts, the others within half a second of work."""
    for _ in range(kills):
        if chance.random() < 0.2:
            await asyncio.sleep(chance.uniform(0, 1.5))
        else:
            await program.ready()
            await asyncio.sleep(chance.uniform(0, 0.5))
        await asyncio.to_thread(program.end, signal.SIGKILL)
        program.start()
    await program.ready()
