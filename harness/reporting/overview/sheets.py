"""The overview as a workbook: matrix, flat list, campaigns and history. The same overview gives the same bytes."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from harness.domain.vendor import ApprovalStatus
from harness.reporting.overview.flat import CAMPAIGN_HEADINGS, HEADINGS, HISTORY_HEADINGS, campaign_rows, history, rows
from harness.reporting.overview.matrix import Overview

_COLOURS = {
    ApprovalStatus.APPROVED: "#d6efd8",
    ApprovalStatus.NOT_APPROVED: "#f6d5d0",
    ApprovalStatus.TESTING: "#fbeec2",
    ApprovalStatus.TEST_MISSING: "#e6e6e6",
}


def workbook_of(overview: Overview, names: Mapping[str, str], kind: str) -> bytes:
    """The workbook. Its dates are that of the newest thing in it; texts that look like formulas stay texts."""
    from xlsxwriter import Workbook  # type: ignore[import-untyped]  # it has no types of its own

    written = io.BytesIO()
    book = Workbook(written, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": "Godkendelsesoversigt", "created": overview.newest.replace(tzinfo=None)})
    heading = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    _matrix(book, heading, overview, names)
    write_table(book, heading, "Liste", HEADINGS, rows(overview, names, kind), (16, 12, 22, 34, 28, 10, 14))
    write_table(book, heading, "Kampagner", CAMPAIGN_HEADINGS, campaign_rows(overview), (28, 16, 12, 16, 64))
    write_table(book, heading, "Historik", HISTORY_HEADINGS, history(overview), (16, 28, 10, 12, 14, 60, 18, 60))
    book.close()
    return written.getvalue()


def _matrix(book: Any, heading: Any, overview: Overview, names: Mapping[str, str]) -> None:
    sheet = book.add_worksheet("Oversigt")
    set_up(sheet, (34, 28, 10, *(14 for _ in overview.systems)))
    sheet.write_row(
        0, 0, ("Standard", "Standard ID (Version)", "Kanal", *(each.registered_as for each in overview.systems)), heading
    )
    sheet.freeze_panes(1, 2)
    looks = {status: book.add_format({"bg_color": colour}) for status, colour in _COLOURS.items()}
    for number, line in enumerate(overview.lines, 1):
        sheet.write_row(number, 0, (names.get(line.standard, line.standard), f"{line.standard} ({line.version})", line.channel))
        for column, system in enumerate(overview.systems, 3):
            cell = overview.cells.get((line, system.id))
            if cell is not None:
                sheet.write_string(number, column, cell.status, looks[cell.status])


def write_table(
    book: Any, heading: Any, name: str, headings: Sequence[str], lines: Iterable[Sequence[str]], widths: Sequence[int]
) -> None:
    """Add a sheet with a row of headings that can be filtered by, and these lines; every cell is text."""
    sheet = book.add_worksheet(name)
    set_up(sheet, widths)
    sheet.write_row(0, 0, headings, heading)
    sheet.freeze_panes(1, 0)
    last = 0
    for last, line in enumerate(lines, 1):
        for column, text in enumerate(line):
            sheet.write_string(last, column, text)
    sheet.autofilter(0, 0, last, len(headings) - 1)


def set_up(sheet: Any, widths: Sequence[int]) -> None:
    """Columns of these widths, and paper: A4 on its side, as wide as it is, the headings on every page."""
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
