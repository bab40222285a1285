"""What people do in Telegram becomes what was said."""

from typing import Any

import pytest
from telegram import Update

from bot.conversation import documents
from bot.conversation.messages import LISTED, ONCE, Document, Incoming, Other, Place, Said
from bot.platforms.telegram.reading import MOST_BYTES, NOT_OWN, TOO_LARGE, moved, read
from tests.platforms.telegram.updates import (
    FILE,
    GROUP,
    HA,
    ME,
    PRIVATE,
    message,
    photo,
    said,
    update,
)

ORIGIN = {"type": "hidden_user", "sender_user_name": "Lan", "date": 1_790_000_000}
MEDIA = {"duration": 3}


def test_text_is_kept_as_it_is_with_its_marks() -> None:
    expected = Incoming("telegram", "telegram", "9", "501", Said("Đường hoá ở Hoà Hải"))
    assert read(message(text="Đường hoá ở Hoà Hải"), ME) == expected


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("/start Ab_-9", "/start Ab_-9"),
        ("/thongke@danvankheobot 2026", "/thongke 2026"),
        ("/thongke@DanVanKheoBot", "/thongke"),
        ("/x@otherbot", "/x@otherbot"),
        ("a@b.vn", "a@b.vn"),
        ("NUL \0", "NUL "),
        ("half \ud83d emoji", "half ? emoji"),
    ],
)
def test_commands_and_odd_letters(typed: str, meant: str) -> None:
    assert said(text=typed) == Said(meant)


def tap(message: dict[str, Any], data: str = "f:7:ten:3:x") -> Incoming | None:
    about = {"id": "1", "from": HA, "chat_instance": "1", "data": data, "message": message}
    return read(update("callback_query", **about), ME)


def test_a_tap_carries_its_data_and_its_message() -> None:
    said = Said(button="f:7:ten:3:x")
    here = {"message_id": 77, "date": 1_790_000_000, "chat": PRIVATE}
    assert tap(here) == Incoming("telegram", "telegram", "9", "501", said, tapped="77")


def test_a_tap_on_a_message_that_is_out_of_reach() -> None:
    incoming = tap({"message_id": 77, "date": 0, "chat": GROUP})
    assert incoming
    assert (incoming.tapped, incoming.group, incoming.chat) == ("77", "-42", "501")


def test_a_tap_without_anything() -> None:
    assert tap({"message_id": 77, "date": 0, "chat": PRIVATE}, data="") is None


def test_the_largest_photo_that_can_be_fetched() -> None:
    sizes = [photo(90), photo(1280), photo(4000, MOST_BYTES + 1)]
    assert said(photo=sizes, caption="Ngõ hoa") == Said("Ngõ hoa", remote=("P1280",))


def test_a_photo_none_of_whose_sizes_can_be_fetched() -> None:
    assert said(photo=[photo(90, MOST_BYTES + 1)]) == Said(problem=TOO_LARGE)


def test_each_part_of_an_album_is_its_own_message() -> None:
    first = said(photo=[photo(90)], media_group_id="1", caption="Ngõ hoa")
    second = said(photo=[photo(91)], media_group_id="1")
    assert (first.remote, first.text, second.remote) == (("P90",), "Ngõ hoa", ("P91",))


def test_a_picture_sent_as_a_document_may_tell_where_it_was_taken() -> None:
    assert said(document={**FILE, "mime_type": "image/png"}) == Said(remote=(ONCE + "F",))
    large = {**FILE, "mime_type": "image/png", "file_size": MOST_BYTES + 1}
    assert said(document=large) == Said(problem=TOO_LARGE)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Chỉ tiêu 2026.xlsx", "application/octet-stream"),
        ("CHI TIEU.XLS", None),
        ("a.ods", None),
        ("a.csv", "text/comma-separated-values"),
        (None, "text/csv"),
    ],
)
def test_a_list_of_an_office_is_fetched(name: str | None, kind: str | None) -> None:
    more = {"file_name": name} if name else {}
    heard = said(document={**FILE, **more, "mime_type": kind}, caption="Gửi ban")
    listed = Document(name or "danh sách")
    wanted = Said("Gửi ban", remote=(LISTED + "F",), other=Other.FILE, document=listed)
    assert heard == wanted


def test_a_list_that_is_too_large_is_left_where_it_is() -> None:
    large = {**FILE, "file_name": "a.xlsx", "file_size": documents.MOST_BYTES + 1}
    heard = said(document=large)
    assert (heard.remote, heard.problem) == ((), documents.TOO_LARGE)


def test_each_list_of_several_is_a_matter_of_its_own() -> None:
    document = {**FILE, "file_name": "a.xlsx"}
    incoming = read(message(document=document, media_group_id="7"), ME)
    assert incoming
    assert (incoming.album, incoming.said.remote) == ("", (LISTED + "F",))


@pytest.mark.parametrize(
    ("body", "other"),
    [
        ({"voice": {**FILE, **MEDIA}}, Other.VOICE),
        ({"audio": {**FILE, **MEDIA}}, Other.VOICE),
        ({"video_note": {**FILE, **MEDIA, "length": 240}}, Other.VOICE),
        ({"video": {**FILE, **MEDIA, "width": 1, "height": 1}}, Other.FILE),
        ({"document": {**FILE, "mime_type": "application/pdf"}}, Other.FILE),
        ({"document": {**FILE, "mime_type": "image/svg+xml"}}, Other.FILE),
        ({"document": FILE}, Other.FILE),
        ({"dice": {"value": 3, "emoji": "🎲"}}, Other.STICKER),
        ({"story": {"id": 1, "chat": PRIVATE}}, Other.FILE),
    ],
)
def test_what_a_form_cannot_use(body: dict[str, Any], other: Other) -> None:
    assert said(**body) == Said(other=other)


