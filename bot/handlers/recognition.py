"""Recognition: decisions entered once, what they recognise, and what waits for them."""

from dataclasses import replace

from bot.conversation.form import Answers, Choice, Form, Found, Kind, Lookup, Step
from bot.conversation.messages import Option, Reply
from bot.domain.lifecycle import LEVELS, is_higher
from bot.domain.roles import Act, can
from bot.domain.text import capital, cut
from bot.errors import Refused
from bot.handlers import many_moves
from bot.handlers.lifecycle import done, found, named, see, title
from bot.handlers.registry import Part, Replies, Talk, action, adds_to, lookup, submits
from bot.handlers.signing import (
    BODY,
    DAY,
    NUMBER,
    amended,
    heard,
    in_a_line,
    may_amend,
    said_of,
)
from storage import decisions, lifecycle, members, recognition
from storage.decisions import RECOGNITION
from storage.photos import clean_names
from storage.tables.people import Member
from storage.tables.records import Decision, Enrolment, Initiative

PAGE = 8
CHOSEN = 6
"""Decisions offered for one initiative."""
KNOWN = "Quyết định này đã có {n} mô hình: thêm vào, hay nhập lại số?"
NO_RIGHT = "Công nhận mô hình dành cho người thẩm định ạ. {Ac} nhắn “menu” để chọn việc khác."
SIGNED = Form(
    "qdcn",
    "Quyết định công nhận",
    (
        Step("cho", Kind.CHOICE, "", "", hidden=True, required=False),
        NUMBER,
        BODY,
        DAY,
        Step("cap", Kind.CHOICE, "Cấp công nhận", "Công nhận ở cấp nào ạ?", offer="levels"),
        Step("anh", Kind.PHOTOS, "Ảnh chụp", "{Ac} gửi ảnh chụp quyết định. Xong thì gõ “xong”.",
             most=1, required=False, later=True),
    ),
)  # fmt: skip


@lookup("levels")
def levels(talk: Talk, asked: Lookup) -> Found:
    return Found(tuple(_level(talk, one) for one in LEVELS))


def _level(talk: Talk, level: str) -> Choice:
    return Choice(level, capital(talk.organisation.labels[level]))


# -- the page -------------------------------------------------------------------------------------


@adds_to("manage", 30)
def button(talk: Talk) -> Part | None:
    return Part(options=(Option("Công nhận", "cn"),)) if talk.can(Act.RECOGNISE) else None


@adds_to("tasks", 30)
def task(talk: Talk) -> Part | None:
    number = _count(talk, "appraise") if talk.can(Act.RECOGNISE) else 0
    if not number:
        return None
    return Part(options=(Option(f"Mô hình chờ thẩm định ({number})", "vdnhieu:appraise"),))


def _count(talk: Talk, name: str) -> int:
    return recognition.count(talk.session, talk.scope, name, talk.today)


@action("cn")
def page(talk: Talk) -> Reply:
    _only_approvers(talk)
    proposed, ready = _count(talk, "appraise"), _count(talk, "recognise")
    return talk.reply(
        "CÔNG NHẬN: {proposed} mô hình chờ thẩm định, {appraised} đang thẩm định. {Ac} chọn việc:",
        Option(f"Chuyển thẩm định ({proposed})", "vdnhieu:appraise"),
        Option("Nhập quyết định", "cnmoi", "primary"),
        Option("Các quyết định đã nhập", "cnds"),
        Option("Chọn điển hình", "vdnhieu:mark"),
        proposed=proposed, appraised=ready - proposed,
    )  # fmt: skip


def _only_approvers(talk: Talk) -> None:
    """Asked anew in the transaction that acts."""
    grants = members.grants_of(talk.session, talk.member_id, talk.now, lock=True)
    if not can(Act.RECOGNISE, grants):
        raise Refused(talk.say(NO_RIGHT))


# -- entering a decision --------------------------------------------------------------------------


@action("cnmoi")
def enter(talk: Talk, enrolment_id: str = "") -> None:
    """For one initiative, or for those that are ticked next."""
    _only_approvers(talk)
    one = {"cho": {"v": found(talk, enrolment_id).id, "t": ""}} if enrolment_id else {}
    talk.open(SIGNED, one)


@submits(SIGNED)
def save(talk: Talk, answers: Answers, key: str) -> Replies:
    _only_approvers(talk)
    number, body, day = heard(answers)
    about = (talk.organisation.root_id, RECOGNITION, number, body, day)
    one = str(answers["cho"]["v"]) if "cho" in answers else ""
    if known := decisions.find(talk.session, *about):
        return _known(talk, known, one)
    decision = decisions.enter(
        talk.session, root_id=talk.organisation.root_id, kind=RECOGNITION, number=number,
        body=body, day=day, level=answers["cap"]["v"], author_id=talk.member_id, now=talk.now,
        scan=next(iter(answers["anh"]["v"]), "") if "anh" in answers else "",
    )  # fmt: skip
    talk.did("enter", "decision", decision.id)
    return add(talk, str(decision.id), one)


