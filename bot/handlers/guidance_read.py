"""A message from above, as who it is for reads it: seen, carried out, with a note or a picture."""

from collections.abc import Sequence

from bot.conversation.form import Answers, Form, Kind, Step
from bot.conversation.messages import Option, Reply
from bot.domain.due_words import until
from bot.domain.partial_dates import plain_date
from bot.domain.text import cut
from bot.errors import Refused
from bot.handlers.people import ELSE
from bot.handlers.registry import Part, Replies, Talk, action, adds_to, submits
from bot.handlers.reminded import is_for_others, later
from bot.handlers.reminding import Piece, reads
from bot.handlers.seeing import who
from storage import guidance, reminders
from storage.guidance import DONE, SEEN
from storage.photos import clean_names
from storage.tables.reminders import Guidance, Reminder

PAGE, MOST, LONGEST = 8, 4, 1200
"""LONGEST: letters of it that stand in a reminder; the rest is one tap away."""
HOW = Form(
    "cdt",
    "Đã triển khai",
    (
        Step("viec", Kind.CHOICE, "", "", hidden=True, required=False),
        Step("cach", Kind.TEXT, "Đã làm",
             "{Ac} ghi vài chữ đã làm thế nào, hoặc gửi một ảnh; không cần thì “bỏ qua” ạ.",
             "Ví dụ: đã họp thôn, 45 hộ dự", least=3, most=500, required=False),
        Step("anh", Kind.PHOTOS, "Ảnh", "{Ac} gửi một ảnh giúp ạ. Xong thì gõ “xong”.", most=1,
             required=False, later=True),
    ),
    straight=True,
)  # fmt: skip
NOT_YOURS = "Chỉ đạo này không gửi cho {ac} ạ. {Ac} nhắn “việc cần làm” để xem việc của mình."
GONE = "Chỉ đạo này người gửi đã thu hồi ạ. {Ac} không phải làm gì nữa."


def _mine(talk: Talk, guidance_id: str | int) -> Guidance:
    one = talk.session.get(Guidance, int(guidance_id))
    sent = one is not None and one.send_on <= talk.today
    if one is None or not sent or not guidance.is_for(talk.session, one, talk.member_id):
        raise Refused(talk.say(NOT_YOURS))
    if one.state == "withdrawn":
        raise Refused(talk.say(GONE))
    return one


def _said(talk: Talk, one: Guidance) -> str:
    row = guidance.answer_of(talk.session, one.id, talk.member_id)
    return row.answer if row else ""


@action("cd_xem")
def look(talk: Talk, guidance_id: str) -> Reply:
    one = _mine(talk, guidance_id)
    photos = tuple(clean_names(talk.session, one.photos).values())
    return Reply(_text(talk, one, 0), options=(*_answers(talk, one), ELSE), photos=photos)


def _text(talk: Talk, one: Guidance, longest: int) -> str:
    head = f"Chỉ đạo của {who(talk, one.author_id)}, ngày {plain_date(one.send_on)}:"
    lines = [head, cut(one.text, longest) if longest else one.text]
    lines += [f"Triển khai: {until(one.due_on, talk.today)}."] if one.due_on else []
    return "\n".join(lines)


def _answers(talk: Talk, one: Guidance) -> tuple[Option, ...]:
    said = _said(talk, one)
    seen = (Option("Đã xem", f"cd_da:{one.id}", "primary"),) if not said else ()
    if one.due_on is None or said == DONE:
        return seen
    return (*seen, Option("Đã triển khai", f"cd_tk:{one.id}", "primary" if said else ""))


@action("cd_da")
def seen(talk: Talk, guidance_id: str) -> Reply:
    one = _mine(talk, guidance_id)
    if _said(talk, one):
        return talk.reply("Trợ lý đã ghi là {ac} xem rồi ạ.", *_answers(talk, one), ELSE)
    _respond(talk, one, SEEN)
    if one.due_on is None:
        return talk.reply("Đã ghi là {ac} đã xem. Cảm ơn {ac}.", ELSE)
    words = "Đã ghi là {ac} đã xem. Làm xong, {ac} báo “Đã triển khai”, {day}."
    return talk.reply(words, *_answers(talk, one), ELSE, day=until(one.due_on, talk.today))


