"""Words after "thống kê": year, unit and sector in any order, with or without accents."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.stats_query import Asked, Reading, parse

KT, NTM, VH, AN = range(1, 5)
SECTORS = {
    "kinh te": KT,
    "kt": KT,
    "nong thon moi": NTM,
    "ntm": NTM,
    "van hoa": VH,
    "van hoa xa hoi": VH,
    "an ninh quoc phong": AN,
    "anqp": AN,
}


def asked(text: str) -> Asked:
    return parse(text, 2026, SECTORS)


def last(text: str) -> tuple[tuple[int, ...], str, int | None]:
    """Years, unit and sector of the last reading: the one that splits most."""
    found = asked(text)
    return found.years, found.readings[-1].unit, found.readings[-1].sector


@pytest.mark.parametrize(
    ("text", "years", "unit", "sector"),
    [
        ("", (), "", None),
        ("2022", (2022,), "", None),
        ("năm 2022", (2022,), "", None),
        ("nam nay", (2026,), "", None),
        ("năm ngoái", (2025,), "", None),
        ("năm ngoái Nam Điền", (2025,), "Nam Điền", None),
        ("Nam Điền", (), "Nam Điền", None),
        ("kinh tế thạch lạc 2022", (2022,), "thạch lạc", KT),
        ("2022 thach lac kt", (2022,), "thach lac", KT),
        ("thach lac 2022 kinh te", (2022,), "thach lac", KT),
        ("lĩnh vực kinh tế của xã Thạch Lạc năm 2022", (2022,), "xã Thạch Lạc", KT),
        ("an ninh - quốc phòng huyện Thạch Hà", (), "huyện Thạch Hà", AN),
        ("Thạch Hà, NTM, 2022?", (2022,), "Thạch Hà", NTM),
        ("kt, thôn Tân Tiến, Thạch Khê 2022", (2022,), "thôn Tân Tiến, Thạch Khê", KT),
    ],
)
def test_any_order(text: str, years: tuple[int, ...], unit: str, sector: int | None) -> None:
    assert last(text) == (years, unit, sector)


def test_a_sector_by_itself_is_the_sector() -> None:
    assert asked("văn hoá, xã hội 2022").readings[0] == Reading(sector=VH)


@pytest.mark.parametrize("name", ["Phòng Kinh tế", "xã Văn Hóa", "Ban NTM huyện", "thôn An Ninh"])
def test_a_unit_named_like_a_sector_stays_whole(name: str) -> None:
    assert asked(f"{name} 2022").readings[0] == Reading(name)
    assert all(reading.sector is None for reading in asked(name).readings)


def test_a_unit_named_like_a_sector_and_that_sector() -> None:
    assert Reading("xã Văn Hóa", VH) in asked("xã Văn Hóa văn hóa").readings


def test_the_whole_is_tried_as_a_unit_first() -> None:
    assert asked("kinh tế thạch lạc").readings == (
        Reading("kinh tế thạch lạc"),
        Reading("thạch lạc", KT),
    )


def test_a_name_that_begins_like_a_little_word_is_kept_too() -> None:
    assert Reading("Chợ Mới") in asked("Chợ Mới").readings


def test_two_years_are_both_told() -> None:
    assert asked("2021 và 2022").years == (2021, 2022)


def test_words_that_are_not_understood_stay_as_they_were_typed() -> None:
    assert asked("Xyz abc 2022").readings == (Reading("Xyz abc"),)


@given(st.text(max_size=200))
def test_anything_is_read_somehow(text: str) -> None:
    assert asked(text).readings


@given(st.permutations(["2022", "kinh tế", "xã Thạch Lạc"]))
def test_order_does_not_matter(parts: list[str]) -> None:
    found = asked(" ".join(parts))
    assert found.years == (2022,)
    assert Reading("xã Thạch Lạc", KT) in found.readings
