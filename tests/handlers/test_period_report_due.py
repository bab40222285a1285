"""How the reminder of a period's report, or of a missing target, reads."""

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from bot.conversation.messages import Said
from bot.domain.schedules import Rung
from bot.handlers.registry import Organisation, Talk
from bot.handlers.reminding import READS, Piece
from storage.tables.reminders import Reminder, ReviewPeriod
from storage.tables.units import Unit
from tests.handlers.chatting import LATER, Open
from tests.handlers.periods import TODAY, Commune, make_commune
from tests.make import make_enrolment, make_period


@pytest.fixture
def commune(session: Session, root: Unit, chat: Open) -> Commune:
    return make_commune(session, root, chat)


def reminder(
    commune: Commune, period: ReviewPeriod, rung: str = Rung.PERSON, unit: Unit | None = None
) -> Reminder:
    return Reminder(
        id=7, schedule_id=period.schedule_id, what="periodic_report", subject_id=period.id,
        unit_id=(unit or commune.xa).id, due_on=period.due_on, stage=0, rung=rung,
        member_id=commune.minh.id, send_from=LATER, at=LATER,
    )  # fmt: skip


def read(commune: Commune, *rows: Reminder, what: str = "periodic_report") -> Piece:
    person = commune.talk(commune.minh).person
    organisation = Organisation(commune.root.id, commune.root.name)
    piece = READS[what](Talk(commune.session, LATER, TODAY, organisation, person, Said()), rows)
    assert piece
    return piece


def test_before_its_day_it_says_until_when_and_what_is_there(commune: Commune) -> None:
    make_enrolment(commune.session, place=commune.xa, accepted_on=date(2022, 12, 1))
    assert read(commune, reminder(commune, commune.period)).text == (
        "NHẮC VIỆC: Báo cáo quý IV năm 2022 – Xã Thạch Lạc\n"
        "Nộp từ nay đến Chủ nhật, 25/12/2022 (còn 2 ngày).\n"
        "Đã có: 0/1 mô hình cập nhật."
    )


def test_after_it_help_is_offered(commune: Commune) -> None:
    commune.period.due_on = TODAY - timedelta(2)
    text = read(commune, reminder(commune, commune.period)).text
    assert "đã quá hạn 2 ngày (hạn 21/12/2022)" in text
    assert "để báo ông Phan Quốc Tuấn" in text


def test_every_answer_is_a_tap(commune: Commune) -> None:
    about = commune.about()
    assert [
        (o.label, o.data) for o in read(commune, reminder(commune, commune.period)).options
    ] == [
        ("Báo cáo ngay", f"bk_ghi:{about}"),
        ("Để sau", "nh:sau:7"),
        ("Xin lùi hạn", "nh:lui:7"),
        ("Đã báo cáo bằng văn bản", f"bk_vb:{about}"),
    ]


def test_those_above_read_who_is_late(commune: Commune) -> None:
    commune.period.due_on = TODAY - timedelta(3)
    piece = read(commune, reminder(commune, commune.period, Rung.SUPERIOR))
    assert piece.text == (
        "Xã Thạch Lạc chưa nộp Báo cáo quý IV năm 2022: hạn 20/12/2022, đã quá 3 ngày."
    )


def test_several_are_a_list_that_leads_to_all(commune: Commune) -> None:
    rows = [reminder(commune, commune.period, unit=unit) for unit in (commune.xa, commune.other)]
    piece = read(commune, *rows)
    assert [o.data for o in piece.options] == ["cmd:baocaoky"]
    assert "Xã Thạch Khê" in piece.short


def test_a_missing_target_opens_its_form(commune: Commune) -> None:
    year = (date(2022, 1, 1), date(2022, 12, 31), date(2022, 12, 25))
    period = make_period(commune.session, commune.root, "target_missing", "year", *year)
    piece = read(commune, reminder(commune, period), what="target_missing")
    assert "Đăng ký chỉ tiêu năm 2022 – Xã Thạch Lạc" in piece.text
    assert piece.options[0].data == "ct_moi"
