"""How each kind of step reads what was said."""

import json
import re
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from bot.conversation.form import Answer, Answers, Choice, Found, Json, Kind, Step, World
from bot.conversation.messages import Said
from bot.domain.dates import parse_date
from bot.domain.keywords import Word, is_typed_cancel_with_accent, keyword, match_choice
from bot.domain.numbers import Ask, Quantity, format_number, format_quantity, parse_quantities
from bot.domain.phones import format_phone, parse_phone
from bot.domain.text import clean, one_line

MOST_TYPED = 200
"""Characters of a typed search that are looked at."""
MOST_COLLECTED = 20


@dataclass(frozen=True, slots=True)
class Taken:
    """The answer is clear. stay: more may follow (photos), the step is not left yet. fills are
    answers to other steps that come along."""

    answer: Answer
    stay: bool = False
    note: str = ""
    fills: Mapping[str, Answer] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Doubt:
    """It must be asked: options are effects, see `bot.conversation.turn`."""

    text: str
    options: tuple[dict[str, Json], ...]


@dataclass(frozen=True, slots=True)
class Missed:
    """Not an answer; why says so and what to do."""

    why: str


Reading = Taken | Doubt | Missed
AGAIN = {"label": "Không phải, để ghi lại", "do": "again"}


def read(step: Step, said: Said, answers: Answers, world: World) -> Reading:
    """What was said, as an answer to this step: total, whatever it is."""
    reading = _READERS[step.kind](step, said, answers, world)
    if isinstance(reading, Taken) and step.check and not reading.stay:
        wrong = step.check(reading.answer["v"], answers, world.today)
        return Missed(wrong) if wrong else reading
    return reading


def collect(step: Step, answer: Answer, answers: Answers) -> Answer:
    """One more of several, after those already there; the same one twice is one."""
    had = answers.get(step.key) or {"v": None, "t": ""}
    values, words = list(had["v"] or []), had["t"]
    if answer["v"] in values or len(values) >= MOST_COLLECTED:
        return had
    return {"v": [*values, answer["v"]], "t": f"{words}; {answer['t']}" if words else answer["t"]}


def code(value: Json) -> str:
    """What a button carries for a value: short, and of this value alone, wherever it is listed."""
    return f"{zlib.crc32(json.dumps(value, ensure_ascii=False).encode()):x}"


def choices(step: Step, answers: Answers, world: World) -> tuple[Choice, ...]:
    return step.options or world.look(step.lookup(answers)).choices if step.offer else step.options


def taken(choice: Choice) -> Taken:
    answer = {"v": choice.value, "t": choice.label}
    return Taken(answer, note=choice.note, fills=choice.fills)


def pick(text: str, found: Iterable[Choice]) -> Doubt:
    options = tuple(
        {"label": c.label, "do": "answer", "v": c.value, "t": c.label, "fills": dict(c.fills),
         "note": c.note}
        for c in found
    )  # fmt: skip
    return Doubt(text, (*options, AGAIN))


def _matching(text: str, among: Sequence[Choice]) -> list[Choice]:
    hits = match_choice(text, [c.label for c in among], [c.words for c in among])
    return [among[i] for i in hits]


def _choice(step: Step, said: Said, answers: Answers, world: World) -> Reading:
    hits = _matching(said.text, choices(step, answers, world))
    if len(hits) == 1:
        return taken(hits[0])
    if hits:
        return pick("Ý {ac} là mục nào ạ?", hits)
    if step.free and said.text:
        return _text(step, said, answers, world)
    return Missed("Trợ lý chưa rõ ý {ac}. {Ac} chọn giúp một số dưới đây ạ.")


def _many(step: Step, said: Said, answers: Answers, world: World) -> Reading:
    among = choices(step, answers, world)
    parts = [p for p in re.split(r"[,;\n]|\bvà\b|\bva\b|(?<=\d)\s+(?=\d)", said.text) if p.strip()]
    hits = [_matching(p, among) for p in parts]
    if not parts or any(len(h) != 1 for h in hits):
        return Missed("Trợ lý chưa rõ ý {ac}. {Ac} gõ các số cách nhau bằng dấu phẩy, ví dụ: 1, 3.")
    return Taken(several([h[0] for h in hits]))


def several(chosen: Iterable[Choice]) -> Answer:
    unique = {code(c.value): c for c in chosen}.values()
    return {"v": [c.value for c in unique], "t": "; ".join(c.label for c in unique)}


def _text(step: Step, said: Said, answers: Answers, world: World) -> Reading:
    text = clean(said.text)
    if step.personal and keyword(text) is Word.CANCEL and not is_typed_cancel_with_accent(text):
        return Doubt(
            f"{{Ac}} muốn ghi tên {text} hay hủy phiếu?",
            (
                {"label": f"Ghi tên {text}", "do": "answer", "v": text, "t": text},
                {"label": "Hủy phiếu", "do": "cancel"},
            ),
        )
    if len(text) < max(step.least, 1):
        return Missed(
            (step.help and f"{{Ac}} ghi thêm một chút ạ. {step.help}") or "{Ac} ghi giúp ạ."
        )
    if step.most and len(text) > step.most:
        return _too_long(text, step.most)
    return Taken({"v": text, "t": text})


