"""What the handlers of schedules share: whose one is, how it reads, what it was meanwhile."""

from datetime import date

from bot.conversation.messages import Option, Reply
from bot.domain.partial_dates import clock, plain_date
from bot.domain.roles import Act, units_for
from bot.domain.schedule_kinds import KINDS, Kind, roles_words
from bot.domain.schedule_words import WINDOW_WORDS, rule_words, stages_line, stages_words
from bot.domain.schedules import Attention, Stage
from bot.errors import Refused
from bot.handlers.people import may
from bot.handlers.registry import Talk
from storage import members, reply_rates, schedules, working_days
from storage.bundles import Rules
from storage.forecast import next_due
from storage.reply_rates import Rate
from storage.tables.people import Member
from storage.tables.reminders import Schedule

READS = Act.READ_PERIODS
"""Who answers for a unit may know when its people are reminded."""
NOT_YOURS = (
    "Lịch nhắc này ngoài phần việc của {ac} ạ. {Ac} nhắn “lịch nhắc” để xem giờ nhắc và các lịch "
    "của đơn vị mình."
)
FOR_ADMINS = (
    "Sửa lịch nhắc này là việc của quản trị {unit} ạ. {Ac} xem được lịch, còn muốn đổi thì nhắn "
    "quản trị giúp."
)
ENDED = "Lịch nhắc này đã kết thúc ạ. {Ac} chọn “Lịch nhắc của đơn vị” để xem các lịch đang có."
MEANWHILE = (
    "{name} vừa đổi lịch này lúc {at}, nên phần {ac} chọn chưa ghi. Lịch nay như dưới đây; còn cần "
    "thì {ac} sửa lại giúp ạ."
)
STATES = {"active": "đang chạy", "paused": "tạm dừng"}
LIST = Option("Lịch nhắc của đơn vị", "ls")
BUILT_IN = "lời có sẵn của Trợ lý"


def rules(talk: Talk) -> Rules:
    working = working_days.working_days(talk.session, talk.organisation.root_id)
    return Rules(talk.zone, talk.organisation.hours, working, Attention())


# -- whose it is --------------------------------------------------------------------------------


def manages(talk: Talk, schedule: Schedule) -> bool:
    return may(talk, Act.MANAGE_UNITS, schedule.unit_id)


def reads(talk: Talk, schedule: Schedule) -> bool:
    """Over its unit; and who answers for a unit that it reaches. Changes nothing, locks nothing: it
    is asked on the read-only connection, too."""
    if schedule.root_id != talk.organisation.root_id:
        return False
    own = units_for(READS, talk.person.grants)
    reached = [members.within(talk.session, unit, [schedule.unit_id], talk.today) for unit in own]
    return any(reached) or knows(talk, schedule.unit_id)


def knows(talk: Talk, unit_id: int) -> bool:
    own = units_for(READS, talk.person.grants)
    return members.within(talk.session, unit_id, own, talk.today)


def found(talk: Talk, schedule_id: str | int) -> Schedule:
    one = talk.session.get(Schedule, int(schedule_id))
    if one is None or not reads(talk, one):
        raise Refused(talk.say(NOT_YOURS))
    if one.state == "ended":
        raise Refused(talk.say(ENDED))
    return one


def managed(talk: Talk, schedule_id: str | int) -> Schedule:
    one = found(talk, schedule_id)
    if not manages(talk, one):
        unit = members.unit_name(talk.session, one.unit_id)
        raise Refused(talk.say(FOR_ADMINS, unit=unit))
    return one


# -- how it reads -------------------------------------------------------------------------------


def kind_of(schedule: Schedule) -> Kind:
    return KINDS[schedule.what]


def stages_of(schedule: Schedule) -> tuple[Stage, ...]:
    return Stage.read(schedule.stages)


def due_words(schedule: Schedule, today: date) -> str:
    """15/12/2026; hạn của từng kiến nghị."""
    day = next_due(schedule, today)
    return plain_date(day) if day else kind_of(schedule).due or "chưa có trong năm tới"


