"""Whatever is said, in whatever order, on the real forms.

The short form is part of the suite. The long one (10,000 chats of 30 turns, some minutes):
    DVK_LONG=1 .venv/bin/pytest tests/conversation/test_properties.py
"""

import json
import os
from dataclasses import dataclass, replace
from typing import Any
from zlib import crc32

from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from bot.conversation.form import PREVIEW, Choice, Draft, Form, Found, Kind, Lookup, State, World
from bot.conversation.messages import Option, Other, Place, Reply, Said, as_text
from bot.conversation.reading import code
from bot.conversation.show import show
from bot.conversation.turn import advance, needs, refit, settle, start
from bot.conversation.verbs import VERBS
from bot.conversation.walk import kept_answers, kinds, missing, rows, stands
from bot.domain.keywords import PHRASES, SECTOR_ALIASES
from bot.domain.text import fold
from bot.handlers.registry import FORMS, LOOKUPS, load_handlers
from tests.conversation.chat import TODAY

list(load_handlers())
REAL = sorted(FORMS)
LONG = bool(os.environ.get("DVK_LONG"))
EXAMPLES = 10_000 if LONG else 150
TURNS = 30
MOST_LETTERS = 20_000

# -- an in-memory world -------------------------------------------------------------------------

YEARS = ("2026 planned", "2026 continued", "2026 unplanned", "other")
NAMES = (
    "Xã Thạch Hà",
    "Xã Thạch Hải",
    "Thôn 3",
    "Huy",
    "Không thuộc xã nào",
    "Hội LHPN",
    "Kinh tế",
)


DATES = {s.offer for f in FORMS.values() for s in f.form.steps if s.kind is Kind.DATE and s.offer}
REMEMBER_NOTHING = ("schedule_rules", "schedule_stages")
"""These offer what they understand, without looking anywhere."""
ALWAYS = ("sectors", "roles_to_give", "verdicts")
"""Of these there always are some."""


def look(lookup: Lookup, salt: int) -> Found:
    """What storage might answer; the same question has the same answer, until salt changes."""
    seed = crc32(repr((lookup, salt)).encode())
    if lookup.kind == "years":
        return Found(tuple(Choice(y, f"Loại {y}", (y,)) for y in YEARS))
    if lookup.kind in DATES:
        month = 11 if lookup.kind == "inspection_days" else 12
        return Found(tuple(Choice(f"2026-{month}-0{n}", f"Ngày {n}") for n in range(1, 4)))
    if lookup.kind in REMEMBER_NOTHING:
        return LOOKUPS[lookup.kind](None, lookup)  # type: ignore[arg-type]
    count = seed % 5 + (lookup.kind in ALWAYS)
    return Found(tuple(_choice(lookup, seed, n) for n in range(count)), sure=seed % 2 == 0)


def _choice(lookup: Lookup, seed: int, number: int) -> Choice:
    name = NAMES[(seed + number) % len(NAMES)]
    along: dict[str, Any] = {}
    if lookup.kind in ("earlier", "initiatives"):
        along = {
            k: {"v": f"{name} {k}", "t": f"{name} {k}"} for k in ("ten", "chu_the", "không có")
        }
    value: Any = "member" if lookup.kind == "roles_to_give" else seed % 7 + number
    return Choice(value, name, (fold(name), "khác"), along, "Xin giữ kín, {ac}." * (seed % 2))


def world(form: Form, draft: Draft, said: Said | None, salt: int) -> World:
    lookups = needs(form, draft, said)
    return World(TODAY, "bà", {one: look(one, salt) for one in lookups})


# -- what is said -------------------------------------------------------------------------------

