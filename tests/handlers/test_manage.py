"""Quản lý: groups in plain words, whose buttons are found by their words from any of the pages."""

import pytest
from sqlalchemy.orm import Session

from bot.conversation.messages import Option
from bot.domain.roles import Role
from bot.handlers.manage import FLAT, GROUPS
from storage.tables.people import Member
from storage.tables.units import Unit
from tests.handlers.chatting import Chat, Open, managed, unit
from tests.make import make_member, make_role

MOST = 8
"""Buttons on one page; the way back is one more."""


@pytest.fixture
def minh(session: Session, root: Unit) -> Member:
    return make_member(session, "Trần Văn Minh", unit=unit(session), role=Role.FOCAL)


@pytest.fixture
def focal(minh: Member, chat: Open) -> Chat:
    return chat(minh)


def shown(one: Chat, text: str = "", button: str = "") -> list[str]:
    return [o.label for o in one.hear(text, button)[0].options]


def groups(one: Chat) -> list[Option]:
    return [o for o in one.hear("/quanly")[0].options if o.data.startswith("qln:")]


def test_a_focal_person_sees_groups(focal: Chat) -> None:
    first = shown(focal, "/quanly")
    assert first[:3] == ["Người và thư mời", "Công nhận, khen thưởng, nhân rộng", "Kiểm tra"]
    assert first[-2:] == ["Chỉ tiêu đăng ký", "Chính sách hỗ trợ"]
    people = shown(focal, button="qln:10")
    assert people[0] == "Người chờ vào (0)"
    assert people[-1] == "Việc quản lý khác"


def test_a_few_buttons_need_no_groups(session: Session, chat: Open) -> None:
    one = chat(make_member(session, unit=unit(session), role=Role.INSPECTOR))
    assert shown(one, "/quanly") == ["Kiến nghị sau kiểm tra"]


def test_no_page_is_long_even_for_who_may_do_everything(
    session: Session, minh: Member, chat: Open
) -> None:
    for role in Role:
        make_role(session, minh, role, unit(session))
    one = chat(minh)
    assert len(managed(one)) > FLAT
    assert len(shown(one, "/quanly")) <= MOST
    assert all(len(shown(one, button=o.data)) <= MOST + 1 for o in groups(one))


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("mời một người", "mời ai"),
        ("khen thưởng", "XÉT KHEN THƯỞNG"),
        ("kế hoạch kiểm tra", "kế hoạch kiểm tra năm"),
        ("người chờ vào", "Chưa có ai chờ"),
    ],
)
@pytest.mark.parametrize("page", ["cmd:quanly", "qln:35"])
def test_the_words_of_any_button_count(focal: Chat, page: str, said: str, answer: str) -> None:
    focal.tap(page)
    assert answer in focal.say(said)


@pytest.mark.parametrize("said", ["2", "nhân rộng, khen thưởng", "Kiểm tra"])
def test_a_group_by_its_number_or_words(focal: Chat, said: str) -> None:
    focal.say("quản lý")
    assert "cần việc gì" in focal.say(said)


def test_words_with_the_command_are_a_button_or_a_name(focal: Chat) -> None:
    assert "mời ai" in focal.say("quản lý mời một người")
    focal.say("hủy", "1")
    assert "Trần Văn Minh" in str(shown(focal, "quản lý Minh"))


def test_where_nothing_leads_to_these_pages_the_words_mean_nothing(focal: Chat) -> None:
    assert "chưa rõ ý" in focal.say("thư mời còn hạn")
    focal.say("menu")
    assert "Chưa có thư mời" in focal.say("thư mời còn hạn")


def test_a_group_with_nothing_in_it_says_so(session: Session, chat: Open) -> None:
    one = chat(make_member(session, unit=unit(session), role=Role.INSPECTOR))
    assert "hiện chưa có việc nào" in one.tap("qln:10")
    assert "đã cũ" in one.tap("qln:11")
    assert [first for first, _ in GROUPS] == sorted(first for first, _ in GROUPS)
