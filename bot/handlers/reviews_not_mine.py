"""“Tôi không phụ trách”: it goes to the focal person, who gives the model to somebody."""

from bot.conversation.form import Answers, Form, Kind, Step
from bot.conversation.messages import Option, Reply
from bot.domain.roles import Act
from bot.domain.text import capital, cut
from bot.errors import Refused
from bot.handlers import lifecycle, rights
from bot.handlers.people import ELSE, open_tasks, tell
from bot.handlers.registry import Part, Replies, Talk, action, adds_to, submits
from bot.handlers.reviewed import answerable, respond
from bot.handlers.seeing import who
from storage import deciding, looking_after, members, reminders, tasks
from storage.tables.people import Member, Task
from storage.tables.records import Enrolment
from storage.tables.reminders import Reminder

PAGE, MOST = 8, 20
KIND = "not_mine"
HIDDEN = Step("viec", Kind.CHOICE, "", "", hidden=True, required=False)
WHO = Form(
    "rsai",
    "Ai phụ trách",
    (
        HIDDEN,
        Step("ai", Kind.TEXT, "Người phụ trách",
             "Nay ai phụ trách mô hình này ạ? {Ac} gõ tên nếu biết, hoặc bỏ qua.",
             "Ví dụ: anh Hùng, chi hội trưởng", least=2, most=100, required=False, personal=True),
    ),
    straight=True,
)  # fmt: skip
NAMED = Form(
    "rsgiao",
    "Giao mô hình",
    (
        HIDDEN,
        Step("ten", Kind.TEXT, "Người nhận", "Giao cho ai ạ? {Ac} gõ tên.",
             "Ví dụ: Nguyễn Thị Lan", least=1, most=60, personal=True),
    ),
    straight=True,
)  # fmt: skip
ASKED = "{who} cho biết không phụ trách mô hình {title}.{said} {Ac} giao giúp ạ."
NOT_TO_GIVE = "Giao mô hình cho ai là việc của đầu mối, quản trị của đơn vị ấy ạ."
GIVEN_ALREADY = "Mô hình này đã được giao rồi ạ. Cảm ơn {ac}."
TAKEN = "{giver} giao {ac} phụ trách mô hình {title}. Đến kỳ rà soát, Trợ lý sẽ hỏi {ac} ạ."
THANKED = "Mô hình {title} nay do {taker} phụ trách. Cảm ơn {ac} đã báo."


@action("rsk")
def begin(talk: Talk, reminder_id: str) -> Replies:
    one, enrolment = answerable(talk, reminder_id)
    talk.open(WHO, {"viec": {"v": one.id, "t": ""}})
    title = lifecycle.title(talk, enrolment)
    return talk.reply("{Ac} không phụ trách: {title}.", title=title)


@submits(WHO)
def not_mine(talk: Talk, answers: Answers, key: str) -> Reply:
    """Later stages of it are no longer theirs, but the focal person's."""
    one, enrolment = answerable(talk, answers["viec"]["v"])
    said = answers["ai"]["v"] if "ai" in answers else ""
    respond(talk, enrolment, "not_mine", said)
    focal = deciding.deciders(talk.session, enrolment.registrant_id, talk.now, talk.member_id)
    one.state, one.settled_at = "handed", talk.now
    one.handed_to = next(iter(focal), None)
    task = tasks.add(talk.session, KIND, enrolment.registrant_id, talk.member_id, talk.now)
    task.details = {"enrolment": enrolment.id, "reminder": one.id, "text": said}
    give = Option("Giao cho…", f"pt:{task.id}", "primary")
    for member_id in focal:
        tell(talk, member_id, f"not_mine:{task.id}", ASKED, give, **_about(talk, task))
    names = next(iter(focal.values()), "đầu mối của đơn vị")
    return talk.reply("Trợ lý đã báo {names}. Cảm ơn {ac}.", ELSE, names=names)


def _about(talk: Talk, task: Task) -> dict[str, str]:
    name, said = who(talk, task.member_id), task.details["text"]
    return {
        "who": capital(name),
        "title": lifecycle.title(talk, _enrolment(talk, task)),
        "said": f" Theo lời ấy, nay do “{said}” phụ trách." if said else "",
    }


def _enrolment(talk: Talk, task: Task) -> Enrolment:
    return talk.session.get_one(Enrolment, task.details["enrolment"])


# -- the focal person -----------------------------------------------------------------------------


