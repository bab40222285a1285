"""The preview: send, edit, add; cancel and put aside."""

import pytest

from bot.conversation.form import PREVIEW, Form, State
from bot.conversation.messages import Said
from tests.conversation.chat import Chat, step
from tests.conversation.sample import CHU, TEN

# -- the preview -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "edit", ["sửa 2", "sua 2", "s2", "sửa câu 2 nhé", "sửa tên", "sua lai ten"]
)
def test_one_answer_is_edited_from_the_preview(preview: Chat, edit: str) -> None:
    assert preview.say(edit).startswith("Sửa: Tên")
    preview.say("Vườn đẹp")
    assert (preview.value("ten"), preview.draft.at) == ("Vườn đẹp", PREVIEW)


@pytest.mark.parametrize("back", ["quay lại", "giữ nguyên", "xem lại", "gửi", "xong"])
def test_an_edit_that_is_not_wanted_leads_back_to_the_preview(preview: Chat, back: str) -> None:
    preview.say("sửa 2", back)
    assert (preview.value("ten"), preview.draft.at) == ("Nhà sạch", PREVIEW)


@pytest.mark.parametrize("edit", ["sửa 9", "sửa 0", "sửa 99"])
def test_a_line_there_is_not_is_explained(preview: Chat, edit: str) -> None:
    assert "Phiếu có 4 dòng" in preview.say(edit)


def test_edit_alone_asks_which_line_numbered_as_in_the_preview(preview: Chat) -> None:
    preview.say("sửa")
    assert preview.labels == ["Năm", "Tên", "Ngành", "Chủ thể", "Thôi, để xem lại"]
    preview.say("2")
    assert preview.draft.at == "ten"


def test_a_bare_number_is_asked_about(preview: Chat) -> None:
    assert "muốn gửi hay sửa dòng 1" in preview.say("1")
    assert preview.draft.state is State.OPEN
    preview.say("sửa")
    assert preview.draft.at == "nam"


def test_a_bare_number_may_mean_send(preview: Chat) -> None:
    preview.say("2", "gửi")
    assert preview.draft.state is State.SENT


@pytest.mark.parametrize("yes", ["ok", "đúng rồi", "xong", "tiếp"])
def test_ok_at_the_preview_is_asked_about_once(preview: Chat, yes: str) -> None:
    assert "gửi phiếu này ạ?" in preview.say(yes)
    preview.say("ok")
    assert preview.draft.state is State.SENT


@pytest.mark.parametrize("no", ["không", "chưa", "2", "quay lại"])
def test_ok_and_then_no_sends_nothing(preview: Chat, no: str) -> None:
    assert "XEM LẠI" in preview.say("ok", no)
    assert preview.draft.state is State.OPEN


@pytest.mark.parametrize("said", ["", "7", "nhà sạch", "x" * 10_000, "sửa", "thêm gì đó", "\u200b"])
def test_nothing_else_at_the_preview_sends_or_changes(preview: Chat, said: str) -> None:
    before = preview.draft.answers
    preview.say(said)
    assert (preview.draft.answers, preview.draft.state) == (before, State.OPEN)


def test_back_from_the_preview_is_the_last_answer(preview: Chat) -> None:
    preview.say("quay lại")
    assert preview.draft.at == "chu"
    preview.say("quay lại")
    assert preview.draft.at == PREVIEW


def test_the_preview_can_be_looked_at_early_and_left_again(chat: Chat) -> None:
    assert "Còn thiếu: tên, ngành, chủ thể." in chat.say("mới", "xem lại")
    assert chat.tap("Ghi tiếp").startswith("Phiếu còn thiếu: Tên")
    assert "Bước 2/4" in chat.reply.text
    assert "Quay lại" in chat.words


def test_editing_early_leads_on_through_the_rest(chat: Chat) -> None:
    chat.say("mới", "Nhà sạch", "xem lại", "sửa 1", "mới")
    assert (chat.draft.at, chat.draft.editing) == ("nganh", False)


def test_an_edit_that_makes_new_questions_apply_leads_there(preview: Chat) -> None:
    preview.say("sửa 1", "năm khác")
    assert preview.draft.at == "nam_khac"
    preview.say("2022", "mới", "1")
    assert preview.draft.at == PREVIEW


def test_a_form_has_its_own_word_for_sending() -> None:
    chat = Chat(Form("hs", "Sửa tên", (CHU,), "lưu"))
    chat.say("Hồ Văn Hà")
    assert chat.words[0] == "Lưu"
    chat.say("lưu")
    assert chat.draft.state is State.SENT


