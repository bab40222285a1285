"""What the commands of `dvk` share: the settings' file and the database it names."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.errors import SettingError

if TYPE_CHECKING:
    from bot.config import Settings
    from storage.database import Database

OPTIONS: dict[str, Any] = {"no_args_is_help": True, "add_completion": False}
OUTDATED = "Cơ sở dữ liệu cần nâng cấp trước. Hãy chạy: dvk db upgrade"
Config = Annotated[
    Path | None, typer.Option(help="Tệp cấu hình; không nêu thì dùng config.toml nếu có.")
]


@contextmanager
def opened(config: Path | None) -> "Iterator[tuple[Settings, Database]]":
    """The settings and the database, which gets its tables when it is quite new."""
    from bot.config import load
    from storage.database import open_database
    from storage.migrate import current, pending, upgrade

    settings = load(config)
    database = open_database(settings.storage.url)
    try:
        if current(database) is None:
            upgrade(database)
        elif pending(database):
            raise SettingError(OUTDATED)
        yield settings, database
    finally:
        database.close()
