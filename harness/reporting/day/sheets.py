"""The day as a workbook: the grids, every scenario of every system, what is lacking, the partners and the pairs."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any, Final

from harness.reporting.day.day import Day
from harness.reporting.day.pages import pair_tallies, side_word
from harness.reporting.day.tally import Tally, tally, tally_of
from harness.reporting.overview.sheets import set_up, write_table
from harness.reporting.summary import REHEARSAL

_COLOURS: Final = {
    "F1": "#f6d5d0",
    "F2": "#f6d5d0",
    "F3": "#f6d5d0",
    "ikke kørt": "#fbeec2",
    "afbrudt": "#fbeec2",
    "kunne ikke testes": "#fbeec2",
    "ikke kontrolleret": "#fbeec2",
    "afventer": "#fbeec2",
    "attesteret": "#fbeec2",
    "F4": "#d6efd8",
    "OK": "#d6efd8",
    "IR": "#e6e6e6",
}
_GREEN: Final = ("F4", "OK")
SCENARIOS: Final = (
    "System",
    "Leverandør",
    "Del",
    "Scenarie",
    "Titel",
    "Krav",
    "Står som",
    "Skulle prøves",
    "Hvorfor",
    "Bemærkning",
    "Kørsel",
)
PAIRS: Final = (
    "Scenarie",
    "Titel",
    "Afsender",
    "Modtager",
    "Afsender står som",
    "Modtager står som",
    "Planlagt",
    "Hvorfor",
    "Kørsel",
)


def workbook_of(day: Day) -> bytes:
    """The workbook. The same day gives the same bytes; texts that look like formulas stay texts."""
    from xlsxwriter import Workbook  # type: ignore[import-untyped]  # it has no types of its own

    written = io.BytesIO()
    book = Workbook(written, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    at = day.dated.replace(tzinfo=None)
    title = f"Dagens resultater: {day.campaign.title}"
    book.set_properties({"title": title, "comments": REHEARSAL if day.rehearsal else "", "created": at})
    heading = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    looks = {word: book.add_format({"bg_color": colour}) for word, colour in _COLOURS.items()}
    parts = [(feature, [each.in_feature(feature) for each in day.systems]) for feature in day.features]
    with_all = [(each.name, [tally_of(own.with_partner(each)) for own in day.systems]) for each in day.campaign.partners]
    _grid(book, heading, looks, day, "System og del", "Del", parts)
    if with_all:
        _grid(book, heading, looks, day, "System og partner", "Partner", with_all)
    if day.pairs:
        _grid(book, heading, looks, day, "System og system", "Afsender (rækken) til modtager", _by_pair(day))
    write_table(
        book, heading, "Scenarier", _marked(SCENARIOS, day), _scenarios(day), (14, 12, 30, 16, 50, 18, 16, 10, 50, 40, 40)
    )
    write_table(
        book,
        heading,
        "Mangler",
        _marked(("System", "Scenarie", "Titel", "Står som", "Hvorfor"), day),
        _missing(day),
        (14, 16, 50, 16, 60),
    )
    if day.pairs:
        write_table(book, heading, "Par", _marked(PAIRS, day), _pairs(day), (16, 50, 14, 14, 18, 18, 10, 50, 40))
    book.close()
    return written.getvalue()


def _marked(headings: tuple[str, ...], day: Day) -> tuple[str, ...]:
    """The headings; of rehearsals the first says so, on every page that is printed."""
    return (f"{headings[0]} ({REHEARSAL})", *headings[1:]) if day.rehearsal else headings


def _grid(
    book: Any, heading: Any, looks: dict[str, Any], day: Day, name: str, corner: str, rows: list[tuple[str, list[Tally]]]
) -> None:
    sheet = book.add_worksheet(name)
    set_up(sheet, (40, *(26 for _ in day.systems)))
    sheet.write_row(0, 0, _marked((corner, *(each.vendor.product for each in day.systems)), day), heading)
    sheet.freeze_panes(1, 1)
    for number, (title, cells) in enumerate(rows, 1):
        sheet.write_string(number, 0, title)
        for column, cell in enumerate(cells, 1):
            if not cell.counts:
                sheet.write_string(number, column, "–")
            else:
                told = f"{cell.word}: {cell.good} af {cell.relevant} uden fund" if cell.relevant else cell.word
                if cell.sent:  # the sign in words, and never as green as what was seen
                    told = f"{told}; {cell.sent} sendt af leverandøren, ikke set af MedCom"
                good = cell.word in _GREEN
                sheet.write_string(number, column, told, *([] if cell.sent and good else [looks[cell.word]]))


def _by_pair(day: Day) -> list[tuple[str, list[Tally]]]:
    """The sender's side in each ordered pair."""
    nothing = tally(())
    rows = []
    for sender in day.systems:
        found = [pair_tallies(day.pairs, sender.vendor.id, each.vendor.id) for each in day.systems]
        rows.append((sender.vendor.product, [each[0] if each else nothing for each in found]))
    return rows


def _scenarios(day: Day) -> Iterator[tuple[str, ...]]:
    for system in day.systems:
        for each in system.entries:
            yield (
                system.vendor.product,
                system.vendor.supplier,
                each.feature,
                each.scenario,
                each.title,
                ", ".join(each.requirements),
                each.word,
                "ja" if each.due and not each.irrelevant else "nej",
                each.why,
                each.note,
                each.run,
            )


def _missing(day: Day) -> Iterator[tuple[str, ...]]:
    for system in day.systems:
        for each in system.missing:
            yield system.vendor.product, each.scenario, each.title, each.word, each.why
    for pair in day.pairs:
        if pair.due and not pair.tried:
            yield f"{pair.names[0]} til {pair.names[1]}", pair.scenario, pair.title, side_word(pair, 0), pair.why


def _pairs(day: Day) -> Iterator[tuple[str, ...]]:
    for each in day.pairs:
        planned = "ja" if each.due else "nej"
        yield each.scenario, each.title, *each.names, side_word(each, 0), side_word(each, 1), planned, each.why, each.run
