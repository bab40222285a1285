"""An inspection on site: who may write one, of what, and what becomes of its answers."""

import re
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from bot.conversation.form import Answers
from bot.conversation.messages import Option, Reply
from bot.domain.inspecting import score, told
from bot.domain.partial_dates import clock, plain_date
from bot.domain.roles import Act
from bot.domain.text import cut, fold, without_title
from bot.errors import Refused
from bot.handlers import rights
from bot.handlers.inspection_form import FORM
from bot.handlers.inspection_head import receipt, settle
from bot.handlers.inspection_offers import named, size_of
from bot.handlers.inspection_quick import open_with
from bot.handlers.people import ELSE, MENU
from bot.handlers.registry import Replies, Talk, action, command, submits
from storage import enrolments, inspections, reports
from storage.inspections import Found
from storage.tables.lifecycle import Inspection
from storage.tables.records import Enrolment, Initiative, Report

PAGE = 8
HEAD = re.compile(r"trưởng đoàn|truong doan", re.IGNORECASE)
OUTSIDE = (
    "Mô hình này không còn, hoặc ngoài địa bàn {ac} được kiểm tra ạ. {Ac} nhắn “sửa 1” để chọn mô "
    "hình khác trong địa bàn của mình."
)
MERGED = "Mô hình này đã gộp vào {code}, “{name}”. {Ac} nhắn “sửa 1” rồi gõ {code} để kiểm tra ạ."
STOPPED = "Mô hình này đã dừng nên không kiểm tra được. {Ac} nhắn “sửa 1” để chọn mô hình khác ạ."
TOO_EARLY = "Mô hình đăng ký từ năm {year}. {Ac} nhắn “sửa 2” để ghi ngày từ 1/1/{year} ạ."
NEVER = (
    "Mô hình này chưa có lần kiểm tra nào nên chưa phúc tra được. {Ac} nhắn “sửa 3” để chọn hình "
    "thức khác ạ."
)
ANOTHER = "Phiếu này của mô hình {code}. Muốn ghi mô hình khác, {ac} lập phiếu kiểm tra mới ạ."
CLOSED = "Phiếu kiểm tra này đã được xác nhận, hoặc không phải của {ac}, nên không sửa được nữa ạ."


@command("kiemtra", "Phiếu kiểm tra", menu=4, words=("kiem tra",))
def begin(talk: Talk, argument: str) -> Replies:
    """With a code or name: of that one. With a colon behind it: all of it in one message."""
    if not talk.can(Act.INSPECT):
        return talk.reply(
            "Phiếu kiểm tra dành cho cán bộ kiểm tra. {Ac} muốn xem gì ạ?",
            Option("Phiếu tôi đã gửi", "cmd:dagui"),
            Option("Kết quả kiểm tra", "ketquakt"),
            ELSE,
        )
    model, colon, _ = argument.partition(":")
    if colon:
        rest = talk.said.text.partition(":")[2]  # with its lines
        said = told(f"{model}:{rest}", talk.organisation.inspecting, talk.today)
        return open_with(talk, named(talk, model.strip(), likely=True), said)
    talk.open(FORM, named(talk, argument))
    return None


@action("ketquakt")
def results(talk: Talk, page: str = "0") -> Reply:
    """Inspections of what one has registered."""
    skip = max(int(page), 0) * PAGE
    found = inspections.of_owner(talk.session, talk.member_id, PAGE + 1, skip)
    options = [Option(_line(talk, one), f"phieu:{one.report_id}") for one in found[:PAGE]]
    if not options:
        return talk.reply("Mô hình của {ac} chưa có lần kiểm tra nào ạ.", MENU)
    if len(found) > PAGE:
        options.append(Option("Xem tiếp", f"ketquakt:{int(page) + 1}"))
    return talk.reply("Kết quả kiểm tra mô hình của {ac}, mới nhất trước:", *options)


def _line(talk: Talk, inspection: Inspection) -> str:
    report = talk.session.get_one(Report, inspection.report_id)
    name = cut(talk.session.get_one(Initiative, report.initiative_id).name, 40)
    verdict = talk.organisation.inspecting.verdict(inspection.verdict)
    return f"{name}, {plain_date(inspection.day)}: {verdict}"


@submits(FORM)
def save(talk: Talk, answers: Answers, key: str) -> Reply:
    """Sent by the head of the team it stands; else it waits for the head."""
    if done := reports.by_key(talk.session, key):  # sent twice: the first one stands
        inspection = inspections.of_report(talk.session, done.id)
    elif "phieu" in answers:
        inspection = _correct(talk, answers)
    else:
        inspection = _add(talk, answers, key)
    if inspection is None:
        raise Refused(talk.say(CLOSED))
    return receipt(talk, inspection)


def _add(talk: Talk, answers: Answers, key: str) -> Inspection:
    enrolment = _inspected(talk, answers)
    answers = _tidy(talk, answers, enrolment)
    report = reports.add(
        talk.session, key=key, kind="inspect", enrolment=enrolment, author_id=talk.member_id,
        answers=answers, has_results=False, now=talk.now,
    )  # fmt: skip
    found = _found(talk, answers, enrolment)
    inspection = inspections.add(talk.session, report, found)
    talk.did("inspect", "inspection", inspection.id, enrolment=enrolment.id)
    settle(talk, inspection, report.version)
    return inspection


