"""Khen thưởng: the shortlist with its criteria, and proposals that wait for a decision."""

from bot.conversation.form import Answers, Choice, Form, Kind, Step
from bot.conversation.messages import Option, Reply
from bot.domain import merits
from bot.domain.partial_dates import plain_date
from bot.domain.roles import Act
from bot.domain.text import cut
from bot.domain.units import within_sentence
from bot.errors import Refused
from bot.handlers import rights
from bot.handlers.people import ELSE, tell
from bot.handlers.registry import Part, Talk, action, adds_to, command, submits
from bot.handlers.signing import LISTED
from storage import commendation, deciding
from storage.commendation import Candidate, Proposal
from storage.tables.helping import Commendation
from storage.tables.people import Member
from storage.tables.records import Decision, Enrolment, Initiative
from storage.tables.units import Sector, Unit

PAGE = 8
EITHER = (Act.PROPOSE, Act.RECOGNISE)
NOT_YOURS = (
    "Đề nghị khen thưởng mô hình này do đầu mối, người thẩm định của đơn vị ấy ghi ạ. "
    "{Ac} nhắn “khen thưởng” để xem danh sách của mình."
)
NOT_TO_DECIDE = (
    "Quyết định khen thưởng do người thẩm định của đơn vị ấy ghi ạ. "
    "{Ac} nhắn “khen thưởng” để xem danh sách của mình."
)
NOT_NOW = "Chỉ đề nghị khen mô hình đã được chấp nhận và đang hoạt động ạ."
ALREADY = "Mô hình này đã được đề nghị {form} rồi ạ. {Ac} chọn hình thức khác, hoặc nhắn “hủy”."
ARRIVED = "Có đề nghị {form} cho mô hình {code}, “{name}”. Xin {ac} xem giúp."
STATES = {
    commendation.PROPOSED: "đang chờ quyết định",
    commendation.DECIDED: "đã có quyết định",
    commendation.REFUSED: "chưa được duyệt lần này",
}
FORM = Form(
    "khdn",
    "Đề nghị khen thưởng",
    (
        Step("mo_hinh", Kind.CHOICE, "", "", hidden=True, required=False),
        Step("hinh_thuc", Kind.CHOICE, "Hình thức", "Đề nghị hình thức nào ạ?",
             options=tuple(Choice(value, label) for value, label in merits.FORMS.items())),
        Step("thanh_tich", Kind.TEXT, "Tóm tắt thành tích",
             "{Ac} tóm tắt thành tích ạ: làm gì, kết quả ra sao, có con số.",
             "Ví dụ: 45 hộ giữ nhà sạch, vườn đẹp; đường hoa dài 2 km", least=20, most=1500),
    ),
    "đề nghị",
)  # fmt: skip


# -- the shortlist ----------------------------------------------------------------------------


@command("khenthuong", "Khen thưởng", act=EITHER, words=("khen thuong", "de nghi khen thuong"))
def typed(talk: Talk, argument: str) -> Reply:
    return listed(talk, argument if argument.isdigit() and len(argument) == 4 else "0")


@adds_to("manage", 31)
def button(talk: Talk) -> Part | None:
    seen = any(talk.can(act) for act in EITHER)
    return Part(options=(Option("Khen thưởng", "kh"),)) if seen else None


@adds_to("tasks", 55)
def to_decide(talk: Talk) -> Part | None:
    if not talk.can(Act.RECOGNISE):
        return None
    number = commendation.count(talk.session, talk.scope, Act.RECOGNISE)
    waiting = Option(f"Đề nghị khen thưởng ({number})", "kh_cho")
    return Part(options=(waiting,)) if number else None


@action("kh")
def listed(talk: Talk, year: str = "0", skip: str = "0") -> Reply:
    """Whom results speak for, with the criteria and why each is there."""
    if not talk.can(Act.PROPOSE):
        raise Refused(talk.say(NOT_YOURS))
    of, first = int(year) or talk.today.year, max(int(skip), 0)
    rows = commendation.shortlist(talk.session, talk.scope, of, PAGE + 1, first)
    page = rows[:PAGE]
    known = commendation.of_enrolments(talk.session, [one.enrolment.id for one in page])
    lines = [
        f"{n}. {_line(talk, one, known.get(one.enrolment.id, []))}" for n, one in enumerate(page, 1)
    ] or ["Chưa có mô hình nào đạt tiêu chí."]
    options = [Option(f"Đề nghị khen {o.initiative.code}", f"kh_dn:{o.enrolment.id}") for o in page]
    if len(rows) > PAGE:
        options.append(Option("Xem tiếp", f"kh:{of}:{first + PAGE}"))
    options.append(Option(f"Danh sách năm {of - 1}", f"kh:{of - 1}"))
    options.append(Option("Đề nghị chờ quyết định", "kh_cho"))
    head = [f"DANH SÁCH XÉT KHEN THƯỞNG NĂM {of}", merits.rule()]
    return Reply("\n".join([*head, *lines]), options=tuple(options))


