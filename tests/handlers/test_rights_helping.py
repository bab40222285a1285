"""Copying, following and supporting: every role × relation × action."""

from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.domain.roles import Role
from storage import helping, support
from storage.tables.helping import Card, Policy, PolicyUse, Publicity, SupportRequest
from storage.tables.records import Enrolment, Initiative
from storage.tables.units import Unit
from storage.units import add_unit, rebuild_below
from tests.handlers.chatting import LATER, Chat, Open
from tests.handlers.rights import Does, Land, cells, expected, once
from tests.make import make_initiative, make_member

GUIDES = {Role.FOCAL, Role.APPROVER}
HELPS = {Role.FOCAL, Role.LEADER, Role.APPROVER}
COUNTS = HELPS | {Role.ADMIN}
INSIDE: dict[str, set[Role]] = {
    "copy": set(Role),
    "copy a narrowed one": HELPS,
    "see the tree": set(Role),
    "see what spread": COUNTS,
    "see what spread, narrowed": HELPS,
    "assign a body": GUIDES,
    "assign a body, narrowed": GUIDES,
    "take a body back": GUIDES,
    "write the programme": GUIDES,
    "note a policy": GUIDES,
    "write of publicity": GUIDES,
    "read of publicity": set(Role),
    "read of publicity, narrowed": HELPS,
    "list requests": HELPS,
    "list narrowed requests": HELPS,
    "take a request on": HELPS,
    "take a narrowed one on": HELPS,
    "close a request": HELPS,
    "give a request back": HELPS,
}


# -- copying --------------------------------------------------------------------------------


def copies(land: Land, one: Chat, narrowed: bool = False) -> bool:
    one.tap(f"nr:{land.enrolment(narrowed).initiative_id}")
    return one.person.draft_id is not None


def copies_narrowed(land: Land, one: Chat) -> bool:
    return copies(land, one, narrowed=True)


def sees_tree(land: Land, one: Chat) -> bool:
    return "CÂY NHÂN RỘNG" in one.tap(f"cay:{land.enrolment().initiative_id}")


def sees_spread(land: Land, one: Chat, narrowed: bool = False) -> bool:
    enrolment = land.enrolment(narrowed)
    publish(land, enrolment)
    code = land.session.get_one(Initiative, enrolment.initiative_id).code
    return code in one.tap("lantoa")


def sees_narrowed_spread(land: Land, one: Chat) -> bool:
    return sees_spread(land, one, narrowed=True)


# -- following ----------------------------------------------------------------------------------


def assigns(land: Land, one: Chat, narrowed: bool = False) -> bool:
    enrolment = land.enrolment(narrowed)
    add_unit(land.session, kind="hoi_phu_nu", name="Hội LHPN huyện", parent=land.root)
    rebuild_below(land.session)
    one.tap(f"gd_cq:{enrolment.id}")
    one.say("Hội LHPN huyện")
    return enrolment.follower_id is not None


def assigns_narrowed(land: Land, one: Chat) -> bool:
    return assigns(land, one, narrowed=True)


def takes_back(land: Land, one: Chat) -> bool:
    enrolment = land.enrolment()
    helping.follow(land.session, enrolment, land.at.id)
    one.tap(f"gd_thoi:{enrolment.id}")
    return enrolment.follower_id is None


def writes_programme(land: Land, one: Chat) -> bool:
    enrolment = land.enrolment()
    one.tap(f"gd_ct:{enrolment.id}")
    one.say("Đề án nông thôn mới")
    return land.session.get_one(Initiative, enrolment.initiative_id).programme != ""


def policy(session: Session, root: Unit) -> Policy:
    author = make_member(session, unit=root, role=None)
    return helping.add_policy(
        session, root_id=root.id, name="Cho vay vốn", author_id=author.id, now=LATER
    )


def notes_policy(land: Land, one: Chat) -> bool:
    one.tap(f"cs_dung:{land.enrolment().id}:{policy(land.session, land.root).id}")
    return counted(land, PolicyUse) == 1


def counted(land: Land, table: type) -> int:
    return land.session.scalar(select(func.count()).select_from(table)) or 0


def publishes(land: Land, one: Chat) -> bool:
    one.tap(f"tb:{land.enrolment().id}")
    one.say("1", "Đường hoa đẹp", "Báo Hà Tĩnh", "hôm nay", "ghi")
    return counted(land, Publicity) == 1


def publish(land: Land, enrolment: Enrolment) -> None:
    helping.publish(
        land.session, initiative_id=enrolment.initiative_id, kind="article", title="Đường hoa đẹp",
        where="Báo", day=date(2022, 5, 1), author_id=make_member(land.session).id, at=LATER,
    )  # fmt: skip


