"""The menu, the help, and what to do with a cancel outside any form."""

from collections.abc import Sequence
from functools import lru_cache

from bot.conversation.messages import Option, Reply
from bot.domain.roles import Grant, Role
from bot.handlers.people import MENU
from bot.handlers.registry import COMMANDS, Command, Person, Talk, command

HELP = """Trợ lý giúp {ac} báo cáo mô hình “Dân vận khéo” ngay tại đây.
• Trả lời bằng số (1, 2, 3…) hoặc bằng chữ, có dấu hay không dấu đều được.
• Đang ghi phiếu: “quay lại” về câu trước, “bỏ qua” câu không bắt buộc, “xem lại” cả phiếu,
  “để sau” để cất, “hủy” để bỏ.
• Phiếu cất rồi không mất: nhắn “làm tiếp”.
• Xem phiếu đã gửi: nhắn “đã gửi”, hoặc gõ mã phiếu.
• Gửi thẳng ảnh hay bài viết cho Trợ lý cũng được, Trợ lý sẽ hỏi dùng vào việc gì."""


def offered(talk: Talk) -> list[Command]:
    """The commands of the menu this person may use, in its order."""
    return _usable(talk.person.grants)


def _usable(grants: Sequence[Grant]) -> list[Command]:
    mine = [c for c in COMMANDS.values() if c.menu and c.usable(grants)]
    return sorted(mine, key=lambda c: (c.menu, c.name))


def commands(person: Person) -> tuple[tuple[str, str], ...]:
    """Name and label of what this person may use, for platforms that show such a list."""
    if person.member_id is None:
        return _named("start", "trogiup")
    return _of_roles(frozenset(grant.role for grant in person.grants))


@lru_cache
def _of_roles(roles: frozenset[Role]) -> tuple[tuple[str, str], ...]:
    """Asked with each message: what is in the list depends on no unit."""
    return _named(*(command.name for command in _usable([Grant(role, 0) for role in roles])), "huy")


def _named(*names: str) -> tuple[tuple[str, str], ...]:
    return tuple((name, COMMANDS[name].label) for name in names)


@command("menu", "Menu", words=("menu", "bat dau lai"))
def menu(talk: Talk, argument: str) -> Reply:
    options = [Option(c.label, f"cmd:{c.name}") for c in offered(talk)]
    return talk.reply("{Ac} cần Trợ lý giúp việc gì ạ?", *options)


@command("trogiup", "Trợ giúp", menu=99, before_joining=True, words=("tro giup", "giup"))
def help_(talk: Talk, argument: str) -> Reply:
    contact = talk.organisation.contact
    tail = f"\nCần người giúp, xin liên hệ {contact}." if contact else ""
    joined = talk.person.member_id is not None
    options = (MENU,) if joined else (Option("Bắt đầu", "cmd:start"),)
    return talk.reply(HELP + tail, *(options if talk.person.draft_id is None else ()))


@command("huy", "Hủy", words=("huy", "huy bo", "thoi"))
def cancel(talk: Talk, argument: str) -> Reply:
    """Outside a form there is nothing to cancel; inside, the form itself knows the word."""
    return talk.reply("Hiện không có phiếu nào đang ghi để hủy ạ.", MENU)
