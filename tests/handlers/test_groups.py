"""In a group the bot greets, and answers leaders with totals; all else is for a private chat."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from bot.conversation.messages import Incoming, Reply, Said
from bot.delivery import late
from bot.delivery.batch import Batch, Place
from bot.domain.roles import Role
from bot.handlers.registry import Organisation
from storage.database import Database
from tests.delivery.desks import drafts, mail, place, run
from tests.make import (
    NOW,
    make_account,
    make_enrolment,
    make_member,
    make_sector,
    make_unit,
    the_root,
)

BOT = ("telegram", "telegram")
GROUP = "-100"


@dataclass
class Group:
    """A group with a leader (`minh`), a member (`lan`) and somebody nobody knows (`ai`)."""

    database: Database
    place: Place

    def say(self, who: str, text: str, **more: Any) -> list[Reply]:
        """What is answered in the group."""
        before = len(self.mail())
        message = Incoming(*BOT, str(uuid4()), who, Said(text, **more), group=GROUP)
        with self.database.writing() as session:
            batch = Batch(session, self.place, NOW)
            batch.run([message])
            batch.finish()
        found = late.evaluate(self.database, self.place, None)
        with self.database.writing() as session:
            late.fill(Batch(session, self.place, NOW), found)
        return self.mail()[before:]

    def mail(self, chat: str = GROUP) -> list[Reply]:
        return [Reply.from_json(row.body) for row in mail(self.database, chat)]


@pytest.fixture
def group(database: Database) -> Group:
    with database.writing() as session:
        unit, root = make_unit(session), the_root(session)
        for name, role in (("minh", Role.LEADER), ("lan", Role.MEMBER)):
            member = make_member(session, name=name, unit=unit, role=role, over=root)
            make_account(session, member, "telegram", name)
        for code in ("kinh_te", "an_ninh_quoc_phong"):
            sector, day = make_sector(session, code), date(2022, 5, 1)
            make_enrolment(session, place=unit, sector=sector, accepted_on=day, built_on=day)
    return Group(database, place(database))


@pytest.mark.parametrize("text", ["/start", "/trogiup", "/help"])
def test_it_greets_and_says_what_it_does_here(group: Group, text: str) -> None:
    [reply] = group.say("ai", text)
    assert "xin chào cả nhóm" in reply.text
    assert (reply.options, reply.actions) == ((), ())


def test_the_greeting_names_the_bot(group: Group) -> None:
    named = Organisation(1, "Ban Dân vận", telegram="dvk_bot")
    group.place = replace(group.place, organisation=lambda _: named)
    assert "nhắn riêng cho Trợ lý (t.me/dvk_bot)." in group.say("ai", "/start")[0].text


@pytest.mark.parametrize("text", ["/thongke 2022", "thống kê 2022", "tk 2022", "THONG KE 2022"])
def test_a_leader_gets_the_totals(group: Group, text: str) -> None:
    [reply] = group.say("minh", text)
    assert "THỐNG KÊ 2022 – Huyện Thạch Hà" in reply.text
    assert "Đã xây dựng: 2 mô hình" in reply.text
    assert (reply.options, reply.actions) == ((), ())


def test_a_unit_may_be_named(group: Group) -> None:
    [reply] = group.say("minh", "/thongke Thạch Lạc 2022")
    assert "THỐNG KÊ 2022 – Xã Thạch Lạc" in reply.text


def test_what_has_to_be_chosen_is_asked_for_in_words(group: Group) -> None:
    [reply] = group.say("minh", "/thongke 2021 2022")
    assert "gõ rõ thêm" in reply.text
    assert (reply.options, reply.actions) == ((), ())


@pytest.mark.parametrize("who", ["lan", "ai"])
def test_nobody_else_gets_a_number(group: Group, who: str) -> None:
    [reply] = group.say(who, "/thongke 2022")
    assert "chỉ trả lời lãnh đạo" in reply.text


@pytest.mark.parametrize("text", ["/dangky", "menu", "DVK-2022-0001", "Đường hoa", "/khong_co"])
def test_all_else_is_for_a_private_chat(group: Group, text: str) -> None:
    [reply] = group.say("lan", text)
    assert "mời chị nhắn riêng" in reply.text
    assert drafts(group.database) == []


@pytest.mark.parametrize("said", [{"text": ""}, {"text": "", "button": "cmd:menu"}])
def test_what_says_nothing_is_not_answered(group: Group, said: dict[str, str]) -> None:
    assert group.say("minh", **said) == []


def test_a_group_changes_nothing_in_the_private_chat(group: Group) -> None:
    run(group.database, Incoming(*BOT, "k1", "lan", Said("/dangky")))
    before = group.mail("lan")
    group.say("lan", "1")
    group.say("lan", "hủy")
    assert group.mail("lan") == before
    assert len(drafts(group.database)) == 1


def test_nobody_becomes_known_to_us_by_speaking_in_a_group(group: Group) -> None:
    group.say("ai", "Đồng ý")
    assert group.mail("ai") == []
