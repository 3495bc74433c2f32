"""From a cell to what it rests on: run, requirement, scenario, step, message and finding, each at an address of its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from harness.dashboard.pages.matrix import CAPABILITIES, PARTNERS, path_of, shown
from harness.dashboard.pages.rendering import not_shown, page
from harness.dashboard.wall import Grid, Wall
from harness.domain.access import Caller, Right
from harness.domain.event import Exchanged
from harness.domain.requirement import Requirement, RequirementKind
from harness.domain.verdict import Verdict
from harness.record.delivery import is_mirror
from harness.record.evidence import EVIDENCE_NAME
from harness.record.excerpt import Line, lines_at
from harness.record.fold import ScenarioState
from harness.record.found import Found, again, every_finding
from harness.record.pair import without_others_screen
from harness.record.result import Result

PARTNER: Final = "partner"
"""What `Exchanged.sender` calls the other LPS of a run of two; `lps` is the run's own."""
ASKED_OF_PARTNER: Final = "Hos partneren "
"""How the reason begins where the other LPS could not be made to do something."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The run a page is about, by its name (`campaign/system/id`), as `caller` may see it.

    `newest` is a change before which nothing is missing in it: what came later is told to the page. `sent`: from another machine.
    """

    name: str
    result: Result
    caller: Caller
    newest: int
    sent: bool = False

    def address(self, *more: str) -> str:
        """The address of the run's page, or of one below it."""
        return path_of("koersel", *self.name.split("/"), *more)

    def sees(self, found: Found) -> bool:
        """Whether the caller may read a finding: one that is laid on the other LPS of the run is that supplier's to read."""
        return not found.finding.side or self.caller.reads(found.finding.side)

    def findings(self, scenario: ScenarioState) -> list[tuple[int, Found]]:
        """The scenario's findings that the caller may read, each with its number among all of them."""
        return [(number, each) for number, each in enumerate(every_finding(scenario), 1) if self.sees(each)]

    def told(self, scenario: ScenarioState, text: str) -> str:
        """What is written of the scenario; where it tells of the other LPS of the run, and the caller may not read that one's
        side, no more than which rules it did not hold.
        """
        if not self.reads_partner:
            text = without_others_screen(text)
        others = [each.finding for each in every_finding(scenario) if not self.sees(each)]
        if not any(word in text for each in others for word in (each.rule, each.title)) and not (
            ASKED_OF_PARTNER in text and not self.reads_partner
        ):
            return text
        broken = tuple(dict.fromkeys(each.rule for each in others))
        which = f"{'reglen' if len(broken) == 1 else 'reglerne'} {', '.join(broken)}"
        cause = f"Modparten holdt ikke {which}." if broken else "Årsagen ligger hos modparten."
        return f"{cause} Mere vises for modpartens leverandør."

    @property
    def reads_partner(self) -> bool:
        """Whether the caller may read the other LPS's side of the run; true where there is none."""
        return not self.result.started.partner or self.caller.reads(self.result.started.partner)

    def others(self, message: Exchanged) -> bool:
        """Whether a message is the other LPS's own, and not the caller's to read."""
        return message.sender == PARTNER and not self.reads_partner

    def hidden(self, scenario: ScenarioState) -> int:
        """How many of its findings are the other LPS's, and not shown."""
        return sum(not self.sees(each) for each in every_finding(scenario))


@dataclass(frozen=True, slots=True)
class Carried:
    """A requirement, what it comes to in the run, and the scenarios that carry it. `requirement` is None for those of none."""

    requirement: Requirement | None
    verdict: Verdict | None
    scenarios: tuple[ScenarioState, ...]


