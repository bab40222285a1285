"""Telling the people a report concerns: who must look at it, and who sent it."""

from datetime import timedelta

from bot.conversation.messages import Option
from bot.domain.text import cut
from bot.handlers.people import tell
from bot.handlers.registry import Talk
from storage import notes
from storage.deciding import deciders
from storage.tables.people import Member
from storage.tables.records import Enrolment, Initiative, Report

BUNDLE = timedelta(hours=1)
SEE = Option("Xem việc cần làm", "cmd:vieccanlam", "primary")
KINDS = {"register": "báo cáo mô hình", "update": "cập nhật", "inspect": "kiểm tra"}


def reviewers(talk: Talk, report: Report) -> dict[int, str]:
    """The registrant's focal persons, else the nearest above, at last administrators; never the
    author. Member → how they are called."""
    registrant = talk.session.get_one(Enrolment, report.enrolment_id).registrant_id
    return deciders(talk.session, registrant, talk.now, report.author_id)


def arrived(talk: Talk, report: Report) -> dict[int, str]:
    """The first report of an hour is told at once; later ones wait for `bundles`. Returns who is
    to look at it."""
    who = reviewers(talk, report)
    for member_id in who:
        if notes.add(talk.session, member_id, report.id, talk.now, talk.now - BUNDLE):
            key = f"arrived:{report.id}:{report.version}"
            tell(talk, member_id, key, "{text}", SEE, text=_one(talk, report))
    return who


def _one(talk: Talk, report: Report) -> str:
    initiative = talk.session.get_one(Initiative, report.initiative_id)
    author = talk.session.get_one(Member, report.author_id)
    again = " (đã sửa)" if report.version > 1 else " mới"
    return (
        f"Có phiếu {KINDS[report.kind]}{again}: {initiative.code}, "
        f"“{cut(initiative.name, 80)}”, do {author.address} {author.name} gửi."
    )


def bundles(talk: Talk) -> int:
    """What has waited for an hour since the last notice goes out as one; the tick calls this."""
    due = notes.due(talk.session, talk.now - BUNDLE)
    for member_id, waiting in due.items():
        ids = [note for note, _ in waiting]
        new = {r.id for _, r in waiting if member_id in reviewers(talk, r)}
        if new:
            text = f"Có thêm {len(new)} phiếu chờ {{ac}} xem."
            tell(talk, member_id, f"bundle:{max(ids)}", text, SEE)
        notes.mark(talk.session, ids, talk.now)
    return len(due)
