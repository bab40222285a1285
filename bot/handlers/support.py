"""Cần hỗ trợ: what reports ask for, matched with policies, taken on and closed."""

from sqlalchemy import ColumnElement

from bot.conversation.form import Answers, Choice, Form, Found, Kind, Lookup, Step
from bot.conversation.messages import Option, Reply
from bot.domain.partial_dates import plain_date
from bot.domain.roles import Act
from bot.domain.text import cut
from bot.errors import Refused
from bot.handlers import rights
from bot.handlers.people import ELSE, local_day, tell
from bot.handlers.registry import Part, Replies, Talk, action, adds_to, command, lookup, submits
from bot.handlers.report import SUPPORT
from storage import helping, support
from storage.support import CLOSED, OPEN, TAKEN, Asking
from storage.tables.helping import Policy, SupportRequest
from storage.tables.people import Member
from storage.tables.records import Enrolment, Initiative, Report
from storage.tables.units import Sector, Unit

PAGE = 8
NEEDS = {choice.value: choice.label for choice in SUPPORT}
NO_POLICY = Choice(0, "Không dùng chính sách nào", ("không", "không dùng"))
NOT_YOURS = (
    "Yêu cầu này do đầu mối, lãnh đạo hoặc người thẩm định của đơn vị ấy xem ạ. "
    "{Ac} nhắn “cần hỗ trợ” để xem danh sách của mình."
)
TAKEN_ON = "{Who} đã nhận giúp {ac} việc cần hỗ trợ ({need}) của mô hình {code}, “{name}”."
GIVEN_BACK = (
    "Việc cần hỗ trợ ({need}) của mô hình {code} đang chờ người khác nhận. Xin {ac} chờ thêm ạ."
)
DONE = (
    "Việc cần hỗ trợ ({need}) của mô hình {code}, “{name}”, {who} trả lời: “{note}”{policy} "
    "Cảm ơn {ac} đã cho biết."
)
CLOSE = Form(
    "htd",
    "Trả lời yêu cầu hỗ trợ",
    (
        Step("yeu_cau", Kind.CHOICE, "", "", hidden=True, required=False),
        Step("chinh_sach", Kind.CHOICE, "Chính sách", "Có dùng chính sách nào không ạ?",
             "Ví dụ: gõ 1", offer="policies_for_request", about=("yeu_cau",), required=False,
             silent_without_choices=True),
        Step("ghi_chu", Kind.TEXT, "Trả lời",
             "{Ac} ghi kết quả để báo người cần hỗ trợ ạ: đã giúp gì, ai sẽ liên hệ.",
             "Ví dụ: Ngân hàng CSXH cho vay 50 triệu, cán bộ sẽ liên hệ trong tuần này",
             least=5, most=500),
    ),
    straight=True,
)  # fmt: skip


# -- the list ---------------------------------------------------------------------------------


@command("hotro", "Cần hỗ trợ", act=Act.SUPPORT, words=("can ho tro", "ho tro"))
def typed(talk: Talk, argument: str) -> Reply:
    return listed(talk)


@adds_to("manage", 70)
@adds_to("tasks", 40)
def button(talk: Talk) -> Part | None:
    if not talk.can(Act.SUPPORT):
        return None
    number = support.count(talk.session, talk.scope, SupportRequest.state == OPEN)
    number += support.count(talk.session, talk.scope, _mine(talk))
    return Part(options=(Option(f"Cần hỗ trợ ({number})", "ht"),)) if number else None


def _mine(talk: Talk) -> ColumnElement[bool]:
    return SupportRequest.taken_by == talk.person.member_id


@action("ht")
def listed(talk: Talk, skip: str = "0") -> Reply:
    """What waits, first what nobody has taken on."""
    if not talk.can(Act.SUPPORT):
        raise Refused(talk.say(NOT_YOURS))
    first = max(int(skip), 0)
    rows = support.waiting(talk.session, talk.scope, PAGE + 1, first)
    if not rows:
        return talk.reply("Không có mô hình nào đang cần hỗ trợ ạ.", ELSE)
    options = [Option(_line(talk, one), f"ht_xem:{one[0].id}") for one in rows[:PAGE]]
    if len(rows) > PAGE:
        options.append(Option("Xem tiếp", f"ht:{first + PAGE}"))
    return talk.reply("Mô hình cần hỗ trợ (chờ lâu nhất trước). {Ac} chọn một việc ạ:", *options)


