"""What the card of an initiative is made of, who may open it, and its public one."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.orm import Session

from storage import search_index
from storage.initiatives import of_units
from storage.merging import followed
from storage.picking import own_units
from storage.scope import Scope, seen
from storage.tables.helping import Card
from storage.tables.people import Member
from storage.tables.records import Enrolment, Initiative, Photo, Report, Site
from storage.tables.units import Unit

SHOWN = ("quy_mo", "noi_dung", "ket_qua", "bat_dau", "lien_he", "vi_tri")
"""Answers that a card shows, the newest accepted one of each."""


def may_open(session: Session, scope: Scope, member_id: int) -> ColumnElement[bool]:
    """Whoever may read it, and the neighbours once it is accepted: a model is there to be seen."""
    near = of_units(own_units(session, scope, member_id))
    return or_(seen(scope), and_(Enrolment.state == "accepted", near))


def or_public(allowed: ColumnElement[bool]) -> ColumnElement[bool]:
    public = select(Card.initiative_id).where(Card.withdrawn_at.is_(None))
    return or_(allowed, Enrolment.initiative_id.in_(public))


def years(session: Session, scope: Scope, member_id: int, initiative_id: int) -> list[Enrolment]:
    """The years of an initiative this person may open, newest first."""
    own = select(Enrolment).where(
        Enrolment.initiative_id == initiative_id, Enrolment.state != "withdrawn"
    )
    allowed = own.where(may_open(session, scope, member_id))
    return list(session.scalars(allowed.order_by(Enrolment.year.desc())))


def standing(session: Session, initiative_id: int) -> Initiative | None:
    """The initiative, or the one it turned out to be."""
    found = session.get(Initiative, initiative_id)
    return followed(session, found) if found else None


def reports_of(session: Session, enrolment_id: int) -> Sequence[Report]:
    """Oldest first, without what was taken back."""
    found = select(Report).where(Report.enrolment_id == enrolment_id, Report.state != "withdrawn")
    return session.scalars(found.order_by(Report.sent_at, Report.id)).all()


def answers(enrolment: Enrolment, reports: Iterable[Report]) -> dict[str, Mapping[str, Any]]:
    """The newest accepted answer to each question of the card; "moi" is the latest news."""
    known = dict(enrolment.details)
    for report in reports:
        if report.kind == "update" and report.state == "accepted":
            known |= report.answers
    return {key: known[key] for key in (*SHOWN, "moi") if key in known}


def photos(enrolment: Enrolment, reports: Iterable[Report]) -> list[str]:
    """Names as they came: of the newest accepted news first."""
    news = [r.answers for r in reports if r.kind == "update" and r.state == "accepted"]
    sources = [*reversed(news), enrolment.details]
    return [name for one in sources for name in one.get("anh", {}).get("v") or ()]


def spots(session: Session, enrolment: Enrolment) -> list[str]:
    """Where it is carried out, beside its place: thôn by name."""
    found = select(Site.unit_id, Site.hamlet, Unit.name).join(Unit, Unit.id == Site.unit_id)
    rows = session.execute(found.where(Site.enrolment_id == enrolment.id).order_by(Site.position))
    names = [hamlet or name for unit, hamlet, name in rows if hamlet or unit != enrolment.place_id]
    return list(dict.fromkeys(names))


# -- the public card ----------------------------------------------------------------------


def of_initiative(session: Session, initiative_id: int) -> Card | None:
    """The one that anybody may read now."""
    return session.scalar(
        select(Card).where(Card.initiative_id == initiative_id, Card.withdrawn_at.is_(None))
    )


def by_token(session: Session, token: str) -> Card | None:
    """Also one that was withdrawn: its link says so."""
    return session.scalar(select(Card).where(Card.token == token))


def approve(
    session: Session, initiative_id: int, body: Mapping[str, Any], by: int, now: datetime
) -> Card:
    """A new one, or in the place of that of before: the link stays."""
    kept = select(Card).where(Card.initiative_id == initiative_id).with_for_update()
    card = session.scalar(kept)
    if card is None:
        card = Card(initiative_id=initiative_id, token=secrets.token_urlsafe(12))
        session.add(card)
    card.body, card.approved_by, card.approved_at = dict(body), by, now
    card.withdrawn_at = None
    _index(session, initiative_id)
    return card


def withdraw(session: Session, card: Card, now: datetime) -> bool:
    """False: somebody was faster."""
    session.refresh(card, with_for_update=True)
    if card.withdrawn_at is not None:
        return False
    card.withdrawn_at = now
    _index(session, card.initiative_id)
    return True


def _index(session: Session, initiative_id: int) -> None:
    for enrolment in session.scalars(
        select(Enrolment).where(Enrolment.initiative_id == initiative_id)
    ):
        search_index.index(session, enrolment)


def opened(session: Session, times: Mapping[str, int]) -> None:
    """How often the cards of these tokens were opened; by whom, nobody knows."""
    for token, count in sorted(times.items()):
        session.execute(update(Card).where(Card.token == token).values(shared=Card.shared + count))


def approved(session: Session, initiative_ids: Sequence[int]) -> list[Card]:
    """Those of these initiatives, in their order."""
    found = select(Card).where(Card.initiative_id.in_(initiative_ids), Card.withdrawn_at.is_(None))
    cards = {card.initiative_id: card for card in session.scalars(found)}
    return [cards[one] for one in initiative_ids if one in cards]


def pictures(session: Session, names: Sequence[str]) -> list[tuple[str, str]]:
    """The clean picture and the thumbnail of each that is ready, in order."""
    found = select(Photo).where(Photo.hash.in_(names), Photo.state == "ready")
    ready = {p.hash: (p.clean, p.small) for p in session.scalars(found) if p.clean and p.small}
    return list(dict.fromkeys(ready[name] for name in names if name in ready))


def authors(session: Session, initiative_id: int) -> Sequence[str]:
    """Names of who reported it: no public card has them."""
    mine = select(Report.author_id).where(Report.initiative_id == initiative_id)
    return session.scalars(select(Member.name).where(Member.id.in_(mine))).all()
