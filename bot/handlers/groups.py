"""In a group: a greeting, and totals when a leader asks. Everything else is for a private chat."""

from dataclasses import replace

from sqlalchemy import select

from bot.conversation.messages import Reply
from bot.domain.roles import Act
from bot.domain.text import clean, fold
from bot.handlers import lagging_asked, stats_asked
from bot.handlers.registry import COMMANDS, Talk, late
from bot.handlers.statistics import EMPTY
from bot.presentation.chat import totals_text
from storage import statistics
from storage.tables.units import Sector

HELLO = (
    "Trợ lý “Dân vận khéo” xin chào cả nhóm. Trong nhóm, Trợ lý chỉ trả lời số liệu khi lãnh đạo "
    "gõ /thongke, ví dụ: /thongke {year}. Báo cáo và việc khác, mời nhắn riêng cho Trợ lý{where}.\n"
    "Nhóm này mang số {group}: lãnh đạo cần số đó khi bật bản tin tuần trong mục “quản lý”."
)
PRIVATE = "Việc này mời {ac} nhắn riêng cho Trợ lý{where} ạ."
FOR_LEADERS = "Số liệu trong nhóm chỉ trả lời lãnh đạo ạ. {Ac} cần gì, mời nhắn riêng{where}."
LEFT_OUT = "Lĩnh vực hạn chế người xem không nêu riêng trong nhóm."
MORE = "{Ac} gõ rõ thêm giúp, ví dụ: /thongke {year} tên đơn vị."


def answer(talk: Talk, group: int = 0) -> list[Reply]:
    """What a person said to the bot in a group; buttons are for private chats."""
    words = clean(talk.said.text).lstrip("/").split()
    if talk.said.button or not words:
        return []
    if fold(words[0]) in ("start", "trogiup", "help"):
        return [_say(talk, HELLO, group=group)]
    question = _statistics(words)
    if question is None or lagging_asked.named(question):
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


def _say(talk: Talk, template: str, **said: object) -> Reply:
    bot = talk.organisation.telegram
    where = f" (t.me/{bot})" if bot else ""
    return talk.reply(template, where=where, year=talk.today.year, **said)


@late("group_stats")
def totals(talk: Talk, q: str = "") -> Reply:
    """Numbers alone: lists, names and narrowed sectors stay in private chats."""
    asked = stats_asked.understood(talk, q)
    if isinstance(asked, Reply):
        more = f"\n{talk.say(MORE, year=talk.today.year)}" if asked.options else ""
        return Reply(asked.text + more)
    found = statistics.totals(talk.session, asked, talk.now.astimezone(talk.zone))
    narrowed = _narrowed(talk, {line.sector_id for line in found.sectors} | {found.sector_id or 0})
    if found.sector_id in narrowed:
        return _say(talk, PRIVATE)
    if found.empty:
        return talk.reply(EMPTY, year=asked.year, unit=found.unit, sector="")
    open_ones = tuple(line for line in found.sectors if line.sector_id not in narrowed)
    text = totals_text(replace(found, sectors=open_ones))
    return Reply(f"{text}\n{LEFT_OUT}" if len(open_ones) < len(found.sectors) else text)


def _narrowed(talk: Talk, sectors: set[int]) -> set[int]:
    chosen = select(Sector.id).where(Sector.id.in_(sectors), Sector.narrowed)
    return set(talk.session.scalars(chosen))
