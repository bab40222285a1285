"""Telling the people a report concerns: who must look at it, and who sent it."""

from datetime import datetime, timedelta

from sqlalchemy import select

from bot.conversation.messages import Option, Reply
from bot.domain.text import cut
from bot.domain.wording import say
from bot.handlers.registry import Letter, Talk
from storage import notes
from storage.members import accounts_of, approvers_for
from storage.tables.people import Member
from storage.tables.records import Enrolment, Initiative, Report

BUNDLE = timedelta(hours=1)
KINDS = {"register": "báo cáo mô hình", "update": "cập nhật", "inspect": "kiểm tra"}


def local(talk: Talk, moment: datetime) -> datetime:
    return moment.astimezone(talk.zone)


def reviewers(talk: Talk, report: Report) -> list[int]:
    """The registrant's focal persons, else the nearest above, at last administrators; never the
    author."""
    registrant = talk.session.scalar(
        select(Enrolment.registrant_id).where(Enrolment.id == report.enrolment_id)
    )
    if registrant is None:
        return []
    return approvers_for(talk.session, registrant, talk.now, report.author_id)


def arrived(talk: Talk, report: Report) -> None:
    """The first report of an hour is told at once; later ones wait for `bundles`."""
    for member_id in reviewers(talk, report):
        if notes.told_since(talk.session, member_id, talk.now - BUNDLE):
            notes.add(talk.session, member_id, report.id, talk.now, sent=False)
        else:
            notes.add(talk.session, member_id, report.id, talk.now, sent=True)
            _tell(talk, member_id, f"arrived:{report.id}:{report.version}", _one(talk, report))


def _one(talk: Talk, report: Report) -> str:
    initiative = talk.session.get_one(Initiative, report.initiative_id)
    author = talk.session.get_one(Member, report.author_id)
    again = " (đã sửa)" if report.version > 1 else ""
    return (
        f"Có phiếu {KINDS[report.kind]} mới{again}: {initiative.code}, "
        f"“{cut(initiative.name, 80)}”, do {author.address} {author.name} gửi."
    )


def _tell(talk: Talk, member_id: int, key: str, text: str) -> None:
    see = Option("Xem việc cần làm", "cmd:vieccanlam", "primary")
    tell(talk, member_id, key, Reply(text, options=(see,)))


def tell(talk: Talk, member_id: int, key: str, reply: Reply) -> None:
    """Write to all reachable accounts of a member; {ac} in the text is their own address."""
    member = talk.session.get(Member, member_id)
    if member is None:
        return
    reply = reply.with_text(say(reply.text, member.address))
    for account_id in accounts_of(talk.session, member_id):
        talk.letters.append(Letter(f"{key}:{account_id}", account_id, reply))


def bundles(talk: Talk) -> int:
    """What has waited for an hour since the last notice goes out as one; the tick calls this."""
    due = notes.due(talk.session, talk.now - BUNDLE)
    for member_id, ids in due.items():
        newest = max(ids)
        text = f"Có thêm {len(ids)} phiếu mới chờ {{ac}} xem."
        _tell(talk, member_id, f"bundle:{newest}", text)
        notes.mark(talk.session, ids, talk.now)
    return len(due)
