"""Signed-in browsers: the cookie's secret is kept only as a hash."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.orm import Session

from storage.tables.people import Account, Member, WebSession

# Built once, on tables instead of classes: each request of a page asks this.
_s, _a, _m = WebSession.__table__, Account.__table__, Member.__table__
_FIND = (
    select(_a.c.id, _a.c.external_id, _m.c.name, _s.c.csrf, _s.c.expires_at)
    .select_from(_s.join(_a, _a.c.id == _s.c.account_id).outerjoin(_m, _m.c.id == _a.c.member_id))
    .where(_s.c.secret_hash == bindparam("digest"), _s.c.expires_at > bindparam("now"))
)


@dataclass(frozen=True, slots=True)
class SignedIn:
    account_id: int
    chat: str
    name: str
    csrf: str
    expires_at: datetime


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
    asked = {"digest": _digest(secret), "now": now}
    row = session.connection().execute(_FIND, asked).first()
    return SignedIn(row[0], row[1], row[2] or "", row[3], row[4]) if row else None


def renew(session: Session, secret: str, until: datetime) -> None:
    """Who keeps coming stays signed in."""
    mine = WebSession.secret_hash == _digest(secret)
    session.execute(update(WebSession).where(mine).values(expires_at=until))


def end(session: Session, secret: str) -> None:
    session.execute(delete(WebSession).where(WebSession.secret_hash == _digest(secret)))


def purge(session: Session, now: datetime) -> None:
    session.execute(delete(WebSession).where(WebSession.expires_at <= now))


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
