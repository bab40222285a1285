"""A thing that is due is handed on to a colleague, or help with it is asked for."""

import re

from bot.conversation.form import Answers, Form, Kind, Step
from bot.conversation.messages import Option, Reply
from bot.domain.roles import Act
from bot.domain.text import capital, cut
from bot.errors import Refused
from bot.handlers.people import ELSE, open_tasks, tell
from bot.handlers.registry import Part, Replies, Talk, action, adds_to, submits
from bot.handlers.reminded import TO_DO, mine
from bot.handlers.reminding import READS
from bot.handlers.reviewed import REVIEWS
from bot.handlers.seeing import who
from storage import deciding, members, picking, reminders, tasks
from storage.due_parts import WHATS
from storage.scope import Scope
from storage.tables.people import Member, Task
from storage.tables.records import Enrolment
from storage.tables.reminders import Reminder

PAGE, MOST = 8, 20
KIND = "help"
FAR = re.compile(r" \((?:còn|hôm nay|đã quá hạn)[^)]*\)")
OWN = frozenset(
    {"draft_left", "recommendation", "report_waiting", "digest", "briefing", "guidance"}
)
"""What only the person themself, or whoever has their right, can do."""
HIDDEN = Step("viec", Kind.CHOICE, "", "", hidden=True, required=False)
NAMED = Form(
    "nhten",
    "Giao việc",
    (
        HIDDEN,
        Step("ten", Kind.TEXT, "Người nhận", "Giao cho ai ạ? {Ac} gõ tên.",
             "Ví dụ: Nguyễn Thị Lan", least=1, most=60, personal=True),
    ),
    straight=True,
)  # fmt: skip
HELP = Form(
    "nhgiup",
    "Nhờ hỗ trợ",
    (
        HIDDEN,
        Step("can", Kind.TEXT, "Cần giúp", "{Ac} cần giúp gì ạ? {Ac} ghi vài chữ, hoặc bỏ qua.",
             "Ví dụ: chưa rõ cách tính số hộ", least=2, most=300, required=False),
    ),
    straight=True,
)  # fmt: skip
NOT_GIVEN = "Việc này {ac} tự làm giúp, không giao người khác được ạ."
NOBODY = "Chưa thấy ai nhận được việc này trong đơn vị ạ."
TAKEN = "{giver} nhờ {ac} làm: {what}."
HELPED = "{who} nhờ hỗ trợ việc: {what}.{said}"
HELP_DONE = "Việc này đã có người hỗ trợ rồi ạ. Cảm ơn {ac}."
NOT_YOURS = "Việc này nhờ đầu mối của đơn vị ấy ạ. {Ac} nhắn “việc cần làm” để xem việc của mình."


def about(talk: Talk, one: Reminder) -> str:
    """In a few words, for somebody else: not how far away it is today."""
    piece = READS[one.what](talk, [one]) if one.what in READS else None
    return cut(FAR.sub("", piece.short if piece else "") or WHATS[one.what].label, 150)


# -- handing on -----------------------------------------------------------------------------------


def _mine(talk: Talk, reminder_id: str | int) -> Reminder:
    one = mine(talk, reminder_id)
    if one.what in OWN:
        raise Refused(talk.say(NOT_GIVEN))
    return one


@action("nh_giao")
def choose(talk: Talk, reminder_id: str, skip: str = "0") -> Reply:
    return _choice(talk, _mine(talk, reminder_id), "", max(int(skip), 0))


@action("nh_ten")
def by_name(talk: Talk, reminder_id: str) -> Replies:
    talk.open(NAMED, {"viec": {"v": _mine(talk, reminder_id).id, "t": ""}})
    return None


@submits(NAMED)
def found(talk: Talk, answers: Answers, key: str) -> Reply:
    return _choice(talk, _mine(talk, answers["viec"]["v"]), answers["ten"]["v"], 0)


def _choice(talk: Talk, one: Reminder, typed: str, skip: int) -> Reply:
    rows = members.people_below(
        talk.session, [one.unit_id], talk.today, typed, most=PAGE + 1, skip=skip
    )
    options = [
        Option(
            f"{m.name} – {members.unit_name(talk.session, m.unit_id)}", f"nh:cho:{one.id}:{m.id}"
        )
        for m in rows[:PAGE]
        if _can_take(talk, one, m)
    ]
    text = "Giao cho ai ạ?" if options else NOBODY
    if len(rows) > PAGE and not typed:
        options.append(Option("Xem tiếp", f"nh:giao:{one.id}:{skip + PAGE}"))
    return talk.reply(text, *options, Option("Gõ tên", f"nh:ten:{one.id}"),
                      Option("Thôi, để nguyên", f"nh:{one.id}"))  # fmt: skip


