"""The card of a model, and what of it becomes public."""

import pytest
from sqlalchemy.orm import Session

from bot.domain import public_card
from bot.domain.roles import Role
from storage import cards
from storage.tables.base import FIRST_DAY
from storage.tables.helping import Card
from storage.tables.people import Audit
from storage.tables.records import Enrolment, Initiative
from storage.tables.units import Unit
from tests.handlers.chatting import Chat, Open, unit
from tests.handlers.looking import agree
from tests.make import make_enrolment, make_initiative, make_member

TOLD = "Gia đình anh Hồ Văn Hà dựng nhà lưới, gọi 0912 345 678. Bác Hồ dạy: dân vận khéo."


@pytest.fixture
def model(session: Session, root: Unit) -> Enrolment:
    initiative = make_initiative(session, "Nhà lưới rau củ", root)
    return make_enrolment(
        session, place=unit(session), initiative=initiative, kind="individual",
        owner="Gia đình anh Hồ Văn Hà", accepted_on=FIRST_DAY,
        noi_dung={"v": TOLD, "t": TOLD}, quy_mo={"v": "", "t": "4.200 m²"},
        lien_he={"v": "+84912345678", "t": "0912 345 678"},
    )  # fmt: skip


@pytest.fixture
def approver(session: Session, root: Unit, chat: Open) -> Chat:
    return chat(make_member(session, unit=root, role=Role.APPROVER))


def labels(one: Chat, button: str) -> list[str]:
    return [option.label for option in one.hear(button=button)[-1].options]


# -- the card -----------------------------------------------------------------------------


def test_all_years_one_tap_apart(session: Session, model: Enrolment, approver: Chat) -> None:
    initiative = session.get_one(Initiative, model.initiative_id)
    make_enrolment(session, 2021, unit(session), initiative=initiative, accepted_on=FIRST_DAY)
    newest = approver.tap(f"mh:{initiative.id}")
    assert "Năm 2022." in newest
    assert "Các năm: 2022, 2021" in newest
    assert "Năm 2021." in approver.tap(f"mh:{initiative.id}:2021")
    assert "Năm 2022." in approver.tap(f"mh:{initiative.id}:1999")


def test_more_buttons_than_a_small_phone_shows(model: Enrolment, approver: Chat) -> None:
    here = f"mh:{model.initiative_id}"
    first = labels(approver, here)
    assert len(first) <= 8
    if first[-1] == "Thêm…":
        further = labels(approver, f"{here}:2022:1")
        assert further[-1] == "Về thẻ mô hình"
        assert not {*first} & {*further}


def test_a_merged_one_leads_to_what_it_is_now(
    session: Session, model: Enrolment, approver: Chat
) -> None:
    other = make_initiative(session, "Nhà lưới khác")
    other.merged_id = model.initiative_id
    session.flush()
    assert "Nhà lưới rau củ" in approver.tap(f"mh:{other.id}")


@pytest.mark.parametrize("button", ["mh:0", "mh:x", "mh", "mh:1:x", "mhphieu:0:2022", "mhphieu:1"])
def test_a_made_up_button_opens_nothing(approver: Chat, button: str) -> None:
    said = approver.tap(button)
    assert "ngoài phần" in said or "Nút này đã cũ" in said


# -- what becomes public ------------------------------------------------------------------


def test_no_people_no_numbers(session: Session, model: Enrolment, approver: Chat) -> None:
    *_, told = agree(approver, model)
    card = cards.of_initiative(session, model.initiative_id)
    assert card is not None
    for private in ("Hồ Văn Hà", "0912", "Chủ thể"):
        assert private not in told.text + str(card.body)
    assert "Gia đình chủ mô hình dựng nhà lưới" in told.text
    assert "Bác Hồ dạy" in told.text
    assert "4.200 m²" in told.text
    assert told.link == f"https://dvk.example.vn/the/{card.token}"


def test_the_preview_names_who_may_still_be_in_it(
    session: Session, model: Enrolment, approver: Chat
) -> None:
    model.details = {"noi_dung": {"v": "", "t": "Nhờ bà Trần Thị Nhàn và Bác Hồ."}}
    session.flush()
    said = approver.tap(f"ck:{model.id}")
    assert "có thể còn tên người: “bà Trần Thị Nhàn”" in said
    assert "Nhàn" not in approver.tap(f"ck:{model.id}:01")


def test_what_has_changed_since_is_shown_again(
    session: Session, model: Enrolment, approver: Chat
) -> None:
    seen = approver.hear(button=f"ck:{model.id}")[-1].options[0].data
    model.details = {"noi_dung": {"v": "", "t": "Đã đổi cách làm."}}
    session.flush()
    assert "vừa có thay đổi" in approver.tap(seen)
    assert cards.of_initiative(session, model.initiative_id) is None


def test_the_link_stays_when_it_is_approved_anew(
    session: Session, model: Enrolment, approver: Chat
) -> None:
    agree(approver, model)
    token = session.query(Card).one().token
    assert "Đã rút" in approver.tap(f"ckrutthat:{model.id}")
    assert "không có thẻ" in approver.tap(f"ckrutthat:{model.id}")
    agree(approver, model, "00")
    card = session.query(Card).one()
    assert (card.token, card.withdrawn_at, card.body["text"]) == (token, None, "")


def test_one_that_waits_is_not_shared(session: Session, model: Enrolment, approver: Chat) -> None:
    model.state = "waiting"
    session.flush()
    assert "chưa được chấp nhận" in approver.tap(f"ck:{model.id}")


def test_outsiders_read_the_public_card_alone(
    session: Session, model: Enrolment, approver: Chat, chat: Open
) -> None:
    outsider = chat(make_member(session, unit=unit(session, "Xã Thạch Khê")))
    here = f"mh:{model.initiative_id}"
    assert "ngoài phần" in outsider.tap(here)
    agree(approver, model)
    said = outsider.tap(here)
    assert said.startswith("MÔ HÌNH “DÂN VẬN KHÉO”")
    assert "Hồ Văn Hà" not in said


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Gọi 0912.345.678 hoặc +84 912 345 678", "Gọi … hoặc …"),
        ("Rộng 4.200 m², 45 hộ, 20.000.000 đồng, năm 2022", None),
        ("Từ 15/3/2022 đến 23/12/2022", None),
    ],
)
def test_telephone_numbers_are_left_out(text: str, left: str | None) -> None:
    assert public_card.without_phones(text) == (left or text)


@pytest.mark.parametrize(
    ("owner", "name"),
    [
        ("Gia đình anh Hồ Văn Hà", "Hồ Văn Hà"),
        ("Hộ gia đình bà Trần Thị Nhàn", "Trần Thị Nhàn"),
        ("Anh Phạm Văn Huy", "Phạm Văn Huy"),
        ("Hồ Văn Hà", "Hồ Văn Hà"),
    ],
)
def test_the_name_itself(owner: str, name: str) -> None:
    assert public_card.bare(owner) == name


def test_what_is_done_goes_into_the_log(model: Enrolment, approver: Chat, session: Session) -> None:
    agree(approver, model)
    approver.tap(f"ckrutthat:{model.id}")
    assert [(a.action, a.kind) for a in session.query(Audit)] == [
        ("share", "card"), ("withdraw", "card"),
    ]  # fmt: skip
