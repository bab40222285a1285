"""Leaves out of Telegram's updates what we never read, so that no objects are made of it."""

from typing import Any

TAPPED = "tapped"
OF_REPLIED = ("message_id", "date", "chat", "from")
HEAVY = ("reply_markup", "external_reply", "quote", "pinned_message", "link_preview_options")


def slim_update(update: Any) -> None:
    """Anything may come here: what does not look right is left for others to complain about."""
    if not isinstance(update, dict):
        return
    tap = update.get("callback_query")
    if isinstance(tap, dict) and isinstance(tapped := tap.get("message"), dict):
        # Which message in which chat is all we ask; unknown to python-telegram-bot, it goes into
        # `api_kwargs` as it is.
        del tap["message"]
        tap[TAPPED] = tapped
    for kind in ("message", "edited_message"):
        if isinstance(message := update.get(kind), dict):
            for name in HEAVY:
                message.pop(name, None)
            if isinstance(replied := message.get("reply_to_message"), dict):
                message["reply_to_message"] = {n: replied[n] for n in OF_REPLIED if n in replied}
