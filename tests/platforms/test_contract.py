"""What every platform owes its members: the same scenes, played on each of them."""

import asyncio
from collections import Counter

import pytest
from sqlalchemy import func, select

from bot.conversation.messages import Reply
from bot.handlers.registry import COMMANDS, Command
from storage.tables.people import Account, Draft, Member
from storage.tables.records import Photo
from storage.tables.units import Target, Unit
from tests.delivery.desks import effects, registered, trial
from tests.doubles.telegram.server import telegram
from tests.doubles.telegram.things import picture
from tests.make import make_role
from tests.platforms.drivers import TelegramStreet, WebStreet, away, see
from tests.talk import strange

FIRST = "Mô hình này thuộc loại nào ạ?"
SECOND = "Tên mô hình là gì ạ?"
LONG = " ".join(f"câu{n}" for n in range(1500))
POST = ("Bà con trồng hoa. " * 555).strip()


@pytest.fixture(params=["web", "telegram"])
async def street(request, database, tmp_path):
    if request.param == "web":
        yield WebStreet(database, tmp_path)
        return
    async with telegram() as double:
        yield TelegramStreet(database, tmp_path, double)


@pytest.fixture
async def running(street):
    async with street.open():
        yield street


@pytest.fixture
async def lan(running):
    return await running.phone("Lan")


@pytest.fixture
def thu():
    """`/thu một` counts "một" and answers."""
    with trial() as made:
        yield made


def count(database, column):
    with database.reading() as session:
        return session.scalar(select(func.count(column)))


# -- each message once, and in order ------------------------------------------------------------


async def test_a_message_that_is_brought_again_does_nothing_twice(lan, thu, database):
    await lan.say("/thu một")
    await see(lan, "Đã ghi một")
    for _ in range(3):
        await lan.again()
    await lan.say("/thu hai")
    await see(lan, "Đã ghi hai")
    assert effects(database) == {"một": 1, "hai": 1}
    assert Counter(await lan.texts())["Đã ghi một"] == 1


async def test_nothing_is_acknowledged_while_the_database_is_away(lan, running, thu, database):
    await lan.say("/thu không")
    await see(lan, "Đã ghi không")
    with away(running.app):
        await lan.say("/thu một")
        await asyncio.sleep(0.1)
        assert not await lan.taken()
    await lan.again()
    await see(lan, "Đã ghi một")
    assert effects(database) == {"không": 1, "một": 1}


async def test_what_is_said_in_a_row_is_answered_in_order(lan, thu):
    await lan.say(*(f"/thu {n}" for n in range(20)))
    await see(lan, "Đã ghi 19")
    assert thu.handled == [str(n) for n in range(20)]
    assert [t for t in await lan.texts() if "Đã" in t] == [f"Đã ghi {n}" for n in range(20)]


async def test_two_members_in_the_same_instant_are_both_heard(lan, running, thu, database):
    minh = await running.phone("Minh")
    await asyncio.gather(lan.say("/thu một"), minh.say("/thu hai"))
    await see(lan, "Đã ghi một")
    await see(minh, "Đã ghi hai")
    assert effects(database) == {"một": 1, "hai": 1}


async def test_a_button_tapped_twice_counts_once(lan):
    await lan.say("/dangky")
    await see(lan, FIRST)
    await lan.tap("Phát sinh ngoài đăng ký", times=2)
    told = await see(lan, "Nút ấy thuộc câu trước")
    assert SECOND in told


# -- a process that ends --------------------------------------------------------------------


async def test_an_answer_that_could_not_be_sent_comes_after_a_restart(street, thu):
    async with street.open():
        lan = await street.phone("Lan")
        await lan.say("/thu không")
        await see(lan, "Đã ghi không")
        with street.cut_off():
            await lan.say("/thu một")
            await asyncio.sleep(0.2)
    async with street.open():
        lan = await street.phone("Lan")
        await see(lan, "Đã ghi một")
        await asyncio.sleep(0.1)
        assert Counter(await lan.texts())["Đã ghi một"] == 1


async def test_a_form_goes_on_after_a_restart(street):
    async with street.open():
        lan = await street.phone("Lan")
        await lan.say("/dangky")
        await see(lan, FIRST)
    async with street.open():
        lan = await street.phone("Lan")
        await lan.tap("Phát sinh ngoài đăng ký")
        await see(lan, SECOND)


# -- words ------------------------------------------------------------------------------------


async def test_ten_thousand_letters_are_kept_whole(lan, database):
    await lan.say(POST)
    await see(lan, "đã giữ bài viết")
    await lan.say("menu")
    await see(lan, "Chị cần Trợ lý giúp việc gì")
    with database.reading() as session:
        held = session.scalars(select(Account.held)).one()
    # Telegram's apps cut it, perhaps inside of a word.
    assert "".join(held["text"].split()) == "".join(POST.split())


