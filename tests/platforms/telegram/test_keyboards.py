"""Choices as buttons that a phone can show."""

import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.messages import Option, Reply
from bot.platforms.telegram.keyboards import inline, numbered


def rows(reply: Reply) -> list[list[str]]:
    markup = inline(reply)
    return [[b["text"] for b in row] for row in markup["inline_keyboard"]] if markup else []


def options(*labels: str) -> tuple[Option, ...]:
    return tuple(Option(label, f"x:{n}") for n, label in enumerate(labels))


def test_short_labels_stand_beside_each_other() -> None:
    assert rows(Reply("", options("Có", "Không", "Chưa rõ"))) == [["Có", "Không", "Chưa rõ"]]


def test_longer_ones_below_each_other() -> None:
    labels = ["Đăng ký mới năm 2026", "Tiếp tục từ năm trước", "Phát sinh ngoài đăng ký"]
    assert rows(Reply("", options(*labels))) == [[label] for label in labels]


def test_labels_no_phone_shows_whole_are_a_list_in_the_text() -> None:
    long = "Xem DVK-2026-0005 – Hũ gạo tiết kiệm (Nguyễn Thị Lan)"
    reply = Reply("Phiếu nào ạ?", options(long, "Xem thêm", long))
    assert numbered(reply) == f"Phiếu nào ạ?\n1. {long}\n2. Xem thêm\n3. {long}"
    assert rows(reply) == [["1", "2. Xem thêm", "3"]]


def test_actions_come_last() -> None:
    reply = Reply("", options("Kinh tế"), actions=options("Quay lại", "Để sau", "Hủy"))
    assert rows(reply) == [["Kinh tế"], ["Quay lại", "Để sau", "Hủy"]]


def test_style_and_code() -> None:
    reply = Reply(
        "", (Option("Gửi", "a", "primary"), Option("X", "b", "odd")), code="DVK-2026-0042"
    )
    markup = inline(reply)
    assert markup
    [[send, odd], [copy]] = markup["inline_keyboard"]
    assert (send["style"], "style" in odd) == ("primary", False)
    assert copy["copy_text"] == {"text": "DVK-2026-0042"}


@pytest.mark.parametrize("option", [Option("Có", "ữ" * 22), Option("Có", ""), Option(" ", "x")])
def test_what_cannot_be_a_button_can_still_be_typed(
    option: Option, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        assert inline(Reply("", (option,))) is None
    assert "only be typed" in caplog.text


@given(st.lists(st.text("abc ữ🌾", min_size=1, max_size=80).filter(str.strip), max_size=120))
def test_telegram_s_own_limits(labels: list[str]) -> None:
    found = rows(Reply("", options(*labels), actions=options("Hủy")))
    assert sum(map(len, found)) <= 100
    assert all(len(row) <= 8 for row in found)
