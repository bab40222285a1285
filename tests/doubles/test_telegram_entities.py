"""The double reads HTML as TDLib does, and counts in UTF-16 units."""

import pytest
from telegram import Bot, MessageEntity
from telegram.error import BadRequest

from tests.doubles.telegram.entities import parse_html, utf16
from tests.doubles.telegram.formatting import marked
from tests.doubles.telegram.people import User
from tests.doubles.telegram.wire import Refusal

WRONG = {
    "🏟 🏟&lt;<abacaba": "Unclosed start tag at byte offset 13",
    "🏟 🏟&lt;<abac aba>": 'Unsupported start tag "abac" at byte offset 13',
    "🏟 🏟&lt;<i   =aba>": 'Empty attribute name in the tag "i" at byte offset 13',
    "🏟 🏟&lt;<i    aba>": 'Can\'t find end tag corresponding to start tag "i"',
    "🏟 🏟&lt;<i    aba  =  ": 'Unclosed start tag "i" at byte offset 13',
    "🏟 🏟&lt;<i    aba  =  190azAz-.,": "Unexpected end of name token at byte offset 27",
    '🏟 🏟&lt;<i    aba  =  "&lt;&gt;&quot;>': "Unclosed start tag at byte offset 13",
    "🏟 🏟&lt;</": "Unexpected end tag at byte offset 13",
    "🏟 🏟&lt;<b></b></": "Unexpected end tag at byte offset 20",
    "🏟 🏟&lt;<i>a</i   ": "Unclosed end tag at byte offset 17",
    "🏟 🏟&lt;<i>a</em   >": ('Unmatched end tag at byte offset 17, expected "</i>", found "</em>"'),
    "dưới 5 < 6": 'Unsupported start tag "" at byte offset 10',
    "<span>a</span>": 'Tag "span" must have class "tg-spoiler" at byte offset 0',
    '<tg-time unix="12345" format="rt">a</tg-time>': "Invalid date format used",
    "&#xDFDF;": (
        "Text contains invalid Unicode characters after decoding HTML entities, "
        "check for unmatched surrogate code units"
    ),
}
RIGHT = {
    "&ge;&lt;&gt;&amp;&quot;&laquo;&#12345678;&#65;&#x1F600;": (
        '&ge;<>&"&laquo;&#12345678;A😀',
        [],
    ),
    "🏟 🏟<i>🏟 &gt;<b aba   =   caba>&lt🏟</b></i>": (
        "🏟 🏟🏟 ><🏟",
        [("italic", 5, 7), ("bold", 9, 3)],
    ),
    "🏟&lt;<i>a</    >": ("🏟<a", [("italic", 3, 1)]),
    "<del>a</del><tg-spoiler>b</tg-spoiler>": ("ab", [("strikethrough", 0, 1), ("spoiler", 1, 1)]),
    "<b></b>a": ("a", []),
    "<pre><code class='language-py'>a</code></pre>": ("a", [("pre", 0, 1)]),
    "<pre><code>a</code></pre>": ("a", [("pre", 0, 1), ("code", 0, 1)]),
    "<blockquote expandable>a</blockquote>": ("a", [("expandable_blockquote", 0, 1)]),
    "<a href='không-phải'>a</a>": ("a", []),
    "<a href='tg://user?id=5'>a</a>": ("a", [("text_mention", 0, 1)]),
    "<a>telegram.org</a>": ("telegram.org", [("text_link", 0, 12)]),
}


@pytest.mark.parametrize("html", WRONG)
def test_broken_html_is_refused_in_the_words_of_telegram(html: str) -> None:
    with pytest.raises(Refusal) as refusal:
        parse_html(html)
    assert refusal.value.description == f"Bad Request: can't parse entities: {WRONG[html]}"


@pytest.mark.parametrize("html", RIGHT)
def test_html_becomes_text_and_places(html: str) -> None:
    text, entities = parse_html(html)
    assert (text, [(e["type"], e["offset"], e["length"]) for e in entities]) == RIGHT[html]


def test_an_end_tag_too_many_is_refused() -> None:
    with pytest.raises(Refusal, match="Unexpected end tag"):
        parse_html("<i>a</    > > <u>b</></i>")


def test_a_moment_is_shown_by_the_phone_in_its_own_way() -> None:
    text, [entity] = parse_html('Hạn <tg-time unix="1647531900" format="wDT">mai</tg-time>')
    assert text == "Hạn mai"
    place = {"type": "date_time", "offset": 4, "length": 3}
    assert entity == {**place, "unix_time": 1647531900, "date_time_format": "wDT"}


def test_emoji_count_two() -> None:
    assert utf16("Đ😀") == 3


def test_blanks_around_go_and_entities_move_along() -> None:
    text, entities = marked("  \n xin chào \n ", [{"type": "bold", "offset": 4, "length": 9}])
    assert (text, entities) == ("xin chào", [{"type": "bold", "offset": 0, "length": 8}])


def test_commands_addresses_and_tags_are_found() -> None:
    _, entities = marked("/start @DanVanKheoBot #dânvận https://a.vn/x a@b.vn 1/2")
    kinds = ["bot_command", "mention", "hashtag", "url", "email"]
    assert [entity["type"] for entity in entities] == kinds


async def test_ptb_reads_the_entities_back(bot: Bot, ha: User) -> None:
    html = '😀 <b>Đậm</b> <tg-time unix="1647531900" format="d">17/3</tg-time>'
    message = await bot.send_message(ha.id, html, parse_mode="HTML")
    assert message.text_html == html
    assert list(message.parse_entities([MessageEntity.BOLD]).values()) == ["Đậm"]
    assert ha.last.marked("bold") == ["Đậm"]


async def test_entities_may_be_given_ready_made(bot: Bot, ha: User) -> None:
    await bot.send_message(ha.id, "xin chào", entities=[MessageEntity("bold", 0, 3)])
    assert ha.last.html == "<b>xin</b> chào"
    with pytest.raises(BadRequest, match="ends after the end of the text at utf-16 offset 9"):
        await bot.send_message(ha.id, "xin chào", entities=[MessageEntity("bold", 0, 9)])
