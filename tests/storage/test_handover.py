"""Handing over: everything in hand goes to another, and who wrote what stays known."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage import drafts, handover, reports
from storage.handover import Held
from storage.tables.people import Account, Draft, Member
from storage.tables.records import ReportVersion
from storage.tables.units import Unit
from tests.make import NOW, make_account, make_enrolment, make_member, make_unit


def busy(session: Session, unit: Unit) -> tuple[Member, Account]:
    """Somebody with a report and a form begun."""
    giver = make_member(session, unit=unit)
    account = make_account(session, giver)
    reports.add(
        session, key="k", kind="register", enrolment=make_enrolment(session, place=unit),
        author_id=giver.id, answers={}, has_results=False, now=NOW,
    )  # fmt: skip
    draft = Draft(
        account_id=account.id, member_id=giver.id, form="dk", body={"answers": {}}, revision=0,
        created_at=NOW, updated_at=NOW,
    )  # fmt: skip
    session.add(draft)
    session.flush()
    account.draft_id = draft.id
    session.flush()
    return giver, account


def test_it_says_how_much_there_is(session: Session) -> None:
    giver, _ = busy(session, make_unit(session))
    assert handover.held(session, giver.id) == Held(1, 1, 0)


def test_reports_go_over_and_their_versions_name_the_writer(session: Session) -> None:
    unit = make_unit(session)
    giver, _ = busy(session, unit)
    taker = make_member(session, unit=unit)
    assert handover.hand_over(session, giver, taker, NOW) == Held(1, 1, 0)
    assert len(reports.of_author(session, taker.id, 9)) == 1
    assert reports.of_author(session, giver.id, 9) == []
    assert session.scalars(select(ReportVersion.author_id)).all() == [giver.id]


def test_a_form_begun_is_continued_in_the_takers_chat(session: Session) -> None:
    unit = make_unit(session)
    giver, account = busy(session, unit)
    taker = make_member(session, unit=unit)
    chat = make_account(session, taker)
    handover.hand_over(session, giver, taker, NOW)
    (draft,) = drafts.of_member(session, taker.id)
    session.refresh(account)
    assert (draft.account_id, account.draft_id) == (chat.id, None)
    assert not handover.held(session, giver.id)
