"""How each kind of step reads what was said."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import product
from math import prod

from bot.conversation.checklist import read_checklist
from bot.conversation.form import Answer, Answers, Choice, Found, Json, Kind, Step, World
from bot.conversation.listing import on_page, paged
from bot.conversation.messages import Said
from bot.conversation.reading import (
    AGAIN,
    MOST_PICKED,
    Doubt,
    Missed,
    Reading,
    Taken,
    choices,
    keeping,
    matching,
    named,
    pick,
    taken,
    unique,
)
from bot.domain.dates import parse_date
from bot.domain.keywords import Word, is_typed_cancel_with_accent, keyword
from bot.domain.numbers import (
    Ask,
    Quantity,
    format_number,
    format_quantity,
    parse_count,
    parse_quantities,
)
from bot.domain.phones import format_phone, parse_phone
from bot.domain.text import clean, one_line, split

MOST_TYPED = 200
"""Characters of a typed search that are looked at, and of an answer of one line."""
MOST_COLLECTED = 20
NAMED = 20
"""Of many that were ticked, so many are named."""
ALL_BUT = re.compile(r"(?:tất cả|tat ca)(?: trừ| tru|$)(?: số| so)?", re.IGNORECASE)


def read(step: Step, said: Said, answers: Answers, world: World) -> Reading:
    """What was said, as an answer to this step: total, whatever it is. `checked` comes after."""
    if step.kind in READY_MADE and (one := _ready_made(step, said, answers, world)):
        return taken(one)
    return _READERS[step.kind](step, said, answers, world)


READY_MADE = frozenset({Kind.DATE, Kind.QUANTITY})
"""Kinds of answers that are typed, and may be offered all the same."""


def _ready_made(step: Step, said: Said, answers: Answers, world: World) -> Choice | None:
    among = choices(step, answers, world)
    number = parse_count(typed(said), len(among)) if among else None
    found = [among[number - 1]] if number else named(typed(said), among)
    return found[0] if len(found) == 1 else None


def checked(step: Step, reading: Reading, answers: Answers, world: World) -> Reading:
    """However an answer was given, the step's own check has the last word."""
    if isinstance(reading, Taken) and step.check:
        wrong = step.check(reading.answer["v"], answers, world.today)
        return Missed(wrong) if wrong else reading
    return reading


def collected(step: Step, one: Taken, answers: Answers) -> Taken:
    """One more of several, after those already there."""
    had = answers.get(step.key) or {"v": None, "t": ""}
    values, most = had["v"] or [], step.most or MOST_COLLECTED
    if one.answer["v"] in values:
        return Taken(had, stay=True, note="{Ac} đã ghi nơi này rồi ạ.")
    if len(values) >= most:
        return Taken(had, stay=True, note=f"Phiếu ghi được {most} nơi; nơi này chưa ghi ạ.")
    words = f"{had['t']}; {one.answer['t']}" if values else one.answer["t"]
    return replace(one, answer={"v": [*values, one.answer["v"]], "t": words}, stay=True)


def _choice(step: Step, said: Said, answers: Answers, world: World) -> Reading:
    hits = matching(said.text, choices(step, answers, world))
    if len(hits) == 1:
        return taken(hits[0])
    if hits:
        return pick("Ý {ac} là mục nào ạ?", hits, typed(said) if step.free else "")
    if step.free and said.text:
        return _text(step, said, answers, world)
    return Missed("Trợ lý chưa rõ ý {ac}. {Ac} chọn giúp một số dưới đây ạ.")


def _many(step: Step, said: Said, answers: Answers, world: World) -> Reading:
    """Numbers are those of the page that is shown; what was ticked on others stays."""
    among = choices(step, answers, world)
    but = ALL_BUT.match(said.text) if step.page else None
    rest = said.text[but.end() :] if but else said.text
    parts = [p for p in re.split(r"[,;\n]|\bvà\b|\bva\b|(?<=\d)\s+(?=\d)", rest) if p.strip()]
    hits = [matching(p, on_page(step, among, world.page)) or named(p, among) for p in parts]
    if not (parts or but) or any(len(h) != 1 for h in hits):
        if step.free and any(c.isalpha() for c in said.text):
            return _in_own_words(_text(step, said, answers, world))
        return Missed("Trợ lý chưa rõ ý {ac}. {Ac} gõ các số cách nhau bằng dấu phẩy, ví dụ: 1, 3.")
    meant = [h[0] for h in hits]
    if but:
        return Taken(_all_of(c for c in among if c not in meant))
    if not paged(step, among):
        return Taken(_all_of(meant))
    had = _ticked(step, answers)
    return Taken(_all_of(c for c in among if c.value in had or c in meant), stay=True)