def reads(land: Land, one: Chat, narrowed: bool = False) -> bool:
    enrolment = land.enrolment(narrowed)
    publish(land, enrolment)
    return "Đường hoa đẹp" in one.tap(f"tb_xem:{enrolment.initiative_id}")


def reads_narrowed(land: Land, one: Chat) -> bool:
    return reads(land, one, narrowed=True)


# -- supporting -----------------------------------------------------------------------------


@once
def request(land: Land, narrowed: bool = False) -> SupportRequest:
    report = land.report(narrowed)
    report.answers = {**report.answers, "ho_tro": {"v": "von", "t": "Vốn"}}
    support.note(land.session, report, LATER)
    return land.session.scalars(select(SupportRequest)).one()


def lists(land: Land, one: Chat, narrowed: bool = False) -> bool:
    request(land, narrowed)
    return "{Ac}" not in (said := labels(one, "ht")) and "vốn" in said


def labels(one: Chat, button: str) -> str:
    return " ".join(o.label for reply in one.hear(button=button) for o in reply.options)


def lists_narrowed(land: Land, one: Chat) -> bool:
    return lists(land, one, narrowed=True)


def takes(land: Land, one: Chat, narrowed: bool = False) -> bool:
    row = request(land, narrowed)
    one.tap(f"ht_nhan:{row.id}")
    return row.state == "taken"


def takes_narrowed(land: Land, one: Chat) -> bool:
    return takes(land, one, narrowed=True)


def taken(land: Land, one: Chat) -> SupportRequest:
    row = request(land)
    support.take(land.session, row, one.person.member_id or 0, LATER)
    return row


def closes(land: Land, one: Chat) -> bool:
    row = taken(land, one)
    one.tap(f"ht_xong:{row.id}")
    one.say("Đã liên hệ ngân hàng")
    return row.state == "closed"


def gives_back(land: Land, one: Chat) -> bool:
    row = taken(land, one)
    one.tap(f"ht_thoi:{row.id}")
    return row.state == "open"


DOES: tuple[Does, ...] = (
    copies, copies_narrowed, sees_tree, sees_spread, sees_narrowed_spread, assigns,
    assigns_narrowed, takes_back, writes_programme, notes_policy, publishes, reads, reads_narrowed,
    lists, lists_narrowed, takes, takes_narrowed, closes, gives_back,
)  # fmt: skip
ACTIONS: dict[str, Does] = dict(zip(INSIDE, DOES, strict=True))


def test_every_cell(land: Land) -> None:
    assert cells(land, ACTIONS) == expected(land, INSIDE)


@pytest.mark.parametrize("role", Role)
def test_the_list_of_policies_is_kept_by_those_who_guide(
    session: Session, root: Unit, chat: Open, role: Role
) -> None:
    """Anywhere; but what somebody else has put there is ended by who guides the whole."""
    xa = session.scalars(select(Unit).where(Unit.name == "Xã Thạch Lạc")).one()
    known = policy(session, root)
    for over, ends in ((xa, False), (root, True)):
        one = chat(make_member(session, unit=xa, role=role, over=over))
        assert ("Cho vay vốn" in labels(one, "cs")) == (role in GUIDES)
        one.tap("cs_them")
        assert (one.person.draft_id is not None) == (role in GUIDES)
        one.person.draft_id = None
        one.tap(f"cs_thoi:{known.id}:co")
        assert (known.until is not None) == (ends and role in GUIDES)


def test_what_is_on_a_public_card_may_be_copied_from_anywhere(
    session: Session, root: Unit, chat: Open
) -> None:
    land = Land(session, root, root, root, 2022, chat, inside=True)
    enrolment, author = land.enrolment(narrowed=True), make_member(session, unit=root)
    far = chat(make_member(session, unit=add_unit(session, kind="xa", name="Xã X", parent=root)))
    assert "chưa nhân rộng được" in far.tap(f"nr:{enrolment.initiative_id}")
    session.add(
        Card(
            initiative_id=enrolment.initiative_id, token="t", approved_by=author.id,
            approved_at=LATER, body={"name": "Tuyến đường hoa", "text": "Lời đã duyệt"},
        )
    )  # fmt: skip
    session.flush()
    far.tap(f"nr:{enrolment.initiative_id}")
    assert far.person.draft_id is not None


def test_what_is_made_up_changes_nothing(session: Session, root: Unit, chat: Open) -> None:
    make_initiative(session, root=root)
    one = chat(make_member(session, unit=root, role=Role.APPROVER))
    for button in ("nr", "cay", "gd", "gd_cq", "cs_xem", "tb", "ht_nhan", "ht_xem", "kh_dn"):
        for argument in ("99999", "x", "", "-1"):
            assert one.tap(f"{button}:{argument}")
            assert one.person.draft_id is None