class RunPages:
    """The pages below `/kampagne/…` and `/koersel/…`. `reports` is where the runs of this machine lie, with their evidence."""

    def __init__(self, wall: Wall, reports: Path | None = None) -> None:
        self._wall = wall
        self._reports = reports

    async def cell(self, request: Request) -> Response:
        """What a cell of the matrix rests on."""
        campaign, name, row, column = (request.path_params[each] for each in ("campaign", "grid", "row", "column"))
        caller: Caller = request.state.caller
        heading = next((each for each in self._wall.campaigns if each.id == campaign), None)
        grid = next((each for each in self._wall.grids(campaign) if each.id == name), None) if heading else None
        own = next((each for each in grid.rows if each.id == row), None) if grid else None
        other = next((each for each in grid.columns if each.id == column), None) if grid else None
        cell = grid.cells.get((row, column)) if grid else None
        newest = self._wall.newest
        result = await run_in_threadpool(self._wall.result, cell.run) if cell and cell.run and caller.reads(row) else None
        if not (grid and own and other and cell and result and caller.reads(row) and caller.reads(result.started.system)):
            return not_shown(request)
        asked = Asked(cell.run, result, caller, newest, self._sent(cell.run))
        inside = _in_cell(grid, column, result)
        return page(
            request,
            "celle.html",
            campaign=heading,
            grid=grid,
            row=own,
            column=other,
            cell=shown(grid, own, other, caller, campaign),
            asked=asked,
            at=cell.at,
            carried=list(_carried(result, inside)),
            command=again(result, [each for each in result.retest if each in {one.started.scenario for one in inside}]),
            newest=asked.newest,
        )

    async def run(self, request: Request) -> Response:
        """The run as a whole."""
        asked = await self._asked(request)
        if asked is None:
            return not_shown(request)
        everything = list(asked.result.state.scenarios.values())
        outside = (*asked.result.state.outside, *asked.result.state.outside_on_partner)
        return page(
            request,
            "koersel.html",
            asked=asked,
            carried=list(_carried(asked.result, everything)),
            outside=[each for each in outside if not each.side or asked.caller.reads(each.side)],
            command=again(asked.result, asked.result.retest),
            newest=asked.newest,
        )

    async def requirement(self, request: Request) -> Response:
        """One requirement in a run."""
        asked = await self._asked(request)
        every = _carried(asked.result, asked.result.state.scenarios.values()) if asked else ()
        name = request.path_params["requirement"]
        one = next((each for each in every if each.requirement and each.requirement.id == name), None)
        if asked is None or one is None:
            return not_shown(request)
        command = again(asked.result, [each.started.scenario for each in one.scenarios])
        return page(request, "krav.html", asked=asked, one=one, command=command, newest=asked.newest)

    async def scenario(self, request: Request) -> Response:
        """One scenario: its steps, with messages and findings."""
        asked = await self._asked(request)
        one = asked.result.state.scenarios.get(request.path_params["scenario"]) if asked else None
        if asked is None or one is None:
            return not_shown(request)
        return page(request, "scenarie.html", asked=asked, one=one, **_about(asked, one), newest=asked.newest)

    async def message(self, request: Request) -> Response:
        """One message of a scenario, with what was found in it."""
        asked = await self._asked(request)
        one = asked.result.state.scenarios.get(request.path_params["scenario"]) if asked else None
        message = (
            next((each for each in _messages(one) if each.exchange == request.path_params["message"]), None) if one else None
        )
        if asked is None or one is None or message is None or asked.others(message):
            return not_shown(request)
        found = [(number, each) for number, each in asked.findings(one) if each.exchange is message]
        return page(request, "besked.html", asked=asked, one=one, message=message, found=found, newest=asked.newest)

    async def finding(self, request: Request) -> Response:
        """One finding, with the lines of the message it names where they lie here.

        Whoever reads the system it is laid on may read it, also when the run is another system's.
        """
        asked = await self._asked(request, also_laid_on=True)
        one = asked.result.state.scenarios.get(request.path_params["scenario"]) if asked else None
        number = request.path_params["number"]
        found = dict(asked.findings(one)).get(number) if asked and one else None
        if asked is None or one is None or found is None:
            return not_shown(request)
        whole = asked.caller.reads(asked.result.started.system)
        if not whole and not found.finding.side:
            return not_shown(request)
        own = whole or (found.exchange is not None and found.exchange.sender == PARTNER)
        lines = await self._lines(asked, found) if own else None
        command = again(asked.result, [one.started.scenario])
        return page(
            request, "fund.html", asked=asked, one=one, found=found, number=number, whole=whole, lines=lines, command=command
        )

    async def _asked(self, request: Request, *, also_laid_on: bool = False) -> Asked | None:
        """The run that is asked for; None when there is none, or the caller may not read it."""
        caller: Caller = request.state.caller
        if caller.right is Right.PUBLIC:
            return None  # nobody has a run read from the disk who may not read it
        name = "/".join(request.path_params[each] for each in ("folder", "system", "run"))
        newest = self._wall.newest
        result = await run_in_threadpool(self._wall.result, name)  # one that no cell shows is read from its folder
        if result is None or result.state.started is None:
            return None
        started = result.started
        reads = caller.reads(started.system) or (also_laid_on and bool(started.partner) and caller.reads(started.partner))
        return Asked(name, result, caller, newest, self._sent(name)) if reads else None

    def _sent(self, name: str) -> bool:
        return self._reports is not None and is_mirror(self._reports.joinpath(*name.split("/")))

    async def _lines(self, asked: Asked, found: Found) -> tuple[Line, ...] | None:
        """The lines the finding names; None where the messages do not lie here, as those of a run that was sent to the wall."""
        folder = self._reports / asked.name / EVIDENCE_NAME if self._reports else None
        if folder is None or found.exchange is None or not await run_in_threadpool(folder.is_dir):
            return None
        foreign, cleared = asked.result.state.foreign_cprs, asked.result.review.cleared
        try:
            return await run_in_threadpool(lines_at, found.finding.location, found.exchange, folder, foreign, cleared)
        except FileNotFoundError:
            return None


