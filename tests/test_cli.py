"""The `dvk` command: what it does, and the sentences it says when it cannot."""

import json
import socket
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.conversation.messages import Incoming, Said
from storage import inbox
from storage.database import Database, claim, open_database
from storage.migrate import pending
from tests.make import make_account, make_root

NOW = datetime(2022, 12, 23, 8, 0, tzinfo=UTC)


class Installation:
    """A folder with a configuration; `dvk` runs a command there."""

    def __init__(self, folder: Path, url: str) -> None:
        self.config = folder / "config.toml"
        self.url = url
        self.config.write_text(
            f'[storage]\nurl = "{url}"\nfiles = "{folder}/files"\n[web]\nport = 0\n'
        )

    def dvk(self, *words: str) -> tuple[int, str]:
        result = CliRunner().invoke(app, [*words, "--config", str(self.config)])
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result.exit_code, " ".join(result.output.split())


@pytest.fixture
def here(database: Database, tmp_path: Path) -> Installation:
    return Installation(tmp_path, database.url)


@pytest.fixture
def bare(bare_url: str, tmp_path: Path) -> Installation:
    return Installation(tmp_path, bare_url)


def test_every_command_explains_itself():
    for words in [], ["db"], ["import"], ["quarantine"], ["run"], ["demo"], ["stats"], ["invite"]:
        assert CliRunner().invoke(app, [*words, "--help"]).exit_code == 0


def test_a_wrong_setting_is_one_sentence_and_code_2(here):
    here.config.write_text("[web]\nprot = 1")
    for command in (["run"], ["doctor"], ["db", "upgrade"], ["quarantine", "list"]):
        code, said = here.dvk(*command)
        assert (code, said.startswith("web.prot: không có thiết đặt này")) == (2, True)


def test_a_database_that_is_away_is_one_sentence(here):
    here.config.write_text('[storage]\nurl = "postgresql://dvk:canary@127.0.0.1:1/dvk"')
    code, said = here.dvk("quarantine", "list")
    assert (code, "dvk doctor" in said, "canary" in said) == (2, True, False)


def test_doctor_says_all_is_well_or_fails(bare):
    assert bare.dvk("db", "upgrade")[0] == 0
    assert bare.dvk("doctor", "--apply")[0] == 0
    bare.config.write_text(bare.config.read_text() + 'public_url = "http://danvan.vn"')
    code, said = bare.dvk("doctor")
    assert (code, "CHƯA" in said) == (1, True)


def test_upgrade_makes_the_tables_once(bare):
    assert bare.dvk("db", "upgrade")[1].startswith("Đã nâng cấp")
    assert bare.dvk("db", "upgrade") == (0, "Cơ sở dữ liệu đã mới nhất.")
    database = open_database(bare.url)
    assert pending(database) == []
    database.close()


def test_a_new_database_is_made_ready_by_any_command(bare):
    assert bare.dvk("quarantine", "list") == (0, "Không có tin nào để riêng.")


def test_a_backup_comes_back(sqlite_database, tmp_path):
    here, tar = Installation(tmp_path, sqlite_database.url), str(tmp_path / "dvk.tar")
    assert here.dvk("db", "backup", tar)[0] == 0
    assert here.dvk("db", "backup", tar)[0] == 2
    with claim(sqlite_database.path):
        assert here.dvk("db", "restore", "--yes", tar)[0] == 2
    assert here.dvk("db", "restore", "--yes", tar)[0] == 0


def test_restore_asks_first(sqlite_database, tmp_path):
    here = Installation(tmp_path, sqlite_database.url)
    assert here.dvk("db", "restore", "whatever.tar")[0] == 1


def test_a_busy_port_is_named_with_the_way_out():
    with socket.create_server(("127.0.0.1", 0)) as busy:
        port = busy.getsockname()[1]
        result = CliRunner().invoke(app, ["demo", "--port", str(port)])
    assert result.exit_code == 2
    assert f"Cổng {port} đang bận" in result.output
    assert f"make demo PORT={port + 1}" in result.output


