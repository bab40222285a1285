"""An initiative of the demo as the report it would have come in by."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy.orm import Session

from bot.conversation.kinds import quantities
from bot.domain.numbers import Quantity, parse_quantities
from bot.domain.registration import KINDS, registration
from storage import enrolments, reports
from storage.demo.initiatives import Example
from storage.demo.people import Units
from storage.tables.people import Member
from storage.tables.records import Initiative, Report
from storage.tables.units import Sector, Unit

ORIGINS = {"planned": "Đăng ký mới năm", "unplanned": "Phát sinh ngoài đăng ký, năm"}


@dataclass(frozen=True, slots=True)
class Ground:
    """What the reports of the demo stand on."""

    session: Session
    root_id: int
    units: Units
    sectors: dict[str, Sector]


def at_nine(day: date) -> datetime:
    """Nine o'clock in Việt Nam."""
    return datetime.combine(day, time(2), UTC)


def add_report(ground: Ground, given: Example, day: date, author: Member) -> Report:
    """The report a member sent on a day, with its initiative, enrolment and sites."""
    answers = _answers(ground, given, day)
    read = replace(registration(answers), copied_from=given.copied_from)
    enrolment = enrolments.enrol(ground.session, ground.root_id, read, at_nine(day))
    initiative = ground.session.get_one(Initiative, enrolment.initiative_id)
    initiative.illustration = given.illustration
    return reports.add(
        ground.session,
        key=f"demo-{initiative.code}",
        kind="register",
        enrolment=enrolment,
        author_id=author.id,
        answers=answers,
        has_results=read.has_results,
        now=at_nine(day),
    )


def _answers(ground: Ground, given: Example, day: date) -> dict[str, dict[str, Any]]:
    sector = ground.sectors[given.sector]
    answers = {
        "nam": answer(f"{day.year} {given.origin}", _origin(given, day)),
        "ten": answer(given.name),
        "linh_vuc": answer(sector.id, sector.label),
        "hinh_thuc": answer(given.kind, KINDS[given.kind]),
        "chu_the": answer(given.owner),
        "dang_ky_boi": _unit(ground.units.get(given.registrant, day)),
        "dia_ban": _unit(ground.units.get(given.place, day)),
        "noi_dung": answer(given.content),
    }
    hamlets = [ground.units.get(name, day) for name in given.hamlets]
    if hamlets:
        answers["thon"] = answer([u.id for u in hamlets], "; ".join(u.name for u in hamlets))
    if size := [q for q in parse_quantities(given.size) or () if isinstance(q, Quantity)]:
        answers["quy_mo"] = quantities(size)
    if given.results:
        answers["ket_qua"] = answer(given.results)
    if given.needs:
        answers["ho_tro"] = answer(*given.needs)
    return answers


def _origin(given: Example, day: date) -> str:
    return f"{ORIGINS[given.origin]} {day.year}"


def _unit(unit: Unit) -> dict[str, Any]:
    return answer(unit.id, unit.name)


def answer(value: Any, words: str | None = None) -> dict[str, Any]:
    return {"v": value, "t": value if words is None else words}
