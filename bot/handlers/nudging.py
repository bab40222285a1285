"""One tap nudges one unit, or all that lag: first whom it reaches and what they read."""

from collections.abc import Sequence
from dataclasses import replace

from bot.conversation.messages import Option, Reply
from bot.domain.roles import Act
from bot.domain.text import cut
from bot.errors import Refused
from bot.handlers.lagging_asked import (
    INSPECT,
    Question,
    back,
    outside,
    reach_of,
    things_of,
)
from bot.handlers.people import ELSE, may
from bot.handlers.registry import Person, Talk, action, late
from bot.handlers.reminders import read
from bot.presentation.chat import count
from storage import members, nudges
from storage.due_parts import WHATS
from storage.nudges import Plan
from storage.recipients import People
from storage.tables.people import Member
from storage.tables.reminders import Reminder
from storage.tables.units import Unit

MANY, MOST = 50, 200
"""More people at once are asked about twice; more than that are not nudged in one go."""
NAMED, SAMPLE = 5, 600
PREVIEW = (
    "Sẽ nhắc {n} người của {units}: {names}.{already}\n{reads}\n“{sample}”\n"
    "Trợ lý gửi trong giờ nhắc việc. Ai tuần này đã nhận đủ tin nhắc thì chỉ thấy trong “việc cần "
    "làm”.{lost} {Ac} đồng ý chứ ạ?"
)
SURE = "Nhắc một lúc {n} người của {units}, {ac} chắc chắn chứ ạ?"
TOO_MANY = (
    "Có {n} người cần nhắc, mà mỗi lần Trợ lý chỉ nhắc nhiều nhất {most} người. {Ac} chọn từng đơn "
    "vị trong danh sách giúp ạ."
)
ALREADY = (
    "Hôm nay đã nhắc rồi ạ; mỗi việc mỗi ngày Trợ lý chỉ nhắc một lần. Mai {ac} nhắc lại được."
)
NOTHING = "Không còn ai để nhắc ạ. Cảm ơn {ac}."
NO_INSPECTOR = (
    "Chưa có cán bộ kiểm tra nào trong phần {ac} theo dõi, hoặc chưa đến kỳ nhắc kiểm tra của năm "
    "ạ."
)
DONE = "Đã ghi để nhắc {n} người của {units}. Cảm ơn {ac}."


@action("nhac")
def ask(talk: Talk, which: str, unit: str, about: str = "0", sure: str = "", n: str = "0") -> Reply:
    """n: how many people were agreed to; when there are many more by now, it is asked again."""
    return _asked(talk, Question(which, int(unit), int(about)), sure, int(n))


@action("nhac_dv")
def ask_one(
    talk: Talk, which: str, unit: str, about: str = "0", sure: str = "", n: str = "0"
) -> Reply:
    """Of one unit, without those below it."""
    return _asked(talk, Question(which, int(unit), int(about), only=True), sure, int(n))


def _asked(talk: Talk, asked: Question, sure: str, agreed: int) -> Reply:
    if sure not in ("co", "chac"):
        return Reply("", late={"kind": "nudge", **_spec(asked)})
    found = _plan(talk, asked)
    people = len(found.people)
    if why := _why_not(talk, asked, found):
        return why
    if people > max(agreed, MANY) or (people > MANY and sure != "chac"):
        return talk.reply(
            SURE, _yes(asked, "chac", people), _no(asked), n=count(people), units=_units(found)
        )
    return _do(talk, asked, found)


def _spec(asked: Question) -> dict[str, object]:
    return {
        "which": asked.which, "unit": asked.unit, "about": asked.about, "only": asked.only,
    }  # fmt: skip


def _no(asked: Question) -> Option:
    return Option("Thôi, để nguyên", replace(asked, unit=0).data("tre"))


def _yes(asked: Question, sure: str, people: int) -> Option:
    name = "nhac_dv" if asked.only else "nhac"
    return Option(f"Nhắc {count(people)} người", asked.data(name, sure, people), "primary")


