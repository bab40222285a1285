"""Bàn giao: somebody leaves or changes work; their initiatives, drafts and tasks go to another."""

from bot.conversation.form import Answers, Form, Kind, Step
from bot.conversation.messages import Option, Reply
from bot.domain.roles import Act
from bot.errors import Refused
from bot.handlers.people import ELSE, may, tell, units_where
from bot.handlers.registry import Part, Replies, Talk, action, adds_to, submits
from storage import handover, members
from storage.handover import Held
from storage.tables.people import Member

PAGE = 8
NOT_YOURS = (
    "{Ac} bàn giao được giữa những người trong đơn vị mình phụ trách thôi ạ. "
    "{Ac} nhắn “quản lý” để xem hội viên của mình."
)
GIVEN = "{held} của {ac} đã được bàn giao cho {taker}. Cảm ơn {ac} đã góp sức."
TAKEN = "{Ac} nhận bàn giao từ {giver}: {held}. {Ac} nhắn “đã gửi” hoặc “làm tiếp” để xem ạ."
FORM = Form(
    "bg",
    "Bàn giao",
    (
        Step("tu", Kind.CHOICE, "", "", hidden=True, required=False),
        Step("cho", Kind.TEXT, "Người nhận", "Bàn giao cho ai ạ? {Ac} gõ tên người nhận.",
             "Ví dụ: Nguyễn Thị Lan", least=1, most=60),
    ),
    straight=True,
)  # fmt: skip


@adds_to("person", 20)
def button(talk: Talk, member: Member) -> Part | None:
    if not may(talk, Act.HAND_OVER, member.unit_id) or not handover.held(talk.session, member.id):
        return None
    return Part(options=(Option("Bàn giao việc cho người khác", f"bg:{member.id}"),))


def _person(talk: Talk, member_id: str | int) -> Member:
    member = talk.session.get(Member, int(member_id))
    if member is None or not may(talk, Act.HAND_OVER, member.unit_id):
        raise Refused(talk.say(NOT_YOURS))
    return member


@action("bg")
def begin(talk: Talk, giver_id: str) -> Replies:
    giver = _person(talk, giver_id)
    talk.open(FORM, {"tu": {"v": giver.id, "t": giver.name}})
    return None


@submits(FORM)
def find(talk: Talk, answers: Answers, key: str) -> Reply:
    giver = _person(talk, answers["tu"]["v"])
    own = units_where(talk, Act.HAND_OVER)
    found = members.people_below(talk.session, own, talk.today, answers["cho"]["v"], most=PAGE + 1)
    ready = [m for m in found if m.id != giver.id and m.state == "active"][:PAGE]
    again = Option("Gõ tên khác", f"bg:{giver.id}")
    if not ready:
        return talk.reply("Chưa thấy ai tên như vậy trong đơn vị {ac} phụ trách ạ.", again, ELSE)
    options = [
        Option(
            f"{m.name} – {members.unit_name(talk.session, m.unit_id)}", f"bgcho:{giver.id}:{m.id}"
        )
        for m in ready
    ]
    return talk.reply("Bàn giao cho ai ạ?", *options, again)


def _pair(talk: Talk, giver_id: str, taker_id: str) -> tuple[Member, Member]:
    giver, taker = _person(talk, giver_id), _person(talk, taker_id)
    if taker.state != "active" or taker.id == giver.id:
        raise Refused(talk.say("Người nhận cần là một hội viên khác, đang hoạt động ạ."))
    return giver, taker


def _in_words(held: Held) -> str:
    counts = (
        (held.initiatives, "mô hình"),
        (held.drafts, "phiếu làm dở"),
        (held.tasks, "việc đã nhận"),
    )
    return ", ".join(f"{number} {what}" for number, what in counts if number) or "không có việc nào"


@action("bgcho")
def ask(talk: Talk, giver_id: str, taker_id: str) -> Reply:
    giver, taker = _pair(talk, giver_id, taker_id)
    return talk.reply(
        "{giver} đang có: {held}. Bàn giao tất cả cho {taker} ạ?\n"
        "Phiếu cũ vẫn ghi ai đã viết; vai trò không chuyển theo.",
        Option("Bàn giao", f"bgthat:{giver.id}:{taker.id}", "primary"),
        Option("Không, để nguyên", f"ql_nguoi:{giver.id}"),
        giver=giver.name,
        taker=taker.name,
        held=_in_words(handover.held(talk.session, giver.id)),
    )


@action("bgthat")
def do(talk: Talk, giver_id: str, taker_id: str) -> Reply:
    giver, taker = _pair(talk, giver_id, taker_id)
    if not handover.held(talk.session, giver.id):
        return talk.reply("{giver} không còn việc nào để bàn giao ạ.", ELSE, giver=giver.name)
    moved = handover.hand_over(talk.session, giver, taker, talk.now)
    talk.did("hand_over", "member", giver.id, to=taker.id)
    said = {"giver": giver.name, "taker": taker.name, "held": _in_words(moved)}
    key = f"handed:{giver.id}:{taker.id}:{talk.key}"
    tell(talk, giver.id, f"{key}:from", GIVEN, **said)
    tell(talk, taker.id, f"{key}:to", TAKEN, Option("Phiếu đã gửi", "cmd:dagui"), **said)
    return talk.reply("Đã bàn giao {held} của {giver} cho {taker}.", ELSE, **said)
