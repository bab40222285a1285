"""Walking through a form: forward, back, skip, and answers that depend on others."""

import pytest

from bot.conversation.form import PREVIEW, Choice, Form, Found, Kind, State
from bot.conversation.walk import kept_answers
from tests.conversation.chat import Chat, options, step
from tests.conversation.sample import FORM

# -- forward, back, skip ---------------------------------------------------------------------


def test_the_required_answers_lead_to_the_preview(preview: Chat) -> None:
    preview.say("gửi")
    assert preview.draft.state is State.SENT
    assert set(kept_answers(FORM, preview.draft)) == {"nam", "ten", "nganh", "chu"}


def test_a_straight_form_is_sent_by_its_last_answer() -> None:
    chat = Chat(Form("x", "Sửa tên", (step("ten", least=2),), straight=True))
    chat.say("a")
    assert (chat.draft.state, chat.draft.at) == (State.OPEN, "ten")
    chat.say("Nguyễn Thị Lan")
    assert (chat.draft.state, chat.draft.at) == (State.SENT, PREVIEW)


def test_every_turn_makes_a_new_revision(chat: Chat) -> None:
    chat.say("mới", "sai", "?!")
    assert chat.draft.revision == 3


@pytest.mark.parametrize("keep", ["giữ nguyên", "giu nguyen", "bỏ qua", "đúng", "ok", "tiếp"])
def test_going_back_shows_the_answer_and_it_may_be_kept(chat: Chat, keep: str) -> None:
    chat.say("mới", "Nhà sạch")
    assert "Đang ghi: Nhà sạch" in chat.say("quay lại")
    chat.say(keep)
    assert (chat.value("ten"), chat.draft.at) == ("Nhà sạch", "nganh")


def test_after_going_back_several_times_one_goes_on_where_one_was(chat: Chat) -> None:
    chat.say("mới", "Nhà sạch", "kinh tế", "lùi", "lùi", "lui")
    assert chat.draft.at == "nam"
    chat.say("mới")
    assert chat.draft.at == "chu"


def test_the_first_question_has_nothing_before_it(chat: Chat) -> None:
    assert "Quay lại" not in chat.words
    assert "câu đầu tiên" in chat.say("quay lại")


def test_a_required_question_cannot_be_skipped(chat: Chat) -> None:
    assert "Câu này cần có" in chat.say("bỏ qua")
    assert (chat.draft.at, chat.draft.misses) == ("nam", 0)


@pytest.mark.parametrize("no", ["bỏ qua", "bo qua", "không", "ko", "chưa có"])
def test_what_is_not_required_can_be_skipped(preview: Chat, no: str) -> None:
    preview.say("thêm kết quả", no)
    assert (preview.value("ket_qua"), preview.draft.at) == (None, PREVIEW)


def test_a_question_that_turns_out_to_apply_is_asked(chat: Chat) -> None:
    chat.say("năm khác")
    assert chat.draft.at == "nam_khac"
    chat.say("2022", "mới")
    assert chat.draft.at == "ten"


# -- silent questions ------------------------------------------------------------------------


def test_a_silent_question_is_asked_only_when_there_is_something_to_choose(chat: Chat) -> None:
    chat.say("mới", "Đường hoa", "kinh tế")
    assert chat.draft.at == "trung"
    assert "Bước" not in chat.reply.text


def test_one_can_go_back_from_a_silent_question_and_to_it(chat: Chat) -> None:
    chat.say("mới", "Đường hoa", "kinh tế", "quay lại")
    assert chat.draft.at == "nganh"
    chat.say("giữ nguyên", "1", "quay lại")
    assert chat.draft.at == "trung"


def test_a_silent_question_is_asked_again_when_what_it_depends_on_has_changed(
    preview: Chat,
) -> None:
    preview.say("sửa tên", "Đường hoa")
    assert preview.draft.at == "trung"
    preview.say("2")
    assert preview.draft.at == PREVIEW


def test_an_answer_without_a_label_is_no_line_of_the_preview(chat: Chat) -> None:
    chat.say("mới", "Đường hoa", "kinh tế", "2")
    assert "Mô hình khác" not in chat.say("Hồ Văn Hà")
    assert kept_answers(FORM, chat.draft)["trung"]["v"] == 2


