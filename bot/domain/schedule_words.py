"""Schedules in plain words, both ways: due days, the days around them, who hears of it."""

import re
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from itertools import groupby, pairwise

from bot.domain.due_words import WEEKDAYS
from bot.domain.schedules import PERIOD_LABELS, Rung, Stage, due_days, period
from bot.domain.text import cut, fold, one_line, tokens
from bot.domain.wording import PLACEHOLDER

LONGEST = 200
RULE_HELP = "Ví dụ: ngày 15 hằng tháng; ngày 15 tháng 3, 6, 9, 12; thứ Hai hằng tuần."
STAGES_HELP = "Ví dụ: trước 5 ngày, trước 1 ngày; sau 3 ngày: cấp trên."
FARTHEST, MOST_STAGES = 60, 6
RUNG_WORDS = {Rung.FOCAL: "đầu mối", Rung.SUPERIOR: "cấp trên"}
WINDOW_WORDS = {
    "office": "giờ hành chính", "evening": "buổi tối", "own": "theo ý người nhận",
}  # fmt: skip

# -- due days -----------------------------------------------------------------------------------

CRON_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WEEKDAY = re.compile(r"(?:thu|t) ?(hai|ba|tu|nam|sau|bay|[2-7])\b|chu nhat|\bcn\b")
SPOKEN_DAYS = {"hai": 0, "ba": 1, "tu": 2, "nam": 3, "sau": 4, "bay": 5}
LONGEST_MONTH = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
LAST = "last"
EVERY = re.compile(r"(?:hang|moi|cac)? ?(?:thang|quy|nam)|hang|moi")
MANY_DAYS = "Mỗi lịch có một ngày hạn trong tháng ạ; thêm ngày khác thì {ac} thêm một lịch nữa. "


def rule_words(rule: str) -> str:
    """ngày 15 tháng 3, 6, 9, 12; ngày cuối hằng tháng; thứ Hai hằng tuần."""
    day, month, weekday = rule.split()
    if weekday != "*":
        return f"{WEEKDAYS[CRON_DAYS.index(weekday)]} hằng tuần"
    named = "ngày cuối" if day == LAST else f"ngày {day}"
    months = "hằng tháng" if month == "*" else f"tháng {month.replace(',', ', ')}"
    return f"{named} {months}"


def read_rule(typed: str) -> str:
    """As cron writes it, from what somebody typed. ValueError: why it is none, as a sentence."""
    text = " ".join(re.sub(r"[;.]", ",", fold(one_line(typed)[:LONGEST])).split())
    if found := WEEKDAY.search(text):
        return _weekly(text, found)
    if slashed := re.findall(r"(\d+) ?/ ?(\d+)", text):
        return _rule({int(day) for day, _ in slashed}, [int(month) for _, month in slashed])
    if found := re.fullmatch(r"(?:ngay )?(cuoi(?: cung)?|\d+)(?: cua)?\b(.*)", text):
        day = LAST if found[1].startswith("cuoi") else int(found[1])
        _possible(day, 1)
        return _rule({day}, _months(found[2]))
    raise ValueError(f"Trợ lý chưa rõ ngày hạn này. {RULE_HELP}")


def _weekly(text: str, found: re.Match[str]) -> str:
    if WEEKDAY.search(text, found.end()) or re.search(r"\d", text[found.end() :]):
        raise ValueError("Mỗi lịch có một ngày trong tuần ạ. Ví dụ: thứ Hai hằng tuần.")
    named = found[1] or ""
    number = int(named) - 2 if named.isdigit() else SPOKEN_DAYS.get(named, 6)
    return f"* * {CRON_DAYS[number]}"


def _months(text: str) -> list[int]:
    """Empty: every month."""
    numbers = [int(number) for number in re.findall(r"\d+", text)]
    rest = " ".join(re.sub(r"\d+|,|\bva\b", " ", text).split())
    if rest == "hang quy" and not numbers:
        return [3, 6, 9, 12]
    if not EVERY.sub("", rest).strip() and (numbers or rest):
        return numbers
    raise ValueError(f"{{Ac}} ghi rõ tháng nào ạ. {RULE_HELP}")


def _rule(days: Collection[int | str], months: Sequence[int]) -> str:
    if len(days) > 1:
        raise ValueError(MANY_DAYS + RULE_HELP)
    (day,) = days
    for month in months or range(1, 13):
        _possible(day, month)
    return f"{day} {','.join(map(str, sorted(set(months)))) or '*'} *"


