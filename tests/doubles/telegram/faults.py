"""What can go wrong between the bot and Telegram, on purpose and repeatable by seed."""

import random
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

Kind = Literal[
    "429",  # refused, with retry_after
    "500",  # answered so before anything happened
    "502",
    "drop",  # the connection breaks before the call arrived
    "hang",  # no answer and no effect until the bot gives up
    "502_after",  # took effect, but the bot hears a 502
    "drop_after",  # took effect, the connection breaks before the answer
    "hang_after",  # took effect, and no answer
    "delay",  # takes `seconds`, then happens as usual
]
KINDS: tuple[Kind, ...] = get_args(Kind)
TAKE_EFFECT = {"502_after", "drop_after", "hang_after", "delay"}


@dataclass(slots=True)
class Fault:
    """method, chat: only calls of these; left: how many calls yet, None for any number."""

    kind: Kind
    probability: float = 1
    methods: frozenset[str] = frozenset()
    chat: int | None = None
    left: int | None = None
    retry_after: int = 1
    seconds: float = 0.1

    def fits(self, method: str, chat: int | None) -> bool:
        if self.left == 0 or (self.chat is not None and self.chat != chat):
            return False
        return method in self.methods if self.methods else method != "getUpdates"


def number(chat: object) -> int | None:
    return chat if isinstance(chat, int) or chat is None else int(getattr(chat, "id"))  # noqa: B009


@dataclass
class Faults:
    """Polls fail only when "getUpdates" is named among the methods."""

    random: random.Random
    rules: list[Fault] = field(default_factory=list)

    def next(
        self,
        kind: Kind,
        count: int = 1,
        *,
        methods: Collection[str] | str = (),
        chat: object = None,
        retry_after: int = 1,
        seconds: float = 0.1,
    ) -> Fault:
        """The next `count` calls that fit fail so; `left` of the result: how many are to come."""
        rule = self.rule(kind, methods, chat, retry_after, seconds)
        rule.left = count
        self.rules.insert(0, rule)
        return rule

    def always(
        self,
        kind: Kind,
        *,
        methods: Collection[str] | str = (),
        chat: object = None,
        retry_after: int = 1,
        seconds: float = 0.1,
    ) -> Fault:
        """Until `stop`: e.g. one hanging chat."""
        self.rules.append(rule := self.rule(kind, methods, chat, retry_after, seconds))
        return rule

    def mix(
        self,
        probabilities: Mapping[Kind, float],
        *,
        methods: Collection[str] | str = (),
        chat: object = None,
        retry_after: int = 1,
        seconds: float = 0.1,
    ) -> None:
        """Each call that fits fails so with these probabilities, which together are at most 1."""
        assert sum(probabilities.values()) <= 1
        left = 1.0
        for kind, share in probabilities.items():
            rule = self.rule(kind, methods, chat, retry_after, seconds)
            # Rules are asked one after the other: each gets its share of what is left.
            rule.probability = share / left if left > 0 else 0
            left -= share
            self.rules.append(rule)

    def rule(
        self,
        kind: Kind,
        methods: Collection[str] | str,
        chat: object,
        retry_after: int,
        seconds: float,
    ) -> Fault:
        names = frozenset({methods} if isinstance(methods, str) else methods)
        found = Fault(kind, methods=names, chat=number(chat))
        found.retry_after, found.seconds = retry_after, seconds
        return found

    def stop(self, *rules: Fault) -> None:
        """These, or all."""
        self.rules = [rule for rule in self.rules if rules and rule not in rules]

    def drawn(self, method: str, chat: int | None) -> Fault | None:
        """The fault of this call."""
        for rule in self.rules:
            if rule.fits(method, chat) and self.random.random() < rule.probability:
                if rule.left is not None:
                    rule.left -= 1
                return rule
        return None


@dataclass
class Disorder:
    """What happens to updates on their way, each with its probability.

    Late ones come after 1..window further updates, at the latest after `patience` seconds.
    """

    duplicated: float = 0
    reordered: float = 0
    delayed: float = 0
    window: int = 10
    patience: float = 0.3
    seconds: float = 0.2

    def any(self) -> bool:
        return bool(self.duplicated or self.reordered or self.delayed)
