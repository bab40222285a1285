"""Who may see a report, how much of it, and how it looks to them."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from bot.conversation.messages import Option, Reply
from bot.domain.partial_dates import clock
from bot.domain.roles import Act
from bot.domain.text import cut
from bot.handlers import notices
from bot.handlers.people import ELSE, may
from bot.handlers.registry import FORMS, Talk
from bot.presentation.report import lines, state_in_words
from storage import reports, reviewing, scope
from storage.photos import clean_names
from storage.tables.people import Member
from storage.tables.records import Enrolment, Initiative, Report

FORM_NAMES = {"register": "dk", "update": "cn", "inspect": "kt"}


def may_see(talk: Talk, report: Report) -> bool:
    """The author, who decides about it, and those whose scope covers it (narrowed: fewer); an
    inspection, once confirmed, also whoever registered it. One taken back is its author's alone."""
    if report.author_id == talk.person.member_id:
        return True
    if report.state == "withdrawn":
        return False
    if decides(talk, report) or sees_enrolment(talk, report.enrolment_id):
        return True
    return (
        report.kind == "inspect"
        and report.state == "accepted"
        and reports.registered_by(talk.session, report.enrolment_id, talk.person.member_id)
    )


def decides(talk: Talk, report: Report) -> bool:
    return talk.person.member_id in notices.reviewers(talk, report)


def sees_enrolment(talk: Talk, enrolment_id: int) -> bool:
    """By one's roles: having sent news of it opens nobody else's reports."""
    one = select(Enrolment.id).where(Enrolment.id == enrolment_id)
    roles = scope.Scope.of(None, talk.person.grants)
    return talk.session.scalar(scope.visible(one, roles)) is not None


def follows(talk: Talk, enrolment: Enrolment) -> bool:
    """Whose work it is to follow the initiative, over its registrant or its place: only they, and
    authors in their own reports, see telephone numbers and positions."""
    return any(
        scope.covers(talk.session, talk.person.grants, act, unit, enrolment.year)
        for act in (Act.REVIEW, Act.INSPECT)
        for unit in (enrolment.registrant_id, enrolment.place_id)
    )


def shown(talk: Talk, report: Report) -> Reply:
    """The report as this person may see it; `may_see` has been asked before."""
    initiative = talk.session.get_one(Initiative, report.initiative_id)
    enrolment = talk.session.get_one(Enrolment, report.enrolment_id)
    author = talk.session.get_one(Member, report.author_id)
    private = report.author_id == talk.person.member_id or follows(talk, enrolment)
    body = lines(labels(report), report.answers, private or decides(talk, report))
    state = state_in_words(report.kind, report.state)
    head = f"{initiative.code}: {initiative.name}\n{_title(report)}, {state}"
    if report.reason and report.state in ("returned", "rejected"):
        head += f": “{report.reason}”"
    version = f", bản {report.version}" if report.version > 1 else ""
    sent = f"Gửi lúc {clock(talk.local(report.sent_at))}, {author.address} {author.name}{version}."
    photos = clean_names(talk.session, report.answers.get("anh", {}).get("v") or [])
    return Reply(
        f"{head}\n{body}\n{sent}",
        options=_options(talk, report),
        photos=tuple(photos.values()),
        code=initiative.code,
    )


def _title(report: Report) -> str:
    return FORMS[FORM_NAMES[report.kind]].form.title


def labels(report: Report) -> list[tuple[str, str]]:
    """Those of its form; news that were written in the longer form have its answers, too."""
    steps = [*FORMS[FORM_NAMES[report.kind]].form.steps]
    if report.kind == "update":
        known = {s.key for s in steps}
        steps += [s for s in FORMS["dk"].form.steps if s.key not in known]
    return [(s.key, s.label) for s in steps if s.label]


def who(talk: Talk, member_id: int | None) -> str:
    """anh Trần Văn Minh"""
    member = talk.session.get(Member, member_id) if member_id else None
    return f"{member.address} {member.name}" if member else "Trợ lý"


def _options(talk: Talk, report: Report) -> tuple[Option, ...]:
    mine = report.author_id == talk.person.member_id
    return (*(_own_options(report) if mine else _reviewers_options(talk, report)), ELSE)


def _own_options(report: Report) -> tuple[Option, ...]:
    if report.state == "rejected" and report.kind == "register":
        return (Option("Ghi lại phiếu này", f"ghilai:{report.id}", "primary"),)
    if report.state not in reports.OPEN_STATES:
        return ()
    return (
        Option("Sửa phiếu", f"suaphieu:{report.id}", "primary"),
        Option("Rút lại phiếu", f"rut:{report.id}:{report.version}", "danger"),
    )


def _reviewers_options(talk: Talk, report: Report) -> tuple[Option, ...]:
    """To decide about it, or to take a decision back."""
    if report.kind == "inspect" or not talk.can(Act.REVIEW):
        return ()
    registrant = talk.session.get_one(Enrolment, report.enrolment_id).registrant_id
    if not may(talk, Act.REVIEW, registrant):
        return ()
    if report.state == "sent":
        return (Option("Xem xét phiếu", f"xet:{report.id}", "primary"),)
    reopened = Option("Mở lại phiếu", f"molai:{report.id}:{report.version}:{report.state}")
    return (reopened,) if report.state in reviewing.DECIDED else ()


def in_a_line(talk: Talk, report: Report) -> str:
    """How a list names it."""
    initiative = talk.session.get_one(Initiative, report.initiative_id)
    year = talk.session.get_one(Enrolment, report.enrolment_id).year
    kind = f" ({notices.KINDS[report.kind]})" if report.kind != "register" else ""
    kind = kind or (f" (năm {year})" if year != initiative.code_year else "")
    state = state_in_words(report.kind, report.state)
    return f"{initiative.code} – {cut(initiative.name, 40)}{kind}: {state}"


def prefilled(report: Report) -> Mapping[str, Any]:
    """The answers of a report as those of a new draft that corrects it."""
    return {**report.answers, "phieu": {"v": report.id, "t": ""}}
