"""The plan of inspections: what by when and by whom, and what has been done of it."""

from datetime import date
from typing import Any

from sqlalchemy import and_

from bot.conversation.form import Answers, Choice, Form, Found, Kind, Lookup, Step
from bot.conversation.messages import Option, Reply
from bot.domain.partial_dates import plain_date
from bot.domain.roles import Act
from bot.domain.text import cut
from bot.errors import Refused
from bot.handlers import rights
from bot.handlers.inspection_form import FORM, future
from bot.handlers.inspection_offers import named, typed
from bot.handlers.people import ELSE, may, tell, units_where
from bot.handlers.registry import Part, Replies, Talk, action, adds_to, lookup, submits
from bot.handlers.seeing import who
from storage import enrolments, inspections, members, planned
from storage.tables.lifecycle import Inspection, PlannedInspection
from storage.tables.people import Member
from storage.tables.records import Enrolment, Initiative
from storage.unit_search import choices_of, find_units
from storage.units import units_of

PAGE, MOST = 8, 4


def _one(answers: Answers) -> bool:
    return "pham_vi" in answers and answers["pham_vi"]["v"] == "mo_hinh"


def _whole(answers: Answers) -> bool:
    return "pham_vi" in answers and answers["pham_vi"]["v"] == "don_vi"


PLAN = Form(
    "kh",
    "Kế hoạch kiểm tra",
    (
        Step("pham_vi", Kind.CHOICE, "Kiểm tra", "Lên kế hoạch kiểm tra gì ạ?",
             options=(Choice("mo_hinh", "Một mô hình"),
                      Choice("don_vi", "Các mô hình của một đơn vị", ("đơn vị", "xã")))),
        Step("mo_hinh", Kind.INITIATIVE, "Mô hình",
             "Kiểm tra mô hình nào ạ? {Ac} gõ tên, mã hoặc xã.",
             "Ví dụ: gõ 42, hoặc “rau củ quả”", offer="to_plan", when=_one),
        Step("don_vi", Kind.UNIT, "Đơn vị", "Kiểm tra ở đơn vị nào ạ? {Ac} chọn, hoặc gõ tên.",
             "Ví dụ: Thạch Lạc", offer="units_to_plan", when=_whole),
        Step("han", Kind.DATE, "Hạn kiểm tra",
             "Kiểm tra chậm nhất ngày nào ạ? {Ac} chọn, hoặc gõ ngày.", "Ví dụ: 15/12",
             offer="deadlines", check=future),
        Step("ai", Kind.CHOICE, "Người kiểm tra",
             "Ai kiểm tra ạ? {Ac} chọn một người, hoặc gõ tên đoàn.",
             "Ví dụ: Đoàn kiểm tra số 1", offer="inspectors", free=True, least=2, most=200,
             personal=True),
    ),
    sent_word="lưu",
)  # fmt: skip
NOT_YOURS = "Kế hoạch này ngoài đơn vị {ac} được lập kế hoạch kiểm tra ạ."
NO_PLANS = "Mục này dành cho đầu mối và người thẩm định ạ."
CANNOT = (
    "{name} không kiểm tra được mô hình hoặc đơn vị này. {Ac} nhắn “sửa người kiểm tra” để chọn "
    "người có phần việc ở đó ạ."
)
OUTSIDE = "{Ac} chỉ lập kế hoạch cho mô hình, đơn vị thuộc phần mình phụ trách ạ. Nhắn “sửa 2”."
TOLD = "{who} giao {ac} kiểm tra {what}, chậm nhất ngày {day}."
SAVED = "Đã ghi vào kế hoạch: {what}, chậm nhất ngày {day}, {by}."
SEE = Option("Xem kế hoạch", "khkt")
ADD = Option("Thêm vào kế hoạch", "khkt_them", "primary")
HEAD = "Kế hoạch kiểm tra năm {year}: {done}/{total} đã kiểm tra, {late} quá hạn."


# -- what can be chosen ---------------------------------------------------------------------


@lookup("to_plan")
def to_plan(talk: Talk, asked: Lookup) -> Found:
    act = Act.PLAN_INSPECTIONS
    allowed = and_(rights.mine(talk, act), Enrolment.activity != "stopped")
    return typed(talk, asked.text, allowed, act)


@lookup("units_to_plan")
def units_to_plan(talk: Talk, asked: Lookup) -> Found:
    """The units one plans for, and by typing those below them."""
    own = units_where(talk, Act.PLAN_INSPECTIONS)
    if asked.text:
        return find_units(talk.session, asked.text, under=own, on=talk.today) if own else Found()
    rows = units_of(talk.session, own)
    return Found(choices_of(talk.session, [rows[u] for u in own if u in rows]))


