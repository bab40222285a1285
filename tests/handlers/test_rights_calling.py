"""Briefings, conclusions, guidance: every role × relation × action."""

from datetime import timedelta

from sqlalchemy import func, select

from bot.domain.roles import Role
from bot.handlers.briefing_figures import counted
from storage import conclusions, guidance
from storage.tables.base import LAST_DAY
from storage.tables.reminders import Briefing, Conclusion, Guidance, Response
from tests.handlers import calling
from tests.handlers.calling import talk_of
from tests.handlers.chatting import LATER, Chat
from tests.handlers.rights import Does, Land, cells, once
from tests.make import make_member

CALLS = {Role.FOCAL, Role.LEADER, Role.APPROVER, Role.ADMIN}
ASKED = {Role.FOCAL, Role.LEADER}
NOBODY: set[Role] = set()


# -- briefings ----------------------------------------------------------------------------------


@once
def briefing(land: Land, hours: int = 24) -> Briefing:
    somebody = make_member(land.session, unit=land.root, role=Role.FOCAL, over=land.at)
    return calling.briefing(land.session, land.at, somebody.id, hours)


def calls(land: Land, one: Chat) -> bool:
    briefing(land)
    one.tap("gb_moi")
    one.say(
        "giao ban",
        land.at.name,
        "Sơ kết quý IV",
        "bỏ qua",
        "Hội trường",
        "29/12/2022",
        "14h",
        "gửi",
    )
    return counting(land, Briefing) == 2


def counting(land: Land, table: type) -> int:
    return land.session.scalar(select(func.count()).select_from(table)) or 0


def sees(land: Land, one: Chat) -> bool:
    return "Sơ kết quý IV" in one.tap(f"gb_xem:{briefing(land).id}")


def sees_answers(land: Land, one: Chat) -> bool:
    return "người được mời" in one.tap(f"gb_ds:{briefing(land).id}")


def lists(land: Land, one: Chat) -> bool:
    briefing(land)
    return "Sơ kết quý IV" in str(one.hear(button="gb"))


def counts(land: Land, one: Chat) -> bool:
    """Of the whole unit of the briefing."""
    return f"GIAO BAN – {land.at.name}\n" in counted(talk_of(one), briefing(land).id).text


def answers(land: Land, one: Chat) -> bool:
    one.tap(f"gb_di:{briefing(land).id}")
    return counting(land, Response) == 1


def declines(land: Land, one: Chat) -> bool:
    one.tap(f"gb_vang:{briefing(land).id}")
    return counting(land, Response) == 1


def moves(land: Land, one: Chat) -> bool:
    row = briefing(land)
    one.tap(f"gb_gio:{row.id}")
    one.say("sửa ngày", "30/12/2022", "gửi")
    return row.day.day == 30


def moves_elsewhere(land: Land, one: Chat) -> bool:
    row = briefing(land)
    one.tap(f"gb_noi:{row.id}")
    one.say("Nhà văn hoá", "gửi")
    return row.place == "Nhà văn hoá"


def cancels(land: Land, one: Chat) -> bool:
    row = briefing(land)
    one.tap(f"gb_huy:{row.id}:co")
    return row.state == "cancelled"


def closes(land: Land, one: Chat) -> bool:
    row = briefing(land, hours=-1)
    one.tap(f"gb_xong:{row.id}")
    return row.state == "held"


# -- conclusions ----------------------------------------------------------------------------------


def concludes(land: Land, one: Chat) -> bool:
    one.tap(f"kl:{briefing(land, hours=-1).id}")
    one.say("Rà soát các mô hình", "15/1/2023", "xong", "gửi")
    return counting(land, Conclusion) == 1


@once
def conclusion(land: Land, state: str = "open") -> Conclusion:
    held = briefing(land, hours=-1)
    (row,) = conclusions.add(
        land.session, held, [land.at.id], text="Rà soát các mô hình",
        due_on=LATER.date() + timedelta(20), author_id=held.author_id, at=LATER, state=state,
    )  # fmt: skip
    return row


def sees_conclusion(land: Land, one: Chat) -> bool:
    return "Rà soát" in one.tap(f"kl_xem:{conclusion(land).id}")


def lists_conclusions(land: Land, one: Chat) -> bool:
    return "Rà soát" in str(one.hear(button=f"kl_ds:{conclusion(land).briefing_id}"))


def carries_out(land: Land, one: Chat) -> bool:
    row = conclusion(land)
    one.tap(f"kl_lam:{row.id}")
    one.say("bỏ qua")
    return row.state == "done"


def drops(land: Land, one: Chat) -> bool:
    row = conclusion(land)
    one.tap(f"kl_bo:{row.id}:co")
    return row.state == "dropped"


def reopens(land: Land, one: Chat) -> bool:
    row = conclusion(land, "done")
    one.tap(f"kl_mo:{row.id}")
    return row.state == "open"


# -- guidance -----------------------------------------------------------------------------------


