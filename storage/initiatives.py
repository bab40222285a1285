"""Finding initiatives: one's own, those of a place, and near-duplicates by name."""

from collections.abc import Iterable, Sequence

from rapidfuzz import fuzz
from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from bot.domain.text import fold
from storage.tables.records import Enrolment, Initiative, Report

Row = tuple[Initiative, Enrolment]
ALIKE = 88
"""Per cent of likeness (token sort) from which two names are shown as perhaps one: "Khu dân cư
mẫu" and "Xây dựng khu dân cư kiểu mẫu", two models of the seed, stay below."""


def _enrolled() -> Select[Initiative, Enrolment]:
    return (
        select(Initiative, Enrolment)
        .join(Enrolment, Enrolment.initiative_id == Initiative.id)
        .where(Enrolment.state != "withdrawn")
    )


def near_duplicates(
    session: Session, name: str, place_id: int, registrant_id: int, year: int, most: int = 3
) -> list[Row]:
    """Enrolments of the same unit and year whose name is nearly the same: only to be shown."""
    rows = session.execute(
        _enrolled().where(
            Enrolment.year == year,
            or_(Enrolment.place_id == place_id, Enrolment.registrant_id == registrant_id),
        )
    ).all()
    folded = fold(name)
    alike = [(fuzz.token_sort_ratio(folded, r[0].folded), r) for r in rows]
    best = sorted((a for a in alike if a[0] >= ALIKE), key=lambda a: -a[0])[:most]
    return [(row[0], row[1]) for _, row in best]


def of_member(
    session: Session, member_id: int, unit_ids: Sequence[int], before: int, most: int = 8
) -> list[Row]:
    """Enrolments before a year that the member reported or whose units are theirs, newest first."""
    mine = select(Report.enrolment_id).where(Report.author_id == member_id)
    rows = session.execute(
        _enrolled()
        .where(Enrolment.year < before)
        .where(
            or_(
                Enrolment.id.in_(mine),
                Enrolment.registrant_id.in_(unit_ids),
                Enrolment.place_id.in_(unit_ids),
            )
        )
        .order_by(Enrolment.id.in_(mine).desc(), Enrolment.year.desc(), Enrolment.id.desc())
        .limit(most * 3)
    ).all()
    return _newest_each((r[0], r[1]) for r in rows)[:most]


def search(
    session: Session, visible: Select[int], text: str, most: int = 8
) -> tuple[list[Row], bool]:
    """Enrolments among the visible ones whose initiative has all the words; sure when the whole
    name or code was typed."""
    words = fold(text).split()
    if not words:
        return [], False
    statement = _enrolled().where(Enrolment.id.in_(visible))
    for word in words:
        statement = statement.where(Initiative.folded.contains(word, autoescape=True))
    rows = session.execute(statement.order_by(Enrolment.year.desc()).limit(most * 3)).all()
    found = _newest_each((r[0], r[1]) for r in rows)[:most]
    exact = [r for r in found if r[0].folded == fold(text)]
    return (exact, True) if exact else (found, False)


def _newest_each(rows: Iterable[Row]) -> list[Row]:
    """The newest enrolment of each initiative, in the order given."""
    newest: dict[int, Row] = {}
    for row in rows:
        held = newest.get(row[0].id)
        if held is None or held[1].year < row[1].year:
            newest[row[0].id] = row
    return list(newest.values())