@lookup("inspectors")
def inspectors(talk: Talk, asked: Lookup) -> Found:
    """Inspectors over what this person plans for."""
    own = units_where(talk, Act.PLAN_INSPECTIONS)
    found = inspections.inspectors(talk.session, own, talk.now, talk.today)
    return Found(tuple(Choice(m.id, f"{m.address} {m.name}", (m.name,)) for m in found))


# -- adding ---------------------------------------------------------------------------------


@action("khkt_them")
def begin(talk: Talk) -> None:
    _planner(talk)
    talk.open(PLAN)


def _planner(talk: Talk) -> None:
    if not talk.can(Act.PLAN_INSPECTIONS):
        raise Refused(talk.say(NO_PLANS))


@submits(PLAN)
def save(talk: Talk, answers: Answers, key: str) -> Reply:
    said = {name: answer["v"] for name, answer in answers.items()}
    enrolment = _enrolment(talk, said)
    unit_id = enrolment.place_id if enrolment else said["don_vi"]
    if not enrolment and not may(talk, Act.PLAN_INSPECTIONS, unit_id):
        raise Refused(talk.say(OUTSIDE))
    inspector = said["ai"] if isinstance(said["ai"], int) else None
    if inspector and not _able(talk, inspector, enrolment, unit_id):
        name = talk.session.get_one(Member, inspector).name
        raise Refused(talk.say(CANNOT, name=name))
    plan = planned.add(
        talk.session,
        unit_id=unit_id,
        initiative_id=enrolment.initiative_id if enrolment else None,
        due_on=date.fromisoformat(said["han"]),
        team=answers["ai"]["t"],
        inspector_id=inspector,
        author_id=talk.member_id,
        now=talk.now,
    )
    talk.did("plan", "planned_inspection", plan.id)
    words: dict[str, Any] = {"what": _what(talk, plan), "day": plain_date(plan.due_on)}
    if inspector and inspector != talk.member_id:
        start = Option("Kiểm tra ngay", f"ktkh:{plan.id}", "primary")
        who_asks = who(talk, talk.member_id)
        asker = who_asks[:1].upper() + who_asks[1:]
        tell(talk, inspector, f"plan:{plan.id}", TOLD, start, who=asker, **words)
    return talk.reply(SAVED, SEE, ADD, ELSE, by=plan.team, **words)


def _enrolment(talk: Talk, said: dict[str, Any]) -> Enrolment | None:
    """Of the initiative that is to be inspected; None: a whole unit is. Raises Refused."""
    if "mo_hinh" not in said:
        return None
    enrolment = enrolments.latest(talk.session, said["mo_hinh"])
    if enrolment is None or not rights.may(talk, Act.PLAN_INSPECTIONS, enrolment):
        raise Refused(talk.say(OUTSIDE))
    return enrolment


def _able(talk: Talk, member_id: int, enrolment: Enrolment | None, unit_id: int) -> bool:
    if enrolment:
        return rights.may(talk, Act.INSPECT, enrolment, member_id)
    own = (talk.session, member_id, Act.INSPECT, unit_id)
    return members.allows(*own, talk.now, talk.today)


def _what(talk: Talk, plan: PlannedInspection) -> str:
    if plan.initiative_id is None:
        return f"các mô hình của {members.unit_name(talk.session, plan.unit_id)}"
    initiative = talk.session.get_one(Initiative, plan.initiative_id)
    return f"mô hình {initiative.code} – {cut(initiative.name, 50)}"


# -- the list -------------------------------------------------------------------------------


@action("khkt")
def plans(talk: Talk, page: str = "0") -> Reply:
    """Planned against done in the year."""
    _planner(talk)
    year, skip = talk.today.year, max(int(page), 0) * PAGE
    whose = (talk.session, units_where(talk, Act.PLAN_INSPECTIONS), talk.today, year)
    total, done, late = planned.counts(*whose)
    rows = planned.of_units(*whose, PAGE + 1, skip)
    options = [Option(_line(talk, plan), f"khkt_xem:{plan.id}") for plan in rows[:PAGE]]
    if len(rows) > PAGE:
        options.append(Option("Xem tiếp", f"khkt:{int(page) + 1}"))
    if not rows:
        return talk.reply("Chưa có kế hoạch kiểm tra năm {year} ạ.", ADD, ELSE, year=year)
    return talk.reply(HEAD, *options, ADD, ELSE, year=year, done=done, total=total, late=late)


