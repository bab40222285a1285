"""The A4 sheet: QR, short code, three steps, and nothing from outside."""

import re
from datetime import date

from bot.presentation.sheet import qr_png, qr_terminal, sheet_html

URL = "https://dvk.example.vn/i/AbCdEfGhIjKlMnOpQrStUvWxYz01234_"
CODE = "K7M2-9RTX-4HNJ"


def sheet(unit: str = "Thôn Nhân Hoà", url: str = URL) -> str:
    return sheet_html(unit, url, CODE, date(2026, 12, 24))


def test_it_has_a_qr_the_code_three_steps_and_the_last_day() -> None:
    html = sheet()
    assert html.count("<svg") == 1
    assert html.count("<li>") == 3
    assert f'<p class="code">{CODE}</p>' in html
    assert "24/12/2026" in html


def test_it_says_where_to_type_the_code_but_not_the_whole_link() -> None:
    assert "https://dvk.example.vn</strong>" in sheet()
    assert URL not in sheet()


def test_it_prints_on_a4_alone() -> None:
    html = sheet()
    assert "size: A4 portrait" in html
    assert not re.search(r"<script|<link|<img|src=|url\(", html)


def test_a_unit_name_is_text_whatever_it_holds() -> None:
    assert "<b>x</b>" not in sheet("<b>x</b> & {unit}")
    assert "&lt;b&gt;x&lt;/b&gt; &amp; {unit}" in sheet("<b>x</b> & {unit}")


def test_without_a_public_address_the_code_is_enough() -> None:
    html = sheet(url="")
    assert "<svg" not in html
    assert CODE in html


def test_the_qr_is_a_png_for_chats_and_signs_for_terminals() -> None:
    assert qr_png(URL).startswith(b"\x89PNG")
    assert "█" in qr_terminal(URL) or "▀" in qr_terminal(URL)