def line(talk: Talk, schedule: Schedule, rate: Rate | None) -> str:
    """Báo cáo quý: hạn 15/12/2026, nhắc trước 5 và 1 ngày; quá 3 ngày báo cấp trên."""
    state = "" if schedule.state == "active" else f" ({STATES[schedule.state]})"
    due = due_words(schedule, talk.today)
    day = f"hạn {due}" if kind_of(schedule).calendar else f"tính theo {due}"
    answered = f"; trả lời {rate.percent} %" if rate else ""
    return f"{schedule.label}{state}: {day}, {stages_line(stages_of(schedule))}{answered}"


def text_of(talk: Talk, schedule: Schedule) -> str:
    """All of it."""
    kind, unit = kind_of(schedule), members.unit_name(talk.session, schedule.unit_id)
    due = due_words(schedule, talk.today)
    rows = [
        ("Nhắc về", kind.label + (f", sau {schedule.number} tháng" if kind.months else "")),
        ("Hạn", f"{rule_words(schedule.rule)}; lần tới {due}" if kind.calendar else due),
        ("Ngày nhắc", stages_words(stages_of(schedule))),
        ("Giờ gửi", WINDOW_WORDS[schedule.window]),
        ("Phạm vi", f"{unit} và các đơn vị bên dưới"),
        ("Vai trò nhận", roles_words(schedule.roles) if kind.roles else ""),
        ("Lời nhắc", f"“{schedule.text}”" if schedule.text else BUILT_IN),
    ]
    head = f"LỊCH NHẮC: {schedule.label} ({STATES[schedule.state]})"
    return "\n".join([head, *(f"{name}: {said}" for name, said in rows if said)])


def rates(talk: Talk) -> dict[int, Rate]:
    """Of this year."""
    year = date(talk.today.year, 1, 1)
    return reply_rates.rates(talk.session, talk.organisation.root_id, year)


def rate_words(rate: Rate) -> str:
    return f"Năm nay đã nhắc {rate.sent} việc, {rate.answered} việc có trả lời ({rate.percent} %)."


def options_of(talk: Talk, schedule: Schedule) -> list[Option]:
    preview = Option("Xem trước sẽ gửi cho ai", f"ls_thu:{schedule.id}")
    if not manages(talk, schedule):
        return [preview, LIST]
    kind, this = kind_of(schedule), f"{schedule.id}:{schedule.revision}"
    on = schedule.state == "active"
    turn = ("Tạm dừng", f"ls_nghi:{this}") if on else ("Chạy lại", f"ls_chay:{this}")
    parts = [
        ("Sửa hạn", "han", kind.calendar), ("Sửa ngày nhắc", "nhac", True),
        ("Sửa lời nhắc", "loi", True), ("Giờ gửi", "gio", True), ("Phạm vi", "pvi", not kind.whole),
        ("Vai trò", "vtro", kind.roles), ("Số tháng", "thang", kind.months),
    ]  # fmt: skip
    changes = [Option(label, f"ls_sua:{schedule.id}:{name}") for label, name, yes in parts if yes]
    own = [] if schedules.is_default(schedule) else [Option("Kết thúc lịch này", f"ls_het:{this}")]
    return [Option(*turn), preview, *changes, *own, LIST]


def shown(talk: Talk, schedule: Schedule, head: str = "") -> Reply:
    text = text_of(talk, schedule)
    text = f"{head}\n{text}" if head else text
    return talk.reply("{text}", *options_of(talk, schedule), text=text)


def meanwhile(talk: Talk, schedule: Schedule) -> Reply:
    """Somebody else was first: they see what that one did."""
    by = schedule.changed_by
    name = talk.session.get_one(Member, by).name if by else "Trợ lý"
    if schedule.state == "ended":
        raise Refused(talk.say(ENDED))
    at = clock(talk.local(schedule.changed_at))
    return shown(talk, schedule, talk.say(MEANWHILE, name=name, at=at))
