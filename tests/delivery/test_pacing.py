"""How fast a bot may send."""

from bisect import bisect_left
from collections.abc import Callable

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.delivery.pacing import Limits, Pacer

CHATS = st.sampled_from(["1", "2", "3", "-9"])
WAITS = st.one_of(st.just(0.0), st.floats(0, 0.02), st.floats(0, 3))


def deliver(chats, waits=(), pacer=None, start=0.0):
    """Sends one after the other, each a little later than allowed: [(chat, moment)]."""
    pacer, now, times = pacer or Pacer(), start, []
    for number, chat in enumerate(chats):
        late = waits[number % len(waits)] if waits else 0.0
        now = max(now, pacer.when(chat, now)) + late
        pacer.sent(chat, now)
        times.append((chat, now))
    return times


def most_within(moments, seconds):
    """The most of them in any sliding span."""
    return max(bisect_left(moments, t + seconds) - i for i, t in enumerate(moments))


@settings(deadline=None)
@given(st.lists(st.integers(0, 10**6).map(str), min_size=1, max_size=300), st.lists(WAITS))
def test_never_more_than_30_in_any_second(chats, waits):
    moments = [at for _, at in deliver(chats, waits)]
    assert most_within(moments, 1.0) <= 30


@settings(deadline=None)
@given(st.lists(CHATS, min_size=1, max_size=100), st.lists(WAITS))
def test_a_chat_gets_a_burst_of_three_and_then_one_a_second(chats, waits):
    times = deliver(chats, waits)
    for chat in set(chats):
        moments = [at for to, at in times if to == chat]
        assert most_within(moments, 10.0) <= 3 + 10


@settings(deadline=None)
@given(st.lists(WAITS, max_size=5))
def test_a_group_gets_20_a_minute(waits):
    moments = [at for _, at in deliver(["-9"] * 70, waits)]
    assert most_within(moments, 60.0) <= 20


def test_a_late_sender_keeps_the_pace_of_the_clock():
    chats = [str(n) for n in range(296)]
    (_, first), *_, (_, last) = deliver(chats, waits=[0.001])
    assert 295 / (last - first) > 29.4


def test_a_burst_of_three_goes_out_at_the_pace_of_the_bot():
    moments = [at for _, at in deliver(["1"] * 4)]
    assert moments[2] < 0.1
    assert moments[3] == 1.0


def test_a_chat_on_hold_stops_no_other():
    pacer = Pacer()
    pacer.hold(50.0, "1")
    assert pacer.when("1", 10.0) == 50.0
    assert pacer.when("2", 10.0) <= 10.0


def test_a_bot_on_hold_stops_all_chats():
    pacer = Pacer()
    pacer.hold(50.0)
    pacer.hold(20.0)
    assert pacer.when("1", 10.0) == 50.0


def test_limits_can_be_off():
    pacer = Pacer(Limits(per_second=float("inf"), chat_seconds=0.0, group_per_minute=0))
    assert {at for _, at in deliver(["-1"] * 500, pacer=pacer, start=5.0)} == {5.0}


def test_memory_does_not_grow_with_the_number_of_chats():
    pacer = Pacer()
    deliver(map(str, range(20_000)), pacer=pacer)
    assert len(pacer._full) <= 1000


def test_a_call_beside_a_message_has_a_slot_of_its_own():
    pacer, moments = Pacer(), list[float]()
    for number in range(60):
        now = max(moments[-1] if moments else 0.0, pacer.when(str(number), 0.0))
        pacer.sent(str(number), now)
        moments += [now, pacer.turn(now)]
    assert moments == sorted(moments)
    assert most_within(moments, 1.0) <= 30


@settings(deadline=None)
@given(st.lists(st.floats(0, 0.1), min_size=1, max_size=50))
def test_what_arrives_late_counts_when_it_arrives(late):
    pacer, now, arrivals = Pacer(), 100.0, list[float]()
    under_way: list[tuple[float, Callable[[float], None]]] = []
    for number in range(200):
        now = max(now, pacer.when(str(number), now))
        for came, tell in [each for each in under_way if each[0] <= now]:
            tell(came)
            under_way.remove((came, tell))
        now = max(now, pacer.when(str(number), now))
        came = now + 0.005 + (late[number % len(late)] if number % 7 else 0.0)
        under_way.append((came, pacer.sent(str(number), now)))
        arrivals.append(came)
    assert most_within(sorted(arrivals), 1.0) <= 30
