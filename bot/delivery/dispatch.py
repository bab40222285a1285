"""Whose message is it: a button, a command, an answer to the open form, or something to catch."""

from bot.conversation.messages import Option, Other, Reply, Said
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
from bot.domain.roles import ALLOWED, ROLE_LABELS, Act, Role, can
from bot.domain.text import clean, fold
from bot.errors import Refused
from bot.handlers.registry import ACTIONS, CATCHERS, COMMANDS, Command, Talk

OLD_BUTTON = "Nút này đã cũ nên không đổi gì ạ. {Ac} nhắn “menu” để xem việc cần làm."
UNKNOWN_COMMAND = "Trợ lý chưa có lệnh “{name}” ạ. {Ac} chọn một việc dưới đây, hoặc nhắn “menu”."
NO_RIGHT = "Mục này dành cho {roles}. Nếu cần, xin {ac} liên hệ {contact}."
JOIN_FIRST = "{Ac} cho Trợ lý làm quen trước đã ạ."
LONGEST_ARGUMENT = 18
LONGEST = 10_000
"""Characters of one message that are looked at; platforms refuse longer ones before."""


def dispatch(talk: Talk, drafts: Drafts) -> list[Reply]:
    """All replies to one message. A `Refused` of a handler is its text."""
    try:
        replies = _route(talk, drafts)
    except Refused as refused:
        replies = [Reply(str(refused)), *show_again(talk, drafts)]
    if talk.opening is not None:
        form, answers = talk.opening
        replies += open_form(talk, drafts, form, answers)
    elif talk.resuming is not None:
        replies += resume(talk, drafts, talk.resuming)
    _remember_offer(talk, replies)
    return replies


def _route(talk: Talk, drafts: Drafts) -> list[Reply]:
    said = talk.said
    if said.button:
        return _pressed(talk, drafts, said.button)
    if said.text.startswith("/"):
        return _slash(talk, drafts, clean(said.text)[:LONGEST])
    if talk.person.draft_id is not None:
        return _in_form(talk, drafts)
    if not _joined(talk):
        return _not_joined(talk)
    return _outside(talk, drafts)


def _joined(talk: Talk) -> bool:
    return talk.person.member_id is not None and talk.person.state in ("pending", "active")


def _not_joined(talk: Talk) -> list[Reply]:
    talk.acted = True
    for catcher in CATCHERS:
        if catcher.before_joining and (replies := as_list(catcher.run(talk))):
            return replies
    return as_list(COMMANDS["start"].run(talk, ""))


def _slash(talk: Talk, drafts: Drafts, text: str) -> list[Reply]:
    name, _, argument = text[1:].partition(" ")
    command = COMMANDS.get(fold(name.split("@")[0]))
    if keyword(text) is Word.CANCEL and talk.person.draft_id is not None:
        return fill(talk, drafts, talk.said)
    if command is None:
        return _with_form(talk, drafts, _unknown(talk, f"/{name}"[:40]))
    return _with_form(talk, drafts, run(talk, command, argument.strip()))


def _unknown(talk: Talk, name: str) -> list[Reply]:
    menu = as_list(COMMANDS["menu"].run(talk, "")) if _joined(talk) else []
    options = menu[0].options if menu else ()
    return [talk.reply(UNKNOWN_COMMAND, *options, name=name)]


def run(talk: Talk, command: Command, argument: str = "") -> list[Reply]:
    """Run a command if this person may."""
    if not command.before_joining and not _joined(talk):
        return [Reply(talk.say(JOIN_FIRST)), *as_list(COMMANDS["start"].run(talk, ""))]
    if command.act is not None and not can(command.act, talk.person.grants):
        return [no_right(talk, command.act)]
    talk.acted = True
    return as_list(command.run(talk, argument))


def no_right(talk: Talk, act: Act) -> Reply:
    roles = ", ".join(ROLE_LABELS[r] for r in Role if r in ALLOWED[act])
    contact = talk.organisation.contact or "đầu mối của đơn vị"
    return talk.reply(NO_RIGHT, roles=roles, contact=contact)


def _with_form(talk: Talk, drafts: Drafts, replies: list[Reply]) -> list[Reply]:
    """An interruption never harms a form: after the answer its question stands there again."""
    if talk.opening is not None or talk.resuming is not None or talk.person.draft_id is None:
        return replies
    return replies + show_again(talk, drafts)


def _pressed(talk: Talk, drafts: Drafts, data: str) -> list[Reply]:
    name, _, rest = data.partition(":")
    if name == "f":
        return _form_button(talk, drafts, rest)
    if name == "cmd":
        command = COMMANDS.get(rest.partition(":")[0])
        replies = run(talk, command, rest.partition(":")[2]) if command else _old(talk)
        return _with_form(talk, drafts, replies)
    if name not in ACTIONS or not _joined(talk):
        return _with_form(talk, drafts, _old(talk))
    arguments = rest.split(":") if rest else []
    return _with_form(talk, drafts, _act(talk, name, arguments))


def _act(talk: Talk, name: str, arguments: list[str]) -> list[Reply]:
    """A button's arguments come from outside: wrong ones are an old button, not a fault."""
    talk.acted = True
    if any(len(a) > LONGEST_ARGUMENT for a in arguments):  # no number of ours
        return _old(talk)
    try:
        return as_list(ACTIONS[name](talk, *arguments))
    except (TypeError, ValueError):
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
    if said.other is not None:
        return _with_form(talk, drafts, _caught(talk))
    word = keyword(said.text) if not said.photos else None
    if word in (Word.HELP, Word.MENU):
        name = "trogiup" if word is Word.HELP else "menu"
        return _with_form(talk, drafts, run(talk, COMMANDS[name]))
    return fill(talk, drafts, said)


def _outside(talk: Talk, drafts: Drafts) -> list[Reply]:
    said = talk.said
    if said.text and not said.photos and not said.forwarded:
        offered = talk.person.offered
        hits = match_choice(said.text, [o.label for o in offered]) if offered else ()
        if len(hits) == 1:
            return _pressed(talk, drafts, offered[hits[0]].data)
        if found := _by_words(said.text):
            return run(talk, *found)
    return _caught(talk)


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


def _caught(talk: Talk) -> list[Reply]:
    talk.acted = True
    for catcher in CATCHERS:
        if replies := as_list(catcher.run(talk)):
            return replies
    return _not_understood(talk)


def _not_understood(talk: Talk) -> list[Reply]:
    if talk.said.problem:
        return [Reply(talk.said.problem)]
    text = "Trợ lý chưa rõ ý {ac}. {Ac} chọn giúp một việc dưới đây ạ, hoặc nhắn “trợ giúp”."
    if talk.said.other is Other.STICKER:
        text = "Trợ lý cảm ơn {ac}. {Ac} cần việc gì, chọn giúp một số dưới đây ạ."
    menu = as_list(COMMANDS["menu"].run(talk, ""))
    return [talk.reply(text, *(menu[0].options if menu else ()))]


def _remember_offer(talk: Talk, replies: list[Reply]) -> None:
    """Typed numbers mean the choices shown last; a form's own are matched by the form."""
    options: tuple[Option, ...] = ()
    for reply in replies:
        if not reply.screen.startswith("draft:"):
            options = reply.options or options
    talk.person.offered = options if talk.person.draft_id is None else ()
