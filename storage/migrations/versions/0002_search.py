"""Search: what finds the words of `search_row`, written by each database in its own way."""

from alembic import op

revision = "0002"
down_revision = "0001"

SQLITE = (
    "CREATE VIRTUAL TABLE search_index USING fts5("
    "words, content='search_row', content_rowid='id', tokenize=\"ascii tokenchars '_'\", "
    "detail='none', columnsize=0)",
    "CREATE TRIGGER search_row_new AFTER INSERT ON search_row BEGIN "
    "INSERT INTO search_index (rowid, words) VALUES (new.id, new.words); END",
    "CREATE TRIGGER search_row_gone AFTER DELETE ON search_row BEGIN "
    "INSERT INTO search_index (search_index, rowid, words) "
    "VALUES ('delete', old.id, old.words); END",
    "CREATE TRIGGER search_row_changed AFTER UPDATE ON search_row BEGIN "
    "INSERT INTO search_index (search_index, rowid, words) "
    "VALUES ('delete', old.id, old.words); "
    "INSERT INTO search_index (rowid, words) VALUES (new.id, new.words); END",
    "INSERT INTO search_index (search_index, rank) VALUES ('pgsz', 500)",
)
POSTGRES = (
    "CREATE INDEX ix_search_row_words ON search_row USING gin (words) WITH (fastupdate = off)",
)


def upgrade() -> None:
    bind = op.get_bind()
    for statement in SQLITE if bind.dialect.name == "sqlite" else POSTGRES:
        bind.exec_driver_sql(statement)
