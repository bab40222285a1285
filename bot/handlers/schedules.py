"""Lịch nhắc của đơn vị: what is pushed to whom and when; pausing, going on, ending."""

from bot.conversation.messages import Option, Reply
from bot.domain.roles import Act
from bot.errors import Refused
from bot.handlers.people import ELSE
from bot.handlers.registry import Part, Talk, action, adds_to, late
from bot.handlers.schedules_shared import (
    LIST,
    READS,
    found,
    line,
    managed,
    meanwhile,
    rates,
    reads,
    rules,
    shown,
)
from storage import schedules
from storage.tables.reminders import Schedule

PAGE = 8
CHOOSE = "Lịch nhắc của đơn vị. {Ac} chọn một lịch để xem kỹ ạ:"
FOR_WHOM = (
    "Mục này dành cho đầu mối, lãnh đạo, người thẩm định và quản trị ạ. {Ac} nhắn “lịch nhắc” để "
    "xem giờ nhắc của mình."
)
PAUSED = "Đã tạm dừng. Từ giờ không ai được nhắc theo lịch này, cho đến khi chạy lại."
RESUMED = (
    "Đã chạy lại. Việc còn đến hạn được nhắc tiếp; lần nhắc nào đã qua lâu thì Trợ lý chỉ để trong "
    "danh sách việc, không gửi bù."
)
ALREADY = {"paused": "Lịch này đang tạm dừng rồi ạ.", "active": "Lịch này đang chạy rồi ạ."}


@adds_to("reminding", 80)
@adds_to("manage", 52)
def button(talk: Talk) -> Part | None:
    return Part(options=(LIST,)) if talk.can(READS) else None


@action("ls")
def all_of_them(talk: Talk, skip: str = "0") -> Reply:
    if not talk.can(READS):
        raise Refused(talk.say(FOR_WHOM))
    return Reply("", late={"kind": "schedules", "skip": max(int(skip), 0)})


@late("schedules")
def listed(talk: Talk, skip: int = 0) -> Reply:
    """Evaluated on a read-only connection: how many answered takes a while to count."""
    first = skip
    every = [s for s in schedules.kept(talk.session, talk.organisation.root_id) if reads(talk, s)]
    some, known = every[first : first + PAGE], rates(talk)
    lines = [f"{n}. {line(talk, s, known.get(s.id))}" for n, s in enumerate(some, 1)]
    options = [Option(s.label, f"ls_xem:{s.id}") for s in some]
    if len(every) > first + PAGE:
        options.append(Option("Xem tiếp", f"ls:{first + PAGE}"))
    if talk.can(Act.MANAGE_UNITS):
        options.append(Option("Thêm lịch nhắc", "ls_moi", "primary"))
    head = CHOOSE if lines else "Chưa có lịch nhắc nào của đơn vị {ac} ạ."
    return talk.reply("{text}", *options, ELSE, text="\n".join([talk.say(head), *lines]))


@action("ls_xem")
def see(talk: Talk, schedule_id: str) -> Reply:
    return shown(talk, found(talk, schedule_id))


@action("ls_nghi")
def pause(talk: Talk, schedule_id: str, revision: str) -> Reply:
    one = managed(talk, schedule_id)
    if reply := _turned(talk, one, revision, "paused"):
        return reply
    talk.did("pause", "schedule", one.id)
    return shown(talk, one, PAUSED)


@action("ls_chay")
def go_on(talk: Talk, schedule_id: str, revision: str) -> Reply:
    one = managed(talk, schedule_id)
    if reply := _turned(talk, one, revision, "active"):
        return reply
    talk.did("resume", "schedule", one.id)
    return shown(talk, one, RESUMED)


def _turned(talk: Talk, one: Schedule, revision: str, state: str) -> Reply | None:
    """What to answer when nothing was changed."""
    if one.state == state:
        return shown(talk, one, ALREADY[state])
    return None if _changed(talk, one, revision, state) else meanwhile(talk, one)


def _changed(talk: Talk, one: Schedule, revision: str, state: str) -> bool:
    values, by = {"state": state}, talk.member_id
    return schedules.change(talk.session, one, int(revision), values, by, rules(talk), talk.now)


@action("ls_het")
def end(talk: Talk, schedule_id: str, revision: str, sure: str = "") -> Reply:
    one = managed(talk, schedule_id)
    if schedules.is_default(one):
        raise Refused(talk.say("Lịch có sẵn thì không xóa được, {ac} tạm dừng giúp ạ."))
    if sure != "co":
        yes = Option("Đúng, kết thúc lịch này", f"ls_het:{one.id}:{int(revision)}:co", "danger")
        no = Option("Không, giữ lại", f"ls_xem:{one.id}")
        ask = "Kết thúc lịch “{label}”, không nhắc ai theo lịch này nữa ạ?"
        return talk.reply(ask, yes, no, label=one.label)
    if not _changed(talk, one, revision, "ended"):
        return meanwhile(talk, one)
    talk.did("end", "schedule", one.id)
    return talk.reply("Đã kết thúc lịch “{label}”. Cảm ơn {ac}.", LIST, ELSE, label=one.label)