LABELS = [o.label for f in FORMS.values() for s in f.form.steps for o in s.options] + [
    s.label for f in FORMS.values() for s in f.form.steps if s.label
]
VOCABULARY = [
    *(phrase for phrases in PHRASES.values() for phrase in phrases),
    *(fold(phrase) for phrases in PHRASES.values() for phrase in phrases),
    *(alias for aliases in SECTOR_ALIASES.values() for alias in aliases),
    *LABELS, *NAMES, *YEARS, *map(str, range(12)), "sửa", "sửa 1", "sửa 2", "sua 7", "s3", "sửa 99",
    "sửa tên", "thêm ảnh", "thêm thôn", "thêm", "ghi lần lượt từng mục", "1, 3", "1 2 và 3",
    "Nhà sạch, vườn đẹp", "Hồ Văn Hà", "ba", "năm", "Huy", "huy", "Thạch", "Du lịch 2022",
    "45 hộ cùng quét dọn, trồng hoa mỗi sáng thứ bảy hằng tuần", "4,200 m2", "4.200 m²; 45 hộ",
    "3 sào", "500 triệu", "tháng 3", "15/3/2026", "2022", "hôm qua", "2099", "31/2/2026",
    "0912 345 678", "0123 456 7890", "", " ", "\u200b", "\u202e\u2066", "?", "/", "{ac} {Ac} {0}",
    "x" * 10_000, "trồng hoa " * 1000, "\ud800", "e\u0323\u0302" * 50, "\x00",
]  # fmt: skip


@dataclass(frozen=True)
class Press:
    """A button: of the screen now (back 0) or of an earlier one."""

    back: int
    place: int


@dataclass(frozen=True)
class Forge:
    """A button for the question of now that carries a made-up choice."""

    choice: str


@dataclass(frozen=True)
class Redeploy:
    """The form with every so many-th step taken out, retyped or hidden; 0: as it is."""

    every: int
    how: str


photos = st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=4).map(tuple)
degrees = st.sampled_from([0.0, 18.34, 105.9, 180.0, 1e300, float("nan"), float("-inf")])
texts = st.sampled_from(VOCABULARY) | st.text(max_size=60)
choices = st.sampled_from([*VERBS, *map(code, range(9)), "send", "", "0"]) | st.text(max_size=9)
sayings = st.one_of(
    texts.map(lambda text: Said(text=text)),
    st.builds(Press, st.just(0), st.integers(0, 12)),
    st.builds(Press, st.integers(1, 6), st.integers(0, 12)),
    st.builds(Forge, choices),
    st.text(max_size=20).map(lambda data: Said(button=data)),
    st.builds(Said, photos=photos, text=st.just("") | texts),
    st.builds(Said, place=st.builds(Place, degrees, degrees)),
    st.builds(Said, phone=st.sampled_from(["0912345678", "+84 912 345 678", "1"])),
    st.builds(Said, problem=st.just("Ảnh lớn quá ạ."), text=st.just("") | texts),
    st.builds(Said, other=st.sampled_from(Other), forwarded=st.booleans()),
    st.builds(Redeploy, st.integers(0, 4), st.sampled_from(["gone", "retyped", "hidden"])),
)
chats = st.lists(sayings, min_size=TURNS, max_size=TURNS)


def redeployed(form: Form, change: Redeploy) -> Form:
    steps = []
    for number, step in enumerate(form.steps, 1):
        hit = change.every and number % change.every == 0
        if hit and change.how == "retyped":
            steps.append(replace(step, kind=Kind.PHONE if step.kind is Kind.TEXT else Kind.TEXT))
        elif hit and change.how == "hidden":
            steps.append(replace(step, hidden=True))
        elif not hit:
            steps.append(step)
    known = {(step.key, step.kind) for step in form.steps}
    fitting = (s if (s.key, s.kind) in known else replace(s, check=None) for s in steps)
    return replace(form, steps=tuple(fitting))


# -- the chat -----------------------------------------------------------------------------------


