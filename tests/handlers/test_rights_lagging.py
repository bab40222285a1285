"""Who sees who lags, nudges, tells a group: every role × how its unit stands × every action."""

from collections.abc import Callable
from datetime import date, timedelta

from sqlalchemy import select

from bot.domain.roles import Role
from bot.handlers.registry import LATE
from storage.group_digests import of_group
from storage.tables.people import Account, Member
from storage.tables.people import Role as RoleRow
from storage.tables.reminders import Reminder, ReviewPeriod, Schedule
from tests.handlers.chatting import LATER, Chat
from tests.handlers.leading import ask
from tests.handlers.looking import talk_of
from tests.handlers.remembering import make_schedules
from tests.handlers.rights import Land, cells, once
from tests.make import make_account, make_member

LAST_YEAR = date(2021, 3, 1)
TODAY = LATER.date()


@once
def make_late(land: Land) -> Member:
    """The unit has a focal person, who owes two reports."""
    make_schedules(land.session, land.root.id)
    focal = make_member(land.session, "Trần Văn Minh", land.at, Role.FOCAL)
    make_account(land.session, focal)
    return focal


def sees_list(land: Land, one: Chat) -> bool:
    make_late(land)
    return f"{land.at.name}: " in str(ask(one, "/quahan").options)


def sees_unreported(land: Land, one: Chat) -> bool:
    make_late(land)
    return f"{land.at.name}: " in str(ask(one, "/chuabaocao").options)


def sees_uninspected(land: Land, one: Chat) -> bool:
    enrolment = land.enrolment()
    reply = ask(one, f"/chuakiemtra năm {enrolment.year}")
    return f"{land.at.name}: 1 mô hình" in str(reply.options)


def sees_narrowed(land: Land, one: Chat) -> bool:
    enrolment = land.enrolment(narrowed=True)
    reply = ask(one, f"/chuakiemtra năm {enrolment.year}")
    return f"{land.at.name}: 1 mô hình" in str(reply.options)


def opens_unit(land: Land, one: Chat) -> bool:
    make_late(land)
    return "Trần Văn Minh" in ask(one, button=f"tre_dv:qh:{land.at.id}").text


def previews(land: Land, one: Chat) -> bool:
    make_late(land)
    return ask(one, button=f"nhac:qh:{land.at.id}").text.startswith("Sẽ nhắc 1 người")


def nudges(land: Land, one: Chat) -> bool:
    make_late(land)
    one.tap(f"nhac:qh:{land.at.id}:0:co:1")
    return land.session.scalar(select(Reminder.id)) is not None


def digest(land: Land, one: Chat) -> bool:
    make_late(land)
    return f"{land.at.name} (2)" in ask(one, "/tonghop").text


def by_unit(land: Land, one: Chat) -> bool:
    make_late(land)
    return f"{land.at.name}: quá hạn" in str(ask(one, button="th_dv").options)


def silent(land: Land, one: Chat) -> bool:
    make_late(land)
    return f"{land.at.name} – " in str(ask(one, button="th_im").options)


def risky(land: Land, one: Chat) -> bool:
    enrolment = land.enrolment()
    enrolment.year, enrolment.accepted_on = 2022, date(2022, 3, 1)
    for report in land.session.query(type(land.report())):
        report.sent_at = LATER - timedelta(400)
    land.session.flush()
    return f"mh:{enrolment.initiative_id}'" in str(ask(one, button="th_mh").options)


@once
def lost(land: Land) -> Member:
    return make_member(land.session, "Hoàng Văn Bình", land.at)


def sees_lost(land: Land, one: Chat) -> bool:
    lost(land)
    return "Hoàng Văn Bình" in str(ask(one, button="llac").options)


def opens_lost(land: Land, one: Chat) -> bool:
    return "Hoàng Văn Bình" in one.tap(f"llac_ng:{lost(land).id}")


