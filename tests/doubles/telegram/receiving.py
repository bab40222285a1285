"""How the bot gets its updates: long polls, or a webhook."""

import asyncio
import re

from tests.doubles.telegram.ledger import Update
from tests.doubles.telegram.telegram import Telegram
from tests.doubles.telegram.wire import Json, Refusal, Request, bad

ANOTHER = (
    "Conflict: terminated by other getUpdates request; make sure that only one bot instance is "
    "running"
)
WEBHOOK = (
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete "
    "the webhook first"
)
LOOPBACK = re.compile(r"http://(127\.0\.0\.1|localhost)[:/]")
PUBLIC = re.compile(r"https://[^/:]+(:(443|80|88|8443))?(/|$)")
SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")


def ask_for(double: Telegram, request: Request) -> None:
    """Kinds of updates count from now on; not sent: as before; []: the usual."""
    kinds = request.json("allowed_updates")
    if kinds is not None:
        double.allowed = frozenset(map(str, kinds))


async def get_updates(double: Telegram, request: Request) -> list[Json]:
    """The first poll ends with 409 when a second one comes."""
    if double.webhook.url:
        raise Refusal(409, WEBHOOK)
    limit = min(request.number("limit", 100), 100)
    if limit < 1:
        raise bad("limit must be between 1 and 100")
    if double.queue.poller:
        double.queue.poller.set()
        double.queue.more.ring()
    ask_for(double, request)
    acknowledge(double, request.number("offset"))
    double.queue.poller = mine = asyncio.Event()
    double.polling.ring()
    try:
        return await waited(double, mine, limit, min(request.number("timeout"), 50))
    finally:
        if double.queue.poller is mine:
            double.queue.poller = None
            double.polling.ring()


def acknowledge(double: Telegram, offset: int) -> None:
    double.ledger.polled(offset)
    if offset < 0:
        return double.queue.keep_last(-offset, double.now())
    double.offset = offset
    if double.queue.acknowledge(offset, double.now()):
        double.changed.ring()
    return None


async def waited(double: Telegram, mine: asyncio.Event, limit: int, seconds: int) -> list[Json]:
    loop = asyncio.get_running_loop()
    deadline = loop.time() + seconds
    while True:
        if mine.is_set():
            double.ledger.conflicts += 1
            raise Refusal(409, ANOTHER)
        given: list[Update] = double.queue.take(limit, double.now())
        left = deadline - loop.time()
        if given or left <= 0:
            return [update.body for update in given]
        await double.queue.more.rung(left)


async def set_webhook(double: Telegram, request: Request) -> bool:
    url, secret = request.text("url"), request.text("secret_token")
    if not url:
        return await delete_webhook(double, request)
    if not (LOOPBACK.match(url) or PUBLIC.match(url)):
        raise bad("bad webhook: An HTTPS URL must be provided for webhook")
    if secret and not SECRET.fullmatch(secret):
        raise bad("secret token contains unallowed characters")
    ask_for(double, request)
    if request.flag("drop_pending_updates"):
        double.queue.keep_last(0, double.now())
    await double.webhook.set(url, secret)
    double.polling.ring()
    return True


async def delete_webhook(double: Telegram, request: Request) -> bool:
    await double.webhook.set("", "")
    if request.flag("drop_pending_updates"):
        double.queue.keep_last(0, double.now())
    return True


def get_webhook_info(double: Telegram, request: Request) -> Json:
    return double.webhook.info()


METHODS = {
    "getUpdates": get_updates,
    "setWebhook": set_webhook,
    "deleteWebhook": delete_webhook,
    "getWebhookInfo": get_webhook_info,
}