class Play:
    """One chat; after every turn all that must always hold is looked at."""

    def __init__(self, name: str) -> None:
        self.original = self.form = FORMS[name].form
        self.screens: list[list[Option]] = []
        self.salt = 0
        self.sent = 0
        self.draft = start(self.form)
        self.present()

    def turn(self, saying: Said | Press | Forge | Redeploy) -> None:
        self.salt += crc32(repr(saying).encode()) % 8 == 0
        if isinstance(saying, Redeploy):
            self.form = redeployed(self.original, saying)
            self.draft = refit(self.form, self.draft)
        else:
            self.hear(self.pressed(saying) if isinstance(saying, Press | Forge) else saying)
        self.present()

    def pressed(self, press: Press | Forge) -> Said:
        if isinstance(press, Forge):
            return Said(button=f"{self.draft.at}:{self.draft.revision}:{press.choice}")
        screen = self.screens[max(len(self.screens) - 1 - press.back, 0)]
        return Said(button=screen[press.place % len(screen)].data)

    def hear(self, said: Said) -> None:
        before = refit(self.form, self.draft)
        self.draft = advance(self.form, self.draft, said, world(self.form, before, said, self.salt))
        assert self.draft.revision == before.revision + 1
        now = show(self.form, before, world(self.form, before, None, self.salt))
        if said.button and said.button not in [o.data for o in (*now.options, *now.actions)]:
            assert (self.draft.answers, self.draft.at, self.draft.state) == (
                before.answers,
                before.at,
                State.OPEN,
            )
            event("stale button")
        self.ended()

    def ended(self) -> None:
        """A form that ends is complete if it was sent; the next one begins."""
        if self.draft.state is State.SENT:
            assert not missing(self.form, self.draft)
            sent = kept_answers(self.form, self.draft)
            assert all(set(answer) == {"v", "t"} for answer in sent.values())
            event("sent")
            self.sent += 1
        if self.draft.state is State.LEFT:
            self.draft = replace(self.draft, state=State.OPEN)
        elif self.draft.state is not State.OPEN:
            self.draft = start(self.form)

    def present(self) -> None:
        seen = world(self.form, self.draft, None, self.salt)
        for _ in range(2 * len(self.form.steps) + 2):
            settled = settle(self.form, self.draft, seen)
            if settled == self.draft:
                break
            self.draft, seen = settled, world(self.form, settled, None, self.salt)
        assert settle(self.form, self.draft, seen) == self.draft
        reply = show(self.form, self.draft, seen)
        check_draft(self.form, self.draft)
        check_reply(reply)
        self.screens.append([*reply.options, *reply.actions])
        self.draft = replace(self.draft, notes=())


def check_draft(form: Form, draft: Draft) -> None:
    body = json.dumps(draft.to_json(), ensure_ascii=False, allow_nan=False)
    body.encode()  # no lone surrogates, which no database can store
    assert "\\u0000" not in body
    assert Draft.from_json(json.loads(body)) == draft
    assert stands(form, draft)
    assert set(draft.answers) <= set(kinds(form))
    assert len(rows(form, draft)) <= len(form.steps)


def check_reply(reply: Reply) -> None:
    assert reply.text.strip()
    assert len(as_text(reply).encode()) < MOST_LETTERS
    assert Reply.from_json(json.loads(json.dumps(reply.to_json()))) == reply
    data = [o.data for o in (*reply.options, *reply.actions)]
    assert data, "nothing one could tap"
    assert all(len(f"f:9999999:{one}".encode()) <= 64 for one in data)
    assert all(o.label for o in (*reply.options, *reply.actions))


GOOD = [
    *("1", "Nhà sạch, vườn đẹp của bà con trong thôn", "2022", "45 hộ", "0912345678", "hôm qua"),
    *("xong", "ngày mai", "14 giờ"),
]


def fill_in(play: Play) -> None:
    """Sensible answers, until the form can be sent; a straight one sends itself."""
    before = play.sent
    for turn in range(40 * len(GOOD)):
        at_end = play.draft.at == PREVIEW and not missing(play.form, play.draft)
        if at_end or (play.form.straight and play.sent > before):
            return
        play.salt += 1
        play.turn(Said(text="gửi" if play.draft.at == PREVIEW else GOOD[turn % len(GOOD)]))
    raise AssertionError(f"stuck at {play.draft.at}")


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(REAL), st.booleans(), chats)
def test_nothing_that_is_said_breaks_a_form(name: str, ahead: bool, chat: list[Any]) -> None:
    play = Play(name)
    if ahead:
        fill_in(play)
    for saying in chat:
        play.turn(saying)


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.sampled_from(REAL), st.lists(texts, max_size=10))
def test_after_any_chat_a_form_can_still_be_filled_in_and_sent(name: str, chat: list[str]) -> None:
    play = Play(name)
    for text in chat:
        play.turn(Said(text=text))
    fill_in(play)
    sent = advance(play.form, play.draft, Said(text=play.form.sent_word), World(TODAY, "bà"))
    assert sent.state is State.SENT or play.draft.asking or play.form.straight
