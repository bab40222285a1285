"""Chỉ tiêu: what units have undertaken, how that changed, and what an approver agrees to."""

from datetime import date

from bot.conversation.form import Answers, Form, Kind, Step
from bot.conversation.messages import Option, Reply
from bot.domain.roles import Act
from bot.errors import Refused
from bot.handlers.people import ELSE, local_day, may, tell, units_where
from bot.handlers.registry import Part, Replies, Talk, action, adds_to, submits
from bot.handlers.targets import NOT_YOURS, PAGE, named, parts_of
from storage import members, targets
from storage.registered import registered
from storage.tables.lifecycle import TargetChange
from storage.tables.people import Member
from storage.tables.units import Unit

REFUSE = Form(
    "ctko",
    "Không duyệt chỉ tiêu",
    (
        Step("de_xuat", Kind.CHOICE, "", "", hidden=True, required=False),
        Step("ly_do", Kind.TEXT, "Lý do", "{Ac} ghi lý do không duyệt ạ.",
             "Ví dụ: đề nghị giữ chỉ tiêu đã đăng ký", least=5, most=300),
    ),
    straight=True,
)  # fmt: skip


@adds_to("manage", 60)
def button(talk: Talk) -> Part | None:
    seen = talk.can(Act.SET_TARGETS) or talk.can(Act.APPROVE_TARGETS)
    return Part(options=(Option("Chỉ tiêu đăng ký", "ct"),)) if seen else None


@adds_to("tasks", 60)
def waiting(talk: Talk) -> Part | None:
    count = len(_open(talk, 99))
    if not count:
        return None
    return Part(options=(Option(f"Chỉ tiêu chờ duyệt ({count})", "ct_cho"),))


def _open(talk: Talk, most: int, skip: int = 0) -> list[TargetChange]:
    own = units_where(talk, Act.APPROVE_TARGETS)
    return list(targets.proposed(talk.session, own, talk.today, most, skip))


def _year(text: str, today: date) -> int:
    year = int(text or today.year)
    if not 2000 <= year <= today.year + 1:
        raise ValueError(text)
    return year


@action("ct")
def overview(talk: Talk, year: str = "", skip: str = "0") -> Reply:
    """Units of one's scope with a target in the year."""
    own = tuple({*units_where(talk, Act.SET_TARGETS), *units_where(talk, Act.APPROVE_TARGETS)})
    if not own:
        raise Refused(talk.say(NOT_YOURS))
    of, first = _year(year, talk.today), max(int(skip), 0)
    rows = targets.units_of(talk.session, own, of, talk.today, PAGE + 1, first)
    options = [_unit_button(talk, unit, of) for unit in rows[:PAGE]]
    if len(rows) > PAGE:
        options.append(Option("Xem tiếp", f"ct:{of}:{first + PAGE}"))
    if talk.can(Act.SET_TARGETS):
        options.append(Option("Đặt hoặc đổi chỉ tiêu", "ct_moi", "primary"))
    if count := len(_open(talk, 99)):
        options.append(Option(f"Chỉ tiêu chờ duyệt ({count})", "ct_cho"))
    options.append(Option(f"Chỉ tiêu năm {of - 1}", f"ct:{of - 1}"))
    none = "" if rows else " Chưa có đơn vị nào đặt chỉ tiêu."
    return talk.reply(
        "Chỉ tiêu đăng ký năm {year}.{none} {Ac} chọn ạ:", *options, year=of, none=none
    )


def _unit_button(talk: Talk, unit: Unit, year: int) -> Option:
    number, _ = registered(talk.session, unit, year)
    return Option(f"{unit.name}: {number}", f"ct_dv:{unit.id}:{year}")


@action("ct_dv")
def of_unit(talk: Talk, unit_id: str, year: str) -> Reply:
    unit, of = _seen(talk, unit_id), _year(year, talk.today)
    rows = targets.of_unit(talk.session, unit.id, of)
    changes = may(talk, Act.SET_TARGETS, unit.id)
    lines = [f"– {parts_of(talk, r.sector_id, r.kind)}: {r.value}" for r in rows]
    options = [
        Option(f"Đổi: {parts_of(talk, r.sector_id, r.kind)}", f"ct_doi:{r.id}")
        for r in rows[:PAGE]
        if changes
    ]
    options += [Option("Đã thay đổi thế nào", f"ct_ls:{unit.id}:{of}"), ELSE]
    body = "\n".join(lines) or "Chưa có chỉ tiêu."
    return talk.reply(
        "Chỉ tiêu năm {of} của {unit}\n{body}", *options, of=of, unit=unit.name, body=body
    )


def _seen(talk: Talk, unit_id: str) -> Unit:
    unit = talk.session.get(Unit, int(unit_id))
    acts = (Act.SET_TARGETS, Act.APPROVE_TARGETS)
    if unit is None or not any(may(talk, act, unit.id) for act in acts):
        raise Refused(talk.say(NOT_YOURS))
    return unit


