"""The tree of units in time: Thạch Hà in 2022, and what became of it in 2025."""

from datetime import date

import pytest
from sqlalchemy import func, select

from bot.domain.units import COMMUNES, DANG, DOAN_THE
from bot.errors import Refused
from storage.tables.units import Unit, UnitBelow
from storage.units import (
    add_unit,
    ancestors,
    below,
    close_unit,
    rebuild_below,
    set_parent,
    succeed,
    year_of,
)
from tests.storage.places import TODAY, load_units, unit

IN_2022 = date(2022, 12, 23)
END = date(2025, 7, 1)
SUCCESSORS = {
    "18562 Xã Thạch Hà": "Thị trấn Thạch Hà, Xã Thạch Sơn, Xã Thạch Long",
    "18634 Xã Toàn Lưu": "Xã Ngọc Sơn, Xã Lưu Vĩnh Sơn",
    "18601 Xã Việt Xuyên": "Xã Việt Tiến, Xã Thạch Ngọc",
    "18586 Xã Đông Kinh": "Xã Thạch Kênh, Xã Thạch Liên, Xã Ích Hậu",
    "18667 Xã Thạch Xuân": "Xã Thạch Xuân, Xã Nam Điền",
    "18628 Xã Thạch Lạc": "Xã Thạch Lạc, Xã Tượng Sơn, Xã Thạch Thắng",
    "18619 Xã Đồng Tiến": "Xã Thạch Trị, Xã Thạch Văn, Xã Thạch Hội",
    "18604 Xã Thạch Khê": "Xã Thạch Khê, Xã Thạch Hải, Xã Đỉnh Bàn",
    "18652 Phường Hà Huy Tập": "Xã Thạch Đài, Xã Tân Lâm Hương",
}


def standing(above, year, *kinds):
    """Units below one that also existed in the year."""
    first, next_first = year_of(year)
    lived = (Unit.valid_from < next_first, Unit.valid_to > first, Unit.kind.in_(kinds))
    return select(Unit.name).where(Unit.id.in_(below(above.id, year)), *lived)


def communes(session, above, year):
    return sorted(session.scalars(standing(above, year, *COMMUNES)))


@pytest.mark.parametrize("new", SUCCESSORS)
def test_a_commune_of_2025_answers_for_what_went_into_it(session, new):
    load_units(session)
    code, _, name = new.partition(" ")
    successor = unit(session, name)
    assert successor.code == code
    assert communes(session, successor, 2022) == sorted(SUCCESSORS[new].split(", "))


def test_the_huyen_of_2022_had_22_communes(session):
    load_units(session)
    thach_ha = unit(session, "Huyện Thạch Hà", IN_2022)
    assert len(communes(session, thach_ha, 2022)) == 22
    assert len(session.scalars(standing(thach_ha, 2022, "thon")).all()) == 8


def test_a_closed_huyen_reads_its_own_last_day(session):
    load_units(session)
    last = communes(session, unit(session, "Huyện Thạch Hà", IN_2022), 2025)
    assert len(last) == 22  # 20 xã and 2 thị trấn, as the decision counts them
    assert "Xã Thạch Sơn" in last
    assert "Thị trấn Lộc Hà" in last
    assert "Xã Thạch Lạc" not in last


def test_after_its_end_a_closed_huyen_has_nothing(session):
    load_units(session)
    assert communes(session, unit(session, "Huyện Thạch Hà", IN_2022), 2026) == []


def test_the_town_had_the_moved_communes_for_half_a_year(session):
    load_units(session)
    town = unit(session, "Thành phố Hà Tĩnh", IN_2022)
    assert "Xã Thạch Lạc" not in communes(session, town, 2024)
    assert "Xã Thạch Lạc" in communes(session, town, 2025)


def test_the_province_has_everything_that_was_there(session):
    load_units(session)
    province = unit(session, "Tỉnh Hà Tĩnh")
    assert len(communes(session, province, 2022)) == 22 + 12 + 2
    assert len(communes(session, province, 2026)) == 9 + 5


def test_a_hamlet_follows_its_commune(session):
    load_units(session)
    hamlet = unit(session, "Thôn Vĩnh Thịnh")
    for day in (IN_2022, TODAY):
        above = unit(session, "Xã Thạch Lạc", day)
        assert hamlet.id in set(session.scalars(below(above.id, day.year)))


