"""Pictures that are late, things that one cannot read, who is gone and who writes too much.

DVK_TEST_ALBUM_GAP=10 waits so many seconds between the pieces of an album.
"""

import asyncio
import os
import time

import pytest

from storage.tables.people import Account, Draft, Member
from storage.tables.records import Photo
from tests.delivery.desks import effects
from tests.doubles.telegram.things import picture
from tests.telegramming import house, methods, rows

GAP = float(os.environ.get("DVK_TEST_ALBUM_GAP", "0.1"))
FIRST = "Mô hình này thuộc loại nào ạ?"
BEGUN = ("/dangky moi", "Đăng ký mới")


def reachable(at, user):
    return rows(at, Account, external_id=str(user.id))[0].reachable


# -- pictures ---------------------------------------------------------------------------------


@pytest.mark.parametrize("order", [[0, 1, 2], [2, 0, 1]])
async def test_an_album_in_pieces_out_of_order_is_kept_whole(at, ha, order):
    parts = ha.album([picture(n) for n in range(3)], "Bà con ra quân")
    for place, number in enumerate(order):
        await asyncio.sleep(GAP * place / 2)
        parts[number]()
    await at.rest()
    assert "đã giữ 3 ảnh và bài viết" in ha.last.text
    assert len(rows(at, Photo)) == 3


async def test_a_picture_that_fails_three_times_arrives_and_what_followed_waits(at, ha, thu):
    failing = at.double.faults.next("502", 3, methods={"getFile", "download"})
    ha.send_photo(picture(1))
    ha.say("/thu một")
    await at.rest()
    assert failing.left == 0
    assert ["đã giữ 1 ảnh" in m.text for m in ha.chat.replies] == [True, False]
    assert ha.last.text == "Đã ghi một"


async def test_a_picture_that_is_slow_holds_nobody_up(at, ha, thu):
    failing = at.double.faults.always("502", methods="getFile")
    ha.send_photo(picture(1))
    ha.say("/thu một")
    await ha.sees("mạng chậm")
    await ha.sees("Đã ghi một")
    at.double.faults.stop(failing)
    await ha.sees("đã giữ 1 ảnh")


async def test_a_picture_that_telegram_has_lost_is_told(at, ha):
    sent = ha.send_photo(picture(1))
    for size in sent.raw["photo"]:
        del at.double.files.by_id[size["file_id"]]
    await at.rest()
    assert "không còn giữ" in ha.last.text


async def test_pictures_of_strangers_are_left_where_they_are(at):
    khach = at.double.user("Khách")
    khach.send_photo(picture(1))
    await at.rest()
    assert "getFile" not in methods(at, khach)
    assert rows(at, Photo) == []


# -- other things people send -----------------------------------------------------------------


async def test_an_edited_answer_is_offered_in_place_of_the_old_one(at, ha):
    await at.says(ha, *BEGUN)
    name = ha.say("Đường hoa")
    await at.rest()
    ha.edit(name, "Đường hoa ven đê")
    await at.rest()
    assert "bằng “Đường hoa ven đê”" in ha.last.text
    await at.taps(ha, "Thay")
    [draft] = rows(at, Draft)
    assert draft.body["answers"]["ten"]["v"] == "Đường hoa ven đê"


async def test_an_edited_message_outside_a_form_says_how_to_correct(at, ha, thu):
    said = ha.say("/thu một")
    await at.rest()
    ha.edit(said, "/thu hai")
    await at.rest()
    assert "Sửa phiếu" in ha.last.text
    assert effects(at.database) == {"một": 1}


async def test_a_live_location_is_one_place_however_far_it_moves(at, ha):
    await at.says(ha, "/dangky")
    shared = ha.share_location(live=900)
    await at.rest()
    before = len(ha.chat.replies)
    for step in range(3):
        ha.move(shared, 18.44 + step / 100, 105.86)
    await at.rest()
    assert len(ha.chat.replies) == before


async def test_the_card_of_somebody_else_is_not_taken_for_ones_own(at, ha, minh):
    ha.share_contact(of=minh)
    await at.rest()
    assert "danh thiếp của người khác" in ha.last.text
    ha.share_contact(phone="0912345678")
    await at.rest()
    assert "danh thiếp của người khác" in ha.last.text
    assert {m.phone for m in rows(at, Member)} == {""}


async def test_what_one_cannot_read_is_answered_politely(at, ha):
    for send in (ha.send_voice, ha.send_video, ha.send_sticker):
        before = len(ha.chat.replies)
        send()
        await at.rest()
        assert len(ha.chat.replies) == before + 1
        assert "xin lỗi" not in ha.last.text


# -- who cannot be reached, who writes too much -----------------------------------------------


@pytest.mark.parametrize("how", ["block", "deactivate"])
async def test_who_is_gone_is_marked_and_the_focal_person_told(at, ha, minh, how):
    ha.say("menu")
    getattr(ha, how)()
    await at.rest()
    assert not reachable(at, ha)
    assert "không nhắn được cho anh Hồ Văn Hà qua Telegram" in minh.last.text


async def test_who_comes_back_is_written_to_again(at, ha):
    ha.say("menu")
    ha.block()
    await at.rest()
    ha.unblock()
    await at.says(ha, "/dangky")
    assert reachable(at, ha)
    assert FIRST in ha.last.text


async def test_a_flood_is_warned_once_then_not_heard(sqlite_database, village, tmp_path, thu):
    async with house(sqlite_database, tmp_path, flood_burst=5, flood_per_minute=1) as at:
        ha, minh = at.user("Hà", village["ha"]), at.user("Minh", village["minh"])
        for number in range(30):
            ha.say(f"/thu {number}")
        minh.say("/thu minh")
        await at.rest()
        warned = ["nhắn nhanh quá" in m.text for m in ha.chat.replies]
        assert (warned.count(True), len(warned)) == (1, 6)
        assert minh.last.text == "Đã ghi minh"
    assert thu.handled == [*"01234", "minh"]


async def test_a_message_that_raises_is_set_aside_while_others_go_on(at, ha, minh, thu):
    thu.bad["hỏng"] = RuntimeError("hỏng")
    ha.say("/thu hỏng")
    ha.say("/thu hai")
    began = time.monotonic()
    assert await at.says(minh, "/thu ba")
    await minh.sees("Đã ghi ba")
    assert time.monotonic() - began < 5
    assert "mã để hỏi: T1" in (await ha.sees("xin lỗi")).text
    await ha.sees("Đã ghi hai")
    assert thu.handled.count("hỏng") == 3
    assert effects(at.database) == {"hai": 1, "ba": 1}


async def test_one_hanging_chat_delays_no_other(at, ha, minh, thu):
    at.double.faults.always("hang", chat=ha, methods="sendMessage")
    ha.say("/thu một")
    minh.say("/thu hai")
    await minh.sees("Đã ghi hai", within=1)