def _line(talk: Talk, asking: Asking) -> str:
    request, enrolment, initiative = asking
    place = talk.session.get_one(Unit, enrolment.place_id).name
    by = f"; {_called(talk, request.taken_by)} đã nhận" if request.taken_by else ""
    return f"{initiative.code} {cut(initiative.name, 40)}, {place}: {_need(request)}{by}"


def _need(request: SupportRequest) -> str:
    return cut(request.text, 60) if request.text else NEEDS[request.need].lower()


def _called(talk: Talk, member_id: int | None) -> str:
    member = talk.session.get(Member, member_id) if member_id else None
    return f"{member.address} {member.name}".strip() if member else "người khác"


@adds_to("card", 60)
def on_the_card(talk: Talk, enrolment: Enrolment) -> Part | None:
    """For whoever could help."""
    if not rights.may(talk, Act.SUPPORT, enrolment):
        return None
    found = support.of_enrolment(talk.session, enrolment.id)
    lines = tuple(f"Cần hỗ trợ: {_need(r)} ({_how_far(talk, r)})" for r in found[:3])
    options = tuple(Option(f"Hỗ trợ: {_need(r)}", f"ht_xem:{r.id}") for r in found[:3])
    return Part(lines, options) if found else None


def _how_far(talk: Talk, request: SupportRequest) -> str:
    if request.state == TAKEN:
        return f"{_called(talk, request.taken_by)} đã nhận"
    return "chờ người nhận" if request.state == OPEN else "đã xong"


# -- one request ------------------------------------------------------------------------------


@action("ht_xem")
def look(talk: Talk, request_id: str) -> Reply:
    request = _request(talk, request_id)
    _, initiative = _about(talk, request)
    lines = [
        f"{initiative.code}, “{initiative.name}”",
        f"Cần hỗ trợ: {request.text or NEEDS[request.need]}",
        f"Người báo: {_called(talk, _author(talk, request))}, {local_day(talk, request.at)}. "
        f"{_upper(_how_far(talk, request))}.",
        *(f"Chính sách phù hợp: {_policy(p)}" for p in _fitting(talk, request)[:PAGE]),
    ]
    if request.note:
        lines.append(f"Trả lời: {request.note}")
    return Reply("\n".join(lines), options=tuple(_choices(talk, request, initiative)))


def _choices(talk: Talk, request: SupportRequest, initiative: Initiative) -> list[Option]:
    options = []
    if request.state == OPEN:
        options.append(Option("Tôi nhận", f"ht_nhan:{request.id}", "primary"))
    if request.state == TAKEN and request.taken_by == talk.person.member_id:
        options.append(Option("Ghi kết quả", f"ht_xong:{request.id}", "primary"))
        options.append(Option("Thôi nhận", f"ht_thoi:{request.id}"))
    see = Option("Xem mô hình", f"mh:{initiative.id}")
    return [*options, see, Option("Danh sách cần hỗ trợ", "ht")]


def _upper(words: str) -> str:
    return words[:1].upper() + words[1:]


def _policy(policy: Policy) -> str:
    until = f" (đến {plain_date(policy.until)})" if policy.until else ""
    return f"{policy.name}{until}"


def _request(talk: Talk, request_id: str | int) -> SupportRequest:
    """One that this person may see to, asked in the transaction that acts."""
    request = talk.session.get(SupportRequest, int(request_id))
    if request is not None and rights.may(talk, Act.SUPPORT, _about(talk, request)[0]):
        return request
    raise Refused(talk.say(NOT_YOURS))


def _about(talk: Talk, request: SupportRequest) -> tuple[Enrolment, Initiative]:
    enrolment = talk.session.get_one(Enrolment, request.enrolment_id)
    return enrolment, talk.session.get_one(Initiative, enrolment.initiative_id)


