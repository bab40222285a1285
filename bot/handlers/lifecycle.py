"""The life of an initiative on its card: where it is, what to do about it, how it came there."""

from bot.conversation.form import Answers, Form, Kind, Step
from bot.conversation.messages import Option, Reply
from bot.domain.lifecycle import ACTIVE, MOVES, UNDO, Life, allowed, in_words
from bot.domain.partial_dates import clock, plain_date
from bot.domain.text import cut
from bot.errors import Refused
from bot.handlers.people import local_day, tell
from bot.handlers.registry import Part, Replies, Talk, action, adds_to, submits
from bot.handlers.seeing import sees_enrolment
from storage import lifecycle
from storage.tables.lifecycle import Move
from storage.tables.people import Member
from storage.tables.records import Decision, Enrolment, Initiative

PAGE = 8
FORWARD = ("begin", "propose", "appraise", "recognise")
"""The next stage: a button of its own on the card."""
NOT_SEEN = "Mô hình này ngoài phần {ac} phụ trách ạ. {Ac} nhắn “menu” để chọn việc khác."
CONTACT = " Có gì chưa rõ, {ac} hỏi đầu mối của đơn vị ạ."
HONOURED = (
    "Mô hình “{name}” của {ac} đã được công nhận {level} theo {decision}. Chúc mừng và cảm ơn {ac}."
)
TOLD = {
    "recognise": HONOURED,
    "raise": HONOURED,
    "mark": "Mô hình “{name}” của {ac} được chọn làm điển hình. Chúc mừng và cảm ơn {ac}.",
    "unmark": "Mô hình “{name}” của {ac} nay thôi làm điển hình. Lý do: “{reason}”." + CONTACT,
    "consolidate": (
        "Mô hình “{name}” của {ac} cần củng cố thêm: “{reason}”. Trợ lý cảm ơn và mong {ac} cùng "
        "bà con làm tiếp." + CONTACT
    ),
    "pause": "Mô hình “{name}” của {ac} tạm dừng. Lý do: “{reason}”." + CONTACT,
    "stop": (
        "Mô hình “{name}” của {ac} nay dừng. Lý do: “{reason}”. Cảm ơn {ac} đã gắn bó." + CONTACT
    ),
    "resume": "Mô hình “{name}” của {ac} nay tiếp tục lại. Cảm ơn {ac}.",
}
"""What the owner is told; of a move on the way to recognition, nothing."""
TAKEN_BACK = (
    "Việc “{label}” ngày {day} về mô hình “{name}” đã được hoàn tác. Mô hình nay ở “{now}”."
)
WHY = Form(
    "vdld",
    "Lý do",
    (
        Step("viec", Kind.CHOICE, "", "", hidden=True, required=False),
        Step("ly_do", Kind.TEXT, "Lý do",
             "Lý do là gì ạ? {Ac} ghi vài chữ; người báo cáo sẽ được biết.",
             "Ví dụ: chủ mô hình chuyển đi nơi khác", least=5, most=500),
    ),
    straight=True,
)  # fmt: skip


# -- on the card ----------------------------------------------------------------------------------


@adds_to("card", 20)
def on_card(talk: Talk, enrolment: Enrolment) -> Part | None:
    if enrolment.state != "accepted":
        return None
    life = Life.of(enrolment)
    lines = [f"Giai đoạn: {in_words(life, talk.organisation.labels)}"]
    if decision := talk.session.get(Decision, enrolment.decision_id or 0):
        lines.append(f"Công nhận theo {named(decision)}")
    if not may_look(talk, enrolment):
        return Part(tuple(lines))
    if reason := _why_inactive(talk, enrolment):
        lines.append(f"Lý do: {reason}")
    return Part(tuple(lines), (*_moves(talk, enrolment, life), _history(enrolment)))


def named(decision: Decision) -> str:
    return f"Quyết định {decision.number} ngày {plain_date(decision.day)}, {decision.body}"


def may_look(talk: Talk, enrolment: Enrolment) -> bool:
    """Whose scope covers it, and who reports it."""
    return sees_enrolment(talk, enrolment.id) or talk.person.member_id in lifecycle.owners_of_year(
        talk.session, enrolment
    )


def _why_inactive(talk: Talk, enrolment: Enrolment) -> str:
    if enrolment.activity == ACTIVE:
        return ""
    last = lifecycle.last_standing(talk.session, enrolment.id)
    return last.reason if last and last.name in ("pause", "stop") else ""


def _history(enrolment: Enrolment) -> Option:
    return Option("Quá trình", f"vdqt:{enrolment.id}")


