"""Once a week the numbers of a unit go into the chats of its leaders."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.conversation.messages import Reply
from bot.domain.roles import Act
from bot.domain.timing import slot
from bot.handlers.registry import Letter, Talk
from bot.scheduling.reminding import Speak
from storage import group_digests, members
from storage.bundles import Rules
from storage.tables.groups import GroupDigest
from storage.tables.reminders import ReviewPeriod

LATE = timedelta(days=1)
"""So long after its hour it is still news."""


@dataclass(slots=True)
class GroupDigests:
    """`run` may come again and again, and in several processes: a group gets one a week."""

    speak: Speak
    root_id: int
    zone: ZoneInfo
    rules: Callable[[Session], Rules]

    async def run(self, now: datetime) -> None:
        await self.speak(self._post)

    def _post(self, talk: Talk) -> None:
        session = talk.session
        groups = group_digests.wanted(session, self.root_id)
        week = group_digests.week(session, self.root_id, talk.today) if groups else None
        if week is None or not self._is_hour(talk, week):
            return
        talk.letters += [
            _letter(key, one)
            for one in groups
            if not group_digests.was_sent(session, key := _key(one, week)) and _may(talk, one)
        ]

    def _is_hour(self, talk: Talk, week: ReviewPeriod) -> bool:
        """Office hours of the first working day since it is due."""
        rules = self.rules(talk.session)
        begin = datetime.combine(week.due_on, time(), self.zone)
        at, now = slot(begin, "office", rules.hours, rules.working), talk.local(talk.now)
        return at <= now < at + LATE and slot(now, "office", rules.hours, rules.working) == now


def _key(one: GroupDigest, week: ReviewPeriod) -> str:
    return f"group-digest:{one.account_id}:{week.first}"


def _may(talk: Talk, one: GroupDigest) -> bool:
    """Who wanted it may still tell it to a group."""
    return members.allows(
        talk.session, one.member_id, Act.TELL_GROUPS, one.unit_id, talk.now, talk.today
    )


def _letter(key: str, one: GroupDigest) -> Letter:
    """Counted when it is sent."""
    late = {"kind": "group_digest", "unit": one.unit_id}
    return Letter(key, one.account_id, Reply("", late=late))
