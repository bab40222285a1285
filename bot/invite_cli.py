"""`dvk invite`: a way in made on the server itself, for the first administrator above all."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.cli_units import unit_meant
from bot.domain.invitations import LINK_LASTS, grouped
from bot.domain.partial_dates import clock
from bot.domain.roles import ROLE_LABELS, Role
from bot.errors import Refused
from bot.presentation.sheet import qr_terminal
from storage import invitations
from storage.database import Database
from storage.tables.units import Unit

UNKNOWN = "Nhập đơn vị trước bằng: dvk import units TỆP."


def make_invitation(
    database: Database,
    unit_text: str,
    role: str,
    public_url: str,
    now: datetime,
    days: int = LINK_LASTS.days,
) -> str:
    """The text to print: link, QR and short code, with times in the zone of `now`.

    unit_text: a name or the number of a unit; "" is the organisation itself. Raises Refused with a
    sentence."""
    if role not in list(Role):
        raise Refused(f"Chưa có vai trò “{role}”. Chọn một trong: {', '.join(Role)}.")
    if not 1 <= days <= 30:
        raise Refused("Thư mời dùng được từ 1 đến 30 ngày, ví dụ: --days 7.")
    with database.writing() as session:
        unit = _unit(session, unit_text, now.year)
        fresh = invitations.create(
            session, unit_id=unit.id, role=role, now=now, lasts=timedelta(days)
        )
    url = f"{public_url.rstrip('/')}/i/{fresh.token}"
    until = clock(fresh.expires_at.astimezone(now.tzinfo))
    return (
        f"Thư mời {ROLE_LABELS[Role(role)]} của {unit.name}, dùng được một lần, đến {until}.\n"
        f"Đường dẫn:  {url}\nMã gõ tay:  {grouped(fresh.code)}\n\n{qr_terminal(url)}"
    )


def _unit(session: Session, typed: str, year: int) -> Unit:
    if not typed:
        return _only(session.scalars(select(Unit).where(Unit.root_id == Unit.id)).all())
    return session.get_one(Unit, unit_meant(session, typed, UNKNOWN, year))


def _only(roots: Sequence[Unit]) -> Unit:
    if len(roots) == 1:
        return roots[0]
    raise Refused("Có nhiều tổ chức (hoặc chưa có): ghi rõ --unit, ví dụ: --unit 'Huyện Thạch Hà'.")
