"""What could not be sent: listed for administrators, with the reason, and sent again by a tap."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.conversation.messages import File, Reply
from bot.domain.roles import Role
from storage import outbox
from storage.tables.delivery import Outbox
from storage.tables.people import Account
from storage.tables.records import Initiative
from storage.tables.units import Unit
from tests.handlers.chatting import LATER, Chat, Open, admin, managed, unit
from tests.make import make_account, make_enrolment, make_member, make_sector

BLOCKED = "Forbidden: bot was blocked by the user"
HELLO = Reply("Lan xin vào Xã Thạch Lạc. Chị có biết người này không ạ?")


@pytest.fixture
def boss(session: Session, root: Unit, chat: Open) -> Chat:
    return chat(admin(session, root))


@pytest.fixture
def lan(session: Session, root: Unit) -> Account:
    """In Telegram."""
    return make_account(session, make_member(session, unit=unit(session)), "telegram")


def failed(
    session: Session,
    to: Account,
    error: str = BLOCKED,
    key: str = "join:1",
    reply: Reply = HELLO,
    ago: timedelta = timedelta(days=2),
) -> Outbox:
    """A message to somebody that was given up."""
    outbox.put(session, key=key, account_id=to.id, reply=reply, now=LATER - ago)
    row = session.scalars(select(Outbox).where(Outbox.key == key)).one()
    row.state, row.error, row.attempts = "failed", error, 10
    session.flush()
    return row


# -- the list -----------------------------------------------------------------------------------


def test_the_menu_says_how_many(session: Session, boss: Chat, lan: Account) -> None:
    failed(session, lan)
    failed(session, lan, key="join:2")
    assert "Tin chưa gửi được (2)" in managed(boss)


def test_when_all_has_arrived_the_menu_is_shorter(boss: Chat) -> None:
    assert not any("chưa gửi" in label for label in managed(boss))
    assert "Không còn tin nào" in boss.tap("ql_tin")


def test_it_says_to_whom_where_when_what_and_why(
    session: Session, boss: Chat, lan: Account
) -> None:
    failed(session, lan)
    line = boss.tap("ql_tin").splitlines()[1]
    assert line.startswith("1. Nguyễn Thị Lan (Xã Thạch Lạc), qua Telegram, 16:00 21/12/2022: ")
    assert "“Lan xin vào Xã Thạch Lạc." in line
    assert line.endswith("Người nhận đã chặn Trợ lý hoặc bỏ tài khoản.")


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (BLOCKED, "đã chặn Trợ lý"),
        ("chat not found", "bỏ tài khoản"),
        ("Forbidden: user is deactivated", "bỏ tài khoản"),
        ("no answer in time", "Mạng trục trặc"),
        ("the server has trouble (502)", "Mạng trục trặc"),
        ("asked to wait for 30 s", "Mạng trục trặc"),
        ("Message is too long", "Telegram từ chối nội dung"),
    ],
)
def test_the_reason_is_in_plain_words(
    session: Session, boss: Chat, lan: Account, error: str, why: str
) -> None:
    failed(session, lan, error)
    assert why in boss.tap("ql_tin")


def test_a_long_list_is_paged(session: Session, boss: Chat, lan: Account) -> None:
    for n in range(10):
        failed(session, lan, key=f"join:{n}")
    (first,) = boss.hear(button="ql_tin")
    assert [o.label for o in first.options][8:] == ["Xem tiếp"]
    (rest,) = boss.hear(button=first.options[-1].data)
    assert len(rest.options) == 2


# -- what may be read -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "reply", "kind"),
    [
        ("re:k1", Reply("Mật khẩu của chị"), "câu trả lời của Trợ lý"),
        ("re:k2", Reply("XEM LẠI: mật", screen="draft:7"), "câu hỏi trong phiếu đang ghi"),
        ("re:k3", Reply("Mã ABCD-EFGH", code="ABCD-EFGH-IJKL"), "thư mời hoặc mã"),
        ("re:k4", Reply("Đã nhận mật", code="DVK-2022-0042"), "biên nhận phiếu"),
        ("inspected:1", Reply("Mô hình “mật” tốt"), "kết quả kiểm tra một mô hình"),
        ("khác:1", Reply("mật", file=File("a" * 64, "mật")), "tin báo"),
    ],
)
def test_what_is_between_the_bot_and_its_reader_is_named_by_its_kind(
    session: Session, boss: Chat, lan: Account, key: str, reply: Reply, kind: str
) -> None:
    failed(session, lan, key=key, reply=reply)
    text = boss.tap("ql_tin")
    assert f": {kind}. " in text
    assert not any(word in text for word in ("mật", "Mật", "ABCD"))


@pytest.mark.parametrize(("code", "seen"), [("kinh_te", True), ("an_ninh_quoc_phong", False)])
def test_news_of_a_narrowed_sector_is_named_by_its_kind(
    session: Session, root: Unit, boss: Chat, lan: Account, code: str, seen: bool
) -> None:
    sector = make_sector(session, code, root)
    enrolment = make_enrolment(session, place=unit(session), sector=sector)
    initiative = session.get_one(Initiative, enrolment.initiative_id)
    news = Reply(f"Có phiếu mới: {initiative.code}, “Tổ mật”")
    failed(session, lan, key="arrived:1:1", reply=news)
    assert ("Tổ mật" in boss.tap("ql_tin")) == seen


def test_phone_numbers_are_left_out(session: Session, boss: Chat, lan: Account) -> None:
    failed(session, lan, key="voice:1", reply=Reply("Bà Lan (số 0912 345 678) nhờ gọi lại."))
    assert "345" not in boss.tap("ql_tin")


# -- who may ------------------------------------------------------------------------------------


def test_only_administrators_see_and_send(session: Session, chat: Open, lan: Account) -> None:
    row = failed(session, lan)
    for role in set(Role) - {Role.ADMIN}:
        one = chat(make_member(session, unit=unit(session), role=role))
        assert not any("chưa gửi" in label for label in managed(one))
        assert "dành cho quản trị" in one.tap("ql_tin")
        assert "dành cho quản trị" in one.tap(f"ql_gui:{row.id}")
    assert row.state == "failed"


def test_an_administrator_of_another_unit_neither(
    session: Session, chat: Open, lan: Account
) -> None:
    row, there = failed(session, lan), unit(session, "Xã Thạch Khê")
    other = chat(make_member(session, unit=there, role=Role.ADMIN))
    assert "Không còn tin nào" in other.tap("ql_tin")
    assert "dành cho quản trị" in other.tap(f"ql_gui:{row.id}")
    assert row.state == "failed"


# -- sending again ------------------------------------------------------------------------------


def test_a_tap_sends_it_again(session: Session, boss: Chat, lan: Account) -> None:
    row = failed(session, lan)
    lan.reachable = False
    (reply,) = boss.hear(button="ql_tin")
    assert reply.options[0].label == "Gửi lại cho Nguyễn Thị Lan"
    assert "đang gửi lại cho Nguyễn Thị Lan" in boss.tap(reply.options[0].data)
    session.expire_all()
    assert (row.state, row.due_at, row.attempts, lan.reachable) == ("ready", LATER, 0, True)


def test_the_second_tap_finds_it_gone(session: Session, boss: Chat, lan: Account) -> None:
    row = failed(session, lan)
    row.state = "sent"
    session.flush()
    assert "đã tới hoặc đã cũ" in boss.tap(f"ql_gui:{row.id}")


@pytest.mark.parametrize("made_up", ["ql_gui:x", "ql_gui:99999999999", "ql_tin:-1", "ql_gui"])
def test_made_up_buttons_do_nothing(session: Session, boss: Chat, made_up: str) -> None:
    assert boss.tap(made_up)
    assert boss.letters == []
