"""A group of leaders gets the week's numbers: the done by name, the late counted, nobody named."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from bot.domain.roles import Role
from storage import period_reports
from storage.tables.people import Account, Audit
from storage.tables.reminders import ReviewPeriod
from storage.tables.units import Unit
from tests.handlers.chatting import LATER, Open, managed
from tests.handlers.leading import District, ask, labels, make_district, press
from tests.handlers.looking import talk_of
from tests.make import make_account, make_member

GROUP = "-100"


@pytest.fixture
def land(session: Session, root: Unit, chat: Open) -> District:
    return make_district(session, root, chat)


@pytest.fixture
def group(land: District) -> Account:
    return make_account(land.session, None, "telegram", GROUP)


def turn_on(land: District, group: Account) -> None:
    land.talk().tap(f"bn_bat:{group.id}:{land.root.id}")


def read(land: District, unit: Unit) -> str:
    from bot.handlers.registry import LATE

    text: str = LATE["group_digest"](talk_of(land.chat()), unit=unit.id).text
    return text


def test_a_leader_turns_it_on_with_a_few_taps(land: District, group: Account) -> None:
    one = land.talk()
    assert "Bản tin cho nhóm lãnh đạo" in managed(one)
    chosen = press(one, ask(one, button="bn"), f"Nhóm số {group.id} (từ ")
    said = press(one, chosen, "Gửi số liệu của Huyện Thạch Hà").text
    assert said.startswith(f"Từ nay nhóm số {group.id} nhận bản tin tuần của Huyện Thạch Hà.")


def test_the_group_is_told_at_once(land: District, group: Account) -> None:
    one = land.talk()
    one.tap(f"bn_bat:{group.id}:{land.root.id}")
    [letter] = one.letters
    assert letter.account_id == group.id
    assert "Theo đề nghị của đồng chí Nguyễn Đình Thành" in letter.reply.text


def test_it_ends_with_one_tap(land: District, group: Account) -> None:
    turn_on(land, group)
    one = land.talk()
    press(one, ask(one, button=f"bn_nhom:{group.id}"), "Thôi gửi")
    assert labels(ask(one, button="bn"))[0].endswith("chưa bật")
    assert [row.action for row in land.session.query(Audit)] == [
        "group_digest_on", "group_digest_off",
    ]  # fmt: skip


def test_without_a_group_it_says_how_to_get_one(land: District) -> None:
    assert "gõ /start trong nhóm" in ask(land.talk(), button="bn").text


def test_a_private_chat_is_no_group(land: District) -> None:
    private = make_account(land.session, land.minh, "telegram", "100")
    said = land.talk().tap(f"bn_bat:{private.id}:{land.root.id}")
    assert said.startswith("Mục này dành cho lãnh đạo và quản trị")


def test_a_group_of_others_stays_theirs(land: District, group: Account) -> None:
    turn_on(land, group)
    theirs = land.talk(make_member(land.session, "Lê Văn Sáu", land.xa, Role.LEADER))
    assert "ngoài phần" in theirs.tap(f"bn_tat:{group.id}")


def test_the_done_are_praised_and_the_late_only_counted(land: District) -> None:
    for period in land.session.query(ReviewPeriod).filter(ReviewPeriod.due_on < LATER.date()):
        period_reports.put(
            land.session, key=f"{period.id}", period_id=period.id, unit_id=land.xa.id, version=0,
            author_id=land.minh.id, answers={}, figures={}, now=LATER - timedelta(1),
        )  # fmt: skip
    said = read(land, land.root)
    assert "Biểu dương, đã xong mọi việc: Xã Thạch Lạc." in said
    assert "Còn 1 đơn vị có việc quá hạn." in said
    assert "Thạch Khê" not in said


def test_neither_people_nor_narrowed_sectors(land: District) -> None:
    land.model("Chốt an ninh", "an_ninh_quoc_phong")
    said = read(land, land.root)
    assert "mô hình" not in said
    assert not any(m.name in said for m in (land.minh, land.thu, land.lan, land.thanh))
