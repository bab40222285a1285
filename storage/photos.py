"""Photos: who sent them, what became of them, who may see them."""

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from storage import jobs
from storage.tables.people import Account
from storage.tables.records import Photo

SeesReport = Callable[[Session, Collection[str]], bool]
"""Whether one of these photos (names as they came) stands in something the person may see."""


def note_upload(session: Session, name: str, account_id: int, now: datetime) -> bool:
    """A stored picture came in: have it cleaned. False: it is, or waits for it, already."""
    photo = session.get(Photo, name)
    if photo is None:
        photo = Photo(hash=name, state="raw", account_id=account_id, created_at=now)
        session.add(photo)
    elif photo.state == "bad":
        # Who sends it again shall hear again that it cannot be shown.
        photo.state, photo.account_id = "raw", account_id
    else:
        return False
    session.flush()
    return jobs.put(
        session,
        key=f"photo:{name}:{now.isoformat()}",
        kind="photo",
        payload={"hash": name},
        now=now,
        account_id=account_id,
    )


def ready(session: Session, name: str, clean: str, small: str) -> None:
    """The worker has made a clean picture and a thumbnail of it."""
    _set(session, name, state="ready", clean=clean, small=small)


def bad(session: Session, name: str) -> None:
    """It cannot be shown: no picture, or broken."""
    _set(session, name, state="bad")


def _set(session: Session, name: str, **values: Any) -> None:
    session.execute(update(Photo).where(Photo.hash == name).values(**values))


def clean_names(session: Session, names: Collection[str]) -> dict[str, str]:
    """Name → name of the clean picture, for those that are ready; both may be the same."""
    found = select(Photo.hash, Photo.clean).where(
        or_(Photo.hash.in_(names), Photo.clean.in_(names)), Photo.state == "ready"
    )
    ready = [(name, clean) for name, clean in session.execute(found) if clean]
    clean_ones = {name: clean for both in ready for name, clean in (both, (both[1], both[1]))}
    return {name: clean for name, clean in clean_ones.items() if name in names}


def shown(
    session: Session, account_id: int, name: str, sees_report: SeesReport, *, small: bool = False
) -> str | None:
    """The name of the file to hand over: always a clean one. None: not there, or not for them.

    `name` is that of the picture as it came or of the clean one.
    """
    if not may_see(session, account_id, name, sees_report):
        return None
    found = select(Photo).where(_is(name), Photo.state == "ready").limit(1)
    photo = session.scalars(found).one_or_none()
    if photo is None:
        return None
    return photo.small if small else photo.clean


def may_see(session: Session, account_id: int, name: str, sees_report: SeesReport) -> bool:
    """Own uploads, from any account of the same person, and what is in reports they may see."""
    photos = session.execute(select(Photo.hash, Photo.account_id).where(_is(name))).all()
    if not photos:
        return False
    own = _accounts(session, account_id)
    return any(sender in own for _, sender in photos) or sees_report(
        session, [original for original, _ in photos]
    )


def _is(name: str) -> Any:
    return or_(Photo.hash == name, Photo.clean == name)


def _accounts(session: Session, account_id: int) -> set[int]:
    """This account and the others of its member."""
    member = select(Account.member_id).where(Account.id == account_id).scalar_subquery()
    return {account_id, *session.scalars(select(Account.id).where(Account.member_id == member))}


def known(session: Session, names: set[str]) -> set[str]:
    """Those of the files that are still needed; the picture as it came, which may tell where it
    was taken, only until there is a clean one."""
    raw = select(Photo.hash).where(Photo.hash.in_(names), Photo.state == "raw")
    clean = select(Photo.clean).where(Photo.clean.in_(names))
    small = select(Photo.small).where(Photo.small.in_(names))
    return {name for each in (raw, clean, small) for name in session.scalars(each) if name}
