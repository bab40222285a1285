"""Whose message is it: a button, a command, an answer to the open form, or something to catch."""

from dataclasses import replace

from bot.conversation.messages import BY_WORDS, Option, Other, Reply, Said, offered
from bot.delivery.filling import (
    GONE,
    Drafts,
    as_list,
    fill,
    open_form,
    resume,
    show_again,
)
from bot.domain.keywords import Word, keyword, match_choice
from bot.domain.roles import ALLOWED, ROLE_LABELS, Act, Role
from bot.domain.text import clean, fold
from bot.errors import Refused
from bot.handlers.registry import ACTIONS, CATCHERS, COMMANDS, Catcher, Command, Talk
from storage import shown

OLD_BUTTON = "Nút này đã cũ nên không đổi gì ạ. {Ac} nhắn “menu” để xem việc cần làm."
UNKNOWN_COMMAND = "Trợ lý chưa có lệnh “{name}” ạ. {Ac} chọn một việc dưới đây, hoặc nhắn “menu”."
NO_RIGHT = "Mục này dành cho {roles}. Nếu cần, xin {ac} liên hệ {contact}."
STILL_THERE = "(Phiếu đang ghi vẫn còn; {ac} nhắn “làm tiếp” để ghi tiếp.)"
JOIN_FIRST = "{Ac} cho Trợ lý làm quen trước đã ạ."
LONGEST_ARGUMENT = 18
LONGEST = 10_000
"""Characters of one message that are looked at; platforms refuse longer ones before."""


def dispatch(talk: Talk, drafts: Drafts) -> list[Reply]:
    """All replies to one message. A handler's `Refused` is its text, and undoes what it began; an
    exception leaves nothing of this message behind."""
    if talk.said.text != (text := clean(talk.said.text)[:LONGEST] if talk.said.text else ""):
        talk.said = replace(talk.said, text=text)
    drafts.begin(talk)
    try:
        replies = _answers(talk, drafts)
        drafts.end(talk)
    except Refused as refused:
        drafts.undo(talk)
        replies = [Reply(str(refused)), *show_again(talk, drafts)]
    except BaseException:
        drafts.undo(talk)
        raise
    _remember_offer(talk, replies)
    return replies


def _answers(talk: Talk, drafts: Drafts) -> list[Reply]:
    replies = _route(talk, drafts)
    if talk.opening is not None:
        return replies + open_form(talk, drafts, *talk.opening)
    if talk.resuming is not None:
        return replies + resume(talk, drafts, talk.resuming)
    return replies


def _route(talk: Talk, drafts: Drafts) -> list[Reply]:
    said = talk.said
    if said.button:
        return _pressed(talk, drafts, said.button)
    if said.text.startswith("/") and said.other is None:
        return _slash(talk, drafts, said.text)
    if talk.person.draft_id is not None:
        return _in_form(talk, drafts)
    if not _joined(talk):
        return _not_joined(talk, drafts)
    return _outside(talk, drafts)


def _joined(talk: Talk) -> bool:
    return talk.person.member_id is not None and talk.person.state in ("pending", "active")


def _not_joined(talk: Talk, drafts: Drafts) -> list[Reply]:
    drafts.act(talk)
    for catcher in CATCHERS:
        if catcher.before_joining and (replies := _mine(talk, catcher)) is not None:
            return replies
    return as_list(COMMANDS["start"].run(talk, ""))


def _mine(talk: Talk, catcher: Catcher) -> list[Reply] | None:
    """Its answer, which may be to open a form; None: it has none."""
    replies = as_list(catcher.run(talk))
    opens = talk.opening is not None or talk.resuming is not None
    return replies if replies or opens else None


def _slash(talk: Talk, drafts: Drafts, text: str) -> list[Reply]:
    name, _, argument = text[1:].partition(" ")
    command = COMMANDS.get(fold(name.split("@")[0]))
    if keyword(text) is Word.CANCEL and talk.person.draft_id is not None:
        return fill(talk, drafts, talk.said)
    if command is None:
        return _with_form(talk, drafts, _unknown(talk, drafts, f"/{name}"[:40]))
    return _with_form(talk, drafts, run(talk, drafts, command, argument.strip()))


def _unknown(talk: Talk, drafts: Drafts, name: str) -> list[Reply]:
    if not _joined(talk):
        return _not_joined(talk, drafts)
    options = _menu(talk) if talk.person.draft_id is None else ()
    return [talk.reply(UNKNOWN_COMMAND, *options, name=name)]


def _menu(talk: Talk) -> tuple[Option, ...]:
    return as_list(COMMANDS["menu"].run(talk, ""))[0].options


def run(talk: Talk, drafts: Drafts, command: Command, argument: str = "") -> list[Reply]:
    """Run a command if this person may."""
    drafts.act(talk)
    if not command.before_joining and not _joined(talk):
        return [Reply(talk.say(JOIN_FIRST)), *as_list(COMMANDS["start"].run(talk, ""))]
    if not command.usable(talk.person.grants):
        return [no_right(talk, *command.acts)]
    return as_list(command.run(talk, argument))


def no_right(talk: Talk, *acts: Act) -> Reply:
    roles = ", ".join(ROLE_LABELS[r] for r in Role if any(r in ALLOWED[act] for act in acts))
    contact = talk.organisation.contact or "đầu mối của đơn vị"
    return talk.reply(NO_RIGHT, roles=roles, contact=contact)


