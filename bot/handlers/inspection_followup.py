"""What inspections asked for, until it is done: the owner answers, the committee follows it up."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from bot.conversation.form import Answers, Form, Kind, Step
from bot.conversation.messages import Option, Reply
from bot.domain.partial_dates import plain_date
from bot.domain.roles import Act
from bot.domain.text import capital, cut
from bot.errors import Refused
from bot.handlers import rights
from bot.handlers.inspection_form import future
from bot.handlers.people import ELSE, tell
from bot.handlers.registry import Replies, Talk, action, submits
from bot.handlers.seeing import who
from storage import deciding, inspections, recommendations, tasks
from storage.photos import clean_names
from storage.tables.lifecycle import Inspection, Recommendation
from storage.tables.records import Enrolment, Initiative, Report

LIST = Option("Kiến nghị sau kiểm tra", "kn_ds")
HIDDEN = Step("viec", Kind.CHOICE, "", "", hidden=True, required=False)


def _photo(answers: Answers) -> bool:
    return bool(answers.get("anh", {}).get("v"))


CLAIM = Form(
    "kp",
    "Đã khắc phục",
    (
        HIDDEN,
        Step("anh", Kind.PHOTOS, "Ảnh", "{Ac} gửi ảnh giúp ạ. Xong thì gõ “xong”.", most=5,
             required=False, later=True),
        Step("cach", Kind.TEXT, "Đã làm",
             "{Ac} đã khắc phục thế nào ạ? {Ac} ghi vài chữ, hoặc gửi ảnh.",
             "Ví dụ: đã làm biển tên ở đầu đường", least=5, most=500,
             when=lambda answers: not _photo(answers)),
        Step("ghi_them", Kind.TEXT, "Ghi thêm",
             "{Ac} ghi thêm vài chữ, hoặc gửi thêm ảnh; đủ rồi thì gõ “bỏ qua” để gửi ạ.",
             "Ví dụ: đã làm biển tên ở đầu đường", least=5, most=500, required=False,
             when=_photo),
    ),
    straight=True,
)  # fmt: skip
OPINION = Form(
    "yk",
    "Ý kiến về lần kiểm tra",
    (
        HIDDEN,
        Step("y_kien", Kind.TEXT, "Ý kiến", "{Ac} có ý kiến gì với đoàn kiểm tra ạ?",
             "Ví dụ: xin lùi hạn vì đang mùa gặt", least=5, most=1000),
    ),
    straight=True,
)  # fmt: skip
STILL = Form(
    "cp",
    "Còn phải khắc phục",
    (
        HIDDEN,
        Step("con_phai", Kind.TEXT, "Còn phải", "Còn phải làm gì nữa ạ?",
             "Ví dụ: biển tên cần ghi rõ đơn vị", least=5, most=1000),
        Step("han", Kind.DATE, "Thời hạn", "Thời hạn mới đến ngày nào ạ? {Ac} chọn, hoặc gõ ngày.",
             "Ví dụ: 15/12", offer="deadlines", check=future),
    ),
    straight=True,
)  # fmt: skip
STATES = {
    "open": "chưa khắc phục",
    "claimed": "chủ mô hình báo đã khắc phục",
    "done": "đã xong",
    "dropped": "đã thôi yêu cầu",
}
NOT_YOURS = (
    "Kiến nghị này không thuộc phần của {ac} ạ. {Ac} nhắn “việc cần làm” để xem việc của mình."
)
NOT_TO_DECIDE = "Việc này do cán bộ kiểm tra, đầu mối hoặc người thẩm định quyết ạ."
CLAIMED = "{who} báo đã khắc phục kiến nghị với mô hình {code}, “{name}”. {Ac} xem giúp ạ."
THANKS = "Trợ lý đã báo đoàn kiểm tra. Cảm ơn {ac} đã khắc phục."
AGREED = "Kiến nghị “{text}” với mô hình “{name}” đã được công nhận là xong. Cảm ơn {ac}."
MORE = "Về mô hình “{name}”: cảm ơn {ac} đã khắc phục. Còn phải: {text}. Hạn: {day}."
DROPPED = "Đoàn kiểm tra thôi kiến nghị “{text}” với mô hình “{name}”. Cảm ơn {ac}."
SAID = "{who} có ý kiến về lần kiểm tra mô hình {code}, “{name}”: “{text}”"


def _about(talk: Talk, one: Recommendation) -> tuple[Enrolment, Initiative]:
    enrolment = talk.session.get_one(Enrolment, one.enrolment_id)
    return enrolment, talk.session.get_one(Initiative, enrolment.initiative_id)


def _owns(talk: Talk, one: Recommendation) -> bool:
    return inspections.owns(talk.session, _about(talk, one)[1].id, talk.member_id)


def _follows(talk: Talk, one: Recommendation) -> bool:
    return rights.may(talk, Act.FOLLOW_UP, _about(talk, one)[0])


def _found(talk: Talk, recommendation_id: str | int) -> Recommendation:
    one = talk.session.get(Recommendation, int(recommendation_id))
    if one is None or not (_owns(talk, one) or _follows(talk, one)):
        raise Refused(talk.say(NOT_YOURS))
    return one


@action("kn")
def look(talk: Talk, recommendation_id: str) -> Reply:
    """One recommendation, with what this person may do about it."""
    one = _found(talk, recommendation_id)
    _, initiative = _about(talk, one)
    inspection = talk.session.get_one(Inspection, one.inspection_id)
    lines = [
        f"{initiative.code}: {initiative.name}",
        f"Kiến nghị ngày {plain_date(inspection.day)}: {one.text}",
        f"Hạn: {plain_date(one.due_on)}{_late(talk, one)}. Hiện: {STATES[one.state]}.",
    ]
    lines += [f"Trước đó: {b['text']} (trả lời: {b['answer']})" for b in _before(one)]
    if one.state != "open" and one.answer:
        lines.append(f"Trả lời: {_answered(one)}")
    names = one.answer.get("photos") or []
    photos = tuple(clean_names(talk.session, names).values())
    return Reply("\n".join(lines), options=_options(talk, one), photos=photos)


def _before(one: Recommendation) -> list[dict[str, str]]:
    """What was asked for first, and how it was answered."""
    before: list[dict[str, str]] = one.answer.get("before", [])
    return before


def _answered(one: Recommendation) -> str:
    return one.answer.get("text") or "gửi ảnh"


def _late(talk: Talk, one: Recommendation) -> str:
    late = one.state == "open" and one.due_on < talk.today
    return f" (quá hạn {(talk.today - one.due_on).days} ngày)" if late else ""


def _options(talk: Talk, one: Recommendation) -> tuple[Option, ...]:
    options: list[Option] = []
    report_id = talk.session.get_one(Inspection, one.inspection_id).report_id
    if one.state in recommendations.OPEN_STATES and _follows(talk, one):
        claimed = one.state == "claimed"
        agree = "Đồng ý, xong" if claimed else "Ghi là đã xong"
        options.append(Option(agree, f"kn_xong:{one.id}", "primary"))
        options += [Option("Chưa đạt, còn phải…", f"kn_chua:{one.id}")] if claimed else []
        options.append(Option("Thôi kiến nghị này", f"kn_thoi:{one.id}", "danger"))
    if one.state == "open" and _owns(talk, one):
        options.append(Option("Đã khắc phục", f"kp:{one.id}", "primary"))
        options.append(Option("Có ý kiến", f"yk:{one.inspection_id}"))
    return (*options, Option("Xem phiếu kiểm tra", f"phieu:{report_id}"), ELSE)


# -- the owner ------------------------------------------------------------------------------


@action("kp")
def begin_claim(talk: Talk, recommendation_id: str) -> Replies:
    one = _found(talk, recommendation_id)
    if one.state != "open" or not _owns(talk, one):
        return look(talk, recommendation_id)
    talk.open(CLAIM, {"viec": {"v": one.id, "t": ""}})
    return None


@submits(CLAIM)
def claim(talk: Talk, answers: Answers, key: str) -> Reply:
    """Words, a picture or both: who inspected, and who follows it, are told."""
    one = _found(talk, answers["viec"]["v"])
    text = next((answers[k]["v"] for k in ("cach", "ghi_them") if k in answers), "")
    photos = answers["anh"]["v"] if "anh" in answers else []
    said = {"text": text, "photos": photos, "before": _before(one)}
    if not _owns(talk, one) or not _decide(talk, one, ["open"], "claimed", answer=said):
        return look(talk, str(one.id))
    _tell_team(talk, one.inspection_id, f"claimed:{one.id}:{key}", CLAIMED, f"kn:{one.id}")
    return talk.reply(THANKS, ELSE)


def _decide(talk: Talk, one: Recommendation, among: Sequence[str], state: str, **more: Any) -> bool:
    """False: somebody was faster."""
    done = recommendations.decide(
        talk.session, one.id, among, state, by=talk.member_id, now=talk.now, **more
    )
    if done:
        talk.did(state, "recommendation", one.id, enrolment=one.enrolment_id)
    return done


def _tell_team(
    talk: Talk, inspection_id: int, key: str, words: str, page: str, **said: str
) -> None:
    """Who inspected, and the focal persons; whoever may still follow it up."""
    inspection = talk.session.get_one(Inspection, inspection_id)
    enrolment = talk.session.get_one(Enrolment, inspection.enrolment_id)
    initiative = talk.session.get_one(Initiative, enrolment.initiative_id)
    author_id = talk.session.get_one(Report, inspection.report_id).author_id
    focal = deciding.deciders(talk.session, enrolment.registrant_id, talk.now, talk.member_id)
    said |= {"who": capital(who(talk, talk.member_id))}
    said |= {"code": initiative.code, "name": initiative.name}
    for member_id in sorted({author_id, inspection.head_id or author_id, *focal}):
        if member_id != talk.member_id and rights.may(talk, Act.FOLLOW_UP, enrolment, member_id):
            tell(talk, member_id, key, words, Option("Xem", page, "primary"), **said)


@action("yk")
def begin_opinion(talk: Talk, inspection_id: str) -> None:
    _inspection_of_mine(talk, inspection_id)
    talk.open(OPINION, {"viec": {"v": int(inspection_id), "t": ""}})


def _inspection_of_mine(talk: Talk, inspection_id: str | int) -> Inspection:
    found = talk.session.get(Inspection, int(inspection_id))
    if found and found.state == inspections.CONFIRMED:
        report = talk.session.get_one(Report, found.report_id)
        if inspections.owns(talk.session, report.initiative_id, talk.member_id):
            return found
    raise Refused(talk.say(NOT_YOURS))


@submits(OPINION)
def give_opinion(talk: Talk, answers: Answers, key: str) -> Reply:
    """To the head of the team, and into the list of what is followed up."""
    inspection = _inspection_of_mine(talk, answers["viec"]["v"])
    enrolment, text = (
        talk.session.get_one(Enrolment, inspection.enrolment_id),
        answers["y_kien"]["v"],
    )
    task = tasks.add(talk.session, "opinion", enrolment.place_id, talk.member_id, talk.now)
    task.details = {"inspection": inspection.id, "text": text}
    talk.did("opinion", "inspection", inspection.id, task=task.id)
    _tell_team(talk, inspection.id, f"opinion:{task.id}", SAID, f"yk_xem:{task.id}", text=text)
    return talk.reply("Trợ lý đã chuyển ý kiến của {ac} tới đoàn kiểm tra. Cảm ơn {ac}.", ELSE)


# -- who follows it up ----------------------------------------------------------------------


@action("kn_xong")
def agree(talk: Talk, recommendation_id: str) -> Reply:
    one = _followed(talk, recommendation_id)
    if not _decide(talk, one, recommendations.OPEN_STATES, "done"):
        return look(talk, recommendation_id)
    _tell_owners(talk, one, "done", AGREED)
    return talk.reply("Đã ghi là xong. Cảm ơn {ac}.", LIST, ELSE)


@action("kn_chua")
def begin_more(talk: Talk, recommendation_id: str) -> Replies:
    one = _followed(talk, recommendation_id)
    if one.state != "claimed":
        return look(talk, recommendation_id)
    talk.open(STILL, {"viec": {"v": one.id, "t": ""}})
    return None


@submits(STILL)
def ask_more(talk: Talk, answers: Answers, key: str) -> Reply:
    """It is open again, with what is still to be done and until when."""
    one = _followed(talk, answers["viec"]["v"])
    kept = [*_before(one), {"text": one.text, "answer": _answered(one)}]
    more = {"text": answers["con_phai"]["v"], "due_on": date.fromisoformat(answers["han"]["v"])}
    if not _decide(talk, one, ["claimed"], "open", answer={"before": kept}, **more):
        return look(talk, str(one.id))
    _tell_owners(talk, one, key, MORE)
    return talk.reply("Trợ lý đã báo lại chủ mô hình. Cảm ơn {ac}.", LIST, ELSE)


@action("kn_thoi")
def drop(talk: Talk, recommendation_id: str, sure: str = "") -> Reply:
    one = _followed(talk, recommendation_id)
    if sure != "co" and one.state in recommendations.OPEN_STATES:
        yes = Option("Đúng, thôi kiến nghị này", f"kn_thoi:{one.id}:co", "danger")
        no = Option("Không, để nguyên", f"kn:{one.id}")
        return talk.reply("Thôi kiến nghị “{text}” ạ?", yes, no, text=cut(one.text, 100))
    if not _decide(talk, one, recommendations.OPEN_STATES, "dropped"):
        return look(talk, recommendation_id)
    _tell_owners(talk, one, "dropped", DROPPED)
    return talk.reply("Đã thôi kiến nghị ấy theo ý {ac}.", LIST, ELSE)


def _followed(talk: Talk, recommendation_id: str | int) -> Recommendation:
    one = _found(talk, recommendation_id)
    if not _follows(talk, one):
        raise Refused(talk.say(NOT_TO_DECIDE))
    return one


def _tell_owners(talk: Talk, one: Recommendation, key: str, words: str) -> None:
    _, initiative = _about(talk, one)
    said = {"text": one.text, "name": initiative.name, "day": plain_date(one.due_on)}
    claim = (Option("Đã khắc phục", f"kp:{one.id}", "primary"),) if one.state == "open" else ()
    for owner in inspections.owners_of_all_years(talk.session, initiative.id):
        if owner != talk.member_id:
            tell(talk, owner, f"recommendation:{one.id}:{key}", words, *claim, **said)
