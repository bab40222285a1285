"""Xem trước: whom a schedule will write to tomorrow and in the days after, and why to nobody."""

from collections.abc import Mapping
from datetime import date, timedelta

from bot.conversation.messages import Option, Reply
from bot.domain.due_words import WEEKDAYS, named
from bot.domain.partial_dates import plain_date
from bot.domain.schedule_words import stages_words
from bot.domain.timing import Working
from bot.handlers.registry import Talk, action, late
from bot.handlers.schedules_shared import (
    LIST,
    STATES,
    due_words,
    found,
    kind_of,
    knows,
    rate_words,
    rates,
    rules,
)
from storage.forecast import DAYS, Forecast, forecast, names_by_unit, next_stage
from storage.tables.reminders import Schedule

NAMED = 5
"""So many units, and people of each, are named."""
PAUSED = "Lịch này đang tạm dừng nên chưa gửi cho ai. Nếu chạy lại bây giờ thì:"
CHANGES = "Việc làm xong trước giờ gửi thì Trợ lý không nhắc nữa, nên số này có thể giảm."


@action("ls_thu")
def preview(talk: Talk, schedule_id: str) -> Reply:
    found(talk, schedule_id)
    return Reply("", late={"kind": "schedule_preview", "schedule": int(schedule_id)})


@late("schedule_preview")
def previewed(talk: Talk, schedule: int) -> Reply:
    """Evaluated on a read-only connection; who may look is asked here and now."""
    one, given = found(talk, schedule), rules(talk)
    seen = forecast(talk.session, one, given, talk.now)
    tomorrow = talk.today + timedelta(1)
    lines = [f"XEM TRƯỚC: {one.label} ({STATES[one.state]})"]
    lines += [PAUSED] if one.state == "paused" else []
    lines += [f"Hôm nay còn gửi cho {len(seen.on(talk.today))} người."] * bool(seen.on(talk.today))
    lines += _tomorrow(talk, one, seen.on(tomorrow), tomorrow, given.working)
    lines += _after(talk, seen, tomorrow)
    rate = rates(talk).get(one.id)
    lines += [rate_words(rate)] if rate else []
    options = (Option("Về lịch này", f"ls_xem:{one.id}"), LIST)
    return talk.reply("{text}", *options, text="\n".join(lines))


def _tomorrow(
    talk: Talk, one: Schedule, people: Mapping[int, int], day: date, working: Working
) -> list[str]:
    when = f"Ngày mai ({named(day)})"
    if not people:
        return [f"{when} không gửi cho ai: {_why_nobody(talk, one, day, working)}."]
    units = len(set(people.values()))
    lines = [f"{when} sẽ gửi cho {len(people)} người:"]
    for unit_id, unit, names in names_by_unit(talk.session, people, NAMED):
        number = sum(its == unit_id for its in people.values())
        lines.append(f"– {unit}: {_names(names, number) if knows(talk, unit_id) else number}")
    lines += [f"– và {units - NAMED} đơn vị nữa"] if units > NAMED else []
    return [*lines, CHANGES]


def _names(names: list[str], number: int) -> str:
    rest = f" và {number - len(names)} người nữa" if number > len(names) else ""
    return ", ".join(names) + rest


def _why_nobody(talk: Talk, one: Schedule, day: date, working: Working) -> str:
    """Its own reason first: on a day off nothing is sent, whatever falls due."""
    if not working(day):
        return "ngày mai là ngày nghỉ, Trợ lý không nhắc"
    if not kind_of(one).calendar:
        return f"chưa có việc nào đến ngày nhắc (tính theo {due_words(one, talk.today)})"
    coming = next_stage(one, talk.today)
    if coming is None:
        return "trong năm tới chưa có ngày hạn nào"
    when, stage = coming
    if when == day:
        return "việc đến hạn đã xong, đã được nhắc, hoặc chưa có ai phụ trách"
    due = plain_date(when - timedelta(stage.days))
    days = stages_words([stage])
    return f"lần nhắc tới là {named(when)} ({days}, hạn {due})"


def _after(talk: Talk, seen: Forecast, tomorrow: date) -> list[str]:
    days = [tomorrow + timedelta(n) for n in range(1, DAYS)]
    said = [
        f"{WEEKDAYS[day.weekday()]} {day.day}/{day.month}: {len(seen.on(day))} người"
        for day in days
        if seen.on(day)
    ]
    last = plain_date(days[-1])
    if not said:
        return [f"Sau đó, đến {last}, không gửi cho ai."]
    return [f"Sau đó, đến {last}: {'; '.join(said)}."]
