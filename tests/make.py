"""One call per thing a test needs; what it stands on is made along with it."""

from datetime import UTC, date, datetime
from itertools import count
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.roles import Role
from bot.domain.text import fold
from storage import search_index
from storage.sectors import ensure_sectors
from storage.tables.base import FIRST_DAY, LAST_DAY
from storage.tables.people import Account, Member
from storage.tables.people import Role as RoleRow
from storage.tables.records import Enrolment, Initiative, Site
from storage.tables.reminders import ReviewPeriod, Schedule
from storage.tables.units import Sector, Target, Unit
from storage.tally import sync
from storage.units import add_unit, rebuild_below

NOW = datetime(2022, 12, 23, 8, 0, tzinfo=UTC)
Row = TypeVar("Row")
_numbers = count(1)


def make_root(session: Session, name: str = "Huyện Thạch Hà", kind: str = "huyen") -> Unit:
    """An organisation of its own."""
    root = add_unit(session, kind=kind, name=name)
    rebuild_below(session)
    return root


def make_unit(
    session: Session,
    name: str = "Xã Thạch Lạc",
    kind: str = "xa",
    parent: Unit | None = None,
    tree: str | None = None,
    valid_from: date = FIRST_DAY,
    valid_to: date = LAST_DAY,
    code: str | None = None,
) -> Unit:
    """A unit below `parent` (else the first organisation), in the tree of its kind unless told."""
    unit = add_unit(
        session,
        kind=kind,
        name=name,
        parent=parent or the_root(session),
        tree=tree,
        code=code,
        valid_from=valid_from,
        valid_to=valid_to,
    )
    rebuild_below(session)
    return unit


def the_root(session: Session) -> Unit:
    found = session.scalar(select(Unit).where(Unit.id == Unit.root_id).order_by(Unit.id).limit(1))
    return found or make_root(session)


def make_member(
    session: Session,
    name: str = "Nguyễn Thị Lan",
    unit: Unit | None = None,
    role: str | None = Role.MEMBER,
    state: str = "active",
    address: str = "chị",
    phone: str = "",
    over: Unit | None = None,
) -> Member:
    """Somebody of `unit` holding `role` over it, or over another unit (`over`)."""
    unit = unit or the_root(session)
    member = Member(
        root_id=unit.root_id,
        name=name,
        folded=fold(name),
        address=address,
        unit_id=unit.id,
        phone=phone,
        state=state,
        consent_version="1",
        consent_at=NOW,
        created_at=NOW,
    )
    session.add(member)
    session.flush()
    if role and state == "active":
        make_role(session, member, role, over or unit)
    return member


def make_role(
    session: Session, member: Member, role: str, unit: Unit, until: datetime | None = None
) -> RoleRow:
    row = RoleRow(member_id=member.id, role=role, unit_id=unit.id, since=NOW, until=until)
    return _add(session, row)


def make_account(
    session: Session,
    member: Member | None = None,
    platform: str = "web",
    chat: str | None = None,
    bot: str | None = None,
) -> Account:
    """A way to reach a member; without one, somebody who has not joined yet."""
    account = Account(
        platform=platform,
        bot=bot or platform,
        external_id=chat or f"chat-{next(_numbers)}",
        member_id=member.id if member else None,
        held=None,
        created_at=NOW,
    )
    return _add(session, account)


def make_sectors(session: Session, root: Unit | None = None) -> list[Sector]:
    """The five of Thạch Hà."""
    return ensure_sectors(session, (root or the_root(session)).id)


def make_sector(session: Session, code: str = "kinh_te", root: Unit | None = None) -> Sector:
    return next(s for s in make_sectors(session, root) if s.code == code)


def make_initiative(
    session: Session, name: str = "Tuyến đường hoa", root: Unit | None = None, year: int = 2022
) -> Initiative:
    root = root or the_root(session)
    initiative = Initiative(
        root_id=root.id,
        code_year=year,
        code_number=next(_numbers),
        name=name,
        folded=fold(name),
        created_at=NOW,
    )
    return _add(session, initiative)


def make_enrolment(
    session: Session,
    year: int = 2022,
    place: Unit | None = None,
    registrant: Unit | None = None,
    sector: Sector | None = None,
    initiative: Initiative | None = None,
    origin: str = "planned",
    kind: str = "collective",
    accepted_on: date | None = None,
    built_on: date | None = None,
    **details: Any,
) -> Enrolment:
    """An initiative in one year with its site; accepted or built, and tallied, on given days."""
    place = place or make_unit(session)
    root = session.get_one(Unit, place.root_id)
    sector = sector or make_sector(session, root=root)
    initiative = initiative or make_initiative(session, root=root, year=year)
    enrolment = Enrolment(
        initiative_id=initiative.id,
        year=year,
        origin=origin,
        kind=kind,
        owner=details.pop("owner", "Hội Phụ nữ xã"),
        registrant_id=(registrant or place).id,
        place_id=place.id,
        sector_id=sector.id,
        narrowed=sector.narrowed,
        state="accepted" if accepted_on or built_on else "waiting",
        accepted_on=accepted_on or built_on,
        details=details,
    )
    _add(session, enrolment)
    _add(session, Site(enrolment_id=enrolment.id, unit_id=place.id, position=1))
    if enrolment.accepted_on:
        sync(session, enrolment, enrolment.accepted_on)
    if built_on:
        enrolment.built_on = built_on
        sync(session, enrolment, built_on)
    search_index.index(session, enrolment)
    return enrolment


def make_target(
    session: Session, unit: Unit, value: int, year: int = 2022, sector: Sector | None = None
) -> Target:
    return _add(
        session,
        Target(unit_id=unit.id, year=year, sector_id=sector.id if sector else None, value=value),
    )


def make_period(
    session: Session,
    root: Unit | None = None,
    what: str = "periodic_report",
    kind: str = "quarter",
    first: date = date(2022, 10, 1),
    last: date = date(2022, 12, 31),
    due_on: date = date(2022, 12, 25),
) -> ReviewPeriod:
    """A period of a schedule of its kind, which is made along with the first."""
    root = root or the_root(session)
    about = {"root_id": root.id, "code": f"{what}-{kind}"}
    schedule = session.scalar(select(Schedule).filter_by(**about)) or _add(
        session,
        Schedule(
            **about, unit_id=root.id, what=what, label=what, period=kind, stages=[[0, "person"]],
            roles=[Role.FOCAL.value], changed_at=NOW,
        ),
    )  # fmt: skip
    dates = {"first": first, "last": last, "due_on": due_on}
    return _add(session, ReviewPeriod(schedule_id=schedule.id, kind=kind, **dates))


def make_asking_to_inspect(session: Session) -> ReviewPeriod:
    """Inspectors are asked on 1/11/2022; the usual schedules are there."""
    its = select(Schedule).where(Schedule.what == "not_inspected")
    dates = {"first": date(2022, 11, 1), "last": date(2022, 11, 30), "due_on": date(2022, 11, 1)}
    return _add(
        session, ReviewPeriod(schedule_id=session.scalars(its).one().id, kind="month", **dates)
    )


def _add(session: Session, row: Row) -> Row:
    session.add(row)
    session.flush()
    return row