def _with_form(talk: Talk, drafts: Drafts, replies: list[Reply]) -> list[Reply]:
    """An interruption never harms a form: after the answer its question stands there again. Only
    an answer with numbers of its own puts it aside, since "2" can mean but one of them."""
    if talk.opening is not None or talk.resuming is not None or talk.person.draft_id is None:
        return replies
    if not any(reply.options for reply in replies):
        return replies + show_again(talk, drafts)
    talk.person.draft_id = None
    last = replies[-1]
    return [*replies[:-1], last.with_text(f"{last.text}\n{talk.say(STILL_THERE)}".strip())]


def _pressed(talk: Talk, drafts: Drafts, data: str) -> list[Reply]:
    name, _, rest = data.partition(":")
    if name == "f":
        return _form_button(talk, drafts, rest)
    if name == "cmd":
        command = COMMANDS.get(rest.partition(":")[0])
        replies = run(talk, drafts, command, rest.partition(":")[2]) if command else _old(talk)
        return _with_form(talk, drafts, replies)
    if name not in ACTIONS or not _joined(talk):
        return _with_form(talk, drafts, _old(talk))
    return _with_form(talk, drafts, _act(talk, drafts, data))


def _act(talk: Talk, drafts: Drafts, data: str) -> list[Reply]:
    """A button's arguments come from outside: made up ones are an old button, not a fault."""
    name, *arguments = data.split(":")
    if any(len(a) > LONGEST_ARGUMENT for a in arguments):  # no number of ours
        return _old(talk)
    drafts.act(talk)
    try:
        return as_list(ACTIONS[name](talk, *arguments))
    except (TypeError, ValueError, LookupError):
        drafts.undo(talk)
        if shown.offered(talk.session, talk.person.account_id, data):
            raise
        return _old(talk)


def _old(talk: Talk) -> list[Reply]:
    return [Reply(talk.say(OLD_BUTTON))]


def _form_button(talk: Talk, drafts: Drafts, rest: str) -> list[Reply]:
    number, _, button = rest.partition(":")
    if number == str(talk.person.draft_id):
        return fill(talk, drafts, Said(button=button))
    return [Reply(talk.say(GONE)), *show_again(talk, drafts)]


def _in_form(talk: Talk, drafts: Drafts) -> list[Reply]:
    said = talk.said
    if said.other is Other.EDITED and said.text:
        return fill(talk, drafts, said)
    if said.other is not None:
        return _with_form(talk, drafts, _caught(talk, drafts))
    word = keyword(said.text) if not said.photos else None
    if word in (Word.HELP, Word.MENU):
        name = "trogiup" if word is Word.HELP else "menu"
        return _with_form(talk, drafts, run(talk, drafts, COMMANDS[name]))
    return fill(talk, drafts, said)


def _outside(talk: Talk, drafts: Drafts) -> list[Reply]:
    said = talk.said
    if said.text and not (said.photos or said.forwarded or said.other):
        if chosen := _offered(talk, said.text):
            return _pressed(talk, drafts, chosen.data)
        if found := _by_words(said.text):
            return run(talk, drafts, *found)
    return _caught(talk, drafts)


def _offered(talk: Talk, text: str) -> Option | None:
    """What was shown last and is meant: options by number or words, then actions by words."""
    named = [o for o in talk.person.offered if o.style == BY_WORDS]
    numbered = [o for o in talk.person.offered if o.style != BY_WORDS]
    for among in (numbered, named if not text.isdigit() else []):
        hits = match_choice(text, [o.label for o in among]) if among else ()
        if hits:
            return among[hits[0]] if len(hits) == 1 else None
    return None


def _by_words(text: str) -> tuple[Command, str] | None:
    """`thống kê 2022`, `dang ky`: a command's words at the beginning; the longest wins."""
    word = keyword(text)
    if word in (Word.HELP, Word.MENU):
        return COMMANDS["trogiup" if word is Word.HELP else "menu"], ""
    folded = fold(text)
    best: tuple[int, Command] | None = None
    for command in COMMANDS.values():
        for phrase in (command.name, fold(command.label), *command.words):
            begins = folded == phrase or folded.startswith(phrase + " ")
            if begins and (best is None or len(phrase) > best[0]):
                best = (len(phrase), command)
    if best is None:
        return None
    count = len(folded[: best[0]].split())
    return best[1], " ".join(clean(text).split()[count:])


def _caught(talk: Talk, drafts: Drafts) -> list[Reply]:
    drafts.act(talk)
    for catcher in CATCHERS:
        if (replies := _mine(talk, catcher)) is not None:
            return replies
    return _not_understood(talk)


def _not_understood(talk: Talk) -> list[Reply]:
    if talk.said.problem:
        return [Reply(talk.said.problem)]
    text = "Trợ lý chưa rõ ý {ac}. {Ac} chọn giúp một việc dưới đây ạ, hoặc nhắn “trợ giúp”."
    if talk.said.other is Other.STICKER:
        text = "Trợ lý cảm ơn {ac}. {Ac} cần việc gì, chọn giúp một số dưới đây ạ."
    return [talk.reply(text, *_menu(talk))]


def _remember_offer(talk: Talk, replies: list[Reply]) -> None:
    """Typed numbers mean the choices shown last; a form's own are matched by the form."""
    options: tuple[Option, ...] = ()
    for reply in replies:
        if not reply.screen.startswith("draft:"):
            options = offered(reply) or options
    talk.person.offered = options if talk.person.draft_id is None else ()
