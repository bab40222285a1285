"""`/timkiem`: initiatives by any words, narrowed by what else was said, eight at a time."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.conversation.form import Answers, Form, Kind, Step
from bot.conversation.messages import Option, Reply
from bot.domain.codes import code, parse_code
from bot.domain.search_query import STATE_LABELS, Question, understood, units_in
from bot.domain.text import clean, cut, fold, tokens
from bot.domain.units import PLACES, within_sentence
from bot.errors import Refused
from bot.handlers.registry import Talk, action, command, late, submits
from bot.handlers.stats_asked import sector_phrases
from storage import cards, search, search_words
from storage.initiatives import Row
from storage.picking import neighbour, own_units
from storage.search import Eyes, Wanted
from storage.sectors import sectors
from storage.statistics import lived
from storage.tables.base import LAST_DAY
from storage.tables.records import Enrolment, Initiative
from storage.tables.units import Sector, Unit
from storage.unit_search import find_units

PAGE, MOST_SUGGESTED = 8, 3
LONGEST, LONGEST_BUTTON = 200, 64
ASK = "{Ac} tìm mô hình nào ạ? {Ac} gõ vài từ: tên, người làm, nơi làm, việc làm, mã."
FOUND = "Mô hình {about} (mới trước):"
NEWEST = "Mô hình mới nhất trong phần {ac} được xem:"
EMPTY = "Phần {ac} được xem chưa có mô hình nào ạ."
MEANT = "Ý {ac} là:"
NOTHING = "Trợ lý chưa thấy mô hình {about} trong phần {ac} được xem ạ."
TOO_MANY = "Còn nhiều mô hình nữa. {Ac} gõ thêm từ, thêm năm hay tên xã để tìm gọn hơn ạ."
FORM = Form(
    "tim",
    "Tìm mô hình",
    (
        Step("tu", Kind.TEXT, "Tìm", ASK, "Ví dụ: nhà lưới thạch lạc 2022", most=LONGEST),
    ),
    straight=True,
)  # fmt: skip


@command("timkiem", "Tìm mô hình", menu=7, words=("tim kiem", "tim mo hinh", "tim"))
def ask(talk: Talk, argument: str) -> Reply | None:
    if argument:
        return Reply("", late={"kind": "search", "q": argument[:LONGEST]})
    talk.open(FORM)
    return None


@submits(FORM)
def asked(talk: Talk, answers: Answers, key: str) -> Reply:
    return Reply("", late={"kind": "search", "q": str(answers["tu"]["v"])})


@action("tim")
def turn(
    talk: Talk, page: str, year: str, state: str, sector: str, unit: str, *words: str
) -> Reply:
    """Another page, or the same with less to narrow it."""
    known = {"page": int(page), "year": int(year), "sector": int(sector), "unit": int(unit)}
    if not all(word.replace("_", "").isalnum() for word in (*words, state.replace("-", "none"))):
        raise ValueError(words)
    said = {"words": list(words), "state": "" if state == "-" else state}
    return Reply("", late={"kind": "search", **said, **known})


@late("search")
def answer(
    talk: Talk,
    q: str = "",
    page: int = 0,
    year: int = 0,
    state: str = "",
    sector: int = 0,
    unit: int = 0,
    words: Sequence[str] = (),
) -> Reply:
    """Evaluated on a read-only connection; who may see what is looked at here and now."""
    if talk.person.member_id is None:
        raise Refused(talk.say("{Ac} nhắn “bắt đầu” để làm quen với Trợ lý trước ạ."))
    look = eyes(talk)
    if q:
        return _first(talk, look, clean(q)[:LONGEST])
    wanted = Wanted(tuple(words), year or None, sector or None, unit or None, state)
    rows, more = search.find(talk.session, look, wanted, max(page, 0) * PAGE, PAGE)
    if not rows:
        return _nothing(talk, look, wanted, "")
    return _page(talk, wanted, rows, more, max(page, 0))


def eyes(talk: Talk) -> Eyes:
    """What this person may open: by their roles, of their own and of their units, and what is
    public."""
    near = own_units(talk.session, talk.scope, talk.member_id)
    allowed = cards.may_open(talk.session, talk.scope, talk.member_id)
    seen = cards.or_public(allowed)
    return neighbour(talk.session, talk.scope, near, seen, public=True)


def _first(talk: Talk, look: Eyes, text: str) -> Reply:
    """The reading that finds something: sectors and units as such, else as words."""
    readings = list(_readings(talk, text))
    for wanted in readings:
        rows, more = search.find(talk.session, look, wanted, 0, PAGE)
        if rows:
            return _page(talk, wanted, rows, more, 0, text)
    return _nothing(talk, look, readings[-1], text)


def _readings(talk: Talk, text: str) -> Iterator[Wanted]:
    if parse_code(text):
        yield Wanted(search.words_in(text))
        return
    root, this_year = talk.organisation.root_id, talk.today.year
    known = sector_phrases(sectors(talk.session, root, this_year))
    question = understood(text, this_year, known)
    unit, rest = _unit(talk, question)
    narrowed = Wanted(search.words_in(rest), question.year, question.sector, unit, question.state)
    yield narrowed
    if question.sector or unit:
        plain = understood(text, this_year, {})
        words = search.words_in(" ".join(plain.words))
        yield Wanted(words, plain.year, None, None, plain.state)


def _unit(talk: Talk, question: Question) -> tuple[int | None, str]:
    """The unit that is named, if it is a single one, and the other words."""
    for name, said, rest in units_in(question.words):
        kinds = None if said else PLACES
        found = find_units(talk.session, name, kinds=kinds, most=20, near=False)
        units = [talk.session.get_one(Unit, choice.value) for choice in found.choices]
        if question.year:
            units = [one for one in units if lived(one, question.year)]
        living = [one for one in units if one.valid_to == LAST_DAY] or units
        if len(living) == 1:
            return living[0].id, " ".join(rest)
    return None, " ".join(question.words)


# -- what is shown ------------------------------------------------------------------------


def _page(
    talk: Talk, wanted: Wanted, rows: Sequence[Row], more: bool, page: int, typed: str = ""
) -> Reply:
    turns = [_to("Xem tiếp", wanted, page + 1)] if more else []
    turns += [_to("Trang trước", wanted, page - 1)] if page else []
    about = _about(talk, wanted, rows, typed)
    text = talk.say(FOUND if about else NEWEST, about=about)
    if not more and (page + 1) * PAGE >= search.MOST:
        text += "\n" + talk.say(TOO_MANY)
    fewer = [_to(f"Bỏ lọc {name}", less) for name, less in _without(talk, wanted)]
    actions = tuple(one for one in (*turns, *fewer) if one)
    return Reply(text, options=tuple(_option(talk, *row) for row in rows), actions=actions)


def _option(talk: Talk, initiative: Initiative, enrolment: Enrolment) -> Option:
    place = talk.session.get_one(Unit, enrolment.place_id).name
    label = f"{initiative.code} {cut(initiative.name, 50)} ({cut(place, 30)}, {enrolment.year})"
    return Option(label, f"mh:{initiative.id}:{enrolment.year}")


def _about(talk: Talk, wanted: Wanted, rows: Sequence[Row], typed: str = "") -> str:
    """What was understood: “nhà lưới”, năm 2022, Xã Thạch Lạc."""
    said = [f"“{_accented(wanted.words, rows, typed)}”"] if wanted.words else []
    return ", ".join([*said, *(name for name, _ in _without(talk, wanted))])


def _without(talk: Talk, wanted: Wanted) -> Iterator[tuple[str, Wanted]]:
    """What narrows it, in words, and the same without that."""
    if wanted.year:
        yield f"năm {wanted.year}", replace(wanted, year=None)
    if wanted.unit and (unit := talk.session.get(Unit, wanted.unit)):
        yield within_sentence(unit.kind, unit.name), replace(wanted, unit=None)
    if wanted.sector and (sector := talk.session.get(Sector, wanted.sector)):
        yield f"lĩnh vực {sector.label}", replace(wanted, sector=None)
    if wanted.state in STATE_LABELS:
        yield STATE_LABELS[wanted.state], replace(wanted, state="")


def _accented(words: Sequence[str], rows: Sequence[Row], typed: str) -> str:
    """The words with their accents: as typed, else as the first of what was found writes them."""
    found = [
        f"{i.name} {e.owner} {e.details.get('noi_dung', {}).get('t', '')}" for i, e in rows[:1]
    ]
    known: dict[str, str] = {}
    for token in (*(t for t in tokens(typed) if fold(t) != t), *tokens(" ".join(found))):
        known.setdefault(fold(token), token)
    return " ".join(_code(word) if word[0] == "_" else known.get(word, word) for word in words)


def _code(marked: str) -> str:
    """mã 42, or the whole code."""
    year, _, number = marked[2:].rpartition("_")
    return code(int(year), int(number)) if year else f"mã {number}"


def _to(label: str, wanted: Wanted, page: int = 0) -> Option | None:
    """None: more words than a button can carry."""
    state = wanted.state or "-"
    facts = (page, wanted.year or 0, state, wanted.sector or 0, wanted.unit or 0, *wanted.words)
    data = ":".join(["tim", *map(str, facts)])
    return Option(label, data) if len(data.encode()) <= LONGEST_BUTTON else None


# -- nothing found ------------------------------------------------------------------------


def _nothing(talk: Talk, look: Eyes, wanted: Wanted, typed: str) -> Reply:
    about = _about(talk, wanted, (), typed)
    if not about:
        return talk.reply(EMPTY, Option("Đăng ký mô hình", "cmd:dangky"))
    options = tuple(_suggested(talk, look, wanted, typed))
    text = talk.say(NOTHING, about=about) + (" " + talk.say(MEANT) if options else "")
    return Reply(text, options=options or (Option("Tìm từ khác", "cmd:timkiem"),))


def _suggested(talk: Talk, look: Eyes, wanted: Wanted, typed: str) -> Iterator[Option]:
    """What is nearly the same and finds something: likely spellings first, never taken by
    themselves."""
    found = 0
    for other in (*_spelt(talk, wanted), *_less(talk, wanted)):
        rows, _ = search.find(talk.session, look, other, 0, 1)
        label = _about(talk, other, rows, typed) or "Mô hình mới nhất"
        option = _to(label, other) if rows else None
        if option:
            yield option
            found += 1
        if found == MOST_SUGGESTED:
            return


def _spelt(talk: Talk, wanted: Wanted) -> Iterator[Wanted]:
    """With words that are known in place of those that are not."""
    known = search_words.known(talk.session).all
    near = {
        word: search_words.nearest(talk.session, word, MOST_SUGGESTED)
        for word in wanted.words
        if word.isalpha() and word not in known
    }
    for nth in range(max(map(len, near.values()), default=0)):
        meant = [near[w][min(nth, len(near[w]) - 1)] if near.get(w) else w for w in wanted.words]
        yield replace(wanted, words=tuple(dict.fromkeys(meant)))


def _less(talk: Talk, wanted: Wanted) -> Iterator[Wanted]:
    """With one thing left out, then with half of the words."""
    yield from (less for _, less in _without(talk, wanted))
    words, half = wanted.words, len(wanted.words) // 2
    if half:
        shorter = [words[:n] + words[n + 1 :] for n in reversed(range(len(words)))]
        halves = [words[:half], words[half:]]
        yield from (replace(wanted, words=some) for some in dict.fromkeys([*shorter, *halves]))
