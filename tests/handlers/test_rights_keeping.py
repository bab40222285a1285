"""Who may merge, hand over and read the log: every role × where the unit stands × every action."""

from bot.domain.roles import Role
from storage import audit
from storage.tables.records import Initiative, Report
from tests.handlers.chatting import LATER, Chat
from tests.handlers.rights import NAME, Does, Land, cells, expected, once
from tests.make import make_initiative, make_member

LOOKS_AFTER = {Role.FOCAL, Role.ADMIN}
INSIDE = {
    "see what is alike": LOOKS_AFTER,
    "compare": {Role.FOCAL, Role.INSPECTOR, Role.LEADER, Role.APPROVER, Role.ADMIN},
    "merge": LOOKS_AFTER,
    "merge narrowed ones": {Role.FOCAL},
    "hand over": LOOKS_AFTER,
    "the log of an initiative": {Role.ADMIN},
    "the log of a member": {Role.ADMIN},
    "the log of a day": {Role.ADMIN},
}


@once
def two(land: Land, narrowed: bool = False) -> tuple[Report, Report]:
    """Of the same name, in the same year and place; the newer one waits."""
    first, second = land.report(narrowed), land.report(narrowed)
    for report in (first, second):
        initiative = land.session.get_one(Initiative, report.initiative_id)
        initiative.name, initiative.folded = NAME, "tuyen duong hoa"
        report.answers = {**report.answers, "noi_dung": {"v": "Trồng hoa", "t": "Trồng hoa"}}
    land.session.flush()
    return first, second


def sees_alike(land: Land, one: Chat) -> bool:
    return "Có thể trùng" in one.tap(f"xet:{two(land)[1].id}")


def compares(land: Land, one: Chat) -> bool:
    return "Có thể trùng" not in (text := one.tap(f"trung:{two(land)[1].id}")) and NAME in text


def merges(land: Land, one: Chat, narrowed: bool = False) -> bool:
    kept, gone = (r.initiative_id for r in two(land, narrowed))
    one.tap(f"gopthat:{gone}:{kept}")
    return land.session.get_one(Initiative, gone).merged_id == kept


def merges_narrowed(land: Land, one: Chat) -> bool:
    return merges(land, one, narrowed=True)


def hands_over(land: Land, one: Chat) -> bool:
    giver, taker = (make_member(land.session, unit=land.at) for _ in range(2))
    report = land.report()
    report.author_id = giver.id
    land.session.flush()
    one.tap(f"bgthat:{giver.id}:{taker.id}")
    land.session.refresh(report)
    return report.author_id == taker.id


@once
def logged(land: Land) -> Report:
    """Somebody of the unit has withdrawn a report there."""
    report, member = land.report(), make_member(land.session, unit=land.at)
    audit.note(
        land.session, root_id=land.root.id, at=LATER, member_id=member.id, platform="web",
        action="withdraw", kind="report", subject_id=report.id, details={},
    )  # fmt: skip
    report.author_id = member.id
    land.session.flush()
    return report


def reads_of_initiative(land: Land, one: Chat) -> bool:
    return "rút lại phiếu" in one.tap(f"nk_mh:{logged(land).initiative_id}")


def reads_of_member(land: Land, one: Chat) -> bool:
    return "rút lại phiếu" in one.tap(f"nk_nguoi:{logged(land).author_id}")


def reads_of_day(land: Land, one: Chat) -> bool:
    logged(land)
    return "rút lại phiếu" in one.tap(f"nk_ngay:{LATER.date().isoformat()}")


ACTIONS: dict[str, Does] = {
    "see what is alike": sees_alike,
    "compare": compares,
    "merge": merges,
    "merge narrowed ones": merges_narrowed,
    "hand over": hands_over,
    "the log of an initiative": reads_of_initiative,
    "the log of a member": reads_of_member,
    "the log of a day": reads_of_day,
}


def test_every_cell(land: Land) -> None:
    assert cells(land, ACTIONS) == expected(land, INSIDE)


def test_the_log_of_a_day_leaves_out_what_others_did(land: Land) -> None:
    make_initiative(land.session, root=land.root)
    boss = land.somebody(Role.ADMIN)
    logged(land)
    text = boss.tap("nk_ngay:2001-01-01")
    assert "Chưa có việc nào" in text
