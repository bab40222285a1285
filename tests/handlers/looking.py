"""What is evaluated after the commit, for tests of handlers: searching."""

from collections.abc import Sequence

from bot.conversation.messages import Reply, Said
from bot.handlers.registry import LATE, Organisation, Talk
from bot.handlers.sharing import ALL
from storage.tables.records import Enrolment
from tests.handlers.chatting import LATER, Chat


def talk_of(one: Chat) -> Talk:
    facts = Organisation(one.root.id, one.root.name, "Văn phòng", "https://dvk.example.vn")
    return Talk(one.session, LATER, LATER.date(), facts, one.person, Said())


def evaluated(one: Chat, replies: Sequence[Reply]) -> Reply:
    """The last reply, with what it waits for."""
    spec = dict(replies[-1].late)
    return LATE[spec.pop("kind")](talk_of(one), **spec) if spec else replies[-1]


def search(one: Chat, said: str) -> Reply:
    return evaluated(one, one.hear(f"tìm {said}"))


def names(reply: Reply) -> list[str]:
    """Of what was found: without code and place."""
    return [o.label[14:].split(" (")[0] for o in reply.options if o.data.startswith("mh:")]


def agree(one: Chat, enrolment: Enrolment, shows: str = ALL) -> list[Reply]:
    """Look at the preview, then make public what it shows."""
    preview = one.hear(button=f"ck:{enrolment.id}:{shows}")[-1]
    button = next((o.data for o in preview.options if o.data.startswith("ckdang:")), "")
    return one.hear(button=button or f"ckdang:{enrolment.id}:{shows}:0")
