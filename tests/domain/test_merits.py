"""Who is put on the shortlist, and why."""

import pytest

from bot.domain import merits
from bot.domain.merits import Record, draft, listed, met, why

ALL = Record(built=True, verdict="tot", recognised=True, level="province", exemplary=True, copies=2)


def test_all_that_speaks_for_it_is_said_in_order() -> None:
    assert met(ALL) == tuple(merits.CRITERIA)
    assert why(ALL) == (
        "đã xây dựng; được kiểm tra, đánh giá tốt; được công nhận cấp tỉnh; là điển hình; "
        "được nhân rộng tại 2 nơi"
    )


def test_nothing_speaks_for_nothing() -> None:
    assert met(Record()) == ()
    assert why(Record()) == "chưa đạt tiêu chí nào"


@pytest.mark.parametrize(
    ("record", "there"),
    [
        (ALL, True),
        (Record(built=True, verdict="kha", copies=1), True),
        (Record(built=True, verdict="dat", copies=1), False),
        (Record(built=True, exemplary=True), False),
        (Record(verdict="tot", recognised=True, exemplary=True, copies=9), False),
    ],
)
def test_built_and_two_more(record: Record, there: bool) -> None:
    assert listed(record) is there


def test_the_rule_names_each_criterion() -> None:
    assert all(words in merits.rule() for words in merits.CRITERIA.values())


def test_the_first_wording_has_who_where_what_and_results() -> None:
    said = draft(
        owner="Chi hội thôn Vĩnh Thịnh", place="xã Thạch Lạc", name="Đường hoa", sector="Kinh tế",
        year=2026, result="45 hộ tham gia.", record=Record(built=True, verdict="tot"),
    )  # fmt: skip
    assert said == (
        "Chi hội thôn Vĩnh Thịnh, xã Thạch Lạc, thực hiện mô hình “Đường hoa” (lĩnh vực Kinh tế), "
        "năm 2026. Kết quả: 45 hộ tham gia. Mô hình được kiểm tra, đánh giá tốt."
    )