def _line(talk: Talk, one: Candidate, known: list[Commendation]) -> str:
    place = talk.session.get_one(Unit, one.enrolment.place_id).name
    done = "".join(f" ({merits.FORMS[c.form].lower()}: {STATES[c.state]})" for c in known)
    name = f"{one.initiative.code} {cut(one.initiative.name, 50)}, {place}"
    return f"{name}: {merits.why(one.record, _names(talk))}{done}"


def _names(talk: Talk) -> dict[str, str]:
    return merits.names(talk.organisation.labels, talk.organisation.inspecting)


# -- proposing --------------------------------------------------------------------------------


@adds_to("card", 70)
def on_the_card(talk: Talk, enrolment: Enrolment) -> Part | None:
    """What was decided, for everybody; what is only proposed, for those who propose."""
    proposes = rights.may(talk, Act.PROPOSE, enrolment)
    known = commendation.of_enrolments(talk.session, [enrolment.id]).get(enrolment.id, [])
    lines = [_praise(talk, one) for one in known if proposes or one.decision_id]
    ready = proposes and enrolment.built_on is not None and may_be_praised(enrolment)
    options = (Option("Đề nghị khen thưởng", f"kh_dn:{enrolment.id}"),) if ready else ()
    return Part(tuple(lines), options) if lines or options else None


def _praise(talk: Talk, one: Commendation) -> str:
    by = talk.session.get(Decision, one.decision_id) if one.decision_id else None
    how = f"theo Quyết định {by.number}, {plain_date(by.day)}" if by else STATES[one.state]
    return f"Khen thưởng: {merits.FORMS[one.form]}, {how}"


def may_be_praised(enrolment: Enrolment) -> bool:
    return enrolment.state == "accepted" and enrolment.activity == "active"


def _proposable(talk: Talk, enrolment_id: str | int) -> Enrolment:
    """Asked in the transaction that acts. Raises Refused."""
    enrolment = talk.session.get(Enrolment, int(enrolment_id))
    if enrolment is None or not rights.may(talk, Act.PROPOSE, enrolment):
        raise Refused(talk.say(NOT_YOURS))
    if not may_be_praised(enrolment):
        raise Refused(talk.say(NOT_NOW))
    return enrolment


@action("kh_dn")
def begin(talk: Talk, enrolment_id: str) -> Reply:
    """The form with a first wording of the merits, from what is on record."""
    enrolment = _proposable(talk, enrolment_id)
    words = _draft(talk, enrolment)
    of = {"v": enrolment.id, "t": ""}
    talk.open(FORM, {"mo_hinh": of, "thanh_tich": {"v": words, "t": words}})
    note = "Trợ lý đã viết sẵn tóm tắt thành tích từ hồ sơ; {ac} chọn hình thức, rồi sửa cho đúng."
    return talk.reply(note)


def _draft(talk: Talk, enrolment: Enrolment) -> str:
    initiative = talk.session.get_one(Initiative, enrolment.initiative_id)
    place = talk.session.get_one(Unit, enrolment.place_id)
    return merits.draft(
        owner=enrolment.owner,
        place=within_sentence(place.kind, place.name),
        name=initiative.name,
        sector=talk.session.get_one(Sector, enrolment.sector_id).label,
        year=enrolment.year,
        result=str(enrolment.details.get("ket_qua", {}).get("t") or ""),
        record=commendation.record_of(talk.session, talk.scope, enrolment),
        labels=_names(talk),
    )