def _in_own_words(reading: Reading) -> Reading:
    """Instead of what could be ticked."""
    if not isinstance(reading, Taken):
        return reading
    return replace(reading, answer={**reading.answer, "v": [reading.answer["v"]]})


def _ticked(step: Step, answers: Answers) -> list[Json]:
    return answers[step.key]["v"] or [] if step.key in answers else []


def everything(step: Step, answers: Answers, world: World) -> Taken:
    return Taken(_all_of(choices(step, answers, world)))


def toggled(step: Step, picked: Choice, answers: Answers, among: Sequence[Choice]) -> Taken:
    """One of many was tapped: it is added, or taken away again."""
    had = _ticked(step, answers)
    return Taken(_all_of(c for c in among if (c.value in had) != (c == picked)), stay=True)


def _all_of(chosen: Iterable[Choice]) -> Answer:
    once = unique(chosen)
    more = f"; và {len(once) - NAMED} mục nữa" if len(once) > NAMED else ""
    words = "; ".join(c.label for c in once[:NAMED]) + more
    return {"v": [c.value for c in once], "t": words}


def _text(step: Step, said: Said, answers: Answers, world: World) -> Reading:
    text = one_line(said.text) if 0 < step.most <= MOST_TYPED else clean(said.text)
    if step.personal and keyword(text) is Word.CANCEL and not is_typed_cancel_with_accent(text):
        cancel = {"label": "Hủy phiếu", "do": "cancel"}
        name = keeping(text, "Ghi tên {text}")
        return Doubt(f"{{Ac}} muốn ghi tên {text} hay hủy phiếu?", (name, cancel))
    if len(text) < max(step.least, 1):
        return Missed(f"{{Ac}} ghi thêm một chút ạ. {step.help}".strip())
    return _own_words(text, step.most)


def _own_words(text: str, most: int) -> Taken | Doubt:
    """ "ok" or "gửi" was hardly meant as an answer of its own."""
    if keyword(text):
        return Doubt("{Ac} ghi như thế này ạ?", (keeping(text), AGAIN))
    return _fitting(text, most)


def _fitting(text: str, most: int, value: Callable[[str], Json] = str) -> Taken | Doubt:
    """A text that is too long is not cut without asking."""
    if not most or len(text) <= most:
        return Taken({"v": value(text), "t": text})
    kept = split(text, most)[0]
    kept = kept if len(kept) > most // 2 else text[:most]  # one endless word
    begin = f"Ghi phần đầu ({format_number(len(kept))} chữ cái)"
    return Doubt(
        f"Đoạn này dài {format_number(len(text))} chữ cái, phiếu ghi được {format_number(most)}.",
        (
            {"label": begin, "do": "answer", "v": value(kept), "t": kept},
            {"label": "Để viết lại ngắn hơn", "do": "again"},
        ),
    )


def quantities(items: Iterable[Quantity]) -> Answer:
    items = list(items)
    value = [{"n": str(q.value), "u": q.unit, "raw": q.text} for q in items]
    return {"v": value, "t": "; ".join(format_quantity(q) for q in items)}


def _quantity(step: Step, said: Said, answers: Answers, world: World) -> Reading:
    same = matching(said.text, choices(step, answers, world))
    if len(same) == 1:
        return taken(same[0])
    parsed = parse_quantities(said.text)
    if not parsed:
        return Missed("Con số này chưa đúng ạ. {Ac} ghi số kèm đơn vị.")
    asks = [item for item in parsed if isinstance(item, Ask)]
    if not asks:
        return Taken(quantities(q for q in parsed if isinstance(q, Quantity)))
    if prod(len(ask.options) for ask in asks) > MOST_PICKED:
        return Missed("Có mấy con số chưa rõ ạ. {Ac} ghi từng số, kèm đơn vị.")
    readings = product(*(q.options if isinstance(q, Ask) else (q,) for q in parsed))
    options = [{"do": "answer", **quantities(reading)} for reading in readings]
    question = asks[0].question if len(asks) == 1 else "Ý {ac} là số nào ạ?"
    return Doubt(question, (*({**o, "label": o["t"]} for o in options), AGAIN))


