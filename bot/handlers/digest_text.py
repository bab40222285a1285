"""The week in numbers, beside those of the week before: the same for a leader and for a group."""

from collections.abc import Callable, Mapping, Sequence

from bot.domain.schedules import period_name
from bot.presentation.chat import count
from storage.lagging import REPORT, REVIEW
from storage.tables.reminders import ReviewPeriod
from storage.weekly import Count, Counts, total

Numbers = Mapping[str, Counts]


def lines(now: Numbers, before: Numbers, periods: Sequence[ReviewPeriod]) -> list[str]:
    """What there is nothing of is left out."""
    found = []
    for what, say in SAID.items():
        is_, was = total(now.get(what, {})), total(before.get(what, {}))
        if is_.whole or was.whole:
            found.append(f"• {say(is_, was)}")
    names = ", ".join(period_name(p.kind, p.first) for p in periods)
    return [line.replace("Báo cáo kỳ", f"Báo cáo {names}") if names else line for line in found]


def _share(name: str, of: str, done: str, is_: Count, was: Count) -> str:
    """Of things that are asked for once in a period."""
    late = f"; quá hạn {count(is_.late)}" if is_.late or was.late else ""
    then = f"; quá hạn {count(was.late)}" if late else ""
    done = f"{count(is_.done)}/{count(is_.whole)} {of} {done}{late}"
    return f"{name}: {done} (tuần trước {count(was.done)}{then})."


def _stream(name: str, done: str, is_: Count, was: Count) -> str:
    """Of things that come and go."""
    return (
        f"{name}: tuần này {done} {count(is_.done)}, còn {count(is_.due + is_.late)}, quá hạn "
        f"{count(is_.late)} (tuần trước {count(was.done)}, {count(was.due + was.late)}, "
        f"{count(was.late)})."
    )


SAID: dict[str, Callable[[Count, Count], str]] = {
    REPORT: lambda is_, was: _share("Báo cáo kỳ", "bản", "đã nộp", is_, was),
    REVIEW: lambda is_, was: _share("Rà soát", "mô hình", "đã có tin", is_, was),
    "recommendation": lambda is_, was: _stream("Kiến nghị sau kiểm tra", "xong", is_, was),
    "report_waiting": lambda is_, was: _stream("Phiếu chờ xem", "đã xem", is_, was),
}


def by_unit(numbers: Numbers) -> Counts:
    """Of all kinds together."""
    found: dict[int, Count] = {}
    for counts in numbers.values():
        for unit_id, one in counts.items():
            found[unit_id] = found.get(unit_id, Count()) + one
    return found


def slowest(counts: Counts) -> list[int]:
    """Units with something overdue, those with most first."""
    late = [unit_id for unit_id, one in counts.items() if one.late]
    return sorted(late, key=lambda unit_id: (-counts[unit_id].late, unit_id))


def finished(counts: Counts) -> list[int]:
    """Units that have done all that was theirs."""
    return [u for u, one in counts.items() if one.done and not (one.due or one.late)]
