"""What Telegram gave to the bot and what it took from it, in order."""

from collections import Counter
from dataclasses import dataclass, field

from tests.doubles.telegram.wire import Json

NOT_SENT = {"getUpdates", "getMe"}


@dataclass(slots=True)
class Update:
    """One update: handed out any number of times, acknowledged by a later offset (or a 200)."""

    id: int
    kind: str
    body: Json
    """As it goes out, with its update_id."""
    chat: int | None
    at: float
    handed: list[float] = field(default_factory=list)
    acked: float | None = None
    lost: bool = False
    """The offset rose over it before it was ever handed out."""
    copies: int = 1
    """How often the double means to hand it out though it is acknowledged."""

    @property
    def text(self) -> str:
        """What the person wrote, or the data of the button."""
        body = self.body[self.kind]
        return str(body.get("text") or body.get("caption") or body.get("data") or "")


@dataclass(slots=True)
class Call:
    """outcome: accepted, refused (by Telegram's rules or by a 429/5xx), lost (never arrived).

    With a fault, `accepted` says that the call took effect although the bot heard otherwise.
    """

    number: int
    at: float
    method: str
    chat: int | None
    params: Json
    outcome: str = "under way"
    code: int = 0
    description: str = ""
    fault: str = ""
    heard: bool = True
    """Whether the bot got the answer that fits the outcome."""
    ended: float | None = None
    """When the answer went out; None: under way, hanging, or broken off by the bot's end."""
    messages: tuple[int, ...] = ()
    """Ids of the messages sent or edited."""


class Ledger:
    def __init__(self) -> None:
        self.updates: list[Update] = []
        self.calls: list[Call] = []
        self.polls = 0
        self.first_offset: int | None = None
        """The offset of the first poll since `new_process`."""
        self.conflicts = 0
        self.downloads: Counter[str] = Counter()
        """By path."""

    def new_process(self) -> None:
        """Tell the ledger that the bot was started again."""
        self.first_offset = None
        self.polls = 0

    def polled(self, offset: int) -> None:
        if not self.polls:
            self.first_offset = offset
        self.polls += 1

    def accepted(self, method: str | None = None, chat: int | None = None) -> list[Call]:
        return self.found("accepted", method, chat)

    def refused(self, method: str | None = None, chat: int | None = None) -> list[Call]:
        return self.found("refused", method, chat)

    def found(self, outcome: str, method: str | None, chat: int | None) -> list[Call]:
        return [
            call
            for call in self.calls
            if call.outcome == outcome
            and (not method or call.method == method)
            and (chat is None or call.chat == chat)
        ]

    def unheard(self) -> list[Call]:
        """Calls that took effect although the bot could not know."""
        return [call for call in self.calls if call.outcome == "accepted" and not call.heard]

    def unacknowledged(self) -> list[Update]:
        return [update for update in self.updates if update.acked is None and not update.lost]

    def lost(self) -> list[Update]:
        return [update for update in self.updates if update.lost]

    def counts(self) -> Counter[str]:
        """method/outcome → how many."""
        return Counter(f"{call.method}/{call.outcome}" for call in self.calls)
