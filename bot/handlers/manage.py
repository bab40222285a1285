"""Quản lý: what there is to do, in groups; who waits, who belongs, which invitations are out."""

from itertools import groupby

from bot.conversation.messages import Option, Reply
from bot.domain.keywords import match_choice
from bot.domain.numbers import parse_count
from bot.domain.roles import ROLE_LABELS, Act, Role
from bot.errors import Refused
from bot.handlers.data_requests import data_requests
from bot.handlers.inviting import INVITE, MEETING, access_again
from bot.handlers.joining import decisions
from bot.handlers.people import (
    MENU,
    grants_in_words,
    local_day,
    may,
    open_tasks,
    role_over,
    tell,
    units_where,
)
from bot.handlers.registry import (
    ACTIONS,
    COMMANDS,
    Part,
    Replies,
    Talk,
    action,
    adds_to,
    catches,
    command,
    parts,
    placed,
)
from storage import invitations, members
from storage.tables.people import Invitation, Member, Task
from storage.tables.people import Role as RoleRow

PAGE = 8
FLAT = 6
"""So many buttons or fewer stand on the first page as they are."""
GROUPS = (
    (10, "Người và thư mời"),
    (20, "Công nhận, khen thưởng, nhân rộng"),
    (35, "Kiểm tra"),
    (50, "Nhắc việc"),
    (60, "Chỉ tiêu"),
    (70, "Hỗ trợ mô hình"),
    (90, "Sổ theo dõi"),
)
"""What `adds_to("manage", order)` belongs to, by the order from which each begins."""
BACK = Option("Việc quản lý khác", "cmd:quanly")
MOST = 99
"""A number up to this counts the buttons that are shown."""
MANAGES = (
    Act.APPROVE_MEMBERS, Act.PROPOSE, Act.STOP, Act.RECOGNISE, Act.PLAN_INSPECTIONS, Act.FOLLOW_UP,
    Act.GUIDE, Act.SUPPORT, Act.STATISTICS, Act.SET_TARGETS, Act.HAND_OVER, Act.AUDIT,
)  # fmt: skip
"""Rights that bring buttons here; each button asks for its own."""
NOT_YOURS = "Người này không thuộc đơn vị {ac} phụ trách ạ."
LAST_ADMIN = "{name} là quản trị cuối cùng; xin {ac} mời quản trị khác trước ạ."
ENDED = "Vai trò {role} của {ac} đã kết thúc. Cảm ơn {ac}."


@command("quanly", "Quản lý", act=MANAGES, words=("quan ly",), menu=8)
def manage(talk: Talk, argument: str = "") -> Replies:
    """With words: what stands on a button, else the people called so. One word is a name."""
    if " " in argument and (button := _meant(talk, argument)):
        return _do(talk, button)
    if argument and talk.can(Act.APPROVE_MEMBERS):
        return people(talk, argument)
    groups = _groups(talk)
    every = [option for options in groups.values() for option in options]
    if not every:
        return talk.reply("Hiện chưa có việc quản lý nào của {ac} ạ.", MENU)
    few = len(every) <= FLAT
    options = every if few else [_entry(first, o) for first, o in groups.items()]
    return talk.reply("{Ac} cần quản lý việc gì ạ?", *options)


def _groups(talk: Talk) -> dict[int, list[Option]]:
    """The buttons of this person, by where their group begins."""
    found = groupby(placed("manage", talk), key=lambda one: _first(one[0]))
    return {first: [o for _, part in rows for o in part.options] for first, rows in found}


def _first(order: int) -> int:
    return max(first for first, _ in GROUPS if first <= order)


def _entry(first: int, options: list[Option]) -> Option:
    """A group of one needs no page of its own."""
    return options[0] if len(options) == 1 else Option(dict(GROUPS)[first], f"qln:{first}")


@action("qln")
def group(talk: Talk, first: str) -> Replies:
    """What was typed may be the words of a button as well: then that is meant."""
    name = dict(GROUPS)[int(first)]
    options = _groups(talk).get(int(first), [])
    if (button := _meant(talk, talk.said.text)) in options:
        return _do(talk, button)
    text = "{name}: {ac} cần việc gì ạ?" if options else "{name}: hiện chưa có việc nào của {ac} ạ."
    return talk.reply(text, *options, BACK, name=name)


