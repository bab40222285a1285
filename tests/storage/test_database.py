"""The SQLite file itself."""

from pathlib import Path

from sqlalchemy import text

from storage.database import open_database

NAME = "Đoàn Thị Canarina"


def test_what_was_deleted_is_not_left_lying_in_the_file(tmp_path: Path) -> None:
    """Erased personal data would still be readable there, and in every copy of the file."""
    database = open_database(f"sqlite:///{tmp_path}/dvk.db")
    with database.writing() as session:
        session.execute(text("CREATE TABLE kept (id INTEGER, name TEXT)"))
        rows = [{"n": n, "name": f"{NAME} {n}"} for n in range(500)]
        session.execute(text("INSERT INTO kept VALUES (:n, :name)"), rows)
    with database.writing() as session:
        session.execute(text("DELETE FROM kept"))
    database.close()
    assert NAME.encode() not in b"".join(file.read_bytes() for file in tmp_path.iterdir())
