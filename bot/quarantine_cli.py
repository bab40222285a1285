"""`dvk quarantine`: messages the bot could not handle, set aside for an administrator."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli_common import OPTIONS, Config, opened
from bot.errors import Refused

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from storage.tables.delivery import Inbox

UNKNOWN = "Không có tin {reference}. Xem danh sách: dvk quarantine list"
Reference = Annotated[str, typer.Argument(help="Mã của tin, ví dụ T12.")]

quarantine = typer.Typer(help="Tin nhắn bot chưa xử lý được, đã để riêng.", **OPTIONS)


@quarantine.command("list")
def quarantine_list(config: Config = None) -> None:
    """Các tin đang để riêng."""
    from storage import inbox

    with opened(config) as (_, database), database.reading() as session:
        rows = inbox.aside(session)
        for row in rows:
            last = (row.error.strip().splitlines() or [""])[-1][:60]
            when = row.at.astimezone().strftime("%H:%M %d/%m/%Y")
            typer.echo(f"{row.reference}  {when}  {row.platform}/{row.chat}  {row.state}  {last}")
    if not rows:
        typer.echo("Không có tin nào để riêng.")


@quarantine.command("show")
def quarantine_show(reference: Reference, config: Config = None) -> None:
    """Nội dung một tin và vì sao chưa xử lý được."""
    import json

    with opened(config) as (_, database), database.reading() as session:
        row = _row(session, reference)
        typer.echo(json.dumps(row.payload, ensure_ascii=False, indent=2))
        typer.echo(f"{row.state}, {row.attempts} lần\n{row.error}")


@quarantine.command("retry")
def quarantine_retry(reference: Reference, config: Config = None) -> None:
    """Xử lý lại một tin (khi bot đang chạy)."""
    from storage import inbox

    with opened(config) as (_, database), database.writing() as session:
        inbox.retry(session, _row(session, reference), datetime.now(UTC))
    typer.echo(f"Bot sẽ xử lý lại {reference} trong ít giây nếu đang chạy.")


@quarantine.command("drop")
def quarantine_drop(reference: Reference, config: Config = None) -> None:
    """Bỏ hẳn một tin."""
    from storage import inbox

    with opened(config) as (_, database), database.writing() as session:
        inbox.drop(session, _row(session, reference))
    typer.echo(f"Đã bỏ {reference}.")


def _row(session: "Session", reference: str) -> "Inbox":
    from storage import inbox

    row = inbox.find(session, reference)
    if row is None or not row.payload:
        raise Refused(UNKNOWN.format(reference=reference))
    return row
