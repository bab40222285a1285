"""`@bot words` in another chat: public cards for members, a way in for strangers."""

from storage import cards
from storage.tables.helping import Card
from storage.tables.people import Account
from tests.make import NOW, make_enrolment, make_initiative
from tests.telegramming import rows

BODY = {
    "name": "Trồng hoa lan", "owner": "", "unit": "Xã Thạch Khê", "sector": "Kinh tế", "year": 2022,
    "state": "Đã xây dựng", "text": "Trồng hoa trong nhà lưới.", "figures": [], "photos": [],
}  # fmt: skip


def shared(at, village, name="Trồng hoa lan", **values):
    with at.database.writing() as session:
        enrolment = make_enrolment(session, initiative=make_initiative(session, name), **values)
        body = BODY | {"name": name}
        card = cards.approve(session, enrolment.initiative_id, body, village["minh"], NOW)
        return card.id


async def typed(user, text):
    return await user.inline(text).answered()


async def test_a_member_finds_cards_and_sends_them_on(at, ha, village):
    shared(at, village)
    answer = await typed(ha, "hoa la")
    [found] = answer["results"]
    assert (found["title"], found["description"]) == (
        "Trồng hoa lan",
        "Xã Thạch Khê, 2022. Kinh tế",
    )
    assert "Trồng hoa trong nhà lưới." in found["input_message_content"]["message_text"]
    assert answer["is_personal"]


async def test_what_is_not_public_is_not_among_them(at, minh, village):
    with at.database.writing() as session:
        make_enrolment(session, initiative=make_initiative(session, "Trồng hoa lan"))
    shared(at, village, "Nuôi tôm")
    assert [r["title"] for r in (await typed(minh, ""))["results"]] == ["Nuôi tôm"]
    assert (await typed(minh, "hoa lan"))["results"] == []


async def test_a_withdrawn_one_is_gone(at, ha, village):
    number = shared(at, village)
    with at.database.writing() as session:
        assert cards.withdraw(session, session.get_one(Card, number), NOW)
    assert (await typed(ha, "hoa lan"))["results"] == []


async def test_strangers_get_nothing_and_are_not_noted(at, village):
    shared(at, village)
    before = len(rows(at, Account))
    assert (await typed(at.double.user("Người lạ"), "hoa"))["results"] == []
    assert len(rows(at, Account)) == before