@submits(FORM)
def save(talk: Talk, answers: Answers, key: str) -> Reply:
    enrolment = _proposable(talk, answers["mo_hinh"]["v"])
    form, merit = answers["hinh_thuc"]["v"], answers["thanh_tich"]["v"]
    said = (form, merit, talk.member_id, talk.now)
    row = commendation.propose(talk.session, enrolment, *said)
    if row is None:
        raise Refused(talk.say(ALREADY, form=merits.FORMS[form].lower()))
    talk.did("propose", "commendation", row.id, enrolment=enrolment.id)
    initiative = talk.session.get_one(Initiative, enrolment.initiative_id)
    named = {"form": merits.FORMS[form].lower(), "code": initiative.code, "name": initiative.name}
    unit, see = enrolment.registrant_id, Option("Xem đề nghị", f"kh_xem:{row.id}", "primary")
    for one in deciding.who_may(talk.session, Act.RECOGNISE, unit, talk.now, talk.member_id):
        tell(talk, one, f"praise:{row.id}:{one}", ARRIVED, see, **named)
    more = Option("Danh sách xét khen thưởng", f"kh:{enrolment.year}")
    done = "Đã đề nghị {form} cho mô hình {code}. Cảm ơn {ac}."
    return talk.reply(done, more, ELSE, **named)


# -- what waits -------------------------------------------------------------------------------


@action("kh_cho")
def waiting(talk: Talk, skip: str = "0") -> Reply:
    if not any(talk.can(act) for act in EITHER):
        raise Refused(talk.say(NOT_YOURS))
    first = max(int(skip), 0)
    rows = commendation.proposed(talk.session, talk.scope, Act.PROPOSE, PAGE + 1, first)
    decided = [LISTED] if talk.can(Act.RECOGNISE) else []
    if not rows:
        return talk.reply("Không có đề nghị khen thưởng nào đang chờ ạ.", *decided, ELSE)
    options = [Option(in_a_line(talk, one), f"kh_xem:{one[0].id}") for one in rows[:PAGE]]
    if len(rows) > PAGE:
        options.append(Option("Xem tiếp", f"kh_cho:{first + PAGE}"))
    text = "Đề nghị khen thưởng chờ quyết định (gửi sớm nhất trước):"
    return talk.reply(text, *options, *decided)


def in_a_line(talk: Talk, proposal: Proposal) -> str:
    row, enrolment, initiative = proposal
    form = merits.FORMS[row.form]
    return f"{form}: {cut(enrolment.owner, 40)} ({initiative.code} {cut(initiative.name, 40)})"


@action("kh_xem")
def look(talk: Talk, row_id: str) -> Reply:
    """As in the table that goes with a proposal: who, where, merits, form."""
    row, enrolment = proposal(talk, row_id, Act.PROPOSE)
    initiative = talk.session.get_one(Initiative, enrolment.initiative_id)
    by = talk.session.get(Member, row.author_id)
    lines = [
        f"ĐỀ NGHỊ {merits.FORMS[row.form].upper()}, {STATES[row.state]}",
        f"{talk.organisation.labels[enrolment.kind]}: {enrolment.owner}",
        f"Địa chỉ: {talk.session.get_one(Unit, enrolment.place_id).name}",
        f"Mô hình: {initiative.code}, {initiative.name}, năm {enrolment.year}",
        f"Thành tích: {row.merit}",
        f"Người đề nghị: {f'{by.address} {by.name}' if by else ''}",
        *([f"Lý do: {row.note}"] if row.note else []),
    ]
    options = [Option("Xem mô hình", f"mh:{initiative.id}:{enrolment.year}")]
    if row.state == commendation.PROPOSED and rights.may(talk, Act.RECOGNISE, enrolment):
        decide = Option("Ghi quyết định khen", f"kh_qd:{row.id}", "primary")
        options = [decide, Option("Chưa khen lần này", f"kh_ko:{row.id}", "danger"), *options]
    return Reply("\n".join(lines), options=(*options, Option("Đề nghị đang chờ", "kh_cho")))


def proposal(talk: Talk, row_id: str | int, act: Act) -> tuple[Commendation, Enrolment]:
    """One about which this person may do that, asked in the transaction that acts."""
    row = talk.session.get(Commendation, int(row_id))
    enrolment = talk.session.get_one(Enrolment, row.enrolment_id) if row else None
    if row is None or enrolment is None or not rights.may(talk, act, enrolment):
        raise Refused(talk.say(NOT_TO_DECIDE if act is Act.RECOGNISE else NOT_YOURS))
    return row, enrolment
