"""What briefings asked of a unit: its focal person does it, who called the briefing follows it."""

from collections.abc import Sequence

from bot.conversation.form import Answers, Form, Kind, Step
from bot.conversation.messages import Option, Reply
from bot.domain.partial_dates import plain_date
from bot.domain.roles import Act
from bot.domain.text import capital, cut
from bot.errors import Refused
from bot.handlers.briefing_shared import found, leads, named, oversees
from bot.handlers.people import ELSE, may, tell, units_where
from bot.handlers.registry import Part, Replies, Talk, action, adds_to, submits
from bot.handlers.reminded import later
from bot.handlers.reminding import Piece, reads
from bot.handlers.seeing import who
from storage import conclusions, members
from storage.tables.reminders import Briefing, Conclusion, Reminder

PAGE, MOST = 8, 4
DONE = Form(
    "klm",
    "Đã làm kết luận",
    (
        Step("viec", Kind.CHOICE, "", "", hidden=True, required=False),
        Step("cach", Kind.TEXT, "Đã làm",
             "{Ac} ghi vài chữ đã làm thế nào ạ; không cần thì “bỏ qua”.",
             "Ví dụ: đã rà soát 12 mô hình", least=3, most=500, required=False),
    ),
    straight=True,
)  # fmt: skip
STATES = {"open": "chưa xong", "done": "đã làm xong", "dropped": "đã thôi yêu cầu"}
NOT_YOURS = "Kết luận này không thuộc phần của {ac} ạ. {Ac} nhắn “việc cần làm” để xem việc mình."
NOT_TO_DO = "Việc này do đầu mối của đơn vị được giao báo đã làm ạ."
NOT_TO_DECIDE = "Việc này do người gọi họp hoặc cấp trên quyết ạ."
TOLD = "{who} báo {unit} đã làm xong kết luận giao ban “{text}”{note}."
DROPPED = "Kết luận giao ban “{text}” đã được thôi, {unit} không phải làm nữa ạ."
AGAIN = "Kết luận giao ban “{text}” được mở lại, hạn {day}. {Ac} làm và báo lại giúp ạ."


def _briefing(talk: Talk, one: Conclusion) -> Briefing:
    return talk.session.get_one(Briefing, one.briefing_id)


def _does(talk: Talk, one: Conclusion) -> bool:
    return may(talk, Act.CARRY_OUT, one.unit_id)


def _follows(talk: Talk, one: Conclusion) -> bool:
    return leads(talk, _briefing(talk, one))


def _found(talk: Talk, conclusion_id: str | int) -> Conclusion:
    one = talk.session.get(Conclusion, int(conclusion_id))
    if one is None or not (_does(talk, one) or oversees(talk, _briefing(talk, one))):
        raise Refused(talk.say(NOT_YOURS))
    return one


@action("kl_xem")
def look(talk: Talk, conclusion_id: str) -> Reply:
    one = _found(talk, conclusion_id)
    lines = [
        f"Kết luận của “{named(talk, _briefing(talk, one))}”",
        f"{members.unit_name(talk.session, one.unit_id)}: {one.text}",
        f"Hạn: {plain_date(one.due_on)}{_late(talk, one)}. Hiện: {STATES[one.state]}.",
    ]
    if one.state == "done":
        note = f": “{one.note}”" if one.note else ""
        lines.append(f"{capital(who(talk, one.done_by))} báo đã làm{note}.")
    return Reply("\n".join(lines), options=(*_options(talk, one), ELSE))


def _late(talk: Talk, one: Conclusion) -> str:
    late = one.state == "open" and one.due_on < talk.today
    return f" (quá hạn {(talk.today - one.due_on).days} ngày)" if late else ""


def _options(talk: Talk, one: Conclusion) -> tuple[Option, ...]:
    options = []
    if one.state == "open" and _does(talk, one):
        options.append(Option("Đã làm", f"kl_lam:{one.id}", "primary"))
    if _follows(talk, one):
        open_now = one.state == "open"
        drop = Option("Thôi kết luận này", f"kl_bo:{one.id}", "danger")
        options.append(drop if open_now else Option("Mở lại", f"kl_mo:{one.id}"))
    return (*options, Option("Các kết luận của buổi này", f"kl_ds:{one.briefing_id}"))


@action("kl_ds")
def listed(talk: Talk, briefing_id: str, page: str = "0") -> Reply:
    """All for who may call it; for others those of their units."""
    briefing, skip = found(talk, briefing_id), max(int(page), 0) * PAGE
    units = None if oversees(talk, briefing) else units_where(talk, Act.CARRY_OUT)
    rows = conclusions.of_briefing(talk.session, briefing.id, units, PAGE + 1, skip)
    options = [Option(_line(talk, one), f"kl_xem:{one.id}") for one in rows[:PAGE]]
    if len(rows) > PAGE:
        options.append(Option("Xem tiếp", f"kl_ds:{briefing.id}:{int(page) + 1}"))
    head = "Kết luận của “{what}”:" if rows else "“{what}” chưa có kết luận nào giao {ac} ạ."
    back = Option("Xem buổi này", f"gb_xem:{briefing.id}")
    return talk.reply(head, *options, back, what=named(talk, briefing))


def _line(talk: Talk, one: Conclusion) -> str:
    return f"{members.unit_name(talk.session, one.unit_id)}: {_due(talk, one)}"


