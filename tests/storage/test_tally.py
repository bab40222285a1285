"""The tally: whatever happens to enrolments, the totals are what a recount gives."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from storage.database import Database
from storage.tables.records import Enrolment, Tally, TallyTotal
from storage.tally import COUNTED, ROOT, fold, fold_everything, recount, standing, sync, sync_all
from tests.make import make_enrolment, make_root, make_sectors, make_unit

DAY = date(2022, 12, 23)


def rows(session: Session) -> list[tuple[str, int]]:
    return [
        (measure, change)
        for measure, change in session.execute(
            select(Tally.measure, Tally.change).order_by(Tally.id)
        )
    ]


def test_planned_and_built(session: Session) -> None:
    sync(session, make_enrolment(session, built_on=DAY), DAY)
    assert sorted(rows(session)) == [("built", 1), ("planned", 1)]


def test_unplanned_is_built_but_not_planned(session: Session) -> None:
    sync(session, make_enrolment(session, origin="unplanned", built_on=DAY), DAY)
    assert sorted(rows(session)) == [("built", 1), ("unplanned", 1)]


def test_unplanned_and_not_built_counts_nowhere(session: Session) -> None:
    sync(session, make_enrolment(session, origin="unplanned", accepted_on=DAY), DAY)
    assert rows(session) == []


def test_waiting_counts_nowhere(session: Session) -> None:
    sync(session, make_enrolment(session), DAY)
    assert rows(session) == []


def test_no_change_writes_nothing(session: Session) -> None:
    enrolment = make_enrolment(session, accepted_on=DAY)
    sync(session, enrolment, DAY)
    sync(session, enrolment, DAY)
    assert rows(session) == [("planned", 1)]


def test_withdrawn_is_taken_back(session: Session) -> None:
    enrolment = make_enrolment(session, accepted_on=DAY)
    sync(session, enrolment, DAY)
    enrolment.state = "withdrawn"
    sync(session, enrolment, DAY)
    assert rows(session) == [("planned", 1), ("planned", -1)]
    assert standing(session) == {}


def test_a_move_leaves_the_old_place_for_the_new(session: Session) -> None:
    enrolment = make_enrolment(session, accepted_on=DAY)
    old, new = enrolment.place_id, make_unit(session, "Xã Thạch Khê").id
    sync(session, enrolment, DAY)
    enrolment.place_id = new
    sync(session, enrolment, DAY)
    moves = session.execute(select(Tally.place_id, Tally.change).order_by(Tally.id)).all()
    assert [tuple(move) for move in moves] == [(old, 1), (old, -1), (new, 1)]


def test_folding_moves_rows_into_the_totals(session: Session) -> None:
    for _ in range(3):
        sync(session, make_enrolment(session, built_on=DAY), DAY)
    assert fold(session, most=4) == 4
    assert fold(session, most=4) == 2
    assert fold(session) == 0
    whole = session.scalars(select(TallyTotal).where(TallyTotal.by == ROOT)).one()
    assert (whole.planned, whole.built, whole.unplanned) == (3, 3, 0)


def test_a_row_that_commits_late_is_folded_later(session: Session) -> None:
    """Its number is lower than that of rows already folded."""
    sync(session, make_enrolment(session, accepted_on=DAY), DAY)
    session.execute(update(Tally).values(id=1000))
    fold(session)
    late = make_enrolment(session, accepted_on=DAY)
    sync(session, late, DAY)
    session.execute(update(Tally).where(Tally.enrolment_id == late.id).values(id=5))
    fold(session)
    assert standing(session) == recount(session)
    assert not session.scalar(select(func.count()).where(~Tally.folded))


def test_two_processes_fold_at_once(database: Database) -> None:
    """The second one leaves alone what the first has in hand (SQLite: one after the other)."""
    with database.writing() as session:
        for _ in range(4):
            sync(session, make_enrolment(session, accepted_on=DAY), DAY)
    if database.is_sqlite:
        with database.writing() as session:
            fold_everything(session)
    else:
        with Session(database.writer) as one, Session(database.writer) as two:
            assert fold(one, most=3) == 3
            one.commit()
            assert fold(two, most=3) == 1
            two.commit()
    with database.reading() as session:
        assert standing(session) == recount(session)


def test_bulk_load_in_one_go(session: Session) -> None:
    enrolments = [make_enrolment(session, built_on=DAY) for _ in range(5)]
    sync(session, enrolments[0], DAY)
    enrolments[0].state = "withdrawn"
    sync_all(session, DAY)
    assert standing(session) == recount(session)
    sync_all(session, DAY)
    assert session.scalar(select(func.count(Tally.id))) == 2 + 2 + 4 * 2


@dataclass(frozen=True)
class Change:
    """One of a few enrolments gets some of its values set on a day; or rows are folded."""

    which: int
    values: dict[str, Any]
    fold: int


CHANGES = st.builds(
    Change,
    st.integers(0, 2),
    st.fixed_dictionaries(
        {},
        optional={
            "state": st.sampled_from(["waiting", "accepted", "withdrawn"]),
            "origin": st.sampled_from(["planned", "continued", "unplanned"]),
            "built_on": st.sampled_from([None, DAY]),
            "place": st.integers(0, 2),
            "registrant": st.integers(0, 2),
            "sector": st.integers(0, 4),
            "kind": st.sampled_from(["collective", "individual"]),
            "narrowed": st.booleans(),
            "year": st.sampled_from([2022, 2023]),
        },
    ),
    st.sampled_from([0, 0, 1, 2, 100]),
)


def world(session: Session) -> tuple[list[Enrolment], list[int], list[int]]:
    make_root(session)
    units = [make_unit(session, f"Xã {n}") for n in range(3)]
    sectors = [sector.id for sector in make_sectors(session)]
    return [make_enrolment(session, place=u) for u in units], [u.id for u in units], sectors


def apply(session: Session, enrolment: Enrolment, values: dict[str, Any], ids: Any) -> None:
    units, sectors = ids
    for name, value in values.items():
        if name in ("place", "registrant"):
            setattr(enrolment, f"{name}_id", units[value])
        elif name == "sector":
            enrolment.sector_id = sectors[value]
        else:
            setattr(enrolment, name, value)


def known(session: Session, day: date) -> dict[str, int]:
    found = session.execute(
        select(Tally.measure, func.sum(Tally.change)).where(Tally.day <= day).group_by("measure")
    )
    return {measure: int(number) for measure, number in found if number}


def counted(session: Session) -> dict[str, int]:
    numbers = {
        measure: session.scalar(select(func.count(Enrolment.id)).where(counts)) or 0
        for measure, counts in COUNTED.items()
    }
    return {measure: number for measure, number in numbers.items() if number}


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(changes=st.lists(CHANGES, max_size=12))
def test_any_history_folded_at_any_time(session: Session, changes: list[Change]) -> None:
    with session.begin_nested() as savepoint:
        enrolments, *ids = world(session)
        days: dict[date, dict[str, int]] = {}
        for number, change in enumerate(changes):
            day = DAY + timedelta(number)
            apply(session, enrolments[change.which], change.values, ids)
            sync(session, enrolments[change.which], day)
            if change.fold:
                fold(session, change.fold)
            days[day] = counted(session)
        assert standing(session) == recount(session)
        assert {day: known(session, day) for day in days} == days
        savepoint.rollback()
    session.expunge_all()