def test_a_required_later_answer_is_asked_for_before_sending() -> None:
    chat = Chat(Form("f", "F", (TEN, step("sau", later=True))))
    assert "Phiếu còn thiếu: Sau" in chat.say("Nhà sạch", "gửi")
    chat.say("vườn đẹp", "gửi")
    assert chat.draft.state is State.SENT


# -- adding ----------------------------------------------------------------------------------


def test_what_can_be_added_is_offered_by_name(preview: Chat) -> None:
    assert "ghi thêm (kết quả; ảnh; vị trí)" in preview.reply.text
    preview.say("thêm ảnh")
    preview.hear(Said(photos=("a",)))
    preview.say("xong")
    assert "5. Ảnh: 1 ảnh" in preview.reply.text


def test_add_alone_asks_what(preview: Chat) -> None:
    preview.say("thêm")
    assert preview.labels[:3] == ["Kết quả", "Ảnh", "Vị trí"]
    preview.say("kết quả", "mỗi hộ tăng 20 triệu")
    assert (preview.value("ket_qua"), preview.draft.at) == ("mỗi hộ tăng 20 triệu", PREVIEW)


def test_all_can_be_added_one_after_another(preview: Chat) -> None:
    preview.say("thêm")
    assert "Thêm 1/3" in preview.say("lần lượt")
    preview.say("mỗi hộ tăng 20 triệu", "bỏ qua")
    assert preview.draft.at == "vi_tri"
    preview.say("quay lại", "quay lại", "quay lại")
    assert preview.draft.at == PREVIEW


def test_what_was_passed_over_is_asked_again_another_time(preview: Chat) -> None:
    preview.say("thêm", "lần lượt", "bỏ qua", "bỏ qua", "bỏ qua")
    assert preview.draft.at == PREVIEW
    preview.say("thêm", "lần lượt")
    assert preview.draft.at == "ket_qua"


def test_adding_can_be_ended_at_any_time(preview: Chat) -> None:
    preview.say("thêm", "lần lượt", "xong")
    assert preview.draft.at == PREVIEW


def test_more_photos_can_be_added_to_those_there_are(preview: Chat) -> None:
    preview.say("thêm ảnh")
    preview.hear(Said(photos=("a",)))
    preview.say("xong", "thêm ảnh")
    preview.hear(Said(photos=("b",)))
    assert preview.value("anh") == ["a", "b"]


def test_an_answer_that_is_not_required_can_be_taken_out_again(preview: Chat) -> None:
    preview.say("thêm kết quả", "mỗi hộ tăng 20 triệu", "sửa kết quả", "xóa")
    assert (preview.value("ket_qua"), preview.draft.at) == (None, PREVIEW)


def test_wrong_photos_can_be_taken_out_and_others_sent(preview: Chat) -> None:
    preview.say("thêm ảnh")
    preview.hear(Said(photos=("a",)))
    preview.tap("Xóa")
    preview.hear(Said(photos=("b",)))
    assert preview.value("anh") == ["b"]


def test_a_required_answer_cannot_be_taken_out(preview: Chat) -> None:
    preview.say("sửa tên")
    assert "Xóa" not in preview.words


# -- cancel and leave ------------------------------------------------------------------------


def test_cancel_is_confirmed_when_something_would_be_lost(chat: Chat) -> None:
    assert "muốn hủy phiếu này" in chat.say("mới", "hủy")
    chat.say("hủy")
    assert chat.draft.state is State.CANCELLED


@pytest.mark.parametrize("no", ["không", "ko", "làm tiếp", "2", "quay lại"])
def test_cancel_can_be_taken_back(chat: Chat, no: str) -> None:
    chat.say("mới", "hủy", no)
    assert (chat.draft.state, chat.draft.at, chat.draft.asking) == (State.OPEN, "ten", None)


def test_instead_of_cancelling_one_can_put_it_aside(chat: Chat) -> None:
    chat.say("mới", "xóa phiếu", "để sau")
    assert chat.draft.state is State.LEFT


def test_an_empty_form_is_cancelled_at_once(chat: Chat) -> None:
    chat.say("hủy")
    assert chat.draft.state is State.CANCELLED


def test_an_answer_instead_of_yes_or_no_goes_on_with_the_form(chat: Chat) -> None:
    chat.say("mới", "hủy", "Vườn đẹp")
    assert (chat.value("ten"), chat.draft.at) == ("Vườn đẹp", "nganh")


@pytest.mark.parametrize("save", ["để sau", "luu nhap", "cất lại", "lưu"])
def test_a_form_is_put_aside_with_all_that_is_in_it(chat: Chat, save: str) -> None:
    chat.say("mới", save)
    assert (chat.draft.state, chat.value("nam"), chat.draft.at) == (State.LEFT, "mới", "ten")
