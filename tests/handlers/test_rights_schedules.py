"""Schedules: every role × how its unit stands to the schedule's × every action."""

from sqlalchemy.orm import Session

from bot.domain.roles import Role
from storage import schedules
from storage.members import within
from storage.tables.reminders import Schedule
from tests.handlers.chatting import LATER, Chat, Open
from tests.handlers.rights import Does, Land, cells
from tests.handlers.scheduling import late
from tests.make import make_member, make_root

READS = {Role.FOCAL, Role.LEADER, Role.APPROVER, Role.ADMIN}
MANAGES = {Role.ADMIN}
LABEL = "Phiếu chờ ở đây"


def there(land: Land, **given: object) -> Schedule:
    """Of the unit that is acted upon."""
    values = {"unit_id": land.at.id, "state": "active"} | given
    one = Schedule(
        root_id=land.root.id, code="cho-o-day", what="report_waiting", label=LABEL,
        stages=[[2, "person"]], changed_at=LATER, **values,
    )  # fmt: skip
    land.session.add(one)
    land.session.flush()
    return one


def changed(land: Land, one: Schedule) -> bool:
    land.session.expire_all()
    return one.revision == 2


def sees(land: Land, one: Chat) -> bool:
    return LABEL in one.tap(f"ls_xem:{there(land).id}")


def sees_it_listed(land: Land, one: Chat) -> bool:
    there(land)
    return LABEL in late(one, "ls").text


def previews(land: Land, one: Chat) -> bool:
    button = f"ls_thu:{there(land).id}"
    return LABEL in late(one, button).text


def pauses(land: Land, one: Chat) -> bool:
    of = there(land)
    one.tap(f"ls_nghi:{of.id}:1")
    return changed(land, of)


def goes_on(land: Land, one: Chat) -> bool:
    of = there(land, state="paused")
    one.tap(f"ls_chay:{of.id}:1")
    return changed(land, of)


def ends(land: Land, one: Chat) -> bool:
    of = there(land)
    one.tap(f"ls_het:{of.id}:1:co")
    return changed(land, of)


def changes(which: str, *said: str, what: str = "report_waiting") -> Does:
    def does(land: Land, one: Chat) -> bool:
        of = there(land)
        of.what, of.rule, of.period = what, "15 3,6,9,12 *", "quarter"
        of.roles = [Role.FOCAL.value]
        land.session.flush()
        one.tap(f"ls_sua:{of.id}:{which}")
        one.say(*said, "lưu")
        return changed(land, of)

    return does


def adds(land: Land, one: Chat) -> bool:
    one.tap("ls_moi")
    one.say("phiếu chờ xem", LABEL, "sau 4 ngày", land.at.name, "buổi tối", "1", "lưu")
    return any(s.label == LABEL for s in schedules.kept(land.session, land.root.id))


LOOKS: dict[str, Does] = {"see": sees, "list": sees_it_listed, "preview": previews}
ACTS: dict[str, Does] = {
    "pause": pauses, "go on": goes_on, "end": ends,
    "rule": changes("han", "ngày 20 tháng 3, 6, 9, 12", what="periodic_report"),
    "stages": changes("nhac", "sau 3 ngày"), "text": changes("loi", "Xin xem phiếu giúp"),
    "window": changes("gio", "buổi tối"),
    "roles": changes("vtro", "lãnh đạo", what="periodic_report"),
    "number": changes("thang", "3 tháng", what="stale"),
}  # fmt: skip


def test_who_answers_for_a_unit_reads_what_concerns_it(land: Land) -> None:
    """A unit above reminds all below it: they may know."""
    above = within(land.session, land.held.id, [land.at.id], LATER.date())
    wanted = READS if land.inside or above else set()
    assert cells(land, LOOKS) == dict.fromkeys(LOOKS, wanted)


def test_only_the_administrator_changes_anything(land: Land) -> None:
    wanted = MANAGES if land.inside else set()
    assert cells(land, ACTS) == dict.fromkeys(ACTS, wanted)


def test_only_for_a_unit_below_ones_own_one_is_added(land: Land) -> None:
    exists_today = land.at.valid_to > LATER.date()
    wanted = MANAGES if land.inside and exists_today else set()
    assert cells(land, {"add": adds}) == {"add": wanted}


def test_another_organisation_is_no_business_of_theirs(
    session: Session, land: Land, chat: Open
) -> None:
    other = make_root(session, "Can Lộc")
    of = there(land, unit_id=land.root.id)
    one = chat(make_member(session, unit=other, role=Role.ADMIN, over=other))
    assert "ngoài phần việc" in one.tap(f"ls_xem:{of.id}")
