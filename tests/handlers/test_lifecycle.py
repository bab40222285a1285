"""The life of an initiative on its card: what is shown, done, told and taken back."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.conversation.messages import Reply
from bot.domain.lifecycle import Life
from storage import members
from storage.tables.people import Audit
from storage.tables.units import Unit
from tests.handlers.chatting import LATER, Chat, Open, managed
from tests.handlers.living import Village, make_village, names, told
from tests.make import make_member, make_unit

REASON = "Chủ mô hình đã chuyển đi nơi khác"


@pytest.fixture
def village(session: Session, root: Unit, chat: Open) -> Village:
    return make_village(session, root, chat)


@pytest.fixture
def focal(village: Village) -> Chat:
    return village.talk(village.focal)


@pytest.fixture
def approver(village: Village) -> Chat:
    return village.talk(village.approver)


def labels(replies: list[Reply]) -> list[str]:
    return [o.label for reply in replies for o in reply.options]


def card(one: Chat, initiative_id: int) -> tuple[str, list[str]]:
    """Its text, and the buttons of all its pages."""
    replies = [*one.hear(button=f"mh:{initiative_id}"), *one.hear(button=f"mh:{initiative_id}:0:1")]
    return replies[0].text, labels(replies)


# -- on the card --------------------------------------------------------------------------------


def test_the_card_says_where_it_is_and_offers_the_next_stage(village: Village, focal: Chat) -> None:
    one = village.built()
    text, buttons = card(focal, one.initiative_id)
    assert "Giai đoạn: Đang xây dựng" in text
    assert {"Đề nghị công nhận", "Chuyển giai đoạn khác", "Quá trình"} <= set(buttons)


def test_a_recognised_one_names_its_decision(village: Village, approver: Chat) -> None:
    one = village.built(stage="proposed")
    approver.tap(f"cnvao:{village.decision().id}:{one.id}")
    text, _ = card(approver, one.initiative_id)
    assert "Công nhận theo Quyết định 15-QĐ/BCĐ ngày 20/12/2022, Ban Chỉ đạo huyện" in text


def test_a_stopped_one_says_why(village: Village, focal: Chat) -> None:
    one = village.built()
    focal.tap(f"vd:stop:{one.id}")
    focal.say(REASON)
    text, buttons = card(focal, one.initiative_id)
    assert f"Lý do: {REASON}" in text
    assert "Tiếp tục lại" in buttons
    assert "Đề nghị công nhận" not in buttons


def test_the_owner_sees_but_moves_nothing(village: Village) -> None:
    one = village.built()
    _, buttons = card(village.talk(village.lan), one.initiative_id)
    assert "Quá trình" in buttons
    assert not {"Đề nghị công nhận", "Chuyển giai đoạn khác", "Dừng hẳn"} & set(buttons)


def test_other_moves_are_a_tap_away(village: Village, focal: Chat) -> None:
    one = village.built()
    assert labels(focal.hear(button=f"vdk:{one.id}")) == [
        "Đề nghị công nhận", "Tạm dừng", "Dừng hẳn", "Xem mô hình",
    ]  # fmt: skip


# -- moves --------------------------------------------------------------------------------------


def test_a_move_is_confirmed_and_can_be_taken_back(village: Village, focal: Chat) -> None:
    one = village.built()
    assert "phải không" in focal.tap(f"vd:propose:{one.id}")
    assert one.stage == "building"
    replies = focal.hear(text="đúng")
    assert "nay ở “Đề nghị công nhận”" in replies[0].text
    assert labels(replies) == ["Xem mô hình", "Hoàn tác"]
    assert "nay ở “Đang xây dựng”" in focal.say("hoàn tác")
    assert names(village.session, one) == ["propose", "undo"]


def test_a_reason_is_asked_for(village: Village, focal: Chat) -> None:
    one = village.built()
    assert "Lý do là gì" in focal.tap(f"vd:stop:{one.id}")
    assert "ghi thêm một chút" in focal.say("à")
    assert "nay ở “Đang xây dựng, đã dừng”" in focal.say(REASON)
    assert Life.of(one) == Life("building", "stopped")


def test_the_owner_is_told_courteously(village: Village, focal: Chat) -> None:
    one = village.built()
    focal.tap(f"vd:stop:{one.id}")
    focal.say(REASON)
    (letter,) = told(focal, village)
    assert letter.startswith(f"Mô hình “Tuyến đường hoa” của bà nay dừng. Lý do: “{REASON}”.")
    focal.say("hoàn tác")
    assert "“Dừng hẳn” ngày 23/12/2022" in told(focal, village)[-1]


def test_nobody_is_told_of_what_they_did_themselves(village: Village, focal: Chat) -> None:
    village.lan = village.focal
    one = village.built()
    focal.tap(f"vdco:pause:{one.id}")
    assert focal.letters == []


def test_each_move_is_in_the_audit_log(village: Village, focal: Chat) -> None:
    one = village.built()
    focal.tap(f"vdco:propose:{one.id}")
    focal.say("hoàn tác")
    rows = village.session.scalars(select(Audit).order_by(Audit.id)).all()
    assert [(r.action, r.kind, r.subject_id) for r in rows] == [
        ("propose", "enrolment", one.id), ("undo", "enrolment", one.id),
    ]  # fmt: skip


# -- what is refused ----------------------------------------------------------------------------


def test_a_move_that_is_not_possible_says_what_is(village: Village, focal: Chat) -> None:
    one = village.built()
    focal.tap(f"vdco:propose:{one.id}")
    assert "Làm được bây giờ: “Tạm dừng”; “Dừng hẳn”" in focal.tap(f"vdco:propose:{one.id}")


def test_stopped_while_a_reason_was_written(village: Village, focal: Chat, approver: Chat) -> None:
    one = village.built()
    focal.tap(f"vd:pause:{one.id}")
    approver.tap(f"vd:stop:{one.id}")
    approver.say(REASON)
    assert "“Tiếp tục lại”" in focal.say("Mưa lũ kéo dài")
    assert names(village.session, one) == ["stop"]


def test_a_role_revoked_between_tap_and_commit(village: Village, focal: Chat) -> None:
    one = village.built()
    focal.tap(f"vd:propose:{one.id}")
    members.end_roles(village.session, village.focal.id, LATER)
    assert "dành cho đầu mối" in focal.tap(f"vdco:propose:{one.id}")
    assert one.stage == "building"


@pytest.mark.parametrize(
    "button",
    ["vdco:recognise:{}", "vd:raise:{}", "vdco:fly:{}", "vd:x:{}", "vd:propose", "vdco:propose:x",
     "vdqt:{}:x", "vdlui:99", "vdlui:{}:ca", "vdco:stop:{}", "vd:propose:999", "vdnhieu:recognise",
     "vdnhieu:x", "cnvao:9:{}", "cnxem:99", "cnso:1:x"],
)  # fmt: skip
def test_a_made_up_button_changes_nothing(village: Village, focal: Chat, button: str) -> None:
    one = village.built()
    assert focal.tap(button.format(one.id))
    assert names(village.session, one) == []
    assert Life.of(one) == Life("building")


def test_somebody_elses_initiative(village: Village, focal: Chat) -> None:
    other = make_member(village.session, unit=make_unit(village.session, "Xã Xa"), role="focal")
    one = village.built()
    for button in (f"vd:stop:{one.id}", f"vdqt:{one.id}", f"vdk:{one.id}", f"cnqd:{one.id}"):
        assert "ngoài phần" in village.talk(other).tap(button)


# -- how it came there --------------------------------------------------------------------------


def test_the_history_names_who_when_and_why(village: Village, focal: Chat, approver: Chat) -> None:
    one = village.built()
    focal.tap(f"vdco:propose:{one.id}")
    approver.tap(f"cnvao:{village.decision().id}:{one.id}")
    focal.tap(f"vd:stop:{one.id}")
    focal.say(REASON)
    focal.say("hoàn tác")
    text = village.talk(village.lan).tap(f"vdqt:{one.id}")
    assert text.splitlines()[1:] == [
        "• 16:00 23/12/2022, anh Trần Văn Minh: hoàn tác “Dừng hẳn” lúc 16:00 23/12/2022",
        f"• 16:00 23/12/2022, anh Trần Văn Minh: “Dừng hẳn”. Lý do: {REASON}",
        "• 16:00 23/12/2022, ông Phan Quốc Tuấn: “Công nhận” cấp cơ sở theo Quyết định 15-QĐ/BCĐ "
        "ngày 20/12/2022, Ban Chỉ đạo huyện",
        "• 16:00 23/12/2022, anh Trần Văn Minh: “Đề nghị công nhận”",
    ]


def test_a_long_history_has_pages(village: Village, focal: Chat) -> None:
    one = village.built()
    for _ in range(5):
        focal.tap(f"vdco:propose:{one.id}")
        focal.say("hoàn tác")
    assert "Xem tiếp" in labels(focal.hear(button=f"vdqt:{one.id}"))
    assert len(focal.tap(f"vdqt:{one.id}:8").splitlines()) == 3


def test_a_superior_takes_back_from_the_history(
    village: Village, focal: Chat, approver: Chat
) -> None:
    one = village.built()
    focal.tap(f"vdco:propose:{one.id}")
    assert "Hoàn tác “Đề nghị công nhận”" in labels(approver.hear(button=f"vdqt:{one.id}"))
    approver.say("hoàn tác")
    assert one.stage == "building"


# -- several at once ----------------------------------------------------------------------------


def test_a_focal_person_proposes_several(village: Village, focal: Chat) -> None:
    first, second, third = (village.built(f"Đường hoa thôn {n}") for n in ["Một", "Hai", "Ba"])
    assert "Đề nghị công nhận" in managed(focal)
    focal.tap("vdnhieu:propose")
    assert "Đường hoa thôn Một" in focal.say("1, 3")
    assert "Đã “Đề nghị công nhận” 2 mô hình" in focal.say("gửi")
    assert [e.stage for e in (first, second, third)] == ["proposed", "building", "proposed"]
    assert "2 mô hình" in focal.say("hoàn tác tất cả")
    assert {e.stage for e in (first, second, third)} == {"building"}


def test_one_that_was_stopped_meanwhile_holds_up_no_other(
    village: Village, focal: Chat, approver: Chat
) -> None:
    first, second = village.built("Đường hoa"), village.built("Vườn đẹp")
    focal.tap("vdnhieu:propose")
    focal.say("tất cả")
    approver.tap(f"vd:stop:{first.id}")
    approver.say(REASON)
    text = focal.say("gửi")
    assert "nay ở “Đề nghị công nhận”" in text
    assert "Chưa được 1: Mô hình đang ở “Đang xây dựng, đã dừng”" in text
    assert second.stage == "proposed"


def test_nothing_to_propose(village: Village, focal: Chat) -> None:
    village.built(stage="proposed")
    assert "Chưa có mô hình nào" in focal.tap("vdnhieu:propose")