@catches(60)
def by_words(talk: Talk) -> Replies:
    """On these pages the words of every button count, whichever page it is on."""
    shown = (o.data == BACK.data or o.data.startswith("qln:") for o in talk.person.offered)
    button = _meant(talk, talk.said.text) if any(shown) else None
    return _do(talk, button) if button else None


def _meant(talk: Talk, text: str) -> Option | None:
    if not text or parse_count(text, MOST) is not None:
        return None
    every = [option for part in parts("manage", talk) for option in part.options]
    hits = match_choice(text, [option.label for option in every])
    return every[hits[0]] if len(hits) == 1 else None


def _do(talk: Talk, button: Option) -> Replies:
    name, *arguments = button.data.split(":")
    if name == "cmd":
        return COMMANDS[arguments[0]].run(talk, ":".join(arguments[1:]))
    return ACTIONS[name](talk, *arguments)


@adds_to("manage", 10)
def about_people(talk: Talk) -> Part | None:
    if not talk.can(Act.APPROVE_MEMBERS):
        return None
    waits = len(open_tasks(talk, "join", Act.APPROVE_MEMBERS, 99))
    return Part(
        options=(
            Option(f"Người chờ vào ({waits})", "ql:cho"),
            Option("Mời một người", "ql:moi"),
            Option("Mã cho cuộc họp", "ql:hop"),
            Option("Hội viên", "ql:nguoi"),
            Option("Thư mời còn hạn", "ql:thu"),
        )
    )


@action("ql")
def pick(talk: Talk, what: str, rest: str = "") -> Replies:
    if not talk.can(Act.APPROVE_MEMBERS):
        raise Refused(talk.say("Mục này dành cho đầu mối và quản trị ạ."))
    if what in ("moi", "hop"):
        talk.open(INVITE if what == "moi" else MEETING)
        return None
    if what == "nguoi":
        return people(talk, "", int(rest or 0))
    lists = {"cho": joiners, "thu": open_invitations, "dulieu": data_requests}
    if what not in lists:
        raise ValueError(what)
    return lists[what](talk)


# -- joiners ------------------------------------------------------------------------------


def joiners(talk: Talk) -> Replies:
    found = open_tasks(talk, "join", Act.APPROVE_MEMBERS)
    if not found:
        return talk.reply("Chưa có ai chờ vào ạ.")
    options = [Option(_joiner(talk, t), f"ql_cho:{t.id}") for t in found]
    return talk.reply("Những người chờ vào. {Ac} chọn một người ạ:", *options)


def _joiner(talk: Talk, task: Task) -> str:
    name = talk.session.get_one(Member, task.member_id).name
    return f"{name} – {members.unit_name(talk.session, task.unit_id)}"


@action("ql_cho")
def joiner(talk: Talk, task_id: str) -> Reply:
    task = talk.session.get(Task, int(task_id))
    if task is None or not may(talk, Act.APPROVE_MEMBERS, task.unit_id):
        raise ValueError(task_id)
    who = _joiner(talk, task)
    day = local_day(talk, task.created_at)
    return talk.reply("{who}, xin vào ngày {day}.", *decisions(task.id), who=who, day=day)


# -- members --------------------------------------------------------------------------------


def people(talk: Talk, typed: str, skip: int = 0) -> Reply:
    own = units_where(talk, Act.APPROVE_MEMBERS)
    found = members.people_below(
        talk.session, own, talk.today, typed, most=PAGE + 1, skip=max(skip, 0)
    )
    if not found:
        return talk.reply("Chưa thấy ai như vậy trong đơn vị {ac} phụ trách ạ.")
    options = [Option(_person(talk, m), f"ql_nguoi:{m.id}") for m in found[:PAGE]]
    if len(found) > PAGE and not typed:
        options.append(Option("Xem tiếp", f"ql:nguoi:{skip + PAGE}"))
    ask = "{Ac} chọn một người; hoặc gõ “quản lý” kèm tên, ví dụ: quản lý Lan"
    return talk.reply(ask, *options)


