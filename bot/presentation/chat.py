"""Numbers as a chat message: short lines that also fit a platform with nothing but text."""

from datetime import datetime
from decimal import Decimal

from bot.domain.figures import Figures, SectorLine, Totals
from bot.domain.partial_dates import clock, short_date
from bot.domain.text import cut, utf16_len

MOST = 2000
"""UTF-16 units of the narrowest platform."""


def count(number: int) -> str:
    return f"{number:,}".replace(",", ".")


def percent(value: Decimal) -> str:
    return f"{value:,}%".translate(str.maketrans(",.", ".,"))


def as_of(when: datetime) -> str:
    """`when` is local time already."""
    return f"Số liệu lúc {clock(when)}."


def totals_text(totals: Totals) -> str:
    """The answer to "thống kê"."""
    sector = f" – {totals.sector}" if totals.sector else ""
    lines = [
        f"THỐNG KÊ {totals.year} – {totals.unit}{sector} (theo đơn vị năm {totals.year})",
        summary(totals),
    ]
    if totals.built:
        lines += [
            f"{n}. {line.label}: {_shared(totals, line)}"
            for n, line in enumerate(totals.sectors, 1)
        ]
    lines.append(_time(totals))
    lines.append(totals.definition)
    if totals.unplanned:
        lines.append(f"Trong đó {count(totals.unplanned)} {totals.noun} phát sinh ngoài đăng ký.")
    return cut("\n".join(lines), MOST)


def summary(totals: Totals) -> str:
    built = f"Đã xây dựng: {count(totals.built)} {totals.noun}; "
    if (done := totals.percentage) is None:
        return built + "chưa có đăng ký"
    return built + (
        f"đăng ký {count(totals.registered)}; đạt {percent(done)} ({difference(totals.difference)})"
    )


def difference(number: int) -> str:
    if number == 0:
        return "đúng đăng ký"
    return f"vượt {count(number)}" if number > 0 else f"còn thiếu {count(-number)}"


def _shared(totals: Totals, line: SectorLine) -> str:
    share = totals.share(line)
    return count(line.built) + (f" ({percent(share)})" if share is not None else "")


def _time(totals: Totals) -> str:
    known = (
        f"Theo những gì đã biết đến hết ngày {short_date(totals.known_on)}. "
        if totals.known_on
        else ""
    )
    return known + as_of(totals.as_of)


def figures_text(figures: Figures, first: int = 1) -> str:
    """One line per row, numbered from `first`: "3. Xã Thạch Đài: đăng ký 6; đã xây dựng 7".

    What does not fit is left out from the end and counted; page the rows to avoid that.
    """
    rows = [f"{n}. {_row(figures, row)}" for n, row in enumerate(figures.rows, first)]
    foot = [_row(figures, figures.total)] if figures.total else []
    foot += [as_of(figures.as_of)] + ([figures.definition] if figures.definition else [])
    return _fitting([figures.title], rows, foot)


def _row(figures: Figures, row: tuple[object, ...]) -> str:
    named = zip(figures.columns[1:], row[1:], strict=True)
    values = [_named(name.lower(), value) for name, value in named if value is not None]
    return f"{row[0]}: {'; '.join(values)}"


def _named(name: str, value: object) -> str:
    """ "đăng ký 6"; of a column in per cent, "đạt (%)", it becomes "đạt 120,0%"."""
    share = " (%)" if name.endswith(" (%)") else ""
    return f"{name.removesuffix(share)} {_value(value)}{share.strip(' ()')}"


def _value(value: object) -> str:
    if isinstance(value, Decimal):
        return percent(value).rstrip("%")
    return count(value) if isinstance(value, int) else str(value)


def _fitting(head: list[str], rows: list[str], foot: list[str]) -> str:
    kept = len(rows)
    while kept:
        left_out = [f"… và {len(rows) - kept} dòng nữa."] if kept < len(rows) else []
        text = "\n".join([*head, *rows[:kept], *left_out, *foot])
        if utf16_len(text) <= MOST:
            return text
        kept -= 1
    return cut("\n".join([*head, *foot]), MOST)
