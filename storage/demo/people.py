"""People to play in the demo: one for every role, and some neighbours. All names are made up."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain import consent
from bot.domain.roles import Role
from bot.domain.text import fold
from storage.tables.people import Member, MemberBody
from storage.tables.people import Role as RoleRow
from storage.tables.units import Unit

HOME = "Xã Thạch Lạc"
CLERK, NEIGHBOUR = "clerk", "neighbour"
FIRST_DAY = datetime(2022, 1, 4, 2, tzinfo=UTC)
"""Since when they have agreed and held their roles."""


@dataclass(frozen=True, slots=True)
class Person:
    """role is held over `unit`; body is another unit they belong to."""

    name: str
    address: str
    role: Role
    unit: str
    body: str = ""


PEOPLE = {
    Role.MEMBER: Person("Nguyễn Thị Lan", "bà", Role.MEMBER, "Thôn Vĩnh Thịnh", f"Hội LHPN {HOME}"),
    Role.FOCAL: Person("Trần Văn Minh", "anh", Role.FOCAL, HOME),
    Role.INSPECTOR: Person("Lê Thị Hương", "chị", Role.INSPECTOR, "Tỉnh Hà Tĩnh"),
    # a huyện closed since: this leader reads its time
    Role.LEADER: Person("Nguyễn Đình Thành", "đồng chí", Role.LEADER, "Huyện Thạch Hà"),
    Role.APPROVER: Person("Phan Quốc Tuấn", "đồng chí", Role.APPROVER, "Tỉnh Hà Tĩnh"),
    Role.ADMIN: Person("Võ Thị Mai", "chị", Role.ADMIN, "Tỉnh Hà Tĩnh"),
    NEIGHBOUR: Person("Hoàng Văn Bình", "chú", Role.MEMBER, HOME, f"Hội CCB {HOME}"),
    # entered the reports of 2022
    CLERK: Person("Đặng Thị Thu", "chị", Role.FOCAL, "Huyện Thạch Hà"),
}
WHO_LEFT = Person("Bùi Thị Nga", "chị", Role.MEMBER, HOME)
"""Registered models in summer, and takes part no more."""


class Units:
    """The units by name as of a day; of one closed before, its last life."""

    def __init__(self, session: Session) -> None:
        self._by_name: dict[str, list[Unit]] = {}
        for unit in session.scalars(select(Unit).order_by(Unit.valid_from)):
            self._by_name.setdefault(fold(unit.name), []).append(unit)

    def get(self, name: str, day: date) -> Unit:
        lives = self._by_name[fold(name)]
        return next((u for u in lives if u.valid_from <= day < u.valid_to), lives[-1])


def add_people(session: Session, units: Units, today: date) -> dict[str, Member]:
    """Everybody of PEOPLE, where they belong on the demo's day, with their rights."""
    return {str(key): add_person(session, units, person, today) for key, person in PEOPLE.items()}


def add_person(session: Session, units: Units, person: Person, today: date) -> Member:
    unit = units.get(person.unit, today)
    member = Member(
        root_id=unit.root_id,
        name=person.name,
        folded=fold(person.name),
        address=person.address,
        unit_id=unit.id,
        state="active",
        consent_version=consent.VERSION,
        consent_at=FIRST_DAY,
        created_at=FIRST_DAY,
    )
    session.add(member)
    session.flush()
    role = RoleRow(member_id=member.id, role=person.role, unit_id=unit.id, since=FIRST_DAY)
    session.add(role)
    if person.body:
        body = units.get(person.body, today)
        session.add(MemberBody(member_id=member.id, unit_id=body.id))
    session.flush()
    return member
