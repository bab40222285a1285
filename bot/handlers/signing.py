"""Signed decisions, whatever they decide: what is asked about one, and putting it right."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from bot.conversation.form import Answers, Choice, Form, Found, Json, Kind, Lookup, Step
from bot.conversation.messages import Option, Reply
from bot.domain.partial_dates import PartialDate, Precision, plain_date
from bot.domain.roles import Act, can
from bot.domain.text import cut
from bot.errors import Refused
from bot.handlers.people import ELSE, local_day, may
from bot.handlers.registry import Replies, Talk, action, lookup, submits
from bot.handlers.seeing import who
from storage import decisions, members, recognition
from storage.decisions import COMMENDATION, RECOGNITION
from storage.tables.records import Decision

PAGE = 8
ISSUERS = 6
NOT_YOURS = (
    "Quyết định do người đã nhập, hoặc người thẩm định của cả tổ chức sửa ạ. "
    "{Ac} nhắn “quản lý” để chọn việc khác."
)
PREFIX = re.compile(r"(?:quyết định|quyet dinh|qđ|qd)?\s*(?:số|so)\s*[:.]?\s*", re.IGNORECASE)


def number_of(said: str) -> str:
    """Without "Quyết định số"."""
    return PREFIX.sub("", said, count=1).strip() or said


def _a_day_gone(value: Json, answers: Answers, today: date) -> str:
    day = PartialDate.from_json(value)
    if day.precision is not Precision.day:
        return "{Ac} ghi rõ ngày ký ạ, ví dụ: 20/12/2026."
    return "Ngày này chưa đến ạ. {Ac} ghi lại ngày ký giúp." if day.start > today else ""


NUMBER = Step("so", Kind.TEXT, "Số", "Số quyết định là gì ạ? Ví dụ: 15-QĐ/BCĐ",
              "Ví dụ: 15-QĐ/BCĐ", least=1, most=60)  # fmt: skip
BODY = Step("co_quan", Kind.CHOICE, "Cơ quan ban hành", "Cơ quan nào ban hành ạ?",
            "Ví dụ: Ban Chỉ đạo huyện", offer="issuers", free=True, least=3, most=150)  # fmt: skip
DAY = Step("ngay", Kind.DATE, "Ngày ký", "Quyết định ký ngày nào ạ? Ví dụ: 20/12/2026",
           "Ví dụ: hôm nay, 20/12/2026", check=_a_day_gone)  # fmt: skip
AMEND = Form(
    "qdsua",
    "Sửa quyết định",
    (Step("qd", Kind.CHOICE, "", "", hidden=True, required=False), NUMBER, BODY, DAY),
    "ghi",
)


@lookup("issuers")
def issuers(talk: Talk, asked: Lookup) -> Found:
    rows = recognition.issuers(talk.session, talk.organisation.root_id, ISSUERS)
    return Found(tuple(Choice(body, body) for body in rows))


def said_of(decision: Decision) -> dict[str, dict[str, Any]]:
    """What is known of one as answers to these questions."""
    day = PartialDate(decision.day)
    return {
        NUMBER.key: {"v": decision.number, "t": decision.number},
        BODY.key: {"v": decision.body, "t": decision.body},
        DAY.key: {"v": day.to_json(), "t": day.format()},
    }


def heard(answers: Answers) -> tuple[str, str, date]:
    """Number, body and day."""
    day = PartialDate.from_json(answers[DAY.key]["v"]).start
    return number_of(answers[NUMBER.key]["v"]), answers[BODY.key]["v"], day


def in_a_line(decision: Decision) -> str:
    return f"{decision.number}, {plain_date(decision.day)}, {cut(decision.body, 40)}"


# -- putting one right ----------------------------------------------------------------------------


def may_amend(talk: Talk, decision: Decision) -> bool:
    """Who entered it, while they recognise at all, and who does so for the whole organisation;
    asked anew in the transaction that acts."""
    grants = members.grants_of(talk.session, talk.member_id, talk.now, lock=True)
    mine = decision.author_id == talk.member_id
    return can(Act.RECOGNISE, grants) and (mine or may(talk, Act.RECOGNISE, decision.root_id))


def _theirs(talk: Talk, decision_id: str | int) -> Decision:
    decision = talk.session.get(Decision, int(decision_id))
    own = decision is not None and decision.root_id == talk.organisation.root_id
    if decision is None or not own or not may_amend(talk, decision):
        raise Refused(talk.say(NOT_YOURS))
    return decision


@action("qdsua")
def begin(talk: Talk, decision_id: str) -> None:
    decision = _theirs(talk, decision_id)
    talk.open(AMEND, {"qd": {"v": decision.id, "t": ""}, **said_of(decision)})


@submits(AMEND)
def save(talk: Talk, answers: Answers, key: str) -> Reply:
    decision = _theirs(talk, answers["qd"]["v"])
    was = decisions.amend(talk.session, decision, *heard(answers))
    kind = decision.kind == RECOGNITION
    more = Option("Xem quyết định", f"cnxem:{decision.id}") if kind else LISTED
    if not was:
        return talk.reply("Quyết định vẫn như cũ ạ, không có gì thay đổi.", more, ELSE)
    talk.did("amend", "decision", decision.id, **was)
    done = "Đã sửa thành: {now}; {was}. Các mô hình theo quyết định này giữ nguyên. Cảm ơn {ac}."
    return talk.reply(done, more, ELSE, now=in_a_line(decision), was=before(was))


def before(was: Mapping[str, Any]) -> str:
    """trước là số 15-QĐ/BCĐ, ngày 20/12/2026."""
    words = {"number": "số {}", "body": "cơ quan {}", "day": "ngày {}"}
    said = dict(was)
    if "day" in said:
        said["day"] = plain_date(date.fromisoformat(said["day"]))
    return "trước là " + ", ".join(words[k].format(said[k]) for k in words if k in said)


def amended(talk: Talk, decision: Decision) -> list[str]:
    """How it was put right, the last first."""
    return [
        f"Đã sửa ngày {local_day(talk, row.at)} ({who(talk, row.member_id)}): {before(row.details)}"
        for row in decisions.amendments(talk.session, decision.id)
    ]


# -- those of praise ------------------------------------------------------------------------------

LISTED = Option("Quyết định khen đã ghi", "kh_ds")


@action("kh_ds")
def listed(talk: Talk, skip: str = "0") -> Replies:
    """Of praise, those that this person may put right."""
    if not talk.can(Act.RECOGNISE):
        raise Refused(talk.say(NOT_YOURS))
    root, first = talk.organisation.root_id, max(int(skip), 0)
    author = None if may(talk, Act.RECOGNISE, root) else talk.member_id
    rows = decisions.of_author(talk.session, root, COMMENDATION, author, PAGE + 1, first)
    options = [Option(in_a_line(d), f"qdsua:{d.id}") for d in rows[:PAGE]]
    if len(rows) > PAGE:
        options.append(Option("Xem tiếp", f"kh_ds:{first + PAGE}"))
    if not rows:
        return talk.reply("{Ac} chưa ghi quyết định khen thưởng nào ạ.", ELSE)
    text = "Quyết định khen thưởng đã ghi, mới nhất trước. {Ac} chọn quyết định cần sửa ạ:"
    return talk.reply(text, *options)
