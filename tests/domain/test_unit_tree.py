"""What counts below what, worked out from parents and mergers."""

from datetime import date, timedelta
from graphlib import CycleError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.unit_tree import Below, Merger, Parent, below_all

A, B, Z = date(1, 1, 1), date(2025, 7, 1), date(9999, 12, 31)
PROVINCE, OLD, NEW, HAMLET = 1, 2, 3, 4
LIVES = {PROVINCE: (A, Z), OLD: (A, B), NEW: (B, Z), HAMLET: (A, Z)}
PARENTS = [
    Parent(OLD, PROVINCE, "t", A, Z),
    Parent(NEW, PROVINCE, "t", B, Z),
    Parent(HAMLET, OLD, "t", A, B),
    Parent(HAMLET, NEW, "t", B, Z),
]
MERGED = [Merger(OLD, NEW, B)]


def spans(unit, ancestor, mergers=()):
    rows = below_all(LIVES, PARENTS, mergers)[unit]
    return [(row.since, row.until) for row in rows if row.ancestor == ancestor]


def test_a_unit_is_below_itself_while_it_lives():
    assert spans(OLD, OLD) == [(A, B)]


def test_a_parent_counts_while_both_live():
    assert spans(OLD, PROVINCE) == [(A, B)]


def test_without_a_merger_the_new_unit_knows_nothing_of_the_old():
    assert spans(OLD, NEW) == []
    assert spans(HAMLET, NEW) == [(B, Z)]


def test_a_merged_unit_counts_below_its_successor_for_its_whole_life():
    assert spans(OLD, NEW, MERGED) == [(A, B)]


def test_what_was_below_it_comes_along():
    assert spans(HAMLET, NEW, MERGED) == [(A, B), (B, Z)]


def test_mergers_follow_one_another():
    lives = {1: (A, B), 2: (B, B.replace(year=2026)), 3: (B.replace(year=2026), Z)}
    mergers = [Merger(1, 2, B), Merger(2, 3, B.replace(year=2026))]
    assert Below(3, 1, "", A, B, 2) in below_all(lives, [], mergers)[1]


def test_a_path_stays_in_one_tree():
    parents = [Parent(2, 1, "dang", A, Z), Parent(3, 2, "hanh_chinh", A, Z)]
    rows = below_all({1: (A, Z), 2: (A, Z), 3: (A, Z)}, parents, [])[3]
    assert {row.ancestor for row in rows} == {2, 3}


def test_nobody_stands_above_themself():
    with pytest.raises(CycleError):
        below_all({1: (A, Z), 2: (A, Z)}, [Parent(1, 2, "t", A, Z), Parent(2, 1, "t", A, Z)], [])


days = st.integers(0, 3000).map(lambda n: date(2020, 1, 1) + timedelta(n))
periods = st.builds(lambda day, n: (day, day + timedelta(n)), days, st.integers(1, 3000))


@st.composite
def forests(draw):
    lives = dict(enumerate(draw(st.lists(periods, min_size=2, max_size=8))))
    lower = st.sampled_from([(low, high) for low in lives for high in range(low)])
    parents = [
        Parent(low, high, draw(st.sampled_from("tu")), *draw(periods))
        for low, high in draw(st.lists(lower, max_size=10))
    ]
    mergers = [Merger(low, high, draw(days)) for low, high in draw(st.lists(lower, max_size=4))]
    return lives, parents, mergers


@given(forests())
def test_rows_are_disjoint_and_within_the_life_of_the_unit(forest):
    for unit, rows in below_all(*forest).items():
        keys = [(row.ancestor, row.tree, row.since) for row in rows]
        assert len(set(keys)) == len(keys)
        for one in rows:
            assert forest[0][unit][0] <= one.since < one.until <= forest[0][unit][1]
            same = [r for r in rows if (r.ancestor, r.tree) == (one.ancestor, one.tree)]
            assert not [r for r in same if one.since < r.since < one.until]
