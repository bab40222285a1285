"""Messages survive being stored, and replies can be read without buttons."""

import json

from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.messages import Document, Option, Other, Place, Reply, Said, as_text

said = st.builds(
    Said,
    text=st.text(max_size=20),
    button=st.text(max_size=20),
    photos=st.lists(st.text(max_size=5), max_size=3).map(tuple),
    place=st.none() | st.builds(Place, st.floats(-90, 90), st.floats(-180, 180)),
    phone=st.text(max_size=10),
    other=st.none() | st.sampled_from(Other),
    forwarded=st.booleans(),
    problem=st.text(max_size=10),
    document=st.none() | st.builds(Document, st.text(max_size=10), st.text(max_size=5)),
)


@given(said)
def test_what_was_said_survives_being_stored(one: Said) -> None:
    assert Said.from_json(json.loads(json.dumps(one.to_json()))) == one


def test_a_reply_as_text_numbers_its_options_and_names_its_words() -> None:
    reply = Reply(
        "Năm nào ạ?",
        options=(Option("2025", "a"), Option("2026", "b")),
        actions=(Option("Quay lại", "c"), Option("Hủy", "d")),
        link="https://dvk.example.vn/i/x",
    )
    assert as_text(reply).splitlines() == [
        "Năm nào ạ?",
        "1. 2025",
        "2. 2026",
        "Hoặc nhắn: quay lại · hủy",
        "https://dvk.example.vn/i/x",
    ]
