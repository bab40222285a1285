"""An inspection said from end to end, as tests of handlers need it."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage import reports
from storage.tables.lifecycle import Inspection, Recommendation
from storage.tables.records import Enrolment
from storage.tables.units import Unit
from tests.handlers.chatting import LATER, Chat, unit
from tests.make import make_enrolment, make_member, make_sector

REQUIRED = ("hôm nay", "định kỳ", "chỉ mình tôi", "hoạt động tốt", "đạt hết", "tốt")
"""The answers that are required, after the model."""


def reported(session: Session, root: Unit, accepted_on: date = date(2022, 3, 31)) -> Enrolment:
    """In Xã Thạch Lạc, by Hồ Văn Hà."""
    place = unit(session)
    enrolment = make_enrolment(
        session, 2022, place=place, sector=make_sector(session, root=root),
        accepted_on=accepted_on,
    )  # fmt: skip
    author = make_member(session, name="Hồ Văn Hà", unit=place, address="anh")
    reports.add(
        session, key="dk", kind="register", enrolment=enrolment, author_id=author.id, answers={},
        has_results=False, now=LATER, state="accepted",
    )  # fmt: skip
    return enrolment


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
