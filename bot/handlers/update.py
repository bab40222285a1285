"""News of an initiative there is already: what is new, results, photos."""

import re
from dataclasses import replace
from typing import Any

from bot.conversation.form import Answers, Form, Found, Kind, Lookup, Step
from bot.conversation.messages import Reply
from bot.conversation.turn import start
from bot.conversation.walk import missing
from bot.errors import Refused
from bot.handlers import notices, report, reviewed
from bot.handlers.lookups import earlier
from bot.handlers.registry import Talk, command, submits
from bot.handlers.sent import own
from bot.handlers.update_offers import CONTINUED, SAME, note_on
from storage import enrolments, merging, picking, reports, support
from storage.tables.records import Enrolment, Initiative, Report


def _new(answers: Answers) -> bool:
    return "phieu" not in answers


FORM = Form(
    "cn",
    "Cập nhật mô hình",
    (
        Step("phieu", Kind.CHOICE, "", "", hidden=True, required=False),
        Step("mo_hinh", Kind.INITIATIVE, "Mô hình",
             "Cập nhật mô hình nào ạ? {Ac} chọn, hoặc gõ tên, gõ mã.",
             "Ví dụ: gõ 42, hoặc “rau củ quả”", offer="initiatives"),
        Step("nam_nay", Kind.CHOICE, "Năm nay",
             "Năm nay mô hình này chưa có phiếu. Năm nay có tiếp tục không ạ?", offer="continues",
             about=("mo_hinh",), required=False, silent_without_choices=True, when=_new),
        Step("moi", Kind.TEXT, "Có gì mới", "Từ lần trước đến nay có gì mới ạ?",
             "Ví dụ: thêm 5 hộ tham gia, thu hoạch 2 tấn rau", least=5, most=1500),
        Step("ket_qua", Kind.TEXT, "Kết quả", "Kết quả đến nay ạ? Nên có con số.",
             "Ví dụ: thu nhập mỗi hộ tăng 20 triệu một năm", least=5, most=1500, required=False,
             later=True),
        Step("quy_mo", Kind.QUANTITY, "Quy mô hiện nay",
             "Quy mô hiện nay ạ? Ví dụ: 4.200 m²; 45 hộ", "Ví dụ: 45 hộ", offer="figures",
             about=("mo_hinh",), required=False, later=True),
        Step("anh", Kind.PHOTOS, "Ảnh", "{Ac} gửi ảnh (tối đa 5). Xong thì gõ “xong”.", most=5,
             required=False, later=True),
        report.BEHALF,
    ),
)  # fmt: skip


@command("capnhat", "Cập nhật mô hình", menu=3, words=("cap nhat",))
def begin(talk: Talk, argument: str) -> Reply | None:
    known = picked(talk, argument)
    talk.open(FORM, {"mo_hinh": known} if known else {})
    note = note_on(talk, known["v"]) if known else ""
    return talk.reply(note) if note else None


def picked(talk: Talk, argument: str) -> dict[str, Any] | None:
    """The initiative named by a button (`#id`) or by typed words, if this person may choose it."""
    who = (talk.session, talk.scope, talk.member_id)
    if re.fullmatch(r"#[0-9]{1,15}", argument):
        initiative = talk.session.get(Initiative, int(argument[1:]))
        kept = merging.followed(talk.session, initiative) if initiative else None
        choice = picking.one(*who, kept.id) if kept else None
    else:
        found = picking.offer(*who, argument, talk.today.year + 2) if argument else Found()
        choice = found.choices[0] if found.sure and len(found.choices) == 1 else None
    return {"v": choice.value, "t": choice.label} if choice else None


@submits(FORM)
def save(talk: Talk, answers: Answers, key: str) -> Reply:
    if done := reports.by_key(talk.session, key):
        return report.receipt(talk, done, notices.reviewers(talk, done))
    if "quy_mo" in answers:
        figures = answers["quy_mo"]
        answers = {**answers, "quy_mo": {**figures, "t": figures["t"].removeprefix(SAME)}}
    if _new(answers) and answers.get("nam_nay", {"v": ""})["v"] == CONTINUED:
        return _continued(talk, answers, key)
    sent = _add(talk, answers, key) if _new(answers) else _correct(talk, answers)
    talk.did("update" if sent.version == 1 else "correct", "report", sent.id)
    support.note(talk.session, sent, talk.now)
    reply = report.receipt(talk, sent, notices.arrived(talk, sent))
    after = reviewed.go_on(talk)
    return replace(reply, text=f"{reply.text}\n{after}") if after else reply


def _correct(talk: Talk, answers: Answers) -> Report:
    sent = own(talk, str(answers["phieu"]["v"]))
    beyond = {k: a for k, a in sent.answers.items() if FORM.step(k) is None}
    new = {**beyond, **answers}
    reports.correct(talk.session, sent, new, True, talk.member_id, talk.now)
    return sent


def _add(talk: Talk, answers: Answers, key: str) -> Report:
    """What is new is a result of this year's enrolment, or of the latest there is."""
    enrolment = enrolment_for(talk, answers["mo_hinh"]["v"])
    return reports.add(
        talk.session, key=key, kind="update", enrolment=enrolment, author_id=talk.member_id,
        answers=answers, has_results=True, now=talk.now,
    )  # fmt: skip


def _continued(talk: Talk, answers: Answers, key: str) -> Reply:
    """The news as this year's report of an initiative that goes on: with the answers of before,
    sent at once unless something is lacking."""
    known = talk.session.get_one(
        Initiative, enrolment_for(talk, answers["mo_hinh"]["v"]).initiative_id
    )
    year = f"{talk.today.year} continued"
    found = earlier(talk, Lookup("earlier", known.code, (year,))).choices
    before = {k: a for one in found if one.value == known.id for k, a in one.fills.items()}
    results = "\n".join(answers[key]["t"] for key in ("moi", "ket_qua") if key in answers)
    given: dict[str, Any] = {
        "nam": {"v": year, "t": "Tiếp tục từ năm trước"},
        "cu": {"v": known.id, "t": known.name},
        **before,
        **{key: answers[key] for key in ("quy_mo", "anh") if key in answers},
        "ket_qua": {"v": results, "t": results},
    }
    if missing(report.FORM, start(report.FORM, given)):
        talk.open(report.FORM, given)
        return talk.reply("Còn thiếu vài mục của năm nay, {ac} ghi nốt giúp ạ:")
    reply = report.save(talk, given, key)
    note = talk.say("Mô hình được ghi là tiếp tục năm {year}.", year=talk.today.year)
    return replace(reply, text=f"{note}\n{reply.text}")


def enrolment_for(talk: Talk, initiative_id: int) -> Enrolment:
    initiative = talk.session.get(Initiative, initiative_id)
    kept = merging.followed(talk.session, initiative) if initiative else None
    who = (talk.session, talk.scope, talk.member_id)
    allowed = picking.one(*who, kept.id) if kept else None
    enrolment = enrolments.latest(talk.session, allowed.value) if allowed else None
    if enrolment is None:
        raise Refused(
            talk.say(
                "Mô hình này không còn, hoặc ngoài phần {ac} được ghi ạ. "
                "{Ac} nhắn “sửa 1” để chọn mô hình khác."
            )
        )
    return enrolment
