"""`dvk stats`: the same numbers as in the chat."""

import json
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.errors import Refused
from bot.stats_cli import run_stats
from storage.database import Database
from storage.tally import sync
from storage.units import add_unit, rebuild_below
from tests.make import make_enrolment, make_target

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
DAY = date(2022, 12, 23)


@pytest.fixture
def filled(database: Database) -> Database:
    with database.writing() as session:
        root = add_unit(session, kind="huyen", name="Thạch Hà")
        xa = add_unit(session, kind="xa", name="Thạch Lạc", parent=root)
        add_unit(session, kind="xa", name="Thạch Lạc", parent=root, valid_from=date(2025, 7, 1))
        rebuild_below(session)
        sync(session, make_enrolment(session, place=xa, built_on=DAY), DAY)
        make_target(session, xa, 2)
    return database


def test_as_text(filled: Database) -> None:
    text = run_stats(filled, 2022, "", as_json=False, now=NOW)
    assert text.startswith("THỐNG KÊ 2022 – Huyện Thạch Hà (theo đơn vị năm 2022)\n")
    assert "Đã xây dựng: 1 mô hình; đăng ký 2; đạt 50,0% (còn thiếu 1)\n" in text


def test_as_json(filled: Database) -> None:
    body = json.loads(run_stats(filled, 2022, "thach ha", as_json=True, now=NOW))
    assert (body["built"], body["registered"], body["difference"]) == (1, 2, -1)
    assert body["sectors"][0]["label"] == "Kinh tế"
    assert body["as_of"] == "2026-11-24T09:00:00+07:00"


def test_an_old_name_answers_for_its_time(filled: Database) -> None:
    assert "Xã Thạch Lạc" in run_stats(filled, 2022, "Xã Thạch Lạc", as_json=False, now=NOW)
    with pytest.raises(Refused, match="Có mấy đơn vị"):
        run_stats(filled, 2025, "Xã Thạch Lạc", as_json=False, now=NOW)


@pytest.mark.parametrize(
    ("year", "unit", "problem"),
    [(2022, "Nghi Lộc", "Chưa có đơn vị"), (20222, "", "bốn chữ số"), (2022, "thach lak", "số ")],
)
def test_what_cannot_be_answered_says_why(
    filled: Database, year: int, unit: str, problem: str
) -> None:
    with pytest.raises(Refused, match=problem):
        run_stats(filled, year, unit, as_json=True, now=NOW)


def test_several_organisations_are_told_one_by_one(filled: Database) -> None:
    with filled.writing() as session:
        add_unit(session, kind="tinh", name="Nghệ An")
        rebuild_below(session)
    assert len(json.loads(run_stats(filled, 2022, "", as_json=True, now=NOW))) == 2


def test_no_organisation(database: Database) -> None:
    with pytest.raises(Refused, match="Chưa có tổ chức nào"):
        run_stats(database, 2022, "", as_json=True, now=NOW)
