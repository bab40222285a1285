"""Drafts: the forms somebody has begun and not sent."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.text import cut
from storage.tables.people import Draft


def of_member(session: Session, member_id: int, most: int = 8, skip: int = 0) -> Sequence[Draft]:
    """Newest first, of all the accounts of a person."""
    return session.scalars(
        select(Draft)
        .where(Draft.member_id == member_id)
        .order_by(Draft.updated_at.desc(), Draft.id.desc())
        .limit(most)
        .offset(skip)
    ).all()


def of_form(
    session: Session, member_id: int, form: str, besides: int | None = None
) -> Draft | None:
    """The newest draft of a form with answers in it."""
    rows = session.scalars(
        select(Draft)
        .where(Draft.member_id == member_id, Draft.form == form, Draft.id != (besides or 0))
        .order_by(Draft.updated_at.desc(), Draft.id.desc())
        .limit(5)
    )
    return next((d for d in rows if d.body["answers"]), None)


def title(draft: Draft) -> str:
    """The answer one knows it by: a name, else the first words there are."""
    answers = draft.body["answers"]
    known = answers.get("ten") or next((a for a in answers.values() if a["t"]), None)
    return cut(known["t"], 60) if known else "chưa ghi gì"
