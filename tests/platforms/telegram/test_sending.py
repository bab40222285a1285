"""Replies reach the chat over real HTTP, whatever Telegram says about them."""

import asyncio
from pathlib import Path

import pytest

from bot.conversation.host import Parcel, Platform, Sent, StoredFile
from bot.conversation.messages import File, Option, Reply, Wanted
from bot.errors import SendError
from bot.platforms.telegram.platform import TelegramPlatform
from bot.platforms.telegram.writing import Message
from tests.doubles.fake_host import FakeHost
from tests.doubles.telegram.faults import Kind
from tests.doubles.telegram.people import User
from tests.doubles.telegram.telegram import Telegram
from tests.doubles.telegram.things import picture
from tests.platforms.telegram.conftest import parcel, running

YES = (Option("Có", "f:1:a:1:co"),)
FIRST, SECOND, SHEET, FLAT = "a" * 64, "b" * 64, "c" * 64, "d" * 64


@pytest.fixture
def files(tmp_path: Path) -> dict[str, StoredFile]:
    found = {}
    for number, name in enumerate((FIRST, SECOND)):
        (tmp_path / name).write_bytes(picture(number))
        found[name] = StoredFile(str(tmp_path / name), "image/jpeg", "anh.jpg")
    (tmp_path / "flat").write_bytes(picture(1, 3000, 20))
    found[FLAT] = StoredFile(str(tmp_path / "flat"), "image/jpeg", "anh.jpg")
    (tmp_path / SHEET).write_bytes(b"PK")
    return {**found, SHEET: StoredFile(str(tmp_path / SHEET), "application/x", "x")}


def test_it_is_a_platform(platform: TelegramPlatform) -> None:
    as_platform: Platform = platform
    assert (as_platform.name, as_platform.bot) == ("telegram", "telegram")


async def test_a_text_with_buttons(platform: TelegramPlatform, ha: User) -> None:
    sent = await platform.send(parcel(ha, Reply("Có < không?", YES)))
    assert sent == Sent(str(ha.last.id), buttons=True)
    assert (ha.last.text, ha.last.buttons) == ("Có < không?", ["Có"])


async def test_ten_thousand_letters(platform: TelegramPlatform, ha: User) -> None:
    text = "Ngõ hoa 🌾 của thôn. " * 500
    sent = await platform.send(parcel(ha, Reply(text, YES)))
    parts = ha.chat.replies
    assert len(parts) == 3
    assert "".join("".join(m.text for m in parts).split()) == "".join(text.split())
    assert [m.buttons for m in parts] == [[], [], ["Có"]]
    assert sent.message == str(parts[-1].id)


async def test_moments_and_code_are_marked(platform: TelegramPlatform, ha: User) -> None:
    reply = Reply("DVK-2026-0042, hạn 30/11", code="DVK-2026-0042", moments={"30/11": 1795000000})
    await platform.send(parcel(ha, reply))
    assert ha.last.marked("code") == ["DVK-2026-0042"]
    assert ha.last.marked("date_time") == ["30/11"]
    ha.tap("Chép mã")
    assert ha.clipboard == "DVK-2026-0042"


# -- edits and closed screens ------------------------------------------------------------------


async def test_after_a_tap_the_message_changes(platform: TelegramPlatform, ha: User) -> None:
    sent = await platform.send(parcel(ha, Reply("Một", YES)))
    again = await platform.send(parcel(ha, Reply("Hai", YES, edits=sent.message)))
    assert again == sent
    assert [m.text for m in ha.chat.replies] == ["Hai"]


async def test_the_same_again_is_fine(platform: TelegramPlatform, ha: User) -> None:
    sent = await platform.send(parcel(ha, Reply("Một", YES)))
    assert await platform.send(parcel(ha, Reply("Một", YES, edits=sent.message))) == sent


async def test_a_message_that_is_gone_is_sent_anew(platform: TelegramPlatform, ha: User) -> None:
    sent = await platform.send(parcel(ha, Reply("Một", YES, edits="999")))
    assert sent.message == str(ha.last.id)
    assert ha.last.text == "Một"


async def test_a_new_message_closes_the_open_one(platform: TelegramPlatform, ha: User) -> None:
    old = await platform.send(parcel(ha, Reply("Một", YES)))
    await platform.send(parcel(ha, Reply("Hai", YES), open=old.message))
    await ha.settled()
    assert [m.buttons for m in ha.chat.replies] == [[], ["Có"]]


