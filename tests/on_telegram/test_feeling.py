"""From the invitation to the receipt, and how it feels on the way."""

import time

from bot.conversation.messages import Reply
from bot.domain.roles import Role
from bot.handlers.registry import COMMANDS, LATE, Command
from storage.tables.people import Member
from storage.tables.records import Report
from tests.delivery.desks import registered
from tests.doubles.telegram.things import picture
from tests.make import make_role, make_unit
from tests.telegramming import methods, rows

SECOND = "Tên mô hình là gì ạ?"
BEGUN = ("/dangky moi", "Đăng ký mới")
ANSWERS = (
    "Đường hoa ven đê", "2", "tập thể", "Chi hội Phụ nữ", "Xã Thạch Lạc", "Xã Thạch Lạc",
    "Bà con cùng trồng hoa mỗi sáng thứ bảy.",
)  # fmt: skip


# -- from the invitation to the receipt -------------------------------------------------------


async def test_from_the_invitation_to_the_receipt(at, minh):
    await at.says(minh, "/quanly", "mời một người", "hội viên")
    await at.says(minh, "1", "lập")
    [invitation] = [m for m in minh.chat.replies if "Thư mời" in m.text]
    assert invitation.photo
    link = next(word for word in invitation.text.split() if word.startswith("https://t.me/"))
    hoa = at.double.user("Bùi Thị Hoa")
    hoa.follow(link)
    await at.rest()
    assert "Thư mời của Xã Thạch Lạc (hội viên)" in hoa.last.text
    await at.taps(hoa, "Đồng ý")
    await at.taps(hoa, "Cô")
    await at.says(hoa, "Bùi Thị Hoa")
    await at.taps(hoa, "Gửi")
    assert "Từ nay cô là hội viên của Xã Thạch Lạc" in str(hoa.chat)
    await at.taps(hoa, "Đăng ký mô hình")
    await at.taps(hoa, "Đăng ký mới")
    hoa.send_photo(picture(1))
    await at.rest()
    await at.says(hoa, *ANSWERS)
    receipt = await at.taps(hoa, "Gửi")
    [report] = rows(at, Report)
    assert "Trợ lý đã nhận phiếu" in receipt
    hoa.tap("Chép mã")
    assert hoa.clipboard in receipt
    assert len(report.answers["anh"]["v"]) == 1
    assert "Đường hoa ven đê" in minh.last.text


async def test_a_link_that_leads_nowhere_is_told_so(at):
    khach = at.double.user("Nguyễn Văn Khách")
    khach.start("khong-co-thu-moi-nay")
    await at.rest()
    assert "Kính chào" in khach.last.text
    assert rows(at, Member)[-1].name != "Nguyễn Văn Khách"


# -- feeling right ----------------------------------------------------------------------------


async def test_a_tap_is_answered_before_its_message_changes(at, ha):
    await at.says(ha, "/dangky")
    screen, before = ha.last, len(methods(at, ha))
    tap = ha.tap("Phát sinh ngoài đăng ký")
    await at.rest()
    assert methods(at, ha)[before:] == ["answerCallbackQuery", "editMessageText"]
    assert tap.answer is not None
    assert (ha.last, ha.last.edits) == (screen, 1)
    assert SECOND in screen.text


async def test_who_waits_for_more_than_a_second_sees_typing(at, ha):
    def slow(talk):
        time.sleep(1.2)
        return Reply("Đây ạ")

    ask = Command("cham", "Chậm", lambda talk, _: Reply("", late={"kind": "cham"}))
    with registered(COMMANDS, "cham", ask), registered(LATE, "cham", slow):
        assert await at.says(ha, "/cham") == "Đây ạ"
    assert ha.chat.typing == ["typing"]


async def test_the_menu_of_commands_follows_the_role(at, ha, village):
    await at.says(ha, "menu")
    before = dict(ha.commands)
    assert {"dangky", "hosotoi", "huy"} <= before.keys()
    assert before["dangky"] == "Đăng ký mô hình"
    assert not {"thongke", "quanly"} & before.keys()
    with at.database.writing() as session:
        member = session.get_one(Member, village["ha"])
        make_role(session, member, Role.LEADER, make_unit(session, "Xã Thạch Khê"))
    await at.says(ha, "menu")
    assert dict(ha.commands).keys() - before.keys() == {"baocaoky", "quanly", "thongke"}
    calls = len(at.double.ledger.accepted("setMyCommands"))
    await at.says(ha, "menu", "menu")
    assert len(at.double.ledger.accepted("setMyCommands")) == calls


async def test_a_stranger_sees_only_how_to_begin(at):
    khach = at.double.user("Khách")
    khach.start()
    await at.rest()
    assert [name for name, _ in khach.commands] == ["start", "trogiup"]


async def test_signs_of_html_are_shown_as_they_were_written(at, ha):
    await at.says(ha, *BEGUN, "Đường <b>hoa</b> & cây", "2", *ANSWERS[2:])
    assert "2. Tên: Đường <b>hoa</b> & cây" in ha.last.text
    assert ha.last.marked("bold") == []


async def test_the_place_is_sent_by_a_key_that_is_gone_afterwards(at, ha):
    assert "chia sẻ vị trí" in await at.says(ha, *BEGUN, *ANSWERS, "thêm", "vị trí")
    ha.tap_key("Gửi vị trí của tôi")
    await ha.sees("Vị trí: đã chia sẻ vị trí")
    await at.until(lambda: str(ha.keyboard or ""))
