"""Quyết định khen thưởng: a decision is entered once, and the proposals under it are ticked."""

from dataclasses import replace
from datetime import date, timedelta

from bot.conversation.form import Answers, Choice, Form, Found, Json, Kind, Lookup, Step
from bot.conversation.messages import Option, Reply
from bot.domain import merits
from bot.domain.partial_dates import PartialDate, plain_date
from bot.domain.roles import Act
from bot.domain.text import cut
from bot.errors import Refused
from bot.handlers.commendation import (
    PAGE,
    STATES,
    in_a_line,
    look,
    may_be_praised,
    proposal,
    waiting,
)
from bot.handlers.people import ELSE, tell
from bot.handlers.registry import Replies, Talk, action, lookup, submits
from bot.handlers.signing import BODY, DAY, NUMBER, heard, number_of
from bot.handlers.signing import in_a_line as named
from storage import commendation, decisions, lifecycle
from storage.decisions import COMMENDATION
from storage.tables.helping import Commendation
from storage.tables.records import Decision, Enrolment, Initiative

MOST = 200
"""Proposals that one decision may be ticked for at a time."""
RECENT = 3
LASTS = timedelta(days=90)
"""For so long a decision is offered again, for what else comes under it."""
NEW = Choice(0, "Quyết định khác", ("khác", "mới", "ghi mới"))
AGAIN = "{Ac} nhắn “xem lại”, rồi “sửa số quyết định” để nhập lại số ạ."
TAKEN = (
    "Mọi đề nghị {ac} chọn đều đã có người quyết định rồi ạ. {Ac} nhắn “khen thưởng” để xem lại."
)
STOPPED = "Mô hình {code} đang tạm dừng hoặc đã dừng. {Ac} bỏ chọn mô hình ấy rồi ghi lại ạ."
TOO_EARLY = (
    "Quyết định ngày {day} có trước năm {year} của mô hình {code}. {Ac} sửa ngày, hoặc bỏ chọn mô "
    "hình ấy ạ."
)
PRAISED = (
    "Chúc mừng! Mô hình {code}, “{name}” được tặng {form} theo Quyết định {number} ngày {day} của "
    "{body}. Cảm ơn {ac}."
)
NOT_THIS_TIME = (
    "Đề nghị {form} cho mô hình {code}, “{name}” lần này chưa được duyệt: “{why}”. Cảm ơn {ac}; "
    "mong mô hình tiếp tục phát huy."
)


def _new(answers: Answers) -> bool:
    return not (answers["qd"]["v"] if "qd" in answers else None)


def _not_again(value: Json, answers: Answers, today: date) -> str:
    return AGAIN if value == "lai" else ""


DECISION = Form(
    "khqd",
    "Quyết định khen thưởng",
    (
        Step("chon", Kind.CHOICE, "", "", hidden=True, required=False),
        Step("qd", Kind.CHOICE, "Quyết định", "Theo quyết định nào ạ?",
             offer="recent_commendations", required=False, silent_without_choices=True),
        replace(NUMBER, label="Số quyết định", when=_new),
        replace(BODY, when=_new),
        replace(DAY, when=_new),
        Step("trung", Kind.CHOICE, "Quyết định đã có",
             "Quyết định này đã ghi rồi. {Ac} thêm vào, hay nhập lại số ạ?",
             offer="same_commendation", about=("so", "co_quan", "ngay"),
             silent_without_choices=True, when=_new, check=_not_again),
        Step("cac", Kind.MANY, "Khen", "Khen những đề nghị nào ạ? {Ac} chọn, xong thì gõ “xong”.",
             "Ví dụ: 1, 3", offer="proposals_waiting", about=("chon",), page=PAGE),
    ),
    "ghi",
)  # fmt: skip
REFUSAL = Form(
    "khko",
    "Chưa khen lần này",
    (
        Step("de_nghi", Kind.CHOICE, "", "", hidden=True, required=False),
        Step("ly_do", Kind.TEXT, "Lý do", "{Ac} ghi lý do để báo người đề nghị ạ.",
             "Ví dụ: cần thêm kết quả của cả năm", least=5, most=300),
    ),
    straight=True,
)  # fmt: skip


# -- the decision -----------------------------------------------------------------------------


@action("kh_qd")
def begin(talk: Talk, row_id: str) -> Replies:
    row, _ = proposal(talk, row_id, Act.RECOGNISE)
    if row.state != commendation.PROPOSED:
        return _decided(talk, row)
    talk.open(DECISION, {"chon": {"v": row.id, "t": ""}})
    return None


def _decided(talk: Talk, row: Commendation) -> list[Reply]:
    note = talk.reply("Đề nghị này đã có người xem: {state} ạ.", state=STATES[row.state])
    return [note, look(talk, str(row.id))]


@lookup("recent_commendations")
def recent(talk: Talk, asked: Lookup) -> Found:
    """Of the last weeks, and a new one; with none the question is not asked."""
    root, since = talk.organisation.root_id, talk.now - LASTS
    rows = decisions.recent(talk.session, root, COMMENDATION, RECENT)
    known = tuple(Choice(d.id, named(d)) for d in rows if d.at >= since)
    return Found((*known, NEW) if known else ())


