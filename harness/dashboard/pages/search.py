"""What is found by words: scenarios by name, title and requirement, and by the rules they broke. Only what may be read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from harness.dashboard.pages.look import Look, look_of
from harness.dashboard.pages.matrix import path_of
from harness.dashboard.wall import Grid, Heading, Wall
from harness.domain.access import Caller
from harness.record.fold import ScenarioState


@dataclass(frozen=True, slots=True)
class Hit:
    """A scenario of a system's run, and what of it the words were found in."""

    system: Heading
    scenario: str
    title: str
    look: Look
    rehearsal: bool
    found_in: tuple[str, ...]
    address: str


def hits(wall: Wall, grid: Grid, words: str, caller: Caller) -> Iterator[Hit]:
    """The scenarios with `words` in them, in the runs that `grid` shows of systems the caller reads."""
    sought = words.casefold()
    for row in grid.rows:
        runs = dict.fromkeys(cell.run for (name, _), cell in grid.cells.items() if name == row.id and cell.run)
        for run in runs if caller.reads(row.id) else ():
            result = wall.result(run)
            for each in result.state.scenarios.values() if result else ():
                if result and (found := tuple(text for text in _texts(each, caller) if sought in text.casefold())):
                    name = each.started.scenario
                    address = path_of("koersel", *run.split("/"), "scenarie", name)
                    yield Hit(row, name, each.started.title, look_of(result.standing(each)), result.rehearsal, found[:3], address)


def _texts(scenario: ScenarioState, caller: Caller) -> Iterator[str]:
    yield from (scenario.started.scenario, scenario.started.title, *scenario.started.requirements)
    for each in (*scenario.findings, *scenario.remarks, *scenario.on_partner):
        if not each.side or caller.reads(each.side):
            yield from (each.rule, each.title)
