"""Alembic's entry: `storage.migrate` hands in an open transaction."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from storage.migrate import compared, tables
from storage.tables.base import Moment


def render(kind: str, item: Any, _context: AutogenContext) -> str | Literal[False]:
    """Migrations keep no reference to our code, which changes while they must not."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, Moment) else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=tables(),
    render_item=render,
    include_object=compared,
    render_as_batch=context.config.attributes.get("batch", True),
)
context.run_migrations()
