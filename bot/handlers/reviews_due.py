"""A model's periodic review: how it is asked, and what one tap answers."""

from collections.abc import Sequence
from dataclasses import replace

from bot.conversation.form import Answers, Form, Kind, Step
from bot.conversation.messages import Option, Reply
from bot.domain.partial_dates import plain_date
from bot.domain.text import capital, cut
from bot.errors import Refused
from bot.handlers import lifecycle
from bot.handlers.people import ELSE, tell
from bot.handlers.registry import Part, Replies, Talk, action, adds_to, submits
from bot.handlers.reminded import far, is_for_others, later, more, when
from bot.handlers.reminding import Piece, reads
from bot.handlers.reviewed import (
    FIGURE,
    NOT_ANSWERED,
    answerable,
    ask_figure,
    heading,
    may_answer,
    open_news,
    respond,
)
from bot.handlers.reviews_many import listed
from bot.handlers.seeing import who
from bot.handlers.update_offers import SAME
from storage import deciding, self_reports
from storage import lifecycle as life
from storage.photos import clean_names
from storage.self_reports import ANSWERS, REVIEW
from storage.tables.records import Enrolment, Initiative
from storage.tables.reminders import Reminder, Response

NOTED = "Đã ghi: {title} {answer}, {who} tự báo ngày {day}. Cảm ơn {ac}."
STOPPED = "{who} báo mô hình {title} đã dừng{why}. {Ac} xem và ghi nhận giúp ạ."
HIDDEN = Step("viec", Kind.CHOICE, "", "", hidden=True, required=False)
WHY = Form(
    "rsdung",
    "Mô hình đã dừng",
    (
        HIDDEN,
        Step("ly_do", Kind.TEXT, "Lý do", "Mô hình dừng vì sao ạ? {Ac} ghi vài chữ, hoặc bỏ qua.",
             "Ví dụ: chủ mô hình chuyển đi nơi khác", least=2, most=300, required=False),
    ),
    straight=True,
)  # fmt: skip


# -- how it is asked ------------------------------------------------------------------------------


@reads(REVIEW)
@reads("stale")
def review(talk: Talk, its: Sequence[Reminder]) -> Piece | None:
    if len(its) > 1:
        return listed(talk, its, heading(talk, its[0]))
    enrolment = talk.session.get_one(Enrolment, its[0].subject_id)
    name = lifecycle.title(talk, enrolment)
    short = f"{heading(talk, its[0])} ({far(talk, its[0])}), {name}"
    asked = "Nay mô hình thế nào ạ?"
    if is_for_others(its[0]):
        asked = f"{_unheard(talk, enrolment)} {{Ac}} biết thì trả lời giúp ạ."
    text = f"{heading(talk, its[0])}: {name}.\n{when(talk, its[0])}\n{talk.say(asked)}"
    return Piece(text, _answers(its[0], enrolment), short)


def _unheard(talk: Talk, enrolment: Enrolment) -> str:
    people = life.owners_of_year(talk.session, enrolment)
    names = ", ".join(who(talk, one) for one in people[:2]) or "người báo cáo"
    return f"Trợ lý chưa có tin từ {names}."


def _answers(one: Reminder, enrolment: Enrolment) -> tuple[Option, ...]:
    return (
        Option("Vẫn tốt", f"rs:tot:{one.id}", "primary"),
        Option("Có thay đổi", f"rs:doi:{one.id}"),
        Option("Đã dừng", f"rs:dung:{one.id}"),
        later(one),
        Option("Tôi không phụ trách", f"rsk:{one.id}"),
        lifecycle.see(enrolment),
        more(one),
    )


# -- what is answered -----------------------------------------------------------------------------


@action("rs")
def answer(talk: Talk, said: str, reminder_id: str) -> Replies:
    return SAID[said](talk, *answerable(talk, reminder_id))


def _good(talk: Talk, one: Reminder, enrolment: Enrolment) -> Reply:
    """The first time in a year one figure is asked for."""
    before = self_reports.said_good(talk.session, enrolment.id, talk.today.year)
    respond(talk, enrolment, "good")
    reply = _noted(talk, enrolment, "good")
    if before:
        return reply
    ask_figure(talk, enrolment)
    return replace(reply, options=())


