"""Groups, channels, and taps that are not what they seem."""

import pytest

from storage.tables.people import Account, Draft
from storage.tables.records import Photo, Report
from tests.doubles.telegram.things import picture
from tests.telegramming import rows

TOTALS = "Năm 2026 chưa có số liệu của Huyện Thạch Hà"
SECOND = "Tên mô hình là gì ạ?"


# -- groups and channels ----------------------------------------------------------------------


async def test_a_group_is_greeted_once_when_the_bot_is_added(at, thanh):
    group = at.double.group("Xã Thạch Lạc", thanh)
    await at.rest()
    [greeting] = group.replies
    assert "xin chào cả nhóm" in greeting.text
    assert f"t.me/{at.double.username}" in greeting.text
    assert greeting.buttons == []


async def test_in_a_group_leaders_get_totals_and_others_a_polite_word(at, ha, thanh):
    group = at.double.group("Xã Thạch Lạc", thanh, ha)
    thanh.say("/thongke 2026", group)
    await at.rest()
    assert TOTALS in group.last.text
    assert (group.last.buttons, thanh.chat.replies) == ([], [])
    ha.say(f"/thongke@{at.double.username} 2026", group)
    await at.rest()
    assert "chỉ trả lời lãnh đạo" in group.last.text
    ha.say("/baocao", group)
    await at.rest()
    assert "nhắn riêng" in group.last.text
    assert TOTALS not in str(ha.chat)


async def test_other_talk_in_a_group_is_left_alone(at, ha, thanh):
    group = at.double.group("Xã Thạch Lạc", thanh, ha)
    group.promote_bot()
    await at.rest()
    before = len(group.replies)
    ha.say("Mai ra quân trồng hoa lúc 6 giờ nhé", group)
    ha.say("/thongke@BotKhac 2026", group)
    ha.send_photo(picture(1), chat=group)
    group.join(at.double.user("Người mới"), ha)
    await at.rest()
    assert len(group.replies) == before
    assert rows(at, Photo) == []


async def test_a_group_that_became_a_supergroup_is_followed(at, thanh):
    group = at.double.group("Xã Thạch Lạc", thanh)
    await at.rest()
    new = group.migrate()
    thanh.say("/thongke 2026", new)
    await at.rest()
    assert [TOTALS in m.text for m in new.replies] == [True]
    names = [a.external_id for a in rows(at, Account)]
    assert str(new.id) in names
    assert str(group.id) not in names


async def test_channels_and_inline_queries_get_nothing(at, ha):
    channel = at.double.channel("Dân vận Thạch Hà", ha)
    channel.post("/thongke 2026")
    assert (await ha.inline("mô hình").answered())["results"] == []
    await at.rest()
    assert channel.replies == []
    assert ha.chat.replies == []


# -- taps that are not what they seem ---------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [
        "f:1:ten:0:1", "f:999999:loai:1:0", "f::::", ":", "nhan:1:1:1", "phieu:-1", "cmd:quanly",
        "phieu:1' OR '1'='1", "ql_thoi:1:co", "ư" * 32, "không có\n\u202e", "cmd:start:../..",
    ],
)  # fmt: skip
async def test_callback_data_that_was_made_up_changes_nothing(at, ha, data):
    await at.says(ha, "/dangky")
    before = rows(at, Draft)[0].body
    tap = ha.tap_data(data, ha.last)
    await at.rest()
    await tap.answered()
    assert rows(at, Draft)[0].body["answers"] == before["answers"]
    assert rows(at, Report) == []
    assert "xin lỗi" not in str(ha.chat)


async def test_a_tap_on_what_the_bot_cannot_see_any_more_is_answered(at, ha):
    await at.says(ha, "/dangky")
    tap = ha.tap_data(ha.last.keyboard[0][0]["callback_data"], ha.last, inaccessible=True)
    await at.rest()
    await tap.answered()
    assert SECOND in str(ha.chat)
