"""The life of an initiative: one table of moves, what it allows, and how it is drawn."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.config import Labels
from bot.domain.lifecycle import (
    LABELS,
    LEVELS,
    MOVES,
    STAGES,
    UNDO,
    Life,
    allowed,
    apply,
    fits,
    in_words,
    is_higher,
    replay,
    why_not,
)
from bot.domain.roles import Act

README = Path(__file__).parents[2] / "README.md"
RECOGNISED = Life("recognised", level="commune", decision_id=7)
lives = st.builds(
    Life,
    st.sampled_from(STAGES),
    st.sampled_from(["active", "paused", "stopped"]),
    st.booleans(),
    st.sampled_from(["", *LEVELS]),
    st.none() | st.integers(1, 9),
)


# -- what is allowed --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("life", "names"),
    [
        (Life(), "begin pause stop"),
        (Life("building"), "propose consolidate pause stop"),
        (Life("proposed"), "appraise recognise consolidate pause stop"),
        (Life("appraising"), "recognise consolidate pause stop"),
        (RECOGNISED, "raise consolidate mark pause stop"),
        (Life("recognised", exemplary=True, level="central"), "consolidate unmark pause stop"),
        (Life("consolidating"), "propose pause stop"),
        (Life("building", "paused"), "resume stop"),
        (Life("recognised", "stopped", True), "resume"),
    ],
)
def test_what_is_allowed_from_here(life: Life, names: str) -> None:
    assert " ".join(allowed(life)) == names


def test_only_what_one_has_the_right_for() -> None:
    assert allowed(Life("proposed"), {Act.STOP}) == ("pause", "stop")
    assert allowed(Life("proposed"), set()) == ()


def test_a_refusal_says_where_it_is_and_what_would_be_allowed() -> None:
    assert why_not(Life("building", "paused"), "propose") == (
        "Mô hình đang ở “Đang xây dựng, tạm dừng” nên chưa “Đề nghị công nhận” được ạ. "
        "Làm được bây giờ: “Tiếp tục lại”; “Dừng hẳn”."
    )
    assert "chưa cần làm gì" in why_not(Life(), "mark", {Act.RECOGNISE})


@given(lives, st.sampled_from([*MOVES]))
def test_a_refusal_is_given_for_what_is_not_allowed_and_for_nothing_else(
    life: Life, name: str
) -> None:
    assert (why_not(life, name) == "") == (name in allowed(life)) == fits(life, MOVES[name])


def test_what_moves_need_a_reason_or_a_decision() -> None:
    assert {n for n, r in MOVES.items() if r.reason} == {"consolidate", "unmark", "pause", "stop"}
    assert {n for n, r in MOVES.items() if r.decision} == {"recognise", "raise"}


# -- what a move changes ----------------------------------------------------------------------


def test_a_recognition_brings_level_and_decision() -> None:
    life = apply(Life("appraising"), "recognise", "province", 3)
    assert life == Life("recognised", level="province", decision_id=3)


def test_consolidating_takes_all_honours() -> None:
    exemplary = Life("recognised", exemplary=True, level="province", decision_id=3)
    assert apply(exemplary, "consolidate") == Life("consolidating")


def test_stopping_and_resuming_leave_the_stage() -> None:
    stopped = apply(RECOGNISED, "stop")
    assert (stopped.stage, stopped.activity, stopped.level) == ("recognised", "stopped", "commune")
    assert apply(stopped, "resume") == RECOGNISED


@given(lives)
def test_each_allowed_move_leads_to_a_stage_of_the_table(life: Life) -> None:
    for name in allowed(life):
        after = apply(life, name, "central", 1)
        assert after != life
        assert after.stage in STAGES


def test_levels_rise() -> None:
    assert [is_higher("province", than) for than in ("", "commune")] == [True, True]
    assert [is_higher("province", than) for than in ("province", "central")] == [False, False]


# -- the log ----------------------------------------------------------------------------------


@dataclass
class Row:
    """A row of the log."""

    id: int
    name: str
    undoes: int | None = None
    after: dict[str, Any] = field(default_factory=lambda: {"level": "", "decision_id": None})


def test_the_log_leads_back_before_what_was_undone() -> None:
    log = [Row(1, "begin"), Row(2, "stop"), Row(3, UNDO, 2), Row(4, "propose"), Row(5, UNDO, 4)]
    assert replay(log) == Life("building")
    assert replay([*log, Row(6, UNDO, 1)]) == Life()


# -- words ------------------------------------------------------------------------------------


def test_in_words() -> None:
    life = Life("recognised", "paused", True, "province", 1)
    assert in_words(life) == "Công nhận cấp tỉnh, điển hình, tạm dừng"
    assert in_words(Life(), {**LABELS, "registered": "Đăng kí"}) == "Đăng kí"


def test_every_label_is_a_setting() -> None:
    assert Labels().model_dump() == LABELS


# -- the picture of README --------------------------------------------------------------------


def drawn() -> Iterator[str]:
    """The table as a diagram that GitHub draws."""
    yield from ("stateDiagram-v2", "    active: Đang hoạt động", "    paused: Tạm dừng")
    yield from ("    stopped: Đã dừng", "    state active {", "        [*] --> registered")
    yield from (f"        {stage}: {LABELS[stage]}" for stage in STAGES)
    arrows: dict[tuple[str, str], list[str]] = {}
    for rule in MOVES.values():
        stages = ("recognised",) if rule.stages == STAGES else rule.stages
        for one in rule.activities if "activity" in rule.to else stages:
            to = rule.to.get("activity") or rule.to.get("stage") or one
            arrows.setdefault((one, to), []).append(rule.label)
    inside = [pair for pair in arrows if pair[0] in STAGES]
    yield from (f"        {a} --> {b}: {' · '.join(arrows[a, b])}" for a, b in inside)
    yield "    }"
    yield from (f"    {a} --> {b}: {arrows[a, b][0]}" for a, b in arrows if a not in STAGES)


def test_readme_shows_the_life_cycle_as_it_is() -> None:
    """DVK_RECORD=1 draws it anew."""
    picture = "```mermaid\n" + "\n".join(drawn()) + "\n```"
    text = README.read_text("utf-8")
    if os.environ.get("DVK_RECORD"):
        README.write_text(re.sub(r"```mermaid\n.*?```", picture, text, flags=re.S), "utf-8")
    else:
        assert picture in text