def _date(step: Step, said: Said, answers: Answers, world: World) -> Reading:
    parsed = parse_date(said.text, world.today)
    if parsed is None:
        example = step.help or "Ví dụ: 15/3/2026, tháng 3, quý I."
        return Missed(f"Trợ lý chưa hiểu thời gian này. {example}")
    words = parsed.date.format()
    answer = {"v": parsed.date.to_json(), "t": words}
    reading = checked(step, Taken(answer), answers, world)
    if isinstance(reading, Missed) or not parsed.guessed:
        return reading
    yes = {"label": "Đúng", "do": "answer", **answer}
    return Doubt(f"Trợ lý hiểu là {words}, đúng không ạ?", (yes, AGAIN))


def _looked_up(step: Step, said: Said, answers: Answers, world: World) -> Reading:
    """Units, initiatives: a number means one offered, else only an exact name is taken; several
    are asked about, and likeness is only a suggestion."""
    text, offered = typed(said), choices(step, answers, world)
    found = world.look(step.lookup(answers, text)) if text else Found()
    number = parse_count(text, len(offered))
    numbered = [offered[number - 1]] if number else []
    if numbered and any(c.isdigit() for c in text):
        return taken(numbered[0])
    exact = unique([*numbered, *named(text, offered), *(found.choices if found.sure else ())])
    if len(exact) == 1:
        return taken(exact[0])
    if exact:
        noun = "nơi" if step.kind is Kind.UNIT else "mô hình"
        return pick(f"Có mấy {noun} như vậy. Ý {{ac}} là {noun} nào ạ?", exact)
    return _not_sure(step, said, unique([*matching(text, offered), *found.choices]))


def _not_sure(step: Step, said: Said, near: Sequence[Choice]) -> Reading:
    if near:
        keep = typed(said) if step.free else ""
        return pick("Chưa thấy đúng tên này. Có phải là:", near, keep)
    if step.free and typed(said):
        return _own_words(one_line(said.text), MOST_TYPED)
    return Missed("Trợ lý chưa tìm thấy tên này. {Ac} ghi lại tên giúp ạ.")


def typed(said: Said) -> str:
    return one_line(said.text)[:MOST_TYPED]


def _phone(step: Step, said: Said, answers: Answers, world: World) -> Reading:
    phone = parse_phone(said.phone or said.text)
    if phone is None:
        return Missed("Số điện thoại này chưa đúng ạ: di động có 10 chữ số, bắt đầu bằng 0.")
    return Taken({"v": phone, "t": format_phone(phone)})


def _photos(step: Step, said: Said, answers: Answers, world: World) -> Reading:
    if not said.photos:
        return Missed("{Ac} gửi ảnh giúp ạ; xong thì gõ “xong”.")
    had = list(answers[step.key]["v"] or []) if step.key in answers else []
    new = [p for p in dict.fromkeys(said.photos) if p not in had]
    kept = (had + new)[: step.most or MOST_COLLECTED]
    left_out = len(had) + len(new) - len(kept)
    note = f"Phiếu chỉ giữ {len(kept)} ảnh; {left_out} ảnh sau không lưu ạ." if left_out else ""
    done = keyword(said.text) is Word.DONE
    if said.text and not done:
        note = f"{note} Trợ lý chỉ giữ ảnh, chưa ghi lời kèm ảnh ạ.".strip()
    return Taken({"v": kept, "t": f"{len(kept)} ảnh"}, stay=not done, note=note)


def _place(step: Step, said: Said, answers: Answers, world: World) -> Reading:
    at, text = said.place, one_line(said.text)
    if at and -90 <= at.latitude <= 90 and -180 <= at.longitude <= 180:
        point = {"lat": round(at.latitude, 6), "lon": round(at.longitude, 6)}
        return Taken({"v": point, "t": "đã chia sẻ vị trí"})
    if not text:
        return Missed("{Ac} bấm nút chia sẻ vị trí, hoặc gõ vài chữ chỉ chỗ ạ.")
    return _fitting(text, step.most or MOST_TYPED, lambda words: {"text": words})


_READERS: dict[Kind, Callable[[Step, Said, Answers, World], Reading]] = {
    Kind.CHOICE: _choice,
    Kind.MANY: _many,
    Kind.TEXT: _text,
    Kind.QUANTITY: _quantity,
    Kind.DATE: _date,
    Kind.UNIT: _looked_up,
    Kind.INITIATIVE: _looked_up,
    Kind.PHONE: _phone,
    Kind.PHOTOS: _photos,
    Kind.PLACE: _place,
    Kind.CHECKLIST: read_checklist,
}
