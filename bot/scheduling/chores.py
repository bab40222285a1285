"""What the clock asks for beside reminders: news put together, sums, cleaning up."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from bot.handlers import notices
from bot.scheduling.reminding import Speak, Write
from bot.scheduling.tick import Due, seldom, utc_now
from storage import inbox, list_import, photos, purging, tally, websessions
from storage.database import Database
from storage.files import Files

UNUSED_FILES = timedelta(hours=24)
DOCUMENTS_LAST = timedelta(days=7)
"""Sheets and copies of personal data are there to be taken along, not to be stored."""
SETTLED_LASTS = timedelta(days=90)
PURGED_AT_ONCE = 5000


@dataclass(frozen=True, slots=True)
class Chores:
    """write and speak are the desk's."""

    database: Database
    write: Write
    speak: Speak
    files: Files
    documents: Files

    def due(self) -> dict[str, Due]:
        return {
            "bundles": self._bundles,
            "totals": self._fold,
            "old": seldom(self._forget_old, timedelta(hours=1)),
        }

    async def _bundles(self, now: datetime) -> None:
        await self.speak(notices.bundles)

    async def _fold(self, now: datetime) -> None:
        await self.write(tally.fold)

    async def _forget_old(self, now: datetime) -> None:
        """Little by little: other writes go in between."""
        while await self.write(lambda s: purging.purge(s, now)) >= PURGED_AT_ONCE:
            pass
        await self.write(lambda s: inbox.purge(s, now - SETTLED_LASTS))
        await self.write(lambda s: websessions.purge(s, now))
        await self.write(lambda s: list_import.forget(s, now - DOCUMENTS_LAST))
        await asyncio.to_thread(self._sweep)

    def _sweep(self) -> None:
        """Files are dated by the machine's own clock, which the demo's is not."""
        now = utc_now()
        with self.database.reading() as session:
            self.files.sweep(partial(photos.known, session), now - UNUSED_FILES)
        self.documents.sweep(lambda _: set(), now - DOCUMENTS_LAST)
