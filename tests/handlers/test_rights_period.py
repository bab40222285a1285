"""A unit's report on a period: every role × how its unit stands to the record's × every action."""

from bot.domain.roles import Role
from storage import period_reports
from storage.period_figures import COUNTED
from storage.tables.reminders import PeriodReport, ReviewPeriod
from tests.handlers.chatting import LATER, Chat
from tests.handlers.periods import LED, NEXT
from tests.handlers.rights import Does, Land, cells, once
from tests.make import make_member, make_period

READS = {Role.FOCAL, Role.LEADER, Role.APPROVER, Role.ADMIN}
ACCEPTS = {Role.FOCAL, Role.APPROVER, Role.ADMIN}
SENDS = {Role.FOCAL}
FIGURES = {
    "as_of": LATER.isoformat(), "definition": "", "sectors": {}, "waiting": 0, "silent": 0,
    "active": 0, "year": 2022,
    "rows": {name: [0, 0] for name in COUNTED},
}  # fmt: skip


def period(land: Land) -> ReviewPeriod:
    return make_period(land.session, land.root)


@once
def report(land: Land, state: str = "sent") -> PeriodReport:
    """Of a colleague, who has left since."""
    answers = {key: {"v": said, "t": said} for key, said in (("lanh_dao", LED), ("so_lieu", "x"))}
    found = period_reports.put(
        land.session, key="there", period_id=period(land).id, unit_id=land.at.id, version=0,
        author_id=make_member(land.session, unit=land.root).id, answers=answers, figures=FIGURES,
        now=LATER,
    )  # fmt: skip
    assert found
    found.state = state
    land.session.flush()
    return found


def reads(land: Land, one: Chat) -> bool:
    there = report(land)
    return LED in one.tap(f"bk:{there.period_id}:{land.at.id}")


def reads_that_nothing_was_sent(land: Land, one: Chat) -> bool:
    return "chưa nộp" in one.tap(f"bk:{period(land).id}:{land.at.id}")


def lists(land: Land, one: Chat) -> bool:
    there = report(land)
    return any(
        land.at.name in o.label for o in one.hear(button=f"bk_dv:{there.period_id}")[0].options
    )


def sends(land: Land, one: Chat) -> bool:
    of = period(land)
    one.tap(f"bk_ghi:{of.id}:{land.at.id}")
    one.say("1", LED, NEXT, "gửi")
    return period_reports.find(land.session, of.id, land.at.id) is not None


def says_on_paper(land: Land, one: Chat) -> bool:
    of = period(land)
    one.tap(f"bk_vb:{of.id}:{land.at.id}")
    one.say("Báo cáo số 45 ngày 20/12")
    return period_reports.find(land.session, of.id, land.at.id) is not None


def corrects(land: Land, one: Chat) -> bool:
    there = report(land)
    one.tap(f"bk_sua:{there.id}")
    one.say(NEXT, "gửi")
    return there.version == 2


def accepts(land: Land, one: Chat) -> bool:
    there = report(land)
    one.tap(f"bk_nhan:{there.id}:1")
    return there.state == "accepted"


def returns(land: Land, one: Chat) -> bool:
    there = report(land)
    one.tap(f"bk_tra:{there.id}:1")
    one.say("Ghi rõ số liệu")
    return there.state == "returned"


def reopens(land: Land, one: Chat) -> bool:
    there = report(land, "accepted")
    there.decided_by = one.person.member_id
    one.tap(f"bk_mo:{there.id}:1")
    return there.state == "sent"


ACTIONS: dict[str, Does] = {
    "read it": reads,
    "read that nothing was sent": reads_that_nothing_was_sent,
    "list those below": lists,
    "send it": sends,
    "say it was sent on paper": says_on_paper,
    "correct it": corrects,
    "accept it": accepts,
    "return it": returns,
    "open it again": reopens,
}
OWN = {"send it", "say it was sent on paper", "correct it"}
ABOVE = {"list those below", "accept it", "return it", "open it again"}
"""Nobody decides about the report of their own unit."""


def allowed(land: Land, action: str) -> set[Role]:
    direct = land.at.id == land.held.id
    if not land.inside or (action in ABOVE and direct):
        return set()
    if action in OWN:
        stands = land.at.valid_to > LATER.date()
        return SENDS if direct and stands else set()
    return ACCEPTS if action in ABOVE - {"list those below"} else READS


def test_every_cell(land: Land) -> None:
    assert cells(land, ACTIONS) == {action: allowed(land, action) for action in ACTIONS}
