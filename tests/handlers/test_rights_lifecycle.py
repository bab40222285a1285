"""The life of an initiative: every role × how its unit stands to the record's × every action."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.lifecycle import MOVES, Life
from bot.domain.roles import ALLOWED, Role
from bot.handlers.many_moves import NAMES
from storage import lifecycle
from storage.decisions import enter
from storage.members import end_roles
from storage.tables.lifecycle import Move
from storage.tables.people import Member
from storage.tables.records import Decision, Enrolment
from tests.handlers.chatting import LATER, Chat
from tests.handlers.rights import Does, Land, cells, expected
from tests.make import make_member

FROM: dict[str, Life] = {
    "begin": Life(),
    "propose": Life("building"),
    "appraise": Life("proposed"),
    "recognise": Life("appraising"),
    "raise": Life("recognised", level="commune"),
    "consolidate": Life("appraising"),
    "mark": Life("recognised"),
    "unmark": Life("recognised", exemplary=True),
    "pause": Life("building"),
    "resume": Life("building", "stopped"),
    "stop": Life("building"),
}
"""Whence each move is made."""
LOOKS = {Role.FOCAL, Role.INSPECTOR, Role.LEADER, Role.APPROVER, Role.ADMIN}
NARROWED = {Role.FOCAL, Role.LEADER, Role.APPROVER}
MAY = {name: set(ALLOWED[rule.act]) for name, rule in MOVES.items()}
EACH_RIGHT = ("propose", "consolidate", "stop")
"""One move for each of the rights that moves need."""
INSIDE: dict[str, set[Role]] = {
    **MAY,
    **{f"{name} narrowed": MAY[name] & NARROWED for name in EACH_RIGHT},
    **{f"be offered {name}": MAY[name] for name in EACH_RIGHT},
    "propose several": MAY["propose"],
    "appraise several": MAY["appraise"],
    "mark several": MAY["mark"],
    "recognise several": MAY["recognise"],
    "recognise several, narrowed": MAY["recognise"],
    "read the history": LOOKS,
    "read a narrowed history": NARROWED,
    "see what a decision recognised": MAY["recognise"],
    "undo somebody else's": set(),
    "undo when they may no more": MAY["stop"],
}


@dataclass
class Record:
    """Made once for all cells; what happens in one is undone."""

    open: Enrolment
    narrowed: Enrolment
    signed: Decision
    author: Member

    def at(self, session: Session, life: Life, narrowed: bool = False) -> Enrolment:
        """Brought to this point of its life."""
        enrolment = self.narrowed if narrowed else self.open
        for name, value in life.to_json().items():
            setattr(enrolment, name, value)
        session.flush()
        return enrolment


def make_record(land: Land) -> Record:
    """Of whom a focal person of its own unit takes care, with results confirmed."""
    author = make_member(land.session, unit=land.root, role=Role.FOCAL, over=land.at)
    both = land.enrolment(), land.enrolment(narrowed=True)
    for enrolment in both:
        enrolment.built_on = date(land.year, 12, 1)
    signed = enter(
        land.session, root_id=land.root.id, kind="recognition", number="15", body="BCĐ",
        day=date(land.year, 12, 20), level="province", author_id=author.id, now=LATER,
    )  # fmt: skip
    return Record(*both, signed, author)


def moved(land: Land, enrolment: Enrolment) -> bool:
    return len(lifecycle.history(land.session, enrolment.id)) == 1


def makes(record: Record, name: str, narrowed: bool = False) -> Does:
    def does(land: Land, one: Chat) -> bool:
        enrolment = record.at(land.session, FROM[name], narrowed)
        if MOVES[name].decision:
            one.tap(f"cnvao:{record.signed.id}:{enrolment.id}")
        elif MOVES[name].reason:
            one.tap(f"vd:{name}:{enrolment.id}")
            one.say("Có lý do chính đáng")
        else:
            one.tap(f"vdco:{name}:{enrolment.id}")
        return moved(land, enrolment)

    return does


def offered(record: Record, name: str) -> Does:
    def does(land: Land, one: Chat) -> bool:
        enrolment = record.at(land.session, FROM[name])
        buttons = (f"mh:{enrolment.initiative_id}", f"vdk:{enrolment.id}")
        replies = [reply for button in buttons for reply in one.hear(button=button)]
        wanted = {f"vd:{name}:{enrolment.id}"}
        wanted |= {f"cnqd:{enrolment.id}"} if MOVES[name].decision else set()
        return any(o.data in wanted for reply in replies for o in reply.options)

    return does


def ticks(record: Record, name: str, narrowed: bool = False) -> Does:
    def does(land: Land, one: Chat) -> bool:
        enrolment = record.at(land.session, FROM[name], narrowed)
        one.tap(f"cnvao:{record.signed.id}" if name == "recognise" else f"vdnhieu:{name}")
        if one.person.draft_id is None:
            return False
        one.say("tất cả", "gửi")
        return moved(land, enrolment)

    return does


def reads(record: Record, narrowed: bool = False) -> Does:
    def does(land: Land, one: Chat) -> bool:
        return "năm 202" in one.tap(f"vdqt:{record.at(land.session, Life(), narrowed).id}")

    return does


def sees_recognised(record: Record) -> Does:
    def does(land: Land, one: Chat) -> bool:
        life = Life("recognised", level="province", decision_id=record.signed.id)
        data = f"mh:{record.at(land.session, life).initiative_id}"
        replies = one.hear(button=f"cnxem:{record.signed.id}")
        return any(o.data == data for reply in replies for o in reply.options)

    return does


def undoes(record: Record, prepare: Callable[[Session, int], object]) -> Does:
    """What a focal person of the record's own unit has stopped."""

    def does(land: Land, one: Chat) -> bool:
        author = record.author.id
        made = lifecycle.move(
            land.session, record.at(land.session, Life("building")), "stop", author_id=author,
            now=LATER, today=LATER.date(), reason="Có lý do",
        )  # fmt: skip
        prepare(land.session, author)
        one.tap(f"vdlui:{made.id}")
        back = select(Move).where(Move.undoes == made.id)
        return land.session.scalar(back) is not None

    return does


def actions(one: Record) -> dict[str, Does]:
    return {
        **{name: makes(one, name) for name in MOVES},
        **{f"{name} narrowed": makes(one, name, narrowed=True) for name in EACH_RIGHT},
        **{f"be offered {name}": offered(one, name) for name in EACH_RIGHT},
        **{f"{name} several": ticks(one, name) for name in NAMES},
        "recognise several, narrowed": ticks(one, "recognise", narrowed=True),
        "read the history": reads(one),
        "read a narrowed history": reads(one, narrowed=True),
        "see what a decision recognised": sees_recognised(one),
        "undo somebody else's": undoes(one, lambda session, author: None),
        "undo when they may no more": undoes(one, lambda s, author: end_roles(s, author, LATER)),
    }


def test_every_cell(land: Land) -> None:
    wanted = expected(land, INSIDE)
    if land.inside and land.held != land.at:  # they stand above
        wanted["undo somebody else's"] = MAY["stop"]
    assert cells(land, actions(make_record(land))) == wanted
