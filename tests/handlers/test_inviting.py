"""What an invitation looks like: a link for each way in, first that of the platform one is on."""

import re

import pytest
from sqlalchemy.orm import Session

from bot.conversation.messages import Reply, Said
from bot.domain.roles import Role
from bot.handlers.inviting import handed_over, link, links, make
from bot.handlers.registry import Organisation, Talk
from storage.invitations import Fresh
from storage.tables.units import Unit
from tests.handlers.chatting import LATER, Open, admin

WEB, BOT = "https://dvk.example.vn/", "dvk_bot"


def invitation(
    session: Session, root: Unit, chat: Open, url: str = WEB, bot: str = BOT, on: str = "telegram"
) -> tuple[Talk, Fresh]:
    person = chat(admin(session, root)).person
    person.platform = on
    organisation = Organisation(root.id, root.name, "Văn phòng", url, bot)
    talk = Talk(session, LATER, LATER.date(), organisation, person, Said())
    talk.keep = lambda data: f"{len(data):064x}"
    return talk, make(talk, root.id, Role.MEMBER)


def handed(talk: Talk, fresh: Fresh) -> Reply:
    return handed_over(talk, fresh, "Thư mời {vai_tro} của {don_vi} đây ạ.")[0]


def test_telegram_is_opened_by_a_tap(session: Session, root: Unit, chat: Open) -> None:
    talk, fresh = invitation(session, root, chat)
    assert links(talk, fresh)["Telegram"] == f"https://t.me/dvk_bot?start={fresh.token}"


def test_the_token_is_what_telegram_lets_through(session: Session, root: Unit, chat: Open) -> None:
    _, fresh = invitation(session, root, chat)
    assert re.fullmatch(r"[\w-]{1,64}", fresh.token, re.ASCII)


@pytest.mark.parametrize(
    ("on", "first"), [("telegram", "https://t.me/"), ("web", "https://dvk.example.vn/i/")]
)
def test_the_picture_leads_to_where_the_inviter_is(
    session: Session, root: Unit, chat: Open, on: str, first: str
) -> None:
    talk, fresh = invitation(session, root, chat, on=on)
    assert link(talk, fresh).startswith(first)
    assert list(links(talk, fresh)) in (["Telegram", "Trang web"], ["Trang web", "Telegram"])


def test_both_ways_are_named_in_the_message(session: Session, root: Unit, chat: Open) -> None:
    talk, fresh = invitation(session, root, chat)
    lines = handed(talk, fresh).text.splitlines()
    assert f"Telegram: https://t.me/dvk_bot?start={fresh.token}" in lines
    assert f"Trang web: https://dvk.example.vn/i/{fresh.token}" in lines


@pytest.mark.parametrize(
    ("url", "bot", "line"),
    [
        ("", BOT, "Đường dẫn: https://t.me/dvk_bot?start="),
        (WEB, "", "Đường dẫn: https://dvk.example.vn/i/"),
    ],
)
def test_a_single_way_needs_no_name(
    session: Session, root: Unit, chat: Open, url: str, bot: str, line: str
) -> None:
    text = handed(*invitation(session, root, chat, url, bot)).text
    assert f"\n{line}" in text
    assert "Telegram:" not in text


def test_without_any_link_the_code_is_left(session: Session, root: Unit, chat: Open) -> None:
    reply = handed(*invitation(session, root, chat, "", ""))
    assert reply.file is None
    assert reply.code in reply.text


def test_the_link_of_telegram_lets_in(session: Session, root: Unit, chat: Open) -> None:
    """A tap on it says `/start` with what stands behind `start=`."""
    talk, fresh = invitation(session, root, chat)
    token = link(talk, fresh).partition("?start=")[2]
    guest = chat()
    guest.say(f"/start {token}", "1", "bà", "Lê Thị Lan", "gửi")
    assert guest.person.unit_id == root.id
