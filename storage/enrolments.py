"""Enrolments: an initiative in one year, begun by a report and changed by its corrections."""

from datetime import date, datetime
from typing import cast

from sqlalchemy import Table, delete, insert, select
from sqlalchemy.orm import Session

from bot.domain.registration import Registration
from bot.domain.text import fold
from bot.errors import Refused
from storage import search_index
from storage.adding import add
from storage.codes import next_code
from storage.prepared import Prepared
from storage.reference import kept
from storage.tables.records import Enrolment, Initiative, Site
from storage.tables.units import Sector
from storage.tally import sync

_SITES = Prepared(
    insert(cast(Table, Site.__table__)), "enrolment_id", "unit_id", "hamlet", "position"
)


def enrol(session: Session, root_id: int, given: Registration, now: datetime) -> Enrolment:
    """The enrolment of a new report: of a new initiative, or of one there was before.

    Raises Refused when that initiative already has an enrolment in the year.
    """
    initiative = session.get(Initiative, given.same_as) if given.same_as else None
    if initiative is None:
        initiative = _new_initiative(session, root_id, given, now)
    elif existing := of_year(session, initiative.id, given.year):
        if existing.state != "withdrawn":
            raise Refused(_there_already(initiative, given.year))
        return change(session, existing, given, now.date())
    enrolment = Enrolment(initiative_id=initiative.id, year=given.year, state="waiting")
    _describe(session, enrolment, given)
    add(session, enrolment)
    _add_sites(session, enrolment, given)
    return enrolment


def _there_already(initiative: Initiative, year: int) -> str:
    return (
        f"Mô hình này đã có phiếu năm {year}, mã {initiative.code} ạ. "
        "Muốn báo kết quả, xin nhắn “để sau”, rồi nhắn “cập nhật”."
    )


def change(session: Session, enrolment: Enrolment, given: Registration, day: date) -> Enrolment:
    """A corrected report changes what its enrolment says, and the totals if it is counted."""
    initiative = session.get_one(Initiative, enrolment.initiative_id)
    other = of_year(session, initiative.id, given.year)
    if other is not None and other.id != enrolment.id:
        raise Refused(_there_already(initiative, given.year))
    if enrolment.state == "withdrawn":
        enrolment.state = "waiting"
    enrolment.year = given.year
    _describe(session, enrolment, given)
    if _only_year(session, enrolment):
        rename(initiative, given.name)
    session.execute(delete(Site).where(Site.enrolment_id == enrolment.id))
    _add_sites(session, enrolment, given)
    session.flush()
    sync(session, enrolment, day)
    search_index.index(session, enrolment)
    return enrolment


def _only_year(session: Session, enrolment: Enrolment) -> bool:
    """Nobody has accepted the name for another year."""
    others = select(Enrolment.id).where(
        Enrolment.initiative_id == enrolment.initiative_id, Enrolment.id != enrolment.id
    )
    return session.scalar(others.limit(1)) is None


def rename(initiative: Initiative, name: str) -> None:
    initiative.name, initiative.folded = name, fold(name)


def _new_initiative(
    session: Session, root_id: int, given: Registration, now: datetime
) -> Initiative:
    number = next_code(session, root_id, given.year)
    initiative = Initiative(
        root_id=root_id, code_year=given.year, code_number=number, name=given.name,
        folded=fold(given.name), created_at=now, origin_id=given.copied_from,
    )  # fmt: skip
    return add(session, initiative)


def _describe(session: Session, enrolment: Enrolment, given: Registration) -> None:
    enrolment.origin, enrolment.kind, enrolment.owner = given.origin, given.kind, given.owner
    enrolment.registrant_id, enrolment.place_id = given.registrant_id, given.place_id
    enrolment.sector_id = given.sector_id
    enrolment.narrowed = kept(
        session,
        ("narrowed", given.sector_id),
        lambda: session.get_one(Sector, given.sector_id).narrowed,
    )
    enrolment.details = given.details


def _add_sites(session: Session, enrolment: Enrolment, given: Registration) -> None:
    spots = [(s.unit_id or given.place_id, s.hamlet) for s in given.spots]
    rows = [
        {"enrolment_id": enrolment.id, "unit_id": unit_id, "hamlet": hamlet, "position": position}
        for position, (unit_id, hamlet) in enumerate(spots or [(given.place_id, "")], 1)
    ]
    _SITES.do_all(session, rows)


def of_year(session: Session, initiative_id: int, year: int) -> Enrolment | None:
    return session.scalar(
        select(Enrolment).where(Enrolment.initiative_id == initiative_id, Enrolment.year == year)
    )


def latest(session: Session, initiative_id: int) -> Enrolment | None:
    return session.scalar(
        select(Enrolment)
        .where(Enrolment.initiative_id == initiative_id, Enrolment.state != "withdrawn")
        .order_by(Enrolment.year.desc())
        .limit(1)
    )
