"""The same initiative reported twice: shown to the reviewer, compared, made one by a tap."""

from sqlalchemy import func, select

from bot.conversation.form import Answers, Form, Kind, Step
from bot.conversation.messages import Option, Reply
from bot.domain.registration import KINDS
from bot.domain.roles import Act
from bot.domain.text import cut
from bot.errors import Refused
from bot.handlers.people import ELSE, may, tell
from bot.handlers.registry import Part, Replies, Talk, action, adds_to, submits
from bot.handlers.seeing import may_see, sees_enrolment
from storage import duplicates, enrolments, merging
from storage.duplicates import Alike
from storage.tables.records import CoReporter, Enrolment, Initiative, Report
from storage.tables.units import Sector, Unit

NOT_YOURS = (
    "Gộp mô hình do đầu mối của đơn vị đăng ký cả hai mô hình làm ạ. "
    "{Ac} nhắn “việc cần làm” để xem phần của mình."
)
MERGED_ALREADY = "Mô hình {gone} đã được gộp vào {kept} rồi ạ. {Ac} gõ {kept} để xem."
MERGED = (
    "Mô hình {gone} của {ac} trùng với {kept} “{name}” nên đã được gộp vào đó. Phiếu và ảnh {ac} "
    "gửi vẫn được giữ; {ac} là người cùng báo cáo mô hình ấy. Cảm ơn {ac}."
)
WITH = Form(
    "gop",
    "Gộp với mô hình khác",
    (
        Step("tu", Kind.CHOICE, "", "", hidden=True, required=False),
        Step("voi", Kind.INITIATIVE, "Trùng với",
             "Mô hình này trùng với mô hình nào ạ? {Ac} gõ tên hoặc mã.",
             "Ví dụ: gõ 42, hoặc “rau củ quả”", offer="initiatives"),
    ),
    straight=True,
)  # fmt: skip


@adds_to("review", 20)
def alike(talk: Talk, report: Report) -> Part | None:
    """What may be the same: of it, those that this reviewer may see."""
    if report.kind != "register":
        return None
    found = _seen(talk, duplicates.of_report(talk.session, report))
    if not found:
        return None
    lines = tuple(f"Có thể trùng: {_line(one)}" for one in found)
    return Part(lines, (Option("So sánh, gộp", f"trung:{report.id}"),))


def _seen(talk: Talk, found: list[Alike]) -> list[Alike]:
    return [one for one in found if sees_enrolment(talk, one.enrolment.id)]


def _line(one: Alike) -> str:
    signs = ["tên gần giống"] * one.name + ["cùng chủ thể, lĩnh vực"] * one.owner
    signs += [f"{one.photos} ảnh giống hệt"] * bool(one.photos)
    return f"{one.initiative.code} “{cut(one.initiative.name, 50)}” ({', '.join(signs)})"


@action("trung")
def compare(talk: Talk, report_id: str) -> Reply:
    """The report's initiative beside those like it."""
    report = talk.session.get(Report, int(report_id))
    if report is None or not may_see(talk, report):
        raise Refused(talk.say(NOT_YOURS))
    own = talk.session.get_one(Enrolment, report.enrolment_id)
    found = _seen(talk, duplicates.of_report(talk.session, report))
    blocks = ["Phiếu đang xem:", _facts(talk, own)]
    options = []
    for one in found:
        blocks += [f"\n{_line(one)}:", _facts(talk, one.enrolment)]
        pair = f"{own.initiative_id}:{one.initiative.id}"
        options.append(Option(f"Là một với {one.initiative.code}", f"gop:{pair}"))
    options += [Option("Không trùng", f"xet:{report.id}"), ELSE]
    return talk.reply("{text}", *options, text="\n".join(blocks))


def _facts(talk: Talk, enrolment: Enrolment) -> str:
    session = talk.session
    initiative = session.get_one(Initiative, enrolment.initiative_id)
    place = session.get_one(Unit, enrolment.place_id).name
    sector = session.get_one(Sector, enrolment.sector_id).label
    content = cut(str((enrolment.details.get("noi_dung") or {}).get("t", "")), 120)
    facts = (
        f"{initiative.code} “{initiative.name}”, năm {enrolment.year}",
        f"{enrolment.owner} ({KINDS[enrolment.kind].lower()}), {place}, {sector}",
        content,
    )
    return "\n".join(fact for fact in facts if fact)


