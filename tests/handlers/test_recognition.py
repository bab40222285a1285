"""Recognition: a decision entered once, its models ticked, and what waits for it."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from storage import members
from storage.tables.units import Unit
from tests.handlers.chatting import LATER, Chat, Open, managed
from tests.handlers.living import Village, decisions, make_village, names, told
from tests.make import make_member, make_unit

SIGNED = ("15-QĐ/BCĐ", "Ban Chỉ đạo huyện", "20/12/2022", "cơ sở", "gửi")


@pytest.fixture
def village(session: Session, root: Unit, chat: Open) -> Village:
    return make_village(session, root, chat)


@pytest.fixture
def approver(village: Village) -> Chat:
    return village.talk(village.approver)


def labels(one: Chat, button: str) -> list[str]:
    return [o.label for reply in one.hear(button=button) for o in reply.options]


def sign(one: Chat, *said: str) -> str:
    one.tap("cnmoi")
    return one.say(*(said or SIGNED))


# -- the page -----------------------------------------------------------------------------------


def test_the_page_counts_what_waits(village: Village, approver: Chat) -> None:
    for stage in ("proposed", "proposed", "appraising", "building"):
        village.built(stage=stage)
    assert "2 mô hình chờ thẩm định, 1 đang thẩm định" in approver.tap("cn")
    assert "Mô hình chờ thẩm định (2)" in [
        o.label for o in approver.hear("việc cần làm")[0].options
    ]


def test_only_approvers_have_it(village: Village, approver: Chat) -> None:
    focal = village.talk(village.focal)
    for button in ("cn", "cnmoi", "cnds", f"cnxem:{village.decision().id}"):
        assert "dành cho người thẩm định" in focal.tap(button)
    assert "Công nhận" in managed(approver)
    assert "Công nhận" not in managed(focal)


def test_proposals_go_to_appraisal_together(village: Village, approver: Chat) -> None:
    both = [village.built(f"Đường hoa {n}", "proposed") for n in (1, 2)]
    approver.tap("vdnhieu:appraise")
    approver.say("tất cả", "gửi")
    assert [e.stage for e in both] == ["appraising", "appraising"]


# -- a decision, and its models -------------------------------------------------------------------


def test_entered_once_then_ticked(village: Village, approver: Chat) -> None:
    one, two, three = (village.built(f"Đường hoa {n}", "proposed") for n in (1, 2, 3))
    assert "chọn các mô hình" in sign(approver)
    preview = approver.say("1, 3")
    assert "Quyết định: Quyết định 15-QĐ/BCĐ ngày 20/12/2022" in preview
    assert "Đã “Công nhận” 2 mô hình" in approver.say("gửi")
    assert [e.stage for e in (one, two, three)] == ["recognised", "proposed", "recognised"]
    assert (one.level, one.decision_id) == ("commune", decisions(village.session)[0].id)


def test_the_owner_is_congratulated(village: Village, approver: Chat) -> None:
    one = village.built("Đường hoa", "proposed")
    approver.tap(f"cnvao:{village.decision().id}:{one.id}")
    assert told(approver, village) == [
        "Mô hình “Đường hoa” của bà đã được công nhận cấp cơ sở theo Quyết định 15-QĐ/BCĐ ngày "
        "20/12/2022, Ban Chỉ đạo huyện. Chúc mừng và cảm ơn bà."
    ]


@pytest.mark.parametrize("number", ["15-QĐ/BCĐ", "số 15-qđ/bcđ", "Quyết định số: 15 - QD/BCD"])
def test_a_number_that_exists_is_asked_about(village: Village, approver: Chat, number: str) -> None:
    one, two = (village.built(f"Đường hoa {n}", "proposed") for n in (1, 2))
    approver.tap(f"cnvao:{village.decision().id}:{one.id}")
    asked = sign(approver, number, *SIGNED[1:])
    assert asked == "Quyết định này đã có 1 mô hình: thêm vào, hay nhập lại số?"
    approver.say("thêm vào", "1", "gửi")
    assert (two.stage, len(decisions(village.session))) == ("recognised", 1)


def test_another_number_keeps_the_rest(village: Village, approver: Chat) -> None:
    village.decision()
    village.built(stage="proposed")
    sign(approver)
    approver.say("nhập lại số", "16-QĐ/BCĐ", "gửi")
    found = [(d.number, d.body, d.day, d.level) for d in decisions(village.session)]
    assert found[1] == ("16-QĐ/BCĐ", "Ban Chỉ đạo huyện", date(2022, 12, 20), "commune")


@pytest.mark.parametrize(("day", "why"), [("24/12/2022", "chưa đến"), ("12/2022", "rõ ngày ký")])
def test_a_day_that_cannot_be(village: Village, approver: Chat, day: str, why: str) -> None:
    assert why in sign(approver, *SIGNED[:2], day)


def test_a_decision_before_registration_recognises_nothing(
    village: Village, approver: Chat
) -> None:
    one = village.built(stage="proposed")
    early = village.decision()
    early.day = date(2021, 12, 20)
    assert "Chưa có mô hình nào" in approver.tap(f"cnvao:{early.id}")
    assert "trước năm đăng ký 2022" in approver.tap(f"cnvao:{early.id}:{one.id}")
    assert names(village.session, one) == []


def test_a_role_revoked_while_ticking(village: Village, approver: Chat) -> None:
    one = village.built(stage="proposed")
    sign(approver)
    approver.say("1", "xong")
    members.end_roles(village.session, village.approver.id, LATER)
    assert "dành cho người thẩm định" in approver.say("gửi")
    assert one.stage == "proposed"


# -- one from its card ----------------------------------------------------------------------------


def test_one_under_a_decision_there_is(village: Village, approver: Chat) -> None:
    one = village.built(stage="appraising")
    village.decision()
    assert "theo quyết định nào" in approver.tap(f"cnqd:{one.id}")
    assert "nay ở “Công nhận cấp cơ sở”" in approver.say("1")
    assert "nay ở “Thẩm định”" in approver.say("hoàn tác")


def test_one_under_a_new_decision(village: Village, approver: Chat) -> None:
    one = village.built(stage="appraising")
    approver.tap(f"cnqd:{one.id}")
    assert "nay ở “Công nhận cấp cơ sở”" in approver.say("nhập quyết định mới", *SIGNED)


def test_a_higher_level_later(village: Village, approver: Chat) -> None:
    one = village.built(stage="appraising")
    low, high = village.decision(), village.decision("3-QĐ/TU", "province")
    approver.tap(f"cnvao:{low.id}:{one.id}")
    offered = labels(approver, f"cnqd:{one.id}")
    assert [label[:19] for label in offered[:1]] == ["Quyết định 3-QĐ/TU "]
    assert "Công nhận cấp tỉnh" in approver.tap(f"cnvao:{high.id}:{one.id}")
    assert "cấp cao hơn" in approver.tap(f"cnvao:{low.id}:{one.id}")
    assert names(village.session, one) == ["recognise", "raise"]


# -- decisions there are --------------------------------------------------------------------------


def test_a_decision_lists_its_models(village: Village, approver: Chat) -> None:
    one = village.built("Đường hoa", "proposed")
    signed = village.decision()
    approver.tap(f"cnvao:{signed.id}:{one.id}")
    assert labels(approver, "cnds") == ["15-QĐ/BCĐ, 20/12/2022, Ban Chỉ đạo huyện: 1 mô hình"]
    text = approver.tap(f"cnxem:{signed.id}")
    assert "Công nhận cấp cơ sở: 1 mô hình. Người nhập: ông Phan Quốc Tuấn." in text
    assert f"{village.code(one)} Đường hoa" in labels(approver, f"cnxem:{signed.id}")


def test_decisions_of_elsewhere_are_not_listed(
    village: Village, session: Session, chat: Open
) -> None:
    one = village.built(stage="proposed")
    village.talk(village.approver).tap(f"cnvao:{village.decision().id}:{one.id}")
    other = make_member(
        session, role="approver", unit=make_unit(session, "Xã Xa", parent=village.root)
    )
    assert "Chưa có quyết định nào" in chat(other).tap("cnds")


def test_a_list_longer_than_a_page(village: Village, approver: Chat) -> None:
    for n in range(10):
        village.decision(f"{n}-QĐ/BCĐ")
    assert labels(approver, "cnds")[-1] == "Xem tiếp"
    assert len(labels(approver, "cnds:8")) == 2


def test_an_unknown_decision(village: Village, approver: Chat) -> None:
    assert "không có quyết định này" in approver.tap("cnxem:99")
    praise = village.decision()
    praise.kind = "commendation"
    assert "không có quyết định này" in approver.tap(f"cnvao:{praise.id}")


# -- exemplary ----------------------------------------------------------------------------------


def test_recognised_ones_are_marked_exemplary(village: Village, approver: Chat) -> None:
    one = village.built("Đường hoa", "recognised")
    village.built(stage="appraising")
    approver.tap("vdnhieu:mark")
    approver.say("1", "gửi")
    assert one.exemplary
    assert told(approver, village) == [
        "Mô hình “Đường hoa” của bà được chọn làm điển hình. Chúc mừng và cảm ơn bà."
    ]
