"""The same initiative reported twice: what speaks for it. A person decides (`storage.merging`)."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import cast

from sqlalchemy import Table, bindparam, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from bot.domain.text import fold
from storage.initiatives import enrolled
from storage.prepared import Prepared
from storage.tables.lifecycle import PhotoUse
from storage.tables.records import Enrolment, Initiative, Report

MOST = 3
ALIKE = 88
"""Per cent of likeness (token sort) from which two names are shown as perhaps one: "Khu dân cư
mẫu" and "Xây dựng khu dân cư kiểu mẫu", two of the demo, stay below."""
SOMEWHAT = 75
"""The same for two names of one owner in one sector: a branch carries out several initiatives."""

# Built once, on tables: each report asks it.
_e, _i = Enrolment.__table__.c, Initiative.__table__.c
_AROUND = Prepared(
    select(_e.id, _i.folded, _e.owner, _e.sector_id)
    .join_from(Enrolment.__table__, Initiative.__table__, _e.initiative_id == _i.id)
    .where(
        _e.state != "withdrawn",
        _e.year == bindparam("year"),
        _i.id != bindparam("besides"),
        or_(_e.place_id == bindparam("place"), _e.registrant_id == bindparam("registrant")),
    )
)
_use = cast(Table, PhotoUse.__table__)


@dataclass(frozen=True, slots=True)
class Alike:
    """Another enrolment of the year, and what it has in common; photos: how many."""

    initiative: Initiative
    enrolment: Enrolment
    name: bool
    owner: bool
    photos: int


def note_photos(session: Session, report: Report) -> None:
    """Remember which photos a report holds; told again it changes nothing."""
    names = photos_of(report)
    if not names:
        return
    put = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    rows = [{"hash": name, "report_id": report.id} for name in names]
    session.execute(put(_use).on_conflict_do_nothing(), rows)


def photos_of(report: Report) -> list[str]:
    answer = report.answers.get("anh") or {}
    return [name for name in dict.fromkeys(answer.get("v") or []) if isinstance(name, str)]


def of_report(session: Session, report: Report) -> list[Alike]:
    """Others of the year that may be what this report is about, the most alike first."""
    enrolment = session.get_one(Enrolment, report.enrolment_id)
    name = session.get_one(Initiative, enrolment.initiative_id).name
    return alike(
        session, name, enrolment.owner, enrolment.sector_id, enrolment.place_id,
        enrolment.registrant_id, enrolment.year, photos_of(report), besides=enrolment.initiative_id,
    )  # fmt: skip


def alike(
    session: Session,
    name: str,
    owner: str,
    sector_id: int | None,
    place_id: int,
    registrant_id: int,
    year: int,
    photos: Collection[str] = (),
    besides: int = 0,
) -> list[Alike]:
    """By name in the same unit, by owner and sector there, by photos anywhere."""
    asked = {"year": year, "place": place_id, "registrant": registrant_id, "besides": besides}
    around = _AROUND.rows(session, asked)
    named = _alike(name, [(row_id, folded) for row_id, folded, *_ in around], ALIKE)
    theirs = [
        (row_id, folded)
        for row_id, folded, other, sector in around
        if sector == sector_id and fold(other) == fold(owner)
    ]
    owned = _alike(name, theirs, SOMEWHAT)
    pictured = _with_photos(session, photos, besides)
    wanted = {*named, *owned, *pictured}
    if not wanted:
        return []
    rows = session.execute(enrolled().where(Enrolment.id.in_(wanted))).all()
    found = [Alike(i, e, e.id in named, e.id in owned, pictured.get(e.id, 0)) for i, e in rows]
    found.sort(key=lambda one: (one.photos, one.name, one.owner), reverse=True)
    return found[:MOST]


def _alike(name: str, names: list[tuple[int, str]], least: int) -> set[int]:
    if not names:
        return set()
    from rapidfuzz import fuzz, process  # 3 MB: not before there is something to compare

    found = process.extract(
        fold(name), dict(names), scorer=fuzz.token_sort_ratio, score_cutoff=least, limit=MOST
    )
    return {row_id for _, _, row_id in found}


def _with_photos(session: Session, photos: Collection[str], besides: int) -> dict[int, int]:
    """Enrolments whose reports hold some of these photos: how many of them."""
    if not photos:
        return {}
    using = (
        select(Report.enrolment_id, PhotoUse.hash)
        .join(PhotoUse, PhotoUse.report_id == Report.id)
        .where(PhotoUse.hash.in_(photos), Report.initiative_id != besides)
        .where(Report.state != "withdrawn", Report.kind != "inspect")
        .distinct()
    )
    held = [enrolment_id for enrolment_id, _ in session.execute(using)]
    return {enrolment_id: held.count(enrolment_id) for enrolment_id in held}
