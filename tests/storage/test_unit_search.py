"""Finding a unit by what people type: exact is taken, several are asked, near is suggested."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from bot.domain.units import BODIES, DANG, HAMLETS, PLACES
from storage.unit_search import find_units
from storage.units import add_unit, rebuild_below
from tests.storage.places import TODAY, unit

IN_2022 = date(2022, 12, 23)


@pytest.fixture
def session(demo):
    with Session(demo.writer) as session:
        yield session


@pytest.fixture
def find(session):
    def labels(text, **wanted):
        found = find_units(session, text, **wanted)
        return found.sure, [choice.label for choice in found.choices]

    return labels


def test_thach_ha_is_four_things(find):
    sure, labels = find("thach ha")
    assert sure
    assert sorted(labels) == [
        "Huyện Thạch Hà (đến 30/6/2025)",
        "Phường Thạch Hạ (đến 30/6/2025)",
        "Thị trấn Thạch Hà (đến 30/6/2025)",
        "Xã Thạch Hà",
    ]


def test_today_it_is_one(find):
    assert find("thach ha", on=TODAY) == (True, ["Xã Thạch Hà"])


@pytest.mark.parametrize(
    ("typed", "label"),
    [
        ("xã thạch hà", "Xã Thạch Hà"),
        ("tt thach ha", "Thị trấn Thạch Hà (đến 30/6/2025)"),
        ("h. Thạch Hà", "Huyện Thạch Hà (đến 30/6/2025)"),
        ("Thạch Ha\u0323", "Phường Thạch Hạ (đến 30/6/2025)"),
        ("tân lâm hương", "Xã Tân Lâm Hương (đến 30/6/2025)"),
        ("thôn Nhân Hòa", "Thôn Nhân Hoà"),
        ("HPN Thạch Đài", "Hội LHPN xã Thạch Đài (đến 30/6/2025)"),
        ("hội lhpn p. Hà Huy Tập", "Hội LHPN phường Hà Huy Tập"),
        ("huyện ủy thạch hà", "Đảng bộ huyện Thạch Hà (đến 30/6/2025)"),
        ("chi bộ bhxh huyện", "Chi bộ Bảo hiểm xã hội huyện Thạch Hà (đến 30/6/2025)"),
        ("Vĩnh Thịnh, Thạch Lạc", "Thôn Vĩnh Thịnh"),
    ],
)
def test_exact_names_are_taken(find, typed, label):
    sure, labels = find(typed)
    assert sure
    assert label in labels


def test_of_two_lives_the_one_of_today_comes_first(find):
    assert find("Thạch Lạc") == (True, ["Xã Thạch Lạc", "Xã Thạch Lạc (đến 30/6/2025)"])
    assert find("Thạch Lạc", on=IN_2022) == (True, ["Xã Thạch Lạc (đến 30/6/2025)"])


def test_near_spellings_are_suggested_never_taken(find):
    sure, labels = find("thạch chị")
    assert not sure
    assert labels[0] == "Xã Thạch Trị (đến 30/6/2025)"
    assert len(labels) == 4


def test_one_near_spelling_is_not_taken_either(find):
    assert find("tân lam huong xã", kinds=["xa"])[0] is False
    assert find("Tân Lân Hương", kinds=["xa"]) == (False, ["Xã Tân Lâm Hương (đến 30/6/2025)"])


def test_the_beginning_of_a_word_suggests(find):
    assert find("vinh t") == (False, ["Thôn Vĩnh Thịnh"])
    assert find("khe", kinds=PLACES, on=TODAY) == (False, ["Xã Thạch Khê"])


def test_only_what_is_wanted(session, find):
    assert find("thach lac", kinds=BODIES)[0] is False
    assert find("thach ha", tree=DANG)[1][0] == "Đảng bộ xã Thạch Hà"
    commune = unit(session, "Xã Thạch Khê")
    assert find("Thanh Lan", under=[commune.id]) == (True, ["Thôn Thanh Lan"])
    assert find("Vĩnh Thịnh", under=[commune.id])[1] == []


def test_at_most_so_many(find):
    assert len(find("thach ha", most=2)[1]) == 2


ODD = ["", " ", "%", "_", "…", "x", "🙂", ",", ",,", "'; --", "a" * 10_000, "\n\n1", "\0", "\ud800"]


@pytest.mark.parametrize("text", ODD)
def test_nothing_typed_breaks_it(find, text):
    assert len(find(text)[1]) <= 4


def test_hamlets_of_one_name_are_told_apart_by_commune(session, find):
    for commune in ("Xã Thạch Lạc", "Xã Thạch Khê"):
        add_unit(session, kind="thon", name="Tân Tiến", parent=unit(session, commune))
    rebuild_below(session)
    both = (True, ["Thôn Tân Tiến, xã Thạch Lạc", "Thôn Tân Tiến, xã Thạch Khê"])
    assert find("tân tiến") == both
    assert find("tân tiến, thạch khê", kinds=HAMLETS) == (True, ["Thôn Tân Tiến"])


def test_a_new_unit_is_suggested_at_once(session, find):
    assert find("Bình Nguyên Mới")[1] == []
    add_unit(session, kind="thon", name="Bình Nguyên Mớ", parent=unit(session, "Xã Thạch Lạc"))
    rebuild_below(session)
    assert find("Bình Nguyên Mới") == (False, ["Thôn Bình Nguyên Mớ"])


def test_what_was_rolled_back_is_forgotten(session, find):
    with session.begin_nested() as step:
        add_unit(session, kind="thon", name="Phù Du", parent=unit(session, "Xã Thạch Lạc"))
        rebuild_below(session)
        assert find("phu d")[1] == ["Thôn Phù Du"]
        step.rollback()
    assert find("phu d")[1] == []
