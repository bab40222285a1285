"""`dvk doctor --apply` sets what differs, and says so."""

from bot.platforms.telegram.setup import Profile, apply
from tests.doubles.telegram.telegram import Telegram

COMMANDS = (("baocao", "Báo cáo"), ("thongke", "Thống kê"))
PROFILE = Profile(COMMANDS, "Trợ lý Dân vận khéo " + "x" * 600, "Trợ lý", COMMANDS[1:])


async def apply_to(double: Telegram, profile: Profile = PROFILE) -> list[str]:
    return await apply(double.token, profile, base_url=double.base_url)


async def test_what_is_set(double: Telegram) -> None:
    assert await apply_to(double) == [
        "Đã đặt bảng lệnh: 2 lệnh.",
        "Đã đặt bảng lệnh trong nhóm: 1 lệnh.",
        "Đã đặt lời giới thiệu.",
        "Đã đặt dòng giới thiệu ngắn.",
    ]
    assert len(double.profile.description[""]) <= 512
    assert double.profile.short_description[""] == "Trợ lý"


async def test_the_second_time_nothing_is_done(double: Telegram) -> None:
    await apply_to(double)
    assert await apply_to(double) == []


async def test_a_menu_that_is_wanted_no_more(double: Telegram) -> None:
    await apply_to(double)
    less = Profile(COMMANDS, PROFILE.description, PROFILE.short)
    assert await apply_to(double, less) == ["Đã xóa bảng lệnh trong nhóm."]


async def test_another_menu_button(double: Telegram) -> None:
    await apply_to(double)
    double.profile.menu_buttons[0] = {"type": "default"}
    assert await apply_to(double) == ["Đã đặt nút thực đơn mở bảng lệnh."]


async def test_a_wrong_token(double: Telegram) -> None:
    [said] = await apply("7:wrong", PROFILE, base_url=double.base_url)
    assert "không nhận mã bot" in said
