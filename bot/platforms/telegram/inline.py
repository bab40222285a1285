"""`@bot words` in any chat: the public cards that fit, to be sent there."""

from collections.abc import Sequence
from typing import Any

from bot.conversation.host import PublicCard

KEPT = 10
"""Seconds for which Telegram may answer the same by itself: a card may be withdrawn."""
BEGIN = {"text": "Làm quen với Trợ lý trước đã ạ", "start_parameter": "the"}


def answer(query_id: str, cards: Sequence[PublicCard] | None) -> dict[str, Any]:
    """The parameters of answerInlineQuery; cards None: a stranger, who gets but a way in."""
    given: dict[str, Any] = {"inline_query_id": query_id, "is_personal": True, "cache_time": KEPT}
    given["results"] = [_result(card) for card in cards or ()]
    return given | ({"button": BEGIN} if cards is None else {})


def _result(card: PublicCard) -> dict[str, Any]:
    return {
        "type": "article",
        "id": card.id,
        "title": card.title,
        "description": card.about,
        "input_message_content": {"message_text": card.text},
    }