@adds_to("tasks", 12)
def among_tasks(talk: Talk) -> Part | None:
    found = [t for t in open_tasks(talk, KIND, Act.HAND_OVER, MOST) if _may(talk, t)][:PAGE]
    options = [
        Option(f"Giao người phụ trách: {cut(lifecycle.title(talk, _enrolment(talk, t)), 70)}",
               f"pt:{t.id}")
        for t in found
    ]  # fmt: skip
    return Part(options=tuple(options)) if options else None


def _may(talk: Talk, task: Task) -> bool:
    return rights.may(talk, Act.HAND_OVER, _enrolment(talk, task))


def _task(talk: Talk, task_id: str | int) -> Task:
    task = talk.session.get(Task, int(task_id))
    if task is None or task.kind != KIND:
        raise ValueError(task_id)
    if not _may(talk, task):
        raise Refused(talk.say(NOT_TO_GIVE))
    if task.done_at is not None:
        raise Refused(talk.say(GIVEN_ALREADY))
    return task


@action("pt")
def choose(talk: Talk, task_id: str, skip: str = "0") -> Reply:
    task = _task(talk, task_id)
    return _choice(talk, task, "", max(int(skip), 0))


@action("ptten")
def by_name(talk: Talk, task_id: str) -> Replies:
    talk.open(NAMED, {"viec": {"v": _task(talk, task_id).id, "t": ""}})
    return None


@submits(NAMED)
def found(talk: Talk, answers: Answers, key: str) -> Reply:
    return _choice(talk, _task(talk, answers["viec"]["v"]), answers["ten"]["v"], 0)


def _choice(talk: Talk, task: Task, typed: str, skip: int) -> Reply:
    rows = members.people_below(
        talk.session, [task.unit_id], talk.today, typed, most=PAGE + 1, skip=skip
    )
    ready = [m for m in rows[:PAGE] if m.state == "active" and m.id != task.member_id]
    options = [
        Option(
            f"{m.name} – {members.unit_name(talk.session, m.unit_id)}", f"ptcho:{task.id}:{m.id}"
        )
        for m in ready
    ]
    if len(rows) > PAGE and not typed:
        options.append(Option("Xem tiếp", f"pt:{task.id}:{skip + PAGE}"))
    options.append(Option("Gõ tên", f"ptten:{task.id}"))
    options.append(lifecycle.see(_enrolment(talk, task)))
    none = "" if ready else "\nChưa thấy ai như vậy trong đơn vị ạ."
    text = "{who} cho biết không phụ trách mô hình {title}.{said}" + none + "\nGiao cho ai ạ?"
    return talk.reply(text, *options, **_about(talk, task))


@action("ptcho")
def give(talk: Talk, task_id: str, member_id: str) -> Reply:
    """It is theirs from now on: what waits of it, and what comes."""
    task = _task(talk, task_id)
    taker, enrolment = talk.session.get(Member, int(member_id)), _enrolment(talk, task)
    if taker is None or not _belongs(talk, taker, task.unit_id) or taker.id == task.member_id:
        raise Refused(talk.say("Người nhận cần là người khác trong đơn vị, đang hoạt động ạ."))
    if not tasks.finish(talk.session, task.id, "given", talk.now, talk.member_id):
        raise Refused(talk.say(GIVEN_ALREADY))
    looking_after.give(talk.session, enrolment.initiative_id, task.member_id, taker.id, talk.now)
    if one := talk.session.get(Reminder, task.details["reminder"]):
        reminders.hand_on(talk.session, one, taker.id, talk.now)
    talk.did("hand_over", "enrolment", enrolment.id, to=taker.id, task=task.id)
    said = {"title": lifecycle.title(talk, enrolment), "taker": who(talk, taker.id)}
    giver = who(talk, talk.member_id)
    said["giver"] = capital(giver)
    if taker.id != talk.member_id:
        tell(talk, taker.id, f"given:{task.id}", TAKEN, lifecycle.see(enrolment), **said)
    tell(talk, task.member_id, f"given:{task.id}", THANKED, **said)
    return talk.reply("Đã giao {title} cho {taker}. Cảm ơn {ac}.", ELSE, **said)


def _belongs(talk: Talk, member: Member, unit_id: int) -> bool:
    inside = members.within(talk.session, member.unit_id or 0, [unit_id], talk.today)
    return member.state == "active" and (inside or member.id == talk.member_id)
