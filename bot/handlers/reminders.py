"""The daily message: all that waits for one person, in one; and the same on `/vieccanlam`."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from bot.conversation.messages import BY_WORDS, Option, Reply
from bot.domain.text import cut
from bot.handlers.people import MENU
from bot.handlers.registry import ACTIONS, Part, Replies, Talk, action, adds_to, late
from bot.handlers.reminded import (
    TO_DO,
    alike,
    due_days,
    far,
    is_for_others,
    label,
    mine,
    still,
    waiting,
    when,
    with_days,
)
from bot.handlers.reminding import READS, Piece
from storage import reminders
from storage.self_reports import REVIEW
from storage.tables.reminders import Reminder, Schedule

PAGE = 8
LONGEST, LINE = 2000, 90
LISTED_BEFORE = frozenset({"report_waiting", "recommendation", "digest"})
"""On `/vieccanlam` one's own of these stand already, each by itself."""
NOTHING = "{Ac} không có việc nào đến hạn ạ. Cảm ơn {ac}."
ALL = Option("Xem tất cả", "cmd:vieccanlam")

Group = tuple[Piece, list[Reminder]]


@late("bundle")
def bundle(talk: Talk, bundle: int) -> Reply:
    """Asked again at the moment of sending: what was done meanwhile is left out."""
    rows = still(talk, reminders.of_bundle(talk.session, bundle))
    groups = read(talk, [r for r in rows if r.member_id == talk.person.member_id])
    if not groups:
        return Reply("")
    reply = whole(talk, *groups[0]) if len(groups) == 1 else _several(talk, groups)
    return with_days(talk, reply, due_days(talk, rows).values())


def read(talk: Talk, rows: Sequence[Reminder]) -> list[Group]:
    """How each kind reads, the most urgent first; what nothing is left to say of is left out."""
    days = due_days(talk, rows)
    reviewed = {r.subject_id for r in rows if r.what == REVIEW}
    own = [r for r in rows if r.what != "stale" or r.subject_id not in reviewed]
    own.sort(key=lambda r: (r.what, r.rung, days[r.id], r.id))
    groups = []
    for (what, _), some in groupby(own, key=lambda r: (r.what, r.rung)):
        its = list(some)
        if piece := _piece(talk, what, its):
            groups.append((piece, its))
    return sorted(groups, key=lambda group: days[group[1][0].id])


def _piece(talk: Talk, what: str, its: Sequence[Reminder]) -> Piece | None:
    piece = _built_in(talk, what, its)
    own = "" if piece is None or is_for_others(its[0]) else _own_words(talk, its)
    return replace(piece, text=f"{own}\n{piece.text}") if piece and own else piece


def _own_words(talk: Talk, its: Sequence[Reminder]) -> str:
    """What an administrator wants to be said with it."""
    schedules = dict.fromkeys(r.schedule_id for r in its)
    texts = (talk.session.get_one(Schedule, one).text for one in schedules)
    return "\n".join(talk.say(text) for text in texts if text)


def _built_in(talk: Talk, what: str, its: Sequence[Reminder]) -> Piece | None:
    if run := READS.get(what):
        return run(talk, its)
    return Piece(f"{label(its[0])}.\n{when(talk, its[0])}", short=label(its[0]))


def whole(talk: Talk, piece: Piece, its: Sequence[Reminder]) -> Reply:
    """One kind alone. Buttons that are only words leave the numbers to what the text lists."""
    text = talk.say("Kính gửi {ac} {name}, Trợ lý xin nhắc:\n", name=talk.person.name) + piece.text
    return _shown(cut(text, LONGEST), piece)


def _shown(text: str, piece: Piece) -> Reply:
    words = tuple(Option(o.label, o.data) for o in piece.options if o.style == BY_WORDS)
    return Reply(
        text, options=tuple(o for o in piece.options if o.style != BY_WORDS), actions=words
    )


def _several(talk: Talk, groups: Sequence[Group]) -> Reply:
    options = [_line(talk, *group) for group in groups[:PAGE]]
    if len(groups) > PAGE:
        options = [*options[: PAGE - 1], ALL]
    return talk.reply(
        "Kính gửi {ac} {name}, Trợ lý xin nhắc {n} việc. {Ac} chọn một việc ạ:",
        *options, name=talk.person.name, n=len(groups),
    )  # fmt: skip


def _line(talk: Talk, piece: Piece, its: Sequence[Reminder]) -> Option:
    first = its[0]
    short = piece.short or f"{label(first)}: {far(talk, first)}"
    data = f"nh:{first.id}" if len(its) == 1 else f"nh:nhom:{first.id}"
    return Option(cut(short, LINE), data)


# -- one of them ----------------------------------------------------------------------------------


@action("nh")
def see(talk: Talk, which: str, *rest: str) -> Replies:
    """`nh:<id>`: the whole of one thing; `nh:<verb>:<id>`: something done to it."""
    if not which.isdigit():
        found: Replies = ACTIONS[f"nh_{which}"](talk, *rest)
        return found
    return _one(talk, [mine(talk, which)])


@action("nh_nhom")
def together(talk: Talk, reminder_id: str) -> Reply:
    """What is left of it, though the one it is named by may be done."""
    one = talk.session.get(Reminder, int(reminder_id))
    own = one is not None and one.member_id == talk.member_id
    left = alike(talk, one) if own and one else []
    return _one(talk, left or [mine(talk, reminder_id)])


def _one(talk: Talk, its: Sequence[Reminder]) -> Reply:
    piece = _piece(talk, its[0].what, its)
    if piece is None:
        return talk.reply("Việc này đã xong rồi ạ. Cảm ơn {ac}.", TO_DO)
    return with_days(talk, _shown(cut(piece.text, LONGEST), piece), due_days(talk, its).values())


# -- the list -------------------------------------------------------------------------------------


def lines(talk: Talk) -> list[Option]:
    own = [r for r in waiting(talk) if is_for_others(r) or r.what not in LISTED_BEFORE]
    return [_line(talk, *group) for group in read(talk, own)]


@adds_to("tasks", 5)
def among_tasks(talk: Talk) -> Part | None:
    found = lines(talk)
    if len(found) > PAGE:
        found = [*found[: PAGE - 1], Option(f"Tất cả việc đến hạn ({len(found)})", "nh:ds")]
    return Part(options=tuple(found)) if found else None


@action("nh_ds")
def listed(talk: Talk, page: str = "0") -> Reply:
    found, skip = lines(talk), max(int(page), 0) * PAGE
    options = found[skip : skip + PAGE]
    if not options:
        return talk.reply(NOTHING, MENU)
    if len(found) > skip + PAGE:
        options.append(Option("Xem tiếp", f"nh:ds:{int(page) + 1}"))
    return talk.reply("Việc đến hạn của {ac}, gấp trước. {Ac} chọn một việc ạ:", *options)
