"""python -m tests.doubles.telegram --port 8081: a Telegram to play with, without Telegram."""

import argparse
import asyncio
import sys

from tests.doubles.telegram.console import play, show
from tests.doubles.telegram.server import telegram
from tests.doubles.telegram.telegram import TOKEN


async def main(port: int, token: str, delay: float) -> None:
    async with telegram(token, port=port) as double:
        if delay:
            double.faults.always("delay", seconds=delay / 1000)
        show(
            f'token = "{double.token}"\nbase_url = "{double.base_url}"\n'
            f'base_file_url = "{double.base_file_url}"\n'
            f"GET http://127.0.0.1:{double.port}/sim/chat?user=Hà, POST /sim/say, /sim/tap…"
        )
        if sys.stdin.isatty():
            await play(double)
        else:
            await asyncio.Event().wait()


parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--port", type=int, default=8081)
parser.add_argument("--token", default=TOKEN)
parser.add_argument("--delay", type=float, default=0, help="ms each answer takes")
options = parser.parse_args()
try:
    asyncio.run(main(options.port, options.token, options.delay))
except KeyboardInterrupt:
    show("")
