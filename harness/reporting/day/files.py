"""Every file of a day's export, by its name: made of the day and the overview alone, so the same logs give the same bytes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from typing import Final

from harness.reporting.bundle.manifest import told_of
from harness.reporting.day import sheets
from harness.reporting.day.blocks import markdown
from harness.reporting.day.day import Day
from harness.reporting.day.letter import letter_of
from harness.reporting.day.letter_pdf import pdf_of
from harness.reporting.day.manifest import MANIFEST_NAME, manifest_of
from harness.reporting.day.pages import Link, front_page, results_page, slug_of, statistics_page, system_page, system_page_name
from harness.reporting.day.statistics import statistics_of
from harness.reporting.overview import sheets as overview_sheets
from harness.reporting.overview.matrix import Overview
from harness.reporting.overview.page import page_of
from harness.reporting.summary import REHEARSAL

INDEX: Final = "index.html"
RESULTS: Final = "resultater"
STATISTICS: Final = "statistik"
OVERVIEW: Final = "godkendelsesoversigt"
LETTERS: Final = "breve"


def files_of(day: Day, overview: Overview, names: Mapping[str, str], kind: str) -> dict[str, bytes]:
    """The files. `overview` has the campaigns that certify; `names` are the standards', `kind` MedCom's word for the systems."""
    files = dict(_files(day, overview, names, kind))
    told = {name: told_of(data) for name, data in files.items()}
    files[INDEX] = front_page(day, _links(day, files), told)
    files[MANIFEST_NAME] = manifest_of(day, {**told, INDEX: told_of(files[INDEX])})
    return files


def letter_names(suppliers: Iterable[str]) -> dict[str, str]:
    """Where each supplier's letter lies, without `.md` and `.pdf`: two never have the same."""
    names: dict[str, str] = {}
    for each in suppliers:
        stem = f"{LETTERS}/{slug_of(each)}"
        taken = sum(name == stem or name.startswith(f"{stem}-nr-") for name in names.values())
        names[each] = f"{stem}-nr-{taken + 1}" if taken else stem
    return names


def _files(day: Day, overview: Overview, names: Mapping[str, str], kind: str) -> Iterator[tuple[str, bytes]]:
    yield f"{RESULTS}.html", results_page(day)
    yield f"{RESULTS}.xlsx", sheets.workbook_of(day)
    for system in day.systems:
        yield system_page_name(system), system_page(day, system)
    for supplier, name in letter_names(day.suppliers).items():
        blocks = letter_of(day, supplier)
        yield f"{name}.md", markdown(blocks).encode()
        yield f"{name}.pdf", pdf_of(blocks, _foot(day, supplier), day.dated)
    if not day.rehearsal:  # what the steering group is told is never of rehearsals
        statistics = statistics_of(day, overview)
        yield f"{STATISTICS}.html", statistics_page(statistics)
        yield f"{STATISTICS}.json", json.dumps(asdict(statistics), ensure_ascii=False, indent=1).encode() + b"\n"
    if overview.systems:
        yield f"{OVERVIEW}.html", page_of(overview, names)
        yield f"{OVERVIEW}.xlsx", overview_sheets.workbook_of(overview, names, kind)


def _links(day: Day, files: Mapping[str, bytes]) -> dict[str, list[Link]]:
    letters = letter_names(day.suppliers)
    links = {
        "Resultater": [
            Link(f"{RESULTS}.html", "Alle resultater: system og del, system og partner, system og system, og det, der mangler"),
            Link(f"{RESULTS}.xlsx", "Det samme som regneark"),
            *(Link(system_page_name(each), f"{each.vendor.product}, {each.vendor.supplier}") for each in day.systems),
        ],
        "Breve til leverandørerne": [
            Link(f"{name}.{suffix}", f"{supplier} ({what})")
            for supplier, name in letters.items()
            for suffix, what in (("pdf", "PDF"), ("md", "Markdown"))
        ],
        "Statistik til styregruppen": [
            Link(f"{STATISTICS}.html", "Testet, certificeret og i drift, efter milepæl"),
            Link(f"{STATISTICS}.json", "Det samme til et program"),
        ],
        "Godkendelsesoversigten": [Link(f"{OVERVIEW}.html", "Som side"), Link(f"{OVERVIEW}.xlsx", "Som regneark")],
    }
    there = {heading: [each for each in own if each.path in files] for heading, own in links.items()}
    return {heading: own for heading, own in there.items() if own}


def _foot(day: Day, supplier: str) -> str:
    """What stands below each page of a letter."""
    return f"{supplier} · {day.campaign.title}{f' · {REHEARSAL}' if day.rehearsal else ''}"
