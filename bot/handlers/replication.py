"""Nhân rộng: copying an initiative, where it came from, and how far it has spread."""

from typing import Any

from bot.conversation.form import Answers
from bot.conversation.messages import Option, Reply
from bot.domain.roles import Act
from bot.domain.text import cut
from bot.domain.units import within_sentence
from bot.errors import Refused
from bot.handlers.people import ELSE, tell, units_where
from bot.handlers.registry import FORMS, Part, Replies, Talk, action, adds_to, command
from storage import lifecycle, members, picking, replication
from storage.replication import Spread
from storage.scope import Scope
from storage.sectors import sectors
from storage.tables.records import Enrolment, Initiative, Report
from storage.tables.units import Unit

PAGE = 8
DEEPEST = 5
"""Steps to the right in a tree: a small phone has no room for more."""
LONGEST = 1500
NOT_OPEN = (
    "Mô hình này chưa nhân rộng được ạ: chỉ mô hình đã được chấp nhận, thuộc phần {ac} được xem "
    "hoặc có thẻ công khai. {Ac} nhắn “tìm mô hình” để chọn mô hình khác."
)
NO_TREE = (
    "Cây nhân rộng này ngoài phần {ac} được xem ạ. {Ac} nhắn “tìm mô hình” để chọn mô hình khác."
)
BEGUN = (
    "Phiếu mới đã ghi sẵn tên, lĩnh vực, cách làm của {code}, “{name}”. "
    "{Ac} ghi nơi làm, ai làm, và sửa lại cho hợp nơi mình ạ."
)
COPIED = (
    "Mô hình “{name}” của {ac} vừa được nhân rộng{where}. Cảm ơn {ac} đã làm trước cho nơi khác "
    "làm theo."
)
HOW = (
    "Muốn làm theo một mô hình, {ac} nhắn “nhân rộng” kèm tên hoặc mã, ví dụ: nhân rộng 42; "
    "hoặc mở thẻ mô hình ấy rồi chọn “Nhân rộng”."
)


# -- copying ----------------------------------------------------------------------------------


@action("nr")
def copy(talk: Talk, initiative_id: str) -> Replies:
    """The form of a new initiative with what can be taken over from the origin."""
    enrolment = _copyable(talk, int(initiative_id))
    if enrolment is None:
        raise Refused(talk.say(NOT_OPEN))
    initiative = talk.session.get_one(Initiative, enrolment.initiative_id)
    talk.open(FORMS["dk"].form, _taken_over(talk, initiative, enrolment))
    return talk.reply(BEGUN, code=initiative.code, name=cut(initiative.name, 80))


def _copyable(talk: Talk, initiative_id: int) -> Enrolment | None:
    who = (_eyes(talk), talk.member_id)
    return replication.copyable(talk.session, *who, initiative_id)


def _eyes(talk: Talk) -> Scope:
    """With the roles held now, not those of when the button was shown."""
    grants = members.grants_of(talk.session, talk.member_id, talk.now, lock=True)
    return Scope.of(talk.member_id, grants)


def _taken_over(talk: Talk, initiative: Initiative, enrolment: Enrolment) -> dict[str, Any]:
    """Not the owner, the place, figures or photos: those are of the origin."""
    how = replication.way_of_working(talk.session, _eyes(talk), talk.member_id, enrolment)
    known = sectors(talk.session, initiative.root_id, talk.today.year)
    sector = {s.id: s.label for s in known}.get(enrolment.sector_id)
    found: dict[str, Any] = {
        "goc": {"v": initiative.id, "t": initiative.code},
        "ten": {"v": initiative.name, "t": initiative.name},
    }
    if sector:
        found["linh_vuc"] = {"v": enrolment.sector_id, "t": sector}
    if how := cut(how, LONGEST):
        found["noi_dung"] = {"v": how, "t": how}
    return found


def origin_said(talk: Talk, answers: Answers) -> int | None:
    """The origin a form was opened with, if this person may still copy it as it is sent."""
    said = answers["goc"]["v"] if "goc" in answers else None
    enrolment = _copyable(talk, said) if said else None
    return enrolment.initiative_id if enrolment else None


def credit(talk: Talk, initiative: Initiative) -> str:
    """ "nhân rộng từ DVK-2022-0001, xã Thạch Lạc", or nothing; a narrowed origin is named to those
    alone who may see it."""
    found = replication.origin_of(talk.session, initiative)
    if found is None or (found[1].narrowed and _copyable(talk, found[0].id) is None):
        return ""
    place = talk.session.get_one(Unit, found[1].place_id)
    return f"nhân rộng từ {found[0].code}, {within_sentence(place.kind, place.name)}"


def accepted(talk: Talk, report: Report) -> None:
    """Thanks to those who reported the origin, once a copy has been accepted."""
    copied = talk.session.get_one(Initiative, report.initiative_id)
    origin = replication.origin_of(talk.session, copied) if report.kind == "register" else None
    if origin is None:
        return
    name, where = cut(origin[0].name, 80), _where(talk, report)
    for owner in lifecycle.owners_of_year(talk.session, origin[1]):
        if owner != report.author_id:
            key = f"copied:{copied.id}:{owner}"
            tell(talk, owner, key, COPIED, ELSE, name=name, where=where)


