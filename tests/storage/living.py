"""Making moves, and taking them back."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from storage.decisions import enter
from storage.lifecycle import move, undo
from storage.tables.lifecycle import Move
from storage.tables.people import Member
from storage.tables.records import Decision, Enrolment
from tests.make import NOW

DAY = date(2022, 12, 23)
LATER = NOW + timedelta(hours=1)


def make(session: Session, enrolment: Enrolment, who: Member, *names: str, **rest: Any) -> Move:
    def once(name: str) -> Move:
        return move(session, enrolment, name, author_id=who.id, now=NOW, today=DAY, **rest)

    return [once(name) for name in names][-1]


def decision(session: Session, who: Member, day: date = DAY, level: str = "commune") -> Decision:
    return enter(
        session, root_id=who.root_id, kind="recognition", number=f"{day}-{level}", body="BCĐ",
        day=day, author_id=who.id, now=NOW, level=level,
    )  # fmt: skip


def recognise(session: Session, enrolment: Enrolment, who: Member, **rest: Any) -> Move:
    signed = decision(session, who, **rest)
    return make(session, enrolment, who, "recognise", decision_id=signed.id)


def back(session: Session, wrong: Move, who: Member) -> Move:
    return undo(session, wrong, by=who.id, now=LATER, today=DAY)
