"""A chat with a form and nothing else: no platform, clock or database."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from bot.conversation.form import Choice, Draft, Form, Found, Kind, Lookup, State, Step, World
from bot.conversation.messages import Option, Reply, Said
from bot.conversation.show import show
from bot.conversation.turn import advance, needs, refit, settle, start

TODAY = date(2026, 11, 24)
Finds = Mapping[str, Callable[[Lookup], Found]]


@dataclass
class Chat:
    """What the shell does around the pure functions; the draft goes through JSON at every turn."""

    form: Form
    finds: Finds = field(default_factory=dict)
    answers: dict[str, Any] = field(default_factory=dict)
    address: str = "bà"
    only: dict[str, str] = field(default_factory=dict)
    reply: Reply = field(init=False)

    def __post_init__(self) -> None:
        self.draft = start(self.form, self.answers, self.only)
        self.present()

    def world(self, draft: Draft, said: Said | None) -> World:
        lookups = needs(self.form, draft, said)
        return World(TODAY, self.address, {one: self.finds[one.kind](one) for one in lookups})

    def present(self) -> None:
        draft, settled = None, self.draft
        while settled != draft:
            draft, settled = settled, settle(self.form, settled, self.world(settled, None))
        self.reply = show(self.form, settled, self.world(settled, None))
        self.draft = Draft.from_json(replace(settled, notes=()).to_json())

    def hear(self, said: Said) -> str:
        world = self.world(refit(self.form, self.draft), said)
        self.draft = advance(self.form, self.draft, said, world)
        if self.draft.state is State.OPEN:
            self.present()
        return self.reply.text

    def say(self, *texts: str) -> str:
        """What is answered to the last of these."""
        return [self.hear(Said(text=text)) for text in texts][-1]

    def tap(self, label: str) -> str:
        return self.press(self.button(label))

    def press(self, data: str) -> str:
        return self.hear(Said(button=data))

    def button(self, label: str) -> str:
        return next(o.data for o in self.buttons if o.label == label)

    def redeploy(self, *steps: Step) -> None:
        """The same form with other steps; the member looks at the draft again."""
        self.form = replace(self.form, steps=steps)
        self.draft = refit(self.form, self.draft)
        self.present()

    @property
    def buttons(self) -> list[Option]:
        return [*self.reply.options, *self.reply.actions]

    @property
    def labels(self) -> list[str]:
        return [o.label for o in self.reply.options]

    @property
    def words(self) -> list[str]:
        """What can be said at any time, as it is shown."""
        return [o.label for o in self.reply.actions]

    def value(self, key: str) -> Any:
        answer = self.draft.answers.get(key)
        return answer["v"] if answer else None


def step(key: str, kind: Kind = Kind.TEXT, **rest: Any) -> Step:
    return Step(key, kind, rest.pop("label", key.capitalize()), f"{key}?", **rest)


def asked(kind: Kind, finds: Found | None = None, **rest: Any) -> Chat:
    """A form of one question; what it offers is also all that is found."""
    offer = {"offer": "things"} if finds is not None else {}
    form = Form("mot", "Một câu", (step("cau", kind, **offer, **rest), step("sau")))
    return Chat(form, {"things": lambda _: finds or Found()})


def found(*labels: str, sure: bool = False) -> Found:
    return Found(tuple(Choice(n, label) for n, label in enumerate(labels, 1)), sure)


def options(*labels: str) -> tuple[Choice, ...]:
    return tuple(Choice(label.lower(), label) for label in labels)
