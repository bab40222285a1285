"""Walks through the program that several tests and the pictures share."""

from tests.browser.driver import Phone

NAME = "Tuyến đường hoa sạch đẹp"
WAY = "Ba mươi hộ cùng trồng hoa và dọn cỏ mỗi sáng thứ bảy."


async def enter(one: Phone, url: str) -> None:
    await one.open(url)
    await one.ready()


async def up_to_the_owner(one: Phone, name: str = NAME) -> None:
    await one.type("/dangky moi")
    await one.press("Đăng ký mới")
    await one.sees("Tên mô hình là gì")
    await one.type(name)
    await one.press("Nông thôn mới")
    await one.press("Tập thể")
    await one.sees("Ai hoặc tổ chức nào")
    await one.all_sent()


async def from_the_owner_to_the_preview(one: Phone) -> None:
    await one.type("Chi hội Phụ nữ thôn Vĩnh Thịnh")
    await one.press("Hội LHPN xã Thạch Lạc")
    await one.press("Xã Thạch Lạc")
    await one.sees("cách làm")
    await one.type(WAY)
    await one.sees("XEM LẠI")
    await one.all_sent()


async def joins(one: Phone, link: str) -> None:
    await one.accept_invitation(link)
    await answers_the_door(one)


async def answers_the_door(one: Phone) -> None:
    await one.press("Đồng ý")
    await one.press("Bà")
    await one.sees("Họ và tên của")
    await one.type("Trần Thị Hoa")
    await finish(one)


async def finish(one: Phone) -> None:
    await one.sees("XEM LẠI")
    await one.press("Gửi")
    await one.sees("Từ nay bà là")


async def steps(one: Phone) -> list[str]:
    """In the order in which they stand, each once."""
    shown = one.page.locator(".row .step").filter(has_text="Bước")
    return list(dict.fromkeys(await shown.all_inner_texts()))
