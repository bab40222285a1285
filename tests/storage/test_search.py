"""Any words in any order, without accents, find an initiative for whoever may see it."""

from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.orm import Session

from bot.domain.roles import Grant, Role
from storage import reports, search, search_index, search_words
from storage.scope import Scope
from storage.search import EVERYTHING, Eyes, Wanted, eyes_of, words_in
from storage.tables.records import Enrolment, Initiative
from storage.tables.units import Unit
from storage.units import rebuild_below, succeed
from tests.make import NOW, make_enrolment, make_initiative, make_member, make_sector, make_unit


def made(session: Session, name: str, **values: Any) -> Enrolment:
    initiative = make_initiative(session, name, year=values.get("year", 2022))
    return make_enrolment(session, initiative=initiative, **values)


def names(session: Session, said: str, eyes: Eyes = EVERYTHING, **more: Any) -> list[str]:
    rows, _ = search.find(session, eyes, Wanted(words_in(said), **more))
    return [initiative.name for initiative, _ in rows]


@pytest.fixture
def net_house(session: Session) -> Enrolment:
    return made(
        session,
        "Nhà lưới sản xuất rau củ quả",
        owner="Gia đình anh Hồ Văn Hà",
        place=make_unit(session, "Xã Đỉnh Bàn"),
        noi_dung={"v": "", "t": "Phủ lưới 4.200 m², bón phân hữu cơ."},
    )


@pytest.mark.parametrize(
    "said",
    [
        "rau củ quả", "rau cu qua", "QUẢ củ rau", "hồ văn hà", "dinh ban", "Đỉnh Bàn", "huu co",
        "nhà lưới đỉnh bàn", "nha luo", "kinh te", "rau-cu, (qua)!", "4.200",
    ],
)  # fmt: skip
def test_words_in_any_order_without_accents(
    session: Session, net_house: Enrolment, said: str
) -> None:
    assert names(session, said) == ["Nhà lưới sản xuất rau củ quả"]


@pytest.mark.parametrize("said", ["nhà ngói", "rau muống", "' OR 1", '"', "AND", "*", "ra"])
def test_nothing_else_is_found(session: Session, net_house: Enrolment, said: str) -> None:
    assert names(session, said) == (["Nhà lưới sản xuất rau củ quả"] if said in '"*ra' else [])


def test_the_last_word_may_be_the_beginning_of_one(session: Session, net_house: Enrolment) -> None:
    made(session, "Qu thử")
    assert names(session, "rau cu q") == []  # one letter begins too many
    assert names(session, "rau cu qu") == ["Nhà lưới sản xuất rau củ quả"]
    assert names(session, "qu") == ["Qu thử"]  # a word by itself is no beginning


def test_names_come_before_mere_mentions_whole_ones_first_newer_before_older(
    session: Session,
) -> None:
    made(session, "Vườn hoa", year=2020)
    made(session, "Đường làng", year=2022, noi_dung={"v": "", "t": "Trồng vườn hoa hai bên."})
    made(session, "Vườn hoa mới", year=2021)
    made(session, "Vườn hoa cũ", year=2019)
    found = ["Vườn hoa", "Vườn hoa mới", "Vườn hoa cũ", "Đường làng"]
    assert names(session, "vuon hoa") == found


def test_an_initiative_is_found_once_in_its_newest_year(session: Session) -> None:
    first = made(session, "Vườn hoa", year=2020)
    make_enrolment(session, 2022, initiative=session.get_one(Initiative, first.initiative_id))
    rows, more = search.find(session, EVERYTHING, Wanted(("hoa",)))
    assert [e.year for _, e in rows] == [2022]
    assert not more
    assert [e.id for _, e in search.find(session, EVERYTHING, Wanted(("hoa",), 2020))[0]] == [
        first.id
    ]


def test_eight_at_a_time(session: Session) -> None:
    place = make_unit(session)
    for number in range(10):
        made(session, f"Vườn hoa {number}", place=place)
    first, more = search.find(session, EVERYTHING, Wanted(("hoa",)))
    rest, none_left = search.find(session, EVERYTHING, Wanted(("hoa",)), 8)
    assert [i.name[-1] for i, _ in (*first, *rest)] == list("9876543210")
    assert (len(first), more, none_left) == (8, True, False)


@pytest.mark.parametrize("typed", ["{code}", "dvk-2022-{n}", "2022 {n}", "{n}"])
def test_by_its_code(session: Session, net_house: Enrolment, typed: str) -> None:
    initiative = session.get_one(Initiative, net_house.initiative_id)
    said = typed.format(code=initiative.code, n=initiative.code_number)
    assert names(session, said) == [initiative.name]
    assert names(session, f"2021-{initiative.code_number}") == []


# -- what narrows it ----------------------------------------------------------------------


