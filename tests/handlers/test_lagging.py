"""Leaders ask who lags: by unit, whose matter it is, since when; then what exactly."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from bot.domain.roles import Role
from storage import period_reports, reports
from storage.tables.reminders import Extension, Schedule
from storage.tables.units import Unit
from tests.handlers.chatting import LATER, Open
from tests.handlers.leading import District, ask, labels, make_district, press
from tests.handlers.looking import evaluated
from tests.handlers.remembering import period_of, remind
from tests.make import make_enrolment, make_member, make_unit

TODAY = LATER.date()


@pytest.fixture
def land(session: Session, root: Unit, chat: Open) -> District:
    return make_district(session, root, chat)


def quarter(land: District):
    from sqlalchemy import select

    from storage.tables.reminders import ReviewPeriod

    code = select(Schedule.id).where(Schedule.code == "bao-cao-quy").scalar_subquery()
    its = select(ReviewPeriod).where(ReviewPeriod.schedule_id == code)
    return land.session.scalars(its.where(ReviewPeriod.due_on < TODAY)).one()


def has_reported(land: District, unit: Unit, member) -> None:
    period_reports.put(
        land.session, key=f"r{unit.id}", period_id=quarter(land).id, unit_id=unit.id, version=0,
        author_id=member.id, answers={}, figures={}, now=LATER,
    )  # fmt: skip


# -- who has not reported -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "said", ["chưa báo cáo", "chua bao cao", "/thongke chưa báo cáo", "thống kê chưa nộp"]
)
def test_who_has_not_reported_on_the_period_of_now(land: District, said: str) -> None:
    reply = ask(land.talk(), said)
    head = "CHƯA BÁO CÁO – Báo cáo quý IV năm 2022 (hạn 15/12/2022, đã quá hạn 8 ngày): 2/2 đơn vị."
    assert reply.text.startswith(head)
    assert "Xã Thạch Lạc: đã quá hạn 8 ngày – anh Trần Văn Minh" in labels(reply)


def test_who_has_reported_is_not_in_the_list(land: District) -> None:
    has_reported(land, land.xa, land.minh)
    reply = ask(land.talk(), "chưa báo cáo")
    assert "1/2 đơn vị" in reply.text
    assert not any("Thạch Lạc" in label for label in labels(reply))


def test_when_all_have_there_is_thanks(land: District) -> None:
    has_reported(land, land.xa, land.minh)
    has_reported(land, land.other, land.thu)
    said = ask(land.talk(), "chưa báo cáo").text
    assert said == "Báo cáo quý IV năm 2022: cả 2 đơn vị đã nộp. Cảm ơn đồng chí."


@pytest.mark.parametrize(
    ("said", "means"),
    [
        ("chưa báo cáo năm 2022", "Báo cáo năm 2022"),
        ("chua bao cao quy 4", "quý IV năm 2022"),
        ("chưa báo cáo quý IV năm nay", "quý IV năm 2022"),
    ],
)
def test_a_period_can_be_named(land: District, said: str, means: str) -> None:
    assert means in ask(land.talk(), said).text


def test_a_period_that_is_not_there_names_those_that_are(land: District) -> None:
    said = ask(land.talk(), "chưa báo cáo 6 tháng").text
    assert said.startswith("Chưa có kỳ báo cáo nào như vậy ạ. Kỳ gần nhất: Báo cáo quý IV")


def test_more_time_that_was_granted_counts(land: District) -> None:
    land.session.add(
        Extension(
            what="periodic_report", subject_id=quarter(land).id, unit_id=land.xa.id,
            member_id=land.minh.id, until=TODAY + timedelta(3), state="granted", at=LATER,
        )
    )  # fmt: skip
    land.session.flush()
    assert "Xã Thạch Lạc: còn 3 ngày – anh Trần Văn Minh" in labels(
        ask(land.talk(), "chưa báo cáo")
    )


def test_a_unit_can_be_named(land: District) -> None:
    reply = ask(land.talk(), "chưa báo cáo xã Thạch Khê")
    assert "1/1 đơn vị" in reply.text


def test_a_unit_nobody_knows(land: District) -> None:
    assert "chưa thấy đơn vị “xã Nào Đó”" in ask(land.talk(), "chưa báo cáo xã Nào Đó").text


def test_a_unit_outside_names_what_would_be_allowed(land: District) -> None:
    one = land.talk(land.minh)
    said = ask(one, "chưa báo cáo xã Thạch Khê").text
    assert said.endswith("Anh xem được số liệu của: Xã Thạch Lạc.")


def test_long_lists_come_eight_at_a_time(land: District) -> None:
    for n in range(9):
        xa = make_unit(land.session, f"Xã Số {n}", parent=land.root)
        make_member(land.session, f"Người Số {n}", xa, Role.FOCAL)
    one = land.talk()
    first = ask(one, "chưa báo cáo")
    more = press(one, first, "Xem tiếp")
    units = [o.label for r in (first, more) for o in r.options if o.data.startswith("tre_dv:")]
    assert len(units) == len(set(units)) == 11


# -- what is overdue ------------------------------------------------------------------------------


def test_what_is_overdue_by_unit(land: District) -> None:
    land.model()
    land.model("Vườn mẫu")
    reply = ask(land.talk(), "quá hạn")
    # the annual and the quarter's report of both, and two reviews
    assert reply.text.startswith("QUÁ HẠN: 6 việc của 2 đơn vị.")
    assert labels(reply)[0] == "Xã Thạch Lạc: 4 việc, lâu nhất 23 ngày – anh Trần Văn Minh"


def test_what_exactly_is_overdue(land: District) -> None:
    one = land.model()
    talk = land.talk()
    reply = press(talk, ask(talk, "qua han"), "Xã Thạch Lạc")
    assert "Báo cáo năm 2022: đã quá hạn 23 ngày" in labels(reply)
    assert any(o.data == f"mh:{one.initiative_id}" for o in reply.options)


def test_how_often_people_were_reminded(land: District) -> None:
    talk = land.talk()
    reply = press(talk, ask(talk, "quá hạn"), "Xã Thạch Lạc")
    assert "Đầu mối: anh Trần Văn Minh. Chưa nhắc lần nào." in reply.text


def test_an_answer_ends_it(land: District) -> None:
    one = land.model()
    reports.add(
        land.session, key="news", kind="update", enrolment=one, author_id=land.lan.id,
        answers={}, has_results=False, now=LATER, state="accepted",
    )  # fmt: skip
    assert "4 việc của 2 đơn vị" in ask(land.talk(), "quá hạn").text


def test_narrowed_models_count_only_for_those_entitled(land: District, root: Unit) -> None:
    land.model("Chốt an ninh", "an_ninh_quoc_phong")
    admin = make_member(land.session, "Võ Thị Mai", root, Role.ADMIN)
    assert "5 việc của 2 đơn vị" in ask(land.talk(), "quá hạn").text
    assert "4 việc của 2 đơn vị" in ask(land.talk(admin), "quá hạn").text


def test_nothing_overdue(land: District) -> None:
    for schedule in land.session.query(Schedule):
        schedule.state = "paused"
    assert "Không đơn vị nào có việc quá hạn" in ask(land.talk(), "quá hạn").text


# -- what nobody has inspected --------------------------------------------------------------------


def test_what_nobody_has_inspected(land: District) -> None:
    one = land.model()
    land.model("Đã kiểm tra").inspected_on = TODAY
    talk = land.talk()
    reply = ask(talk, "chưa kiểm tra")
    assert reply.text.startswith("CHƯA KIỂM TRA NĂM 2022: 1 mô hình của 1 đơn vị.")
    unit = press(talk, reply, "Xã Thạch Lạc: 1 mô hình, cũ nhất tháng 3/2022")
    assert unit.options[0].data == f"mh:{one.initiative_id}:2022"


def test_another_year_can_be_named(land: District) -> None:
    make_enrolment(land.session, 2021, place=land.xa, accepted_on=TODAY.replace(year=2021))
    assert "NĂM 2021: 1 mô hình" in ask(land.talk(), "chưa kiểm tra năm 2021").text


# -- manners --------------------------------------------------------------------------------------


def test_who_may_not_ask_is_told_whose_it_is(land: District) -> None:
    said = land.talk(land.lan).say("chưa báo cáo")
    assert "Mục này dành cho đầu mối, lãnh đạo, người thẩm định, quản trị" in said


def test_a_made_up_unit_is_refused(land: District) -> None:
    assert "ngoài phạm vi" in ask(land.talk(), button="tre_dv:qh:99999").text


def test_looking_at_it_reads_the_digest(land: District) -> None:
    period = period_of(land.session, "digest")
    one = remind(land.session, "digest", period.id, land.root.id, land.thanh)
    ask(land.talk(), "quá hạn")
    assert one.state == "done"


def test_with_a_form_open_a_list_is_only_read(land: District) -> None:
    one = land.talk(land.minh)
    one.say("/dangky moi")
    reply = evaluated(one, one.hear("/quahan")[:1])
    assert not reply.options
    assert "– Xã Thạch Lạc: 2 việc" in reply.text