@action("ct_ls")
def story(talk: Talk, unit_id: str, year: str) -> Reply:
    """Every value there ever was, who set it, when and why."""
    unit, of = _seen(talk, unit_id), _year(year, talk.today)
    rows = targets.history(talk.session, unit.id, of, 20)
    lines = [_told(talk, row) for row in rows] or ["Chưa có thay đổi nào."]
    back = Option("Xem chỉ tiêu", f"ct_dv:{unit.id}:{of}")
    head = f"Chỉ tiêu năm {of} của {unit.name}, mới nhất trước:"
    return talk.reply("{text}", back, ELSE, text="\n".join([head, *lines]))


STATES = {
    targets.PROPOSED: "chờ duyệt",
    targets.IN_FORCE: "đã có hiệu lực",
    targets.REFUSED: "không được duyệt",
    targets.REPLACED: "đã thay bằng đề nghị mới",
}


def _told(talk: Talk, row: TargetChange) -> str:
    day = local_day(talk, row.at)
    change = f"{row.before} → {row.value}" if row.before is not None else f"{row.value}"
    reason = f"; lý do: {row.reason}" if row.reason else ""
    note = f"; ý kiến: {row.note}" if row.note else ""
    parts = parts_of(talk, row.sector_id, row.kind)
    return f"– {day}, {_name(talk, row)}: {parts} {change}, {STATES[row.state]}{reason}{note}"


def _name(talk: Talk, row: TargetChange) -> str:
    author = talk.session.get(Member, row.author_id) if row.author_id else None
    return author.name if author else "nhập từ tệp"


# -- deciding ---------------------------------------------------------------------------------


@action("ct_cho")
def proposals(talk: Talk, skip: str = "0") -> Reply:
    if not talk.can(Act.APPROVE_TARGETS):
        raise Refused(talk.say("Chỉ tiêu thay đổi do người thẩm định duyệt ạ."))
    first = max(int(skip), 0)
    rows = _open(talk, PAGE + 1, first)
    options = [
        Option(
            f"{members.unit_name(talk.session, r.unit_id)}: {r.before} → {r.value}",
            f"ct_xet:{r.id}",
        )
        for r in rows[:PAGE]
    ]
    if len(rows) > PAGE:
        options.append(Option("Xem tiếp", f"ct_cho:{first + PAGE}"))
    text = "Chỉ tiêu chờ {ac} duyệt:" if rows else "Không còn chỉ tiêu nào chờ duyệt ạ."
    return talk.reply(text, *options, ELSE)


def _proposal(talk: Talk, change_id: str | int) -> TargetChange:
    change = talk.session.get(TargetChange, int(change_id))
    if change is None or not may(talk, Act.APPROVE_TARGETS, change.unit_id):
        raise Refused(talk.say("Đề nghị này không thuộc phần {ac} duyệt ạ."))
    return change


@action("ct_xet")
def look(talk: Talk, change_id: str) -> Reply:
    change = _proposal(talk, change_id)
    if change.state != targets.PROPOSED:
        return _decided_already(talk, change)
    return talk.reply(
        "{name} đề nghị đổi chỉ tiêu {what}: {before} → {value}.\nLý do: {reason}",
        Option("Duyệt", f"ct_duyet:{change.id}", "primary"),
        Option("Không duyệt", f"ct_khong:{change.id}", "danger"),
        ELSE,
        name=_name(talk, change),
        what=named(talk, targets.about(change)),
        before=change.before,
        value=change.value,
        reason=change.reason,
    )


def _decided_already(talk: Talk, change: TargetChange) -> Reply:
    by = talk.session.get(Member, change.decided_by) if change.decided_by else None
    who = f" ({by.name})" if by else ""
    return talk.reply("Đề nghị này {state} rồi ạ{who}.", ELSE, state=STATES[change.state], who=who)


@action("ct_duyet")
def agree(talk: Talk, change_id: str) -> Reply:
    return _decide(talk, _proposal(talk, change_id), yes=True)


@action("ct_khong")
def begin_refusal(talk: Talk, change_id: str) -> Replies:
    change = _proposal(talk, change_id)
    if change.state != targets.PROPOSED:
        return _decided_already(talk, change)
    talk.open(REFUSE, {"de_xuat": {"v": change.id, "t": ""}})
    return None


@submits(REFUSE)
def refuse(talk: Talk, answers: Answers, key: str) -> Reply:
    change = _proposal(talk, answers["de_xuat"]["v"])
    return _decide(talk, change, yes=False, note=answers["ly_do"]["v"])


def _decide(talk: Talk, change: TargetChange, *, yes: bool, note: str = "") -> Reply:
    done = targets.decide(talk.session, change, yes, by=talk.member_id, now=talk.now, note=note)
    if not done:
        return _decided_already(talk, change)
    talk.did("approve" if yes else "refuse", "target_change", change.id)
    what = named(talk, targets.about(change))
    outcome = f"đã được duyệt: {change.value}" if yes else f"không được duyệt: “{note}”"
    text = "Đề nghị đổi chỉ tiêu {what} {outcome}."
    if change.author_id:
        tell(
            talk, change.author_id, f"target_decided:{change.id}", text, what=what, outcome=outcome
        )
    left = _open(talk, 1)
    more = (Option("Xem đề nghị tiếp", f"ct_xet:{left[0].id}"),) if left else ()
    return talk.reply(
        "Đề nghị đổi chỉ tiêu {what} {outcome}.", *more, ELSE, what=what, outcome=outcome
    )