def test_by_year_sector_unit_and_state(session: Session) -> None:
    lac, khe = make_unit(session, "Xã Thạch Lạc"), make_unit(session, "Xã Thạch Khê")
    economy, culture = make_sector(session), make_sector(session, "van_hoa_xa_hoi")
    made(session, "Hoa một", place=lac, sector=economy, year=2021)
    made(session, "Hoa hai", place=khe, sector=culture, built_on=date(2022, 12, 1))
    assert names(session, "hoa", year=2021) == ["Hoa một"]
    assert names(session, "hoa", before=2022) == ["Hoa một"]
    assert names(session, "hoa", sector=culture.id) == ["Hoa hai"]
    assert names(session, "hoa", unit=khe.id) == ["Hoa hai"]
    assert names(session, "hoa", unit=khe.root_id) == ["Hoa hai", "Hoa một"]
    assert names(session, "hoa", state="built") == ["Hoa hai"]
    assert names(session, "", state="built") == ["Hoa hai"]
    assert names(session, "hoa", unit=lac.id, state="built") == []


def test_a_unit_has_what_it_had_in_the_year(session: Session) -> None:
    old, new = make_unit(session, "Xã Cũ"), make_unit(session, "Xã Mới")
    made(session, "Hoa ngày trước", place=old, year=2021)
    assert names(session, "hoa", unit=new.id) == []
    succeed(session, old, new, date(2022, 7, 1))
    rebuild_below(session)
    search_index.reindex(session, [old.id])
    assert names(session, "hoa", unit=new.id) == ["Hoa ngày trước"]


# -- who sees what ------------------------------------------------------------------------


def looking(session: Session, role: Role, unit: Unit) -> Eyes:
    member = make_member(session, unit=unit, role=role)
    return eyes_of(Scope.of(member.id, [Grant(role, unit.id)]))


def test_only_what_the_scope_covers(session: Session) -> None:
    lac, khe = make_unit(session, "Xã Thạch Lạc"), make_unit(session, "Xã Thạch Khê")
    made(session, "Hoa một", place=lac)
    made(session, "Hoa hai", place=khe)
    assert names(session, "hoa", looking(session, Role.FOCAL, lac)) == ["Hoa một"]
    assert names(session, "hoa", looking(session, Role.MEMBER, lac)) == []
    root = session.get_one(Unit, lac.root_id)
    assert names(session, "hoa", looking(session, Role.LEADER, root)) == ["Hoa hai", "Hoa một"]


def test_narrowed_ones_for_those_entitled(session: Session) -> None:
    narrowed = made(session, "Tổ tự quản", sector=make_sector(session, "an_ninh_quoc_phong"))
    place = session.get_one(Unit, narrowed.place_id)
    sees = {r for r in Role if names(session, "tu quan", looking(session, r, place))}
    assert sees == {Role.FOCAL, Role.LEADER, Role.APPROVER}


def test_authors_find_what_they_reported(session: Session, net_house: Enrolment) -> None:
    author = make_member(session)
    eyes = eyes_of(Scope.of(author.id, []))
    assert names(session, "rau", eyes) == []
    reports.add(
        session, key="1", kind="update", enrolment=net_house, author_id=author.id, answers={},
        has_results=True, now=NOW,
    )  # fmt: skip
    assert names(session, "rau", eyes) == ["Nhà lưới sản xuất rau củ quả"]


def test_marks_older_than_the_tree_show_nobody_too_much(session: Session) -> None:
    lac = make_unit(session, "Xã Thạch Lạc")
    made(session, "Hoa một", place=lac)
    eyes = looking(session, Role.FOCAL, lac)
    session.execute(text("UPDATE enrolment SET place_id = :other, registrant_id = :other"),
                    {"other": make_unit(session, "Xã Thạch Khê").id})  # fmt: skip
    assert names(session, "hoa", eyes) == []


# -- kept current -------------------------------------------------------------------------


def test_what_changes_is_found_by_its_new_words_alone(
    session: Session, net_house: Enrolment
) -> None:
    net_house.owner, net_house.details, net_house.year = "Anh Phạm Văn Huy", {}, 2021
    search_index.index(session, net_house)
    assert names(session, "ho van ha") == names(session, "huu co") == []
    assert names(session, "van huy", year=2021) == ["Nhà lưới sản xuất rau củ quả"]
    assert names(session, "van huy", year=2022) == []


def test_what_is_taken_back_is_found_no_more(session: Session, net_house: Enrolment) -> None:
    net_house.state = "withdrawn"
    search_index.index(session, net_house)
    assert names(session, "rau") == []


def test_rebuilding_changes_nothing(session: Session, net_house: Enrolment) -> None:
    def rows() -> Any:
        return session.execute(text("SELECT id, CAST(words AS text) FROM search_row")).all()

    before = rows()
    search_index.rebuild(session)
    assert [(i, w.replace("'", "").split()) for i, w in rows()] == [
        (i, w.replace("'", "").split()) for i, w in before
    ]
    assert names(session, "rau") == ["Nhà lưới sản xuất rau củ quả"]


def test_a_mistyped_word_has_near_ones(session: Session, net_house: Enrolment) -> None:
    assert "luoi" in search_words.nearest(session, "luowi")
    assert "nha" in search_words.nearest(session, "nhaf")
    assert search_words.nearest(session, "zzzzzz") == []


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.text(max_size=40))
def test_whatever_is_typed_is_only_words(session: Session, said: str) -> None:
    search.find(session, EVERYTHING, Wanted(words_in(said)))
    search.find(session, EVERYTHING, Wanted((*words_in(said), "x")))
