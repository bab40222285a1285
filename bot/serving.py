"""`dvk run`: open the database, serve the pages, and go on until stopped."""

import asyncio
import gc
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import partial

import uvloop
from aiohttp import web
from typer import echo

from bot.app import App
from bot.config import Settings, Telegram
from bot.conversation.host import Host, Platform
from bot.errors import SettingError
from bot.logs import set_up
from bot.organisation import describe, ensure_root, first_invitation
from bot.platforms.web.platform import WebPlatform
from bot.scheduling.tick import utc_now
from storage.database import Database, claim, open_database
from storage.migrate import upgrade_apart


def run(settings: Settings) -> None:
    """Until Ctrl-C or the system's request to end."""
    uvloop.run(serve(settings))


async def serve(settings: Settings) -> None:
    set_up()
    with prepared(settings) as database:
        stop = asked_to_stop()
        with database.writing() as session:
            root = ensure_root(session, settings)
        public_url = settings.web.address
        connect = [partial(telegram, bot) for bot in settings.telegram]
        app = App(settings, database, describe(settings, root, public_url), connect=connect)
        pages = app.pages()
        chat = WebPlatform(
            app.reception, public_url=public_url, trust_proxy=settings.web.trust_proxy
        )
        chat.routes(pages)
        async with app.started(), served(pages, settings.web.host, settings.web.port) as address:
            now = utc_now().astimezone(settings.organisation.zone)
            echo(f"Trợ lý “Dân vận khéo” đang chạy: {address}/")
            if invitation := first_invitation(database, root, public_url, now):
                echo(f"\nLần chạy đầu tiên, mời quản trị vào:\n{invitation}")
            await until(stop)


def telegram(settings: Telegram, host: Host) -> Platform:
    # python-telegram-bot takes 140 ms and 30 MB: not for who has no bot there
    from bot.platforms.telegram.platform import TelegramPlatform

    return TelegramPlatform(
        host,
        settings.token.get_secret_value(),
        bot=settings.name,
        base_url=settings.base_url,
        base_file_url=settings.base_file_url,
    )


@contextmanager
def prepared(settings: Settings) -> Iterator[Database]:
    """The database, alone if it is a file, with all migrations done."""
    database = open_database(settings.storage.url)
    lock = claim(database.path) if database.path else None
    try:
        upgrade_apart(database)
        yield database
    finally:
        database.close()
        if lock is not None:
            lock.close()


@asynccontextmanager
async def served(application: web.Application, host: str, port: int) -> AsyncIterator[str]:
    """Serve pages; yields the address. A busy port is named, with the way out."""
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=3)
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port)
        try:
            await site.start()
        except OSError as problem:
            raise busy_port(host, port, problem) from None
        name = f"[{host}]" if ":" in host else host
        yield f"http://{name}:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


def busy_port(host: str, port: int, problem: OSError) -> SettingError:
    return SettingError(
        f"web.port: cổng {port} ở {host} không mở được ({problem.strerror}). Một chương trình "
        f"khác, hoặc chính bot này, đang dùng. Chọn cổng khác: make demo PORT={port + 1}, "
        f"hoặc ghi port = {port + 1} trong mục [web] của config.toml."
    )


def asked_to_stop() -> asyncio.Event:
    """Set by Ctrl-C or the system's request to end, which from now on end us in order."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    return stop


async def until(stop: asyncio.Event) -> None:
    # What is there now stays. Looking through it again and again stopped everything for 85 ms.
    gc.collect()
    gc.freeze()
    # Nor is what a batch of messages makes worth a look every 700 objects: a tenth of all work.
    gc.set_threshold(20_000, 10, 20)
    await stop.wait()
