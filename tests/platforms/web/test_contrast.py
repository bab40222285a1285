"""WCAG 2.2: the colours people read by are at least 4.5 : 1, edges and marks at least 3 : 1."""

import re

import pytest

from bot.platforms.web.assets import FOLDER

COLOURS = dict(re.findall(r"--(\w+): #(\w{6})", (FOLDER / "style.css").read_text("utf-8")))
TEXT = [
    ("ink", "paper"), ("ink", "white"), ("ink", "mint"), ("quiet", "paper"), ("quiet", "white"),
    ("quiet", "mint"), ("green", "white"), ("green", "paper"), ("green", "mint"), ("deep", "mint"),
    ("white", "green"), ("white", "deep"), ("red", "white"), ("red", "rose"), ("red", "paper"),
    ("brown", "sun"), ("white", "red"),
]  # fmt: skip
EDGES = [
    ("edge", "white"), ("edge", "paper"), ("green", "white"), ("red", "white"),
    ("focus", "white"), ("focus", "paper"), ("focus", "mint"),
]  # fmt: skip


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(COLOURS[one]), luminance(COLOURS[other])))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(("text", "ground"), TEXT)
def test_text_is_legible(text: str, ground: str):
    assert contrast(text, ground) >= 4.5


@pytest.mark.parametrize(("edge", "ground"), EDGES)
def test_edges_can_be_seen(edge: str, ground: str):
    assert contrast(edge, ground) >= 3


def test_black_on_white_is_21():
    COLOURS["black"] = "000000"
    assert round(contrast("black", "white")) == 21
