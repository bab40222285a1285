"""Inviting: one person with a role, a meeting, or somebody who has lost their way in."""

from datetime import timedelta

from bot.conversation.channels import TELEGRAM
from bot.conversation.form import Answers, Choice, Form, Found, Kind, Lookup, Step
from bot.conversation.messages import File, Option, Reply
from bot.domain.invitations import LINK_LASTS, MEETING_LASTS, grouped
from bot.domain.roles import ROLE_LABELS, Act, Role, may_give, roles_to_give
from bot.errors import Refused
from bot.handlers.people import due, file_of, local_day, may
from bot.handlers.registry import Replies, Talk, lookup, submits
from bot.presentation.sheet import qr_png, sheet_html
from storage import invitations, members
from storage.invitations import Fresh
from storage.tables.people import Member
from storage.tables.units import Unit
from storage.unit_search import choices_of, find_units

NOT_YOURS = (
    "{Ac} không mời được vào đơn vị này với vai trò ấy ạ. Xin {ac} chọn đơn vị mình phụ trách."
)
STRONGER = "{name} giữ vai trò cao hơn, nên mã vào lại phải do quản trị cấp ạ."

WHERE = Step(
    "don_vi",
    Kind.UNIT,
    "Đơn vị",
    "Mời vào đơn vị nào ạ?",
    help="Ví dụ: xã Thạch Lạc",
    offer="units_to_give",
    about=("vai_tro",),
)
INVITE = Form(
    "moi",
    "Thư mời",
    (
        Step(
            "vai_tro",
            Kind.CHOICE,
            "Vai trò",
            "{Ac} mời ai ạ? Chọn vai trò của người được mời.",
            offer="roles_to_give",
        ),
        WHERE,
    ),
    "lập",
)
MEETING = Form("hop", "Mã cho cuộc họp", (WHERE,), "lập")


@lookup("roles_to_give")
def roles(talk: Talk, asked: Lookup) -> Found:
    found = roles_to_give(talk.person.grants)
    return Found(tuple(Choice(r.value, ROLE_LABELS[r].capitalize()) for r in found), sure=True)


@lookup("units_to_give")
def units(talk: Talk, asked: Lookup) -> Found:
    """Own units first; what is typed is looked for below them. A meeting is about members."""
    role = Role(asked.about[0] or Role.MEMBER)
    own = may_give(role, talk.person.grants)
    if asked.text:
        return find_units(talk.session, asked.text, on=talk.today, under=own) if own else Found()
    rows = [talk.session.get_one(Unit, one) for one in own]
    return Found(choices_of(talk.session, rows), sure=True)


def make(
    talk: Talk,
    unit_id: int,
    role: str,
    lasts: timedelta = LINK_LASTS,
    *,
    reusable: bool = False,
    member_id: int | None = None,
) -> Fresh:
    """Make an invitation if the speaker may; Refused else."""
    own = talk.person.member_id
    right = (role, unit_id, talk.now, talk.today)
    if own is None or not members.may_give_here(talk.session, own, *right):
        raise Refused(talk.say(NOT_YOURS))
    fresh = invitations.create(
        talk.session,
        unit_id=unit_id,
        role=role,
        now=talk.now,
        lasts=lasts,
        by=own,
        reusable=reusable,
        member_id=member_id,
    )
    talk.did("invite", "invitation", fresh.id, unit=unit_id)
    return fresh


@submits(INVITE)
def invite(talk: Talk, answers: Answers, key: str) -> Replies:
    fresh = make(talk, answers["don_vi"]["v"], answers["vai_tro"]["v"])
    intro = "Thư mời {vai_tro} của {don_vi} đây ạ. {Ac} chuyển cho một người:"
    return handed_over(talk, fresh, intro)


@submits(MEETING)
def meet(talk: Talk, answers: Answers, key: str) -> Replies:
    unit_id = answers["don_vi"]["v"]
    fresh = make(talk, unit_id, Role.MEMBER, MEETING_LASTS, reusable=True)
    intro = (
        "Mã cho cuộc họp của {don_vi} đây ạ. Nhiều người dùng được; ai vào cũng chờ {ac} đồng ý:"
    )
    first = handed_over(talk, fresh, intro)
    html = sheet_html(
        members.unit_name(talk.session, unit_id),
        link(talk, fresh),
        grouped(fresh.code),
        talk.today + MEETING_LASTS,
    )
    sheet = file_of(talk, html.encode(), "ma-cuoc-hop.html", "text/html")
    note = "Tờ A4 để in hoặc chiếu lên màn hình, có mã QR và ba bước."
    return [*first, Reply(talk.say(note), file=sheet)]


def access_again(talk: Talk, member: Member) -> Replies:
    """A new way in for somebody who lost theirs. Never for somebody who may more than the giver:
    the code would hand their rights over."""
    own = talk.person.member_id
    if own is None or not may(talk, Act.APPROVE_MEMBERS, member.unit_id):
        raise Refused(talk.say("Người này không thuộc đơn vị {ac} phụ trách ạ."))
    if members.roles_beyond(talk.session, own, member.id, talk.now, talk.today):
        raise Refused(talk.say(STRONGER, name=member.name))
    assert member.unit_id is not None
    fresh = make(talk, member.unit_id, Role.MEMBER, member_id=member.id)
    intro = "Mã vào lại của {ten} đây ạ. Chỉ đưa cho đúng người ấy, tốt nhất là đưa tận tay:"
    return handed_over(talk, fresh, intro, ten=member.name)


def links(talk: Talk, fresh: Fresh) -> dict[str, str]:
    """Ways in by a tap, with their names; first that of the platform the speaker is on."""
    base, bot = talk.organisation.public_url.rstrip("/"), talk.organisation.telegram
    found = {"Trang web": f"{base}/i/{fresh.token}"} if base else {}
    if bot:
        there = {"Telegram": f"https://t.me/{bot}?start={fresh.token}"}
        found = there | found if talk.person.platform == TELEGRAM else found | there
    return found


def link(talk: Talk, fresh: Fresh) -> str:
    """The one that a picture of it leads to."""
    return next(iter(links(talk, fresh).values()), "")


def handed_over(talk: Talk, fresh: Fresh, intro: str, **values: object) -> list[Reply]:
    """The invitation in a message one can forward, with its QR."""
    ways, code = links(talk, fresh), grouped(fresh.code)
    named = "Đường dẫn: {0}" if len(ways) == 1 else "{1}: {0}"
    lines = [intro, "", *(named.format(url, name) for name, url in ways.items())]
    lines += ["Mã gõ tay: {code}", "Hạn: {han}. " + _once(fresh)]
    text = talk.say(
        "\n".join(lines),
        code=code,
        vai_tro=ROLE_LABELS[Role(fresh.role)],
        don_vi=members.unit_name(talk.session, fresh.unit_id),
        han=local_day(talk, fresh.expires_at),
        **values,
    )
    revoke = Option("Thu hồi", f"ql_huy:{fresh.id}")
    reply = Reply(text, options=(revoke,), code=code, file=_picture(talk, link(talk, fresh)))
    return [due(talk, reply, fresh.expires_at)]


def _once(fresh: Fresh) -> str:
    return "Dùng được nhiều lần." if fresh.reusable else "Dùng được một lần."


def _picture(talk: Talk, url: str) -> File | None:
    return file_of(talk, qr_png(url), "ma-qr.png", "image/png") if url else None
