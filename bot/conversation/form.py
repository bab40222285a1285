"""A form is data: steps of a few kinds. A draft is plain JSON, and everything one knows of it."""

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Any, Self

Json = Any
Answer = dict[str, Json]
"""{"v": the value as JSON, "t": the same in words for the member}; in a draft also "by": the step
whose choice brought it along, and "old": an answer it depends on has changed."""
Answers = Mapping[str, Answer]

PREVIEW = "xem"
RESERVED = frozenset({PREVIEW, "gui", "sua", "huy", "lui", "bo", "cat", "them", "xong", "xoa"})
KEY = re.compile(r"[a-z][a-z0-9_]{0,19}")
"""Keys travel in buttons, which hold 64 bytes."""


class Kind(StrEnum):
    CHOICE = "choice"
    MANY = "many"
    TEXT = "text"
    QUANTITY = "quantity"
    DATE = "date"
    UNIT = "unit"
    PHONE = "phone"
    PHOTOS = "photos"
    PLACE = "place"
    INITIATIVE = "initiative"
    CHECKLIST = "checklist"


@dataclass(frozen=True, slots=True)
class Lookup:
    """A question to storage: `kind` names it, `text` is what was typed, `about` are values of
    earlier answers it depends on."""

    kind: str
    text: str = ""
    about: tuple[Json, ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """One possible answer: its value (JSON), its words, and other words that mean it (with their
    accents; typed without them they are found too). fills are answers to other steps that come
    along with it; note is said once when it is taken; answer: its words in the preview, where not
    the label."""

    value: Json
    label: str
    words: tuple[str, ...] = ()
    fills: Mapping[str, Answer] = field(default_factory=dict)
    note: str = ""
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """What storage answered. sure: the choices match what was typed exactly (folded), so a single
    one may be taken; else they are only suggestions."""

    choices: tuple[Choice, ...] = ()
    sure: bool = False


@dataclass(frozen=True, slots=True)
class World:
    """All a turn may know beside form and draft."""

    today: date
    address: str
    found: Mapping[Lookup, Found] = field(default_factory=dict)
    page: int = 0

    def look(self, lookup: Lookup) -> Found:
        return self.found.get(lookup, Found())


Check = Callable[[Json, Answers, date], str]
"""(value, answers so far, today) → what is wrong with it, as a sentence for the member, or ""."""


def always(_: Answers) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Step:
    """One question.

    label names the answer in the preview (without one it is not listed there); ask is the question
    ({ac} becomes the address); help is an example, shown after three misses. options are fixed
    choices; offer names a lookup that yields choices (about: the answers it depends on). least and
    most count letters of a text, photos or collected units. later steps are offered at the preview
    only. silent_without_choices: not asked when the offer is empty. personal: the answer may be the
    name of a person, so "Huy" is asked about. free: words that match no choice are an answer too.
    several: units are collected until "xong". page: of many choices so many are shown at a time,
    and all of them can be meant at once. marks: how the things of a checklist can be, first how
    most of them are. hidden steps are never asked nor shown: what the form was opened with. when
    sees the answers of earlier steps that apply.
    """

    key: str
    kind: Kind
    label: str
    ask: str
    help: str = ""
    required: bool = True
    later: bool = False
    options: tuple[Choice, ...] = ()
    offer: str = ""
    about: tuple[str, ...] = ()
    free: bool = False
    least: int = 0
    most: int = 0
    personal: bool = False
    several: bool = False
    marks: tuple[Choice, ...] = ()
    page: int = 0
    silent_without_choices: bool = False
    hidden: bool = False
    when: Callable[[Answers], bool] = always
    check: Check | None = None

    def lookup(self, answers: Answers, text: str = "") -> Lookup:
        about = (_hashable(answers[k]["v"]) if k in answers else None for k in self.about)
        return Lookup(self.offer, text, tuple(about))


def _hashable(value: Json) -> Json:
    if isinstance(value, dict):
        return tuple((k, _hashable(v)) for k, v in sorted(value.items()))
    return tuple(_hashable(v) for v in value) if isinstance(value, list) else value


@dataclass(frozen=True)
class Form:
    """name is short (it travels in buttons); title is what the member reads above the preview.
    straight forms are too short for one: the last answer sends them."""

    name: str
    title: str
    steps: tuple[Step, ...]
    sent_word: str = "gửi"
    straight: bool = False

    def __post_init__(self) -> None:
        keys = [s.key for s in self.steps]
        if len(set(keys)) < len(keys) or RESERVED & set(keys) or not all(map(KEY.fullmatch, keys)):
            raise ValueError(
                f"form {self.name}: a step key is repeated, reserved or no key: {keys}"
            )

    @cached_property
    def fingerprint(self) -> str:
        """Changes when a step comes, goes or becomes another kind."""
        text = "|".join(f"{s.key}:{s.kind}" for s in self.steps)
        return hashlib.sha256(text.encode()).hexdigest()[:12]

    @cached_property
    def _by_key(self) -> dict[str, Step]:
        return {s.key: s for s in self.steps}

    def step(self, key: str) -> Step | None:
        return self._by_key.get(key)

    def applicable(self, answers: Answers) -> Sequence[Step]:
        """The steps that apply."""
        return self._applying(answers)[0]

    def applies(self, step: Step, answers: Answers) -> bool:
        return step.when is always or any(s is step for s in self.applicable(answers))

    def live(self, answers: Answers) -> Answers:
        """The answers of the steps that apply."""
        return self._applying(answers)[1]

    def _applying(self, answers: Answers) -> tuple[Sequence[Step], Answers]:
        """What once was answered to a step that does not apply decides nothing. Asked several times
        in a turn of the same answers, which are never changed in place: the last are remembered."""
        of, *last = self.__dict__.get("_last", (None,))
        if of is answers:
            return last[0], last[1]
        found: list[Step] = []
        seen: dict[str, Answer] = {}
        for step in self.steps:
            if step.when is always or step.when(seen):
                found.append(step)
                if step.key in answers:
                    seen[step.key] = answers[step.key]
        self.__dict__["_last"] = (answers, found, seen)
        return found, seen


class State(StrEnum):
    OPEN = "open"
    SENT = "sent"
    CANCELLED = "cancelled"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class Draft:
    """A form being filled in. at is the key of the step asked now, or PREVIEW.

    asking is a question about the last thing said: {"text", "options": [{"label", "do", "v", "t"}]}
    whose choice is an effect (`bot.conversation.turn`). notes are sentences to say before the next
    question. editing: one answer was picked at the preview, which comes next again. adding: the
    member walks through the later steps. last is the key of the step that was answered
    last by typing. kinds are the kinds of the steps when last saved, so that
    a redeploy keeps what still fits. page: which choices of a long list are shown. only: the
    answers that are asked again, and why; unless it is empty, all others stay as they are.
    """

    form: str
    fingerprint: str
    at: str
    answers: dict[str, Answer] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    revision: int = 0
    misses: int = 0
    asking: dict[str, Json] | None = None
    notes: tuple[str, ...] = ()
    adding: bool = False
    editing: bool = False
    state: State = State.OPEN
    last: str = ""
    page: int = 0
    only: dict[str, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, Json]:
        return {
            "form": self.form,
            "fingerprint": self.fingerprint,
            "at": self.at,
            "answers": self.answers,
            "kinds": self.kinds,
            "revision": self.revision,
            "misses": self.misses,
            "asking": self.asking,
            "notes": list(self.notes),
            "adding": self.adding,
            "editing": self.editing,
            "state": self.state.value,
            "last": self.last,
            "page": self.page,
            "only": self.only,
        }

    @classmethod
    def from_json(cls, body: Mapping[str, Json]) -> Self:
        values = {name: body[name] for name in cls.__match_args__ if name in body}
        values["notes"] = tuple(values.get("notes", ()))
        values["state"] = State(values.get("state", State.OPEN))
        return cls(**values)

    def with_answer(self, key: str, answer: Answer) -> Self:
        return replace(self, answers={**self.answers, key: answer})

    def without_answer(self, key: str) -> Self:
        return replace(self, answers={k: a for k, a in self.answers.items() if k != key})
