"""Who may give a model to somebody: every role × how its unit stands to the model's × every act."""

from sqlalchemy import select

from bot.domain.roles import Role
from storage import tasks
from storage.tables.people import Task
from tests.handlers.chatting import LATER, Chat
from tests.handlers.rights import Does, Land, cells, expected, once
from tests.make import make_member

GIVES = {Role.FOCAL, Role.ADMIN}
INSIDE: dict[str, set[Role]] = {
    "see who is missing": GIVES,
    "give it": GIVES,
    "see who is missing for a narrowed one": {Role.FOCAL},
    "give a narrowed one": {Role.FOCAL},
}


@once
def _task(land: Land, narrowed: bool) -> Task:
    enrolment = land.enrolment(narrowed)
    asker = make_member(land.session, unit=land.at)
    task = tasks.add(land.session, "not_mine", enrolment.registrant_id, asker.id, LATER)
    task.details = {"enrolment": enrolment.id, "reminder": 0, "text": ""}
    land.session.flush()
    return task


def sees(narrowed: bool = False) -> Does:
    def does(land: Land, one: Chat) -> bool:
        return "Giao cho ai" in one.tap(f"pt:{_task(land, narrowed).id}")

    return does


def gives(narrowed: bool = False) -> Does:
    def does(land: Land, one: Chat) -> bool:
        task = _task(land, narrowed)
        one.tap(f"ptcho:{task.id}:{make_member(land.session, name='Võ Hùng', unit=land.at).id}")
        return land.session.scalar(select(Task.outcome).where(Task.id == task.id)) == "given"

    return does


ACTIONS: dict[str, Does] = {
    "see who is missing": sees(),
    "give it": gives(),
    "see who is missing for a narrowed one": sees(narrowed=True),
    "give a narrowed one": gives(narrowed=True),
}


def test_every_cell(land: Land) -> None:
    assert cells(land, ACTIONS) == expected(land, INSIDE)