def _moves(talk: Talk, enrolment: Enrolment, life: Life) -> list[Option]:
    """The next stage, and behind one button what else there is."""
    names = allowed(life, lifecycle.acts_over(talk.session, talk.person.grants, enrolment))
    first = [_button(name, enrolment, "primary") for name in names if name in FORWARD]
    rest = [name for name in names if name not in FORWARD]
    if len(rest) > 1:
        return [*first, Option("Chuyển giai đoạn khác", f"vdk:{enrolment.id}")]
    return [*first, *(_button(name, enrolment) for name in rest)]


def _button(name: str, enrolment: Enrolment, style: str = "") -> Option:
    data = f"cnqd:{enrolment.id}" if MOVES[name].decision else f"vd:{name}:{enrolment.id}"
    return Option(MOVES[name].label, data, style)


@action("vdk")
def others(talk: Talk, enrolment_id: str) -> Reply:
    enrolment = found(talk, enrolment_id)
    life = Life.of(enrolment)
    names = allowed(life, lifecycle.acts_over(talk.session, talk.person.grants, enrolment))
    if not names:
        raise Refused(talk.say(NOT_SEEN))
    options = [_button(name, enrolment) for name in names]
    now = in_words(life, talk.organisation.labels)
    text = "{title} đang ở “{now}”. {Ac} muốn chuyển thế nào ạ?"
    return talk.reply(text, *options, see(enrolment), title=title(talk, enrolment), now=now)


def found(talk: Talk, enrolment_id: str | int) -> Enrolment:
    """One there is; whether this person may do anything about it is asked when it is done."""
    enrolment = talk.session.get(Enrolment, int(enrolment_id))
    if enrolment is None or not may_look(talk, enrolment):
        raise Refused(talk.say(NOT_SEEN))
    return enrolment


def title(talk: Talk, enrolment: Enrolment) -> str:
    initiative = talk.session.get_one(Initiative, enrolment.initiative_id)
    return f"{initiative.code}, “{cut(initiative.name, 80)}”"


def see(enrolment: Enrolment) -> Option:
    return Option("Xem mô hình", f"mh:{enrolment.initiative_id}")


# -- one move -------------------------------------------------------------------------------------


@action("vd")
def ask(talk: Talk, name: str, enrolment_id: str) -> Replies:
    """Sure? Or: why?"""
    enrolment, rule = found(talk, enrolment_id), MOVES[name]
    who = (talk.member_id, talk.now, talk.organisation.labels)
    lifecycle.ready(talk.session, enrolment, name, *who)
    what = {"label": rule.label, "title": title(talk, enrolment)}
    if rule.reason:
        talk.open(WHY, {"viec": {"v": [name, enrolment.id], "t": ""}})
        return talk.reply("{label}: {title}.", **what)
    yes = Option(f"Đúng, {rule.label[0].lower()}{rule.label[1:]}", f"vdco:{name}:{enrolment.id}")
    return talk.reply(
        "{label}: {title}, phải không ạ?",
        yes,
        Option("Không, để nguyên", see(enrolment).data),
        **what,
    )


@action("vdco")
def confirmed(talk: Talk, name: str, enrolment_id: str) -> Reply:
    enrolment = found(talk, enrolment_id)
    return done(talk, enrolment, make(talk, enrolment, name))


@submits(WHY)
def with_reason(talk: Talk, answers: Answers, key: str) -> Reply:
    name, enrolment_id = answers["viec"]["v"]
    enrolment = found(talk, enrolment_id)
    return done(talk, enrolment, make(talk, enrolment, name, reason=answers["ly_do"]["v"]))


def make(
    talk: Talk, enrolment: Enrolment, name: str, reason: str = "", decision: Decision | None = None
) -> Move:
    """The move, its trace, and the news for the owner. Raises Refused."""
    made = lifecycle.move(
        talk.session, enrolment, name, author_id=talk.member_id, now=talk.now, today=talk.today,
        reason=reason, decision_id=decision.id if decision else None,
        labels=talk.organisation.labels,
    )  # fmt: skip
    talk.did(name, "enrolment", enrolment.id, move=made.id)
    if template := TOLD.get(name):
        level = talk.organisation.labels.get(enrolment.level, "")
        said = {"level": level, "decision": named(decision) if decision else "", "reason": reason}
        _tell_owners(talk, enrolment, made, template, **said)
    return made


def done(talk: Talk, enrolment: Enrolment, made: Move) -> Reply:
    """What is now, and a way back."""
    now = in_words(Life.of(enrolment), talk.organisation.labels)
    back = Option("Hoàn tác", f"vdlui:{made.id}")
    text = "{title} nay ở “{now}”. Cảm ơn {ac}."
    return talk.reply(text, see(enrolment), back, title=title(talk, enrolment), now=now)