async def test_what_cannot_be_an_edit_closes_the_tapped_message(
    platform: TelegramPlatform, ha: User, files: dict[str, StoredFile]
) -> None:
    old = await platform.send(parcel(ha, Reply("Một", YES)))
    reply = Reply("Ảnh", YES, photos=(FIRST,), edits=old.message)
    await platform.send(parcel(ha, reply, files=files))
    await ha.settled()
    assert [m.buttons for m in ha.chat.replies] == [[], ["Có"]]


async def test_a_button_that_cannot_be_taken_off_matters_to_nobody(
    platform: TelegramPlatform, ha: User
) -> None:
    sent = await platform.send(parcel(ha, Reply("Một"), open="999"))
    await ha.settled()
    assert sent.message == str(ha.last.id)


# -- files --------------------------------------------------------------------------------------


async def test_a_picture_is_given_once(
    platform: TelegramPlatform, double: Telegram, ha: User, files: dict[str, StoredFile]
) -> None:
    reply = Reply("Ngõ hoa", photos=(FIRST,))
    sent = await platform.send(parcel(ha, reply, files=files))
    assert (ha.last.text, ha.last.photo) == ("Ngõ hoa", picture(0))
    again = await platform.send(parcel(ha, reply, remote=sent.remote))
    assert ha.last.photo == picture(0)
    assert (list(sent.remote), again.remote) == ([FIRST], {})


async def test_an_album_and_its_text(
    platform: TelegramPlatform, ha: User, files: dict[str, StoredFile]
) -> None:
    sent = await platform.send(parcel(ha, Reply("Ảnh", YES, photos=(FIRST, SECOND)), files=files))
    assert [m.photo for m in ha.chat.replies] == [picture(0), picture(1), None]
    assert set(sent.remote) == {FIRST, SECOND}
    assert sent.message == str(ha.last.id)


async def test_a_document_keeps_its_vietnamese_name(
    platform: TelegramPlatform, ha: User, files: dict[str, StoredFile]
) -> None:
    reply = Reply("Đây ạ", file=File(SHEET, "Thống kê “2026”.xlsx"))
    sent = await platform.send(parcel(ha, reply, files=files))
    assert ha.last.document
    assert (ha.last.document.name, ha.last.text) == ("Thống kê “2026”.xlsx", "Đây ạ")
    assert SHEET in sent.remote


async def test_an_id_that_telegram_forgot_is_replaced(
    platform: TelegramPlatform, ha: User, files: dict[str, StoredFile]
) -> None:
    old = {FIRST: "long gone"}
    sent = await platform.send(parcel(ha, Reply("Ảnh", photos=(FIRST,)), files=files, remote=old))
    assert ha.last.photo == picture(0)
    assert sent.remote[FIRST] != "long gone"


async def test_a_picture_that_is_lost_does_not_keep_back_the_text(
    platform: TelegramPlatform, ha: User
) -> None:
    missing = {FIRST: StoredFile("/nowhere", "image/jpeg", "x.jpg")}
    await platform.send(parcel(ha, Reply("Đã nhận", photos=(FIRST,)), files=missing))
    assert (ha.last.text, ha.last.photo) == ("Đã nhận", None)


async def test_a_picture_that_telegram_refuses_likewise(
    platform: TelegramPlatform, ha: User, files: dict[str, StoredFile]
) -> None:
    await platform.send(parcel(ha, Reply("Đã nhận", YES, photos=(FLAT,)), files=files))
    assert (ha.last.text, ha.last.photo, ha.last.buttons) == ("Đã nhận", None, ["Có"])


# -- the member's own keyboard ---------------------------------------------------------------


async def test_the_keyboard_for_the_phone_number_goes_again(
    platform: TelegramPlatform, ha: User
) -> None:
    await platform.send(
        parcel(ha, Reply("Số?", wanted=Wanted.PHONE, actions=(Option("Hủy", "x"),)))
    )
    assert [row[0] for row in ha.keyboard][1:] == ["Hủy"]
    await platform.send(parcel(ha, Reply("Cảm ơn")))
    assert (ha.keyboard, ha.last.text) == ([], "Cảm ơn")


async def test_it_goes_also_when_the_next_message_has_buttons(
    platform: TelegramPlatform, ha: User
) -> None:
    await platform.send(parcel(ha, Reply("Ở đâu?", wanted=Wanted.PLACE)))
    await platform.send(parcel(ha, Reply("Tiếp", YES)))
    await ha.settled()
    assert (ha.keyboard, [m.text for m in ha.chat.replies]) == ([], ["Ở đâu?", "Tiếp"])