def _possible(day: int | str, month: int) -> None:
    if not 1 <= month <= 12:
        raise ValueError(f"Không có tháng {month} ạ. {RULE_HELP}")
    if day == LAST:
        return
    if not 1 <= int(day) <= 31:
        raise ValueError(f"Không có ngày {day} ạ. {RULE_HELP}")
    if int(day) > (28 if month == 2 else LONGEST_MONTH[month - 1]):
        always = "không có" if int(day) > LONGEST_MONTH[month - 1] else "năm có năm không có"
        raise ValueError(
            f"Tháng {month} {always} ngày {day} ạ. Muốn ngày cuối tháng thì {{ac}} ghi “ngày "
            f"cuối”, ví dụ: ngày cuối tháng {month}; ngày cuối hằng tháng."
        )


def period_of(rule: str) -> str:
    """What a rule is about: the longest period that has one of its due days at most."""
    if rule.split()[2] != "*":
        return "week"
    return next(kind for kind in ("year", "half", "quarter", "month") if not fits(rule, kind))


def fits(rule: str, kind: str) -> str:
    """Why a rule does not go with a period, as a sentence, or ""."""
    days = due_days(rule, date(2024, 1, 1), date(2024, 12, 31))
    firsts = [period(kind, day)[0] for day in days]
    if (kind == "week") == (rule.split()[2] != "*") and len(set(firsts)) == len(firsts):
        return ""
    example = {
        "week": "thứ Hai hằng tuần", "month": "ngày 25 hằng tháng", "half": "ngày 10 tháng 6, 12",
        "quarter": "ngày 15 tháng 3, 6, 9, 12", "year": "ngày 30 tháng 11",
    }[kind]  # fmt: skip
    label = PERIOD_LABELS[kind]
    return (
        f"Lịch này tính theo {label}, mỗi {label} một ngày hạn ạ, ví dụ: {example}. Muốn kỳ khác "
        "thì {ac} thêm một lịch mới."
    )


# -- the days around it -------------------------------------------------------------------------

TOKEN = re.compile(
    r"(?P<before>truoc)|(?P<after>sau|qua(?: han)?|tre)|(?P<on>dung (?:han|ngay|hom)|(?:vao )?ngay "
    r"han|den han)|(?P<number>\d+)(?: ?(?P<week>tuan))?|(?P<superior>cap tren(?: truc tiep)?)|"
    r"(?P<focal>dau moi(?: cua don vi)?)|(?P<person>nguoi phu trach)|(?P<stop>[;.])|"
    r"(?P<filler>han|ngay|nhac|bao|cho|va|roi|thi|den|lai|nua|[,:\-–])"
)
LADDER = tuple(Rung)


def stages_words(stages: Iterable[Stage]) -> str:
    """trước 5 ngày, trước 1 ngày, đúng hạn; sau 3 ngày: cấp trên."""
    parts = []
    for rung, some in groupby(stages, key=lambda stage: stage.rung):
        days = [_day_words(stage.days) for stage in some]
        if rung is Rung.PERSON:
            parts.append(", ".join(days))
        else:
            parts += [f"{day}: {RUNG_WORDS[rung]}" for day in days]
    return "; ".join(parts)


def _day_words(days: int) -> str:
    return "đúng hạn" if days == 0 else f"{'trước' if days < 0 else 'sau'} {abs(days)} ngày"


def stages_line(stages: Sequence[Stage]) -> str:
    """nhắc trước 5 và 1 ngày, sau 1 ngày; quá 3 ngày báo cấp trên"""
    own = [stage.days for stage in stages if stage.rung is Rung.PERSON]
    groups = [
        ("trước {} ngày", [-d for d in own if d < 0]), ("đúng hạn", [d for d in own if d == 0]),
        ("sau {} ngày", [d for d in own if d > 0]),
    ]  # fmt: skip
    said = [words.format(_and(days)) for words, days in groups if days]
    above = [f"quá {s.days} ngày báo {RUNG_WORDS[s.rung]}" for s in stages if s.rung in RUNG_WORDS]
    return "; ".join([f"nhắc {', '.join(said)}", *above])


def _and(days: Sequence[int]) -> str:
    *first, last = map(str, days)
    return f"{', '.join(first)} và {last}" if first else last


