"""My data: all of it shown, consent taken back, and what erasing leaves."""

import json
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.conversation.messages import Reply
from bot.presentation.my_data import as_words
from storage import joining, members, personal_data
from storage.outbox import Post, put_many
from storage.schedules import ensure_schedules
from storage.tables.delivery import Outbox
from storage.tables.people import Account, Draft, Member, WebSession
from storage.tables.records import Enrolment, Photo, Report, ReportVersion
from storage.tables.reminders import Bundle, Preference, Reminder, Response, Schedule
from tests.make import NOW, make_account, make_enrolment, make_member, make_unit, the_root

TODAY = NOW.date()
PHONE = "0912345678"


def full_member(session: Session) -> Member:
    """Somebody with an account, a draft, a sign-in, a report with one of two pictures."""
    member = make_member(session, name="Lê Thị Lan", unit=make_unit(session), phone=PHONE)
    account = make_account(session, member)
    session.add(_draft(account))
    session.add(
        WebSession(
            secret_hash=f"s{account.id}",
            account_id=account.id,
            csrf="c",
            created_at=NOW,
            expires_at=NOW,
        )
    )
    for name in ("a" * 64, "b" * 64):
        session.add(
            Photo(
                hash=name,
                clean=None,
                small=None,
                state="ready",
                account_id=account.id,
                created_at=NOW,
            )
        )
    session.flush()
    put_many(session, [Post("k1", account.id, Reply("Chào chị"))], NOW)
    _report(session, member, {"anh": {"v": ["a" * 64]}, "lien_he": {"v": PHONE, "t": PHONE}})
    return member


def _draft(account: Account) -> Draft:
    return Draft(
        account_id=account.id,
        member_id=account.member_id,
        form="dangky",
        body={"answers": {}},
        revision=1,
        created_at=NOW,
        updated_at=NOW,
    )


def _report(session: Session, author: Member, answers: dict[str, Any]) -> None:
    enrolment = make_enrolment(session, **answers)
    report = Report(
        key=f"r{author.id}",
        kind="register",
        initiative_id=enrolment.initiative_id,
        enrolment_id=enrolment.id,
        author_id=author.id,
        state="accepted",
        version=1,
        answers=answers,
        sent_at=NOW,
        decided_at=None,
        decided_by=None,
    )
    session.add(report)
    session.flush()
    session.add(
        ReportVersion(report_id=report.id, version=1, answers=answers, author_id=author.id, at=NOW)
    )
    session.flush()


def test_all_that_is_stored_is_shown(session: Session) -> None:
    data = personal_data.export_my_data(session, full_member(session).id)
    assert data["member"]["name"] == "Lê Thị Lan"
    assert data["member"]["unit"] == "Xã Thạch Lạc"
    counts = {name: len(data[name]) for name in ("accounts", "drafts", "photos", "reports")}
    assert counts == {"accounts": 1, "drafts": 1, "photos": 2, "reports": 1}
    assert len(data["reports"][0]["versions"]) == 1
    assert data["messages"][0]["body"]["text"] == "Chào chị"


def test_it_can_be_taken_along_as_json_and_read_as_text(session: Session) -> None:
    data = personal_data.export_my_data(session, full_member(session).id)
    assert json.loads(json.dumps(data)) == data
    text = as_words(data, "23/12/2022")
    assert "tên: Lê Thị Lan" in text
    assert "PHIẾU ĐÃ GỬI (1)" in text
    assert "None" not in text


def test_it_holds_no_secret_of_the_machine_and_nothing_of_others(session: Session) -> None:
    mine = full_member(session)
    make_account(session, make_member(session, name="Người Khác"), chat="khac")
    text = json.dumps(personal_data.export_my_data(session, mine.id), ensure_ascii=False)
    assert "secret" not in text
    assert "csrf" not in text
    assert "khac" not in text


def test_consent_taken_back_ends_roles_letters_and_wishes(session: Session) -> None:
    member = full_member(session)
    task = personal_data.withdraw(session, member, member.root_id, NOW, TODAY)
    assert (member.state, task.due_on) == ("withdrawn", TODAY + timedelta(15))
    assert members.roles_of(session, member.id, NOW) == []
    assert members.accounts_of(session, member.id) == []