@lookup("same_commendation")
def same(talk: Talk, asked: Lookup) -> Found:
    number, body, day = asked.about
    if not (isinstance(number, str) and isinstance(body, str) and isinstance(day, str)):
        return Found()
    root, signed = talk.organisation.root_id, PartialDate.from_json(day).start
    known = decisions.find(talk.session, root, COMMENDATION, number_of(number), body, signed)
    if known is None:
        return Found()
    count = len(commendation.under(talk.session, known.id))
    add = Choice(known.id, f"Thêm vào (đã có {count} mô hình)", ("thêm", "đúng", "có"))
    return Found((add, Choice("lai", "Nhập lại số", ("nhập lại", "lại", "không"))))


@lookup("proposals_waiting")
def proposals(talk: Talk, asked: Lookup) -> Found:
    """The one that was tapped first, then what has waited longest."""
    theirs, first = (talk.scope, Act.RECOGNISE), asked.about[0] or 0
    rows = commendation.proposed(talk.session, *theirs, MOST, first=first)
    return Found(tuple(Choice(one[0].id, in_a_line(talk, one)) for one in rows))


@submits(DECISION)
def save(talk: Talk, answers: Answers, key: str) -> Replies:
    """All that were ticked, or none: without the right to one nothing is written."""
    ticked = [proposal(talk, one, Act.RECOGNISE) for one in answers["cac"]["v"]]
    decision = _decision(talk, answers)
    for _, enrolment in ticked:
        _check(talk, enrolment, decision)
    praised = [pair for pair in ticked if _praise(talk, *pair, decision)]
    if not praised:
        raise Refused(talk.say(TAKEN))
    late = len(ticked) - len(praised)
    note = f" {late} đề nghị khác đã có người quyết định trước." if late else ""
    text = "Đã ghi Quyết định {number}: khen {count} mô hình.{note} Cảm ơn {ac}."
    more = Option("Đề nghị đang chờ", "kh_cho")
    wrong = Option("Sửa quyết định này", f"qdsua:{decision.id}")
    said = {"number": decision.number, "count": len(praised), "note": note}
    return talk.reply(text, more, wrong, ELSE, **said)


def _check(talk: Talk, enrolment: Enrolment, decision: Decision) -> None:
    """Whether it can still be praised, and by this decision. Raises Refused."""
    code = talk.session.get_one(Initiative, enrolment.initiative_id).code
    if not may_be_praised(enrolment):
        raise Refused(talk.say(STOPPED, code=code))
    if decision.day.year < enrolment.year:
        day = plain_date(decision.day)
        raise Refused(talk.say(TOO_EARLY, day=day, year=enrolment.year, code=code))


def _decision(talk: Talk, answers: Answers) -> Decision:
    known = next((answers[k]["v"] for k in ("qd", "trung") if k in answers), None)
    if known:
        found = talk.session.get(Decision, known)
        own = (talk.organisation.root_id, COMMENDATION)
        if found is None or (found.root_id, found.kind) != own:
            raise ValueError(known)
        return found
    number, body, day = heard(answers)
    decision = decisions.enter(
        talk.session, root_id=talk.organisation.root_id, kind=COMMENDATION, number=number,
        body=body, day=day, author_id=talk.member_id, now=talk.now,
    )  # fmt: skip
    talk.did("enter", "decision", decision.id)
    return decision


def _praise(talk: Talk, row: Commendation, enrolment: Enrolment, decision: Decision) -> bool:
    if not commendation.decide(talk.session, row, decision.id, talk.member_id, talk.now):
        return False
    talk.did("commend", "commendation", row.id, decision=decision.id, enrolment=enrolment.id)
    day = plain_date(decision.day)
    _tell(talk, row, PRAISED, number=decision.number, day=day, body=decision.body)
    return True


def _tell(talk: Talk, row: Commendation, text: str, **values: object) -> None:
    """Those who reported it, and who proposed it."""
    enrolment = talk.session.get_one(Enrolment, row.enrolment_id)
    initiative = talk.session.get_one(Initiative, enrolment.initiative_id)
    form, name = merits.FORMS[row.form].lower(), cut(initiative.name, 80)
    for one in {*lifecycle.owners_of_year(talk.session, enrolment), row.author_id}:
        if one != talk.person.member_id:
            tell(
                talk, one, f"praised:{row.id}:{one}", text, ELSE, form=form, code=initiative.code,
                name=name, **values,
            )  # fmt: skip


# -- not this time ----------------------------------------------------------------------------


@action("kh_ko")
def begin_refusal(talk: Talk, row_id: str) -> Replies:
    row, _ = proposal(talk, row_id, Act.RECOGNISE)
    if row.state != commendation.PROPOSED:
        return _decided(talk, row)
    talk.open(REFUSAL, {"de_nghi": {"v": row.id, "t": ""}})
    return None


@submits(REFUSAL)
def refuse(talk: Talk, answers: Answers, key: str) -> Replies:
    row, _ = proposal(talk, answers["de_nghi"]["v"], Act.RECOGNISE)
    why = answers["ly_do"]["v"]
    if not commendation.refuse(talk.session, row, why, talk.member_id, talk.now):
        return _decided(talk, row)
    talk.did("refuse", "commendation", row.id)
    _tell(talk, row, NOT_THIS_TIME, why=why)
    return [talk.reply("Đã ghi và báo người đề nghị. Cảm ơn {ac}."), waiting(talk)]
