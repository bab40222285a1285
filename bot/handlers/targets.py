"""Chỉ tiêu: how many a unit undertakes to build, set by a form and amended with a reason."""

from datetime import date

from bot.conversation.form import Answers, Choice, Form, Found, Json, Kind, Lookup, Step
from bot.conversation.messages import Option, Reply
from bot.domain.numbers import parse_count
from bot.domain.registration import KINDS
from bot.domain.roles import Act
from bot.errors import Refused
from bot.handlers.people import ELSE, may, tell, units_where
from bot.handlers.registry import Replies, Talk, action, lookup, submits
from storage import deciding, members, targets
from storage.sectors import sectors
from storage.tables.lifecycle import TargetChange
from storage.tables.units import Sector, Target, Unit
from storage.targets import Undertaking
from storage.unit_search import choices_of, find_units

PAGE = 8
LARGEST = 9999
NOT_YOURS = (
    "Chỉ tiêu của đơn vị này do đầu mối hoặc người thẩm định của đơn vị đặt ạ. "
    "{Ac} nhắn “quản lý” để xem phần của mình."
)
WHOLE = Choice(0, "Chung, không chia", ("chung", "tất cả", "không chia"))
REASONS = (
    Choice("nham", "Lần trước ghi nhầm", ("nhầm", "ghi nhầm")),
    Choice("ke_hoach", "Kế hoạch của đơn vị thay đổi", ("kế hoạch", "thay đổi")),
)


def _a_number(value: Json, answers: Answers, today: date) -> str:
    if parse_count(str(value), LARGEST) is None:
        return f"{{Ac}} ghi một số từ 0 đến {LARGEST} ạ, ví dụ: 12."
    return ""


ABOUT = ("don_vi", "nam", "linh_vuc", "hinh_thuc")
FORM = Form(
    "ct",
    "Chỉ tiêu đăng ký",
    (
        Step("don_vi", Kind.UNIT, "Đơn vị", "Chỉ tiêu của đơn vị nào ạ?", "Ví dụ: xã Thạch Lạc",
             offer="target_units"),
        Step("nam", Kind.CHOICE, "Năm", "Chỉ tiêu của năm nào ạ?", "Ví dụ: 2026",
             offer="target_years"),
        Step("linh_vuc", Kind.CHOICE, "Lĩnh vực", "Chỉ tiêu cho lĩnh vực nào ạ?",
             "Ví dụ: chung, hoặc kinh tế", offer="target_sectors", about=("nam",)),
        Step("hinh_thuc", Kind.CHOICE, "Hình thức", "Tập thể hay cá nhân ạ?",
             options=(
                 Choice("", WHOLE.label, WHOLE.words),
                 Choice("collective", KINDS["collective"], ("tt",)),
                 Choice("individual", KINDS["individual"], ("cn", "cá nhân", "hộ gia đình")),
             )),
        Step("so", Kind.TEXT, "Số mô hình", "Đăng ký bao nhiêu mô hình ạ?", "Ví dụ: 12", most=20,
             check=_a_number),
        Step("ly_do", Kind.CHOICE, "Lý do thay đổi",
             "Chỉ tiêu này đã có rồi. Vì sao thay đổi ạ? {Ac} chọn hoặc ghi lý do.",
             offer="target_reasons", about=ABOUT, free=True, most=300,
             silent_without_choices=True),
    ),
    "ghi",
)  # fmt: skip


# -- what the form offers ---------------------------------------------------------------------


@lookup("target_units")
def own_units(talk: Talk, asked: Lookup) -> Found:
    """The units one answers for; what is typed is looked for below them."""
    own = units_where(talk, Act.SET_TARGETS)
    if asked.text:
        return find_units(talk.session, asked.text, under=own) if own else Found()
    rows = [talk.session.get_one(Unit, one) for one in own[:PAGE]]
    return Found(choices_of(talk.session, rows), sure=True)


@lookup("target_years")
def years(talk: Talk, asked: Lookup) -> Found:
    year = talk.today.year
    return Found(tuple(Choice(y, str(y)) for y in (year, year + 1, *range(year - 1, year - 6, -1))))


@lookup("target_sectors")
def target_sectors(talk: Talk, asked: Lookup) -> Found:
    year = int(asked.about[0] or talk.today.year)
    named = sectors(talk.session, talk.organisation.root_id, year)
    return Found((WHOLE, *(Choice(s.id, s.label, tuple(s.aliases)) for s in named)))


