"""Every transcript, with buttons and in text-only mode on both databases, and on Telegram.

DVK_RECORD=1 writes the answers given now into the files: read what changed before committing.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.handlers.registry import Organisation, load_handlers
from storage.database import Database
from storage.tables.people import Member
from storage.tables.units import Unit
from tests.talk import Stage, record, spoken
from tests.telegram_talk import TelegramStage

list(load_handlers())
FOLDER = Path(__file__).parent / "transcripts"
FILES = sorted(FOLDER.glob("*.txt"))
CAST = ("Lan", "Bình", "Minh", "Hương", "Thành", "Tuấn", "Mai")
"""Two members, focal person, inspector, leader, approver, administrator; others are strangers."""
POSTGRES = ("dang_ky_toi_thieu", "gom_tin_bao", "nguoi_moi_xin_vao")
"""Of those on Telegram: what the database does differently is tested with all of them elsewhere."""


def on_which_databases() -> Iterator[Any]:
    wanted = os.environ.get("DVK_TEST_DATABASES", "sqlite,postgres")
    for path in FILES:
        if "sqlite" in wanted:
            yield pytest.param(path, "sqlite", id=f"{path.stem}-sqlite")
        if "postgres" in wanted and path.stem in POSTGRES:
            yield pytest.param(
                path, "postgres", marks=pytest.mark.postgres, id=f"{path.stem}-postgres"
            )


Surroundings = tuple[Database, Organisation, dict[str, int]]


@pytest.fixture
def surroundings(demo: Database) -> Surroundings:
    with demo.reading() as session:
        people = {m.name.split()[-1]: m.id for m in session.scalars(select(Member))}
        root_id = session.scalars(select(Unit.root_id)).first() or 0
    organisation = Organisation(
        root_id, "Ban Dân vận", "Văn phòng Huyện ủy, 0239 3845 678", "https://dvk.vn"
    )
    return demo, organisation, {name: people[name] for name in CAST}


@pytest.fixture(params=["web", "text"])
def stage(request: pytest.FixtureRequest, surroundings: Surroundings) -> Stage:
    return Stage(*surroundings, request.param == "text")


@pytest.fixture
def on_telegram(surroundings: Surroundings, tmp_path: Path) -> Iterator[Stage]:
    stage = TelegramStage(*surroundings)
    stage.begin(tmp_path)
    yield stage
    stage.end()


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_transcript(path: Path, stage: Stage) -> None:
    text = path.read_text()
    played = record(stage, text)
    if os.environ.get("DVK_RECORD") and not stage.text_only:
        path.write_text(played)
    else:
        assert played == text


@pytest.mark.parametrize(
    ("path", "database_url"), [*on_which_databases()], indirect=["database_url"]
)
def test_transcript_on_telegram(path: Path, on_telegram: Stage) -> None:
    text = path.read_text()
    assert record(on_telegram, text) == text


def test_the_shortest_report_takes_nine_messages() -> None:
    said = list(spoken((FOLDER / "dang_ky_toi_thieu.txt").read_text()))
    assert said.index("Lan: gửi") - said.index("Lan: /dangky") <= 9