def _person(talk: Talk, member: Member) -> str:
    waits = " (đang chờ)" if member.state == "pending" else ""
    return f"{member.name} – {members.unit_name(talk.session, member.unit_id)}{waits}"


def _own_person(talk: Talk, member_id: str | int) -> Member:
    member = talk.session.get(Member, int(member_id))
    if member is None or not may(talk, Act.APPROVE_MEMBERS, member.unit_id):
        raise Refused(talk.say(NOT_YOURS))
    return member


@action("ql_nguoi")
def person(talk: Talk, member_id: str) -> Reply:
    member = _own_person(talk, member_id)
    rows = members.roles_of(talk.session, member.id, talk.now)
    grants = members.grants_of(talk.session, member.id, talk.now)
    options = [Option("Cấp mã vào lại", f"ql_ma:{member.id}")]
    options += [
        Option(f"Thôi {role_over(talk, row.role, row.unit_id)}", f"ql_thoi:{row.id}", "danger")
        for row in rows
        if _may_end(talk, row)
    ]
    options += [option for part in parts("person", talk, member) for option in part.options]
    line = "{who}\nVai trò: {roles}"
    roles = grants_in_words(talk, grants) or "chưa có"
    return talk.reply(line, *options, who=_person(talk, member), roles=roles)


@action("ql_ma")
def give_access(talk: Talk, member_id: str) -> Replies:
    return access_again(talk, _own_person(talk, member_id))


def _may_end(talk: Talk, row: RoleRow) -> bool:
    own = talk.person.member_id
    right = (row.role, row.unit_id, talk.now, talk.today)
    return own is not None and members.may_give_here(talk.session, own, *right)


@action("ql_thoi")
def end_role(talk: Talk, role_id: str, sure: str = "") -> Reply:
    row = talk.session.get(RoleRow, int(role_id))
    if row is None or row.until is not None or not _may_end(talk, row):
        raise ValueError(role_id)
    name = talk.session.get_one(Member, row.member_id).name
    role = role_over(talk, row.role, row.unit_id)
    if members.is_last_admin(talk.session, row, talk.now):
        raise Refused(talk.say(LAST_ADMIN, name=name))
    if sure != "co":
        yes = Option("Đúng, thôi vai trò này", f"ql_thoi:{row.id}:co", "danger")
        return talk.reply("{name} thôi làm {role}, đúng không ạ?", yes, name=name, role=role)
    row.until = talk.now
    talk.session.flush()
    talk.did("end_role", "member", row.member_id, role=row.id)
    tell(talk, row.member_id, f"ended:{row.id}", ENDED, role=role)
    return talk.reply("{name} đã thôi làm {role}.", name=name, role=role)


# -- invitations ------------------------------------------------------------------------------


def open_invitations(talk: Talk) -> Reply:
    own = units_where(talk, Act.INVITE)
    rows = invitations.still_open(talk.session, own, talk.now, talk.today, PAGE)
    if not rows:
        return talk.reply("Chưa có thư mời nào còn hạn ạ.")
    options = [Option(f"Thu hồi: {_invitation(talk, r)}", f"ql_huy:{r.id}") for r in rows]
    return talk.reply("Thư mời còn hạn. {Ac} chọn thư muốn thu hồi ạ:", *options)


def _invitation(talk: Talk, row: Invitation) -> str:
    kind = "mã cuộc họp" if row.reusable else "mã vào lại" if row.member_id else "thư mời"
    unit = members.unit_name(talk.session, row.unit_id)
    role = ROLE_LABELS[Role(row.role)]
    return f"{kind}, {role}, {unit}, lập {local_day(talk, row.created_at)}"


@action("ql_huy")
def revoke(talk: Talk, invitation_id: str) -> Reply:
    row = talk.session.get(Invitation, int(invitation_id))
    if row is None or not may(talk, Act.INVITE, row.unit_id):
        raise ValueError(invitation_id)
    invitations.revoke(row)
    talk.did("revoke", "invitation", row.id)
    return talk.reply("Đã thu hồi thư mời ấy; không ai vào bằng thư đó được nữa.")
