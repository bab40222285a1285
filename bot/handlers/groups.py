"""In a group: a greeting, and totals when a leader asks. Everything else is for a private chat."""

from dataclasses import replace

from bot.conversation.messages import Reply
from bot.domain.roles import Act
from bot.domain.text import clean, fold
from bot.handlers import statistics
from bot.handlers.registry import COMMANDS, Talk, late

HELLO = (
    "Trợ lý “Dân vận khéo” xin chào cả nhóm. Trong nhóm, Trợ lý chỉ trả lời số liệu khi lãnh đạo "
    "gõ /thongke, ví dụ: /thongke {year}. Báo cáo và việc khác, mời nhắn riêng cho Trợ lý{where}."
)
PRIVATE = "Việc này mời {ac} nhắn riêng cho Trợ lý{where} ạ."
FOR_LEADERS = "Số liệu trong nhóm chỉ trả lời lãnh đạo ạ. {Ac} cần gì, mời nhắn riêng{where}."
MORE = "{Ac} gõ rõ thêm giúp, ví dụ: /thongke {year} tên đơn vị."


def answer(talk: Talk) -> list[Reply]:
    """What a person said to the bot in a group; buttons are for private chats."""
    words = clean(talk.said.text).lstrip("/").split()
    if talk.said.button or not words:
        return []
    if fold(words[0]) in ("start", "trogiup", "help"):
        return [_say(talk, HELLO)]
    if (question := _statistics(words)) is None:
        return [_say(talk, PRIVATE)]
    if not talk.can(Act.STATISTICS):
        return [_say(talk, FOR_LEADERS)]
    by = talk.person.account_id
    return [Reply("", late={"kind": "group_stats", "q": question, "by": by})]


def _statistics(words: list[str]) -> str | None:
    """What is asked of the statistics: after `thongke`, or "thống kê"."""
    for phrase in ("thongke", *COMMANDS["thongke"].words):
        count = len(phrase.split())
        if fold(" ".join(words[:count])) == phrase:
            return " ".join(words[count:])
    return None


def _say(talk: Talk, template: str) -> Reply:
    bot = talk.organisation.telegram
    where = f" (t.me/{bot})" if bot else ""
    return talk.reply(template, where=where, year=talk.today.year)


@late("group_stats")
def totals(talk: Talk, q: str = "") -> Reply:
    """Numbers alone: lists and names stay in private chats."""
    found = statistics.answer(talk, q)
    more = f"\n{talk.say(MORE, year=talk.today.year)}" if found.options else ""
    return replace(found.with_text(found.text + more), options=(), actions=())
