"""Who writes more than anybody could is warned once; nobody else notices."""

from itertools import combinations, pairwise

from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.flood import Flood, Verdict

HEAR, WARN, IGNORE = Verdict.HEAR, Verdict.WARN, Verdict.IGNORE
moments = st.lists(st.floats(0, 30), max_size=80).map(sorted)


def said(flood: Flood, *at: float, chat: str = "lan") -> list[Verdict]:
    return [flood.take(chat, now) for now in at]


def test_a_burst_is_heard_then_one_warning_then_silence() -> None:
    assert said(Flood(burst=3), *[0.0] * 6) == [HEAR] * 3 + [WARN, IGNORE, IGNORE]


def test_a_flood_that_goes_on_is_warned_once() -> None:
    found = said(Flood(burst=10), *(n / 10 for n in range(100)))
    assert (found.count(WARN), found[-1]) == (1, IGNORE)


def test_after_the_pause_asked_for_all_is_as_before() -> None:
    flood = Flood(burst=3)
    said(flood, *[0.0] * 5)
    assert said(flood, 2.9) == [IGNORE]
    assert said(flood, *[3.1] * 5) == [HEAR] * 3 + [WARN, IGNORE]


def test_a_calm_writer_is_always_heard() -> None:
    assert set(said(Flood(burst=1), *map(float, range(200)))) == {HEAR}


def test_the_others_notice_nothing() -> None:
    flood = Flood(burst=2)
    said(flood, *[0.0] * 50)
    assert said(flood, 0.0, 0.0, chat="minh") == [HEAR, HEAR]


def test_what_is_full_again_is_forgotten() -> None:
    flood = Flood(burst=2)
    for n in range(5000):
        said(flood, float(n), chat=f"chat {n}")
    assert len(flood._left) < 1100


def test_what_is_forgotten_was_no_flood() -> None:
    flood = Flood(burst=2)
    said(flood, *[0.0] * 3)
    for n in range(1000):
        said(flood, 0.5, chat=f"chat {n}")
    assert said(flood, 0.6) == [IGNORE]


@given(moments, st.integers(1, 10), st.floats(0.1, 5))
def test_no_more_are_heard_than_the_bucket_holds(at: list[float], burst: int, rate: float) -> None:
    found = said(Flood(burst, rate), *at)
    heard = [now for now, verdict in zip(at, found, strict=True) if verdict is HEAR]
    for (n, first), (m, last) in combinations(enumerate(heard), 2):
        assert m - n + 1 <= burst + (last - first) * rate + 1e-6


@given(moments, st.integers(1, 10))
def test_between_two_warnings_somebody_was_heard(at: list[float], burst: int) -> None:
    """And what comes right after a warning is silence."""
    spoken = [verdict for verdict in said(Flood(burst), *at) if verdict is not IGNORE]
    assert (WARN, WARN) not in pairwise(spoken)


@given(moments, moments)
def test_one_chat_is_judged_as_if_it_were_alone(at: list[float], others: list[float]) -> None:
    alone, shared = Flood(burst=3), Flood(burst=3)
    both = sorted([(now, "lan") for now in at] + [(now, "minh") for now in others])
    found = [shared.take(chat, now) for now, chat in both]
    mine = [v for v, (_, chat) in zip(found, both, strict=True) if chat == "lan"]
    assert mine == said(alone, *at)
