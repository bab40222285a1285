"""python-telegram-bot without objects for answers of which we read little."""

from typing import Any

import orjson
from telegram import Bot

from bot.platforms.telegram.request import Calls, Polls


class LeanBot(Bot):
    """A message that was sent comes back whole, and became a hundred attributes each time."""

    def __init__(self, token: str, base_url: str, base_file_url: str) -> None:
        calls, polls = Calls(base_url), Polls(base_url)
        super().__init__(token, base_url, base_file_url, request=calls, get_updates_request=polls)
        self._calls, self._polls = calls, polls

    @property
    def calls(self) -> Calls:
        return self._calls

    @property
    def polls(self) -> Polls:
        return self._polls

    async def call(self, method: str, **parameters: Any) -> Any:
        """The result as the Bot API writes it. Parameters that are None are left out."""
        given = {name: value for name, value in parameters.items() if value is not None}
        try:
            body = orjson.dumps(given)
        except TypeError:  # there is a file among them
            return await self._post(method, given)
        return await self._calls.call(f"{self.base_url}/{method}", body)

    async def close_connections(self) -> None:
        """Also those of a start that has failed."""
        await self.shutdown()
        await self.calls.shutdown()
        await self.polls.shutdown()
