"""Người chưa liên lạc được: who blocked the bot or never came, and a way to invite them again."""

from bot.conversation.messages import Option, Reply
from bot.domain.roles import Act, Role
from bot.errors import Refused
from bot.handlers.inviting import handed_over, make
from bot.handlers.lagging_asked import outside, reach_of
from bot.handlers.people import ELSE, may
from bot.handlers.registry import Part, Replies, Talk, action, adds_to
from bot.handlers.stats_asked import may as sees
from bot.presentation.chat import count
from storage import deciding, lost_people, members
from storage.lost_people import Lost
from storage.reach import Reach
from storage.tables.people import Member
from storage.tables.units import Unit

PAGE = 8
AGAIN = Option("Người chưa liên lạc được", "llac")
NOBODY = "Ai trong phần {ac} theo dõi Trợ lý cũng liên lạc được ạ."
HEAD = "CHƯA LIÊN LẠC ĐƯỢC: {people} người, {units} đơn vị chưa có đầu mối. {Ac} chọn để mời lại ạ:"
LEFT, NEVER = "đã chặn hoặc bỏ tài khoản", "chưa vào lần nào"
PERSON = "{who}, {unit}: {why}. Việc của {who} Trợ lý đã báo đầu mối.{how}"
HEADLESS = "{unit} chưa có đầu mối, nên chưa ai nhận tin nhắc của đơn vị.{how}"
BY_OTHERS = " Mời lại do {names} làm."
INTRO = "Thư mời {vai_tro} của {don_vi} đây ạ. {Ac} chuyển cho một người:"


@adds_to("tasks", 47)
def among_tasks(talk: Talk) -> Part | None:
    """For those who can invite them again."""
    if not talk.can(Act.APPROVE_MEMBERS):
        return None
    number = lost_people.count(talk.session, reach_of(talk))
    label = f"{AGAIN.label} ({count(number)})"
    return Part(options=(Option(label, AGAIN.data),)) if number else None


@adds_to("manage", 15)
def in_management(talk: Talk) -> Part | None:
    return Part(options=(AGAIN,)) if talk.can(Act.STATISTICS) else None


@action("llac")
def listed(talk: Talk, page: str = "0") -> Reply:
    """People, then units."""
    reach, skip = reach_of(talk), max(int(page), 0) * PAGE
    people, units = lost_people.count(talk.session, reach), _headless(talk, reach)
    if not people + len(units):
        return talk.reply(NOBODY, ELSE)
    rows = lost_people.people(talk.session, reach, PAGE, skip)
    options = [Option(_line(one), f"llac_ng:{one.member.id}") for one in rows]
    after = max(skip - people, 0)
    options += units[after : after + PAGE - len(rows)]
    if people + len(units) > skip + PAGE:
        options.append(Option("Xem tiếp", f"llac:{skip // PAGE + 1}"))
    return talk.reply(HEAD, *options, ELSE, people=count(people), units=count(len(units)))


def _headless(talk: Talk, reach: Reach) -> list[Option]:
    found = lost_people.headless(talk.session, reach)
    return [Option(f"{unit.name}: chưa có đầu mối", f"llac_dv:{unit.id}") for unit in found]


def _line(one: Lost) -> str:
    return f"{one.member.name} – {one.unit.name}: {LEFT if one.left else NEVER}"


@action("llac_ng")
def person(talk: Talk, member_id: str) -> Reply:
    member = talk.session.get(Member, int(member_id))
    if member is None or not _sees(talk, member.unit_id):
        raise Refused(outside(talk, "Người này"))
    again = may(talk, Act.APPROVE_MEMBERS, member.unit_id)
    options = [Option("Cấp mã vào lại", f"ql_ma:{member.id}", "primary")] if again else []
    left = lost_people.had_account(talk.session, member.id)
    return talk.reply(
        PERSON, *options, AGAIN, who=f"{member.address} {member.name}",
        unit=members.unit_name(talk.session, member.unit_id), why=LEFT if left else NEVER,
        how="" if again else _by_others(talk, member.unit_id or 0),
    )  # fmt: skip


def _sees(talk: Talk, unit_id: int | None) -> bool:
    return unit_id is not None and sees(talk, unit_id, talk.today.year)


def _by_others(talk: Talk, unit_id: int) -> str:
    names = deciding.deciders(talk.session, unit_id, talk.now).values()
    return talk.say(BY_OTHERS, names=", ".join(names) or "quản trị")


@action("llac_dv")
def headless(talk: Talk, unit_id: str) -> Reply:
    unit = talk.session.get(Unit, int(unit_id))
    if unit is None or not _sees(talk, unit.id):
        raise Refused(outside(talk, unit.name if unit else unit_id))
    invites = _invites(talk, unit.id)
    options = [Option("Lập thư mời đầu mối", f"llac_moi:{unit.id}", "primary")] if invites else []
    how = "" if invites else _by_others(talk, unit.id)
    return talk.reply(HEADLESS, *options, AGAIN, unit=unit.name, how=how)


def _invites(talk: Talk, unit_id: int) -> bool:
    asked = (Role.FOCAL, unit_id, talk.now, talk.today)
    return members.may_give_here(talk.session, talk.member_id, *asked)


@action("llac_moi")
def invite(talk: Talk, unit_id: str) -> Replies:
    return handed_over(talk, make(talk, int(unit_id), Role.FOCAL), INTRO)