def _correct(talk: Talk, answers: Answers) -> Inspection:
    """By who wrote it, or by the head, as long as it is not confirmed."""
    report = talk.session.get(Report, int(answers["phieu"]["v"]))
    inspection = inspections.of_report(talk.session, report.id) if report else None
    if report is None or inspection is None:
        raise Refused(talk.say(CLOSED))
    if talk.member_id not in (report.author_id, inspection.head_id):
        raise Refused(talk.say(CLOSED))
    if answers["mo_hinh"]["v"] != report.initiative_id:
        code = talk.session.get_one(Initiative, report.initiative_id).code
        raise Refused(talk.say(ANOTHER, code=code))
    enrolment = talk.session.get_one(Enrolment, report.enrolment_id)
    if talk.member_id == report.author_id:
        enrolment = _inspected(talk, answers)
    answers = _tidy(talk, answers, enrolment)
    found = _found(talk, answers, enrolment)
    if talk.member_id == inspection.head_id:
        found = replace(found, head_id=talk.member_id)
    reports.correct(talk.session, report, answers, False, talk.member_id, talk.now)
    inspections.change(talk.session, inspection, found)
    talk.did("correct", "inspection", inspection.id, enrolment=enrolment.id)
    settle(talk, inspection, report.version)
    return inspection


def _inspected(talk: Talk, answers: Answers) -> Enrolment:
    """The enrolment a day's inspection is of, if this person may inspect it. Raises Refused."""
    initiative = talk.session.get(Initiative, answers["mo_hinh"]["v"])
    if initiative and initiative.merged_id:
        other = talk.session.get_one(Initiative, initiative.merged_id)
        raise Refused(talk.say(MERGED, code=other.code, name=other.name))
    newest = enrolments.latest(talk.session, initiative.id) if initiative else None
    if initiative is None or newest is None or not rights.may(talk, Act.INSPECT, newest):
        raise Refused(talk.say(OUTSIDE))
    if newest.activity == "stopped":
        raise Refused(talk.say(STOPPED))
    day = date.fromisoformat(answers["ngay"]["v"])
    enrolment = inspections.latest_until(talk.session, initiative.id, day.year)
    if enrolment is None:
        raise Refused(talk.say(TOO_EARLY, year=initiative.code_year))
    return enrolment


def _tidy(talk: Talk, answers: Answers, enrolment: Enrolment) -> dict[str, Any]:
    """As the report keeps them: without what was only for the asking, in words that last."""
    kept = {k: dict(a) for k, a in answers.items() if k not in ("phieu", "noi", "biet")}
    points = score(kept["tieu_chi"]["v"], talk.organisation.inspecting.criteria)
    if points:
        kept["tieu_chi"]["t"] = f"{kept['tieu_chi']['t']} ({points})"
    registered = size_of(enrolment)["t"]
    if "so_lieu" in kept and registered and "đăng ký" not in kept["so_lieu"]["t"]:
        kept["so_lieu"]["t"] += f" (đăng ký: {registered})"
    if "anh" in kept and (came := inspections.came(talk.session, kept["anh"]["v"])):
        kept["anh"]["t"] = f"{len(kept['anh']['v'])} ảnh, nhận lúc {_span(talk, came)}"
    return kept


def _span(talk: Talk, came: list[datetime]) -> str:
    """ "09:12 24/11/2026", or from the first to the last of several."""
    first, last = clock(talk.local(came[0])), clock(talk.local(came[-1]))
    return first if first == last else f"{first} đến {last}"


def _found(talk: Talk, answers: Answers, enrolment: Enrolment) -> Found:
    said = {key: answer["v"] for key, answer in answers.items()}
    earlier = inspections.of_initiative(talk.session, enrolment.initiative_id)
    again = said["hinh_thuc"] == "phuc_tra"
    if again and not earlier:
        raise Refused(talk.say(NEVER))
    return Found(
        day=date.fromisoformat(said["ngay"]),
        form=said["hinh_thuc"],
        working=said["hoat_dong"],
        verdict=said["danh_gia"],
        team=said["doan"],
        head_id=_head(talk, said["doan"], enrolment),
        earlier_id=earlier[0].id if again else None,
    )


def _head(talk: Talk, team: str, enrolment: Enrolment) -> int | None:
    """The member named first, if there is exactly one who may see this: a name opens nothing."""
    first = HEAD.sub("", re.split(r"[,;:\n]| và ", HEAD.sub("", team).strip(" :"))[0]).strip(" ()-")
    name = fold(without_title(first)[1])
    if name in ("toi", "minh", fold(talk.person.name)):
        return talk.member_id
    found = inspections.called(talk.session, talk.organisation.root_id, name, talk.now)
    able = [m for m in found if rights.may(talk, Act.SEE_REPORTS, enrolment, m)]
    return able[0] if len(able) == 1 else None
