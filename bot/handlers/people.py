"""What handlers share: letters to a member, the speaker's own state and rights, a file."""

from dataclasses import replace
from datetime import date, datetime, time

from bot.conversation.messages import File, Option, Reply
from bot.domain.partial_dates import plain_date
from bot.domain.roles import ROLE_LABELS, Act, Grant, Role, units_for
from bot.domain.wording import say
from bot.handlers.registry import COMMANDS, Letter, Replies, Talk
from storage import members, tasks
from storage.tables.people import Member, Task

MENU = Option("Menu", "cmd:menu")
NOON = time(12)
ELSE = Option("Việc khác", "cmd:menu")


def tell(
    talk: Talk, member_id: int, key: str, template: str, *options: Option, **values: object
) -> None:
    """A letter to all accounts of a member, in the address they chose; key is unique for ever."""
    address = talk.session.get_one(Member, member_id).address
    reply = Reply(say(template, address, **values), options=options)
    accounts = members.accounts_of(talk.session, member_id)
    talk.letters += [Letter(f"{key}:{account}", account, reply) for account in accounts]


def now_is(talk: Talk, member: Member) -> None:
    """The speaker as the transaction has them now, for the rest of this turn and the next."""
    person = talk.person
    person.member_id, person.name, person.address = member.id, member.name, member.address
    person.unit_id, person.state = member.unit_id, member.state
    person.grants = members.grants_of(talk.session, member.id, talk.now)


def own_member(talk: Talk) -> Member:
    return talk.session.get_one(Member, talk.person.member_id)


def may(talk: Talk, act: Act, unit_id: int | None) -> bool:
    """Asked anew in the transaction that acts: a role ended since the tap no longer counts."""
    own, unit = talk.person.member_id, unit_id
    both = own is not None and unit is not None
    return both and members.allows(talk.session, own or 0, act, unit or 0, talk.now, talk.today)


def units_where(talk: Talk, act: Act) -> tuple[int, ...]:
    return units_for(act, talk.person.grants)


def open_tasks(talk: Talk, kind: str, act: Act, most: int = 8) -> list[Task]:
    """What waits for somebody with this right over its unit."""
    return tasks.waiting(talk.session, kind, units_where(talk, act), talk.today, most)


def role_over(talk: Talk, role: str, unit_id: int) -> str:
    """đầu mối của Xã Thạch Lạc."""
    return f"{ROLE_LABELS[Role(role)]} của {members.unit_name(talk.session, unit_id)}"


def grants_in_words(talk: Talk, grants: tuple[Grant, ...]) -> str:
    return "; ".join(role_over(talk, g.role, g.unit_id) for g in grants)


def local_day(talk: Talk, moment: datetime) -> str:
    return plain_date(talk.local(moment))


def due(talk: Talk, reply: Reply, day: date | datetime | None) -> Reply:
    """A day that the text names, so that it can be shown in the reader's own way."""
    if day is None:
        return reply
    local = talk.local(day) if isinstance(day, datetime) else datetime.combine(day, NOON, talk.zone)
    return replace(reply, moments={plain_date(local): int(local.timestamp())})


def file_of(talk: Talk, data: bytes, name: str, mime: str) -> File | None:
    return File(talk.keep(data), name, mime) if talk.keep else None


def with_menu(talk: Talk, *before: Reply) -> Replies:
    menu = COMMANDS.get("menu")
    after = menu.run(talk, "") if menu else None
    rest = [after] if isinstance(after, Reply) else list(after or ())
    return [*before, *rest]