def _tell_owners(
    talk: Talk, enrolment: Enrolment, made: Move, template: str, **said: object
) -> None:
    name = talk.session.get_one(Initiative, enrolment.initiative_id).name
    for member_id in lifecycle.owners_of_year(talk.session, enrolment):
        if member_id != talk.person.member_id:
            key = f"moved:{made.id}"
            tell(talk, member_id, key, template, see(enrolment), name=name, **said)


# -- taking it back -------------------------------------------------------------------------------


@action("vdlui")
def take_back(talk: Talk, move_id: str, whole: str = "") -> Reply:
    """Whole: with those made in one go with it."""
    wrong = talk.session.get(Move, int(move_id))
    if wrong is None:
        raise Refused(talk.say(NOT_SEEN))
    rows = lifecycle.made_with(talk.session, wrong) if whole == "ca" else [wrong]
    titles = [_take_back(talk, one) for one in rows]
    now = in_words(Life(**wrong.before), talk.organisation.labels)
    text = "Đã hoàn tác “{label}”: {titles}, nay ở “{now}”. Cả hai việc còn trong quá trình."
    if len(titles) > 1:
        return talk.reply("Đã hoàn tác “{label}” của {n} mô hình. Mọi việc còn trong quá trình.",
                          label=MOVES[wrong.name].label, n=len(titles))  # fmt: skip
    enrolment = talk.session.get_one(Enrolment, wrong.enrolment_id)
    said = {"label": MOVES[wrong.name].label, "titles": titles[0], "now": now}
    return talk.reply(text, see(enrolment), _history(enrolment), **said)


def _take_back(talk: Talk, wrong: Move) -> str:
    undone = lifecycle.undo(talk.session, wrong, by=talk.member_id, now=talk.now, today=talk.today)
    enrolment = talk.session.get_one(Enrolment, wrong.enrolment_id)
    talk.did(UNDO, "enrolment", enrolment.id, move=undone.id, undoes=wrong.id)
    if wrong.name in TOLD:
        now = in_words(Life.of(enrolment), talk.organisation.labels)
        said = {"label": MOVES[wrong.name].label, "day": local_day(talk, wrong.at), "now": now}
        _tell_owners(talk, enrolment, undone, TAKEN_BACK, **said)
    return title(talk, enrolment)


# -- how it came there ----------------------------------------------------------------------------


@action("vdqt")
def history(talk: Talk, enrolment_id: str, skip: str = "0") -> Reply:
    enrolment, first = found(talk, enrolment_id), max(int(skip), 0)
    rows = lifecycle.history(talk.session, enrolment.id, PAGE + 1, first)
    head = "{title}, năm {year}: chưa có bước nào ngoài đăng ký ạ."
    if rows:
        head = "QUÁ TRÌNH của {title}, năm {year} (mới nhất trước):\n{lines}"
    lines = "\n".join(_line(talk, one, author) for one, author in rows[:PAGE])
    options = [*_last_back(talk, enrolment), see(enrolment)]
    if len(rows) > PAGE:
        options.append(Option("Xem tiếp", f"vdqt:{enrolment.id}:{first + PAGE}"))
    said = {"title": title(talk, enrolment), "year": enrolment.year, "lines": lines}
    return talk.reply(head, *options, **said)


def _line(talk: Talk, one: Move, author: Member | None) -> str:
    who = f"{author.address} {author.name}" if author else "Trợ lý"
    return f"• {clock(talk.local(one.at))}, {who}: {_what(talk, one)}"


def _what(talk: Talk, one: Move) -> str:
    if one.undoes is not None:
        wrong = talk.session.get_one(Move, one.undoes)
        return f"hoàn tác “{MOVES[wrong.name].label}” lúc {clock(talk.local(wrong.at))}"
    words = f"“{MOVES[one.name].label}”"
    if MOVES[one.name].decision:
        decision = talk.session.get_one(Decision, one.after["decision_id"])
        words += f" {talk.organisation.labels[decision.level]} theo {named(decision)}"
    return f"{words}. Lý do: {one.reason}" if one.reason else words


def _last_back(talk: Talk, enrolment: Enrolment) -> list[Option]:
    last = lifecycle.last_standing(talk.session, enrolment.id)
    if last is None or not lifecycle.may_undo(talk.session, last, talk.member_id, talk.now):
        return []
    return [Option(f"Hoàn tác “{MOVES[last.name].label}”", f"vdlui:{last.id}")]
