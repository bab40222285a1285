"""Reviewing: what is wrong goes back, the rest stays; what the author and the next reviewer see."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.roles import Role
from storage import members, reports
from storage.tables.people import Audit, Member
from storage.tables.records import Report
from storage.tables.units import Unit
from tests.handlers.chatting import LATER, Chat, Open, unit
from tests.make import (
    NOW,
    make_account,
    make_enrolment,
    make_initiative,
    make_member,
    make_sector,
)

NAMES = ("Tuyến đường hoa", "Chợ dân sinh", "Nhà sạch vườn đẹp", "Camera an ninh", "Tủ sách",
         "Ao cá", "Bếp ăn", "Đội văn nghệ", "Thu gom rác", "Hàng rào xanh")  # fmt: skip


def said(session: Session, root: Unit, name: str) -> dict[str, Any]:
    place, sector = unit(session), make_sector(session, root=root)
    both: dict[str, tuple[Any, str]] = {
        "nam": ("2022 planned", "Đăng ký mới năm 2022"), "ten": (name, name),
        "linh_vuc": (sector.id, sector.label), "hinh_thuc": ("collective", "Tập thể"),
        "chu_the": (f"Hội {name}", f"Hội {name}"), "dang_ky_boi": (place.id, place.name),
        "dia_ban": (place.id, place.name), "noi_dung": ("Bà con cùng làm mỗi tuần",) * 2,
    }  # fmt: skip
    return {key: {"v": value, "t": words} for key, (value, words) in both.items()}


def send(session: Session, root: Unit, author: Member, number: int = 0) -> Report:
    answers = said(session, root, NAMES[number])
    enrolment = make_enrolment(
        session, place=unit(session), sector=make_sector(session, root=root), owner=NAMES[number],
        initiative=make_initiative(session, NAMES[number], root),
    )  # fmt: skip
    return reports.add(
        session, key=f"{number}", kind="register", enrolment=enrolment, author_id=author.id,
        answers=answers, has_results=number == 1, now=NOW,
    )  # fmt: skip


@pytest.fixture
def author(session: Session, root: Unit) -> Member:
    member = make_member(session, name="Nguyễn Thị Lan", unit=unit(session), address="bà")
    make_account(session, member)
    return member


@pytest.fixture
def report(session: Session, root: Unit, author: Member) -> Report:
    return send(session, root, author)


@pytest.fixture
def minh(session: Session, root: Unit, chat: Open) -> Chat:
    member = make_member(
        session, name="Trần Văn Minh", unit=unit(session), role=Role.FOCAL, address="anh"
    )
    return chat(member)


def told(one: Chat) -> str:
    return one.letters[-1].reply.text


# -- what is wrong goes back ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "turns",
    [
        ["[Trả lại để bổ sung]", "8", "Ghi rõ mấy hộ"],
        ["[Trả lại để bổ sung]", "8: Ghi rõ mấy hộ"],
        ["[Trả lại để bổ sung]", "[Cách làm: Bà con cùng làm mỗi tuần]", "[Xong]", "Ghi rõ mấy hộ"],
    ],
)
def test_returning_one_answer_takes_four_messages_or_taps_at_most(
    report: Report, minh: Chat, turns: list[str]
) -> None:
    replies = minh.hear(button=f"xet:{report.id}")
    for turn in turns:
        shown = {f"[{o.label}]": o.data for r in replies for o in (*r.options, *r.actions)}
        replies = minh.hear(button=shown[turn]) if turn in shown else minh.hear(turn)
    assert len(turns) <= 4
    assert (report.state, report.marks) == ("returned", {"noi_dung": "Ghi rõ mấy hộ"})


def give_back(report: Report, minh: Chat, *texts: str) -> None:
    minh.tap(f"tra:{report.id}:{report.version}")
    minh.say(*texts)


def test_each_answer_can_have_a_reason_of_its_own(report: Report, minh: Chat) -> None:
    give_back(report, minh, "8: ghi rõ mấy hộ; 10: bao nhiêu mét")
    assert report.marks == {"noi_dung": "ghi rõ mấy hộ", "quy_mo": "bao nhiêu mét"}
    assert "1. Cách làm: ghi rõ mấy hộ\n2. Quy mô: bao nhiêu mét" in told(minh)
    assert report.reason == "Cách làm: ghi rõ mấy hộ; Quy mô: bao nhiêu mét"


def test_ticked_ones_share_a_reason_or_are_to_be_looked_at_again(
    report: Report, minh: Chat
) -> None:
    give_back(report, minh, "2, 8", "8: ghi rõ mấy hộ")
    assert report.marks == {"ten": "xem lại giúp", "noi_dung": "ghi rõ mấy hộ"}


def test_words_alone_are_a_reason_for_the_whole(report: Report, minh: Chat) -> None:
    give_back(report, minh, "45 hộ là chưa đúng, xin xem lại")
    assert (report.marks, report.reason) == ({}, "45 hộ là chưa đúng, xin xem lại")


@pytest.mark.parametrize("typed", ["99: xem lại giúp", "99", "0: xem lại giúp"])
def test_a_number_that_is_not_there_returns_nothing(report: Report, minh: Chat, typed: str) -> None:
    give_back(report, minh, typed)
    assert report.state == "sent"


def test_the_author_is_asked_only_that_and_the_reviewer_sees_old_and_new(
    report: Report, minh: Chat, author: Member, chat: Open
) -> None:
    before = dict(report.answers)
    give_back(report, minh, "8: ghi rõ mấy hộ")
    lan = chat(author)
    assert "Cần bổ sung: “ghi rõ mấy hộ”" in lan.tap(f"suaphieu:{report.id}")
    lan.say("45 hộ cùng làm mỗi tuần", "gửi")
    changed = {k for k in before if before[k] != report.answers[k]}
    assert (report.state, report.version, changed) == ("sent", 2, {"noi_dung"})
    page = minh.tap(f"xet:{report.id}")
    assert "– Cách làm: “Bà con cùng làm mỗi tuần” → “45 hộ cùng làm mỗi tuần”" in page


def test_one_returned_before_there_were_marks_opens_as_a_whole(
    report: Report, author: Member, chat: Open
) -> None:
    report.state, report.reason = "returned", "ghi thêm ảnh"
    page = chat(author).tap(f"suaphieu:{report.id}")
    assert "Cần bổ sung: “ghi thêm ảnh”" in page
    assert "1. Loại phiếu" in page


# -- rejecting and reopening ----------------------------------------------------------------------


def test_rejecting_needs_a_reason_which_its_author_reads(report: Report, minh: Chat) -> None:
    minh.tap(f"khong:{report.id}:1")
    minh.say("vì")
    assert report.state == "sent"
    minh.say("Đây là việc thường xuyên")
    assert "“Đây là việc thường xuyên”" in told(minh)
    assert "trao đổi với anh Trần Văn Minh" in told(minh)


def test_a_rejected_one_can_be_written_again_under_its_code(
    report: Report, minh: Chat, author: Member, chat: Open, session: Session
) -> None:
    minh.tap(f"khong:{report.id}:1")
    minh.say("Xin ghi rõ hơn rồi gửi lại")
    lan = chat(author)
    lan.tap(f"ghilai:{report.id}")
    lan.say("sửa cách làm", "45 hộ cùng làm mỗi tuần", "gửi")
    new = session.scalars(select(Report).order_by(Report.id.desc())).first()
    assert new
    assert (new.id != report.id, new.initiative_id) == (True, report.initiative_id)


@pytest.mark.parametrize("state", ["accepted", "rejected"])
def test_a_decision_is_taken_back_with_a_reason(report: Report, minh: Chat, state: str) -> None:
    minh.tap(f"nhan:{report.id}:1:0" if state == "accepted" else f"khong:{report.id}:1")
    minh.say("Đây là việc thường xuyên")
    minh.tap(f"molai:{report.id}:1:{state}")
    assert "anh Trần Văn Minh: “Bấm nhầm”" in minh.say("Bấm nhầm")
    assert report.state == "sent"
    assert "được mở lại" in told(minh)


def test_each_decision_reaches_its_author_also_the_second_time(report: Report, minh: Chat) -> None:
    for _ in range(2):
        minh.tap(f"nhan:{report.id}:1:0")
        minh.tap(f"molai:{report.id}:1:accepted")
        minh.say("Bấm nhầm")
    assert len(minh.letters) == 4


# -- two at once ----------------------------------------------------------------------------------


@pytest.mark.parametrize("tap", ["nhan:{}:1:0", "tra:{}:1", "khong:{}:1"])
def test_the_second_sees_what_the_first_did(
    report: Report, minh: Chat, chat: Open, session: Session, root: Unit, tap: str
) -> None:
    minh.tap(f"nhan:{report.id}:1:0")
    mai = chat(make_member(session, unit=root, role=Role.ADMIN))
    seen = mai.tap(tap.format(report.id))
    assert "Anh Trần Văn Minh đã chấp nhận phiếu này lúc 16:00 23/12/2022" in seen
    assert report.state == "accepted"


def test_what_was_begun_before_the_first_decided_changes_nothing(
    report: Report, minh: Chat, chat: Open, session: Session, root: Unit
) -> None:
    mai = chat(make_member(session, unit=root, role=Role.ADMIN))
    mai.tap(f"khong:{report.id}:1")
    minh.tap(f"nhan:{report.id}:1:0")
    assert "Anh Trần Văn Minh đã chấp nhận" in mai.say("Đây là việc thường xuyên")
    assert report.state == "accepted"


# -- several at once ------------------------------------------------------------------------------


@pytest.fixture
def ten(session: Session, root: Unit, author: Member) -> list[Report]:
    return [send(session, root, author, number) for number in range(10)]


def states(ten: list[Report]) -> str:
    return "".join(report.state[0] for report in ten)


def test_all_but_one_after_a_look_at_the_list(ten: list[Report], minh: Chat) -> None:
    (shown,) = minh.hear(button="nhieuphieu")
    assert [o.label for o in shown.options][8:] == ["Xem tiếp", "Chọn tất cả"]
    assert "Ao cá (Xã Thạch Lạc, bà Nguyễn Thị Lan)" in shown.options[5].label
    assert "có kết quả" in shown.options[1].label
    minh.say("tất cả trừ 3", "xác nhận kết quả", "chấp nhận")
    assert states(ten) == "aasaaaaaaa"


def test_a_few_ticked_on_two_pages(ten: list[Report], minh: Chat) -> None:
    minh.tap("nhieuphieu")
    minh.say("1, 3", "xem tiếp", "2", "xong")
    assert "Đã chấp nhận 3 phiếu." in minh.say("chấp nhận")
    assert states(ten) == "asassssssa"


def test_what_changed_meanwhile_is_left_out_and_named(ten: list[Report], minh: Chat) -> None:
    minh.tap("nhieuphieu")
    minh.say("1, 3, 4", "xong")
    session = minh.session
    reports.correct(session, ten[0], ten[0].answers, True, ten[0].author_id, LATER)
    reports.decide(session, ten[2], 1, "withdrawn", by=None, now=LATER)
    answer = minh.say("chấp nhận")
    assert "Đã chấp nhận 1 phiếu." in answer
    assert "(người gửi vừa sửa)" in answer
    assert "(đã rút lại)" in answer
    assert states(ten) == "sswassssss"


def test_a_role_that_ended_meanwhile_accepts_none(ten: list[Report], minh: Chat) -> None:
    minh.tap("nhieuphieu")
    minh.say("tất cả", "chưa")
    members.end_roles(minh.session, minh.person.member_id or 0, LATER)
    minh.say("chấp nhận")
    assert states(ten) == "s" * 10


def test_the_list_of_what_waits_has_pages(ten: list[Report], minh: Chat) -> None:
    (first,), (second,) = minh.hear("việc cần làm"), minh.hear(button="cmd:vieccanlam:1")
    assert [o.label for o in first.options][8:] == ["Xem tiếp", "Chấp nhận nhiều phiếu"]
    assert len([o for o in second.options if o.label.startswith("Xem ")]) == 2


# -- what is known of it --------------------------------------------------------------------------


def test_near_duplicates_are_shown_on_the_page(
    session: Session, root: Unit, report: Report, minh: Chat
) -> None:
    like = make_enrolment(session, place=unit(session), sector=make_sector(session, root=root))
    assert like.owner != NAMES[0]
    assert "Có thể trùng" in minh.tap(f"xet:{report.id}")


def test_every_decision_is_in_the_log_by_ids_alone(
    report: Report, minh: Chat, session: Session
) -> None:
    give_back(report, minh, "8: ghi rõ mấy hộ")
    reports.correct(session, report, report.answers, True, report.author_id, LATER)
    minh.tap(f"nhan:{report.id}:2:0")
    minh.tap(f"molai:{report.id}:2:accepted")
    minh.say("Bấm nhầm")
    minh.tap(f"khong:{report.id}:2")
    minh.say("Đây là việc thường xuyên")
    rows = session.scalars(select(Audit).order_by(Audit.id)).all()
    assert [row.action for row in rows] == ["return", "accept", "reopen", "reject"]
    assert {(row.kind, row.subject_id) for row in rows} == {("report", report.id)}
    assert not any("hộ" in str(row.details) for row in rows)
