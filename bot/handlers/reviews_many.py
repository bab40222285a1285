"""Somebody with many models answers once for all: the list, and the numbers of what has changed."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy import select

from bot.conversation.messages import BY_WORDS, Option, Reply
from bot.domain.text import cut, fold
from bot.handlers.people import ELSE
from bot.handlers.registry import Replies, Talk, action, catches
from bot.handlers.reminded import far, is_for_others, later, still, when
from bot.handlers.reminding import Piece
from bot.handlers.reviewed import REVIEWS, ask_figure, heading, may_answer, open_news, respond
from storage import reminders, self_reports
from storage.tables.records import Enrolment, Initiative
from storage.tables.reminders import Reminder

PAGE = 20
OPENED = 8
NAME = 60
HOW = "{Ac} nhắn số mô hình có thay đổi, ví dụ 3, 7; không có thì nhắn: tất cả ổn định."
ALL_GOOD = "Tất cả ổn định"
FINE = {
    "tat ca on dinh", "on dinh", "tat ca deu on dinh", "on dinh ca", "deu on dinh", "on dinh het",
    "khong", "tat ca van tot", "van tot", "van tot ca", "tat ca deu tot", "khong co",
    "khong co thay doi", "khong thay doi", "khong co gi thay doi",
}  # fmt: skip
POLITE = re.compile(r"^(?:da |vang |da vang )|(?: a| nhe| nha)$")
BEFORE = r"(?:(?:co thay doi|thay doi|cac|mo hinh|so)[: ]+)*"
BETWEEN = r"[ ,;.]+(?:va |so )*"
SAID_NUMBERS = re.compile(
    rf"{BEFORE}([0-9]{{1,3}}(?:{BETWEEN}[0-9]{{1,3}})*)(?: (?:co )?thay doi)?"
)
NOT_THERE = (
    "Danh sách không có số {wrong} ạ, nên Trợ lý chưa ghi gì. {Ac} nhắn lại giúp các số từ 1 đến "
    "{last}, hoặc nhắn: tất cả ổn định."
)
NOTHING_LEFT = "Các mô hình này {ac} đã trả lời cả rồi ạ. Cảm ơn {ac}."
Numbered = dict[int, Reminder]


# -- the list -------------------------------------------------------------------------------------


def listed(talk: Talk, its: Sequence[Reminder], head: str) -> Piece | None:
    """Several reviews in one. What others have not answered is opened one by one."""
    if is_for_others(its[0]):
        return _of_others(talk, its, head)
    key = _key(its)
    return _page(talk, key, numbered(talk, key), 0)


def _of_others(talk: Talk, its: Sequence[Reminder], head: str) -> Piece:
    options = [Option(_name(talk, one), f"nh:{one.id}") for one in its[:OPENED]]
    text = f"{head}: {len(its)} mô hình của đơn vị chưa có tin.\n{when(talk, its[0])}"
    return Piece(f"{text}\n{talk.say('{Ac} chọn một mô hình để xem ạ:')}", tuple(options),
                 f"{head} ({far(talk, its[0])}), {len(its)} mô hình chưa có tin")  # fmt: skip


def _key(its: Sequence[Reminder]) -> str:
    """Names a list by its kind and its first due day, for buttons."""
    return f"{REVIEWS.index(its[0].what)}:{min(r.due_on for r in its):%Y%m%d}"


def numbered(talk: Talk, key: str) -> Numbered:
    """What is still to be answered. A number stays that of its model, whatever is answered
    meanwhile: they are those of all reminders since then, in the order in which they came."""
    which, day = key.split(":")
    first = date(int(day[:4]), int(day[4:6]), int(day[6:]))
    mine = select(Reminder).where(
        Reminder.member_id == talk.member_id, Reminder.what == REVIEWS[int(which)],
        Reminder.rung == "person", Reminder.due_on >= first,
    )  # fmt: skip
    rows = list(talk.session.scalars(mine.order_by(Reminder.subject_id, Reminder.id)))
    numbers = {s: n for n, s in enumerate(dict.fromkeys(r.subject_id for r in rows), 1)}
    left = still(talk, [r for r in rows if r.state in reminders.OPEN])
    return {numbers[r.subject_id]: r for r in sorted(left, key=lambda r: numbers[r.subject_id])}


def _page(talk: Talk, key: str, rows: Numbered, page: int) -> Piece | None:
    if not rows:
        return None
    first, skip = next(iter(rows.values())), max(page, 0) * PAGE
    shown = list(rows.items())[skip : skip + PAGE]
    lines = [f"{n}. {_name(talk, one)}" for n, one in shown]
    head = f"{heading(talk, first)}: {{ac}} có {len(rows)} mô hình."
    more = len(rows) > skip + PAGE
    options = [Option(ALL_GOOD, f"rsn:tat:{key}", BY_WORDS)]
    options += [Option("Xem tiếp", f"rsn:xem:{key}:{page + 1}", BY_WORDS)] if more else []
    options += [replace(later(first, many=True), style=BY_WORDS)]
    text = "\n".join([talk.say(head), when(talk, first), *lines, talk.say(HOW)])
    return Piece(
        text, tuple(options), f"{heading(talk, first)} ({far(talk, first)}), {len(rows)} mô hình"
    )


def _name(talk: Talk, one: Reminder) -> str:
    enrolment = talk.session.get_one(Enrolment, one.subject_id)
    initiative = talk.session.get_one(Initiative, enrolment.initiative_id)
    return f"{initiative.code} {cut(initiative.name, NAME)}"


def _shown(piece: Piece | None, talk: Talk) -> Reply:
    if piece is None:
        return talk.reply(NOTHING_LEFT, ELSE)
    words = tuple(Option(o.label, o.data) for o in piece.options)
    return Reply(piece.text, actions=words)


# -- the answer -----------------------------------------------------------------------------------


@action("rsn")
def answer(talk: Talk, what: str, kind: str, day: str, page: str = "0") -> Replies:
    key = f"{kind}:{day}"
    if what == "tat":
        return answered(talk, key, ())
    return _shown(_page(talk, key, numbered(talk, key), int(page)), talk)


@catches(3)
def typed(talk: Talk) -> Replies:
    """While the list is what was shown last, numbers are those of what has changed."""
    key = next((o.data[8:] for o in talk.person.offered if o.data.startswith("rsn:tat:")), "")
    said = talk.said
    if not key or not said.text or said.photos or said.forwarded or said.other:
        return None
    numbers = understood(said.text)
    return None if numbers is None else answered(talk, key, numbers)


def understood(text: str) -> tuple[int, ...] | None:
    """(3, 7) of "3, 7", "số 3 và 7"; () of "tất cả ổn định"; None: something else."""
    plain = POLITE.sub("", fold(text).strip(" .!"))
    if plain.strip() in FINE:
        return ()
    found = SAID_NUMBERS.fullmatch(plain)
    return tuple(dict.fromkeys(map(int, re.findall(r"[0-9]+", found[1])))) if found else None


def answered(talk: Talk, key: str, changed: Sequence[int]) -> Replies:
    """All but these are well; these are opened one after another."""
    rows = numbered(talk, key)
    if not rows:
        return talk.reply(NOTHING_LEFT, ELSE)
    if wrong := [n for n in changed if n not in rows]:
        again = _shown(_page(talk, key, rows, 0), talk)
        said = ", ".join(map(str, wrong))
        return Reply(talk.say(NOT_THERE, wrong=said, last=max(rows)), actions=again.actions)
    mine = {n: e for n, one in rows.items() if may_answer(talk, e := _enrolment(talk, one))}
    good = [e for n, e in mine.items() if n not in changed]
    asked = _without_figure(talk, good)
    for enrolment in good:
        respond(talk, enrolment, "good")
    news = [mine[n] for n in changed if n in mine]
    for enrolment in news:
        respond(talk, enrolment, "changed")
    return _thanks(talk, good, news, asked)


def _enrolment(talk: Talk, one: Reminder) -> Enrolment:
    return talk.session.get_one(Enrolment, one.subject_id)


def _without_figure(talk: Talk, good: Sequence[Enrolment]) -> Enrolment | None:
    """One figure a year: of the first model of which nothing was said yet this year."""
    said = (self_reports.said_good(talk.session, e.id, talk.today.year) for e in good)
    before = list(said)
    return good[0] if good and not any(before) else None


def _thanks(
    talk: Talk, good: Sequence[Enrolment], news: Sequence[Enrolment], asked: Enrolment | None
) -> Reply:
    text = f"Đã ghi: {len(good)} mô hình ổn định ({{ac}} tự báo, chưa kiểm tra). Cảm ơn {{ac}}."
    if not good:
        text = "Trợ lý đã ghi."
    if news:
        open_news(talk, news[0].initiative_id)
        text += (
            f"\n{len(news)} mô hình có thay đổi, {{ac}} ghi lần lượt giúp ạ: trước hết “{{name}}”."
        )
        return talk.reply(text, name=_named(talk, news[0]))
    if asked is not None:
        ask_figure(talk, asked)
        return talk.reply(f"{text}\nVề mô hình “{{name}}”:", name=_named(talk, asked))
    return talk.reply(text, ELSE)


def _named(talk: Talk, enrolment: Enrolment) -> str:
    return cut(talk.session.get_one(Initiative, enrolment.initiative_id).name, 80)