def read_stages(typed: str) -> tuple[Stage, ...]:
    """ValueError: what is wrong with it, as a sentence."""
    stages: list[Stage] = []
    since, sign = 0, 0
    for kind, number in _scanned(typed):
        if kind in ("before", "after", "stop"):
            since, sign = len(stages), {"before": -1, "after": 1}.get(kind, sign)
        elif kind in LADDER:
            stages[since:] = [Stage(stage.days, Rung(kind)) for stage in stages[since:]]
        else:
            stages.append(_stage(sign, number))
    return _sensible(stages)


def _scanned(typed: str) -> Iterable[tuple[str, int]]:
    """What is said one after the other: a direction, a number of days, somebody, a stop."""
    text, at = fold(one_line(typed)[:LONGEST]), 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        found = TOKEN.match(text, at)
        if not found or (found[0][-1].isalnum() and text[found.end() :][:1].isalpha()):
            word = one_line(typed)[at:].split()[0] if len(one_line(typed)) > at else ""
            raise ValueError(f"Trợ lý chưa rõ “{cut(word, 20)}” ạ. {STAGES_HELP}")
        at = found.end()
        kind = found.lastgroup if found.lastgroup != "week" else "number"
        if kind == "on":
            yield "stop", 0
        if kind not in (None, "filler"):
            days = int(found["number"] or 0) * (7 if found["week"] else 1)
            yield str(kind), days


def _stage(sign: int, number: int) -> Stage:
    """Without a direction it is the due day itself; so many days need one."""
    if number and not sign:
        raise ValueError(f"{{Ac}} ghi rõ trước hay sau hạn {number} ngày ạ. {STAGES_HELP}")
    if number > FARTHEST:
        raise ValueError(f"Xa nhất là {FARTHEST} ngày trước hoặc sau hạn ạ. {STAGES_HELP}")
    return Stage(sign * number, Rung.PERSON)


def _sensible(stages: Sequence[Stage]) -> tuple[Stage, ...]:
    found = tuple(sorted(stages, key=lambda stage: stage.days))
    if not 1 <= len(found) <= MOST_STAGES:
        raise ValueError(f"{{Ac}} ghi từ 1 đến {MOST_STAGES} lần nhắc ạ. {STAGES_HELP}")
    for one, other in pairwise(found):
        if one.days == other.days:
            raise ValueError(f"“{_day_words(one.days)}” được ghi hai lần ạ. {STAGES_HELP}")
        if LADDER.index(one.rung) > LADDER.index(other.rung):
            first, then = RUNG_WORDS[one.rung], RUNG_WORDS.get(other.rung, "người phụ trách")
            raise ValueError(
                f"Báo {first} rồi mới nhắc {then} thì ngược ạ: nhắc người phụ trách trước, rồi đầu "
                f"mối, sau cùng cấp trên. {STAGES_HELP}"
            )
    _ladder_after(found)
    return found


def _ladder_after(stages: Sequence[Stage]) -> None:
    if early := [stage for stage in stages if stage.rung is not Rung.PERSON and stage.days < 1]:
        raise ValueError(
            f"Chưa quá hạn thì chưa báo {RUNG_WORDS[early[0].rung]} được ạ; đầu mối và cấp trên "
            f"chỉ được báo sau hạn. {STAGES_HELP}"
        )
    if stages[0].rung is not Rung.PERSON:
        raise ValueError(f"Lần nhắc đầu cần gửi người phụ trách ạ. {STAGES_HELP}")


# -- words, names ---------------------------------------------------------------------------------


def wrong_words(text: str) -> str:
    """Why a text cannot be said, as a sentence, or "". Only the address may be filled in."""
    others = [name for name in PLACEHOLDER.findall(text) if name not in ("ac", "Ac")]
    if others:
        return (
            f"Trợ lý không có gì để điền vào “{cut(others[0], 30)}” trong ngoặc nhọn ạ; chỉ điền "
            "được cách xưng hô, ghi là “ac” trong ngoặc nhọn."
        )
    if re.sub(r"\{[aA]c\}", "", text).count("{") or re.sub(r"\{[aA]c\}", "", text).count("}"):
        return "{Ac} bỏ giúp dấu ngoặc nhọn trong lời nhắc ạ."
    return ""


def code_for(label: str, taken: Collection[str]) -> str:
    """bao-cao-thang-2: made from the name, and of this schedule alone."""
    words = re.sub(r"[^a-z0-9]+", "-", fold(" ".join(tokens(label)))).strip("-")[:40].strip("-")
    code = words or "lich"
    numbered = (f"{code}-{number}" for number in range(2, len(taken) + 3))
    return code if code not in taken else next(one for one in numbered if one not in taken)
