"""An inspection said from end to end, as tests of handlers need it."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.tables.lifecycle import Inspection, Recommendation
from tests.handlers.chatting import Chat

REQUIRED = ("hôm nay", "định kỳ", "chỉ mình tôi", "hoạt động tốt", "đạt hết", "tốt")
"""The answers that are required, after the model."""


def inspect(one: Chat, initiative_id: int, *more: str) -> str:
    one.tap(f"cmd:kiemtra:#{initiative_id}")
    return one.say(*REQUIRED, *more, "gửi")


def asking(one: Chat, initiative_id: int, what: str = "Làm biển tên") -> str:
    """With a recommendation."""
    return inspect(one, initiative_id, "thêm kiến nghị", what, "15/1/2023")


def inspections_in(session: Session) -> list[Inspection]:
    return list(session.scalars(select(Inspection).order_by(Inspection.id)))


def asked_in(session: Session) -> list[Recommendation]:
    return list(session.scalars(select(Recommendation).order_by(Recommendation.id)))