def _noted(talk: Talk, enrolment: Enrolment, answer: str) -> Reply:
    return talk.reply(
        NOTED, Option("Ghi thay đổi", f"cmd:capnhat:#{enrolment.initiative_id}"), ELSE,
        title=lifecycle.title(talk, enrolment), answer=ANSWERS[answer],
        who=talk.person.address, day=plain_date(talk.today),
    )  # fmt: skip


def _changed(talk: Talk, one: Reminder, enrolment: Enrolment) -> Reply:
    """What has changed is asked for by the form of news; what it says is the review."""
    respond(talk, enrolment, "changed")
    open_news(talk, enrolment.initiative_id)
    return talk.reply("Đã ghi: {title} có thay đổi.", title=lifecycle.title(talk, enrolment))


def _stopped(talk: Talk, one: Reminder, enrolment: Enrolment) -> Reply:
    talk.open(WHY, {"viec": {"v": one.id, "t": ""}})
    return talk.reply("Đã dừng: {title}.", title=lifecycle.title(talk, enrolment))


SAID = {"tot": _good, "doi": _changed, "dung": _stopped}


@submits(WHY)
def why(talk: Talk, answers: Answers, key: str) -> Reply:
    """The focal person is told, who may record that it stopped."""
    _, enrolment = answerable(talk, answers["viec"]["v"])
    reason = answers["ly_do"]["v"] if "ly_do" in answers else ""
    row = respond(talk, enrolment, "stopped", reason)
    said = {"who": capital(who(talk, talk.member_id)), "title": lifecycle.title(talk, enrolment)}
    said["why"] = f": “{reason}”" if reason else ""
    stop = Option("Ghi là đã dừng", f"vd:stop:{enrolment.id}", "primary")
    told = deciding.deciders(talk.session, enrolment.registrant_id, talk.now, talk.member_id)
    for member_id in told:
        tell(talk, member_id, f"said_stopped:{row.id}", STOPPED, stop,
             lifecycle.see(enrolment), **said)  # fmt: skip
    names = f" Trợ lý đã báo {next(iter(told.values()))}." if told else ""
    text = "Đã ghi: {title} đã dừng, {ac} tự báo ngày {day}.{names} Cảm ơn {ac}."
    return talk.reply(text, ELSE, title=said["title"], day=plain_date(talk.today), names=names)


@submits(FIGURE)
def figure(talk: Talk, answers: Answers, key: str) -> Reply:
    note = answers["so"]["t"].removeprefix(SAME) if "so" in answers else ""
    photos = answers["anh"]["v"] if "anh" in answers else []
    if not (note or photos):
        return talk.reply("Vâng ạ, khi có {ac} báo sau cũng được.", ELSE)
    enrolment = talk.session.get_one(Enrolment, answers["viec"]["v"])
    if not may_answer(talk, enrolment):
        raise Refused(talk.say(NOT_ANSWERED))
    respond(talk, enrolment, "good", note, photos[0] if photos else "")
    what = note or "ảnh"
    return talk.reply("Trợ lý đã ghi {what}. Cảm ơn {ac}.", ELSE, what=cut(what, 60))


# -- on the card ----------------------------------------------------------------------------------


@adds_to("card", 45)
def on_the_card(talk: Talk, enrolment: Enrolment) -> Part | None:
    last = self_reports.last_of(talk.session, enrolment.id)
    if last is None or not lifecycle.may_look(talk, enrolment):
        return None
    since = "tự báo, chưa kiểm tra" if self_reports.unchecked(talk.session, last) else "tự báo"
    note = f"; {cut(last.note, 100)}" if last.note else ""
    line = f"Rà soát ngày {plain_date(last.day)}: {ANSWERS[last.answer]}{note} ({since})."
    photo = Option("Ảnh tự báo", f"rs_anh:{last.id}")
    return Part((line,), (photo,) if last.photo else ())


@action("rs_anh")
def picture(talk: Talk, response_id: str) -> Reply:
    row = talk.session.get(Response, int(response_id))
    enrolment = talk.session.get(Enrolment, row.subject_id) if row and row.what == REVIEW else None
    if row is None or enrolment is None or not lifecycle.may_look(talk, enrolment):
        raise Refused(talk.say(lifecycle.NOT_SEEN))
    name = talk.session.get_one(Initiative, enrolment.initiative_id).name
    photos = tuple(clean_names(talk.session, [row.photo]).values())
    text = f"Ảnh tự báo ngày {plain_date(row.day)}: “{cut(name, 80)}”."
    return Reply(text, options=(lifecycle.see(enrolment), ELSE), photos=photos)
