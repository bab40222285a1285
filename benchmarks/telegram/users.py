"""A hundred people who fill in a form, whatever bot asks the questions."""

import asyncio
import time
from collections.abc import Awaitable, Iterable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import TypeVar
from uuid import uuid4

from benchmarks.country import NAMES
from benchmarks.telegram.api import Api, Given

USERS, FIRST = 100, 1001
"""How many, and the chat of the first."""
PATIENCE = 30.0
TIMER = 0.002
"""Seconds: the event loop's own timer is no more exact."""
clock = time.perf_counter
Number = TypeVar("Number", int, float)


@dataclass(frozen=True, slots=True)
class Script:
    """What a user of this bot does, in order: text is typed, “[Kinh tế]” taps the button that
    begins so, “[]” the first one. done: what the answer to the last contains."""

    steps: Sequence[str]
    done: str


@dataclass(slots=True)
class User:
    """at: the place in the script; free: a user waits for the answer to what was said last."""

    id: int
    api: Api
    script: Script
    random: Random
    at: int = 0
    steps: int = 0
    forms: int = 0
    screen: Given = field(default_factory=dict)
    answered: asyncio.Future[float] | None = None
    free: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def step(self, due: float = 0) -> float:
        """Milliseconds from when the update was there (or due) to the bot's answer."""
        async with self.free:
            action = self.script.steps[self.at]
            self.at = (self.at + 1) % len(self.script.steps)
            self.answered = asyncio.get_running_loop().create_future()
            due = due or clock()
            self.do(action)
            took = (await self.answered - due) * 1000
            self.steps += 1
            self.forms += self.at == 0
            return took

    def do(self, action: str) -> None:
        if action[0] == "[":
            self.api.tap(self.id, self.screen, found(self.screen, action) or "")
        else:
            # never like another, nor like one of the run before: ours asks whether it is the same
            name = " ".join([*self.random.sample(NAMES, 2), uuid4().hex])
            self.api.say(self.id, action.format(name=name))

    def shown(self, message: Given) -> None:
        """An answer is what lets the user go on; a bot may say more than that."""
        arrived, waiting = clock(), self.answered
        self.screen = message
        if waiting and not waiting.done() and self.may_go_on(message):
            waiting.set_result(arrived)

    def may_go_on(self, message: Given) -> bool:
        action = self.script.steps[self.at]
        if self.at == 0:
            return self.script.done in message["text"]
        return action[0] != "[" or found(message, action) is not None


def everybody(api: Api, script: Script) -> list[User]:
    users = [User(FIRST + n, api, script, Random(n)) for n in range(USERS)]
    api.chats.update({user.id: user for user in users})
    return users


def found(message: Given, action: str) -> str | None:
    """The data of the button a user means."""
    rows = message.get("reply_markup", {}).get("inline_keyboard", ())
    buttons = (button for row in rows for button in row if "callback_data" in button)
    label = action.strip("[]")
    return next((b["callback_data"] for b in buttons if b["text"].startswith(label)), None)


async def spread(users: Sequence[User]) -> None:
    """Each goes a different way into the form: else all are asked the same at the same time."""

    async def go(user: User, steps: int) -> int:
        for _ in range(steps):
            await user.step()
        return steps

    ways = (n % len(user.script.steps) for n, user in enumerate(users))
    await patiently(users, [go(user, way) for user, way in zip(users, ways, strict=True)], 0)


async def flat_out(users: Sequence[User], warm: float, seconds: float) -> float:
    """A closed loop: everybody says the next thing as soon as the last has been answered. Steps
    per second in the `seconds` after `warm`."""
    start = clock() + warm
    end = start + seconds

    async def hurry(user: User) -> int:
        steps = 0
        while clock() < end:
            await user.step()
            steps += start <= clock() < end
        return steps

    return sum(await patiently(users, [hurry(user) for user in users], warm + seconds)) / seconds


async def at_pace(users: Sequence[User], rate: float, seconds: float) -> list[float]:
    """An open loop: each step has its time, whatever became of those before."""
    tasks, start = [], clock() + 0.1
    for n in range(int(seconds * rate)):
        due = start + n / rate
        await asyncio.sleep(max(0, due - clock() - TIMER))
        while clock() < due:  # noqa: ASYNC110
            await asyncio.sleep(0)
        tasks.append(asyncio.create_task(users[n % len(users)].step(due)))
    return sorted(await patiently(users, tasks, 0))


async def patiently(
    users: Sequence[User], steps: Iterable[Awaitable[Number]], seconds: float
) -> list[Number]:
    """All of them, unless the bot leaves somebody without an answer."""
    try:
        return await asyncio.wait_for(asyncio.gather(*steps), seconds + PATIENCE)
    except TimeoutError as problem:
        for stuck in (user for user in users if user.answered and user.answered.cancelled()):
            problem.add_note(f"before {stuck.script.steps[stuck.at]!r} a user saw {stuck.screen}")
        raise
