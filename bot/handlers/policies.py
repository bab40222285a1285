"""Chính sách hỗ trợ: the list under /quanly, and which of them an initiative could use."""

from datetime import date

from bot.conversation.form import Answers, Choice, Form, Found, Json, Kind, Lookup, Step
from bot.conversation.messages import Option, Reply
from bot.domain.partial_dates import PartialDate, Precision, plain_date
from bot.domain.roles import Act
from bot.domain.text import cut
from bot.errors import Refused
from bot.handlers.helping import guided
from bot.handlers.people import may, own_member
from bot.handlers.registry import Part, Replies, Talk, action, adds_to, command, lookup, submits
from bot.handlers.report import SUPPORT
from storage import helping, members, support
from storage.sectors import sectors
from storage.tables.helping import Policy
from storage.tables.records import Enrolment
from storage.tables.units import Sector

PAGE = 8
NEEDS = tuple(choice for choice in SUPPORT if choice.value != support.NONE)
NAMED = {choice.value: choice.label.lower() for choice in NEEDS}
NOT_YOURS = (
    "Danh mục chính sách do đầu mối, người thẩm định ghi ạ. {Ac} nhắn “menu” để xem việc khác."
)
OF_OTHERS = (
    "Chính sách này do người ghi hoặc người thẩm định của cả tổ chức kết thúc ạ. "
    "{Ac} nhắn “chính sách” để xem danh mục."
)


def _a_day_to_come(value: Json, answers: Answers, today: date) -> str:
    day = PartialDate.from_json(value)
    if day.precision is not Precision.day:
        return "{Ac} ghi rõ ngày ạ, ví dụ: 31/12/2026."
    return "" if day.start >= today else "Ngày này đã qua. {Ac} ghi ngày còn hiệu lực ạ."


POLICY = Form(
    "cs",
    "Chính sách hỗ trợ",
    (
        Step("ten", Kind.TEXT, "Tên", "Tên chính sách là gì ạ?",
             "Ví dụ: Cho vay hộ sản xuất kinh doanh vùng khó khăn", least=5, most=150),
        Step("nhu_cau", Kind.MANY, "Dùng khi cần",
             "Chính sách giúp việc gì ạ? {Ac} chọn một hay nhiều mục; không chọn là việc nào cũng "
             "được.", "Ví dụ: 1, 3", options=NEEDS, required=False),
        Step("linh_vuc", Kind.MANY, "Lĩnh vực",
             "Dành cho lĩnh vực nào ạ? Không chọn là lĩnh vực nào cũng được.", "Ví dụ: 1, 2",
             offer="policy_sectors", required=False),
        Step("noi_dung", Kind.TEXT, "Nội dung", "{Ac} tóm tắt: ai được hưởng, hỏi ở đâu ạ?",
             "Ví dụ: hộ nghèo, cận nghèo; hỏi Ngân hàng CSXH", least=5, most=1000,
             required=False, later=True),
        Step("den", Kind.DATE, "Hết hạn", "Chính sách có đến ngày nào ạ?", "Ví dụ: 31/12/2026",
             required=False, later=True, check=_a_day_to_come),
    ),
    "ghi",
)  # fmt: skip


# -- the list ---------------------------------------------------------------------------------


@command("chinhsach", "Chính sách hỗ trợ", act=Act.GUIDE, words=("chinh sach",))
def typed(talk: Talk, argument: str) -> Reply:
    return listed(talk)


@adds_to("manage", 75)
def button(talk: Talk) -> Part | None:
    seen = talk.can(Act.GUIDE)
    return Part(options=(Option("Chính sách hỗ trợ", "cs"),)) if seen else None


@action("cs")
def listed(talk: Talk, skip: str = "0") -> Reply:
    _guide(talk)
    first = max(int(skip), 0)
    root = talk.organisation.root_id
    rows = helping.policies(talk.session, root, talk.today, PAGE + 1, first)
    options = [Option(_short(p), f"cs_xem:{p.id}") for p in rows[:PAGE]]
    if len(rows) > PAGE:
        options.append(Option("Xem tiếp", f"cs:{first + PAGE}"))
    options.append(Option("Thêm chính sách", "cs_them", "primary"))
    text = (
        "Chính sách đang có (mới nhất trước):"
        if rows
        else "Chưa có chính sách nào trong danh mục ạ."
    )
    return talk.reply(text, *options)


def _guide(talk: Talk) -> None:
    """Some right to guide, held now."""
    grants = members.grants_of(talk.session, talk.member_id, talk.now, lock=True)
    talk.person.grants = grants
    if not talk.can(Act.GUIDE):
        raise Refused(talk.say(NOT_YOURS))


def _short(policy: Policy) -> str:
    until = f" (đến {plain_date(policy.until)})" if policy.until else ""
    return f"{cut(policy.name, 60)}{until}"


def _policy(talk: Talk, policy_id: str) -> Policy:
    _guide(talk)
    policy = talk.session.get(Policy, int(policy_id))
    if policy is None or policy.root_id != talk.organisation.root_id:
        raise ValueError(policy_id)
    return policy