def _author(talk: Talk, request: SupportRequest) -> int:
    return talk.session.get_one(Report, request.report_id).author_id


def _fitting(talk: Talk, request: SupportRequest) -> list[Policy]:
    enrolment, initiative = _about(talk, request)
    sector = talk.session.get_one(Sector, enrolment.sector_id).code
    day, root = talk.today, initiative.root_id
    return helping.fitting(talk.session, root, day, request.need, sector)


@action("ht_nhan")
def take(talk: Talk, request_id: str) -> list[Reply]:
    request = _request(talk, request_id)
    if not support.take(talk.session, request, talk.member_id, talk.now):
        return _too_late(talk, request)
    talk.did("take", "support_request", request.id)
    _tell(talk, request, TAKEN_ON, f"taken:{int(talk.now.timestamp())}")
    return [talk.reply("{Ac} đã nhận việc này. Cảm ơn {ac}."), look(talk, request_id)]


def _too_late(talk: Talk, request: SupportRequest) -> list[Reply]:
    """What somebody else, or oneself before, has done."""
    if request.state == CLOSED:
        note = "Việc này đã xong rồi ạ."
    elif request.taken_by == talk.person.member_id:
        note = "{Ac} đã nhận việc này rồi ạ."
    elif request.state == TAKEN:
        note = "Việc này {who} đã nhận ngày {day} rồi ạ. Cảm ơn {ac}."
    else:
        note = "Việc này chưa có ai nhận ạ."
    who, day = _called(talk, request.taken_by), local_day(talk, request.taken_at or request.at)
    return [talk.reply(note, who=who, day=day), look(talk, str(request.id))]


@action("ht_thoi")
def give_back(talk: Talk, request_id: str) -> list[Reply]:
    request = _request(talk, request_id)
    if not support.give_back(talk.session, request, talk.member_id):
        return _too_late(talk, request)
    talk.did("give_back", "support_request", request.id)
    _tell(talk, request, GIVEN_BACK, f"back:{int(talk.now.timestamp())}")
    return [talk.reply("Việc này lại chờ người khác nhận ạ."), look(talk, request_id)]


def _tell(talk: Talk, request: SupportRequest, text: str, key: str, **values: object) -> None:
    """The member who asked; nobody is told of what they did themselves."""
    author, (_, initiative) = _author(talk, request), _about(talk, request)
    if author == talk.person.member_id:
        return
    who = _called(talk, talk.person.member_id)
    tell(
        talk, author, f"support:{request.id}:{key}", text, ELSE, need=_need(request),
        code=initiative.code, name=cut(initiative.name, 80), who=who, Who=_upper(who),
        **values,
    )  # fmt: skip


# -- closing ----------------------------------------------------------------------------------


@action("ht_xong")
def begin_closing(talk: Talk, request_id: str) -> Replies:
    request = _request(talk, request_id)
    if request.state != TAKEN or request.taken_by != talk.member_id:
        return _too_late(talk, request)
    talk.open(CLOSE, {"yeu_cau": {"v": request.id, "t": ""}})
    return None


@lookup("policies_for_request")
def policies(talk: Talk, asked: Lookup) -> Found:
    request = talk.session.get(SupportRequest, asked.about[0] or 0)
    found = _fitting(talk, request)[:PAGE] if request else []
    return Found((*(Choice(p.id, p.name) for p in found), NO_POLICY) if found else ())


@submits(CLOSE)
def close(talk: Talk, answers: Answers, key: str) -> list[Reply]:
    request = _request(talk, answers["yeu_cau"]["v"])
    words, used = answers["ghi_chu"]["v"], answers.get("chinh_sach", {}).get("v") or None
    mine = (talk.session, request, talk.member_id, talk.now)
    if not support.close(*mine, words, used):
        return _too_late(talk, request)
    talk.did("close", "support_request", request.id)
    policy = talk.session.get(Policy, used) if used else None
    said = f" (theo chính sách: {policy.name})." if policy else "."
    _tell(talk, request, DONE, "closed", note=words, policy=said)
    return [talk.reply("Đã ghi kết quả và báo người cần hỗ trợ. Cảm ơn {ac}."), listed(talk)]
