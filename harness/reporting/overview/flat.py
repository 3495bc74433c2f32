"""The overview as rows, in the columns of MedCom's registry, and as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping

from harness.reporting.overview.matrix import Overview

HEADINGS = ("System", "Leverandør", "Systemtype/Oversigt", "Standard", "Standard ID (Version)", "Kanal", "Teststatus")
"""The columns of MedCom's flat list (medcomdk/GodkendteSystemer)."""

HISTORY_HEADINGS = ("System", "Standard ID (Version)", "Kanal", "Dato", "Teststatus", "Hvad", "Bygger på", "Kilde")

CAMPAIGN_HEADINGS = ("Kampagne", "System", "Leverandør", "Udgave", "Nået")


def rows(overview: Overview, names: Mapping[str, str], kind: str) -> Iterator[tuple[str, ...]]:
    """A row for each cell that has an entry. `names` are the standards' names, `kind` MedCom's word for the systems."""
    for system in overview.systems:
        for line in overview.lines:
            cell = overview.cells.get((line, system.id))
            if cell is not None:
                name = names.get(line.standard, line.standard)
                identified = f"{line.standard} ({line.version})"
                yield system.registered_as, system.supplier, kind, name, identified, line.channel, cell.status


def history(overview: Overview) -> Iterator[tuple[str, ...]]:
    """A row for each thing that happened to a cell or a campaign, oldest first in each."""
    for system in overview.systems:
        for line in overview.lines:
            cell = overview.cells.get((line, system.id))
            for each in cell.history if cell else ():
                identified = f"{line.standard} ({line.version})"
                when = f"{each.at:%Y-%m-%d}"
                yield system.registered_as, identified, line.channel, when, each.status, each.text, each.source, each.place
        for row in overview.campaigns:
            for at, text in row.stages[system.id].history:
                yield system.registered_as, row.campaign.id, "", f"{at:%Y-%m-%d}", "", text, "", ""


def campaign_rows(overview: Overview) -> Iterator[tuple[str, ...]]:
    """A row for each system in each campaign, empty where nothing has happened, and one for all of them together."""
    for row in overview.campaigns:
        for system in overview.systems:
            stage = row.stages[system.id]
            yield row.campaign.id, system.registered_as, system.supplier, stage.edition, stage.text
        yield row.campaign.id, "Alle", "", "", row.success


def csv_of(overview: Overview, names: Mapping[str, str], kind: str) -> bytes:
    """The flat list as Excel in Danish opens it: UTF-8 with a byte order mark, semicolons, lines ending in CR LF."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(HEADINGS)
    writer.writerows(rows(overview, names, kind))
    return b"\xef\xbb\xbf" + text.getvalue().encode()
