"""Who may do what about inspections: every role × how its unit stands × every action."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.roles import Role
from storage import planned, recommendations, tasks
from storage.tables.lifecycle import PlannedInspection, Recommendation
from storage.tables.records import Initiative, Report
from storage.tables.units import Unit
from tests.handlers.chatting import LATER, Chat, Open, unit
from tests.handlers.inspecting import inspect, inspections_in
from tests.handlers.rights import Does, Land, cells, expected, once
from tests.make import make_member
from tests.storage.inspected import confirmed, make_inspection

FOLLOWS = {Role.FOCAL, Role.INSPECTOR, Role.APPROVER}
SEES = {Role.FOCAL, Role.INSPECTOR, Role.LEADER, Role.APPROVER, Role.ADMIN}
INSIDE: dict[str, set[Role]] = {
    "inspect": {Role.INSPECTOR},
    "inspect a narrowed one": set(),
    "see what was found": SEES,
    "see all inspections": SEES,
    "see those of a narrowed one": {Role.FOCAL, Role.LEADER, Role.APPROVER},
    "confirm": set(),
    "correct": set(),
    "see a recommendation": FOLLOWS,
    "list it": FOLLOWS,
    "list a narrowed one": {Role.FOCAL, Role.APPROVER},
    "agree": FOLLOWS,
    "agree about a narrowed one": {Role.FOCAL, Role.APPROVER},
    "ask for more": FOLLOWS,
    "drop it": FOLLOWS,
    "claim": set(),
    "have an opinion": set(),
    "answer an opinion": FOLLOWS,
    "plan": {Role.FOCAL, Role.APPROVER},
    "drop a plan": {Role.FOCAL, Role.APPROVER},
    "begin what is planned": {Role.INSPECTOR},
}


@once
def asked(land: Land, narrowed: bool = False) -> Recommendation:
    session, enrolment = land.session, land.enrolment(narrowed)
    inspection = confirmed(session, enrolment, asks="Làm biển tên")
    one = recommendations.of_inspection(session, inspection.id)
    assert one is not None
    return one


@once
def claimed(land: Land, narrowed: bool = False) -> Recommendation:
    one = asked(land, narrowed)
    one.state, one.answer = "claimed", {"text": "Đã làm"}
    land.session.flush()
    return one


def inspects(land: Land, one: Chat, narrowed: bool = False) -> bool:
    inspect(one, land.enrolment(narrowed).initiative_id)
    return len(inspections_in(land.session)) == 1


def sees_found(land: Land, one: Chat) -> bool:
    inspection = confirmed(land.session, land.enrolment())
    return "Phiếu kiểm tra" in one.tap(f"phieu:{inspection.report_id}")


def sees_all(land: Land, one: Chat, narrowed: bool = False) -> bool:
    enrolment = land.enrolment(narrowed)
    confirmed(land.session, enrolment)
    return "mới nhất trước" in one.tap(f"ktls:{enrolment.initiative_id}")


def confirms(land: Land, one: Chat) -> bool:
    inspection = make_inspection(land.session, land.enrolment())
    one.tap(f"ktxn:{inspection.id}:1")
    return inspection.state == "confirmed"


def corrects(land: Land, one: Chat) -> bool:
    inspection = make_inspection(land.session, land.enrolment())
    one.tap(f"ktsua:{inspection.id}")
    one.tap(f"suaphieu:{inspection.report_id}")
    return one.person.draft_id is not None


def sees_asked(land: Land, one: Chat) -> bool:
    return "Làm biển tên" in one.tap(f"kn:{asked(land).id}")


def lists(land: Land, one: Chat, narrowed: bool = False) -> bool:
    asked(land, narrowed)
    return "Làm biển tên" in str(one.hear(button="kn_ds")[0].options)


def agrees(land: Land, one: Chat, narrowed: bool = False) -> bool:
    recommendation = claimed(land, narrowed)
    one.tap(f"kn_xong:{recommendation.id}")
    return recommendation.state == "done"


def asks_more(land: Land, one: Chat) -> bool:
    recommendation = claimed(land)
    one.tap(f"kn_chua:{recommendation.id}")
    one.say("Ghi rõ tên thôn", "15/1/2023")
    return recommendation.text == "Ghi rõ tên thôn"


def drops(land: Land, one: Chat) -> bool:
    recommendation = asked(land)
    one.tap(f"kn_thoi:{recommendation.id}:co")
    return recommendation.state == "dropped"


def claims(land: Land, one: Chat) -> bool:
    recommendation = asked(land)
    one.tap(f"kp:{recommendation.id}")
    one.say("Đã làm biển tên")
    return recommendation.state == "claimed"


def has_opinion(land: Land, one: Chat) -> bool:
    one.tap(f"yk:{asked(land).inspection_id}")
    return one.person.draft_id is not None


def answers_opinion(land: Land, one: Chat) -> bool:
    inspection = confirmed(land.session, land.enrolment())
    owner = make_member(land.session, unit=land.root)
    task = tasks.add(land.session, "opinion", land.at.id, owner.id, LATER)
    task.details = {"inspection": inspection.id, "text": "Xin lùi hạn"}
    land.session.flush()
    one.tap(f"yk_xem:{task.id}:xong")
    land.session.refresh(task)
    return task.done_at is not None


def plans(land: Land, one: Chat) -> bool:
    enrolment = land.enrolment()
    code = land.session.get_one(Initiative, enrolment.initiative_id).code
    one.tap("khkt_them")
    one.say("một mô hình", code, "31/12/2022", "Đoàn số 1", "lưu")
    return land.session.scalar(select(PlannedInspection.id)) is not None


@once
def planned_one(land: Land) -> PlannedInspection:
    enrolment = land.enrolment()
    return planned.add(
        land.session, unit_id=enrolment.place_id, initiative_id=enrolment.initiative_id,
        due_on=LATER.date(), team="Đoàn số 1", inspector_id=None,
        author_id=make_member(land.session, unit=land.root).id, now=LATER,
    )  # fmt: skip


def drops_plan(land: Land, one: Chat) -> bool:
    plan = planned_one(land)
    one.tap(f"khkt_bo:{plan.id}:co")
    return plan.state == "dropped"


def begins(land: Land, one: Chat) -> bool:
    return "Kiểm tra ngày nào" in one.tap(f"ktkh:{planned_one(land).id}")


ACTIONS: dict[str, Does] = {
    "inspect": inspects,
    "inspect a narrowed one": lambda land, one: inspects(land, one, narrowed=True),
    "see what was found": sees_found,
    "see all inspections": sees_all,
    "see those of a narrowed one": lambda land, one: sees_all(land, one, narrowed=True),
    "confirm": confirms,
    "correct": corrects,
    "see a recommendation": sees_asked,
    "list it": lists,
    "list a narrowed one": lambda land, one: lists(land, one, narrowed=True),
    "agree": agrees,
    "agree about a narrowed one": lambda land, one: agrees(land, one, narrowed=True),
    "ask for more": asks_more,
    "drop it": drops,
    "claim": claims,
    "have an opinion": has_opinion,
    "answer an opinion": answers_opinion,
    "plan": plans,
    "drop a plan": drops_plan,
    "begin what is planned": begins,
}


def test_every_cell(land: Land) -> None:
    assert set(ACTIONS) == set(INSIDE)
    assert cells(land, ACTIONS) == expected(land, INSIDE)


@pytest.mark.parametrize("role", Role)
def test_owners_answer_but_never_decide(
    session: Session, root: Unit, chat: Open, role: Role
) -> None:
    """Whatever their role is over another unit."""
    land = Land(session, root, root, root, 2022, chat, inside=True)
    one = chat(make_member(session, unit=root, role=role, over=unit(session, "Xã Thạch Khê")))
    recommendation = asked(land)
    registered = select(Report).where(Report.kind == "register")
    session.scalars(registered).one().author_id = one.person.member_id or 0
    session.flush()
    one.tap(f"kp:{recommendation.id}")
    one.say("Đã làm biển tên")
    one.tap(f"kn_xong:{recommendation.id}")
    assert recommendation.state == "claimed"


@pytest.mark.parametrize("role", Role)
def test_the_head_confirms_only_what_their_own_roles_show(
    session: Session, root: Unit, chat: Open, role: Role
) -> None:
    land = Land(session, root, root, root, 2022, chat, inside=True)
    head = make_member(session, unit=root, role=role)
    inspection = make_inspection(session, land.enrolment(), head=head)
    chat(head).tap(f"ktxn:{inspection.id}:1")
    assert (inspection.state == "confirmed") == (role in SEES)