def _can_take(talk: Talk, one: Reminder, member: Member) -> bool:
    """Of the unit; of a model, whoever may report on it, so that a narrowed one stays among those
    entitled."""
    if member.state != "active" or member.id == talk.member_id:
        return False
    if not members.within(talk.session, member.unit_id or 0, [one.unit_id], talk.today):
        return False
    if one.what not in REVIEWS:
        return True
    enrolment = talk.session.get_one(Enrolment, one.subject_id)
    scope = Scope.of(member.id, members.grants_of(talk.session, member.id, talk.now))
    may = picking.one(talk.session, scope, member.id, enrolment.initiative_id)
    return may is not None


@action("nh_cho")
def give(talk: Talk, reminder_id: str, member_id: str) -> Reply:
    one = _mine(talk, reminder_id)
    taker = talk.session.get(Member, int(member_id))
    if taker is None or not _can_take(talk, one, taker):
        raise Refused(talk.say("Người nhận cần là người trong đơn vị, làm được việc này ạ."))
    what, giver = about(talk, one), who(talk, talk.member_id)
    reminders.hand_on(talk.session, one, taker.id, talk.now)
    talk.did("hand_on", "reminder", one.id, to=taker.id)
    said = {"giver": capital(giver), "what": what}
    tell(talk, taker.id, f"handed_on:{one.id}:{taker.id}", TAKEN, TO_DO, **said)
    text = "Đã giao {taker} việc: {what}. Cảm ơn {ac}."
    return talk.reply(text, ELSE, taker=who(talk, taker.id), what=what)


# -- asking for help ------------------------------------------------------------------------------


@action("nh_giup")
def ask(talk: Talk, reminder_id: str) -> Replies:
    talk.open(HELP, {"viec": {"v": mine(talk, reminder_id).id, "t": ""}})
    return None


@submits(HELP)
def help_asked(talk: Talk, answers: Answers, key: str) -> Reply:
    one = mine(talk, answers["viec"]["v"])
    text = answers["can"]["v"] if "can" in answers else ""
    task = tasks.add(talk.session, KIND, one.unit_id, talk.member_id, talk.now)
    task.details = {"reminder": one.id, "what": about(talk, one), "text": text}
    talk.did("ask_help", "reminder", one.id, task=task.id)
    helpers = deciding.deciders(talk.session, one.unit_id, talk.now, talk.member_id)
    for member_id in helpers:
        look = Option("Xem", f"hg:{task.id}", "primary")
        tell(talk, member_id, f"help:{task.id}", HELPED, look, **_said(talk, task))
    names = next(iter(helpers.values()), "đầu mối của đơn vị")
    return talk.reply("Trợ lý đã nhờ {names}. Cảm ơn {ac} đã cho biết.", ELSE, names=names)


def _said(talk: Talk, task: Task) -> dict[str, str]:
    name, text = who(talk, task.member_id), task.details["text"]
    said = f" Cần giúp: “{text}”." if text else ""
    return {"who": capital(name), "what": task.details["what"], "said": said}


def _asked_of_me(talk: Talk) -> list[Task]:
    return [t for t in open_tasks(talk, KIND, Act.REVIEW, MOST) if _helps(talk, t)]


def _helps(talk: Talk, task: Task) -> bool:
    asked = deciding.deciders(talk.session, task.unit_id, talk.now, task.member_id)
    return talk.person.member_id in asked


@adds_to("tasks", 14)
def among_tasks(talk: Talk) -> Part | None:
    options = [
        Option(f"{who(talk, t.member_id)} nhờ hỗ trợ: {cut(t.details['what'], 50)}", f"hg:{t.id}")
        for t in _asked_of_me(talk)[:PAGE]
    ]
    return Part(options=tuple(options)) if options else None


@action("hg")
def look(talk: Talk, task_id: str, done: str = "") -> Reply:
    task = talk.session.get(Task, int(task_id))
    if task is None or task.kind != KIND:
        raise ValueError(task_id)
    if not _helps(talk, task):
        raise Refused(talk.say(NOT_YOURS))
    if task.done_at is not None:
        return talk.reply(HELP_DONE, TO_DO)
    if done == "xong" and tasks.finish(talk.session, task.id, "helped", talk.now, talk.member_id):
        talk.did("settle", "task", task.id)
        tell(talk, task.member_id, f"helped:{task.id}",
             "{who} đã xem việc {ac} nhờ hỗ trợ: {what}. {Ac} nhắn “việc cần làm” để làm tiếp ạ.",
             TO_DO, who=capital(who(talk, talk.member_id)), what=task.details["what"])  # fmt: skip
        return talk.reply("Đã ghi là hỗ trợ rồi. Cảm ơn {ac}.", ELSE)
    done_already = Option("Đã hỗ trợ", f"hg:{task.id}:xong", "primary")
    return talk.reply(HELPED, done_already, ELSE, **_said(talk, task))
