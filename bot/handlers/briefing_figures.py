"""Số liệu giao ban: what is on the agenda, as it is now; and how a briefing reads as a reminder."""

from collections.abc import Sequence

from bot.conversation.messages import Option, Reply
from bot.domain.partial_dates import plain_date
from bot.domain.text import cut
from bot.errors import Refused
from bot.handlers.briefing_shared import answering, found, named, oversees, text_of
from bot.handlers.people import ELSE
from bot.handlers.registry import Talk, action, late
from bot.handlers.reminded import later
from bot.handlers.reminding import Piece, reads
from bot.presentation.chat import as_of, summary
from storage import briefings, members
from storage.briefings import Agenda
from storage.tables.reminders import Briefing, Conclusion, Reminder

MOST = 8
"""Units and conclusions that are named; the others are counted."""


@action("gb_sl")
def figures(talk: Talk, briefing_id: str) -> Reply:
    """Counted on the read-only connection."""
    return Reply("", late={"kind": "briefing", "briefing": found(talk, briefing_id).id})


@late("briefing")
def counted(talk: Talk, briefing: int) -> Reply:
    """Who may see it is looked at here and now."""
    try:
        one = found(talk, briefing)
    except Refused as refused:
        return Reply(str(refused))
    again = Option("Xem buổi này", f"gb_xem:{one.id}")
    return Reply("\n".join(agenda_lines(talk, one)), options=(again, ELSE))


def agenda_lines(talk: Talk, one: Briefing) -> list[str]:
    """Of the whole unit for who leads there, of their own for others."""
    whole = oversees(talk, one)
    own = None if whole else briefings.unit_of(talk.session, one, talk.member_id)
    unit_id = own.id if own else one.unit_id
    now, points = talk.local(talk.now), talk.organisation.points
    found = briefings.agenda(talk.session, one, unit_id, now, points=points)
    lines = [
        f"SỐ LIỆU GIAO BAN – {found.totals.unit}",
        summary(found.totals),
        *_sectors(found),
        _silent(found),
        f"Kiến nghị sau kiểm tra quá hạn: {found.late}",
        *_open(talk, found.open),
        as_of(now),
    ]
    return [line for line in lines if line]


def _sectors(found: Agenda) -> list[str]:
    built = [f"{line.label} {line.built}" for line in found.totals.sectors if line.built]
    return ["Theo lĩnh vực: " + "; ".join(built)] if built else []


def _silent(found: Agenda) -> str:
    since = f"từ {plain_date(found.since)}"
    if found.units == 1:
        return f"Đơn vị chưa có phiếu nào {since}." if found.silent else ""
    if not found.silent:
        return f"Cả {found.units} đơn vị đã có phiếu {since}."
    names = ", ".join(unit.name for unit in found.silent[:MOST])
    more = f" và {len(found.silent) - MOST} đơn vị nữa" if len(found.silent) > MOST else ""
    return f"Chưa có phiếu nào {since} ({len(found.silent)}/{found.units} đơn vị): {names}{more}"


def _open(talk: Talk, rows: Sequence[Conclusion]) -> list[str]:
    if not rows:
        return []
    more = [f"– và {len(rows) - MOST} việc nữa"] if len(rows) > MOST else []
    lines = [_conclusion(talk, one) for one in rows[:MOST]]
    return [f"Kết luận lần trước chưa xong ({len(rows)}):", *lines, *more]


def _conclusion(talk: Talk, one: Conclusion) -> str:
    late = ", quá hạn" if one.due_on < talk.today else ""
    unit = members.unit_name(talk.session, one.unit_id)
    return f"– {unit}: {cut(one.text, 100)} (hạn {plain_date(one.due_on)}{late})"


# -- as a reminder ------------------------------------------------------------------------------


@reads("briefing")
def remind(talk: Talk, rows: Sequence[Reminder]) -> Piece | None:
    """Some days before: where and when. On the last day before: the figures, too."""
    last = {row.subject_id for row in rows if row.stage >= -1}
    ones = [talk.session.get(Briefing, i) for i in dict.fromkeys(r.subject_id for r in rows)]
    coming = [one for one in ones if one and one.state == "planned" and one.at > talk.now]
    if not coming:
        return None
    text = "\n\n".join(_reminder(talk, one, one.id in last) for one in coming)
    short = "; ".join(f"{named(talk, one)}, {plain_date(one.day)}" for one in coming)
    only = coming[0] if len(coming) == 1 else None
    options = _options(talk, only) if only else _several(talk, coming)
    return Piece(text, (*options, later(rows[0], many=len(rows) > 1)), short)


def _reminder(talk: Talk, one: Briefing, with_figures: bool) -> str:
    head = "Sắp đến buổi:" if one.author_id != talk.member_id else talk.say("Buổi {ac} gọi họp:")
    figures = ["", *agenda_lines(talk, one)] if with_figures and one.kind == "briefing" else []
    return "\n".join([head, text_of(talk, one), *figures])


def _options(talk: Talk, one: Briefing) -> tuple[Option, ...]:
    said = briefings.answers(talk.session, one).get(talk.member_id)
    if one.author_id == talk.member_id or said:
        return (Option("Xem buổi này", f"gb_xem:{one.id}"),)
    return answering(one.id)


def _several(talk: Talk, rows: Sequence[Briefing]) -> tuple[Option, ...]:
    return tuple(Option(cut(named(talk, one), 50), f"gb_xem:{one.id}") for one in rows)
