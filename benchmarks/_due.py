"""A country in which much falls due: members of all communes, and the models they registered."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import String, cast, insert, literal, select, update
from sqlalchemy.orm import Session

from benchmarks import country
from bot.domain.text import fold
from storage.database import Database
from storage.sectors import ensure_sectors
from storage.tables.base import Base
from storage.tables.people import Account, Member, Role
from storage.tables.records import Enrolment, Initiative, Report
from storage.tables.reminders import Schedule

REGISTERED = datetime(2026, 3, 2, 2, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
YEAR = 2026
FIRST_CHAT = 6_000_000
NAME = "Nguyễn Thị Lan"


def fill(session: Session, members: int, models: int, platform: str = "telegram") -> None:
    """Each commune has a focal person, the others are villagers; each registered as many models.
    The first member looks after the whole."""
    country.fill_units(session)
    fill_people(session, members, platform)
    fill_models(session, members, models)


def fill_people(session: Session, members: int, platform: str) -> None:
    people = [
        {
            "id": n, "root_id": country.ROOT, "name": NAME, "folded": fold(NAME), "address": "chị",
            "unit_id": home(n), "phone": "", "state": "active", "consent_version": "1",
            "consent_at": REGISTERED, "created_at": REGISTERED,
        }
        for n in range(1, members + 1)
    ]  # fmt: skip
    session.execute(insert(Member), people)
    roles = [
        {
            "member_id": n, "unit_id": home(n), "since": REGISTERED,
            "role": "focal" if n <= country.COMMUNES else "member",
        }
        for n in range(1, members + 1)
    ]  # fmt: skip
    over = {"member_id": 1, "unit_id": country.ROOT, "since": REGISTERED, "role": "admin"}
    session.execute(insert(Role), [*roles, over])
    accounts = [
        {
            "platform": platform, "bot": platform, "external_id": str(FIRST_CHAT + n),
            "member_id": n, "offered": [], "mail": 0, "menu": "", "checks": 0, "reachable": True,
            "created_at": REGISTERED,
        }
        for n in range(1, members + 1)
    ]  # fmt: skip
    session.execute(insert(Account), accounts)


def home(member: int) -> int:
    return country.COMMUNE + (member - 1) % country.COMMUNES


def fill_models(session: Session, members: int, models: int) -> None:
    rows = [
        {
            "id": n, "root_id": country.ROOT, "code_year": YEAR, "code_number": n,
            "name": f"Tuyến đường hoa số {n}", "folded": f"tuyen duong hoa so {n}",
            "created_at": REGISTERED, "illustration": False,
        }
        for n in range(1, models + 1)
    ]  # fmt: skip
    session.execute(insert(Initiative), rows)
    author = 1 + (Initiative.id - 1) % members
    place = country.COMMUNE + (author - 1) % country.COMMUNES
    sector = ensure_sectors(session, country.ROOT)[0]
    put(
        session, Enrolment, id=Initiative.id, initiative_id=Initiative.id,
        year=literal(YEAR), origin=literal("planned"), kind=literal("collective"),
        owner=literal("Chi hội"), registrant_id=place, place_id=place,
        sector_id=literal(sector.id), narrowed=literal(False), state=literal("accepted"),
        accepted_on=literal(REGISTERED.date()), details=literal({}, Enrolment.details.type),
        stage=literal("registered"), activity=literal("active"), exemplary=literal(False),
        level=literal(""),
    )  # fmt: skip
    put(
        session, Report, key=literal("b-").concat(cast(Initiative.id, String)),
        kind=literal("register"), initiative_id=Initiative.id, enrolment_id=Initiative.id,
        author_id=author, state=literal("accepted"), version=literal(1),
        answers=literal({}, Report.answers.type), has_results=literal(False),
        sent_at=literal(REGISTERED), reason=literal(""), marks=literal({}, Report.marks.type),
        returned=literal(0), confirmed=literal(False),
    )  # fmt: skip


def put(session: Session, table: type[Base], /, **values: Any) -> None:
    """A row for each initiative."""
    query = select(*values.values()).select_from(Initiative)
    session.execute(insert(table).from_select(list(values), query))


def only(session: Session, *codes: str) -> None:
    session.execute(update(Schedule).where(Schedule.code.not_in(codes)).values(state="paused"))


def in_office_hours(session: Session) -> None:
    session.execute(update(Schedule).values(window="office"))


def filled(database: Database, members: int, models: int) -> None:
    with database.writing() as session:
        fill(session, members, models)
    country.analyse(database)


def at(day: str, hour: str) -> datetime:
    return datetime.fromisoformat(f"{day}T{hour}").replace(tzinfo=ZONE)