def test_an_animation_is_a_file_though_it_comes_as_a_document_too() -> None:
    moving = {**FILE, **MEDIA, "width": 1, "height": 1, "mime_type": "image/gif"}
    assert said(animation=moving, document=moving).other is Other.FILE


def test_a_sticker() -> None:
    about = {"width": 1, "height": 1, "is_animated": False, "is_video": False, "type": "regular"}
    assert said(sticker={**FILE, **about}) == Said(other=Other.STICKER)


def test_the_own_number_counts_that_of_somebody_else_does_not() -> None:
    card = {"phone_number": "84912345678", "first_name": "Hà"}
    assert said(contact={**card, "user_id": 501}) == Said(phone="84912345678")
    assert said(contact={**card, "user_id": 502}) == Said(problem=NOT_OWN)
    assert said(contact=card) == Said(problem=NOT_OWN)


def test_a_live_location_counts_where_it_began() -> None:
    here = {"latitude": 18.4, "longitude": 105.8, "live_period": 900}
    assert said(location=here) == Said(place=Place(18.4, 105.8))
    assert read(message(kind="edited_message", location=here), ME) is None


def test_an_edited_message() -> None:
    assert said(kind="edited_message", text="mới") == Said("mới", other=Other.EDITED)
    assert said(kind="edited_message", photo=[photo(90)]) == Said(other=Other.EDITED)


def test_a_forwarded_message() -> None:
    assert said(text="Báo cáo", forward_origin=ORIGIN) == Said("Báo cáo", forwarded=True)
    assert said(photo=[photo(90)], forward_origin=ORIGIN).forwarded


@pytest.mark.parametrize(
    "ignored",
    [
        update("channel_post", message_id=1, date=1, chat={"id": -7, "type": "channel"}, text="x"),
        update("inline_query", **{"id": "1", "query": "x", "offset": "", "from": HA}),
        message(text="x", who={**HA, "is_bot": True}),
        message(text="x", who={**HA, "id": 777000}),
        message(delete_chat_photo=True),
    ],
)
def test_what_is_none_of_our_business(ignored: Update) -> None:
    assert read(ignored, ME) is None


# -- groups ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("/thongke 2026", "/thongke 2026"),
        ("/thongke@DanVanKheoBot 2026", "/thongke 2026"),
        ("/thongke@otherbot", None),
        ("chào cả nhà", None),
    ],
)
def test_in_a_group_commands_count(text: str, heard: str | None) -> None:
    incoming = read(message(text=text, chat=GROUP), ME)
    assert (incoming and incoming.said.text) == heard
    assert incoming is None or (incoming.chat, incoming.group) == ("501", "-42")


def test_in_a_group_its_name_counts_also_after_an_emoji() -> None:
    mention = {"type": "mention", "offset": 3, "length": 14}
    called = message(text="👍 @DanVanKheoBot thống kê", chat=GROUP, entities=[mention])
    incoming = read(called, ME)
    assert incoming
    assert incoming.said.text == "👍 thống kê"


def test_in_a_group_the_name_of_somebody_else_does_not_count() -> None:
    mention = {"type": "mention", "offset": 0, "length": 4}
    assert read(message(text="@lan xem", chat=GROUP, entities=[mention]), ME) is None


def test_in_a_group_an_answer_to_the_bot_counts() -> None:
    bot = {"id": ME.id, "is_bot": True, "first_name": "Bot"}
    answered = {"message_id": 1, "date": 1, "chat": GROUP, "from": bot}
    assert said(text="2026", chat=GROUP, reply_to_message=answered).text == "2026"
    answered = {**answered, "from": {**bot, "id": 5}}
    assert read(message(text="2026", chat=GROUP, reply_to_message=answered), ME) is None


def standing(status: str) -> dict[str, Any]:
    who = {"id": ME.id, "is_bot": True, "first_name": "Bot"}
    return {"user": who, "status": status, "until_date": 0}


def changed(chat: dict[str, Any], old: str, new: str) -> Update:
    states = {"old_chat_member": standing(old), "new_chat_member": standing(new)}
    return update("my_chat_member", **{"chat": chat, "date": 1, "from": HA, **states})


def test_the_bot_greets_the_group_that_it_was_added_to() -> None:
    incoming = read(changed(GROUP, "left", "member"), ME)
    assert incoming == Incoming("telegram", "telegram", "9", "501", Said("/start"), group="-42")


@pytest.mark.parametrize(
    ("chat", "old", "new"),
    [
        (GROUP, "member", "left"),
        (GROUP, "member", "kicked"),
        (PRIVATE, "member", "kicked"),
        (PRIVATE, "kicked", "member"),
    ],
)
def test_other_changes_are_silent(chat: dict[str, Any], old: str, new: str) -> None:
    assert read(changed(chat, old, new), ME) is None


def test_a_group_that_became_a_supergroup() -> None:
    assert moved(message(migrate_to_chat_id=-100, chat={**GROUP, "type": "group"})) == (
        "-42",
        "-100",
    )
    assert moved(message(migrate_from_chat_id=-7, chat=GROUP)) == ("-7", "-42")
    assert moved(message(text="x")) is None