def test_who_comes_back_is_the_same_member_and_waits_again(session: Session) -> None:
    member = full_member(session)
    personal_data.withdraw(session, member, member.root_id, NOW, TODAY)
    account = session.scalars(select(Account).where(Account.member_id == member.id)).one()
    again = members.create(
        session,
        root_id=member.root_id,
        account_id=account.id,
        name="Lê Thị Lan",
        address="cô",
        consent_version="2",
        consent_at=NOW,
        now=NOW,
    )
    assert (again.id, again.state, again.address) == (member.id, "pending", "cô")


def test_deletion_is_a_task_with_the_laws_due_date(session: Session) -> None:
    member = make_member(session)
    root = member.root_id
    first = personal_data.ask_to_erase(session, member, root, NOW, date(2026, 11, 24))
    second = personal_data.ask_to_erase(session, member, root, NOW, date(2026, 11, 30))
    assert first.id == second.id
    assert first.due_on == date(2026, 12, 14)


def test_erasing_leaves_the_report_without_its_author(session: Session) -> None:
    member = full_member(session)
    personal_data.erase(session, member.id, NOW)
    report = session.scalars(select(Report)).one()
    version = session.scalars(select(ReportVersion)).one()
    assert report.author_id == member.id
    assert "lien_he" not in report.answers
    assert "lien_he" not in version.answers
    assert set(session.get_one(Enrolment, report.enrolment_id).details) == {"anh"}
    assert (member.name, member.phone, member.state) == ("Người đã xóa hồ sơ", "", "erased")


def test_erasing_takes_accounts_drafts_messages_and_unused_pictures(session: Session) -> None:
    member = full_member(session)
    personal_data.erase(session, member.id, NOW)
    for table in (Account, Draft, WebSession, Outbox):
        assert session.scalar(select(func.count()).select_from(table)) == 0
    assert session.scalars(select(Photo.hash)).all() == ["a" * 64]


def reminded(session: Session, member: Member) -> Response:
    """Somebody who was reminded of something, and answered in their own words."""
    account = session.scalars(select(Account).where(Account.member_id == member.id)).one()
    unit = the_root(session).id
    ensure_schedules(session, unit, NOW)
    schedule = session.scalars(select(Schedule).limit(1)).one()
    bundle = Bundle(member_id=member.id, account_id=account.id, day=TODAY, window="office", at=NOW)
    answer = Response(
        what="initiative_review", subject_id=1, unit_id=unit, member_id=member.id, answer="good",
        note="Nhà tôi vừa sửa", day=TODAY, at=NOW,
    )  # fmt: skip
    session.add_all([bundle, answer, Preference(member_id=member.id, window="evening")])
    session.flush()
    session.add(
        Reminder(
            schedule_id=schedule.id, what=schedule.what, subject_id=1, unit_id=unit, due_on=TODAY,
            stage=0, rung="person", member_id=member.id, state="sent", send_from=NOW,
            bundle_id=bundle.id, at=NOW,
        )
    )  # fmt: skip
    session.flush()
    return answer


def test_erasing_leaves_what_was_answered_without_the_words(session: Session) -> None:
    member = full_member(session)
    answer = reminded(session, member)
    personal_data.erase(session, member.id, NOW)
    session.refresh(answer)
    assert (answer.answer, answer.note) == ("good", "")
    for table in (Reminder, Bundle, Preference):
        assert session.scalar(select(func.count()).select_from(table)) == 0


def test_who_has_taken_consent_back_is_reminded_of_nothing(session: Session) -> None:
    member = full_member(session)
    reminded(session, member)
    personal_data.withdraw(session, member, member.root_id, NOW, TODAY)
    assert session.scalars(select(Reminder)).all() == []


def test_erasing_one_touches_nobody_else(session: Session) -> None:
    member, other = full_member(session), make_member(session, name="Trần Văn Bình")
    account = make_account(session, other)
    personal_data.erase(session, member.id, NOW)
    assert members.accounts_of(session, other.id) == [account.id]
    assert other.name == "Trần Văn Bình"


def test_an_erased_joiner_is_asked_about_no_more(session: Session) -> None:
    member = make_member(session, state="pending")
    task = joining.ask(session, member, member.root_id, NOW)
    personal_data.erase(session, member.id, NOW)
    session.refresh(task)
    assert task.outcome == "erased"
