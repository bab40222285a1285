"""A leader asks; what is answered depends on what they hold, and when their units existed."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session

from bot.conversation.messages import Reply, Said
from bot.domain.roles import Grant, Role
from bot.domain.text import utf16_len
from bot.handlers.registry import Organisation, Person, Talk
from bot.handlers.statistics import answer, ask, show
from storage.tables.units import Unit
from storage.tally import sync
from storage.units import add_unit, close_unit, rebuild_below, succeed
from tests.make import make_enrolment, make_initiative, make_member, make_sector, make_target

DAY, SUMMER = date(2022, 12, 23), date(2025, 7, 1)


class Country:
    """A huyện of 2022 with two communes; one lives on in a new commune of the same name."""

    def __init__(self, session: Session) -> None:
        self.root = add_unit(session, kind="tinh", name="Tỉnh Hà Tĩnh")
        self.huyen = add_unit(session, kind="huyen", name="Thạch Hà", parent=self.root)
        self.lac = add_unit(session, kind="xa", name="Thạch Lạc", parent=self.huyen)
        self.khe = add_unit(session, kind="xa", name="Thạch Khê", parent=self.huyen)
        self.new = add_unit(
            session, kind="xa", name="Thạch Lạc", parent=self.root, valid_from=SUMMER
        )
        self.agency = add_unit(session, kind="co_quan", name="BHXH huyện", parent=self.huyen)
        for old in (self.lac, self.khe):
            succeed(session, old, self.new, SUMMER)
        close_unit(session, self.huyen, SUMMER)
        rebuild_below(session)
        for code in ("kinh_te", "kinh_te", "an_ninh_quoc_phong"):
            built(session, self.lac, sector=make_sector(session, code, self.root))
        built(session, self.agency)
        make_target(session, self.lac, 2)
        make_target(session, self.khe, 1)


def built(session: Session, place: Unit, **values: Any) -> None:
    enrolment = make_enrolment(session, place=place, built_on=DAY, **values)
    sync(session, enrolment, DAY)


@pytest.fixture
def country(session: Session) -> Country:
    return Country(session)


def talk(session: Session, *grants: tuple[Role, Unit]) -> Talk:
    held = tuple(Grant(role, unit.id) for role, unit in grants)
    person = Person(1, "web", "w", make_member(session).id, address="đồng chí", grants=held)
    now = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
    root = grants[0][1].root_id if grants else 1
    return Talk(session, now, now.date(), Organisation(root, "Hà Tĩnh"), person, Said())


def leader(session: Session, unit: Unit, question: str) -> Reply:
    found = talk(session, (Role.LEADER, unit))
    return answer(found, q=ask(found, question).late["q"])


def press(session: Session, data: str, *grants: tuple[Role, Unit]) -> Reply:
    found = talk(session, *grants)
    name, *arguments = data.split(":")
    assert name == "tk"
    return answer(found, **{k: v for k, v in show(found, *arguments).late.items() if k != "kind"})


def buttons(reply: Reply) -> dict[str, str]:
    return {option.label: option.data for option in (*reply.options, *reply.actions)}


def test_the_question_is_answered_after_the_commit(session: Session, country: Country) -> None:
    asked = ask(talk(session, (Role.LEADER, country.huyen)), "2022")
    assert asked == Reply("", late={"kind": "stats", "q": "2022"})


def test_one_s_own_unit_in_a_year(session: Session, country: Country) -> None:
    reply = leader(session, country.huyen, "2022")
    assert reply.text.splitlines()[:3] == [
        "THỐNG KÊ 2022 – Huyện Thạch Hà (theo đơn vị năm 2022)",
        "Đã xây dựng: 4 mô hình; đăng ký 3; đạt 133,3% (vượt 1)",
        "1. Kinh tế: 3 (75,0%)",
    ]
    assert "Số liệu lúc 09:00 24/11/2026." in reply.text
    assert list(buttons(reply)) == ["Theo xã", "Danh sách", "Số phiếu, số người"]


def test_no_year_is_this_year_and_the_last_one_with_numbers_is_told(
    session: Session, country: Country
) -> None:
    reply = leader(session, country.huyen, "")
    assert reply.text == (
        "Năm 2026 chưa có số liệu của Huyện Thạch Hà. Năm gần nhất có số liệu: 2022."
    )
    assert buttons(reply) == {"Xem năm 2022": f"tk:2022:{country.huyen.id}:0"}


@pytest.mark.parametrize("words", ["kinh tế thạch lạc 2022", "2022 thach lac kt"])
def test_year_unit_and_sector_in_any_order(session: Session, country: Country, words: str) -> None:
    text = leader(session, country.huyen, words).text
    assert text.startswith("THỐNG KÊ 2022 – Xã Thạch Lạc – Kinh tế (")
    assert "Đã xây dựng: 2 mô hình" in text


def test_a_successor_rolls_up_and_an_old_name_answers_for_its_time(
    session: Session, country: Country
) -> None:
    assert "3 mô hình" in leader(session, country.new, "2022").text
    assert "2022 – Xã Thạch Lạc (" in leader(session, country.root, "thạch lạc 2022").text


def test_a_name_that_is_several_units_is_asked_about(session: Session, country: Country) -> None:
    thach_ha = add_unit(session, kind="thi_tran", name="Thạch Hà", parent=country.huyen)
    rebuild_below(session)
    reply = leader(session, country.huyen, "thach ha 2022")
    assert reply.text == "Đồng chí muốn xem đơn vị nào ạ?"
    units = (country.huyen, thach_ha)
    assert set(buttons(reply).values()) == {f"tk:2022:{unit.id}:0" for unit in units}


def test_outside_one_s_scope(session: Session, country: Country) -> None:
    reply = leader(session, country.khe, "xã Thạch Lạc 2022")
    assert reply.text == (
        "“xã Thạch Lạc” ngoài phạm vi đồng chí theo dõi. Đồng chí xem được số liệu của:"
    )
    assert list(buttons(reply).values()) == [f"tk:2022:{country.khe.id}:0"]


def test_an_old_button_does_not_reach_further(session: Session, country: Country) -> None:
    reply = press(session, f"tk:2022:{country.lac.id}:0", (Role.LEADER, country.khe))
    assert "ngoài phạm vi" in reply.text
    assert "Xã Thạch Khê" in reply.text


def test_without_the_right_nothing_is_told(session: Session, country: Country) -> None:
    reply = press(session, f"tk:2022:{country.lac.id}:0", (Role.MEMBER, country.lac))
    assert reply.text.startswith("Mục thống kê dành cho lãnh đạo, đầu mối.")


@pytest.mark.parametrize("data", ["tk:2022:999999:0", "tk:2022:1:999999", "tk:99999:1:0"])
def test_a_button_of_something_gone(session: Session, country: Country, data: str) -> None:
    data = data.replace(":1:", f":{country.huyen.id}:")
    assert "Chưa có số liệu" in press(session, data, (Role.LEADER, country.huyen)).text


def test_a_near_spelling_is_suggested_never_taken(session: Session, country: Country) -> None:
    reply = leader(session, country.huyen, "thạch lạk 2022")
    assert reply.text == "Chưa có số liệu cho “thạch lạk 2022”. Có thể đồng chí muốn:"
    assert 1 <= len(reply.options) <= 4
    assert f"tk:2022:{country.lac.id}:0" in buttons(reply).values()


def test_nonsense_offers_one_s_own_unit(session: Session, country: Country) -> None:
    reply = leader(session, country.huyen, "x" * 10_000)
    assert list(buttons(reply).values()) == [f"tk:2026:{country.huyen.id}:0"]
    assert utf16_len(reply.text) < 300


def test_two_years_are_asked_about(session: Session, country: Country) -> None:
    reply = leader(session, country.huyen, "2021 2022")
    assert buttons(reply) == {"Năm 2021": "cmd:thongke:2021", "Năm 2022": "cmd:thongke:2022"}


def test_who_holds_several_units_says_which(session: Session, country: Country) -> None:
    found = talk(session, (Role.LEADER, country.lac), (Role.FOCAL, country.khe))
    reply = answer(found, q="2022")
    assert reply.text == "Đồng chí muốn xem đơn vị nào ạ?"
    assert len(reply.options) == 2


def test_down_to_the_communes_and_back(session: Session, country: Country) -> None:
    whole = leader(session, country.huyen, "2022")
    reply = press(session, buttons(whole)["Theo xã"], (Role.LEADER, country.huyen))
    assert reply.text.splitlines()[:5] == [
        "Thống kê 2022 – Huyện Thạch Hà, theo đơn vị",
        "1. Xã Thạch Khê: đăng ký 1; đã xây dựng 0; đạt 0,0%",
        "2. Xã Thạch Lạc: đăng ký 2; đã xây dựng 3; đạt 150,0%",
        "3. Không thuộc xã nào: đã xây dựng 1",
        "Cộng: đăng ký 3; đã xây dựng 4; đạt 133,3%",
    ]
    back = buttons(reply)["Xem tổng hợp"]
    assert press(session, back, (Role.LEADER, country.huyen)).text == whole.text


def test_down_to_the_enrolments(session: Session, country: Country) -> None:
    built(session, country.khe, initiative=make_initiative(session, "Đường hoa", country.root))
    reply = press(session, f"tk:2022:{country.huyen.id}:0:ds:0", (Role.LEADER, country.huyen))
    assert reply.text.startswith("MÔ HÌNH ĐÃ XÂY DỰNG 2022 – Huyện Thạch Hà: 5\n1. DVK-2022-")
    assert "Đường hoa (Hội Phụ nữ xã; Xã Thạch Khê)" in reply.text


def test_narrowed_ones_are_counted_and_not_named(session: Session, country: Country) -> None:
    reply = press(session, f"tk:2022:{country.huyen.id}:0:ds:0", (Role.ADMIN, country.huyen))
    assert reply.text.count("DVK-2022-") == 3
    assert "1 mô hình thuộc lĩnh vực hạn chế" in reply.text


def test_long_lists_have_pages(session: Session, country: Country) -> None:
    for _ in range(17):
        built(session, country.khe, owner="Ủy ban " * 20)
    data = f"tk:2022:{country.khe.id}:0:ds"
    pages = [press(session, f"{data}:{n}", (Role.LEADER, country.huyen)) for n in (0, 1, 99)]
    assert [list(buttons(page)) for page in pages] == [
        ["Trang sau", "Xem tổng hợp"],
        ["Trang sau", "Trang trước", "Xem tổng hợp"],
        ["Trang trước", "Xem tổng hợp"],
    ]
    assert all(utf16_len(page.text) <= 2000 for page in pages)
    assert "(trang 3/3)" in pages[2].text


def test_with_a_form_open_nothing_is_offered_to_type(session: Session, country: Country) -> None:
    found = talk(session, (Role.LEADER, country.huyen))
    found.person.draft_id = 7
    assert answer(found, q="2022").actions == ()
