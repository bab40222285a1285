"""The rows of a list that were not taken, as a workbook: put right there, it can be sent again."""

from collections.abc import Iterable, Sequence
from io import BytesIO

WHY = "Lý do chưa nhận"
MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WIDEST = 40
# What people wrote stays text, whatever it begins with.
PLAIN = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}


def workbook(headings: Sequence[str], rows: Iterable[tuple[Sequence[str], str]]) -> bytes:
    """rows: the cells as written, and why they were not taken, which becomes the last column."""
    import xlsxwriter  # 10 MB: not before a row is refused

    out = BytesIO()
    with xlsxwriter.Workbook(out, PLAIN) as book:
        sheet = book.add_worksheet("Chưa nhận")
        head = book.add_format({"bold": True, "text_wrap": True, "bottom": 1})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        width = len(headings)
        for column, heading in enumerate([*headings, WHY]):
            sheet.write_string(0, column, heading, head)
        for number, (cells, why) in enumerate(rows, 1):
            for column, cell in enumerate(cells[:width]):
                sheet.write_string(number, column, cell, wrapped)
            sheet.write_string(number, width, why, wrapped)
        sheet.set_column(0, max(width - 1, 0), WIDEST // 2)
        sheet.set_column(width, width, WIDEST * 2)
        sheet.freeze_panes(1, 0)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
    return out.getvalue()
