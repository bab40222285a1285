"""Theo dõi, giúp đỡ: the body that follows an initiative, its programme, policies and publicity."""

from bot.conversation.form import Answers, Choice, Form, Found, Kind, Lookup, Step
from bot.conversation.messages import Option, Reply
from bot.domain.roles import Act, Role
from bot.domain.text import cut
from bot.domain.units import BODIES
from bot.errors import Refused
from bot.handlers import rights
from bot.handlers.people import tell
from bot.handlers.registry import Part, Replies, Talk, action, adds_to, lookup, submits
from storage import helping, lifecycle
from storage.members import unit_name
from storage.tables.records import Enrolment, Initiative
from storage.tables.units import Unit
from storage.unit_search import choices_of, find_units
from storage.units import units_of

OFFERED = 6
ANSWERABLE = (Role.FOCAL, Role.LEADER, Role.APPROVER)
"""Whom of a body it is told that it has something to follow."""
NOT_YOURS = (
    "Việc theo dõi, giúp đỡ mô hình này do đầu mối hoặc người thẩm định của đơn vị ấy ghi ạ. "
    "{Ac} nhắn “quản lý” để xem phần của mình."
)
NO_BODY = "Nơi này không phải cơ quan, tổ chức đang hoạt động. Xin {ac} nhắn “sửa 1” để chọn lại ạ."
GIVEN = "{unit} được giao theo dõi, giúp đỡ mô hình {code}, “{name}”. Xin {ac} quan tâm giúp."
HELPED = "{unit} được giao theo dõi, giúp đỡ mô hình “{name}” của {ac}."
OF = Step("mo_hinh", Kind.CHOICE, "", "", hidden=True, required=False)
"""Which enrolment a form of this page is about."""
BODY = Form(
    "gdcq",
    "Giao cơ quan theo dõi, giúp đỡ",
    (
        OF,
        Step("co_quan", Kind.UNIT, "Cơ quan",
             "Giao cơ quan, tổ chức nào theo dõi, giúp đỡ ạ? {Ac} chọn, hoặc gõ tên.",
             "Ví dụ: Hội LHPN xã Thạch Lạc", offer="helping_bodies", about=("mo_hinh",)),
    ),
    straight=True,
)  # fmt: skip
PROGRAMME = Form(
    "gdct",
    "Đề án, chương trình",
    (
        OF,
        Step("chuong_trinh", Kind.CHOICE, "Đề án, chương trình",
             "Mô hình thuộc đề án, chương trình nào ạ? {Ac} chọn, hoặc ghi tên.",
             "Ví dụ: Đề án huyện nông thôn mới nâng cao 2022 - 2025", offer="programmes",
             free=True, least=3, most=150),
    ),
    straight=True,
)  # fmt: skip


# -- what is known ----------------------------------------------------------------------------


@adds_to("card", 55)
def on_the_card(talk: Talk, enrolment: Enrolment) -> Part | None:
    options = []
    if times := helping.times_told(talk.session, enrolment.initiative_id):
        options.append(Option(f"Tin bài ({times})", f"tb_xem:{enrolment.initiative_id}"))
    if rights.may(talk, Act.GUIDE, enrolment):
        options.append(Option("Theo dõi, giúp đỡ", f"gd:{enrolment.id}"))
    lines = tuple(f"{label}: {words}" for label, words in _known(talk, enrolment) if words)
    return Part(lines, tuple(options)) if lines or options else None


def _known(talk: Talk, enrolment: Enrolment) -> list[tuple[str, str]]:
    initiative = talk.session.get_one(Initiative, enrolment.initiative_id)
    policies = helping.used(talk.session, initiative.id)
    times = helping.times_told(talk.session, initiative.id)
    return [
        ("Cơ quan theo dõi, giúp đỡ", unit_name(talk.session, enrolment.follower_id)),
        ("Đề án, chương trình", initiative.programme),
        ("Chính sách dùng được", "; ".join(p.name for p in policies)),
        ("Tuyên truyền", f"{times} lần" if times else ""),
    ]


@action("gd")
def page(talk: Talk, enrolment_id: str) -> Reply:
    enrolment, initiative = guided(talk, enrolment_id)
    lines = [f"– {label}: {words or 'chưa ghi'}" for label, words in _known(talk, enrolment)]
    head = f"{initiative.code}, “{initiative.name}”, năm {enrolment.year}"
    return Reply("\n".join([head, *lines]), options=_choices(enrolment))


def _choices(enrolment: Enrolment) -> tuple[Option, ...]:
    end = (Option("Thôi giao cơ quan này", f"gd_thoi:{enrolment.id}"),)
    return (
        Option("Giao cơ quan theo dõi", f"gd_cq:{enrolment.id}"),
        *(end if enrolment.follower_id else ()),
        Option("Ghi đề án, chương trình", f"gd_ct:{enrolment.id}"),
        Option("Chính sách phù hợp", f"cs_mh:{enrolment.id}"),
        Option("Ghi tin bài, tuyên truyền", f"tb:{enrolment.id}"),
        Option("Về thẻ mô hình", f"mh:{enrolment.initiative_id}:{enrolment.year}"),
    )


