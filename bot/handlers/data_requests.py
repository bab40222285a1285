"""Whose consent was taken back and whose data is to be erased: for administrators, with a term."""

from bot.conversation.messages import Option, Reply
from bot.domain.partial_dates import plain_date
from bot.domain.roles import Act
from bot.errors import Refused
from bot.handlers.people import due, may, open_tasks
from bot.handlers.registry import Part, Talk, action, adds_to
from storage import personal_data, tasks
from storage.tables.people import Member, Task

PAGE = 8
KINDS = {"erase": "Xóa hồ sơ", "withdraw": "Rút lại đồng ý"}
ERASE_ASK = (
    "{name} đề nghị xóa hồ sơ, hạn {day}. Xóa rồi không lấy lại được; phiếu đã gửi vẫn giữ, "
    "không còn tên người gửi."
)
WITHDRAW_ASK = (
    "{name} đã rút lại đồng ý, hạn {day}. Trợ lý đã thôi gửi tin và kết thúc vai trò. Xin {ac} bỏ "
    "tên người này khỏi danh sách giấy, tệp riêng nếu có, rồi bấm “Đã xử lý xong”."
)


def open_requests(talk: Talk, most: int = PAGE) -> list[Task]:
    """Of each kind, at most so many."""
    return [t for kind in KINDS for t in open_tasks(talk, kind, Act.PERSONAL_DATA, most)]


@adds_to("manage", 92)
def button(talk: Talk) -> Part | None:
    if not talk.can(Act.PERSONAL_DATA):
        return None
    count = len(open_requests(talk, 99))
    return Part(options=(Option(f"Việc về dữ liệu cá nhân ({count})", "ql:dulieu"),))


def data_requests(talk: Talk) -> Reply:
    found = open_requests(talk)
    if not found:
        return talk.reply("Không có việc nào về dữ liệu cá nhân ạ.")
    options = [Option(_line(talk, t), f"ql_dl:{t.id}") for t in found[:PAGE]]
    return talk.reply("Việc về dữ liệu cá nhân, có hạn theo luật:", *options)


def _line(talk: Talk, task: Task) -> str:
    name = talk.session.get_one(Member, task.member_id).name
    day = f" (hạn {plain_date(task.due_on)})" if task.due_on else ""
    return f"{KINDS[task.kind]}: {name}{day}"


def _request(talk: Talk, task_id: str, kind: str = "") -> Task:
    task = talk.session.get(Task, int(task_id))
    if task is None or task.kind not in KINDS or (kind and task.kind != kind):
        raise ValueError(task_id)
    if not may(talk, Act.PERSONAL_DATA, task.unit_id):
        raise Refused(talk.say("Việc này dành cho quản trị ạ."))
    if task.done_at:
        raise Refused(talk.say("Việc này đã xong rồi ạ."))
    return task


@action("ql_dl")
def look(talk: Talk, task_id: str) -> Reply:
    task = _request(talk, task_id)
    erase = task.kind == "erase"
    option = (
        Option("Xóa hồ sơ này", f"ql_xoa:{task.id}", "danger")
        if erase
        else Option("Đã xử lý xong", f"ql_xong:{task.id}", "primary")
    )
    name = talk.session.get_one(Member, task.member_id).name
    day = plain_date(task.due_on) if task.due_on else ""
    asked = talk.reply(ERASE_ASK if erase else WITHDRAW_ASK, option, name=name, day=day)
    return due(talk, asked, task.due_on)


@action("ql_xoa")
def erase(talk: Talk, task_id: str) -> Reply:
    task = _request(talk, task_id, "erase")
    if task.member_id == talk.person.member_id:
        raise Refused(talk.say("Hồ sơ của chính {ac} thì xin nhờ một quản trị khác xóa ạ."))
    tasks.finish(talk.session, task.id, "erased", talk.now, talk.person.member_id)
    personal_data.erase(talk.session, task.member_id, talk.now)
    talk.did("erase", "member", task.member_id)
    return talk.reply("Đã xóa hồ sơ. Cảm ơn {ac}.")


@action("ql_xong")
def withdrawal_done(talk: Talk, task_id: str) -> Reply:
    task = _request(talk, task_id, "withdraw")
    tasks.finish(talk.session, task.id, "done", talk.now, talk.person.member_id)
    talk.did("settle", "member", task.member_id)
    return talk.reply("Đã ghi là xử lý xong. Cảm ơn {ac}.")
