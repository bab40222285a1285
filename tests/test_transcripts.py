"""Every transcript, with buttons and in text-only mode, on both databases.

DVK_RECORD=1 writes the answers given now into the files: read what changed before committing.
"""

import os
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.handlers.registry import Organisation, load_handlers
from storage.database import Database
from storage.tables.people import Member
from storage.tables.units import Unit
from tests.talk import Stage, record, spoken

list(load_handlers())
FOLDER = Path(__file__).parent / "transcripts"
FILES = sorted(FOLDER.glob("*.txt"))
CAST = ("Lan", "Bình", "Minh", "Hương", "Thành", "Tuấn", "Mai")
"""Two members, focal person, inspector, leader, approver, administrator; others are strangers."""


@pytest.fixture(params=["web", "text"])
def stage(request: pytest.FixtureRequest, demo: Database) -> Stage:
    with demo.reading() as session:
        people = {m.name.split()[-1]: m.id for m in session.scalars(select(Member))}
        root_id = session.scalars(select(Unit.root_id)).first() or 0
    organisation = Organisation(
        root_id, "Ban Dân vận", "Văn phòng Huyện ủy, 0239 3845 678", "https://dvk.vn"
    )
    cast = {name: people[name] for name in CAST}
    return Stage(demo, organisation, cast, text_only=request.param == "text")


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_transcript(path: Path, stage: Stage) -> None:
    text = path.read_text()
    played = record(stage, text)
    if os.environ.get("DVK_RECORD") and not stage.text_only:
        path.write_text(played)
    else:
        assert played == text


def test_the_shortest_report_takes_nine_messages() -> None:
    said = list(spoken((FOLDER / "dang_ky_toi_thieu.txt").read_text()))
    assert said.index("Lan: gửi") - said.index("Lan: /dangky") <= 9