# -- answers that come along, and answers that depend on others ------------------------------


def test_a_continued_model_brings_its_answers_along(chat: Chat) -> None:
    chat.say("tiếp tục", "1")
    assert (chat.value("ten"), chat.value("chu"), chat.draft.at) == ("Nhà sạch", "Ông 1", "nganh")
    chat.say("1", "gửi")
    assert kept_answers(FORM, chat.draft)["ten"] == {"v": "Nhà sạch", "t": "Nhà sạch"}


def test_another_continued_model_brings_its_own_and_leaves_what_the_member_said(chat: Chat) -> None:
    chat.say("tiếp tục", "1", "1", "sửa chủ thể", "Hồ Văn Hà", "sửa mô hình cũ", "2")
    assert (chat.value("ten"), chat.value("chu")) == ("Vườn đẹp", "Hồ Văn Hà")


def test_no_continued_model_may_be_chosen_at_all(chat: Chat) -> None:
    chat.say("tiếp tục", "không")
    assert chat.draft.at == "ten"


def test_an_answer_that_stopped_applying_decides_nothing_and_is_not_sent(chat: Chat) -> None:
    chat.say("năm khác", "2022", "tiếp tục", "không", "Nhà sạch", "1", "Hồ Văn Hà")
    chat.say("sửa 1", "mới")
    assert chat.value("loai") == "tiếp tục"
    assert not {"loai", "nam_khac", "cu"} & set(kept_answers(FORM, chat.draft))


def test_a_choice_whose_list_changed_is_made_again(preview: Chat) -> None:
    assert "xin bà chọn lại" in preview.say("sửa năm", "năm khác", "2022", "mới")
    assert (preview.draft.at, preview.labels) == ("nganh", ["Du lịch"])


def test_a_choice_that_is_in_the_new_list_as_well_is_not_asked_again(preview: Chat) -> None:
    preview.say("sửa năm", "tiếp tục", "không")
    assert (preview.value("nganh"), preview.draft.at) == (1, PREVIEW)


def test_a_form_that_lacks_an_answer_to_a_changed_list_is_not_sent(preview: Chat) -> None:
    preview.say("sửa năm", "năm khác", "xem lại")
    assert "Còn thiếu: của năm, loại, ngành" in preview.reply.text
    preview.say("gửi")
    assert preview.draft.at == "nam_khac"


def test_collected_answers_to_a_changed_list_are_said_to_be_open_again() -> None:
    xa = step("xa", Kind.CHOICE, options=options("Thạch Hà", "Thạch Hải"))
    thon = step("thon", Kind.UNIT, offer="hamlets", about=("xa",), several=True, required=False,
                later=True)  # fmt: skip
    finds = {"hamlets": lambda a: Found((Choice(f"{a.about[0]} 1", "Thôn 1"),))}
    chat = Chat(Form("f", "F", (xa, thon)), finds)
    chat.say("thạch hà", "thêm thon", "1", "xong")
    assert "xin bà ghi lại: thon" in chat.say("sửa xa", "thạch hải")
    assert "thon" not in kept_answers(chat.form, chat.draft)
    chat.say("thêm thon")
    assert chat.value("thon") is None


# -- wrong answers ---------------------------------------------------------------------------


def test_the_third_wrong_answer_in_a_row_gets_an_example_and_a_way_out(chat: Chat) -> None:
    chat.say("mới")
    assert "để sau" not in chat.say("a", "b")
    third = chat.say("c")
    assert third.count("Ví dụ: Nhà sạch") == 1
    assert "Nếu khó, bà nhắn “để sau” để cất lại" in third


def test_wrong_answers_are_counted_for_each_question(chat: Chat) -> None:
    chat.say("a", "b", "mới", "a", "b")
    assert chat.draft.misses == 2


def test_the_way_out_of_what_is_not_required_is_to_skip(preview: Chat) -> None:
    preview.say("thêm kết quả", "a", "b")
    assert "“bỏ qua” để sang câu sau" in preview.say("c")
