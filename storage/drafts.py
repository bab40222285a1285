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


def of_form(session: Session, member_id: int, form: str, here: int | None = None) -> Draft | None:
    """The newest draft of a form with answers in it; while another one is being filled in (here),
    only that one can be meant."""
    statement = select(Draft).where(Draft.member_id == member_id, Draft.form == form)
    if here is not None:
        statement = statement.where(Draft.id == here)
    newest = statement.order_by(Draft.updated_at.desc(), Draft.id.desc())
    return next((d for d in session.scalars(newest.limit(5)) if d.body["answers"] or here), None)


def title(draft: Draft) -> str:
    """The answer one knows it by: a name, else the first words there are."""
    answers = draft.body["answers"]
    known = answers.get("ten") or next((a for a in answers.values() if a["t"]), None)
    return cut(known["t"], 60) if known else "chưa ghi gì"