@once
def sent(land: Land) -> Guidance:
    make_member(land.session, unit=land.root, role=Role.FOCAL, over=land.at)
    return guidance.add(
        land.session, root_id=land.root.id, unit_id=land.at.id, roles=[r.value for r in Role],
        text="Đề nghị rà soát", send_on=LATER.date(), due_on=LATER.date() + timedelta(9),
        author_id=make_member(land.session, unit=land.root).id, created_at=LATER, state="sent",
    )  # fmt: skip


def sends(land: Land, one: Chat) -> bool:
    make_member(land.session, unit=land.root, role=Role.FOCAL, over=land.at)
    one.tap("cd_moi")
    one.say("Đề nghị rà soát", land.at.name, "đầu mối", "gửi ngay", "bỏ qua", "đúng", "gửi")
    return counting(land, Guidance) == 1


def reads(land: Land, one: Chat) -> bool:
    return "Đề nghị rà soát" in one.tap(f"cd_xem:{sent(land).id}")


def marks_seen(land: Land, one: Chat) -> bool:
    one.tap(f"cd_da:{sent(land).id}")
    return counting(land, Response) == 1


def reports_done(land: Land, one: Chat) -> bool:
    one.tap(f"cd_tk:{sent(land).id}")
    one.say("bỏ qua")
    return counting(land, Response) == 1


def follows(land: Land, one: Chat) -> bool:
    return "Đề nghị rà soát" in one.tap(f"cd_tin:{sent(land).id}")


def lists_guidance(land: Land, one: Chat) -> bool:
    sent(land)
    return "Đề nghị rà soát" in str(one.hear(button="cd"))


def sees_who_has_not(land: Land, one: Chat) -> bool:
    return "chưa xem" in one.tap(f"cd_chua:{sent(land).id}:seen")


def sees_results(land: Land, one: Chat) -> bool:
    return "Đã triển khai" in one.tap(f"cd_kq:{sent(land).id}")


def nudges(land: Land, one: Chat) -> bool:
    return "chưa xem" in one.tap(f"cd_nhac:{sent(land).id}:seen")


def withdraws(land: Land, one: Chat) -> bool:
    row = sent(land)
    one.tap(f"cd_thoi:{row.id}:co")
    return row.state == "withdrawn"


LED: dict[str, tuple[Does, set[Role]]] = {
    "see the answers": (sees_answers, CALLS),
    "move it": (moves, CALLS),
    "move it elsewhere": (moves_elsewhere, CALLS),
    "cancel it": (cancels, CALLS),
    "close it": (closes, CALLS),
    "conclude": (concludes, CALLS),
    "drop a conclusion": (drops, CALLS),
    "take one up again": (reopens, CALLS),
}
"""What needs a role over the unit, and not to be asked to it by somebody else."""
OVER: dict[str, tuple[Does, set[Role]]] = {
    "see the figures of the whole": (counts, CALLS),
    "see a conclusion": (sees_conclusion, CALLS),
    "carry a conclusion out": (carries_out, {Role.FOCAL}),
    "follow guidance": (follows, CALLS),
    "list guidance": (lists_guidance, CALLS),
    "see who has not": (sees_who_has_not, CALLS),
    "see how it was done": (sees_results, CALLS),
    "nudge": (nudges, CALLS),
    "withdraw guidance": (withdraws, CALLS),
}
"""What needs a role over the unit."""
TODAY: dict[str, tuple[Does, set[Role]]] = {"call": (calls, CALLS), "send": (sends, CALLS)}
"""The same, but to no unit that has been closed: nobody is there any more."""
TO: dict[str, tuple[Does, set[Role]]] = {
    "answer": (answers, ASKED),
    "decline": (declines, ASKED),
    "read guidance": (reads, set(Role)),
    "mark it seen": (marks_seen, set(Role)),
    "report it done": (reports_done, set(Role)),
}
"""What is asked of the unit and of those below it, not of those above."""
EITHER: dict[str, tuple[Does, set[Role]]] = {
    "see a briefing": (sees, ASKED),
    "list briefings": (lists, ASKED),
}
"""Both: who may call it, and who is asked."""


def test_every_cell(land: Land) -> None:
    table = LED | OVER | TODAY | TO | EITHER
    allowed = cells(land, {name: does for name, (does, _) in table.items()})
    assert allowed == {name: expected(land, name, roles) for name, (_, roles) in table.items()}


def expected(land: Land, name: str, roles: set[Role]) -> set[Role]:
    stands = land.at.valid_to == LAST_DAY
    asked = stands and (land.held is land.at or land.at.name == "Xã Trên")
    if name in LED:
        return roles - (ASKED if asked else NOBODY) if land.inside else NOBODY
    if name in TO:
        return roles if asked else NOBODY
    if name in EITHER:
        return (CALLS if land.inside else NOBODY) | (roles if asked else NOBODY)
    return roles if land.inside and (stands or name not in TODAY) else NOBODY


def test_conclusions_of_others_are_not_listed(land: Land) -> None:
    allowed = cells(land, {"list": lists_conclusions})["list"]
    assert allowed == (CALLS if land.inside else NOBODY)
