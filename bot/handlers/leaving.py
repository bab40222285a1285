"""Taking consent back, and asking for deletion: each confirmed, each a task with a due date."""

from bot.conversation.messages import Option, Reply
from bot.domain.partial_dates import plain_date
from bot.handlers.people import due, own_member, tell
from bot.handlers.registry import Replies, Talk, action
from storage import deciding, personal_data
from storage.tables.people import Member, Task

WITHDRAW = (
    "Rút lại đồng ý thì {ac} thôi nhận tin và các vai trò của {ac} kết thúc; phiếu đã gửi vẫn "
    "được giữ. Khi muốn trở lại, {ac} nhắn “bắt đầu”. {Ac} chắc chứ ạ?"
)
ERASE = (
    "Khi xóa, tên, số điện thoại, tài khoản, phiếu nháp và ảnh chưa dùng của {ac} mất hẳn; phiếu "
    "đã gửi được giữ nhưng không còn tên {ac}. Tin trong máy của {ac} thì {ac} tự xóa. "
    "{Ac} đề nghị xóa chứ ạ?"
)
WITHDRAWN = (
    "Đã rút lại đồng ý theo ý {ac}. Từ nay Trợ lý không gửi tin nữa; phần việc còn lại xong trước "
    "ngày {day}. Khi cần, {ac} nhắn “bắt đầu”."
)
ASKED = (
    "Trợ lý đã ghi đề nghị của {ac}. Quản trị sẽ xóa chậm nhất ngày {day}; xóa xong, tài khoản này "
    "không nhận thêm tin nào nữa. Trong lúc chờ {ac} vẫn dùng được như thường."
)


ERASE_TOO = Option("Đề nghị xóa hồ sơ", "cmd:start:xoa")
"""For who has taken consent back: to be erased, nobody need give it again."""


@action("roi")
def leave(talk: Talk, what: str) -> Replies:
    steps = {"rut": _ask_withdraw, "xoa": _ask_erase, "rut_co": withdraw, "xoa_co": ask_to_erase}
    return steps[what](talk) if what in steps else _stay(talk)


def _ask_withdraw(talk: Talk) -> Reply:
    return talk.reply(WITHDRAW, Option("Rút lại đồng ý", "roi:rut_co", "danger"), STAY)


def _ask_erase(talk: Talk) -> Reply:
    return talk.reply(ERASE, Option("Đề nghị xóa", "roi:xoa_co", "danger"), STAY)


STAY = Option("Không, giữ như cũ", "roi:thoi")


def _stay(talk: Talk) -> Reply:
    return talk.reply("Vâng, mọi thứ giữ như cũ ạ.")


def withdraw(talk: Talk) -> Reply:
    member = own_member(talk)
    task = personal_data.withdraw(
        talk.session, member, talk.organisation.root_id, talk.now, talk.today
    )
    talk.did("withdraw_consent", "member", member.id)
    _tell_admins(talk, task, member, "{name} đã rút lại đồng ý. Xin xử lý trước ngày {day}.")
    person = talk.person
    person.state, person.grants, person.draft_id = member.state, (), None
    return due(talk, talk.reply(WITHDRAWN, ERASE_TOO, day=_day(task)), task.due_on)


def ask_to_erase(talk: Talk) -> Reply:
    member = own_member(talk)
    task = personal_data.ask_to_erase(
        talk.session, member, talk.organisation.root_id, talk.now, talk.today
    )
    talk.did("ask_to_erase", "member", member.id)
    _tell_admins(talk, task, member, "{name} đề nghị xóa hồ sơ. Xin xóa trước ngày {day}.")
    return due(talk, talk.reply(ASKED, day=_day(task)), task.due_on)


def _day(task: Task) -> str:
    return plain_date(task.due_on) if task.due_on else ""


def _tell_admins(talk: Talk, task: Task, member: Member, template: str) -> None:
    root = talk.organisation.root_id
    for admin in deciding.admins_of(talk.session, root, talk.now):
        see = Option("Xem việc này", f"ql_dl:{task.id}")
        if admin != member.id:
            key = f"{task.kind}:{task.id}"
            tell(talk, admin, key, template, see, name=member.name, day=_day(task))
