"""Groups of leaders that get the weekly digest."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base, BigId, MemberRef, UnitRef


class GroupDigest(Base):
    """The account of a group, and of which unit it gets the digest. member_id: who wanted it so,
    and must still have the right when it is sent. state: on, off."""

    __tablename__ = "group_digest"

    account_id: Mapped[int] = mapped_column(BigId, ForeignKey("account.id"), primary_key=True)
    unit_id: Mapped[UnitRef]
    member_id: Mapped[MemberRef]
    at: Mapped[datetime]
    state: Mapped[str] = mapped_column(default="on")
