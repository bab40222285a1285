"""`python -m benchmarks._clocked run --config … --at 2026-12-14T08:59:50`: the real program, by
whose clock it is that moment when it starts."""

import argparse
from datetime import datetime
from functools import partial
from pathlib import Path

import uvloop

from bot.app import App
from bot.config import Settings, load
from bot.demo_clock import Clock
from bot.logs import set_up
from bot.organisation import describe, ensure_root
from bot.platforms.web.platform import WebPlatform
from bot.scheduling.tick import utc_now
from bot.serving import asked_to_stop, prepared, served, telegram, until


async def serve(settings: Settings, at: datetime) -> None:
    """As `bot.serving.serve` does it."""
    set_up()
    zone = settings.organisation.zone
    with prepared(settings) as database:
        stop = asked_to_stop()
        with database.writing() as session:
            root = ensure_root(session, settings)
        clock = Clock(zone, at.replace(tzinfo=zone) - utc_now())
        facts = describe(settings, root, settings.web.address)
        connect = [partial(telegram, bot) for bot in settings.telegram]
        app = App(settings, database, facts, now=clock, connect=connect)
        pages = app.pages()
        WebPlatform(app.reception, public_url=settings.web.address).routes(pages)
        async with app.started(), served(pages, settings.web.host, settings.web.port):
            await until(stop)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("command", choices=["run"])
    parser.add_argument("--config", type=Path)
    parser.add_argument("--at", type=datetime.fromisoformat)
    chosen = parser.parse_args()
    uvloop.run(serve(load(chosen.config), chosen.at))


if __name__ == "__main__":
    main()
