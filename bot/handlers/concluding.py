"""Ghi kết luận: what a briefing asks its units to do, one after the other, then all at once."""

from datetime import date
from typing import Any

from bot.conversation.form import Answers, Choice, Form, Found, Kind, Lookup, Step
from bot.conversation.messages import Option, Reply
from bot.domain.partial_dates import plain_date
from bot.domain.text import cut
from bot.errors import Refused
from bot.handlers.briefing_shared import SEE, led, named
from bot.handlers.inspection_form import future
from bot.handlers.people import ELSE, tell
from bot.handlers.registry import Replies, Talk, action, lookup, submits
from storage import briefings, conclusions, members
from storage.tables.reminders import Briefing, Conclusion

MOST = 10
"""Conclusions that are written down in one go."""
NAMED = 8


def _room(answers: Answers) -> bool:
    return len(answers["truoc"]["v"] if "truoc" in answers else ()) < MOST - 1


BRIEFING = Step("buoi", Kind.CHOICE, "", "", hidden=True, required=False)
BEFORE = Step("truoc", Kind.CHOICE, "", "", hidden=True, required=False)
ONE = Form(
    "kl",
    "Kết luận giao ban",
    (
        BRIEFING,
        BEFORE,
        Step("noi_dung", Kind.TEXT, "Kết luận", "Kết luận là gì ạ? Mỗi lần ghi một việc.",
             "Ví dụ: Rà soát lại các mô hình lâu chưa cập nhật", least=5, most=1000),
        Step("don_vi", Kind.MANY, "Đơn vị", "Những đơn vị nào làm ạ? Chọn được nhiều nơi.",
             "Ví dụ: 1, 3", offer="briefing_units", about=("buoi",), page=8,
             silent_without_choices=True),
        Step("han", Kind.DATE, "Hạn", "Làm xong trước ngày nào ạ? {Ac} chọn, hoặc gõ ngày.",
             "Ví dụ: 15/12", offer="deadlines", check=future),
        Step("tiep", Kind.CHOICE, "Ghi tiếp", "Còn kết luận nào nữa không ạ?",
             options=(Choice("co", "Ghi thêm kết luận", ("còn", "thêm", "có")),
                      Choice("xong", "Xong, xem lại", ("xong", "hết", "không"))), when=_room),
    ),
    straight=True,
)  # fmt: skip


def _nth(n: int) -> Step:
    """What has been written down as number n; its units and day stay when its words are changed."""

    def there(answers: Answers) -> bool:
        return "truoc" in answers and len(answers["truoc"]["v"]) >= n

    return Step(f"k{n}", Kind.TEXT, f"Kết luận {n}",
                "{Ac} ghi lại nội dung giúp ạ; đơn vị và hạn giữ nguyên.",
                "Ví dụ: Rà soát lại các mô hình lâu chưa cập nhật", least=5, most=1000,
                when=there)  # fmt: skip


ALL = Form("klx", "Kết luận giao ban", (BRIEFING, BEFORE, *map(_nth, range(1, MOST + 1))))
NOT_YET = "Buổi này chưa họp nên chưa ghi kết luận được ạ. Họp xong, {ac} mở lại mục này."
OFF = "Buổi này đã hủy nên không có kết luận ạ. {Ac} nhắn “giao ban” để xem các buổi khác."
GIVEN = "Kết luận của “{what}” giao {unit}:\n{text}\n{Ac} làm xong thì báo giúp, từ nay đến hạn."
SAVED = "Đã ghi {n} kết luận của “{what}” và báo đầu mối các đơn vị.{lacking} Cảm ơn {ac}."
LACKING = " Chưa có đầu mối để báo: {names}; {ac} nhắn “quản lý” để mời ạ."


@action("kl")
def begin(talk: Talk, briefing_id: str) -> None:
    one = _held(talk, briefing_id)
    talk.open(ONE, {"buoi": {"v": one.id, "t": ""}, "truoc": {"v": [], "t": ""}})


def _held(talk: Talk, briefing_id: str | int) -> Briefing:
    one = led(talk, briefing_id)
    if one.state == "cancelled":
        raise Refused(talk.say(OFF))
    if one.at > talk.now:
        raise Refused(talk.say(NOT_YET))
    return one


