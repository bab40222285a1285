"""What somebody who asks who lags may see, and which list and period they mean."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.conversation.messages import Option, Reply
from bot.domain.period_words import parse_period
from bot.domain.text import fold
from bot.errors import Refused
from bot.handlers.period_report import title
from bot.handlers.registry import Talk
from bot.handlers.stats_asked import OUTSIDE, held, may
from storage import deciding, lagging
from storage.lagging import Due, Lag
from storage.reach import Reach
from storage.tables.reminders import ReviewPeriod
from storage.tables.units import Unit
from storage.unit_search import find_units

REPORTS, OVERDUE, INSPECT = "bc", "qh", "kt"
LISTS = {REPORTS: "Chưa báo cáo", OVERDUE: "Quá hạn", INSPECT: "Chưa kiểm tra"}
PHRASES = {
    REPORTS: ("chua bao cao", "chua nop bao cao", "chua nop"),
    OVERDUE: ("qua han", "tre han", "cham han"),
    INSPECT: ("chua kiem tra", "chua duoc kiem tra"),
}
NOT_KNOWN = "Trợ lý chưa thấy đơn vị “{q}” ạ. {Ac} gõ rõ tên đơn vị, ví dụ: {example} xã Thạch Lạc"
WHICH = "Có nhiều đơn vị như vậy. {Ac} gõ rõ hơn giúp: {names}"
NO_PERIOD = "Chưa có kỳ báo cáo nào như vậy ạ. Kỳ gần nhất: {known}."
NO_PERIODS = "Chưa có lịch báo cáo kỳ nào đang chạy ạ."


@dataclass(frozen=True, slots=True)
class Question:
    """which: a key of `LISTS`. unit: that one and below it (0: all of one's own); only: not below.
    about: the period of reports, the year of inspections (0: the nearest)."""

    which: str
    unit: int = 0
    about: int = 0
    only: bool = False

    def data(self, name: str, *more: object) -> str:
        """Of a button."""
        if self.which not in LISTS:
            raise ValueError(self.which)
        return ":".join(map(str, (name, self.which, self.unit, self.about, *more)))


def named(text: str) -> tuple[str, str] | None:
    """Which list words ask for, and what they say besides."""
    spoken = text.split()
    for which, phrases in PHRASES.items():
        for phrase in phrases:
            size = len(phrase.split())
            if fold(" ".join(spoken[:size])) == phrase:
                return which, " ".join(spoken[size:])
    return None


def understood(talk: Talk, which: str, text: str) -> Question:
    """Raises Refused where no unit or period is called so."""
    period, rest = parse_period(text, talk.today.year)
    asked = Question(which, _unit(talk, which, rest) if rest else 0)
    if which == INSPECT:
        return replace(asked, about=(period.year if period else 0) or talk.today.year)
    if which != REPORTS or period is None:
        return asked
    known = lagging.periods(talk.session, talk.organisation.root_id, talk.today)
    found = next((p for p in known if period.is_(p.kind, p.first)), None)
    if found is None:
        names = "; ".join(dict.fromkeys(title(p) for p in known[:3]))
        raise Refused(talk.say(NO_PERIOD if names else NO_PERIODS, known=names))
    return replace(asked, about=found.id)


def _unit(talk: Talk, which: str, text: str) -> int:
    held(talk)
    found = find_units(talk.session, text, most=20, near=False)
    if not found.sure or not found.choices:
        raise Refused(talk.say(NOT_KNOWN, q=text, example=LISTS[which].lower()))
    living = [c for c in found.choices if _lives(talk, c.value)] or found.choices
    mine = [c for c in living if may(talk, c.value, talk.today.year)]
    if not mine:
        raise Refused(outside(talk, text))
    if len(mine) > 1:
        raise Refused(talk.say(WHICH, names="; ".join(c.label for c in mine[:4])))
    unit: int = mine[0].value
    return unit


def _lives(talk: Talk, unit_id: int) -> bool:
    unit = talk.session.get_one(Unit, unit_id)
    return unit.valid_from <= talk.today < unit.valid_to


def outside(talk: Talk, name: str) -> str:
    """What would be allowed."""
    names = ", ".join(talk.session.get_one(Unit, u).name for u in held(talk))
    return talk.say(OUTSIDE, q=name) + f" {names}."


def reach_of(talk: Talk, unit_id: int = 0, *, only: bool = False) -> Reach:
    """Of all units of one's own, or of one of them or below. Raises Refused."""
    held(talk)
    unit = talk.session.get(Unit, unit_id) if unit_id else None
    if unit_id and (unit is None or not may(talk, unit_id, talk.today.year)):
        raise Refused(outside(talk, unit.name if unit else str(unit_id)))
    root_id = talk.organisation.root_id
    whole = Reach.of(root_id, talk.person.grants, talk.now, talk.zone)
    return replace(whole, units=(unit_id,), only=only) if unit_id else whole


def period_of(talk: Talk, asked: Question) -> ReviewPeriod:
    """The one that is asked about, else the one due nearest to today. Raises Refused."""
    known = lagging.periods(talk.session, talk.organisation.root_id, talk.today)
    found = next((p for p in known if asked.about in (0, p.id)), None)
    if found is None:
        raise Refused(talk.say(NO_PERIODS))
    return found


def year_of(talk: Talk, asked: Question) -> int:
    return asked.about or talk.today.year


def lags_of(talk: Talk, asked: Question, reach: Reach) -> list[Lag]:
    if asked.which == REPORTS:
        return lagging.unreported(talk.session, period_of(talk, asked), reach)
    if asked.which == INSPECT:
        return lagging.uninspected(talk.session, year_of(talk, asked), reach)
    return lagging.overdue(talk.session, reach)


def things_of(talk: Talk, asked: Question, reach: Reach) -> Sequence[Due]:
    """What people are nudged about: of models nobody has inspected, those who inspect."""
    if asked.which == REPORTS:
        return lagging.unreported_things(talk.session, period_of(talk, asked), reach)
    if asked.which == INSPECT:
        return lagging.inspectors(talk.session, year_of(talk, asked), reach, reach_of(talk))
    return lagging.overdue_things(talk.session, reach)


def answers_for(talk: Talk, unit_id: int) -> str:
    """The focal persons of a unit; where it has none, who decides for it."""
    if held := lagging.focal_people(talk.session, [unit_id]).get(unit_id):
        return ", ".join(f"{m.address} {m.name}" for m in held)
    names = deciding.deciders(talk.session, unit_id, talk.now).values()
    return f"qua {next(iter(names))}" if names else "chưa có đầu mối"


def back(asked: Question) -> Option:
    return Option("Xem cả danh sách", Question(asked.which, 0, asked.about).data("tre"))


def beside_form(talk: Talk, reply: Reply) -> Reply:
    """With a form open, what is typed is its answer: then a list is only to be read."""
    if talk.person.draft_id is None:
        return reply
    named = [f"– {option.label}" for option in reply.options if option.data.startswith("tre_dv:")]
    return Reply("\n".join([reply.text, *named]))