def test_what_is_recorded_outside_a_units_life_is_not_lost(session):
    """Somebody enters a model of 2022 under the commune of today."""
    load_units(session)
    today = unit(session, "Xã Thạch Lạc")
    closed = unit(session, "Xã Thạch Lạc", IN_2022)
    assert today.id in set(session.scalars(below(today.id, 2022)))
    assert closed.id in set(session.scalars(below(unit(session, "Tỉnh Hà Tĩnh").id, 2026)))


def test_any_year_can_be_asked_for(session):
    load_units(session)
    province = unit(session, "Tỉnh Hà Tĩnh")
    for year in (-5, 0, 1, 9999, 123456):
        assert province.id in set(session.scalars(below(province.id, year)))


def test_what_was_split_off_is_not_added(session):
    load_units(session)
    ward = unit(session, "Phường Hà Huy Tập")
    assert "Phường Đại Nài" not in communes(session, ward, 2022)


def names_above(session, name, on, tree=None):
    above = ancestors(session, unit(session, name, on).id, on, tree)
    return [session.get_one(Unit, number).name for number in above]


def test_a_body_stands_in_its_own_tree_and_at_its_place(session):
    load_units(session)
    assert names_above(session, "Hội LHPN xã Thạch Lạc", TODAY, DOAN_THE) == [
        "MTTQ xã Thạch Lạc",
        "MTTQ tỉnh Hà Tĩnh",
        "Tỉnh Hà Tĩnh",
    ]
    assert "Xã Thạch Lạc" in names_above(session, "Hội LHPN xã Thạch Lạc", TODAY)


def test_the_cell_of_a_huyen_agency(session):
    load_units(session)
    cell = "Chi bộ Bảo hiểm xã hội huyện Thạch Hà"
    assert names_above(session, cell, IN_2022, DANG)[0] == "Đảng bộ huyện Thạch Hà"


def test_a_report_to_a_merged_body_finds_its_successors(session):
    load_units(session)
    old = unit(session, "UBND xã Tượng Sơn", IN_2022)
    above = ancestors(session, old.id, TODAY)
    assert unit(session, "Xã Thạch Lạc").id in above
    assert unit(session, "UBND xã Thạch Lạc").id in above


@pytest.fixture
def pair(session):
    root = add_unit(session, kind="tinh", name="Hà Tĩnh")
    return root, add_unit(session, kind="xa", name="Thạch Lạc", parent=root, code="1")


def test_a_root_is_its_own_organisation(session, pair):
    root, commune = pair
    assert (root.root_id, commune.root_id) == (root.id, root.id)
    assert commune.name == "Xã Thạch Lạc"


def test_moving_ends_the_earlier_period(session, pair):
    root, commune = pair
    town = add_unit(session, kind="huyen", name="Thành phố Hà Tĩnh", parent=root)
    set_parent(session, commune, town, "hanh_chinh", date(2025, 1, 1))
    rebuild_below(session)
    assert commune.id not in set(session.scalars(below(town.id, 2024)))
    assert commune.id in set(session.scalars(below(town.id, 2025)))


def test_a_circle_is_refused_by_name(session, pair):
    root, commune = pair
    set_parent(session, root, commune, "hanh_chinh")
    with pytest.raises(Refused, match=r"không thể trực thuộc chính nó: .*Xã Thạch Lạc"):
        rebuild_below(session)


def test_succeeding_twice_is_one_succession(session, pair):
    root, commune = pair
    new = add_unit(session, kind="xa", name="Mới", parent=root, valid_from=END)
    for decision in ("", "NQ 1"):
        succeed(session, commune, new, END, decision)
    rebuild_below(session)
    assert commune.valid_to == END
    assert commune.id in set(session.scalars(below(new.id, 2022)))


def test_rebuilding_again_changes_nothing(session, pair):
    def rows():
        return set(session.execute(select(UnitBelow.ancestor_id, UnitBelow.unit_id)))

    rebuild_below(session)
    before = rows()
    close_unit(session, pair[1], END)
    rebuild_below(session)
    assert rows() == before
    assert (
        session.scalar(select(func.max(UnitBelow.until)).where(UnitBelow.unit_id == pair[1].id))
        == END
    )
