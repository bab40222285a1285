"""What is offered while an inspection is written: models, days, the team, what was asked before."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from bot.conversation.form import Choice, Found, Lookup
from bot.conversation.reading import taken
from bot.domain.inspecting import VERDICT_KEYS
from bot.domain.partial_dates import plain_date, short_date
from bot.domain.roles import Act
from bot.domain.text import cut
from bot.handlers import rights
from bot.handlers.people import units_where
from bot.handlers.registry import Talk, lookup
from storage import enrolments, initiatives, inspections, planned, recommendations, search
from storage.members import below
from storage.scope import Scope
from storage.tables.lifecycle import Inspection, Recommendation
from storage.tables.records import Enrolment, Initiative, Report

MOST = 6
LATEST = 300
"""Reports among which those of one's scope are looked for."""
SOON = timedelta(days=7)
AHEAD = (15, 30, 90)

Why = tuple[int, str]
"""An initiative, and why it is offered."""


@lookup("to_inspect")
def to_inspect(talk: Talk, asked: Lookup) -> Found:
    """What is due and what was seen lately; by typing, whatever this person may inspect. about: the
    unit that is to be inspected, or words that several fit."""
    among = next((v for v in asked.about if v), None)
    unit = among if isinstance(among, int) else None
    allowed = mine(talk, unit)
    if asked.text:
        return typed(talk, asked.text, allowed, unit=unit)
    if isinstance(among, str):
        return replace(typed(talk, among, allowed), sure=False)
    whys = _of_unit(talk, allowed) if unit else _due_and_recent(talk)
    return Found(tuple(_offered(talk, allowed, whys)))


def typed(
    talk: Talk,
    text: str,
    allowed: ColumnElement[bool],
    act: Act = Act.INSPECT,
    unit: int | None = None,
) -> Found:
    """By code, or words of its name, place…; unit: in this one or below it."""
    eyes = search.eyes_of(Scope.of(None, talk.person.grants), allowed, act=act)
    found, sure = search.pick(talk.session, eyes, text, unit=unit)
    return Found(tuple(as_choice(talk, *row) for row in found), sure)


def mine(talk: Talk, unit_id: int | None = None) -> ColumnElement[bool]:
    """Enrolments this person may inspect, of one unit or of all."""
    allowed = rights.mine(talk, Act.INSPECT)
    if unit_id is None:
        return allowed
    under = below([unit_id], talk.today)
    at = or_(Enrolment.place_id.in_(under), Enrolment.registrant_id.in_(under))
    return and_(allowed, at)


def named(talk: Talk, argument: str, *, likely: bool = False) -> dict[str, Any]:
    """The initiative a button (`#id`) or typed words name, if this person may inspect it, as the
    first answers of the form; likely: also the only one the words fit. Where others fit, they are
    what is offered first."""
    if argument.startswith("#") and argument[1:].isdigit():
        whys = [(int(argument[1:]), "")]
        found = Found(tuple(_offered(talk, mine(talk), whys, stopped=True)), sure=True)
    else:
        found = typed(talk, argument, mine(talk))
    if len(found.choices) == 1 and (found.sure or likely):
        (choice,) = found.choices
        return {"mo_hinh": taken(choice).answer, **choice.fills}
    return {"noi": {"v": argument, "t": ""}} if found.choices else {}


def _due_and_recent(talk: Talk) -> Iterator[Why]:
    inspects, units = rights.mine(talk, Act.INSPECT), units_where(talk, Act.INSPECT)
    own = (talk.session, talk.member_id)
    for plan in planned.of_inspector(*own, inspects, units, talk.today, MOST):
        if plan.initiative_id:
            yield plan.initiative_id, f"đến hạn {plain_date(plan.due_on)}"
    for asked, initiative in recommendations.followed(talk.session, inspects, talk.today, MOST):
        if asked.due_on <= talk.today + SOON:
            yield initiative.id, f"kiến nghị hạn {plain_date(asked.due_on)}"
    for initiative_id in talk.session.scalars(_lately(talk)):
        yield initiative_id, "gần đây"


def _lately(talk: Talk) -> Select[int]:
    """What was reported or inspected last."""
    latest = select(Report.id).order_by(Report.id.desc()).limit(LATEST)
    lately = select(Report.initiative_id).join(Enrolment, Enrolment.id == Report.enrolment_id)
    lately = lately.where(Report.id.in_(latest), rights.mine(talk, Act.INSPECT))
    return lately.order_by(Report.id.desc()).limit(MOST * 3)


def _of_unit(talk: Talk, allowed: ColumnElement[bool]) -> Iterator[Why]:
    """Not inspected this year first."""
    rows = select(Enrolment.initiative_id).where(allowed)
    rows = rows.order_by(Enrolment.inspected_on.is_not(None), Enrolment.year.desc(), Enrolment.id)
    yield from ((found, "") for found in talk.session.scalars(rows.limit(MOST * 3)))


