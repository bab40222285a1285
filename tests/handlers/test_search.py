"""Searching by words: what was understood, what is offered, what a made up button does."""

import pytest
from sqlalchemy.orm import Session

from bot.conversation.messages import Reply
from bot.domain.roles import Role
from bot.domain.search_query import Question, understood, units_in
from storage.tables.units import Unit
from tests.handlers.chatting import Chat, Open, unit
from tests.handlers.looking import evaluated, names, search
from tests.make import make_enrolment, make_initiative, make_member, make_sector

SECTORS = {"kinh te": 1, "van hoa xa hoi": 3, "xa hoi": 3}


@pytest.fixture
def leader(session: Session, root: Unit, chat: Open) -> Chat:
    return chat(make_member(session, unit=root, role=Role.LEADER))


@pytest.fixture
def models(session: Session, root: Unit) -> None:
    lac, khe = unit(session), unit(session, "Xã Thạch Khê")
    for name, place, year in (
        ("Nhà lưới sản xuất rau", lac, 2021),
        ("Nhà lưới trồng hoa lan", khe, 2022),
        ("Bảo hiểm xã hội toàn dân", lac, 2022),
    ):
        initiative = make_initiative(session, name, root, year)
        sector = make_sector(session, root=root)
        make_enrolment(session, year, place, initiative=initiative, sector=sector)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("nhà lưới 2022", Question(("nhà", "lưới"), 2022)),
        ("điển hình rau", Question(("rau",), None, "exemplary")),
        ("rau đã công nhận năm ngoái", Question(("rau",), 2025, "recognised")),
        ("dien hinh", Question((), None, "exemplary")),
        ("đang xây dựng kinh tế", Question((), None, "building", 1)),
        ("lĩnh vực xã hội", Question((), None, "", 3)),
        ("xã hội", Question((), None, "", 3)),
        ("bảo hiểm xã hội", Question(("bảo", "hiểm", "xã", "hội"))),
        ("rau kinh tế", Question(("rau",), None, "", 1)),
        ("kinh tế vườn rau kinh", Question(("vườn", "rau", "kinh"), None, "", 1)),
        ("", Question()),
    ],
)
def test_what_narrows_is_understood(said: str, meant: Question) -> None:
    assert understood(said, 2026, SECTORS) == meant


def test_names_at_either_end_may_be_units() -> None:
    assert ("xã Thạch Lạc", True, ("rau",)) in list(units_in(("rau", "xã", "Thạch", "Lạc")))
    assert ("thạch lạc", False, ("rau",)) in list(units_in(("thạch", "lạc", "rau")))


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("nhà lưới", ["Nhà lưới trồng hoa lan", "Nhà lưới sản xuất rau"]),
        ("nha luoi 2021", ["Nhà lưới sản xuất rau"]),
        ("nhà lưới xã thạch khê", ["Nhà lưới trồng hoa lan"]),
        ("thạch lạc", ["Bảo hiểm xã hội toàn dân", "Nhà lưới sản xuất rau"]),
        ("bảo hiểm xã hội", ["Bảo hiểm xã hội toàn dân"]),
        ("bảo hiểm kinh tế", ["Bảo hiểm xã hội toàn dân"]),
    ],
)
def test_found(leader: Chat, models: None, said: str, found: list[str]) -> None:
    assert names(search(leader, said)) == found


def actions(reply: Reply) -> dict[str, str]:
    return {option.label: option.data for option in reply.actions}


def test_what_was_understood_can_be_taken_away(leader: Chat, models: None) -> None:
    reply = search(leader, "nhà lưới thạch lạc 2021")
    assert reply.text.startswith("Mô hình “nhà lưới”, năm 2021, xã Thạch Lạc")
    button = actions(reply)["Bỏ lọc xã Thạch Lạc"]
    less = evaluated(leader, leader.hear(button=button))
    assert less.text.startswith("Mô hình “nhà lưới”, năm 2021 ")
    assert list(actions(less)) == ["Bỏ lọc năm 2021"]


def test_a_typing_error_is_asked_about_never_taken(leader: Chat, models: None) -> None:
    reply = search(leader, "nhaf lưới")
    assert "Ý chị là" in reply.text
    assert [o.label for o in reply.options] == ["“nhà lưới”", "“lưới”"]
    meant = evaluated(leader, leader.hear(button=reply.options[0].data))
    assert len(names(meant)) == 2


def test_pages_of_eight(session: Session, leader: Chat, root: Unit) -> None:
    place = unit(session)
    for number in range(10):
        initiative = make_initiative(session, f"Vườn hoa số {number}", root)
        make_enrolment(session, place=place, initiative=initiative)
    first = search(leader, "vườn hoa")
    rest = evaluated(leader, leader.hear(button=actions(first)["Xem tiếp"]))
    assert (len(names(first)), len(names(rest))) == (8, 2)
    assert list(actions(rest)) == ["Trang trước"]


@pytest.mark.parametrize(
    "button",
    ['tim:0:0:-:0:0:"', "tim:x:0:-:0:0:rau", "tim:0:0:' OR:0:0:rau", "tim", "tim:0:0:-:0:0:)"],
)
def test_a_made_up_button_does_nothing(leader: Chat, models: None, button: str) -> None:
    assert "cũ" in leader.tap(button)


def test_a_made_up_mark_opens_nothing(chat: Open, session: Session, models: None) -> None:
    outsider = chat(make_member(session, unit=unit(session, "Xã Thạch Khê")))
    reply = evaluated(outsider, outsider.hear(button=f"tim:0:0:-:0:0:_u{unit(session).id}"))
    assert names(reply) == []


def test_nothing_at_all(leader: Chat) -> None:
    reply = search(leader, "abcxyz")
    assert "chưa thấy mô hình “abcxyz”" in reply.text
    assert [o.label for o in reply.options] == ["Tìm từ khác"]


def test_without_words_it_asks_for_some(leader: Chat, models: None) -> None:
    assert "tìm mô hình nào" in leader.say("/timkiem")
    leader.say("hoa lan")
    assert leader.person.draft_id is None
