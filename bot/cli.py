"""The `dvk` command. What a command needs is imported inside it, so that each starts quickly."""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from bot.cli_common import OPTIONS, Config, opened
from bot.errors import BotError, Refused, SettingError
from bot.quarantine_cli import quarantine

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from bot.doctor import Check
    from storage.target_import import Report as OfTargets
    from storage.unit_import import Report as OfUnits

    Imported = OfTargets | OfUnits

WRONG = 2
NO_ANSWER = "Cơ sở dữ liệu không trả lời hoặc không ghi được. Hãy xem vì sao: dvk doctor"


class Sentences(TyperGroup):
    """Errors we raise on purpose are sentences for the person at the keyboard."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except BotError as problem:
            typer.echo(str(problem), err=True)
        except Exception as problem:
            if not _is_away(problem):
                raise
            typer.echo(NO_ANSWER, err=True)
        raise typer.Exit(WRONG)


def _is_away(problem: Exception) -> bool:
    """The database does not answer, is locked or cannot be written."""
    from sqlalchemy.exc import OperationalError

    return isinstance(problem, OperationalError)


app = typer.Typer(
    cls=Sentences, help="Bot Dân vận khéo.", pretty_exceptions_enable=False, **OPTIONS
)
db = typer.Typer(help="Cơ sở dữ liệu: nâng cấp, sao lưu, phục hồi.", **OPTIONS)
imports = typer.Typer(help="Nhập dữ liệu từ tệp.", **OPTIONS)
app.add_typer(db, name="db")
app.add_typer(imports, name="import")
app.add_typer(quarantine, name="quarantine")


def main() -> None:
    # Members' data: nobody else on this machine may read the files we make.
    os.umask(0o027)
    app()


@app.command()
def run(config: Config = None) -> None:
    """Chạy bot."""
    from bot.config import load

    settings = load(config)
    _want_port(settings.web.host, settings.web.port)
    from bot.serving import run as start

    start(settings)


@app.command()
def demo(
    port: Annotated[int, typer.Option(help="Cổng của trang web.")] = 8080,
    today: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d", "%d/%m/%Y"], help="Coi hôm nay là ngày này."),
    ] = None,
) -> None:
    """Dùng thử với dữ liệu mẫu; tắt đi là hết, không cần cài đặt gì."""
    from bot.config import check
    from storage.demo.filling import filling

    settings = check({"web": {"port": port}})
    day = today.date() if today else None
    # The database is filled while we load the rest.
    with filling(day or datetime.now(settings.organisation.zone).date()) as data:
        _want_port(settings.web.host, port)
        from bot.demo import demo as start

        start(settings, data, port, day)


def _want_port(host: str, port: int) -> None:
    from bot.reachable import port_problem

    if problem := port_problem(host, port):
        raise SettingError(f"web.port: {problem}")


@app.command()
def doctor(
    config: Config = None,
    apply: Annotated[bool, typer.Option(help="Sửa luôn những gì tự sửa được.")] = False,
) -> None:
    """Kiểm tra mọi thứ bot cần; chỗ nào chưa ổn thì nói cách làm."""
    from bot import doctor as looks
    from bot.config import load

    settings = load(config)
    if apply:
        for done in looks.apply(settings):
            typer.echo(done)
    found = looks.checks(settings)
    _print_checks(found)
    raise typer.Exit(0 if all(check.ok for check in found) else 1)


def _print_checks(found: "list[Check]") -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table("", "Kiểm tra", "Kết quả", "Cần làm")
    for check in found:
        mark = Text("ổn", "green") if check.ok else Text("CHƯA", "bold red")
        table.add_row(mark, *map(Text, (check.name, check.said, check.what_to_do)))
    Console().print(table)


@db.command("upgrade")
def db_upgrade(config: Config = None) -> None:
    """Nâng cấp các bảng lên bản mới nhất."""
    from bot.config import load
    from storage.database import open_database
    from storage.migrate import pending, upgrade

    database = open_database(load(config).storage.url)
    try:
        steps = pending(database)
        upgrade(database)
    finally:
        database.close()
    typer.echo(f"Đã nâng cấp {len(steps)} bước." if steps else "Cơ sở dữ liệu đã mới nhất.")


@db.command("backup")
def db_backup(
    file: Annotated[Path, typer.Argument(help="Tệp sẽ ghi, ví dụ sao-luu.tar")],
    config: Config = None,
) -> None:
    """Sao lưu dữ liệu và ảnh vào một tệp, kể cả khi bot đang chạy."""
    from storage.backup import backup

    with opened(config) as (settings, database):
        backup(database, settings.storage.files, file)
    typer.echo(f"Đã sao lưu dữ liệu và ảnh vào {file}. Nên chép thêm một bản sang máy khác.")


@db.command("restore")
def db_restore(
    file: Annotated[Path, typer.Argument(help="Tệp do dvk db backup ghi.")],
    config: Config = None,
    yes: Annotated[bool, typer.Option("--yes", help="Không hỏi lại.")] = False,
) -> None:
    """Phục hồi từ bản sao lưu; phải tắt bot trước."""
    from bot.config import load
    from storage.backup import restore
    from storage.database import open_database

    settings = load(config)
    if not yes:
        typer.confirm(f"Thay toàn bộ dữ liệu hiện có bằng {file}?", abort=True)
    database = open_database(settings.storage.url)
    try:
        restore(database, settings.storage.files, file)
    finally:
        database.close()
    typer.echo("Đã phục hồi. Chạy dvk doctor để kiểm tra, rồi dvk run.")


Sheet = Annotated[Path, typer.Argument(help="Tệp Excel (.xlsx) hoặc CSV.")]
DryRun = Annotated[bool, typer.Option(help="Chỉ xem trước, không ghi.")]


@imports.command("units")
def import_units(file: Sheet, config: Config = None, dry_run: DryRun = False) -> None:
    """Nhập cây đơn vị; dòng nào chưa đúng sẽ được nêu ra."""
    from storage.unit_import import import_units

    _import(file, config, lambda session: import_units(session, file, dry_run=dry_run))


@imports.command("targets")
def import_targets(file: Sheet, config: Config = None, dry_run: DryRun = False) -> None:
    """Nhập chỉ tiêu đăng ký của các đơn vị; dòng nào chưa đúng sẽ được nêu ra."""
    from storage.target_import import import_targets

    now = datetime.now(UTC)
    _import(file, config, lambda session: import_targets(session, file, now, dry_run=dry_run))


def _import(file: Path, config: Config, work: "Callable[[Session], Imported]") -> None:
    if not file.is_file():
        raise Refused(f"Không thấy tệp {file}.")
    with opened(config) as (_, database), database.writing() as session:
        report = work(session)
    typer.echo(str(report))
    raise typer.Exit(1 if report.problems else 0)


@app.command()
def invite(
    role: Annotated[str, typer.Option(help="member, focal, inspector, leader, approver, admin.")],
    unit: Annotated[str, typer.Option(help="Tên hoặc số của đơn vị; trống: cả tổ chức.")] = "",
    days: Annotated[int, typer.Option(help="Số ngày thư mời còn dùng được.")] = 7,
    config: Config = None,
) -> None:
    """Làm thư mời vào bot: đường dẫn, mã QR và mã gõ tay."""
    from bot.invite_cli import make_invitation
    from bot.organisation import ensure_root

    with opened(config) as (settings, database):
        with database.writing() as session:
            ensure_root(session, settings)
        address, now = settings.web.address, datetime.now(settings.organisation.zone)
        typer.echo(make_invitation(database, unit, role, address, now, days))


@app.command()
def stats(
    year: Annotated[int, typer.Option(help="Năm, ví dụ 2022.")],
    unit: Annotated[str, typer.Option(help="Tên hoặc số của đơn vị; trống: cả tổ chức.")] = "",
    json: Annotated[bool, typer.Option("--json", help="Dạng JSON cho chương trình khác.")] = False,
    config: Config = None,
) -> None:
    """In số liệu của một năm, như /thongke trong trò chuyện."""
    from bot.stats_cli import run_stats

    with opened(config) as (settings, database):
        now = datetime.now(settings.organisation.zone)
        points = settings.organisation.counting == "points"
        typer.echo(run_stats(database, year, unit, json, now, points))