def _about(asked: Asked, one: ScenarioState) -> dict[str, Any]:
    by_step: dict[int, list[tuple[int, Found]]] = {}
    for number, found in asked.findings(one):
        by_step.setdefault(found.step.started.number if found.step else -1, []).append((number, found))
    planned = one.started.steps[len(one.steps) :]
    return {"by_step": by_step, "planned": planned, "command": again(asked.result, [one.started.scenario])}


def _messages(one: ScenarioState) -> Iterator[Exchanged]:
    return (each for step in (one.before, *one.steps) for each in step.exchanges)


def _in_cell(grid: Grid, column: str, result: Result) -> list[ScenarioState]:
    """The run's scenarios that a cell of `column` speaks of."""
    told = result.state.basis.campaigns if result.state.basis else ()
    folders = {one.started.scenario: _folder(one) for one in result.state.scenarios.values()}
    others = {each.id for each in grid.columns} - {column}
    partner = next((each for campaign in told for each in campaign.partners if each.id == column), None)

    def belongs(one: ScenarioState) -> bool:
        if grid.id == CAPABILITIES:
            folder = folders[one.started.scenario]
            # A column that is no folder is of what lies in none of the others.
            return folder == column or (folder not in others and column not in folders.values())
        if grid.id == PARTNERS and partner:
            return partner.covers(one.started.scenario, one.started.file)
        return True

    return [each for each in result.state.scenarios.values() if belongs(each)]


def _folder(one: ScenarioState) -> str:
    return PurePosixPath(one.started.file.replace("\\", "/")).parent.name


def _carried(result: Result, among: Iterable[ScenarioState]) -> Iterator[Carried]:
    """Each requirement that one of these scenarios carries, worst verdict as the run has it; last those that carry none."""
    every = list(among)
    told = {each.requirement.id: each for campaign in result.campaigns for each in campaign.requirements}
    for name, verdict in result.by_requirement().items():
        own = tuple(each for each in every if name in each.started.requirements)
        if own:
            known = told.get(name)
            requirement = known.requirement if known else Requirement(name, "", "", None, True, RequirementKind.REQUIREMENT, ())
            yield Carried(requirement, known.verdict if known else verdict, own)
    if rest := tuple(each for each in every if not each.started.requirements):
        yield Carried(None, None, rest)
