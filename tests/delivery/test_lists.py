"""A list is read by the worker process, and comes back as a message of its sender."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.conversation.messages import Said
from bot.delivery import lists
from bot.delivery.jobs import JOBS, LONGEST_CELL
from bot.errors import Refused
from storage import inbox, jobs, list_import
from storage.files import Files
from storage.tables.delivery import Inbox, Job
from tests.delivery.desks import people

NOW = datetime(2026, 11, 24, tzinfo=UTC)


def read(folder: Path, data: bytes, hash: str = "") -> dict[str, Any]:
    name = Files(folder).keep(data)
    return JOBS["list"]({"hash": hash or name, "documents": str(folder), "files": "elsewhere"})


def test_its_rows_are_handed_back_as_written(tmp_path: Path) -> None:
    assert read(tmp_path, "Đơn vị;Năm\n\nXã Lạc;2026\n".encode()) == {
        "rows": [(1, ["Đơn vị", "Năm"]), (3, ["Xã Lạc", "2026"])], "merged": [], "more": [],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"PK\x03\x04", "không mở được tệp Excel này"),
        (b"%PDF-1.7", "không phải bảng Excel"),
        (b"a;b\n" * 50_000, r"dài quá 3\.000 dòng"),
        ((b"x" * 499 + b";" + b"y" * 200 + b"\n") * 2_900, "quá nhiều chữ"),
    ],
)
def test_what_cannot_be_read_is_a_sentence_for_its_sender(
    tmp_path: Path, data: bytes, says: str
) -> None:
    with pytest.raises(Refused, match=says):
        read(tmp_path, data)


def test_a_file_that_is_not_there_any_more(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="Xin gửi lại tệp"):
        read(tmp_path, b"a", hash="0" * 64)


def test_an_endless_cell_is_cut(tmp_path: Path) -> None:
    [(_, [cell])] = read(tmp_path, b"x" * 9_000)["rows"]
    assert len(cell) == LONGEST_CELL


# -- what comes back ------------------------------------------------------------------------------


def finished(database, account_id: int | None, at: datetime = NOW) -> None:
    with database.writing() as session:
        jobs.put(session, key=f"{at}", kind="list", payload={}, now=at, account_id=account_id)
        job = session.scalars(select(Job).order_by(Job.id.desc())).first()
        job.state, job.result = "done", {"rows": []}
        lists.done(session, job, NOW)


def test_it_is_as_if_its_sender_had_pressed_a_button(database) -> None:
    finished(database, people(database, "lan")["lan"])
    with database.writing() as session:
        [row] = inbox.due_retries(session, NOW)
        assert (row.chat, inbox.incoming(row).said) == ("lan", Said(button="ds_doc:1"))


def test_who_has_left_meanwhile_is_told_nothing(database) -> None:
    finished(database, None)
    with database.reading() as session:
        assert session.scalars(select(Inbox)).all() == []


def test_a_list_that_nobody_imports_is_forgotten(database) -> None:
    finished(database, people(database, "lan")["lan"], datetime(2026, 11, 1, tzinfo=UTC))
    with database.writing() as session:
        list_import.forget(session, NOW)
    with database.reading() as session:
        assert session.scalars(select(Job.result)).all() == [{}]