@action("cs_xem")
def look(talk: Talk, policy_id: str) -> Reply:
    policy = _policy(talk, policy_id)
    known = {s.code: s.label for s in sectors(talk.session, policy.root_id, talk.today.year)}
    until = f"đến {plain_date(policy.until)}" if policy.until else "không ghi"
    lines = [
        policy.name,
        f"Dùng khi cần: {', '.join(NAMED[n] for n in policy.needs) or 'việc nào cũng được'}",
        f"Lĩnh vực: {', '.join(known.get(s, s) for s in policy.sectors) or 'mọi lĩnh vực'}",
        *([f"Nội dung: {policy.text}"] if policy.text else []),
        f"Thời hạn: {until}",
    ]
    end = (Option("Kết thúc chính sách này", f"cs_thoi:{policy.id}", "danger"),)
    options = end if _may_end(talk, policy) else ()
    return Reply("\n".join(lines), options=(*options, Option("Danh mục chính sách", "cs")))


def _may_end(talk: Talk, policy: Policy) -> bool:
    own = policy.author_id == talk.person.member_id
    return own or may(talk, Act.GUIDE, policy.root_id)


@action("cs_thoi")
def end(talk: Talk, policy_id: str, sure: str = "") -> Replies:
    policy = _policy(talk, policy_id)
    if not _may_end(talk, policy):
        raise Refused(talk.say(OF_OTHERS))
    if sure != "co":
        yes = Option("Kết thúc", f"cs_thoi:{policy.id}:co", "danger")
        no = Option("Không, giữ lại", f"cs_xem:{policy.id}")
        return talk.reply("Kết thúc chính sách “{name}” ạ?", yes, no, name=policy.name)
    helping.end_policy(talk.session, policy, talk.today)
    talk.did("end", "policy", policy.id)
    return [talk.reply("Từ hôm nay chính sách này không gợi ý nữa."), listed(talk)]


@action("cs_them")
def begin(talk: Talk) -> Replies:
    _guide(talk)
    talk.open(POLICY)
    return None


@lookup("policy_sectors")
def own_sectors(talk: Talk, asked: Lookup) -> Found:
    known = sectors(talk.session, talk.organisation.root_id, talk.today.year)
    return Found(tuple(Choice(s.code, s.label, tuple(s.aliases)) for s in known))


@submits(POLICY)
def save(talk: Talk, answers: Answers, key: str) -> list[Reply]:
    _guide(talk)
    said = {name: answers[name]["v"] for name in answers}
    until = PartialDate.from_json(said["den"]).start if "den" in said else None
    policy = helping.add_policy(
        talk.session, root_id=talk.organisation.root_id, name=said["ten"], now=talk.now,
        author_id=own_member(talk).id, words=said.get("noi_dung", ""), until=until,
        needs=said.get("nhu_cau", ()), sectors=said.get("linh_vuc", ()),
    )  # fmt: skip
    talk.did("add", "policy", policy.id)
    return [talk.reply("Đã ghi chính sách vào danh mục. Cảm ơn {ac}."), listed(talk)]


# -- what an initiative could use -------------------------------------------------------------


@action("cs_mh")
def for_one(talk: Talk, enrolment_id: str, skip: str = "0") -> Reply:
    """Those that fit by need and sector, and those noted before; a tap notes one, or no more."""
    enrolment, initiative = guided(talk, enrolment_id)
    noted = {policy.id: policy for policy in helping.used(talk.session, initiative.id)}
    fit = {policy.id: policy for policy in _fitting(talk, enrolment)}
    rows, first = [*({**noted, **fit}.values())], max(int(skip), 0)
    options = [
        Option(
            ("✓ " if p.id in noted else "") + _short(p), f"cs_dung:{enrolment.id}:{p.id}:{first}"
        )
        for p in rows[first : first + PAGE]
    ]
    if len(rows) > first + PAGE:
        options.append(Option("Xem tiếp", f"cs_mh:{enrolment.id}:{first + PAGE}"))
    options.append(Option("Xong", f"gd:{enrolment.id}"))
    text = "Chính sách hợp với {code}. {Ac} bấm để ghi (✓) hoặc bỏ:"
    none = "Danh mục chưa có chính sách nào hợp với {code} ạ. {Ac} nhắn “chính sách” để thêm."
    return talk.reply(text if rows else none, *options, code=initiative.code)


def _fitting(talk: Talk, enrolment: Enrolment) -> list[Policy]:
    wanted = support.of_enrolment(talk.session, enrolment.id)
    sector = talk.session.get_one(Sector, enrolment.sector_id)
    need = wanted[0].need if wanted else ""
    return helping.fitting(talk.session, sector.root_id, talk.today, need, sector.code)


@action("cs_dung")
def use(talk: Talk, enrolment_id: str, policy_id: str, skip: str = "0") -> Reply:
    enrolment, initiative = guided(talk, enrolment_id)
    policy = _policy(talk, policy_id)
    noted = helping.toggle_use(
        talk.session, initiative.id, policy.id, own_member(talk).id, talk.now
    )
    talk.did("note" if noted else "unnote", "policy", policy.id, initiative=initiative.id)
    return for_one(talk, str(enrolment.id), skip)
