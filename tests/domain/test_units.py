"""How units are written, and what people type for them."""

import pytest

from bot.domain.units import (
    BODIES,
    HANH_CHINH,
    KINDS,
    PLACES,
    TREES,
    bare_name,
    full_name,
    key,
    kinds_in,
    sound,
    typed_names,
    within_sentence,
)


def test_every_kind_stands_in_a_tree_and_is_a_place_or_a_body():
    assert {kind.tree for kind in KINDS.values()} == set(TREES)
    assert set(PLACES) | set(BODIES) == set(KINDS)
    assert set(PLACES) < set(kinds_in(HANH_CHINH))


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("x. thạch lạc", "Xã Thạch Lạc"),
        ("XÃ  THACH LAC", "Xã Thạch Lạc"),
        ("tt thạch hà", "Thị trấn Thạch Hà"),
        ("TP. Hà Tĩnh", "Thành phố Hà Tĩnh"),
        ("h.Thạch Hà", "Huyện Thạch Hà"),
        ("p hà huy tập", "Phường Hà Huy Tập"),
        ("tdp 3", "Tổ dân phố 3"),
        ("thôn Nhân Hòa", "Thôn Nhân Hoà"),
        ("HPN xã Thạch Đài", "Hội LHPN xã Thạch Đài"),
        ("Hội Liên hiệp Phụ nữ x. Thạch Đài", "Hội LHPN xã Thạch Đài"),
        ("UBND xã Thạch Lạc", "Ủy ban nhân dân xã Thạch Lạc"),
        ("Ủy ban MTTQ xã Thạch Lạc", "MTTQ xã Thạch Lạc"),
        ("chi hội ccb thôn đại tiến", "Chi hội Cựu chiến binh thôn Đại Tiến"),
        ("huyện ủy Thạch Hà", "Đảng bộ huyện Thạch Hà"),
        ("chi bộ BHXH huyện", "Chi bộ Bảo hiểm xã hội huyện"),
    ],
)
def test_these_are_the_same(typed, name):
    assert key(typed) == key(name)


def test_xa_and_thi_tran_of_one_name_are_not_the_same():
    assert key("xã Thạch Hà") != key("thị trấn Thạch Hà")


@pytest.mark.parametrize("name", ["UBND xã Thạch Lạc", "Huyện ủy", "x p h tt", "", "Thôn 1"])
def test_a_key_is_its_own_key(name):
    assert key(key(name)) == key(name)


def test_a_name_gets_the_prefix_it_lacks():
    assert full_name("xa", "Thạch Lạc") == "Xã Thạch Lạc"
    assert full_name("xa", "xã Thạch Lạc") == "xã Thạch Lạc"
    assert full_name("huyen", "Thành phố Hà Tĩnh") == "Thành phố Hà Tĩnh"
    assert full_name("thon", "Làng Mới") == "Làng Mới"
    assert full_name("co_quan", "Trạm Y tế") == "Trạm Y tế"


def test_a_prefix_alone_is_a_name():
    assert full_name("phuong", "Phường") == "Phường Phường"
    assert bare_name("xa", "Xã Thạch Lạc") == "Thạch Lạc"
    assert bare_name("co_quan", "Trạm Y tế") == "Trạm Y tế"


def test_a_place_is_found_with_and_without_its_kind():
    assert typed_names("xa", "Xã Thạch Lạc") == ("xa thach lac", "thach lac")


def test_a_bare_number_names_no_unit():
    assert typed_names("thon", "Thôn 1") == ("thon 1",)


def test_a_body_is_found_with_and_without_the_level_of_its_place():
    assert typed_names("hoi_phu_nu", "Hội LHPN xã Thạch Đài") == (
        "hoi phu nu xa thach dai",
        "hoi phu nu thach dai",
    )
    assert typed_names("chi_bo", "Chi bộ BHXH huyện") == ("chi bo bao hiem xa hoi huyen",)


def test_places_are_small_within_a_sentence():
    assert within_sentence("xa", "Xã Thạch Lạc") == "xã Thạch Lạc"
    assert within_sentence("mttq", "MTTQ xã Thạch Lạc") == "MTTQ xã Thạch Lạc"


def test_what_sounds_alike():
    assert sound("thach tri") == sound("thach chi")
    assert sound("nam dien") == sound("lam dien")
    assert sound("nghi xuan") == "nghi xuan"
