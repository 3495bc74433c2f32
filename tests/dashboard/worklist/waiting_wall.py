"""A wall made by hand: runs of vendors' systems, with what their scenarios came to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from visiting import Hall, a_hall

from harness.dashboard.pages.rendering import FILES, FILES_ADDRESS
from harness.dashboard.wall import Grid, Heading, Run
from harness.dashboard.worklist.claims import Claims
from harness.dashboard.worklist.desk import Desk
from harness.dashboard.worklist.items import Items
from harness.dashboard.worklist.site import worklist_routes
from harness.domain.event import Event, Judged, RunEnded, RunStarted, ScenarioEnded, ScenarioStarted, StepStarted
from harness.domain.finding import Finding, Location, Owner
from harness.domain.grade import Grade
from harness.domain.review import Review
from harness.record.fold import fold
from harness.record.guard import Guard
from harness.record.log import Entry
from harness.record.result import Result
from harness.record.reviewing import Reviews
from harness.record.worklist import WorklistLog

NINE = datetime(2027, 3, 1, 8, 0, tzinfo=UTC)
PLANTED_FINDING = "PLANTET-I-ET-FUND"
FINDING = Finding(
    "CPD-31", "Planen har en titel", Grade.F3, Owner.LPS, Location("plan.xml", 12), "en titel", PLANTED_FINDING, "CPD-DK 1.0.1"
)


@dataclass(frozen=True)
class Tried:
    """What one scenario came to."""

    scenario: str
    standing: str = "OK"
    reason: str = ""
    findings: tuple[Finding, ...] = ()
    undecided: tuple[str, ...] = ()
    steps: int = 1
    attempt: int = 1
    folder: str = "deling"


@dataclass
class Fake:
    """A wall with one campaign; `results` are the runs it has, by name."""

    results: dict[str, tuple[Run, Result]] = field(default_factory=dict)

    @property
    def campaigns(self) -> tuple[Heading, ...]:
        return (Heading("dagen", "Dagen"), Heading("kol", "KOL"))

    def grids(self, _campaign: str) -> tuple[Grid, ...]:
        rows = (Heading("novax", "Novax"), Heading("xmo", "CGM XMO"))
        return (Grid("partnere", "Partnere", rows, (), {}),)

    def runs(self, _campaign: str, system: str) -> tuple[Run, ...]:
        return tuple(run for run, _ in self.results.values() if run.system == system)

    def result(self, run: str) -> Result | None:
        return self.results[run][1] if run in self.results else None

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"the worklist does not ask for {name}")

    def add(
        self,
        run: str,
        *tried: Tried,
        system: str = "novax",
        phase: str = "connectathon",
        partner: str = "",
        rehearsal: bool = False,
        minutes: float = 0,
        review: Review | None = None,
        outside: tuple[Finding, ...] = (),
        selection: str = "",
        source: str = "her",
    ) -> str:
        """A run that began so many minutes past nine, each scenario a minute; its name."""
        began = NINE + timedelta(minutes=minutes)
        started = replace(
            STARTED,
            run=run,
            system=system,
            phase=phase,
            partner=partner,
            grundlag="referencesystem" if rehearsal else "leverandørens system",
            selection=selection,
        )
        entries = list(_entries(began, started, tried, outside))
        result = Result(fold(entries), review or Review())
        name = f"dagen/{system}/{run}"
        self.results[name] = (
            Run(name, system, partner, phase, rehearsal, began, entries[-1].at, None, {}, source=source),
            result,
        )
        return name


STARTED = RunStarted(
    run="",
    system="novax",
    product="Novax",
    supplier="Novax",
    sut_version="7.1",
    driver="attended",
    target="live",
    rute="plsp",
    campaign="dagen",
    phase="connectathon",
    grundlag="leverandørens system",
    fingerprint={},
)


def _entries(began: datetime, started: RunStarted, tried: Iterable[Tried], outside: tuple[Finding, ...]) -> Iterator[Entry]:
    told: list[tuple[float, Event]] = [(0, started)]
    for number, each in enumerate(tried):
        told.append((number, _scenario(each)))
        told += [(number, StepStarted(step, "Når", "lægen deler planen")) for step in range(each.steps)]
        if each.findings:
            told.append((number, Judged("planen", "x1", (), {}, each.findings)))
        told.append((number + 1, ScenarioEnded(each.scenario, each.attempt, each.standing, each.reason, each.undecided)))
    if outside:
        told.append((len(told), Judged("planen", "x9", (), {}, outside)))
    told.append((len(told), RunEnded(1, 1.0)))
    for seq, (minutes, event) in enumerate(told):
        yield Entry(seq, began + timedelta(minutes=minutes), event)


def _scenario(tried: Tried) -> ScenarioStarted:
    return ScenarioStarted(
        scenario=tried.scenario,
        attempt=tried.attempt,
        title=f"Lægen deler en plan ({tried.scenario})",
        feature="Deling",
        feature_description="",
        file=f"features/{tried.folder}/noget.feature",
        line=3,
        tags=(),
        requirements=(),
        parameters={},
        mark="BCDFGH",
        steps=("Når lægen deler planen",),
    )


@contextmanager
def a_worklist(folder: Path, wall: Fake, reviews: Reviews | None = None, **more: Any) -> Iterator[tuple[Hall, Desk]]:
    """A wall with its worklist; the database and the chain lie in `folder`."""
    with a_hall(folder, Mount(FILES_ADDRESS, StaticFiles(directory=FILES)), **more) as hall:
        guard = Guard(frozenset({"2512489996"}))
        desk = Desk(Items(wall), Claims(hall.register.engine, hall.clock), WorklistLog(folder), guard, reviews)
        hall.app.router.routes.extend(worklist_routes(desk))
        yield hall, desk


def standings(items: Mapping[str, Any]) -> dict[str, str]:
    """Each item's scenario and kind."""
    return {each.scenario: str(each.kind) for each in items.values()}
