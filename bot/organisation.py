"""The organisation this installation serves, and the first way in for its administrator."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.config import Settings
from bot.domain.inspecting import Inspecting
from bot.domain.roles import Role
from bot.domain.text import fold
from bot.errors import SettingError
from bot.handlers.registry import Organisation
from bot.invite_cli import make_invitation
from storage.database import Database
from storage.sectors import ensure_sectors
from storage.tables.people import Invitation
from storage.tables.people import Role as RoleRow
from storage.tables.units import Unit
from storage.units import add_unit, rebuild_below


def ensure_root(session: Session, settings: Settings) -> Unit:
    """The root unit named in the settings; the very first one is made."""
    roots = session.scalars(select(Unit).where(Unit.id == Unit.root_id).order_by(Unit.id)).all()
    wanted = settings.organisation.unit
    if not roots:
        root = add_unit(session, name=wanted or settings.organisation.name, kind="co_quan")
        rebuild_below(session)
    elif wanted:
        root = _named(roots, wanted)
    else:
        root = roots[0]
    ensure_sectors(session, root.id)
    return root


def _named(units: Sequence[Unit], wanted: str) -> Unit:
    for unit in units:
        if fold(wanted) == unit.folded or wanted == unit.code:
            return unit
    names = ", ".join(u.name for u in units)
    raise SettingError(
        f"organisation.unit: chưa có tổ chức “{wanted}” trong dữ liệu (đang có: {names}). "
        f'Ví dụ: unit = "{units[0].name}"'
    )


def describe(settings: Settings, root: Unit, public_url: str) -> Organisation:
    given = settings.organisation
    look = Inspecting(settings.inspection.criteria, settings.inspection.verdicts)
    facts = Organisation(root.id, given.name, given.contact, public_url, inspecting=look)
    points = given.counting == "points"
    hours = settings.reminders.hours
    return replace(facts, labels=settings.labels.model_dump(), points=points, hours=hours)


def first_invitation(database: Database, root: Unit, public_url: str, now: datetime) -> str | None:
    """For an organisation without administrator, and without an invitation for one on its way."""
    with database.reading() as session:
        admin = select(RoleRow.id).where(RoleRow.role == Role.ADMIN, RoleRow.until.is_(None))
        invited = select(Invitation.id).where(
            Invitation.role == Role.ADMIN, Invitation.used_at.is_(None), Invitation.expires_at > now
        )
        if session.scalar(admin.limit(1)) or session.scalar(invited.limit(1)):
            return None
    return make_invitation(database, str(root.id), Role.ADMIN, public_url, now)