@lookup("briefing_units")
def units(talk: Talk, asked: Lookup) -> Found:
    """about: the briefing. One unit alone need not be asked for."""
    (briefing_id,) = asked.about
    rows = _units(talk, talk.session.get_one(Briefing, briefing_id)) if briefing_id else {}
    if len(rows) < 2:
        return Found()
    every = Choice(0, f"Tất cả {len(rows)} đơn vị", ("tất cả", "tất cả đơn vị", "cả cụm"))
    return Found((every, *(Choice(i, name) for i, name in rows.items())))


def _units(talk: Talk, briefing: Briefing) -> dict[int, str]:
    rows = briefings.units_below(talk.session, briefing.unit_id, briefing.day)
    return {unit.id: unit.name for unit in rows}


@submits(ONE)
def more(talk: Talk, answers: Answers, key: str) -> Replies:
    """Nothing is kept before all of them have been looked at together."""
    briefing = _held(talk, answers["buoi"]["v"])
    known = _units(talk, briefing)
    chosen = answers["don_vi"]["v"] if "don_vi" in answers else [0]
    own = [*known] if 0 in chosen else [u for u in known if u in chosen]
    row = {"text": answers["noi_dung"]["v"], "units": own, "due": answers["han"]["v"]}
    rows = [*(answers["truoc"]["v"] if "truoc" in answers else ()), row]
    first = {"buoi": {"v": briefing.id, "t": ""}, "truoc": {"v": rows, "t": ""}}
    if "tiep" in answers and answers["tiep"]["v"] == "co":
        talk.open(ONE, first)
        return talk.reply("Đã ghi tạm {n} kết luận.", n=len(rows))
    shown = {f"k{n}": _shown(one, known) for n, one in enumerate(rows, 1)}
    talk.open(ALL, {**first, **shown})
    return None


def _shown(row: dict[str, Any], known: dict[int, str]) -> dict[str, Any]:
    whole = len(row["units"]) == len(known) > 1
    names = f"cả {len(known)} đơn vị" if whole else ", ".join(known[u] for u in row["units"])
    day = plain_date(date.fromisoformat(row["due"]))
    return {"v": row["text"], "t": f"{row['text']} – {names} – hạn {day}"}


@submits(ALL)
def save(talk: Talk, answers: Answers, key: str) -> Reply:
    briefing = _held(talk, answers["buoi"]["v"])
    rows: list[Conclusion] = []
    for n, row in enumerate(answers["truoc"]["v"], 1):
        rows += conclusions.add(
            talk.session, briefing, row["units"], text=answers[f"k{n}"]["v"],
            due_on=date.fromisoformat(row["due"]), author_id=talk.member_id, at=talk.now,
        )  # fmt: skip
    briefings.change(talk.session, briefing, state="held")
    talk.did("conclude", "briefing", briefing.id)
    names = ", ".join(_tell(talk, briefing, rows, key))
    lacking = talk.say(LACKING, names=names) if names else ""
    see = Option("Xem kết luận", f"kl_ds:{briefing.id}", "primary")
    number, what = len(answers["truoc"]["v"]), named(talk, briefing)
    return talk.reply(SAVED, see, SEE, ELSE, n=number, what=what, lacking=lacking)


def _tell(talk: Talk, briefing: Briefing, rows: list[Conclusion], key: str) -> list[str]:
    """One letter for each focal person of a unit; the names of units that have none."""
    by_unit: dict[int, list[Conclusion]] = {}
    for row in rows:
        by_unit.setdefault(row.unit_id, []).append(row)
    people = conclusions.focal_of(talk.session, by_unit)
    for unit_id, own in by_unit.items():
        said = {"what": named(talk, briefing), "unit": members.unit_name(talk.session, unit_id)}
        text = "\n".join(f"{n}. {_line(one)}" for n, one in enumerate(own, 1))
        for member_id in people.get(unit_id, ()):
            if member_id != talk.member_id:
                name = f"concluded:{briefing.id}:{unit_id}:{key}"
                tell(talk, member_id, name, GIVEN, *_options(own), text=text, **said)
    return [members.unit_name(talk.session, u) for u in by_unit if u not in people]


def _line(one: Conclusion) -> str:
    return f"{one.text} (từ nay đến {plain_date(one.due_on)})"


def _options(rows: list[Conclusion]) -> tuple[Option, ...]:
    if len(rows) == 1:
        return (Option("Đã làm", f"kl_lam:{rows[0].id}", "primary"),)
    return tuple(Option(f"Xem: {cut(one.text, 40)}", f"kl_xem:{one.id}") for one in rows[:NAMED])
