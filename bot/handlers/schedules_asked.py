"""What is asked of who changes or adds a schedule, and what can be answered."""

from collections.abc import Callable
from datetime import date
from typing import Any

from bot.conversation.form import Answers, Choice, Found, Json, Lookup
from bot.domain.roles import ROLE_LABELS, Act, Role
from bot.domain.schedule_kinds import stages_of, wrong_stages
from bot.domain.schedule_words import (
    RULE_HELP,
    STAGES_HELP,
    WINDOW_WORDS,
    fits,
    read_rule,
    read_stages,
    rule_words,
    stages_words,
    wrong_words,
)
from bot.domain.schedules import Stage
from bot.domain.text import capital
from bot.handlers.people import units_where
from bot.handlers.registry import Talk, lookup
from storage.schedules import stored
from storage.unit_search import choices_of, find_units
from storage.units import units_of

OFFERED = 6
RULE_ASK = f"Hạn là ngày nào ạ? {{Ac}} chọn, hoặc gõ. {RULE_HELP}"
STAGES_ASK = (
    "Nhắc những ngày nào, báo ai ạ? Không nói rõ ai là nhắc người phụ trách. {Ac} chọn, hoặc gõ. "
    + STAGES_HELP
)
WORDS_ASK = (
    "Trợ lý nhắc bằng lời nào ạ? {Ac} chọn lời có sẵn, hoặc gõ lời riêng; chỗ xưng hô với người "
    "nhận thì viết chữ ac trong dấu ngoặc nhọn. Ví dụ: Đề nghị gửi báo cáo quý về Ban Dân vận."
)
ROLES_ASK = "Những ai ở đơn vị nhận lời nhắc ạ? Chọn được nhiều mục."
RULES = {
    "": ("15 3,6,9,12 *", "25 * *", "10 6,12 *", "30 11 *", "* * mon"),
    "week": ("* * mon", "* * fri"),
    "month": ("25 * *", "1 * *", "last * *"),
    "quarter": ("15 3,6,9,12 *", "last 3,6,9,12 *"),
    "half": ("10 6,12 *", "last 6,12 *"),
    "year": ("30 11 *", "15 12 *"),
}
STAGES = ("trước 5 ngày, trước 1 ngày; sau 3 ngày: cấp trên", "trước 3 ngày", "đúng hạn")
AFTER_ONLY = ("sau 1 ngày", "sau 2 ngày; sau 5 ngày: cấp trên")
WORDS = (Choice("", "Lời có sẵn của Trợ lý", ("lời có sẵn", "có sẵn", "như cũ")),)
WINDOWS = tuple(Choice(name, capital(words)) for name, words in WINDOW_WORDS.items())
ROLES = tuple(
    Choice(role.value, capital(ROLE_LABELS[role])) for role in Role if role is not Role.MEMBER
)
MONTHS = tuple(Choice(n, f"{n} tháng") for n in (3, 6, 9, 12))


# -- typed answers --------------------------------------------------------------------------------


def a_rule(value: Json, answers: Answers, today: date) -> str:
    if isinstance(value, str):
        return _why_not(read_rule, value)
    kind = answers["lich"]["v"]["period"] if "lich" in answers else ""
    return fits(value["rule"], kind) if kind else ""


def some_stages(value: Json, answers: Answers, today: date) -> str:
    if isinstance(value, str):
        return _why_not(read_stages, value)
    whole = answers["lich"]["v"] if "lich" in answers else {}
    what = whole.get("what") or (answers["viec"]["v"] if "viec" in answers else "")
    return wrong_stages(what, Stage.read(value["stages"])) if what else ""


def sound_words(value: Json, answers: Answers, today: date) -> str:
    return wrong_words(value)


def _why_not(reads: Callable[[str], Any], typed: str) -> str:
    try:
        reads(typed)
    except ValueError as why:
        return str(why)
    return ""


# -- what can be chosen -------------------------------------------------------------------------


@lookup("schedule_rules")
def rules_offered(talk: Talk, asked: Lookup) -> Found:
    """about: the schedule that is changed, if one is."""
    if asked.text:
        return _read(asked.text, lambda text: _rule(read_rule(text)))
    return Found(tuple(_rule(rule) for rule in RULES[_about(asked).get("period", "")]))


@lookup("schedule_stages")
def stages_offered(talk: Talk, asked: Lookup) -> Found:
    """about: the schedule that is changed, or the kind of the new one."""
    if asked.text:
        return _read(asked.text, lambda text: _stages(read_stages(text)))
    what = asked.about[0] if isinstance(asked.about[0], str) else _about(asked).get("what", "")
    usual = [stages_of(what)] if what else []
    some = [*usual, *(read_stages(words) for words in (*STAGES, *AFTER_ONLY))]
    fitting = [stages for stages in some if not (what and wrong_stages(what, stages))]
    return Found(tuple(_stages(stages) for stages in dict.fromkeys(fitting)))


@lookup("schedule_units")
def units_to_remind(talk: Talk, asked: Lookup) -> Found:
    own = units_where(talk, Act.MANAGE_UNITS)
    if asked.text:
        return find_units(talk.session, asked.text, under=own, on=talk.today) if own else Found()
    rows = units_of(talk.session, own)
    return Found(choices_of(talk.session, [rows[u] for u in own if u in rows][:OFFERED]))


def _about(asked: Lookup) -> dict[str, Any]:
    return dict(asked.about[0]) if asked.about and isinstance(asked.about[0], tuple) else {}


def _read(text: str, choice: Callable[[str], Choice]) -> Found:
    """What is not understood is taken as it is: the step's own check says why it cannot be."""
    try:
        return Found((choice(text),), sure=True)
    except ValueError:
        return Found((Choice(text, text),), sure=True)


def _rule(rule: str) -> Choice:
    return Choice({"rule": rule}, rule_words(rule))


def _stages(stages: tuple[Stage, ...]) -> Choice:
    return Choice({"stages": stored(stages)}, stages_words(stages))