def guided(talk: Talk, enrolment_id: str | int) -> tuple[Enrolment, Initiative]:
    """One that this person may guide, asked in the transaction that acts. Raises Refused."""
    enrolment = talk.session.get(Enrolment, int(enrolment_id))
    standing = enrolment is not None and enrolment.state != "withdrawn"
    if enrolment is None or not standing or not rights.may(talk, Act.GUIDE, enrolment):
        raise Refused(talk.say(NOT_YOURS))
    return enrolment, talk.session.get_one(Initiative, enrolment.initiative_id)


def about(enrolment: Enrolment) -> dict[str, dict[str, object]]:
    """What a form of this page is opened with."""
    return {OF.key: {"v": enrolment.id, "t": ""}}


# -- the body that follows --------------------------------------------------------------------


@action("gd_cq")
def choose_body(talk: Talk, enrolment_id: str) -> Replies:
    talk.open(BODY, about(guided(talk, enrolment_id)[0]))
    return None


@lookup("helping_bodies")
def bodies(talk: Talk, asked: Lookup) -> Found:
    """Those that follow others near by first, then those of the place."""
    if asked.text:
        root = (talk.organisation.root_id,)
        return find_units(talk.session, asked.text, kinds=BODIES, on=talk.today, under=root)
    enrolment = talk.session.get(Enrolment, asked.about[0] or 0)
    if enrolment is None:
        return Found()
    near = helping.helpers(talk.session, enrolment, OFFERED)
    there = helping.bodies_at(talk.session, enrolment.place_id, talk.today, OFFERED)
    rows = units_of(talk.session, [enrolment.registrant_id, *near, *there])
    fit = [u for i in (*near, enrolment.registrant_id, *there) if _helps(talk, u := rows[i])]
    return Found(choices_of(talk.session, list(dict.fromkeys(fit))[:OFFERED]))


def _helps(talk: Talk, unit: Unit) -> bool:
    return unit.kind in BODIES and unit.valid_from <= talk.today < unit.valid_to


@submits(BODY)
def give(talk: Talk, answers: Answers, key: str) -> list[Reply]:
    enrolment, initiative = guided(talk, answers[OF.key]["v"])
    unit = talk.session.get_one(Unit, answers["co_quan"]["v"])
    if not _helps(talk, unit) or unit.root_id != initiative.root_id:
        raise Refused(talk.say(NO_BODY))
    if unit.id != enrolment.follower_id:
        helping.follow(talk.session, enrolment, unit.id)
        talk.did("assign", "enrolment", enrolment.id, unit=unit.id)
        _tell(talk, enrolment, initiative, unit)
    done = talk.reply("{unit} đã được giao theo dõi, giúp đỡ mô hình này.", unit=unit.name)
    return [done, page(talk, str(enrolment.id))]


def _tell(talk: Talk, enrolment: Enrolment, initiative: Initiative, unit: Unit) -> None:
    """The body's people, unless it is narrowed: then who may not see it would read of it."""
    said = {"unit": unit.name, "code": initiative.code, "name": cut(initiative.name, 80)}
    tag = f"{enrolment.id}:{unit.id}:{int(talk.now.timestamp())}"
    told = helping.people_of(talk.session, unit.id, ANSWERABLE, talk.now)
    for member_id in [] if enrolment.narrowed else told:
        if member_id != talk.person.member_id:
            tell(talk, member_id, f"follows:{tag}:{member_id}", GIVEN, **said)
    for owner in lifecycle.owners_of_year(talk.session, enrolment):
        if owner not in (talk.person.member_id, *told):
            tell(talk, owner, f"followed:{tag}:{owner}", HELPED, **said)


@action("gd_thoi")
def take_back(talk: Talk, enrolment_id: str) -> list[Reply]:
    enrolment, _ = guided(talk, enrolment_id)
    if enrolment.follower_id is not None:
        helping.follow(talk.session, enrolment, None)
        talk.did("unassign", "enrolment", enrolment.id)
    return [talk.reply("Đã thôi giao theo dõi mô hình này."), page(talk, enrolment_id)]


# -- the programme ----------------------------------------------------------------------------


@action("gd_ct")
def choose_programme(talk: Talk, enrolment_id: str) -> Replies:
    talk.open(PROGRAMME, about(guided(talk, enrolment_id)[0]))
    return None


@lookup("programmes")
def programmes(talk: Talk, asked: Lookup) -> Found:
    known = helping.programmes(talk.session, talk.organisation.root_id, OFFERED)
    none = Choice("", "Không thuộc chương trình nào", ("không", "không thuộc"))
    return Found((*(Choice(name, name) for name in known), none))


@submits(PROGRAMME)
def put_programme(talk: Talk, answers: Answers, key: str) -> list[Reply]:
    enrolment, initiative = guided(talk, answers[OF.key]["v"])
    initiative.programme = str(answers["chuong_trinh"]["v"])
    talk.did("programme", "initiative", initiative.id)
    return [talk.reply("Đã ghi. Cảm ơn {ac}."), page(talk, str(enrolment.id))]
