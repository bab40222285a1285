"""Codes of initiatives: how they are written, and how people type them."""

import re

TYPED = re.compile(r"(?:dvk[\s-]*)?(?:(\d{4})[\s-]+)?(\d{1,5})", re.IGNORECASE | re.ASCII)


def code(year: int, number: int) -> str:
    return f"DVK-{year}-{number:04d}"


def parse_code(typed: str) -> tuple[int | None, int] | None:
    """(year, number) of `DVK-2026-0042` or `2026 42`; of `42` the number alone."""
    found = TYPED.fullmatch(typed.strip())
    return (int(found[1]) if found[1] else None, int(found[2])) if found else None
