"""A checklist: all as usual in one word or tap, the exceptions with a mark each."""

from bot.conversation.form import Choice, Form, Kind
from tests.conversation.chat import Chat, asked, options, step

MARKS = (
    Choice("dat", "Đạt"),
    Choice("mot_phan", "Đạt một phần", ("một phần",)),
    Choice("chua_dat", "Chưa đạt"),
)
ITEMS = options("Đúng tên", "Có kế hoạch", "Hồ sơ đủ")


def fresh() -> Chat:
    return asked(Kind.CHECKLIST, options=ITEMS, marks=MARKS)


def test_all_of_it_in_one_tap_or_word():
    one, other = fresh(), fresh()
    assert one.words[0] == "Đạt hết"
    one.tap("Đạt hết")
    other.say("dat het")
    assert one.value("cau") == other.value("cau") == {"*": "dat"}
    assert one.draft.at == other.draft.at == "sau"


def test_the_exceptions_are_asked_one_by_one():
    chat = fresh()
    assert "1. Đúng tên: thế nào ạ?" in chat.say("trừ 1, 3")
    assert chat.labels == ["Đạt một phần", "Chưa đạt", "Đạt"]
    assert "3. Hồ sơ đủ: thế nào ạ?" in chat.say("một phần")
    chat.tap("Chưa đạt")
    assert chat.value("cau") == {"*": "dat", "1": "mot_phan", "3": "chua_dat"}
    assert chat.draft.at == "sau"


def test_the_marks_may_be_said_at_once():
    chat = fresh()
    chat.say("1 một phần, 3 chưa đạt")
    answer = chat.draft.answers["cau"]
    assert answer["t"] == "Đạt hết, trừ 1. Đúng tên: đạt một phần; 3. Hồ sơ đủ: chưa đạt"
    assert chat.draft.at == "sau"


def test_tapping_items_one_after_the_other():
    chat = fresh()
    chat.tap("Có kế hoạch")
    assert "xong" not in [word.lower() for word in chat.words]
    chat.tap("Chưa đạt")
    assert chat.labels == ["Đúng tên", "Có kế hoạch – chưa đạt", "Hồ sơ đủ"]
    chat.tap("Còn lại đạt")
    assert chat.value("cau") == {"2": "chua_dat", "*": "dat"}


def test_a_number_typed_is_a_tap():
    chat = fresh()
    chat.say("2", "chưa đạt")
    assert chat.labels[1] == "Có kế hoạch – chưa đạt"
    chat.say("con lai dat")
    assert chat.draft.at == "sau"


def test_a_mark_may_be_taken_back():
    chat = fresh()
    chat.say("2", "chưa đạt", "2", "đạt")
    assert chat.value("cau") is None
    assert chat.words[0] == "Đạt hết"


def test_an_item_without_its_mark_is_not_sent():
    form = Form("mot", "Một câu", (step("cau", Kind.CHECKLIST, options=ITEMS, marks=MARKS),))
    chat = Chat(form)
    chat.say("trừ 1, 3", "xem lại")
    assert "Còn thiếu: cau." in chat.reply.text
    chat.say("gửi")
    assert chat.labels == ["Đạt một phần", "Chưa đạt", "Đạt"]
    chat.say("xong")
    assert chat.draft.at == "cau"


def test_what_is_not_understood_says_how():
    chat = fresh()
    assert "“đạt hết”" in chat.say("tạm được")
    assert chat.say("trừ 9").startswith("Trợ lý chưa rõ")
    assert chat.value("cau") is None


def test_from_the_preview_one_mark_changes():
    form = Form("mot", "Một câu", (step("cau", Kind.CHECKLIST, options=ITEMS, marks=MARKS),))
    chat = Chat(form)
    chat.say("đạt hết", "sửa 1", "3", "chưa đạt")
    assert chat.value("cau") == {"*": "dat", "3": "chua_dat"}
    assert chat.reply.text.startswith("XEM LẠI")


def test_a_date_or_size_may_be_offered():
    chat = asked(Kind.DATE, options=(Choice("2026-11-24", "Hôm nay, 24/11/2026", ("hôm nay",)),))
    chat.say("1")
    assert chat.value("cau") == "2026-11-24"
    other = asked(Kind.DATE, options=(Choice("2026-12-09", "15 ngày nữa, 9/12/2026"),))
    other.say("15/12/2026")
    assert other.value("cau") == "2026-12-15"
