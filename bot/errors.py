"""The errors that cross a boundary; each message is written for its reader.

BotError
├── Refused       the member may not or cannot do this: the text is shown to them as it stands
├── SendError     a platform did not take a message
└── SettingError  a setting is missing or wrong: stops the start
"""


class BotError(Exception):
    """Anything we raise on purpose."""


class Refused(BotError):
    """Shown to the member: a whole Vietnamese sentence that says what to do next."""


class SendError(BotError):
    """A platform did not take a message.

    permanent: do not try again. retry_after: seconds the platform asked us to wait, for this
    chat or, when whole_bot, for everybody. unsure: it may have arrived all the same. gone: nobody
    can be reached there any more. moved_to: the chat's new name.
    """

    def __init__(
        self,
        reason: str,
        *,
        permanent: bool = False,
        retry_after: float | None = None,
        whole_bot: bool = False,
        unsure: bool = False,
        gone: bool = False,
        moved_to: str = "",
    ) -> None:
        super().__init__(reason)
        self.permanent = permanent
        self.retry_after = retry_after
        self.whole_bot = whole_bot
        self.unsure = unsure
        self.gone = gone
        self.moved_to = moved_to


class SettingError(BotError):
    """A setting is missing or wrong; the message names it, the problem and an example."""
