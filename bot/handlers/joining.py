"""Asking to be let in, and the one tap that decides about it."""

from bot.conversation.form import Answers, Form, Kind, Step
from bot.conversation.messages import Option, Reply
from bot.domain.roles import Act
from bot.handlers.people import local_day, may, now_is, own_member, tell
from bot.handlers.registry import Replies, Talk, action, submits
from storage import deciding, joining, members
from storage.joining import Decision
from storage.tables.people import Member, Task

CHOOSE_AGAIN = Option("Chọn lại đơn vị", "hs:donvi")
OUTCOMES = {
    "accepted": "đã được đồng ý",
    "refused": "đã được trả lời là không phải người đơn vị",
    "replaced": "không còn nữa: người ấy đã chọn đơn vị khác",
    "withdrawn": "không còn nữa: người ấy đã rút lại",
    "erased": "không còn nữa: hồ sơ đã xóa",
    "invited": "đã xong: người ấy vào bằng thư mời",
    "settled": "đã xong",
}

REASON = Form(
    "lydo",
    "Nhắn lý do",
    (
        Step("viec", Kind.TEXT, "Việc", "", hidden=True),
        Step(
            "loi",
            Kind.TEXT,
            "Lời nhắn",
            "{Ac} nhắn gì cho người ấy ạ?",
            help="Ví dụ: Bác ở thôn Nhân Hoà, xin chọn xã Tân Lâm Hương.",
            least=2,
            most=300,
        ),
    ),
    straight=True,
)


def ask(talk: Talk, member: Member, unit_id: int) -> bool:
    """Ask the unit to take the member in; False when there is nobody who could decide."""
    return announce(talk, joining.ask(talk.session, member, unit_id, talk.now))


def announce(talk: Talk, task: Task) -> bool:
    """Tell those who decide. One who may decide about the unit themself is not made to wait."""
    member = talk.session.get_one(Member, task.member_id)
    if may(talk, Act.APPROVE_MEMBERS, task.unit_id) and member.id == talk.person.member_id:
        joining.settle(talk.session, member, task.unit_id, talk.now, member.id)
        now_is(talk, member)
        return True
    who = deciding.approvers_for(talk.session, task.unit_id, talk.now, member.id)
    for approver in who:
        tell(
            talk,
            approver,
            f"join:{task.id}",
            "{name} xin vào {unit}. {Ac} có biết người này không ạ?",
            *decisions(task.id),
            name=member.name,
            unit=members.unit_name(talk.session, task.unit_id),
        )
    return bool(who)


def decisions(task_id: int) -> tuple[Option, Option]:
    return (
        Option("Đồng ý cho vào", f"duyet:{task_id}:co", "primary"),
        Option("Không phải người đơn vị", f"duyet:{task_id}:khong"),
    )


def waiting_line(talk: Talk, unit_id: int) -> str:
    """What somebody is told who has just asked."""
    unit = members.unit_name(talk.session, unit_id)
    who = deciding.approvers_for(talk.session, unit_id, talk.now, talk.person.member_id)
    names = ", ".join(talk.session.get_one(Member, one).name for one in who[:2])
    return f"{names} ({unit})" if names else f"người phụ trách {unit}"


@action("duyet")
def decide(talk: Talk, task_id: str, answer: str) -> Replies:
    if answer == "lydo":
        _give_reason(talk, int(task_id))
        return None
    yes = {"co": True, "khong": False}[answer] if answer in ("co", "khong") else None
    own = talk.person.member_id
    if yes is None or own is None:
        raise ValueError(answer)
    decision = joining.decide(talk.session, int(task_id), own, yes, talk.now, talk.today)
    if decision is None:
        raise ValueError(task_id)
    return _answer(talk, decision, yes)


