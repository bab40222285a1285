"""Bản tin cho nhóm lãnh đạo: which groups get the week's numbers, and what they read there.

All who are in the group read it: who has done all is praised by name, the late are only counted,
neither people nor narrowed sectors are named."""

from bot.conversation.messages import Option, Reply
from bot.domain.roles import Act
from bot.errors import Refused
from bot.handlers.digest_text import by_unit, finished, lines, slowest
from bot.handlers.people import ELSE, local_day, may, units_where
from bot.handlers.registry import Letter, Part, Talk, action, adds_to, late
from bot.presentation.chat import as_of, count
from storage import group_digests, lagging, members, schedules, weekly
from storage.group_digests import OFF, ON
from storage.reach import Reach
from storage.tables.people import Account
from storage.units import units_of
from storage.weekly import WEEK

PRAISED = 15
AGAIN = Option("Bản tin cho nhóm lãnh đạo", "bn")
NOT_YOURS = "Mục này dành cho lãnh đạo và quản trị, với đơn vị mình phụ trách ạ."
NO_GROUP = (
    "Trợ lý chưa ở trong nhóm nào ạ. {Ac} thêm Trợ lý vào nhóm trên Telegram, gõ /start trong nhóm "
    "để biết số của nhóm, rồi mở lại mục này."
)
TAKEN = "Nhóm số {n} đang nhận bản tin của {unit}, ngoài phần {ac} phụ trách ạ."
BEGIN = (
    "Theo đề nghị của {who}, từ nay mỗi tuần Trợ lý gửi vào nhóm này số liệu của {unit}: đơn vị "
    "xong việc được nêu tên, đơn vị chậm chỉ đếm số."
)


@adds_to("manage", 53)
def in_management(talk: Talk) -> Part | None:
    return Part(options=(AGAIN,)) if talk.can(Act.TELL_GROUPS) else None


@action("bn")
def listed(talk: Talk) -> Reply:
    if not talk.can(Act.TELL_GROUPS):
        raise Refused(talk.say(NOT_YOURS))
    options = [
        Option(f"Nhóm số {one.id} (từ {local_day(talk, one.created_at)}): {_state(talk, one)}",
               f"bn_nhom:{one.id}")
        for one in group_digests.groups(talk.session)
    ]  # fmt: skip
    text = "Các nhóm có Trợ lý. {Ac} chọn một nhóm ạ:" if options else NO_GROUP
    return talk.reply(text, *options, ELSE)


def _state(talk: Talk, one: Account) -> str:
    row = group_digests.of_group(talk.session, one.id)
    return f"nhận bản tin của {members.unit_name(talk.session, row.unit_id)}" if row else "chưa bật"


def _group(talk: Talk, account_id: str) -> int:
    """One that this person may decide about."""
    number = int(account_id)
    if not talk.can(Act.TELL_GROUPS) or not group_digests.is_group(talk.session, number):
        raise Refused(talk.say(NOT_YOURS))
    row = group_digests.of_group(talk.session, number)
    if row and not may(talk, Act.TELL_GROUPS, row.unit_id):
        name = members.unit_name(talk.session, row.unit_id)
        raise Refused(talk.say(TAKEN, n=number, unit=name))
    return number


@action("bn_nhom")
def group(talk: Talk, account_id: str) -> Reply:
    number = _group(talk, account_id)
    if row := group_digests.of_group(talk.session, number):
        unit = members.unit_name(talk.session, row.unit_id)
        stop = Option("Thôi gửi", f"bn_tat:{number}", "danger")
        return talk.reply("Nhóm số {n} nhận bản tin tuần của {unit}.", stop, AGAIN,
                          n=number, unit=unit)  # fmt: skip
    options = [
        Option(
            f"Gửi số liệu của {members.unit_name(talk.session, unit)}", f"bn_bat:{number}:{unit}"
        )
        for unit in units_where(talk, Act.TELL_GROUPS)
    ]
    text = (
        "Gửi bản tin tuần vào nhóm số {n} chứ ạ? Cả nhóm đọc được: không nêu người, không nêu tên "
        "đơn vị chậm."
    )
    return talk.reply(text, *options, AGAIN, n=number)


@action("bn_bat")
def turn_on(talk: Talk, account_id: str, unit_id: str) -> Reply:
    number, unit = _group(talk, account_id), int(unit_id)
    if not may(talk, Act.TELL_GROUPS, unit):
        raise Refused(talk.say(NOT_YOURS))
    group_digests.put(talk.session, number, unit, talk.member_id, talk.now, ON)
    talk.did("group_digest_on", "group", number, unit=unit)
    name, who = members.unit_name(talk.session, unit), f"{talk.person.address} {talk.person.name}"
    text = talk.say(BEGIN, who=who, unit=name)
    talk.letters.append(Letter(f"group-on:{number}:{talk.now:%y%m%d%H%M%S}", number, Reply(text)))
    return talk.reply("Từ nay nhóm số {n} nhận bản tin tuần của {unit}. Trợ lý đã báo trong nhóm.",
                      AGAIN, ELSE, n=number, unit=name)  # fmt: skip


@action("bn_tat")
def turn_off(talk: Talk, account_id: str) -> Reply:
    number = _group(talk, account_id)
    if row := group_digests.of_group(talk.session, number):
        group_digests.put(talk.session, number, row.unit_id, talk.member_id, talk.now, OFF)
        talk.did("group_digest_off", "group", number, unit=row.unit_id)
    return talk.reply("Từ nay Trợ lý không gửi bản tin vào nhóm số {n} nữa.", AGAIN, ELSE, n=number)


# -- what is read there ---------------------------------------------------------------------------


@late("group_digest")
def bulletin(talk: Talk, unit: int) -> Reply:
    """Who wanted it was asked for their right when it was put in; it names nobody."""
    reach = Reach(talk.organisation.root_id, (unit,), (), talk.today, talk.zone)
    at = talk.local(talk.now)
    now = weekly.counts(talk.session, reach, at)
    before = weekly.counts(talk.session, reach, at - WEEK)
    on = schedules.active(talk.session, reach.root_id)
    periods = weekly.current(talk.session, on, lagging.REPORT, talk.today)
    text = [
        f"BẢN TIN TUẦN – {members.unit_name(talk.session, unit)}",
        *(lines(now, before, periods) or ["Tuần này không có việc nào đến hạn."]),
        *_praise(talk, by_unit(now)),
        as_of(at),
    ]
    return Reply("\n".join(text))


def _praise(talk: Talk, units: weekly.Counts) -> list[str]:
    done, late = finished(units), len(slowest(units))
    names = [unit.name for unit in units_of(talk.session, done[:PRAISED]).values()]
    more = f" và {count(len(done) - PRAISED)} đơn vị nữa" if len(done) > PRAISED else ""
    praised = [f"Biểu dương, đã xong mọi việc: {', '.join(names)}{more}."] if done else []
    return [*praised, *([f"Còn {count(late)} đơn vị có việc quá hạn."] if late else [])]