def _due(talk: Talk, one: Conclusion) -> str:
    state = "quá hạn" if _late(talk, one) else STATES[one.state]
    return f"{cut(one.text, 40)} (hạn {plain_date(one.due_on)}, {state})"


# -- the unit -------------------------------------------------------------------------------


@action("kl_lam")
def begin_done(talk: Talk, conclusion_id: str) -> Replies:
    one = _to_do(talk, conclusion_id)
    if one.state != "open":
        return look(talk, conclusion_id)
    talk.open(DONE, {"viec": {"v": one.id, "t": ""}})
    return None


def _to_do(talk: Talk, conclusion_id: str | int) -> Conclusion:
    one = _found(talk, conclusion_id)
    if not _does(talk, one):
        raise Refused(talk.say(NOT_TO_DO))
    return one


@submits(DONE)
def done(talk: Talk, answers: Answers, key: str) -> Replies:
    one = _to_do(talk, answers["viec"]["v"])
    note = answers["cach"]["v"] if "cach" in answers else ""
    if not _decide(talk, one, ("open",), "done", note=note):
        return look(talk, str(one.id))
    if one.author_id != talk.member_id:
        said = f": “{note}”" if note else ""
        _tell(talk, one, one.author_id, f"{key}", TOLD, note=said)
    return talk.reply("Đã ghi là làm xong và báo người gọi họp. Cảm ơn {ac}.", ELSE)


def _decide(talk: Talk, one: Conclusion, among: Sequence[str], state: str, note: str = "") -> bool:
    """False: somebody was faster."""
    by, now = (None, None) if state == "open" else (talk.member_id, talk.now)
    changed = conclusions.decide(talk.session, one, among, state, by=by, now=now, note=note)
    if changed:
        word = "carry_out" if state == "done" else "reopen" if state == "open" else "drop"
        talk.did(word, "conclusion", one.id)
    return changed


def _tell(talk: Talk, one: Conclusion, member_id: int, key: str, words: str, **more: str) -> None:
    see = Option("Xem kết luận", f"kl_xem:{one.id}", "primary")
    said = {"text": cut(one.text, 200), "unit": members.unit_name(talk.session, one.unit_id)}
    said |= {"who": capital(who(talk, talk.member_id)), "day": plain_date(one.due_on)}
    tell(talk, member_id, f"conclusion:{one.id}:{key}", words, see, **said, **more)


@adds_to("tasks", 32)
def to_do(talk: Talk) -> Part | None:
    units = units_where(talk, Act.CARRY_OUT)
    rows = conclusions.open_of(talk.session, units, MOST) if units else ()
    options = (Option(f"Kết luận giao ban: {_due(talk, one)}", f"kl_xem:{one.id}") for one in rows)
    return Part(options=tuple(options)) if rows else None


# -- who called the briefing --------------------------------------------------------------------


def _followed(talk: Talk, conclusion_id: str) -> Conclusion:
    one = _found(talk, conclusion_id)
    if not _follows(talk, one):
        raise Refused(talk.say(NOT_TO_DECIDE))
    return one


@action("kl_bo")
def drop(talk: Talk, conclusion_id: str, sure: str = "") -> Reply:
    one = _followed(talk, conclusion_id)
    if sure != "co" and one.state == "open":
        yes = Option("Đúng, thôi kết luận này", f"kl_bo:{one.id}:co", "danger")
        no = Option("Không, để nguyên", f"kl_xem:{one.id}")
        return talk.reply("Thôi kết luận “{text}” ạ?", yes, no, text=cut(one.text, 200))
    if not _decide(talk, one, ("open",), "dropped"):
        return look(talk, conclusion_id)
    _tell_unit(talk, one, "dropped", DROPPED)
    return talk.reply("Đã thôi kết luận ấy và báo đơn vị.", ELSE)


@action("kl_mo")
def reopen(talk: Talk, conclusion_id: str) -> Reply:
    one = _followed(talk, conclusion_id)
    if not _decide(talk, one, ("done", "dropped"), "open"):
        return look(talk, conclusion_id)
    _tell_unit(talk, one, "open", AGAIN)
    return look(talk, conclusion_id)


def _tell_unit(talk: Talk, one: Conclusion, key: str, words: str) -> None:
    """At any moment anew: it may be dropped and taken up again."""
    for member_id in conclusions.focal_of(talk.session, [one.unit_id]).get(one.unit_id, ()):
        if member_id != talk.member_id:
            _tell(talk, one, member_id, f"{key}:{talk.now.timestamp():.0f}", words)


# -- as a reminder ------------------------------------------------------------------------------


@reads("conclusion")
def remind(talk: Talk, rows: Sequence[Reminder]) -> Piece | None:
    ones = [talk.session.get(Conclusion, i) for i in dict.fromkeys(r.subject_id for r in rows)]
    still = [one for one in ones if one and one.state == "open"]
    if not still:
        return None
    lines = [f"– {_line(talk, one)}" for one in still]
    text = "\n".join(["Kết luận giao ban chờ làm xong:", *lines])
    see = tuple(Option(cut(_line(talk, one), 60), f"kl_xem:{one.id}") for one in still[:PAGE])
    options = _options(talk, still[0])[:1] if len(still) == 1 and _does(talk, still[0]) else see
    return Piece(text, (*options, later(rows[0], many=len(rows) > 1)), lines[0][2:])
