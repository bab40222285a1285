"""A question the bot has to answer at once: a tapped button, an inline query."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.doubles.telegram.chats import WITHIN
from tests.doubles.telegram.signals import Signal
from tests.doubles.telegram.wire import Json

if TYPE_CHECKING:
    from tests.doubles.telegram.people import User


@dataclass(eq=False, repr=False)
class Tap:
    """data: of the button, or the text of an inline query."""

    id: str
    user: "User"
    data: str
    at: float
    kind: str = "callback_query"
    answer: Json | None = None
    """As the bot gave it; None: the button still spins."""
    answered_at: float = 0
    changed: Signal = field(default_factory=Signal)

    async def answered(self, within: float = WITHIN) -> Json:
        """text, show_alert, url, or the results of an inline query."""
        await self.changed.until(
            lambda: self.answer is not None, within, lambda: f"{self.data} was not answered"
        )
        return self.answer or {}

    @property
    def toast(self) -> str:
        return str((self.answer or {}).get("text", ""))

    @property
    def alert(self) -> bool:
        return bool((self.answer or {}).get("show_alert"))
