"""Who may do what about an initiative of a year, and about which of them."""

from sqlalchemy import ColumnElement, select

from bot.domain.roles import Act
from bot.handlers.registry import Talk
from storage import members
from storage.scope import Scope, over
from storage.tables.records import Enrolment


def may(talk: Talk, act: Act, enrolment: Enrolment, member_id: int | None = None) -> bool:
    """Whether the speaker, or another member, may do this about an initiative of a year, over its
    registrant or place as they stood then; asked anew, so that a role ended meanwhile no longer
    counts. A narrowed one needs the right to see such."""
    asked = member_id or talk.person.member_id
    speaks = asked == talk.person.member_id
    if asked is None or (speaks and not talk.can(act)):
        return False
    grants = members.grants_of(talk.session, asked, talk.now, lock=speaks)
    one = select(Enrolment.id).where(Enrolment.id == enrolment.id)
    return talk.session.scalar(one.where(over(Scope.of(None, grants), act))) is not None


def mine(talk: Talk, act: Act) -> ColumnElement[bool]:
    """Enrolments about which the speaker may do this."""
    return over(Scope.of(None, talk.person.grants), act)
