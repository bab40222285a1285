"""What a schedule gives now: who is told of which thing, at which hour."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.domain.schedules import Rung, Stage, Turn, turns
from bot.domain.timing import slot, slot_before, window_of
from storage import reminders
from storage.bundles import Rules
from storage.due_now import Thing, new_things
from storage.due_parts import WHATS, What
from storage.recipients import People, Person
from storage.tables.reminders import Reminder, Schedule

AHEAD = 12
"""Days looked ahead for what moves to before a quiet time: longer than Tết."""


def add(session: Session, rows: Sequence[reminders.Row], seen: Mapping[int, int]) -> int:
    """Put in what was found, unless its schedule was changed since then: it is looked for again.
    seen: the revisions of the schedules then."""
    its = select(Schedule.id, Schedule.revision).where(
        Schedule.id.in_({row["schedule_id"] for row in rows}), Schedule.state == "active"
    )
    now = {row.id: row.revision for row in session.execute(its.with_for_update(read=True))}
    same = [r for r in rows if now.get(r["schedule_id"], 0) == seen[r["schedule_id"]]]
    return reminders.add(session, same)


def due_rows(
    session: Session, schedule: Schedule, people: People, rules: Rules, now: datetime
) -> list[reminders.Row]:
    """The reminders that a schedule gives now and that are not there yet."""
    what, stages = WHATS[schedule.what], Stage.read(schedule.stages)
    today = now.astimezone(rules.zone).date()
    rungs = {stage.days: stage for stage in stages}
    handed = reminders.handed(session, schedule)
    rows: dict[tuple[Any, ...], reminders.Row] = {}
    for on in _looks(what, stages, today):
        things = new_things(session, schedule, on, today, rules.zone)
        people.learn([t.member_id for t, _ in things if t.member_id is not None])
        for thing, days in things:
            for row in _rows_of(schedule, what, rungs[days], thing, people, rules, now):
                key = (thing.subject_id, thing.unit_id, thing.due_on, row["member_id"])
                row["member_id"] = handed.get(key, row["member_id"])
                rows.setdefault((days, key), row)
    return _nothing_earlier(session, schedule, list(rows.values()))


def _nothing_earlier(
    session: Session, schedule: Schedule, rows: list[reminders.Row]
) -> list[reminders.Row]:
    """Where stages or days were changed, an earlier stage may seem not to have come yet."""
    if schedule.revision == 1 or not rows:
        return rows
    one = Reminder
    thing = (one.subject_id, one.unit_id, one.due_on, one.member_id)
    told = select(*thing, func.max(one.stage)).where(
        one.schedule_id == schedule.id, one.bundle_id.is_not(None),
        one.due_on.in_({row["due_on"] for row in rows}),
    )  # fmt: skip
    last = {(s, u, day, m): stage for s, u, day, m, stage in session.execute(told.group_by(*thing))}
    names = ("subject_id", "unit_id", "due_on", "member_id")
    return [
        row
        for row in rows
        if last.get(tuple(row[name] for name in names), row["stage"]) <= row["stage"]
    ]


def _looks(what: What, stages: Sequence[Stage], today: date) -> list[list[Turn]]:
    """What moves to before a quiet time is looked for ahead, each stage for itself."""
    if not what.earlier:
        return [turns(stages, today)]
    return [
        [Turn(s, today - timedelta(s.days), today - timedelta(s.days) + timedelta(AHEAD))]
        for s in stages
    ]


def _rows_of(
    schedule: Schedule, what: What, stage: Stage, thing: Thing, people: People, rules: Rules,
    now: datetime,
) -> Iterator[reminders.Row]:  # fmt: skip
    own = people.concerned(schedule, thing, stage.rung)
    for person, rung in people.told(schedule, thing, stage.rung):
        hour = hour_of(schedule, what, stage, thing, person, rules)
        state, send_from = _fate(schedule, what, hour, person, rules, now)
        if person.id in own:
            state = "replaced"
        if what.earlier and send_from > now + timedelta(days=1):
            continue  # its time has not come: it is only looked for early
        yield {
            "schedule_id": schedule.id, "what": schedule.what, "subject_id": thing.subject_id,
            "unit_id": thing.unit_id, "due_on": thing.due_on, "stage": stage.days,
            "rung": Rung(rung).value, "member_id": person.id, "state": state, "snoozes": 0,
            "send_from": send_from, "at": now,
            "send_until": _end(thing.due_on, rules) if what.earlier else None,
        }  # fmt: skip


def hour_of(
    schedule: Schedule, what: What, stage: Stage, thing: Thing, person: Person, rules: Rules
) -> datetime | None:
    """The good hour of a stage; None: there is none before it would be pointless."""
    day = thing.due_on + timedelta(stage.days)
    if not what.sure and person.quiet_until:
        day = max(day, person.quiet_until)
    window = window_of(schedule.window, person.liked, person.official)
    wanted = _at(day, rules)
    if not what.earlier:
        return slot(wanted, window, rules.hours, rules.working)
    return slot_before(wanted, _at(thing.due_on, rules), window, rules.hours, rules.working)


def _fate(
    schedule: Schedule, what: What, hour: datetime | None, person: Person, rules: Rules,
    now: datetime,
) -> tuple[str, datetime]:  # fmt: skip
    """What came too late to be pushed is only listed."""
    if hour is None or not person.reachable:
        return "listed", now
    if hour >= now:
        return "waiting", hour
    if hour < now - rules.attention.late and not what.sure:
        return "listed", hour
    window = window_of(schedule.window, person.liked, person.official)
    return "waiting", slot(now.astimezone(rules.zone), window, rules.hours, rules.working)


def _at(day: date, rules: Rules) -> datetime:
    return datetime.combine(day, time(), rules.zone)


def _end(day: date, rules: Rules) -> datetime:
    return _at(day + timedelta(1), rules)