@lookup("target_reasons")
def reasons(talk: Talk, asked: Lookup) -> Found:
    """Only where there is a target already: the first one needs none."""
    unit_id, year, sector_id, kind = asked.about
    if not (isinstance(unit_id, int) and isinstance(year, int)):
        return Found()
    known = targets.current(talk.session, Undertaking(unit_id, year, sector_id or None, kind or ""))
    return Found(REASONS if known else ())


# -- opening it, setting and amending -----------------------------------------------------------


@action("ct_moi")
def begin(talk: Talk) -> Replies:
    if not talk.can(Act.SET_TARGETS):
        raise Refused(talk.say(NOT_YOURS))
    talk.open(FORM)
    return None


@action("ct_doi")
def amend(talk: Talk, target_id: str) -> Replies:
    target = talk.session.get(Target, int(target_id))
    if target is None or not may(talk, Act.SET_TARGETS, target.unit_id):
        raise Refused(talk.say(NOT_YOURS))
    kind = KINDS.get(target.kind, WHOLE.label)
    sector = talk.session.get(Sector, target.sector_id) if target.sector_id else None
    talk.open(
        FORM,
        {
            "don_vi": {"v": target.unit_id, "t": members.unit_name(talk.session, target.unit_id)},
            "nam": {"v": target.year, "t": str(target.year)},
            "linh_vuc": {"v": target.sector_id or 0, "t": sector.label if sector else WHOLE.label},
            "hinh_thuc": {"v": target.kind, "t": kind},
        },
    )
    return talk.reply("Chỉ tiêu đang là {value} mô hình.", value=target.value)


@submits(FORM)
def save(talk: Talk, answers: Answers, key: str) -> Reply:
    unit_id, year, sector_id, kind = (answers[step]["v"] for step in ABOUT)
    what = Undertaking(unit_id, year, sector_id or None, kind)
    if not may(talk, Act.SET_TARGETS, unit_id):
        raise Refused(talk.say(NOT_YOURS))
    change = targets.undertake(
        talk.session, what, parse_count(answers["so"]["v"], LARGEST) or 0,
        author_id=talk.member_id, now=talk.now, reason=answers.get("ly_do", {}).get("t") or "",
        decides=may(talk, Act.APPROVE_TARGETS, unit_id),
    )  # fmt: skip
    talk.did("set" if change.state == targets.IN_FORCE else "propose", "target_change", change.id)
    if change.state == targets.PROPOSED:
        return _proposed(talk, change)
    was = f" (trước là {change.before})" if change.before is not None else ""
    return talk.reply(
        "Đã ghi chỉ tiêu {what}: {value} mô hình{was}.",
        Option("Xem chỉ tiêu", f"ct_dv:{unit_id}:{year}"),
        ELSE,
        what=named(talk, what),
        value=change.value,
        was=was,
    )


def _proposed(talk: Talk, change: TargetChange) -> Reply:
    said = {"what": named(talk, targets.about(change)), "old": change.before, "new": change.value}
    who = deciding.who_may(
        talk.session, Act.APPROVE_TARGETS, change.unit_id, talk.now, talk.member_id
    )
    see = Option("Xem đề xuất", f"ct_xet:{change.id}", "primary")
    text = "{name} đề nghị đổi chỉ tiêu {what} từ {old} thành {new}. {Ac} xem giúp ạ."
    for member_id in who:
        key = f"target:{change.id}:{member_id}"
        tell(talk, member_id, key, text, see, name=talk.person.name, **said)
    waits = "Người thẩm định sẽ xem" if who else "Chưa có ai duyệt chỉ tiêu của đơn vị này"
    return talk.reply(
        "Đã gửi đề nghị đổi chỉ tiêu {what} từ {old} thành {new}. "
        "{waits}; trong lúc chờ, chỉ tiêu vẫn là {old}.",
        ELSE,
        waits=waits,
        **said,
    )


def named(talk: Talk, what: Undertaking) -> str:
    """năm 2026 của Xã Thạch Lạc (Kinh tế, tập thể)."""
    parts = parts_of(talk, what.sector_id, what.kind)
    return f"năm {what.year} của {members.unit_name(talk.session, what.unit_id)} ({parts})"


def parts_of(talk: Talk, sector_id: int | None, kind: str) -> str:
    words = [talk.session.get_one(Sector, sector_id).label] if sector_id else []
    words += [KINDS[kind].lower()] if kind else []
    return ", ".join(words) or "chung"