def _answer(talk: Talk, decision: Decision, yes: bool) -> Reply:
    if not decision.allowed:
        return talk.reply("Việc này nay do người khác phụ trách, nên Trợ lý không đổi gì ạ.")
    name = talk.session.get_one(Member, decision.task.member_id).name
    if not decision.first:
        return _was_decided(talk, decision.task, name)
    talk.did("let_in" if yes else "keep_out", "member", decision.task.member_id)
    return (_let_in if yes else _kept_out)(talk, decision.task, name)


def _was_decided(talk: Talk, task: Task, name: str) -> Reply:
    by = talk.session.get(Member, task.done_by) if task.done_by else None
    if by is None or task.done_at is None:
        text = "Việc của {name} {outcome}."
    elif by.id == talk.person.member_id:
        text = "Việc của {name} {outcome} ({ac}, ngày {day})."
    else:
        text = "Việc của {name} {outcome} ({who}, ngày {day})."
    return talk.reply(
        text,
        name=name,
        outcome=OUTCOMES.get(task.outcome, "đã xong"),
        who=by.name if by else "",
        day=local_day(talk, task.done_at) if task.done_at else "",
    )


def _let_in(talk: Talk, task: Task, name: str) -> Reply:
    unit = members.unit_name(talk.session, task.unit_id)
    welcome = "{unit} đã đồng ý. Từ nay {ac} là hội viên. Cảm ơn {ac}!"
    tell(talk, task.member_id, f"joined:{task.id}", welcome, unit=unit)
    return talk.reply("{name} đã vào {unit}. Cảm ơn {ac}.", name=name, unit=unit)


def _kept_out(talk: Talk, task: Task, name: str) -> Reply:
    unit = members.unit_name(talk.session, task.unit_id)
    sorry = (
        "{unit} chưa nhận ra {ac}. Có thể {ac} chọn nhầm đơn vị; {ac} chọn lại giúp ạ. "
        "Phiếu {ac} đã ghi vẫn còn nguyên."
    )
    tell(talk, task.member_id, f"refused:{task.id}", sorry, CHOOSE_AGAIN, unit=unit)
    reason = Option("Nhắn lý do", f"duyet:{task.id}:lydo")
    return talk.reply("Trợ lý đã báo lại cho {name}. Cảm ơn {ac}.", reason, name=name)


def _give_reason(talk: Talk, task_id: int) -> None:
    _own_refusal(talk, task_id)
    talk.open(REASON, {"viec": {"v": str(task_id), "t": ""}})


def _own_refusal(talk: Talk, task_id: int) -> Task:
    """Only who refused may write to the joiner about it."""
    task = talk.session.get(Task, task_id)
    if task is None or task.outcome != "refused" or task.done_by != talk.person.member_id:
        raise ValueError(task_id)
    return task


@submits(REASON)
def send_reason(talk: Talk, answers: Answers, key: str) -> Reply:
    task = _own_refusal(talk, int(answers["viec"]["v"]))
    line = "{unit} nhắn: “{reason}”"
    unit = members.unit_name(talk.session, task.unit_id)
    reason = answers["loi"]["v"]
    tell(talk, task.member_id, key, line, CHOOSE_AGAIN, unit=unit, reason=reason)
    return talk.reply("Trợ lý đã chuyển lời. Cảm ơn {ac}.")


def move(talk: Talk, unit_id: int) -> Reply:
    """The speaker wishes to belong to another unit: the new one is asked."""
    member = own_member(talk)
    unit = members.unit_name(talk.session, unit_id)
    if member.state == "active" and member.unit_id == unit_id:
        return talk.reply("{Ac} đang ở {unit} rồi ạ.", unit=unit)
    ask(talk, member, unit_id)
    now_is(talk, member)
    if member.state == "active" and member.unit_id == unit_id:
        return talk.reply("Đã đổi đơn vị của {ac} thành {unit}.", unit=unit)
    who = waiting_line(talk, unit_id)
    return talk.reply("Trợ lý đã gửi lời xin vào {unit}. {who} sẽ xem.", unit=unit, who=who)
