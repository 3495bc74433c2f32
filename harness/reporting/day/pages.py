"""The pages of the day: the front page, the grids, a page for each system, and the steering group's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from harness.domain.clock import day_and_hour
from harness.domain.grade import Grade
from harness.reporting.bundle.manifest import FileOut
from harness.reporting.day.against import Became
from harness.reporting.day.day import Day, SystemDay
from harness.reporting.day.due import Entry
from harness.reporting.day.pairs import PairEntry
from harness.reporting.day.statistics_json import StatisticsOut
from harness.reporting.day.tally import Tally, tally, tally_of
from harness.reporting.day.together import RULE
from harness.reporting.rapport.mending import broken
from harness.reporting.rapport.page import label
from harness.reporting.rendering import render


@dataclass(frozen=True, slots=True)
class Link:
    """A file of the export: where it lies, and what it is called."""

    path: str
    text: str


def front_page(day: Day, links: Mapping[str, Iterable[Link]], files: Mapping[str, FileOut]) -> bytes:
    """`index.html`: how it went, what is lacking, and every file with its SHA-256. `links` are by heading."""
    return render(
        "dag-forside.html",
        rehearsal=day.rehearsal,
        day=day,
        rule=RULE,
        links=links,
        files=files,
        when=_when,
        became=Became,
        system_page=system_page_name,
    )


def results_page(day: Day) -> bytes:
    """The grids: systems by capability, by partner, and against each other; and what is lacking."""
    return render(
        "dag-resultater.html",
        rehearsal=day.rehearsal,
        day=day,
        with_partner=lambda system, partner: tally_of(system.with_partner(partner)),
        pair=lambda sender, receiver: pair_tallies(day.pairs, sender, receiver),
        slug=slug_of,
        system_page=system_page_name,
    )


def system_page(day: Day, system: SystemDay) -> bytes:
    """All of one system's day."""
    result = system.together.result if system.together else None
    return render(
        "dag-system.html",
        rehearsal=day.rehearsal,
        day=day,
        system=system,
        rule=RULE,
        rules=broken(result, lambda grade: grade is not None) if result else [],
        features=_by_feature(system),
        became=Became,
        label=label,
        when=_when,
    )


def statistics_page(statistics: StatisticsOut) -> bytes:
    """The steering group's page. Never of rehearsals."""
    return render("dag-statistik.html", rehearsal=False, told=statistics, when=lambda at: _when(datetime.fromisoformat(at)))


def system_page_name(system: SystemDay) -> str:
    """Where a system's page lies."""
    return f"systemer/{system.vendor.id}.html"


def pair_tallies(entries: Iterable[PairEntry], sender: str, receiver: str) -> tuple[Tally, Tally] | None:
    """How the two sides of an ordered pair stand, the sender's first; None where nothing of it is due and nothing was tried."""
    own = [each for each in entries if (each.sender, each.receiver) == (sender, receiver)]
    return (_side(own, 0), _side(own, 1)) if own else None


def _side(entries: Iterable[PairEntry], which: int) -> Tally:
    own = list(entries)
    return tally((side_word(each, which) for each in own), sum(each.sent for each in own))


def side_word(entry: PairEntry, which: int) -> str:
    """How one side of a pair's scenario stands, as people read it: 0 is the sender's."""
    if entry.irrelevant:
        return str(Grade.IR)
    return str(entry.sides[which].standing) if entry.sides else "ikke kørt"


def slug_of(text: str) -> str:
    """`text` as a part of a file's name or an address: `mit-system` of `Mit System!`. Danish letters as two others."""
    plain = text.casefold()
    for letter, other in (("æ", "ae"), ("ø", "oe"), ("å", "aa")):
        plain = plain.replace(letter, other)
    return "-".join("".join(each if each.isascii() and each.isalnum() else " " for each in plain).split()) or "uden-navn"


def _by_feature(system: SystemDay) -> dict[str, list[Entry]]:
    features: dict[str, list[Entry]] = {}
    for each in system.entries:
        features.setdefault(each.feature, []).append(each)
    return features


def _when(at: datetime | None) -> str:
    return day_and_hour(at) if at else "ukendt"
