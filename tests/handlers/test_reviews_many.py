"""Many models at once: all but those whose numbers are typed are well."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.handlers.reviews_many import understood
from storage.tables.reminders import Response
from tests.handlers.chatting import LATER
from tests.handlers.living import make_village
from tests.handlers.remembering import bundled, due_on, labels, make_schedules, review_of


@pytest.fixture
def village(session, root, chat):
    make_schedules(session, root.id)
    return make_village(session, root, chat)


@pytest.fixture
def lan(village):
    return village.talk(village.lan)


def make_reviews(village, number):
    return [review_of(village, f"Mô hình {chr(64 + n)}") for n in range(1, number + 1)]


@pytest.fixture
def four(village, lan):
    rows = make_reviews(village, 4)
    bundled(lan, *rows)
    return rows


def answers(session):
    rows = session.scalars(select(Response).order_by(Response.subject_id, Response.id))
    return [r.answer for r in rows]


def test_the_list_has_numbers_and_leaves_them_to_what_is_typed(village, lan):
    reply = bundled(lan, *make_reviews(village, 3))
    assert "Rà soát quý IV năm 2022: bà có 3 mô hình." in reply.text
    assert "\n3. DVK-2022-" in reply.text
    assert "nhắn: tất cả ổn định" in reply.text
    assert (reply.options, labels(reply)) == ((), ["Tất cả ổn định", "Để sau"])


@pytest.mark.parametrize(
    "text", ["tat ca on dinh", "Tất cả ổn định ạ", "dạ ổn định", "không có", "không"]
)
def test_in_words_all_are_well(session, lan, four, text):
    assert "4 mô hình ổn định" in lan.say(text)
    assert answers(session) == ["good"] * 4


def test_by_the_button_too_and_one_figure_is_asked(session, lan, four):
    day = f"{four[0].due_on:%Y%m%d}"
    assert "bao nhiêu hộ" in lan.tap(f"rsn:tat:0:{day}")
    assert "đã ghi 30 hộ" in lan.say("30 hộ")


def test_those_with_numbers_are_opened_one_after_another(session, lan, four):
    said = lan.say("2, 4")
    assert "2 mô hình ổn định" in said
    assert "2 mô hình có thay đổi" in said
    assert answers(session) == ["good", "changed", "good", "changed"]
    next_one = lan.say("Thêm 5 hộ tham gia", "gửi")
    assert "Còn 1 mô hình bà báo có thay đổi" in next_one
    assert "có gì mới" in next_one
    assert "Còn" not in lan.say("Thêm 7 hộ tham gia", "gửi")


def test_a_number_out_of_range_is_explained_and_nothing_kept(session, lan, four):
    assert "không có số 9" in lan.say("3, 9")
    assert not answers(session)
    assert "3 mô hình ổn định" in lan.say("3")


def test_a_number_stays_that_of_its_model(session, lan, four):
    lan.tap(f"rs:tot:{four[0].id}")
    lan.say("bỏ qua")
    reply = lan.hear(button=f"nh:nhom:{four[1].id}")[0]
    assert "\n2. DVK" in reply.text
    assert "\n1. DVK" not in reply.text
    assert "không có số 1" in lan.say("1")


def test_more_than_a_page_is_covered_whole(session, village, lan):
    reply = bundled(lan, *make_reviews(village, 22))
    assert "bà có 22 mô hình" in reply.text
    assert "21. " not in reply.text
    assert "Xem tiếp" in labels(reply)
    assert "\n22. DVK" in lan.say("xem tiếp")
    assert "22 mô hình ổn định" in lan.say("tất cả ổn định")


def test_answered_twice_it_is_only_thanked(session, lan, four):
    button = f"rsn:tat:0:{four[0].due_on:%Y%m%d}"
    lan.tap(button)
    lan.say("bỏ qua")
    assert "đã trả lời cả rồi" in lan.tap(button)
    assert len(answers(session)) == 4


def test_all_of_them_can_be_put_off_together(session, village, lan):
    due_on(session, "initiative_review", LATER.date() + timedelta(1))
    four = make_reviews(village, 4)
    bundled(lan, *four)
    assert "Để sau đến khi nào" in lan.say("để sau")
    lan.say("ngày mai")
    assert {(r.state, r.snoozes) for r in four} == {("waiting", 1)}


def test_somebody_elses_list_is_empty_for_me(session, village, chat, four):
    focal = village.talk(village.focal)
    assert "đã trả lời cả rồi" in focal.tap(f"rsn:tat:0:{four[0].due_on:%Y%m%d}")
    assert not answers(session)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("3, 7", (3, 7)),
        ("3 va 7", (3, 7)),
        ("số 3 và số 7 ạ", (3, 7)),
        ("mô hình 3,7 có thay đổi", (3, 7)),
        ("3 7 3", (3, 7)),
        ("ổn định", ()),
        ("chưa rõ", None),
        ("DVK-2022-0003", None),
    ],
)
def test_what_is_typed(text, numbers):
    assert understood(text) == numbers
