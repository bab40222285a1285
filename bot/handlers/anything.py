"""Starting from what people already do: a photo, a long text, a forwarded post, a voice message."""

from typing import Any

from bot.conversation.messages import Option, Other, Reply
from bot.domain.roles import Act
from bot.domain.text import clean, cut
from bot.errors import Refused
from bot.handlers import notices, report, update
from bot.handlers.inspection import FORM as INSPECTION
from bot.handlers.registry import Replies, Talk, action, catches
from storage import tasks
from storage.members import approvers_for

LONG = 40
"""Characters from which a text outside any form is taken for something to report."""
MOST_PHOTOS = 10


@catches(50)
def something(talk: Talk) -> Replies:
    """Keep it, and ask what it is for. More pieces of an album join what is kept."""
    said = talk.said
    if not (said.photos or said.forwarded or len(said.text) >= LONG):
        return None
    held = talk.person.held or {}
    photos = [*held.get("photos", []), *said.photos][:MOST_PHOTOS]
    text = "\n".join(t for t in (held.get("text", ""), clean(said.text)) if t)
    talk.person.held = {"photos": photos, "text": text}
    what = " và ".join(
        w for w in (f"{len(photos)} ảnh" if photos else "", "bài viết" if text else "") if w
    )
    return talk.reply("Trợ lý đã giữ {what}. {Ac} gửi để làm gì ạ?", *_uses(talk), what=what)


def _uses(talk: Talk) -> list[Option]:
    uses = [
        Option("Báo cáo một mô hình mới", "dung:dk"),
        Option("Cập nhật mô hình đã có", "dung:cn"),
    ]
    if talk.can(Act.INSPECT):
        uses.append(Option("Phiếu kiểm tra", "dung:kt"))
    return [*uses, Option("Gửi nhầm, bỏ đi", "dung:bo")]


@action("dung")
def use(talk: Talk, what: str) -> Replies:
    """Open that form with the photos and the text already in."""
    held = talk.person.held
    if held is None:
        raise Refused(talk.say("Trợ lý không còn giữ gì ạ. {Ac} gửi lại giúp."))
    if what == "bo":
        talk.person.held = None
        return talk.reply("Trợ lý đã bỏ, không lưu ạ.", Option("Menu", "cmd:menu"))
    form, key, most = {
        "dk": (report.FORM, "noi_dung", 1500),
        "cn": (update.FORM, "moi", 1500),
        "kt": (INSPECTION, "nhan_xet", 1500),
    }[what]
    talk.person.held = None
    answers: dict[str, Any] = {}
    if held["text"]:
        text = cut(held["text"], most)
        answers[key] = {"v": text, "t": text}
    if held["photos"]:
        photos = held["photos"][: 5 if what != "kt" else MOST_PHOTOS]
        answers["anh"] = {"v": photos, "t": f"{len(photos)} ảnh"}
    talk.open(form, answers)
    return talk.reply("Trợ lý đã đưa vào phiếu. Xin {ac} trả lời nốt mấy câu ạ.")


@catches(40)
def voice(talk: Talk) -> Replies:
    if talk.said.other is not Other.VOICE:
        return None
    return talk.reply(
        "Trợ lý chưa nghe được tin thoại ạ. {Ac} gõ chữ giúp, hoặc nhờ đầu mối gọi lại.",
        Option("Nhờ đầu mối gọi lại", "goilai"),
    )


@action("goilai")
def call_back(talk: Talk) -> Reply:
    """A task for the focal persons of the member's unit."""
    unit = talk.person.unit_id or talk.organisation.root_id
    who = approvers_for(talk.session, unit, talk.now, talk.person.member_id)
    task_id = tasks.add(talk.session, "voice", unit, talk.member_id, talk.now)
    text = f"{talk.person.address} {talk.person.name} gửi tin thoại, nhờ {{ac}} gọi lại."
    for member_id in who:
        notices.tell(talk, member_id, f"voice:{task_id}", Reply(text))
    return talk.reply("Trợ lý đã nhắn đầu mối gọi lại cho {ac}.", Option("Menu", "cmd:menu"))


@catches(41)
def other_things(talk: Talk) -> Replies:
    """Files, edited messages: what they cannot do here, and what to do instead."""
    answers = {
        Other.FILE: "Trợ lý chưa đọc được tệp này ạ. {Ac} gửi ảnh, hoặc gõ chữ giúp.",
        Other.EDITED: "Tin đã sửa không đổi được phiếu đã gửi ạ. {Ac} nhắn “đã gửi” để sửa phiếu.",
    }
    text = answers.get(talk.said.other) if talk.said.other else None
    return talk.reply(text) if text else None