async def test_a_long_answer_arrives_whole(lan):
    with registered(COMMANDS, "dai", Command("dai", "Dài", lambda talk, _: Reply(LONG))):
        await lan.say("/dai")
        await see(lan, "câu1499")
    assert LONG.split() == " ".join(await lan.texts()).split()


async def test_an_unknown_command_is_told_so_with_the_menu(lan):
    await lan.say("/khongco 2022")
    assert "chưa có lệnh “/khongco”" in await see(lan, "chưa có lệnh")
    await lan.tap("Đăng ký mô hình")
    await see(lan, FIRST)


@pytest.mark.parametrize("said", ["đăng ký", "/dangky"])
async def test_letters_taken_apart_and_invisible_ones_are_read_like_any(lan, database, said):
    await lan.say(strange(said))
    await see(lan, FIRST)
    await lan.say(strange("phát sinh ngoài đăng ký"))
    await see(lan, SECOND)
    await lan.say(strange("Đường hoa"))
    await see(lan, "lĩnh vực")
    with database.reading() as session:
        assert "Đường hoa" in str(session.scalars(select(Draft.body)).one())


# -- pictures -------------------------------------------------------------------------------


async def test_a_picture_is_kept_once_however_often_it_is_sent(lan, database):
    for _ in range(2):
        await lan.photo(picture(1))
        await see(lan, "đã giữ 1 ảnh")
    await lan.photo(picture(2))
    await see(lan, "đã giữ 2 ảnh")
    assert count(database, Photo.hash) == 2


@pytest.mark.parametrize(
    ("data", "size", "told"),
    [
        pytest.param(b"GIF89a" + bytes(100), 0, "không phải là ảnh", id="no picture"),
        pytest.param(b"%PDF-1.7" + bytes(100), 0, "không phải là ảnh", id="a PDF called a picture"),
        pytest.param(picture(1)[:300], 0, "không mở được", id="cut off"),
        pytest.param(picture(1), 21_000_000, "Ảnh này lớn", id="too large"),
    ],
)
async def test_what_is_no_good_picture_is_told_and_the_form_goes_on(lan, data, size, told):
    await lan.say("/dangky")
    await see(lan, FIRST)
    await lan.photo(data, size)
    await see(lan, told)
    await lan.say("3")
    await see(lan, SECOND)


# -- lists ------------------------------------------------------------------------------------

ROWS = "Đơn vị;Năm;Số mô hình\nXã của Minh;2026;12\nXã Mới;2026;3\n".encode()


@pytest.fixture
async def minh(running, database):
    """The focal person of a commune."""
    phone = await running.phone("Minh")
    with database.writing() as session:
        one = session.scalars(select(Member).where(Member.name == "Minh")).one()
        make_role(session, one, "focal", session.get_one(Unit, one.unit_id))
    return phone


async def test_a_list_is_shown_first_and_imported_at_a_tap(minh, database):
    await minh.file("chi-tieu.csv", ROWS)
    await see(minh, "đang đọc tệp “chi-tieu.csv”")
    assert "chưa có đơn vị “Xã Mới”" in await see(minh, "– 1 dòng mới")
    assert count(database, Target.id) == 0
    await minh.tap("Nhập 1 dòng", times=2)
    await see(minh, "– 1 dòng đã có")
    assert count(database, Target.id) == 1


async def test_refused_rows_come_back_as_a_file(minh):
    await minh.file("chi-tieu.csv", ROWS)
    await see(minh, "– 1 dòng mới")
    await minh.tap("Tải dòng chưa nhận")
    await see(minh, "cột cuối ghi lý do")


@pytest.mark.parametrize(
    ("data", "size", "told"),
    [
        pytest.param(b"%PDF-1.7", 0, "không phải bảng Excel hay CSV", id="a PDF called a list"),
        pytest.param(b"PK\x03\x04", 0, "không mở được tệp Excel", id="cut off"),
        pytest.param(b"a;b\n" * 50_000, 0, "dài quá 3.000 dòng", id="too long"),
        pytest.param(b"a;b", 11_000_000, "Tệp này lớn quá 10 MB", id="too large"),
    ],
)
async def test_what_is_no_good_list_is_told(minh, database, data, size, told):
    await minh.file("a.xlsx", data, size)
    await see(minh, told)
    assert count(database, Target.id) == 0


async def test_a_list_of_who_may_not_import_is_told_so(lan):
    await lan.file("chi-tieu.csv", ROWS)
    await see(lan, "dành cho đầu mối, người thẩm định, quản trị")