def _offered(
    talk: Talk, allowed: ColumnElement[bool], whys: Iterable[Why], *, stopped: bool = False
) -> Iterator[Choice]:
    """Each once, as long as it goes on."""
    seen: set[int] = set()
    for initiative_id, why in whys:
        if initiative_id in seen or len(seen) >= MOST:
            continue
        row = talk.session.execute(
            initiatives.enrolled()
            .where(Initiative.id == initiative_id, allowed)
            .order_by(Enrolment.year.desc())
            .limit(1)
        ).first()
        if row and (stopped or row[1].activity != "stopped") and row[0].merged_id is None:
            seen.add(initiative_id)
            yield as_choice(talk, row[0], row[1], why)


def as_choice(talk: Talk, initiative: Initiative, enrolment: Enrolment, why: str = "") -> Choice:
    facts = {"biet": {"v": _facts(talk, initiative, enrolment), "t": ""}}
    words, answer = (initiative.name, initiative.code), titled(initiative, enrolment.owner)
    label = titled(initiative, why) if why else answer
    return Choice(initiative.id, label, words, facts, answer=answer)


def titled(initiative: Initiative, more: str) -> str:
    return f"{initiative.code} {cut(initiative.name, 50)} ({cut(more, 30)})"


def _facts(talk: Talk, initiative: Initiative, enrolment: Enrolment) -> dict[str, Any]:
    """What the checks of later questions have to know."""
    years = select(func.min(Enrolment.year)).where(
        Enrolment.initiative_id == initiative.id, Enrolment.state != "withdrawn"
    )
    earlier = inspections.of_initiative(talk.session, initiative.id)
    return {
        "since": talk.session.scalar(years),
        "earlier": bool(earlier),
        "stopped": enrolment.activity == "stopped",
    }


@lookup("inspection_days")
def days(talk: Talk, asked: Lookup) -> Found:
    near = ((talk.today, "Hôm nay"), (talk.today - timedelta(1), "Hôm qua"))
    return Found(
        tuple(
            Choice(day.isoformat(), f"{word}, {plain_date(day)}", (word,), answer=short_date(day))
            for day, word in near
        )
    )


@lookup("deadlines")
def deadlines(talk: Talk, asked: Lookup) -> Found:
    later = ((n, talk.today + timedelta(n)) for n in AHEAD)
    return Found(
        tuple(
            Choice(day.isoformat(), f"{n} ngày nữa, {plain_date(day)}", answer=short_date(day))
            for n, day in later
        )
    )


@lookup("team")
def team(talk: Talk, asked: Lookup) -> Found:
    """The team of the last time, the head first; or nobody else."""
    before, own = inspections.last_team(talk.session, talk.member_id), talk.person.name
    me = (own, "chỉ mình tôi", "mình tôi", "một mình")
    alone = Choice(own, f"Chỉ mình tôi: {own}", me, answer=own)
    if not before or before == own:
        return Found((alone,))
    words = ("như lần trước", "lần trước", before)
    again = Choice(before, f"Như lần trước: {before}", words, answer=before)
    return Found((again, alone))


@lookup("criteria")
def criteria(talk: Talk, asked: Lookup) -> Found:
    return Found(tuple(Choice(c.text, c.text) for c in talk.organisation.inspecting.criteria))


@lookup("verdicts")
def verdicts(talk: Talk, asked: Lookup) -> Found:
    labels = talk.organisation.inspecting.verdicts
    return Found(tuple(Choice(*one) for one in zip(VERDICT_KEYS, labels, strict=True)))


@lookup("asked_before")
def asked_before(talk: Talk, asked: Lookup) -> Found:
    """What earlier inspections asked for and has not been found done; about: the initiative."""
    (initiative_id,) = asked.about
    if not isinstance(initiative_id, int):
        return Found()
    rows = recommendations.of_initiative(talk.session, initiative_id)
    return Found(tuple(Choice(r.id, _asked(talk, r)) for r in rows))


def _asked(talk: Talk, one: Recommendation) -> str:
    day = plain_date(talk.session.get_one(Inspection, one.inspection_id).day)
    return f"{cut(one.text, 80)} (kiểm tra {day}, hạn {plain_date(one.due_on)})"


@lookup("registered_size")
def registered_size(talk: Talk, asked: Lookup) -> Found:
    """What was registered, to be confirmed with one tap; about: the initiative."""
    (initiative_id,) = asked.about
    if not isinstance(initiative_id, int):
        return Found()
    size = size_of(enrolments.latest(talk.session, initiative_id))
    if not size["t"]:
        return Found()
    words = ("đúng", "đúng như đăng ký", "như đăng ký")
    return Found((Choice(size["v"], f"Đúng như đăng ký: {size['t']}", words),))


def size_of(enrolment: Enrolment | None) -> dict[str, Any]:
    """The registered figures as an answer; {"v": None, "t": ""} where there are none."""
    details = enrolment.details if enrolment else {}
    return details.get("quy_mo") or {"v": None, "t": ""}