def opens_headless(land: Land, one: Chat) -> bool:
    return "chưa có đầu mối" in one.tap(f"llac_dv:{land.at.id}")


def invites_focal(land: Land, one: Chat) -> bool:
    return "Thư mời đầu mối" in one.tap(f"llac_moi:{land.at.id}")


@once
def group(land: Land) -> Account:
    return make_account(land.session, None, "telegram", "-100")


def tells_a_group(land: Land, one: Chat) -> bool:
    chat = group(land)
    one.tap(f"bn_bat:{chat.id}:{land.at.id}")
    return of_group(land.session, chat.id) is not None


def looks_after_group(land: Land, one: Chat) -> bool:
    chat = group(land)
    leader = make_member(land.session, "Lê Văn Sáu", land.root, Role.ADMIN)
    land.chat(leader).tap(f"bn_bat:{chat.id}:{land.at.id}")
    assert of_group(land.session, chat.id)
    return "nhận bản tin tuần" in one.tap(f"bn_nhom:{chat.id}")


def ends_group(land: Land, one: Chat) -> bool:
    assert not looks_after_group(land, one) or one.tap("bn")
    chat = land.session.scalars(select(Account).where(Account.external_id == "-100")).one()
    one.tap(f"bn_tat:{chat.id}")
    return of_group(land.session, chat.id) is None


READERS = {Role.LEADER, Role.APPROVER, Role.FOCAL, Role.ADMIN}
NARROW = {Role.LEADER, Role.APPROVER, Role.FOCAL}
GROUPS = {Role.LEADER, Role.ADMIN}
INVITING = {Role.FOCAL, Role.ADMIN}
NOW: dict[str, tuple[Callable[[Land, Chat], bool], set[Role]]] = {
    "list": (sees_list, READERS),
    "unreported": (sees_unreported, READERS),
    "unit": (opens_unit, READERS),
    "preview": (previews, READERS),
    "nudge": (nudges, READERS),
    "digest": (digest, READERS),
    "by unit": (by_unit, READERS),
    "silent": (silent, READERS),
    "risky": (risky, READERS),
    "uninspected": (sees_uninspected, READERS),
    "narrowed": (sees_narrowed, NARROW),
    "lost": (sees_lost, READERS),
    "lost one": (opens_lost, READERS),
    "headless": (opens_headless, READERS),
    "invite": (invites_focal, INVITING),
    "tell a group": (tells_a_group, GROUPS),
    "a group": (looks_after_group, GROUPS),
    "end a group": (ends_group, GROUPS),
}
NO_LONGER = {"merged into it", "of its own time, closed since"}
"""Such a unit owes nothing any more, and nobody has to be found for it."""
OWED = {"unit", "list", "unreported", "preview", "nudge", "digest", "by unit", "silent", "risky"}


def test_who_may(land: Land) -> None:
    found = cells(land, {name: does for name, (does, _) in NOW.items()})
    closed = land.at.valid_to <= TODAY
    wrong = {
        name: (found[name], roles)
        for name, (_, roles) in NOW.items()
        if not (closed and name in OWED) and found[name] != (roles if land.inside else set())
    }
    assert not wrong


def test_a_role_that_has_ended_nudges_nobody(land: Land) -> None:
    make_late(land)
    one = land.somebody(Role.LEADER)
    for row in land.session.query(RoleRow).filter_by(member_id=one.person.member_id):
        row.until = LATER
    land.session.flush()
    one.tap(f"nhac:qh:{land.at.id}:0:co:1")
    assert land.session.scalar(select(Reminder.id)) is None


def test_strangers_see_nothing(land: Land) -> None:
    make_late(land)
    talk = talk_of(land.chat())
    for kind in ("digest", "digest_units", "digest_silent", "digest_risky"):
        spec = {} if kind == "digest" else {"page": 0}
        assert land.at.name not in LATE[kind](talk, **spec).text
    assert land.session.query(Schedule).count()
    assert land.session.query(ReviewPeriod).count()