UNITS = "code,name,kind,parent\n1,Huyện Thạch Hà,huyen,\n2,Thạch Lạc,xa,1\n"


def test_units_are_looked_at_first_and_then_imported(here, tmp_path):
    file = tmp_path / "units.csv"
    file.write_text(UNITS, "utf-8")
    code, said = here.dvk("import", "units", str(file), "--dry-run")
    assert (code, said.startswith("Chưa ghi gì: 2 đơn vị mới")) == (0, True)
    code, said = here.dvk("import", "units", str(file))
    assert (code, said.startswith("Đã ghi: 2 đơn vị mới")) == (0, True)


def test_bad_rows_are_told_and_nothing_is_written(here, tmp_path):
    file = tmp_path / "units.csv"
    file.write_text(UNITS + "3,Xã Nào Đó,xa,99\n", "utf-8")
    code, said = here.dvk("import", "units", str(file))
    assert (code, "Chưa ghi gì" in said, "1 dòng cần xem lại" in said) == (1, True, True)


def test_a_file_that_is_not_there(here):
    assert here.dvk("import", "units", "nowhere.csv") == (2, "Không thấy tệp nowhere.csv.")


def test_the_first_administrator_is_invited_before_the_first_run(bare):
    code, said = bare.dvk("invite", "--role", "admin")
    assert code == 0
    assert "/i/" in said


def test_an_unknown_role_is_named(bare):
    assert "vai trò" in bare.dvk("invite", "--role", "king")[1]


def test_stats_as_text_and_json(here, database):
    with database.writing() as session:
        make_root(session)
    assert here.dvk("stats", "--year", "2022")[0] == 0
    code, said = here.dvk("stats", "--year", "2022", "--json")
    assert (code, isinstance(json.loads(said), dict)) == (0, True)


@pytest.fixture
def aside(database: Database) -> str:
    """The reference of a message that was set aside."""
    with database.writing() as session:
        make_account(session, chat="lan")
        message = Incoming("web", "web", "k", "lan", Said("xin chào"))
        return inbox.failed(session, message, "Traceback\nValueError: why", 3, None, NOW)


def test_what_was_set_aside_is_listed_and_shown(here, aside):
    assert f"{aside} " in here.dvk("quarantine", "list")[1]
    said = here.dvk("quarantine", "show", aside)[1]
    assert "xin chào" in said
    assert "ValueError: why" in said


def test_it_is_handed_to_the_running_bot_again(here, aside, database):
    assert here.dvk("quarantine", "retry", aside.lower())[0] == 0
    with database.writing() as session:
        assert [row.reference for row in inbox.due_retries(session, datetime.now(UTC))] == [aside]


def test_it_is_dropped_for_good(here, aside):
    assert here.dvk("quarantine", "drop", aside)[0] == 0
    assert here.dvk("quarantine", "list")[1] == "Không có tin nào để riêng."
    assert here.dvk("quarantine", "show", aside)[0] == 2


def test_targets_of_a_file_are_written_or_their_rows_named(here, tmp_path):
    units, file = tmp_path / "units.csv", tmp_path / "targets.csv"
    units.write_text(UNITS, "utf-8")
    here.dvk("import", "units", str(units))
    file.write_text("đơn vị;năm;chỉ tiêu\nXã Thạch Lạc;2026;12\n", "utf-8")
    assert here.dvk("import", "targets", str(file)) == (
        0,
        "Đã ghi: 1 chỉ tiêu mới, 0 thay đổi, 0 giữ nguyên.",
    )
    file.write_text("đơn vị;năm;chỉ tiêu\nXã Khác Hẳn;2026;12\n", "utf-8")
    code, said = here.dvk("import", "targets", str(file))
    assert (code, "1 dòng cần xem lại" in said) == (1, True)
