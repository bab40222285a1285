"""What was shown to an account: it may be opened, or pressed, from there again."""

from typing import Any

from sqlalchemy import Select, Text, cast, select
from sqlalchemy.orm import Session

from bot.conversation.messages import File, Reply
from storage.tables.delivery import Outbox


def document(session: Session, account_id: int, name: str) -> File | None:
    """A document that was handed to this account, by the name of its content."""
    for body in session.scalars(_mentioning(account_id, name)):
        file = Reply.from_json(body).file if "text" in body else None
        if file and file.hash == name:
            return file
    return None


def mentions(session: Session, account_id: int, name: str) -> bool:
    """Whether a message to this account showed a stored picture of this name."""
    return any(
        name in body.get("photos", ()) for body in session.scalars(_mentioning(account_id, name))
    )


def offered(session: Session, account_id: int, data: str) -> bool:
    """Whether this account was ever shown a button that carries this."""
    return any(
        data == option[1]
        for body in session.scalars(_mentioning(account_id, data))
        for option in (*body.get("options", ()), *body.get("actions", ()))
    )


def _mentioning(account_id: int, name: str) -> Select[Any]:
    whole = cast(Outbox.body, Text)
    return (
        select(Outbox.body)
        .where(Outbox.account_id == account_id, whole.contains(name, autoescape=True))
        .order_by(Outbox.number.desc())
        .limit(20)
    )
