"""The same move for several initiatives: ticked in a list, looked at, and made at once."""

from bot.conversation.form import Answers, Choice, Form, Found, Kind, Lookup, Step
from bot.conversation.messages import Option, Reply
from bot.domain.lifecycle import MOVES
from bot.domain.roles import Act
from bot.domain.text import cut
from bot.errors import Refused
from bot.handlers.lifecycle import done, found, make, named, title
from bot.handlers.people import MENU
from bot.handlers.registry import Part, Replies, Talk, action, adds_to, lookup, submits
from storage import recognition
from storage.decisions import RECOGNITION
from storage.recognition import Waiting
from storage.tables.lifecycle import Move
from storage.tables.records import Decision, Enrolment

PAGE = 8
MOST = 100
"""In one go; the rest waits for the next one."""
HOW = (
    "{Ac} chọn các mô hình: bấm từng mô hình, hoặc gõ các số (1, 3, 5), “tất cả”, “tất cả trừ 2”. "
    "Chọn đủ rồi thì gõ “xong”."
)
NAMES = {"propose": "dncn", "appraise": "tdcn", "mark": "ddh", "recognise": "cncn"}
NOTHING = "Chưa có mô hình nào để “{label}” ạ."
DECISION = Step("qd", Kind.CHOICE, "Quyết định", "Theo quyết định nào ạ?", offer="decisions")


def _form(name: str) -> Form:
    under = (DECISION,) if MOVES[name].decision else ()
    tick = Step(
        "mo_hinh", Kind.MANY, "Mô hình", HOW, "Ví dụ: 1, 3, 5", offer=f"to_{name}", page=PAGE,
        about=tuple(step.key for step in under),
    )  # fmt: skip
    return Form(NAMES[name], MOVES[name].label, (*under, tick))


FORMS = {name: _form(name) for name in NAMES}


def _offers(name: str) -> None:
    """Registers the list and the end of one of these forms."""

    @lookup(f"to_{name}")
    def offer(talk: Talk, asked: Lookup) -> Found:
        decision = decision_of(talk, asked.about[0]) if asked.about else None
        return Found(tuple(map(_choice, waiting(talk, name, decision))))

    @submits(FORMS[name])
    def save(talk: Talk, answers: Answers, key: str) -> Reply:
        decision = decision_of(talk, answers["qd"]["v"]) if "qd" in answers else None
        return _make_all(talk, name, answers["mo_hinh"]["v"], decision)


for _name in NAMES:
    _offers(_name)


def waiting(talk: Talk, name: str, decision: Decision | None = None) -> list[Waiting]:
    return recognition.waiting(talk.session, talk.scope, name, talk.today, MOST, decision)


def _choice(row: Waiting) -> Choice:
    initiative, enrolment, place = row
    year = f", {enrolment.year}" if enrolment.year != initiative.code_year else ""
    label = f"{initiative.code} {cut(initiative.name, 50)} ({place}{year})"
    return Choice(enrolment.id, label, (initiative.name, initiative.code))


def decision_of(talk: Talk, decision_id: object) -> Decision:
    decision = talk.session.get(Decision, int(str(decision_id)))
    root_id = talk.organisation.root_id
    if decision is None or (decision.root_id, decision.kind) != (root_id, RECOGNITION):
        raise Refused(talk.say("Trợ lý không có quyết định này ạ. {Ac} nhắn “quản lý” để chọn."))
    return decision


@lookup("decisions")
def decisions(talk: Talk, asked: Lookup) -> Found:
    rows = recognition.of_scope(
        talk.session, talk.organisation.root_id, talk.member_id, talk.scope, PAGE
    )
    return Found(tuple(Choice(d.id, named(d), (d.number,)) for d in rows))


def begin(talk: Talk, name: str, decision: Decision | None = None) -> Replies:
    """Opens the list, unless there is nothing in it."""
    if not talk.can(MOVES[name].act):
        raise Refused(talk.say("Việc này dành cho người phụ trách đơn vị ạ."))
    if not waiting(talk, name, decision):
        return talk.reply(NOTHING, MENU, label=MOVES[name].label)
    under = {"qd": {"v": decision.id, "t": named(decision)}} if decision else {}
    talk.open(FORMS[name], under)
    return None


@adds_to("manage", 25)
def propose_button(talk: Talk) -> Part | None:
    if not talk.can(Act.PROPOSE):
        return None
    return Part(options=(Option("Đề nghị công nhận", "vdnhieu:propose"),))


@action("vdnhieu")
def pick(talk: Talk, name: str) -> Replies:
    if name not in NAMES or MOVES[name].decision:
        raise ValueError(name)
    return begin(talk, name)


# -- all of them ----------------------------------------------------------------------------------


def _make_all(talk: Talk, name: str, enrolment_ids: list[int], decision: Decision | None) -> Reply:
    """In the order of their ids, whoever else does the same; what cannot be moved any more says
    why and holds up no other."""
    made: list[tuple[Enrolment, Move]] = []
    wrong: list[str] = []
    for enrolment_id in sorted(enrolment_ids)[:MOST]:
        try:
            enrolment = found(talk, enrolment_id)
            made.append((enrolment, _move(talk, enrolment, name, decision)))
        except Refused as refused:
            wrong.append(str(refused))
    if not made:
        raise Refused("\n".join(wrong[:PAGE]))
    reply = done(talk, *made[0]) if len(made) == 1 else _done(talk, name, made)
    if not wrong:
        return reply
    return reply.with_text(f"{reply.text}\nChưa được {len(wrong)}: " + "\n".join(wrong[:PAGE]))


def _move(talk: Talk, enrolment: Enrolment, name: str, decision: Decision | None) -> Move:
    return recognise(talk, enrolment, decision) if decision else make(talk, enrolment, name)


def recognise(talk: Talk, enrolment: Enrolment, decision: Decision) -> Move:
    """For the first time, or at a higher level."""
    name = "raise" if enrolment.stage == "recognised" else "recognise"
    return make(talk, enrolment, name, decision=decision)


def _done(talk: Talk, name: str, made: list[tuple[Enrolment, Move]]) -> Reply:
    titles = "; ".join(title(talk, enrolment) for enrolment, _ in made[:PAGE])
    more = f" và {len(made) - PAGE} mô hình nữa" if len(made) > PAGE else ""
    return talk.reply(
        "Đã “{label}” {n} mô hình: {titles}{more}. Cảm ơn {ac}.",
        Option("Hoàn tác tất cả", f"vdlui:{made[0][1].id}:ca"),
        MENU,
        label=MOVES[name].label, n=len(made), titles=titles, more=more,
    )  # fmt: skip