# -- from the card ----------------------------------------------------------------------------


@adds_to("card", 80)
def on_card(talk: Talk, enrolment: Enrolment) -> Part | None:
    people = _people(talk, enrolment.initiative_id)
    lines = (f"Cùng báo cáo: {people} người",) if people else ()
    options: tuple[Option, ...] = ()
    if _reviews(talk, enrolment.initiative_id):
        options = (Option("Gộp với mô hình khác", f"gopvoi:{enrolment.initiative_id}"),)
    return Part(lines, options) if lines or options else None


def _people(talk: Talk, initiative_id: int) -> int:
    rows = select(func.count()).select_from(CoReporter)
    return talk.session.scalar(rows.where(CoReporter.initiative_id == initiative_id)) or 0


@action("gopvoi")
def begin(talk: Talk, initiative_id: str) -> Replies:
    _both(talk, initiative_id)
    talk.open(WITH, {"tu": {"v": int(initiative_id), "t": ""}})
    return None


@submits(WITH)
def named(talk: Talk, answers: Answers, key: str) -> Reply:
    return ask(talk, str(answers["tu"]["v"]), str(answers["voi"]["v"]))


# -- making one of two ------------------------------------------------------------------------


def _reviews(talk: Talk, initiative_id: int) -> bool:
    """Decided by who reviews its reports: asked in this transaction."""
    enrolment = enrolments.latest(talk.session, initiative_id)
    if enrolment is None or not may(talk, Act.REVIEW, enrolment.registrant_id):
        return False
    return not enrolment.narrowed or sees_enrolment(talk, enrolment.id)


def _both(talk: Talk, *ids: str) -> list[Initiative]:
    found = [talk.session.get(Initiative, int(one)) for one in ids]
    for one in found:
        if one is not None and one.merged_id:
            kept = merging.followed(talk.session, one)
            raise Refused(talk.say(MERGED_ALREADY, gone=one.code, kept=kept.code))
    mine = [one for one in found if one is not None and _reviews(talk, one.id)]
    if len(mine) < len(ids):
        raise Refused(talk.say(NOT_YOURS))
    return mine


@action("gop")
def ask(talk: Talk, one_id: str, other_id: str) -> Reply:
    one, other = _both(talk, one_id, other_id)
    if one.id == other.id:
        raise Refused(talk.say("Đây là cùng một mô hình rồi ạ. {Ac} chọn mô hình khác giúp."))
    kept = merging.keeper(talk.session, one, other)
    gone = other if kept is one else one
    return talk.reply(
        "Gộp {gone} “{gone_name}” vào {kept} “{kept_name}” ạ?\n"
        "Phiếu, ảnh, lần kiểm tra và người báo cáo của cả hai được giữ; từ nay tính là một "
        "mô hình, mang mã {kept}.",
        Option("Gộp lại", f"gopthat:{gone.id}:{kept.id}", "primary"),
        Option("Không gộp", f"mh:{kept.id}"),
        gone=gone.code,
        gone_name=gone.name,
        kept=kept.code,
        kept_name=kept.name,
    )


@action("gopthat")
def merge(talk: Talk, gone_id: str, kept_id: str) -> Reply:
    gone, kept = _both(talk, gone_id, kept_id)
    people = merging.merge(talk.session, gone, kept, talk.now, talk.today)
    talk.did("merge", "initiative", gone.id, into=kept.id)
    said = {"gone": gone.code, "kept": kept.code, "name": kept.name}
    for member_id in people:
        if member_id != talk.person.member_id:
            tell(talk, member_id, f"merged:{gone.id}:{member_id}", MERGED, **said)
    return talk.reply(
        "Đã gộp {gone} vào {kept} “{name}”.",
        Option("Xem mô hình", f"mh:{kept.id}"),
        Option("Việc cần làm", "cmd:vieccanlam"),
        **said,
    )
