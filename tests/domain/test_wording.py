"""Addressing people, and templates that hold what they typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.wording import ADDRESSES, DEFAULT_ADDRESS, say


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("bà", "Bà cho biết tên bà ạ."),
        ("đồng chí", "Đồng chí cho biết tên đồng chí ạ."),
        (DEFAULT_ADDRESS, "Anh/chị cho biết tên anh/chị ạ."),
        ("", "Anh/chị cho biết tên anh/chị ạ."),
    ],
)
def test_the_address_is_filled_in(address: str, said: str) -> None:
    assert say("{Ac} cho biết tên {ac} ạ.", address) == said


def test_values_are_filled_in() -> None:
    assert say("Bước {i}/{n}", "ông", i=3, n=12) == "Bước 3/12"


def test_values_are_no_templates() -> None:
    assert say("{ten}, {ac}", "ông", ten="{ac} {ten} {0.__class__}") == (
        "{ac} {ten} {0.__class__}, ông"
    )


def test_braces_somebody_typed_stay() -> None:
    assert say("Chưa thấy “{x}” {}", "ông") == "Chưa thấy “{x}” {}"


@given(st.text(), st.sampled_from(ADDRESSES))
def test_any_text_can_be_said(text: str, address: str) -> None:
    assert say("{ten}", address, ten=text) == text
    say(text, address)