def _plan(talk: Talk, asked: Question) -> Plan:
    """Asked anew in the transaction that acts."""
    reach = reach_of(talk, asked.unit, only=asked.only)
    if asked.unit and not may(talk, Act.STATISTICS, asked.unit):
        raise Refused(outside(talk, members.unit_name(talk.session, asked.unit)))
    dues = things_of(talk, asked, reach)
    return nudges.plan(talk.session, dues, talk.now, talk.zone, talk.member_id)


def _why_not(talk: Talk, asked: Question, found: Plan) -> Reply | None:
    if not found.rows:
        nobody = NO_INSPECTOR if asked.which == INSPECT else NOTHING
        return talk.reply(ALREADY if found.today else nobody, back(asked), ELSE)
    people = len(found.people)
    if people > MOST:
        return talk.reply(TOO_MANY, back(asked), ELSE, n=count(people), most=MOST)
    return None


def _units(found: Plan) -> str:
    return f"{count(len(found.units))} đơn vị"


def _do(talk: Talk, asked: Question, found: Plan) -> Reply:
    nudges.nudge(talk.session, found)
    top = asked.unit or reach_of(talk).units[0]
    ids = {"list": asked.which, "about": asked.about, "people": len(found.people)}
    talk.did("nudge_late", "unit", top, **ids)
    n, units = count(len(found.people)), _units(found)
    return talk.reply(DONE, back(asked), ELSE, n=n, units=units)


# -- the preview ----------------------------------------------------------------------------------


@late("nudge")
def preview(talk: Talk, which: str, unit: int, about: int, only: bool = False) -> Reply:
    """On the read-only connection: it may be a long list."""
    asked = Question(which, unit, about, only)
    try:
        found = _plan(talk, asked)
    except Refused as refused:
        return Reply(str(refused))
    if why := _why_not(talk, asked, found):
        return why
    people = found.people
    yes = _yes(asked, "co", len(people))
    return talk.reply(
        PREVIEW, yes, _no(asked), n=count(len(people)), units=_units(found),
        names=_names(talk, found.units), already=_already(found), lost=_lost(talk, people),
        reads=f"{_who(talk, people[0])} sẽ đọc:" if len(people) == 1 else
        f"Tin gửi mỗi người một khác; ví dụ {_who(talk, people[0])} sẽ đọc:",
        sample=_sample(talk, found),
    )  # fmt: skip


def _who(talk: Talk, member_id: int) -> str:
    member = talk.session.get_one(Member, member_id)
    return f"{member.address} {member.name}"


def _names(talk: Talk, units: Sequence[int]) -> str:
    names = [talk.session.get_one(Unit, one).name for one in units[:NAMED]]
    more = f" và {count(len(units) - NAMED)} đơn vị nữa" if len(units) > NAMED else ""
    return ", ".join(names) + more


def _already(found: Plan) -> str:
    return f" {count(found.today)} việc hôm nay đã nhắc, không nhắc lại." if found.today else ""


def _lost(talk: Talk, people: Sequence[int]) -> str:
    known = People(talk.session, talk.now)
    known.learn(people)
    lost = sum(not known.person(one).reachable for one in people)
    return f" {count(lost)} người chưa liên lạc được." if lost else ""


def _sample(talk: Talk, found: Plan) -> str:
    """What the first of them will read; nothing of it is kept."""
    first = found.people[0]
    member = talk.session.get_one(Member, first)
    row, *more = (row for row in found.rows if row["member_id"] == first)
    theirs = replace(talk, person=_person(talk, member), letters=[])
    groups = read(theirs, [Reminder(id=0, **row)])
    text = groups[0][0].text if groups else WHATS[row["what"]].label
    return cut(text, SAMPLE) + (f" (và {len(more)} việc nữa)" if more else "")


def _person(talk: Talk, member: Member) -> Person:
    return Person(
        0, talk.person.platform, "", member.id, member.name, member.address, member.unit_id,
        member.state, members.grants_of(talk.session, member.id, talk.now),
    )  # fmt: skip