def _too_long(text: str, most: int) -> Doubt:
    kept = text[:most].rsplit(" ", 1)[0] if " " in text[:most] else text[:most]
    return Doubt(
        f"Đoạn này dài {format_number(len(text))} chữ cái, phiếu ghi được {format_number(most)}.",
        (
            {"label": f"Ghi phần đầu ({format_number(len(kept))} chữ cái)", "do": "answer",
             "v": kept, "t": kept},
            {"label": "Để viết lại ngắn hơn", "do": "again"},
        ),
    )  # fmt: skip


def quantities(items: Iterable[Quantity]) -> Answer:
    items = list(items)
    value = [{"n": str(q.value), "u": q.unit, "raw": q.text} for q in items]
    return {"v": value, "t": "; ".join(format_quantity(q) for q in items)}


def _quantity(step: Step, said: Said, answers: Answers, world: World) -> Reading:
    parsed = parse_quantities(one_line(clean(said.text))[:MOST_TYPED])
    if not parsed:
        return Missed("Con số này chưa đúng ạ. {Ac} ghi số kèm đơn vị.")
    for place, item in enumerate(parsed):
        if isinstance(item, Ask):
            before = [q for q in parsed[:place] if isinstance(q, Quantity)]
            after = [q for q in parsed[place + 1 :] if isinstance(q, Quantity)]
            return _asked(item, before, after)
    return Taken(quantities(q for q in parsed if isinstance(q, Quantity)))


def _asked(ask: Ask, before: list[Quantity], after: list[Quantity]) -> Doubt:
    options = tuple(
        {"label": format_quantity(q), "do": "answer", **quantities([*before, q, *after])}
        for q in ask.options
    )
    return Doubt(ask.question, (*options, AGAIN))


def _date(step: Step, said: Said, answers: Answers, world: World) -> Reading:
    parsed = parse_date(one_line(clean(said.text))[:MOST_TYPED], world.today)
    if parsed is None:
        return Missed("Trợ lý chưa hiểu thời gian này.")
    words = parsed.date.format()
    answer = {"v": parsed.date.to_json(), "t": words}
    if not parsed.guessed:
        return Taken(answer)
    if step.check and (wrong := step.check(answer["v"], answers, world.today)):
        return Missed(wrong)
    yes = {"label": "Đúng", "do": "answer", **answer}
    return Doubt(f"Trợ lý hiểu là {words}, đúng không ạ?", (yes, AGAIN))


def _looked_up(step: Step, said: Said, answers: Answers, world: World) -> Reading:
    """Units, initiatives: first what was offered, then what was typed; likeness is only asked."""
    offered = _matching(said.text, choices(step, answers, world))
    if len(offered) == 1:
        return taken(offered[0])
    text = typed(said)
    found = world.look(step.lookup(answers, text)) if text else Found()
    if found.sure and len(found.choices) == 1:
        return taken(found.choices[0])
    if found.sure:
        return pick("Có mấy nơi cùng tên. Ý {ac} là nơi nào ạ?", found.choices)
    return _not_sure(step, text, offered or list(found.choices))


def _not_sure(step: Step, text: str, near: Sequence[Choice]) -> Reading:
    if near:
        doubt = pick(f"Chưa thấy đúng tên “{text}”. Có phải là:", near)
        keep = ({"label": f"Ghi “{text}”", "do": "answer", "v": text, "t": text},)
        return Doubt(doubt.text, (*doubt.options[:-1], *keep, AGAIN)) if step.free else doubt
    if step.free and text:
        return Taken({"v": text, "t": text})
    return Missed(f"Trợ lý chưa tìm thấy “{text}”. {{Ac}} ghi lại tên giúp ạ.")


def typed(said: Said) -> str:
    return one_line(clean(said.text))[:MOST_TYPED]


def _phone(step: Step, said: Said, answers: Answers, world: World) -> Reading:
    phone = parse_phone((said.phone or said.text)[:MOST_TYPED])
    if phone is None:
        return Missed("Số điện thoại này chưa đúng ạ: di động có 10 chữ số, bắt đầu bằng 0.")
    return Taken({"v": phone, "t": format_phone(phone)})


def _photos(step: Step, said: Said, answers: Answers, world: World) -> Reading:
    if not said.photos:
        return Missed("{Ac} gửi ảnh giúp ạ; xong thì gõ “xong”.")
    had = list(answers[step.key]["v"] or []) if step.key in answers else []
    new = [p for p in dict.fromkeys(said.photos) if p not in had]
    kept = (had + new)[: step.most]
    left_out = len(had) + len(new) - len(kept)
    note = f"Phiếu chỉ giữ {step.most} ảnh; {left_out} ảnh sau không lưu ạ." if left_out else ""
    return Taken({"v": kept, "t": f"{len(kept)} ảnh"}, stay=True, note=note)


def _place(step: Step, said: Said, answers: Answers, world: World) -> Reading:
    if said.place:
        point = {"lat": round(said.place.latitude, 6), "lon": round(said.place.longitude, 6)}
        return Taken({"v": point, "t": "đã chia sẻ vị trí"})
    text = clean(said.text)[: step.most or MOST_TYPED]
    if not text:
        return Missed("{Ac} bấm nút chia sẻ vị trí, hoặc gõ vài chữ chỉ chỗ ạ.")
    return Taken({"v": {"text": text}, "t": text})


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
}
