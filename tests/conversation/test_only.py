"""A form that is opened again for some of its answers: nothing else in it ever changes."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.conversation.form import Answer, Draft, State
from bot.conversation.messages import Place, Said
from bot.conversation.walk import kept_answers
from tests.conversation.chat import Chat
from tests.conversation.sample import FORM, fresh

SENT: dict[str, Answer] = {
    "nam": {"v": "mới", "t": "Mới"},
    "ten": {"v": "Vườn đẹp", "t": "Vườn đẹp"},
    "nganh": {"v": 1, "t": "Kinh tế"},
    "chu": {"v": "Ông Hà", "t": "Ông Hà"},
    "anh": {"v": ["a"], "t": "1 ảnh"},
}
FOLLOW = {"nam": {"nam_khac", "loai", "cu", "nganh"}, "ten": {"trung"}}
"""What may have to change with an answer."""


def reopened(**only: str) -> Chat:
    return replace(fresh(), answers=SENT, only=only)


def kept(chat: Chat) -> dict[str, Answer]:
    return kept_answers(chat.form, chat.draft)


def test_only_what_is_marked_is_asked_with_why_and_what_was_answered() -> None:
    chat = reopened(chu="ghi cả họ")
    assert chat.reply.text == "Cần bổ sung: “ghi cả họ”\nchu?\nĐang ghi: Ông Hà"
    preview = "1. Chủ thể: Ông Hồ Văn Hà\nCác mục khác giữ nguyên như đã gửi."
    assert preview in chat.say("Ông Hồ Văn Hà")
    chat.say("gửi")
    assert chat.draft.state is State.SENT
    assert kept(chat) == SENT | {"chu": {"v": "Ông Hồ Văn Hà", "t": "Ông Hồ Văn Hà"}}


def test_an_answer_is_kept_by_one_tap() -> None:
    chat = reopened(ten="xem lại", chu="ghi cả họ")
    chat.tap("Giữ nguyên")
    assert chat.draft.at == "chu"
    chat.tap("Giữ nguyên")
    chat.tap("Gửi")
    assert kept(chat) == SENT


def test_marked_ones_come_in_the_order_of_the_form_and_one_can_go_back() -> None:
    chat = reopened(chu="ghi cả họ", ten="xem lại")
    assert chat.say("Vườn rất đẹp").startswith("Bước 2/2")
    assert chat.say("quay lại").startswith("Bước 1/2")
    assert "Đang ghi: Vườn rất đẹp" in chat.reply.text


def test_the_first_question_has_nothing_before_it() -> None:
    assert "Quay lại" not in reopened(chu="").words


def test_what_was_not_answered_can_be_asked_for_and_passed_over() -> None:
    chat = reopened(ket_qua="có con số")
    assert "“có con số”" in chat.reply.text
    assert chat.tap("Bỏ qua").startswith("XEM LẠI")
    assert "sửa" not in chat.reply.text
    chat.say("gửi")
    assert kept(chat) == SENT


def test_pictures_for_another_question_are_not_kept() -> None:
    chat = reopened(chu="ghi cả họ")
    assert "chỉ ghi lại những câu được hỏi" in chat.hear(Said(photos=("b",)))
    assert kept(chat) == SENT


def test_pictures_are_when_they_are_asked_for() -> None:
    chat = reopened(ten="xem lại", anh="rõ hơn")
    chat.hear(Said(photos=("b",)))
    assert chat.value("anh") == ["a", "b"]


def test_what_a_changed_answer_makes_necessary_is_asked_too() -> None:
    chat = reopened(nam="năm nào", chu="ghi cả họ")
    assert "nam_khac?" in chat.say("năm khác")
    assert "loai?" in chat.say("2024")
    assert "nganh?" in chat.say("mới")  # the sectors of that year are others
    assert "chu?" in chat.say("du lịch")
    chat.say("quay lại")
    assert chat.draft.at == "nganh"


def test_others_can_be_neither_edited_nor_added_at_the_preview() -> None:
    chat = reopened(chu="ghi cả họ")
    chat.say("Ông Hồ Văn Hà")
    assert chat.words == ["Gửi", "Sửa", "Để sau", "Hủy"]
    for said in ("sửa tên", "sửa 2", "thêm", "thêm kết quả"):
        chat.say(said)
        assert chat.draft.at == "xem"


def test_it_goes_on_where_it_was_left() -> None:
    chat = reopened(ten="xem lại", chu="ghi cả họ")
    chat.say("Vườn rất đẹp", "để sau")
    again = Draft.from_json(replace(chat.draft, state=State.OPEN).to_json())
    assert (again.at, again.only) == ("chu", {"ten": "xem lại", "chu": "ghi cả họ"})


def test_after_a_redeploy_that_takes_the_question_away_the_next_one_is_asked() -> None:
    chat = reopened(ten="xem lại", chu="ghi cả họ")
    chat.redeploy(*(s for s in FORM.steps if s.key != "ten"))
    assert chat.draft.at == "chu"


WORDS = st.sampled_from(
    [
        *("gửi", "quay lại", "bỏ qua", "giữ nguyên", "xem lại", "sửa", "sửa 1", "sửa 2", "sửa tên"),
        *("thêm", "thêm kết quả", "thêm ảnh", "xong", "xóa", "hủy", "không", "có", "1", "2", "3"),
        *("Đường hoa", "Năm khác", "tiếp tục", "2024", "Kinh tế", "du lịch", "Vườn sạch, nhà sạch"),
    ]
)
MARKS = st.sets(st.sampled_from(["nam", "ten", "nganh", "chu", "ket_qua", "anh", "vi_tri"]))


def _one(chat: Chat, data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(["text", "tap", "photo", "place"]))
    if kind == "tap" and chat.buttons:
        chat.press(data.draw(st.sampled_from(chat.buttons)).data)
    elif kind == "photo":
        chat.hear(Said(photos=("c",)))
    elif kind == "place":
        chat.hear(Said(place=Place(18.3, 105.9)))
    else:
        chat.say(data.draw(WORDS))


@settings(max_examples=150, deadline=None)
@given(MARKS.filter(bool), st.data())
def test_whatever_is_said_what_is_not_marked_never_changes(
    marks: set[str], data: st.DataObject
) -> None:
    chat = reopened(**dict.fromkeys(marks, "xem lại"))
    free = marks.union(*(FOLLOW.get(key, set()) for key in marks))
    for _ in range(15):
        _one(chat, data)
        rest = {key: answer for key, answer in kept(chat).items() if key not in free}
        assert rest == {key: answer for key, answer in SENT.items() if key not in free}
        if chat.draft.state is not State.OPEN:
            break
