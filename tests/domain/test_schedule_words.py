"""Schedules in plain words, both ways."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.schedule_kinds import KINDS, stages_of, wrong_stages
from bot.domain.schedule_words import (
    code_for,
    fits,
    period_of,
    read_rule,
    read_stages,
    rule_words,
    stages_line,
    stages_words,
    wrong_words,
)
from bot.domain.schedules import DEFAULTS, Rung, Stage
from bot.domain.text import fold


@pytest.mark.parametrize(
    ("typed", "rule"),
    [
        ("ngày 15 tháng 3, 6, 9, 12", "15 3,6,9,12 *"),
        ("ngay 15 thang 12 9 6 3", "15 3,6,9,12 *"),
        ("15/3, 15/6", "15 3,6 *"),
        ("15 hàng tháng", "15 * *"),
        ("ngày 15 hằng quý", "15 3,6,9,12 *"),
        ("ngày 10 tháng 6 hằng năm", "10 6 *"),
        ("cuối tháng", "last * *"),
        ("ngày cuối tháng 3, 6", "last 3,6 *"),
        ("Thứ Hai hằng tuần", "* * mon"),
        ("t6", "* * fri"),
        ("thứ 7 mỗi tuần", "* * sat"),
        ("chủ nhật", "* * sun"),
    ],
)
def test_due_days_are_typed_in_plain_words(typed: str, rule: str) -> None:
    assert read_rule(typed) == rule


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("31/02", "Tháng 2 không có ngày 31"),
        ("ngày 29/2", "Tháng 2 năm có năm không có ngày 29"),
        ("ngày 31 hằng tháng", "ngày cuối hằng tháng"),
        ("ngày 40", "Không có ngày 40"),
        ("ngày 0 tháng 3", "Không có ngày 0"),
        ("ngày 15 tháng 13", "Không có tháng 13"),
        ("ngày 15", "ghi rõ tháng nào"),
        ("15/3, 20/6", "một ngày hạn trong tháng"),
        ("thứ hai, thứ năm", "một ngày trong tuần"),
        ("hôm nào tiện", "Ví dụ: ngày 15 hằng tháng"),
        ("", "chưa rõ ngày hạn"),
    ],
)
def test_due_days_that_cannot_be_are_explained(typed: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        read_rule(typed)


RULES = st.one_of(
    st.sampled_from(("mon", "tue", "wed", "thu", "fri", "sat", "sun")).map("* * {}".format),
    st.builds(
        lambda day, months: f"{day} {','.join(map(str, sorted(months))) or '*'} *",
        st.integers(1, 28) | st.just("last"),
        st.sets(st.integers(1, 12), max_size=11),
    ),
)


@given(RULES)
def test_due_days_are_read_as_they_are_said(rule: str) -> None:
    assert read_rule(rule_words(rule)) == rule
    assert read_rule(fold(rule_words(rule))) == rule


@pytest.mark.parametrize("one", [d for d in DEFAULTS if d.rule], ids=lambda d: d.code)
def test_the_rules_an_organisation_begins_with_fit_their_periods(one) -> None:
    assert fits(one.rule, one.period) == ""


@given(RULES)
def test_a_rule_fits_the_period_that_it_is_given(rule: str) -> None:
    assert fits(rule, period_of(rule)) == ""


@pytest.mark.parametrize(
    ("rule", "kind"),
    [("25 * *", "quarter"), ("15 3,6 *", "half"), ("* * mon", "month"), ("15 3 *", "week")],
)
def test_two_due_days_in_a_period_do_not_fit(rule: str, kind: str) -> None:
    assert "Ví dụ" in fits(rule, kind) or "ví dụ" in fits(rule, kind)


@pytest.mark.parametrize(
    ("typed", "stages"),
    [
        ("trước 5 ngày, trước 1 ngày; sau 3 ngày: cấp trên", [(-5, "p"), (-1, "p"), (3, "s")]),
        ("truoc 5, 1 ngay; qua 3 ngay bao cap tren", [(-5, "p"), (-1, "p"), (3, "s")]),
        ("trước 5 và 1 ngày, đúng hạn, sau 1 ngày", [(-5, "p"), (-1, "p"), (0, "p"), (1, "p")]),
        ("đúng ngày", [(0, "p")]),
        ("trước 1 tuần; sau 2 ngày báo đầu mối", [(-7, "p"), (2, "f")]),
        ("sau 3 ngày: cấp trên, trước 1 ngày", [(-1, "p"), (3, "s")]),
    ],
)
def test_days_around_it_are_typed_in_plain_words(typed: str, stages: list[tuple[int, str]]) -> None:
    rungs = {"p": Rung.PERSON, "f": Rung.FOCAL, "s": Rung.SUPERIOR}
    assert read_stages(typed) == tuple(Stage(days, rungs[rung]) for days, rung in stages)


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("trước 5 ngày: cấp trên", "chỉ được báo sau hạn"),
        ("đúng hạn: đầu mối", "chỉ được báo sau hạn"),
        ("sau 3 ngày: đầu mối", "Lần nhắc đầu"),
        ("trước 1 ngày; sau 3 ngày: cấp trên; sau 5 ngày: đầu mối", "thì ngược"),
        ("trước 5 ngày, trước 5 ngày", "ghi hai lần"),
        ("trước 90 ngày", "Xa nhất là 60 ngày"),
        ("5 ngày", "trước hay sau hạn 5 ngày"),
        ("trước 1, 2, 3, 4, 5, 6, 7 ngày", "từ 1 đến 6 lần"),
        ("hằng ngày", "chưa rõ “hằng”"),
        ("", "từ 1 đến 6 lần"),
    ],
)
def test_days_that_make_no_sense_are_explained(typed: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        read_stages(typed)


@st.composite
def ladders(draw: st.DrawFn) -> tuple[Stage, ...]:
    own = draw(st.sets(st.integers(-60, 20), min_size=1, max_size=3))
    above = sorted(draw(st.sets(st.integers(max(21, *own), 60), max_size=3)))
    split = draw(st.integers(0, len(above)))
    rungs = [Rung.FOCAL] * split + [Rung.SUPERIOR] * (len(above) - split)
    return (
        *(Stage(days, Rung.PERSON) for days in sorted(own)),
        *(Stage(days, rung) for days, rung in zip(above, rungs, strict=True)),
    )


@given(ladders())
def test_days_around_it_are_read_as_they_are_said(stages: tuple[Stage, ...]) -> None:
    assert read_stages(stages_words(stages)) == stages
    assert read_stages(fold(stages_words(stages))) == stages


def why(reads: Callable[[str], object], typed: str) -> str:
    try:
        reads(typed)
    except ValueError as wrong:
        return str(wrong)
    return "ạ"


@given(st.text(max_size=60))
def test_whatever_is_typed_is_read_or_explained(typed: str) -> None:
    assert "ạ" in why(read_stages, typed)
    assert "ạ" in why(read_rule, typed) or "Ví dụ" in why(read_rule, typed)


def test_a_line_says_it_all() -> None:
    stages = stages_of("periodic_report")
    assert stages_line(stages) == "nhắc trước 5 và 1 ngày, sau 1 ngày; quá 3 ngày báo cấp trên"


@pytest.mark.parametrize("what", KINDS)
def test_what_an_organisation_begins_with_makes_sense(what: str) -> None:
    assert wrong_stages(what, stages_of(what)) == ""


def test_only_the_address_may_be_filled_in() -> None:
    assert wrong_words("Xin {ac} gửi báo cáo, {Ac} nhé") == ""
    assert "“ten”" in wrong_words("Chào {ten}")
    assert "dấu ngoặc nhọn" in wrong_words("Chào {")


def test_a_code_is_made_of_the_name_and_taken_once() -> None:
    assert code_for("Báo cáo tháng", set()) == "bao-cao-thang"
    assert code_for("Báo cáo tháng", {"bao-cao-thang", "bao-cao-thang-2"}) == "bao-cao-thang-3"
    assert code_for("???", set()) == "lich"
