"""Starting from what people already do: a photo, a long text, a forwarded post, a voice message."""

from datetime import datetime, timedelta
from typing import Any

from bot.conversation.form import Form
from bot.conversation.messages import Option, Other, Reply
from bot.domain.numbers import format_number
from bot.domain.phones import format_phone
from bot.domain.roles import Act
from bot.domain.text import clean, cut
from bot.errors import Refused
from bot.handlers import report, update
from bot.handlers.inspection_form import FORM as INSPECTION
from bot.handlers.people import MENU, own_member, tell
from bot.handlers.registry import Replies, Talk, action, catches, command
from storage import tasks
from storage.deciding import approvers_for

SENT = Option("Phiếu đã gửi", "cmd:dagui")
LONG = 40
"""Characters from which a text outside any form is taken for something to report."""
MOST_PHOTOS = 10
LONGEST = 10_000
TOGETHER = timedelta(minutes=30)
"""What comes within this time of each other is taken for one thing: the pieces of an album."""
USES: dict[str, tuple[Form, str]] = {
    "dk": (report.FORM, "noi_dung"),
    "cn": (update.FORM, "moi"),
    "kt": (INSPECTION, "nhan_xet"),
}


@catches(50)
def something(talk: Talk) -> Replies:
    """Keep it, and ask what it is for. More pieces of an album join what is kept."""
    said = talk.said
    if not (said.photos or said.forwarded or len(said.text) >= LONG):
        return None
    held = _held(talk)
    photos = [*dict.fromkeys([*held["photos"], *said.photos])]
    text = "\n".join(t for t in (held["text"], clean(said.text)) if t)[:LONGEST]
    kept = {"photos": photos[:MOST_PHOTOS], "text": text, "at": talk.now.isoformat()}
    talk.person.held = kept
    what = [f"{len(kept['photos'])} ảnh"] if photos else []
    what += ["bài viết"] if text else []
    reply = "Trợ lý đã giữ {what}. {Ac} gửi để làm gì ạ?"
    return talk.reply(reply, *_uses(talk), what=" và ".join(what))


def _held(talk: Talk) -> dict[str, Any]:
    held = talk.person.held
    if held and talk.now - datetime.fromisoformat(held["at"]) < TOGETHER:
        return held
    return {"photos": [], "text": ""}


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
    if what != "bo" and (what not in USES or (what == "kt" and not talk.can(Act.INSPECT))):
        raise ValueError(what)
    talk.person.held = None
    if what == "bo":
        return talk.reply("Trợ lý đã bỏ, không lưu ạ.", MENU)
    form, key = USES[what]
    answers, notes = _as_answers(form, key, held["text"], held["photos"])
    talk.open(form, answers)
    done = "Trợ lý đã đưa vào phiếu. Xin {ac} trả lời nốt mấy câu ạ."
    return talk.reply("\n".join([done, *notes]))


def _as_answers(
    form: Form, key: str, text: str, photos: list[str]
) -> tuple[dict[str, Any], list[str]]:
    """What was sent as answers, and what of it has no room, which is said."""
    answers: dict[str, Any] = {}
    notes = []
    if text:
        step = form.step(key)
        most = step.most if step else LONGEST
        kept = cut(text, most)
        answers[key] = {"v": kept, "t": kept}
        if len(text) > most:
            notes.append(f"Bài dài nên phiếu giữ {format_number(most)} chữ cái đầu.")
    if photos:
        step = form.step("anh")
        few = photos[: step.most] if step else photos
        answers["anh"] = {"v": few, "t": f"{len(few)} ảnh"}
        if len(few) < len(photos):
            notes.append(f"Phiếu giữ {len(few)} ảnh đầu.")
    return answers, notes


# -- what a form cannot use ---------------------------------------------------------------


@catches(40)
def voice(talk: Talk) -> Replies:
    if talk.said.other is not Other.VOICE:
        return None
    if talk.person.draft_id is not None:  # there a typed number is an answer
        return talk.reply(
            "Trợ lý chưa nghe được tin thoại ạ. {Ac} gõ chữ giúp; muốn đầu mối gọi lại thì "
            "nhắn /goilai."
        )
    return talk.reply(
        "Trợ lý chưa nghe được tin thoại ạ. {Ac} gõ chữ giúp, hoặc nhờ đầu mối gọi lại.",
        Option("Nhờ đầu mối gọi lại", "cmd:goilai"),
        MENU,
    )


@command("goilai", "Nhờ đầu mối gọi lại", words=("goi lai", "goi lai cho toi"))
def call_back(talk: Talk, argument: str) -> Reply:
    """A task for the focal persons of the member's unit."""
    unit = talk.person.unit_id or talk.organisation.root_id
    who = approvers_for(talk.session, unit, talk.now, talk.person.member_id)
    if not who:
        contact = talk.organisation.contact or "quản trị"
        return talk.reply("Đơn vị chưa có đầu mối ạ. Xin {ac} liên hệ {contact}.", contact=contact)
    task = tasks.add(talk.session, "voice", unit, talk.member_id, talk.now)
    member = own_member(talk)
    phone = f" (số {format_phone(member.phone)})" if member.phone else ""
    name = f"{member.address} {member.name}{phone}"
    text = "{name} gửi tin thoại, nhờ {ac} gọi lại. Gọi xong, {ac} nhắn “việc cần làm” để ghi."
    for one in who:
        tell(talk, one, f"voice:{task.id}", text, name=f"{name[:1].upper()}{name[1:]}")
    more = "" if phone else " Hồ sơ chưa có số điện thoại; {ac} ghi thêm ở “hồ sơ của tôi” nhé."
    return talk.reply(f"Trợ lý đã nhắn đầu mối gọi lại cho {{ac}}.{more}", MENU)


@catches(41)
def other_things(talk: Talk) -> Replies:
    """Files, stickers, edited messages: what they cannot do here, and what to do instead."""
    filling = talk.person.draft_id is not None
    answers = {
        Other.FILE: "Trợ lý chưa đọc được tệp này ạ. {Ac} gửi ảnh, hoặc gõ chữ giúp.",
        Other.EDITED: "Tin sửa lại thì Trợ lý không đọc ạ. Muốn sửa phiếu đã gửi, {ac} nhắn "
        "“đã gửi”, chọn phiếu rồi chọn “Sửa phiếu”.",
    }
    if filling:
        answers[Other.EDITED] = (
            "Tin sửa lại thì Trợ lý không đọc ạ. {Ac} nhắn “quay lại” để ghi lại câu trước."
        )
        answers[Other.STICKER] = "Trợ lý cảm ơn {ac}. Mời {ac} ghi tiếp ạ."
    text = answers.get(talk.said.other) if talk.said.other else None
    options = (SENT, MENU) if talk.said.other is Other.EDITED else (MENU,)
    return talk.reply(text, *(() if filling else options)) if text else None
