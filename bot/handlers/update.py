"""News of an initiative there is already: what is new, results, photos."""

import re
from typing import Any

from bot.conversation.form import Answers, Form, Found, Kind, Lookup, Step
from bot.conversation.messages import Reply
from bot.errors import Refused
from bot.handlers import notices
from bot.handlers.registry import Talk, command, lookup, submits
from bot.handlers.report import receipt
from bot.handlers.sent import own
from storage import enrolments, picking, reports
from storage.tables.records import Enrolment, Report

FORM = Form(
    "cn",
    "Cập nhật mô hình",
    (
        Step("phieu", Kind.CHOICE, "", "", hidden=True, required=False),
        Step("mo_hinh", Kind.INITIATIVE, "Mô hình",
             "Cập nhật mô hình nào ạ? {Ac} chọn, hoặc gõ tên, gõ mã.",
             "Ví dụ: gõ 42, hoặc “rau củ quả”", offer="initiatives"),
        Step("moi", Kind.TEXT, "Có gì mới", "Từ lần trước đến nay có gì mới ạ?",
             "Ví dụ: thêm 5 hộ tham gia, thu hoạch 2 tấn rau", least=5, most=1500),
        Step("ket_qua", Kind.TEXT, "Kết quả", "Kết quả đến nay ạ? Nên có con số.",
             "Ví dụ: thu nhập mỗi hộ tăng 20 triệu một năm", least=5, most=1500, required=False,
             later=True),
        Step("quy_mo", Kind.QUANTITY, "Quy mô hiện nay",
             "Quy mô hiện nay ạ? Ví dụ: 4.200 m²; 45 hộ", "Ví dụ: 45 hộ", required=False,
             later=True),
        Step("anh", Kind.PHOTOS, "Ảnh", "{Ac} gửi ảnh (tối đa 5). Xong thì gõ “xong”.", most=5,
             required=False, later=True),
    ),
)  # fmt: skip


@lookup("initiatives")
def choose(talk: Talk, asked: Lookup) -> Found:
    """Models this person may report on: own ones first, others of their scope by typing."""
    return picking.offer(talk.session, talk.scope, talk.member_id, asked.text, talk.today.year + 2)


@command("capnhat", "Cập nhật mô hình", menu=3, words=("cap nhat",))
def begin(talk: Talk, argument: str) -> None:
    known = picked(talk, argument)
    talk.open(FORM, {"mo_hinh": known} if known else {})


def picked(talk: Talk, argument: str) -> dict[str, Any] | None:
    """The initiative named by a button (`#id`) or by typed words, if this person may choose it."""
    who = (talk.session, talk.scope, talk.member_id)
    if re.fullmatch(r"#[0-9]{1,15}", argument):
        choice = picking.one(*who, int(argument[1:]))
    else:
        found = picking.offer(*who, argument, talk.today.year + 2) if argument else Found()
        choice = found.choices[0] if found.sure and len(found.choices) == 1 else None
    return {"v": choice.value, "t": choice.label} if choice else None


@submits(FORM)
def save(talk: Talk, answers: Answers, key: str) -> Reply:
    if done := reports.by_key(talk.session, key):
        return receipt(talk, done, notices.reviewers(talk, done))
    if "phieu" in answers:
        report = own(talk, str(answers["phieu"]["v"]))
        beyond = {k: a for k, a in report.answers.items() if FORM.step(k) is None}
        new = {**beyond, **answers}
        reports.correct(talk.session, report, new, True, talk.member_id, talk.now)
    else:
        report = _add(talk, answers, key)
    return receipt(talk, report, notices.arrived(talk, report))


def _add(talk: Talk, answers: Answers, key: str) -> Report:
    """What is new is a result of this year's enrolment, or of the latest there is."""
    enrolment = enrolment_for(talk, answers["mo_hinh"]["v"])
    return reports.add(
        talk.session, key=key, kind="update", enrolment=enrolment, author_id=talk.member_id,
        answers=answers, has_results=True, now=talk.now,
    )  # fmt: skip


def enrolment_for(talk: Talk, initiative_id: int) -> Enrolment:
    allowed = picking.one(talk.session, talk.scope, talk.member_id, initiative_id)
    enrolment = enrolments.latest(talk.session, initiative_id) if allowed else None
    if enrolment is None:
        raise Refused(
            talk.say(
                "Mô hình này không còn, hoặc ngoài phần {ac} được ghi ạ. "
                "{Ac} nhắn “sửa 1” để chọn mô hình khác."
            )
        )
    return enrolment