def _where(talk: Talk, report: Report) -> str:
    """Nothing of a narrowed one leaves the circle of those who may see it."""
    enrolment = talk.session.get_one(Enrolment, report.enrolment_id)
    if enrolment.narrowed:
        return ""
    place = talk.session.get_one(Unit, enrolment.place_id)
    return f" tại {within_sentence(place.kind, place.name)}"


# -- the card, and the tree -------------------------------------------------------------------


@adds_to("card", 50)
def on_the_card(talk: Talk, enrolment: Enrolment) -> Part | None:
    number = replication.count_copies(talk.session, talk.scope, enrolment.initiative_id)
    initiative = talk.session.get_one(Initiative, enrolment.initiative_id)
    options = []
    if enrolment.state == "accepted":
        options.append(Option("Nhân rộng", f"nr:{initiative.id}"))
    if number or initiative.origin_id:
        options.append(Option("Cây nhân rộng", f"cay:{initiative.id}"))
    lines = (f"Đã nhân rộng: {number} mô hình",) if number else ()
    return Part(lines, tuple(options)) if options else None


@action("cay")
def tree(talk: Talk, initiative_id: str, skip: str = "0") -> Reply:
    """Origin and copies, those that this person may open."""
    first, eyes = max(int(skip), 0), talk.scope
    opened = replication.open_to(talk.session, eyes, talk.member_id)
    family = replication.tree(talk.session, int(initiative_id), opened)
    if not family:
        raise Refused(talk.say(NO_TREE))
    page = family[first : first + PAGE]
    rows = replication.rows_of(talk.session, [one for one, _ in page])
    lines = [_branch(*rows[one], depth) for one, depth in page]
    options = [Option(f"Xem {rows[one][0].code}", f"mh:{one}") for one, _ in page]
    if len(family) > first + PAGE:
        options.append(Option("Xem tiếp", f"cay:{int(initiative_id)}:{first + PAGE}"))
    head = f"CÂY NHÂN RỘNG ({len(family)} mô hình)"
    return Reply("\n".join([head, *lines]), options=tuple(options))


def _branch(initiative: Initiative, year: int, place: str, depth: int) -> str:
    indent = "   " * min(depth - 1, DEEPEST) + "└ " if depth else ""
    further = f" (bậc {depth})" if depth > DEEPEST + 1 else ""
    return f"{indent}{initiative.code} {cut(initiative.name, 50)} – {place}, {year}{further}"


# -- what spread ------------------------------------------------------------------------------


@command("nhanrong", "Nhân rộng", words=("nhan rong", "mo hinh duoc nhan rong"))
def typed(talk: Talk, argument: str) -> Replies:
    """With words: the initiative to copy. Without: what spread, for those who lead."""
    if argument:
        return _pick(talk, argument)
    return spread(talk) if talk.can(Act.STATISTICS) else talk.reply(HOW, ELSE)


def _pick(talk: Talk, text: str) -> Replies:
    who = (talk.session, talk.scope, talk.member_id)
    found = picking.offer(*who, text, talk.today.year + 2)
    if found.sure and len(found.choices) == 1:
        return copy(talk, str(found.choices[0].value))
    if not found.choices:
        return talk.reply("Trợ lý chưa thấy mô hình ấy trong phần {ac} được xem ạ. " + HOW, ELSE)
    options = [Option(c.label, f"nr:{c.value}") for c in found.choices[:PAGE]]
    return talk.reply("{Ac} muốn làm theo mô hình nào ạ?", *options)


@adds_to("manage", 33)
def button(talk: Talk) -> Part | None:
    seen = talk.can(Act.STATISTICS)
    return Part(options=(Option("Mô hình được nhân rộng", "lantoa"),)) if seen else None


@action("lantoa")
def spread(talk: Talk, skip: str = "0") -> Reply:
    """Origins of one's scope, by how many accepted copies they have."""
    if not units_where(talk, Act.STATISTICS):
        raise Refused(talk.say("Danh sách này dành cho lãnh đạo, đầu mối, quản trị ạ."))
    first = max(int(skip), 0)
    eyes = Scope.of(None, talk.person.grants)
    rows = replication.spread(talk.session, eyes, PAGE + 1, first)
    if not rows:
        return talk.reply("Chưa có mô hình nào được nhân rộng trong phần {ac} theo dõi ạ.", ELSE)
    lines = [f"{n}. {_line(one)}" for n, one in enumerate(rows[:PAGE], 1)]
    options = [Option(f"Xem {o.initiative.code}", f"mh:{o.initiative.id}") for o in rows[:PAGE]]
    if len(rows) > PAGE:
        options.append(Option("Xem tiếp", f"lantoa:{first + PAGE}"))
    head = "MÔ HÌNH ĐƯỢC NHÂN RỘNG, TUYÊN TRUYỀN (nhiều nhất trước)"
    return Reply("\n".join([head, *lines]), options=tuple(options))


def _line(one: Spread) -> str:
    name = f"{one.initiative.code} {cut(one.initiative.name, 60)}"
    more = "…" if len(one.places) > 3 else ""
    where = f" tại {', '.join(one.places[:3])}{more}" if one.places else ""
    parts = [f"{one.copies} nơi làm theo{where}"] if one.copies else []
    parts += [f"tuyên truyền {one.publicity} lần"] if one.publicity else []
    return f"{name}: {'; '.join(parts)}"