def _known(talk: Talk, decision: Decision, one: str) -> Reply:
    tail = f":{one}" if one else ""
    return talk.reply(
        KNOWN,
        Option("Thêm vào quyết định này", f"cnvao:{decision.id}{tail}", "primary"),
        Option("Nhập lại số", f"cnso:{decision.id}{tail}"),
        Option("Xem quyết định", f"cnxem:{decision.id}"),
        n=recognition.recognised_by(talk.session, decision.id),
    )


@action("cnso")
def another_number(talk: Talk, decision_id: str, enrolment_id: str = "") -> None:
    """All but the number stays as it was given."""
    _only_approvers(talk)
    decision = _decision(talk, decision_id)
    level = _level(talk, decision.level)
    answers = said_of(decision) | {"cap": {"v": level.value, "t": level.label}}
    del answers[NUMBER.key]
    one = {"cho": {"v": int(enrolment_id), "t": ""}} if enrolment_id else {}
    talk.open(SIGNED, {**one, **answers})


def _decision(talk: Talk, decision_id: str) -> Decision:
    return many_moves.decision_of(talk, int(decision_id))


@action("cnvao")
def add(talk: Talk, decision_id: str, enrolment_id: str = "") -> Replies:
    """One initiative under it at once, else the list to tick in."""
    _only_approvers(talk)
    decision = _decision(talk, decision_id)
    if not enrolment_id:
        return many_moves.begin(talk, "recognise", decision)
    enrolment = found(talk, enrolment_id)
    return done(talk, enrolment, many_moves.recognise(talk, enrolment, decision))


@action("cnqd")
def which(talk: Talk, enrolment_id: str) -> Replies:
    """Under which decision one initiative is recognised."""
    enrolment = found(talk, enrolment_id)
    name = "raise" if enrolment.stage == "recognised" else "recognise"
    who = (talk.member_id, talk.now, talk.organisation.labels)
    lifecycle.ready(talk.session, enrolment, name, *who)
    rows = [d for d in _listed(talk, PAGE * 4, 0) if _suits(d, enrolment)][:CHOSEN]
    options = [Option(named(d), f"cnvao:{d.id}:{enrolment.id}") for d in rows]
    new = Option("Nhập quyết định mới", f"cnmoi:{enrolment.id}", "" if rows else "primary")
    text = "Công nhận {title} theo quyết định nào ạ?"
    return talk.reply(text, *options, new, see(enrolment), title=title(talk, enrolment))


def _suits(decision: Decision, enrolment: Enrolment) -> bool:
    later = decision.day.year >= enrolment.year
    return later and is_higher(decision.level, enrolment.level)


# -- decisions there are --------------------------------------------------------------------------


def _listed(talk: Talk, most: int, skip: int) -> list[Decision]:
    about = (talk.organisation.root_id, talk.member_id, talk.scope)
    return list(recognition.of_scope(talk.session, *about, most, skip))


@action("cnds")
def listed(talk: Talk, skip: str = "0") -> Reply:
    _only_approvers(talk)
    first = max(int(skip), 0)
    rows = _listed(talk, PAGE + 1, first)
    options = [Option(_line(talk, d), f"cnxem:{d.id}") for d in rows[:PAGE]]
    if len(rows) > PAGE:
        options.append(Option("Xem tiếp", f"cnds:{first + PAGE}"))
    if not rows:
        return talk.reply("Chưa có quyết định nào ạ.", Option("Nhập quyết định", "cnmoi"))
    return talk.reply("Các quyết định công nhận, mới nhất trước:", *options)


def _line(talk: Talk, decision: Decision) -> str:
    number = recognition.recognised_by(talk.session, decision.id)
    return f"{in_a_line(decision)}: {number} mô hình"


@action("cnxem")
def look(talk: Talk, decision_id: str, skip: str = "0") -> Reply:
    """The decision, and of what stands on it that which is this person's to recognise."""
    _only_approvers(talk)
    decision, first = _decision(talk, decision_id), max(int(skip), 0)
    rows = recognition.initiatives_of(talk.session, decision.id, talk.scope, PAGE + 1, first)
    options = [_initiative(i) for i, _ in rows[:PAGE]]
    if len(rows) > PAGE:
        options.append(Option("Xem tiếp", f"cnxem:{decision.id}:{first + PAGE}"))
    options.append(Option("Thêm mô hình", f"cnvao:{decision.id}"))
    if may_amend(talk, decision):
        options.append(Option("Sửa số, cơ quan, ngày ký", f"qdsua:{decision.id}"))
    author = talk.session.get_one(Member, decision.author_id)
    reply = talk.reply(
        "{decision}.\nCông nhận {level}: {n} mô hình. Người nhập: {who}.{amended}", *options,
        decision=named(decision), level=talk.organisation.labels[decision.level],
        n=recognition.recognised_by(talk.session, decision.id),
        who=f"{author.address} {author.name}",
        amended="".join(f"\n{line}" for line in amended(talk, decision)),
    )  # fmt: skip
    return _with_scan(talk, reply, decision)


def _initiative(initiative: Initiative) -> Option:
    return Option(f"{initiative.code} {cut(initiative.name, 50)}", f"mh:{initiative.id}")


def _with_scan(talk: Talk, reply: Reply, decision: Decision) -> Reply:
    names = clean_names(talk.session, [decision.scan]) if decision.scan else {}
    return replace(reply, photos=tuple(names.values()))
