"""Couriers at work, and an outbox for them."""

import asyncio
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from sqlalchemy import select

from bot.delivery.courier import Courier
from bot.delivery.pacing import Limits
from bot.delivery.patience import Patience
from storage.tables.delivery import Outbox
from tests.delivery.fakes import desk, say
from tests.make import make_account

FAST = Limits(per_second=1000.0, chat_seconds=0.0)
SOON = Patience(look=0.05, send=5.0, end=1.0, retry=0.02, longest_retry=0.05)
BOT = ("telegram", "telegram")


def now():
    return datetime.now(UTC)


def make_courier(database, platform, told, patience=SOON, limits=FAST):
    return Courier(
        database,
        desk(database),
        {BOT: platform},
        tell_focal=lambda session, account_id: told.append(account_id),
        limits={BOT: limits},
        patience=patience,
        chance=lambda: 0.5,
    )


@asynccontextmanager
async def running(courier):
    task = asyncio.create_task(courier.run())
    yield
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def given(database, *texts, chats=("1",), **how):
    """Each text for each chat, in the outbox; returns the ids of the accounts."""
    with database.writing() as session:
        accounts = [make_account(session, platform="telegram", chat=chat).id for chat in chats]
        for text in texts:
            for account_id in accounts:
                say(session, account_id, text, now(), **how)
    return accounts


def states(database):
    with database.reading() as session:
        return list(session.scalars(select(Outbox.state).order_by(Outbox.id)))
