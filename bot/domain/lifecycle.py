"""The life of an initiative in one year: its stages and what leads from one to another, pure."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Protocol, Self

from bot.domain.roles import Act

STAGES = ("registered", "building", "proposed", "appraising", "recognised", "consolidating")
LEVELS = ("commune", "province", "central")
ACTIVE, PAUSED, STOPPED = "active", "paused", "stopped"

LABELS: Mapping[str, str] = {
    "registered": "Đăng ký",
    "building": "Đang xây dựng",
    "proposed": "Đề nghị công nhận",
    "appraising": "Thẩm định",
    "recognised": "Công nhận",
    "consolidating": "Củng cố",
    "exemplary": "Điển hình",
    "paused": "Tạm dừng",
    "stopped": "Đã dừng",
    "commune": "cấp cơ sở",
    "province": "cấp tỉnh",
    "central": "cấp trung ương",
    "collective": "Tập thể",
    "individual": "Cá nhân, hộ gia đình",
}
"""What stages, levels and kinds are called where the settings say nothing else."""


@dataclass(frozen=True, slots=True)
class Life:
    """Where an enrolment is: its columns of these names."""

    stage: str = "registered"
    activity: str = ACTIVE
    exemplary: bool = False
    level: str = ""
    decision_id: int | None = None

    @classmethod
    def of(cls, row: Any) -> Self:
        return cls(**{name: getattr(row, name) for name in cls.__match_args__})

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Rule:
    """One move: the right it needs, from where it is made, what it changes. reason: has to be
    given; decision: it rests on a signed decision, whose level becomes that of the initiative."""

    label: str
    act: Act
    to: Mapping[str, Any]
    stages: tuple[str, ...] = STAGES
    activities: tuple[str, ...] = (ACTIVE,)
    only: Mapping[str, Any] = field(default_factory=dict)
    reason: bool = False
    decision: bool = False


NO_HONOURS = {"level": "", "decision_id": None, "exemplary": False}
UNDO = "undo"
"""The name of a move in the log that takes another one back; made from no table."""

MOVES: dict[str, Rule] = {
    "begin": Rule("Bắt đầu xây dựng", Act.PROPOSE, {"stage": "building"}, ("registered",)),
    "propose": Rule(
        "Đề nghị công nhận", Act.PROPOSE, {"stage": "proposed"}, ("building", "consolidating")
    ),
    "appraise": Rule(
        "Chuyển thẩm định", Act.RECOGNISE, {"stage": "appraising"}, ("proposed",)
    ),
    "recognise": Rule(
        "Công nhận", Act.RECOGNISE, {"stage": "recognised"}, ("proposed", "appraising"),
        decision=True,
    ),
    "raise": Rule(
        "Công nhận cấp cao hơn", Act.RECOGNISE, {"stage": "recognised"}, ("recognised",),
        decision=True,
    ),
    "consolidate": Rule(
        "Cần củng cố", Act.RECOGNISE, {"stage": "consolidating", **NO_HONOURS},
        ("building", "proposed", "appraising", "recognised"), reason=True,
    ),
    "mark": Rule(
        "Chọn làm điển hình", Act.RECOGNISE, {"exemplary": True}, ("recognised",),
        only={"exemplary": False},
    ),
    "unmark": Rule(
        "Thôi làm điển hình", Act.RECOGNISE, {"exemplary": False}, only={"exemplary": True},
        reason=True,
    ),
    "pause": Rule("Tạm dừng", Act.STOP, {"activity": PAUSED}, reason=True),
    "resume": Rule(
        "Tiếp tục lại", Act.STOP, {"activity": ACTIVE}, activities=(PAUSED, STOPPED)
    ),
    "stop": Rule(
        "Dừng hẳn", Act.STOP, {"activity": STOPPED}, activities=(ACTIVE, PAUSED), reason=True
    ),
}  # fmt: skip


def fits(life: Life, rule: Rule) -> bool:
    """Whether a move can be made from here, by somebody who may."""
    highest = rule.decision and life.level == LEVELS[-1]
    return (
        life.stage in rule.stages
        and life.activity in rule.activities
        and all(getattr(life, name) == value for name, value in rule.only.items())
        and not highest
    )


def allowed(life: Life, acts: Collection[Act] = frozenset(Act)) -> tuple[str, ...]:
    """The moves that can be made from here by who has these rights, in the order of the table."""
    return tuple(name for name, rule in MOVES.items() if rule.act in acts and fits(life, rule))


def why_not(
    life: Life,
    name: str,
    acts: Collection[Act] = frozenset(Act),
    labels: Mapping[str, str] = LABELS,
) -> str:
    """A sentence that says where the initiative is and what these rights allow there, or ""."""
    if fits(life, MOVES[name]):
        return ""
    can = "; ".join(f"“{MOVES[one].label}”" for one in allowed(life, acts))
    now = f"Làm được bây giờ: {can}." if can else "Bây giờ chưa cần làm gì thêm."
    here = in_words(life, labels)
    return f"Mô hình đang ở “{here}” nên chưa “{MOVES[name].label}” được ạ. {now}"


def in_words(life: Life, labels: Mapping[str, str] = LABELS) -> str:
    """Công nhận cấp tỉnh, điển hình, tạm dừng."""
    words = labels[life.stage] + (f" {labels[life.level]}" if life.level else "")
    more = [labels["exemplary"]] if life.exemplary else []
    more += [labels[life.activity]] if life.activity != ACTIVE else []
    return ", ".join([words, *(one.lower() for one in more)])


def is_higher(level: str, than: str) -> bool:
    return not than or LEVELS.index(level) > LEVELS.index(than)


def apply(life: Life, name: str, level: str = "", decision_id: int | None = None) -> Life:
    """The life after a move that is allowed."""
    rule = MOVES[name]
    life = replace(life, **rule.to)
    return replace(life, level=level, decision_id=decision_id) if rule.decision else life


class Logged(Protocol):
    """A row of the log of moves."""

    id: int
    name: str
    after: dict[str, Any]
    undoes: int | None


def replay(moves: Iterable[Logged], life: Life = Life()) -> Life:
    """Where the log leads, oldest first: each move from the table, an undo back to before it."""
    before: dict[int, Life] = {}
    for move in moves:
        before[move.id] = life
        if move.undoes is not None:
            life = before[move.undoes]
        else:
            life = apply(life, move.name, move.after["level"], move.after["decision_id"])
    return life
