"""A campaign's grids as they are drawn now, a row at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from harness.dashboard.standing.ground import ELSEWHERE, Ground
from harness.dashboard.standing.row import CAPABILITIES, PAIRS, PARTNERS
from harness.dashboard.standing.summary import RunSummary
from harness.dashboard.wall import Cell, Grid, Heading
from harness.domain.connectathon import SIMULATOR, Partner
from harness.domain.requirement import Campaign, Participation

_TITLES: Final = {CAPABILITIES: "System og kapabilitet", PARTNERS: "System og part", PAIRS: "Hvem sender til hvem"}

Cells = Mapping[tuple[str, str], Cell]


class Drawn:
    """The cells of one campaign. `version` grows with each change of them; `counting` are the runs they are made of."""

    def __init__(self, ground: Ground, campaign: Campaign) -> None:
        self._ground, self._campaign = ground, campaign
        self._rows: dict[str, Mapping[str, Cells]] = {}
        self._counting: dict[str, frozenset[str]] = {}
        self._made: tuple[int, tuple[Grid, ...]] = (-1, ())
        self.version = 0

    @property
    def counting(self) -> frozenset[str]:
        """The runs that the cells are made of."""
        return frozenset().union(*self._counting.values())

    def replace(self, system: str, cells: Mapping[str, Cells], counting: frozenset[str]) -> list[tuple[str, str, str]]:
        """Put the row of `system` in place; grid, row and column of each cell that is another by that."""
        before = self._rows.get(system, {})
        self._rows[system], self._counting[system] = cells, counting
        changed = [
            (grid, *place)
            for grid in _TITLES
            for place in sorted({*before.get(grid, {}), *cells.get(grid, {})})
            if before.get(grid, {}).get(place) != cells.get(grid, {}).get(place)
        ]
        self.version += 1  # a run may begin, or a name may change, without any cell that does
        return changed

    def grids(self, runs: Sequence[RunSummary]) -> tuple[Grid, ...]:
        """The grids, the main one first: by party where the campaign has parties. `runs` are all of the campaign's."""
        if self._made[0] != self.version:
            self._made = self.version, tuple(self._grids(runs))
        return self._made[1]

    def _grids(self, runs: Sequence[RunSummary]) -> Iterator[Grid]:
        systems = self._headings(runs)
        partners = tuple(Heading(each.id, each.name, _seated(each)) for each in self._campaign.partners)
        if partners:
            yield self._grid(PARTNERS, systems, partners)
        tested = self._ground.tested[self._campaign.id]
        folders = tested.columns
        if any(ELSEWHERE in place for row in self._rows.values() for place in row[CAPABILITIES]):
            folders = (*folders, Heading(ELSEWHERE, "Øvrige"))
        yield self._grid(CAPABILITIES, systems, folders)
        if tested.of_two or any(each.started.partner for each in runs):
            others = {place[1] for row in self._rows.values() for place in row[PAIRS]} - {each.id for each in systems}
            everybody = (*systems, *(Heading(each, each) for each in sorted(others)))
            yield self._grid(PAIRS, systems, everybody)

    def _grid(self, id: str, rows: tuple[Heading, ...], columns: tuple[Heading, ...]) -> Grid:
        cells = {place: cell for row in self._rows.values() for place, cell in row[id].items()}
        return Grid(id, _TITLES[id], rows, columns, cells)

    def _headings(self, runs: Sequence[RunSummary]) -> tuple[Heading, ...]:
        found = {each.id: (each.title, each.note) for each in self._ground.systems}
        for run in runs:
            found.setdefault(run.started.system, (run.started.product, run.started.supplier))
        shown = [each for each in runs if each.name in self.counting]
        return tuple(Heading(each, title, self._note(each, note, shown)) for each, (title, note) in found.items())

    def _note(self, system: str, supplier: str, runs: Iterable[RunSummary]) -> str:
        part = self._campaign.participants.get(system, Participation.PARTICIPANT)
        outside = sum(each.outside for each in runs if each.started.system == system)
        outside += sum(each.outside_on_partner for each in runs if each.started.partner == system)
        said = (
            supplier,
            str(part) if part is not Participation.PARTICIPANT else "",
            f"{outside} fund uden for scenarierne" if outside else "",
        )
        return " · ".join(filter(None, said))


def _seated(partner: Partner) -> str:
    """Who has the seat, as people say it. Where all parties are met at once, it is nobody's own."""
    return "alle parterne" if partner.everywhere and partner.owner == SIMULATOR else partner.owner
