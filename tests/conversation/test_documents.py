"""Which files hold a list, and what they are called."""

import pytest

from bot.conversation.documents import is_list, short


@pytest.mark.parametrize(
    ("name", "kind", "wanted"),
    [
        ("a.xlsx", "", True), ("A.XLS", "", True), ("a.ods", "", True), ("a.b.csv", "", True),
        ("", "text/csv", True), ("a.csv", "text/plain", True),
        ("a.pdf", "application/pdf", False), ("a.docx", "", False), ("", "", False),
        ("a.pdf", "text/csv", False), ("xlsx", "", False),
    ],
)  # fmt: skip
def test_the_name_decides_and_without_an_ending_the_kind(name, kind, wanted):
    assert is_list(name, kind) is wanted


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("Chỉ tiêu.xlsx", "Chỉ tiêu.xlsx"),
        ("../../etc/a.csv", "a.csv"),
        (r"C:\Tệp\a.csv", "a.csv"),
        ("a\nb\u202e.csv", "a b.csv"),
        ("x" * 300 + ".xlsx", "x" * 100 + ".xlsx"),
        ("", "danh sách"),
        ("/", "danh sách"),
    ],
)
def test_a_name_is_no_path_and_not_long(name, kept):
    assert short(name) == kept