async def test_the_menu_of_one_chat(platform: TelegramPlatform, ha: User) -> None:
    reply = Reply("", commands=(("baocao", "Báo cáo"), ("thongke", "Thống kê")))
    assert await platform.send(parcel(ha, reply)) == Sent()
    assert ha.commands == [("baocao", "Báo cáo"), ("thongke", "Thống kê")]


# -- refusals ------------------------------------------------------------------------------------


async def error(platform: TelegramPlatform, user: User, reply: Reply | None = None) -> SendError:
    with pytest.raises(SendError) as found:
        await platform.send(parcel(user, reply or Reply("x")))
    return found.value


async def test_who_blocked_the_bot_is_gone(platform: TelegramPlatform, ha: User) -> None:
    ha.block()
    problem = await error(platform, ha)
    assert (problem.permanent, problem.gone) == (True, True)


async def test_an_account_that_is_gone(platform: TelegramPlatform, ha: User) -> None:
    ha.deactivate()
    problem = await error(platform, ha)
    assert (problem.permanent, problem.gone) == (True, True)


async def test_a_chat_that_is_not_found_may_come_back(platform: TelegramPlatform) -> None:
    with pytest.raises(SendError, match="hat not found") as found:
        await platform.send(Parcel("12345", Reply("x")))
    assert (found.value.permanent, found.value.gone) == (False, True)


async def test_a_group_that_moved(platform: TelegramPlatform, double: Telegram, ha: User) -> None:
    group = double.group("Thôn", ha)
    new = group.migrate()
    with pytest.raises(SendError) as found:
        await platform.send(Parcel(str(group.id), Reply("x")))
    assert (found.value.moved_to, found.value.permanent) == (str(new.id), False)


async def test_asked_to_wait(platform: TelegramPlatform, double: Telegram, ha: User) -> None:
    double.faults.next("429", chat=ha, retry_after=7)
    problem = await error(platform, ha)
    assert (problem.retry_after, problem.whole_bot, problem.unsure) == (7, False, False)


async def test_two_chats_that_wait_mean_the_whole_bot(
    platform: TelegramPlatform, double: Telegram, ha: User
) -> None:
    lan = double.user("Lan")
    lan.start()
    double.faults.next("429", 2, retry_after=7)
    await error(platform, ha)
    assert (await error(platform, lan)).whole_bot


@pytest.mark.parametrize(("kind", "unsure"), [("500", False), ("502", False), ("drop", True)])
async def test_passing_trouble(
    platform: TelegramPlatform, double: Telegram, ha: User, kind: Kind, unsure: bool
) -> None:
    double.faults.next(kind, chat=ha)
    problem = await error(platform, ha)
    assert (problem.permanent, problem.gone, problem.unsure) == (False, False, unsure)


async def test_a_broken_edit_is_never_unsure(
    platform: TelegramPlatform, double: Telegram, ha: User
) -> None:
    sent = await platform.send(parcel(ha, Reply("Một", YES)))
    double.faults.next("drop_after", chat=ha)
    assert not (await error(platform, ha, Reply("Hai", YES, edits=sent.message))).unsure


async def test_no_connection_at_all_is_sure(host: FakeHost, double: Telegram, ha: User) -> None:
    gone = TelegramPlatform(host, double.token, base_url="http://127.0.0.1:1/bot")
    async with running(gone):
        assert not (await error(gone, ha)).unsure


async def test_the_error_does_not_tell_the_token(
    platform: TelegramPlatform, double: Telegram, ha: User
) -> None:
    double.faults.next("drop", chat=ha)
    assert double.token not in repr(await error(platform, ha))


async def test_html_that_is_refused_is_sent_as_it_stands(
    platform: TelegramPlatform, ha: User
) -> None:
    await platform._sender._post(parcel(ha, Reply("")), Message("A < B", "A < B"), Sent())
    assert ha.last.text == "A < B"


async def test_of_a_long_reply_only_the_rest_is_sent_again(
    platform: TelegramPlatform, double: Telegram, ha: User
) -> None:
    reply = Reply("\n".join(f"Dòng {number}: ngõ hoa của thôn" for number in range(300)), YES)
    first = asyncio.create_task(platform.send(parcel(ha, reply)))
    await ha.sees("Dòng 0:")
    double.faults.next("429", chat=ha)
    with pytest.raises(SendError):
        await first
    await platform.send(parcel(ha, reply))
    texts = "\n".join(m.text for m in ha.chat.replies)
    assert texts == reply.text
