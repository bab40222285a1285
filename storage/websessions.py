"""Signed-in browsers: the cookie's secret is kept only as a hash."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from storage.tables.people import Account, Member, WebSession


@dataclass(frozen=True, slots=True)
class SignedIn:
    account_id: int
    chat: str
    name: str
    csrf: str


def create(session: Session, account_id: int, now: datetime, lasts: timedelta) -> str:
    """The secret for the cookie; it exists nowhere else."""
    secret = secrets.token_urlsafe(32)
    session.add(
        WebSession(
            secret_hash=_digest(secret), account_id=account_id, csrf=secrets.token_urlsafe(16),
            created_at=now, expires_at=now + lasts,
        )
    )  # fmt: skip
    session.flush()
    return secret


def find(session: Session, secret: str, now: datetime) -> SignedIn | None:
    row = session.execute(
        select(Account.id, Account.external_id, Member.name, WebSession.csrf)
        .join(Account, Account.id == WebSession.account_id)
        .outerjoin(Member, Member.id == Account.member_id)
        .where(WebSession.secret_hash == _digest(secret), WebSession.expires_at > now)
    ).first()
    return SignedIn(row[0], row[1], row[2] or "", row[3]) if row else None


def end(session: Session, secret: str) -> None:
    session.execute(delete(WebSession).where(WebSession.secret_hash == _digest(secret)))


def purge(session: Session, now: datetime) -> None:
    session.execute(delete(WebSession).where(WebSession.expires_at <= now))


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
