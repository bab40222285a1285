"""Somebody else than the clock notices that it stands still, and tells the administrators."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.handlers.people import tell
from bot.handlers.registry import Talk
from bot.scheduling.reminding import Speak
from storage import deciding

log = logging.getLogger(__name__)
LONGEST = 120.0
"""Seconds without a tick."""
STOPPED = (
    "Đồng hồ của Trợ lý đứng từ {since}: phiếu vẫn nhận và trả lời như thường, nhưng nhắc việc tạm "
    "dừng. {Ac} báo người trông máy chủ giúp, nên khởi động lại chương trình ạ."
)
GOES_ON = (
    "Đồng hồ của Trợ lý đã chạy lại lúc {at} (đứng từ {since}). Việc đến hạn trong lúc đó được "
    "nhắc bù, mỗi người một tin. Cảm ơn {ac} đã trông giúp."
)


@dataclass(slots=True)
class Alarm:
    """Tells once when it stopped and once when it goes on; look at it now and then. silent: for how
    many seconds there was no tick."""

    silent: Callable[[], float]
    speak: Speak
    root_id: int
    _since: datetime | None = field(default=None, init=False)

    async def look(self, now: datetime) -> None:
        stopped = self.silent() > LONGEST
        if stopped == (self._since is not None):
            return
        since = self._since or now - timedelta(seconds=self.silent())
        if stopped:
            log.error("the clock has not ticked for %.0f s", self.silent())
        await self.speak(lambda talk: self._tell(talk, since, stopped=stopped))
        self._since = since if stopped else None

    def _tell(self, talk: Talk, since: datetime, *, stopped: bool) -> None:
        key = f"clock:{'stopped' if stopped else 'goes on'}:{since:%y%m%d%H%M%S}"
        words = {"since": _hour(talk, since), "at": _hour(talk, talk.now)}
        for member_id in deciding.admins_of(talk.session, self.root_id, talk.now):
            tell(talk, member_id, key, STOPPED if stopped else GOES_ON, **words)


def _hour(talk: Talk, moment: datetime) -> str:
    return f"{talk.local(moment):%H:%M ngày %d/%m}"
