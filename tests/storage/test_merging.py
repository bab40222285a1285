"""Two initiatives that are one: nothing is lost, and the year counts one of them."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.text import fold
from bot.errors import Refused
from storage import duplicates, merging, reports, tally
from storage.tables.lifecycle import Inspection, Recommendation
from storage.tables.people import Member
from storage.tables.records import CoReporter, Enrolment, Initiative, Report
from storage.tables.units import Unit
from tests.make import NOW, make_enrolment, make_initiative, make_member, make_unit

TODAY = NOW.date()
DAY, LATER_DAY = date(2022, 5, 1), date(2022, 9, 1)


@pytest.fixture
def xa(session: Session) -> Unit:
    return make_unit(session)


def reported(
    session: Session, enrolment: Enrolment, author: Member, state: str = "accepted", **more: object
) -> Report:
    answers = {
        "ten": {"v": "Đường hoa", "t": "Đường hoa"},
        "noi_dung": {"v": "Bà con trồng hoa", "t": "Bà con trồng hoa"},
        **more,
    }
    return reports.add(
        session, key=f"{enrolment.id}:{author.id}", kind="register", enrolment=enrolment,
        author_id=author.id, answers=answers, has_results=False, now=NOW, state=state,
    )  # fmt: skip


def initiative(session: Session, enrolment: Enrolment) -> Initiative:
    return session.get_one(Initiative, enrolment.initiative_id)


def merge(session: Session, gone: Enrolment, kept: Enrolment) -> list[int]:
    both = initiative(session, gone), initiative(session, kept)
    return merging.merge(session, *both, NOW, TODAY)


def built(session: Session) -> int:
    return sum(
        counts["built"] for key, counts in tally.standing(session).items() if key[1] == "root"
    )


def test_reports_of_both_belong_to_the_one_that_is_kept(session: Session, xa: Unit) -> None:
    kept, gone = (make_enrolment(session, place=xa, accepted_on=DAY) for _ in range(2))
    first, second = make_member(session, unit=xa), make_member(session, unit=xa)
    reported(session, kept, first)
    moved = reported(session, gone, second)
    assert merge(session, gone, kept) == [second.id]
    assert (moved.enrolment_id, moved.initiative_id) == (kept.id, kept.initiative_id)
    assert len(reports.reports_on(session, kept.initiative_id)) == 2
    assert session.scalars(select(CoReporter.member_id)).all() == [second.id]


def test_the_year_counts_one(session: Session, xa: Unit) -> None:
    kept = make_enrolment(session, place=xa, accepted_on=DAY)
    gone = make_enrolment(session, place=xa, built_on=LATER_DAY)
    make_enrolment(session, place=xa, built_on=DAY)
    assert built(session) == 2
    merge(session, gone, kept)
    assert (kept.built_on, gone.state, built(session)) == (LATER_DAY, "withdrawn", 2)
    assert tally.standing(session) == tally.recount(session)


def test_a_year_that_only_one_of_them_has_goes_over_as_it_is(session: Session, xa: Unit) -> None:
    kept = make_enrolment(session, 2022, place=xa, built_on=DAY)
    earlier = make_enrolment(session, 2021, place=xa, built_on=date(2021, 5, 1))
    merge(session, earlier, kept)
    assert (earlier.initiative_id, earlier.state) == (kept.initiative_id, "accepted")
    assert tally.standing(session) == tally.recount(session)


def test_inspections_and_what_they_recommend_go_over(session: Session, xa: Unit) -> None:
    kept, gone = (make_enrolment(session, place=xa, accepted_on=DAY) for _ in range(2))
    report = reported(session, gone, make_member(session, unit=xa))
    found = Inspection(
        report_id=report.id, enrolment_id=gone.id, day=DAY, form="dinh_ky", working="tot",
        verdict="kha",
    )  # fmt: skip
    session.add(found)
    session.flush()
    session.add(
        Recommendation(
            inspection_id=found.id, enrolment_id=gone.id, text="Thêm biển", due_on=LATER_DAY
        )
    )
    session.flush()
    merge(session, gone, kept)
    session.expire_all()
    assert session.scalars(select(Inspection.enrolment_id)).all() == [kept.id]
    assert session.scalars(select(Recommendation.enrolment_id)).all() == [kept.id]


def test_what_still_waits_is_news_of_the_one_that_is_kept(session: Session, xa: Unit) -> None:
    kept, gone = (
        make_enrolment(session, place=xa, accepted_on=DAY),
        make_enrolment(session, place=xa),
    )
    report = reported(session, gone, make_member(session, unit=xa), "sent")
    name = initiative(session, kept).name
    merge(session, gone, kept)
    reports.accept(session, report, TODAY, results=False)
    assert (report.kind, report.answers["moi"]["v"]) == ("update", "Bà con trồng hoa")
    assert initiative(session, kept).name == name


def test_copies_name_the_one_that_is_kept(session: Session, xa: Unit) -> None:
    kept, gone, copy = (make_enrolment(session, place=xa, accepted_on=DAY) for _ in range(3))
    initiative(session, copy).origin_id = gone.initiative_id
    initiative(session, kept).origin_id = gone.initiative_id
    session.flush()
    merge(session, gone, kept)
    session.expire_all()
    assert initiative(session, copy).origin_id == kept.initiative_id
    assert initiative(session, kept).origin_id is None


def test_no_second_time_and_not_across_organisations(session: Session, xa: Unit) -> None:
    kept, gone = (make_enrolment(session, place=xa, accepted_on=DAY) for _ in range(2))
    merge(session, gone, kept)
    with pytest.raises(Refused, match="đã được gộp"):
        merge(session, gone, kept)
    assert merging.followed(session, initiative(session, gone)).id == kept.initiative_id


def test_the_code_that_stays_is_that_of_the_recognised_or_the_older(
    session: Session, xa: Unit
) -> None:
    root = session.get_one(Unit, xa.root_id)
    older, newer = (make_initiative(session, root=root, year=year) for year in (2021, 2022))
    assert merging.keeper(session, newer, older) is older


# -- what speaks for it ---------------------------------------------------------------------------


def alike(session: Session, report: Report) -> list[tuple[int, bool, bool, int]]:
    found = duplicates.of_report(session, report)
    return [(a.initiative.id, a.name, a.owner, a.photos) for a in found]


def test_names_owners_and_photos_are_compared(session: Session, xa: Unit) -> None:
    author = make_member(session, unit=xa)
    photo = {"v": ["a" * 64], "t": "1 ảnh"}
    own, other = (make_enrolment(session, place=xa, owner="Bà Lan") for _ in range(2))
    for of, name in ((own, "Vườn đẹp nhà sạch"), (other, "Nhà sạch vườn đẹp thôn 3")):
        initiative(session, of).name, initiative(session, of).folded = name, fold(name)
    session.flush()
    first = reported(session, other, author, anh=photo)
    second = reported(session, own, author, anh=photo)
    duplicates.note_photos(session, first)
    duplicates.note_photos(session, first)
    assert alike(session, second) == [(other.initiative_id, False, True, 1)]


def test_nothing_alike_is_nothing(session: Session, xa: Unit) -> None:
    author = make_member(session, unit=xa)
    own = make_enrolment(session, place=xa, owner="Bà Lan")
    make_enrolment(session, 2021, place=xa, owner="Bà Lan")
    assert alike(session, reported(session, own, author)) == []