@action("cd_tk")
def begin_done(talk: Talk, guidance_id: str) -> Replies:
    one = _mine(talk, guidance_id)
    if one.due_on is None or _said(talk, one) == DONE:
        return talk.reply("Trợ lý đã ghi rồi ạ. Cảm ơn {ac}.", ELSE)
    talk.open(HOW, {"viec": {"v": one.id, "t": ""}})
    return None


@submits(HOW)
def done(talk: Talk, answers: Answers, key: str) -> Reply:
    one = _mine(talk, answers["viec"]["v"])
    if _said(talk, one) != DONE:
        photos = answers["anh"]["v"] if "anh" in answers else [""]
        _respond(talk, one, DONE, answers["cach"]["v"] if "cach" in answers else "", photos[0])
    return talk.reply("Đã ghi là {ac} đã triển khai. Cảm ơn {ac}.", ELSE)


def _respond(talk: Talk, one: Guidance, answer: str, note: str = "", photo: str = "") -> None:
    reminders.respond(
        talk.session, what="guidance", subject_id=one.id, unit_id=one.unit_id,
        member_id=talk.member_id, answer=answer, day=talk.today, now=talk.now, note=note,
        photo=photo,
    )  # fmt: skip
    talk.did("see" if answer == SEEN else "carry_out", "guidance", one.id)


# -- among what waits ---------------------------------------------------------------------------


@adds_to("tasks", 33)
def to_read(talk: Talk) -> Part | None:
    rows = guidance.waiting(talk.session, talk.member_id, talk.today, MOST)
    options = (Option(_short(talk, one), f"cd_xem:{one.id}") for one in rows)
    return Part(options=tuple(options)) if rows else None


def _short(talk: Talk, one: Guidance, what: str = "guidance") -> str:
    due = f", hạn {plain_date(one.due_on)}" if one.due_on else ""
    kind = "Triển khai chỉ đạo" if what == "guidance_done" else "Chỉ đạo"
    return f"{kind} của {who(talk, one.author_id)}: {cut(one.text, 40).rstrip('.')}{due}"


@reads("guidance")
@reads("guidance_done")
def remind(talk: Talk, rows: Sequence[Reminder]) -> Piece | None:
    """What was answered meanwhile is left out: others may not have answered yet."""
    ones = [talk.session.get(Guidance, i) for i in dict.fromkeys(r.subject_id for r in rows)]
    there = [one for one in ones if one and one.state != "withdrawn"]
    if is_for_others(rows[0]):
        return _of_others(there, rows)
    wanted = (DONE,) if rows[0].what == "guidance_done" else (SEEN, DONE)
    still = [one for one in there if _said(talk, one) not in wanted]
    put_off = later(rows[0], many=len(rows) > 1)
    if len(still) > 1:
        what = rows[0].what
        options = tuple(Option(_short(talk, one, what), f"cd_xem:{one.id}") for one in still[:PAGE])
        head = f"{len(still)} chỉ đạo, văn bản chờ {talk.person.address}"
        return Piece(f"{head}. Chọn một để xem ạ.", (*options, put_off), head)
    return _whole(talk, still[0], put_off, rows[0].what) if still else None


def _whole(talk: Talk, one: Guidance, put_off: Option, what: str) -> Piece:
    more = len(one.text) > LONGEST or one.photos
    full = (Option("Xem toàn văn, ảnh", f"cd_xem:{one.id}"),) if more else ()
    options = (*_answers(talk, one), *full, put_off)
    return Piece(_text(talk, one, LONGEST), options, _short(talk, one, what))


def _of_others(rows: Sequence[Guidance], why: Sequence[Reminder]) -> Piece | None:
    """For who stands above those who have not answered."""
    if not rows:
        return None
    what = "chưa triển khai" if why[0].what == "guidance_done" else "chưa xem"
    names = "; ".join(f"“{cut(one.text, 60)}”" for one in rows[:PAGE])
    options = (Option(f"Xem “{cut(one.text, 40)}”", f"cd_tin:{one.id}") for one in rows[:PAGE])
    text = f"Có người {what} chỉ đạo: {names}."
    return Piece(text, (*options, later(why[0], many=len(why) > 1)), text)