def _line(talk: Talk, plan: PlannedInspection) -> str:
    return f"{_state(talk, plan)}: {_what(talk, plan)}, {plan.team}"


def _state(talk: Talk, plan: PlannedInspection) -> str:
    day = plain_date(plan.due_on)
    if plan.state == "planned":
        return f"Quá hạn {day}" if plan.due_on < talk.today else f"Hạn {day}"
    return {"done": "Đã kiểm tra", "dropped": "Đã bỏ"}[plan.state]


@action("khkt_xem")
def look(talk: Talk, plan_id: str) -> Reply:
    plan = _found(talk, plan_id)
    options: list[Option] = []
    if plan.state == "planned":
        if talk.can(Act.INSPECT):
            options.append(Option("Kiểm tra ngay", f"ktkh:{plan.id}", "primary"))
        options.append(Option("Bỏ khỏi kế hoạch", f"khkt_bo:{plan.id}", "danger"))
    if plan.inspection_id:
        report_id = talk.session.get_one(Inspection, plan.inspection_id).report_id
        options.append(Option("Xem phiếu kiểm tra", f"phieu:{report_id}"))
    return talk.reply(f"{_line(talk, plan)}.", *options, SEE)


def _found(talk: Talk, plan_id: str) -> PlannedInspection:
    plan = talk.session.get(PlannedInspection, int(plan_id))
    if plan is None or not _plans(talk, plan):
        raise Refused(talk.say(NOT_YOURS))
    return plan


def _plans(talk: Talk, plan: PlannedInspection) -> bool:
    if plan.initiative_id is None:
        return may(talk, Act.PLAN_INSPECTIONS, plan.unit_id)
    enrolment = enrolments.latest(talk.session, plan.initiative_id)
    return enrolment is not None and rights.may(talk, Act.PLAN_INSPECTIONS, enrolment)


@action("khkt_bo")
def drop(talk: Talk, plan_id: str, sure: str = "") -> Reply:
    plan = _found(talk, plan_id)
    if plan.state == "planned" and sure != "co":
        yes = Option("Đúng, bỏ khỏi kế hoạch", f"khkt_bo:{plan.id}:co", "danger")
        no = Option("Không, để nguyên", f"khkt_xem:{plan.id}")
        return talk.reply("Bỏ {what} khỏi kế hoạch ạ?", yes, no, what=_what(talk, plan))
    if not planned.drop(talk.session, plan.id):
        return look(talk, plan_id)
    talk.did("drop", "planned_inspection", plan.id)
    if plan.inspector_id and plan.inspector_id != talk.member_id:
        words = "{what} không còn trong kế hoạch kiểm tra của {ac} ạ."
        what = _what(talk, plan)
        tell(talk, plan.inspector_id, f"unplan:{plan.id}", words, what=what[:1].upper() + what[1:])
    return talk.reply("Đã bỏ khỏi kế hoạch theo ý {ac}.", SEE, ELSE)


# -- the inspector --------------------------------------------------------------------------


@action("ktkh")
def inspect(talk: Talk, plan_id: str) -> Replies:
    """One tap begins the form: of the initiative, or with those of the unit to choose from."""
    plan = talk.session.get(PlannedInspection, int(plan_id))
    if plan is None or not talk.can(Act.INSPECT):
        raise Refused(talk.say("Việc này dành cho cán bộ kiểm tra ạ."))
    if plan.state != "planned":
        words = {"done": "đã được kiểm tra rồi", "dropped": "không còn trong kế hoạch"}
        return talk.reply("Mục này {state} ạ.", ELSE, state=words[plan.state])
    if plan.initiative_id is None:
        talk.open(FORM, {"noi": {"v": plan.unit_id, "t": ""}})
    else:
        talk.open(FORM, named(talk, f"#{plan.initiative_id}"))
    return None


@adds_to("tasks", 21)
def for_the_inspector(talk: Talk) -> Part | None:
    if not talk.can(Act.INSPECT):
        return None
    inspects, units = rights.mine(talk, Act.INSPECT), units_where(talk, Act.INSPECT)
    whose = (talk.session, talk.member_id, inspects, units, talk.today)
    rows = planned.of_inspector(*whose, MOST)
    lines = (Option(f"{_state(talk, p)}: kiểm tra {_what(talk, p)}", f"ktkh:{p.id}") for p in rows)
    return Part(options=tuple(lines)) if rows else None


@adds_to("manage", 39)
def in_management(talk: Talk) -> Part | None:
    if not talk.can(Act.PLAN_INSPECTIONS):
        return None
    return Part(options=(Option("Kế hoạch kiểm tra", "khkt"),))
