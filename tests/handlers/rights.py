"""The matrix of rights: every role × how its unit stands to the record's × every action."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy.orm import Session

from bot.domain.roles import Role
from storage import reports
from storage.tables.records import Enrolment, Report
from storage.tables.units import Unit
from storage.units import add_unit, close_unit, rebuild_below, succeed
from tests.handlers.chatting import LATER, Chat, Open
from tests.make import make_enrolment, make_member, make_sector

NAME, PHONE = "Tuyến đường hoa", "0912 345 678"
CLOSED_ON = date(2022, 7, 1)
INSIDE = ("own", "below", "merged into it", "of its own time, closed since")
OUTSIDE = ("above", "sibling", "other tree")

P = ParamSpec("P")
T = TypeVar("T")


@dataclass
class Stage:
    """What the cells of an action begin with: the first tells it, and the others find it there."""

    wanted: list[tuple[Any, ...]] = field(default_factory=list)
    found: list[Any] = field(default_factory=list)
    at: int = 0
    making: bool = False

    def take(self, call: tuple[Any, ...]) -> Any:
        if self.making:
            return self._make(call)
        self.at += 1
        if self.at <= len(self.found) and self.wanted[self.at - 1] == call:
            return self.found[self.at - 1]
        if not self.found:
            self.wanted.append(call)
        return self._make(call)

    def _make(self, call: tuple[Any, ...]) -> Any:
        make, land, given, named = call
        before, self.making = self.making, True
        try:
            return make(land, *given, **named)
        finally:
            self.making = before

    def set_up(self) -> None:
        self.found = [self._make(call) for call in self.wanted]


def once(make: Callable[Concatenate["Land", P], T]) -> Callable[Concatenate["Land", P], T]:
    """What does not depend on who acts: it is made once for all roles."""

    def taken(land: "Land", /, *given: P.args, **named: P.kwargs) -> T:
        one: T = land.stage.take((make, land, given, named))
        return one

    return taken


@dataclass(eq=False)
class Land:
    """held: the unit over which everybody holds their role. at: where the report is."""

    session: Session
    root: Unit
    held: Unit
    at: Unit
    year: int
    chat: Open
    inside: bool
    stage: Stage = field(default_factory=Stage)

    @once
    def report(self, narrowed: bool = False) -> Report:
        code = "an_ninh_quoc_phong" if narrowed else "kinh_te"
        sector = make_sector(self.session, code, self.root)
        # its own focal person, so that nobody decides for want of anybody else
        make_member(self.session, unit=self.root, role=Role.FOCAL, over=self.at)
        enrolment = make_enrolment(
            self.session, self.year, place=self.at, registrant=self.at, sector=sector
        )
        return reports.add(
            self.session, key=f"{enrolment.id}", kind="register", enrolment=enrolment,
            author_id=make_member(self.session, unit=self.root).id, has_results=True, now=LATER,
            answers={"ten": {"v": NAME, "t": NAME}, "lien_he": {"v": "+84912345678", "t": PHONE}},
        )  # fmt: skip

    @once
    def enrolment(self, narrowed: bool = False) -> Enrolment:
        """One whose report has been accepted."""
        report = self.report(narrowed)
        reports.accept(self.session, report, date(self.year, 12, 1), results=False)
        report.state = "accepted"
        return self.session.get_one(Enrolment, report.enrolment_id)

    def somebody(self, role: Role) -> Chat:
        return self.chat(make_member(self.session, unit=self.root, role=role, over=self.held))


def make_land(relation: str, session: Session, root: Unit, chat: Open) -> Land:
    """A land in which the record's unit stands so to the unit of the role."""
    xa = add_unit(session, kind="xa", name="Xã Thạch Đài", parent=root)
    units = {
        "own": xa,
        "below": add_unit(session, kind="thon", name="Thôn Một", parent=xa),
        "above": add_unit(session, kind="xa", name="Xã Trên", parent=root),
        "sibling": add_unit(session, kind="xa", name="Xã Thạch Trị", parent=root),
        "other tree": add_unit(session, kind="mttq", name="MTTQ huyện", parent=root),
        "merged into it": add_unit(session, kind="xa", name="Xã Cũ", parent=root),
    }
    succeed(session, units["merged into it"], xa, CLOSED_ON)
    lane = add_unit(session, kind="thon", name="Thôn Trên", parent=units["above"])
    closed = add_unit(session, kind="xa", name="Xã Đã Thôi", parent=root)
    close_unit(session, closed, CLOSED_ON)
    rebuild_below(session)
    held = {"above": lane, "of its own time, closed since": closed}.get(relation, xa)
    at = units.get(relation, closed)
    year = 2021 if at.valid_to == CLOSED_ON else 2022
    return Land(session, root, held, at, year, chat, relation in INSIDE)


Does = Callable[[Land, Chat], bool]


@contextmanager
def undone(land: Land) -> Iterator[None]:
    savepoint = land.session.begin_nested()
    try:
        yield
    finally:
        savepoint.rollback()
        land.session.expire_all()


def _may(land: Land, does: Does, role: Role) -> bool:
    """Each cell on its own: what it did is undone."""
    land.stage.at = 0
    with undone(land):
        return does(land, land.somebody(role))


def _who(land: Land, does: Does) -> set[Role]:
    first, *others = Role
    land.stage = Stage()
    may = {first} if _may(land, does, first) else set()
    with undone(land):
        land.stage.set_up()
        return may | {role for role in others if _may(land, does, role)}


def cells(land: Land, actions: Mapping[str, Does]) -> dict[str, set[Role]]:
    """Who did what here."""
    return {name: _who(land, does) for name, does in actions.items()}


def expected(land: Land, inside: Mapping[str, set[Role]]) -> dict[str, set[Role]]:
    """Over what is not theirs nobody may do anything."""
    return {name: roles if land.inside else set() for name, roles in inside.items()}
