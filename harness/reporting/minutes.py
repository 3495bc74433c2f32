"""How long it took to try each system with each other one and each party, in the runs that lie under a folder of reports."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.domain.connectathon import Day, Partner
from harness.record.fold import RunState, ScenarioState, fold
from harness.record.log import LOG_NAME
from harness.reporting.latest import entries_of


@dataclass(frozen=True, slots=True)
class Minutes:
    """A system and another (a system or a party): how long they have together, and what the latest run with both took.

    `measured` is None where nothing is measured. It is the wall time of the last attempt at each scenario, of `count` scenarios;
    `run`, `driver` and `rehearsal` say of what run.
    """

    system: str
    other: str
    planned: int
    measured: float | None = None
    count: int = 0
    run: str = ""
    driver: str = ""
    rehearsal: bool = False

    @property
    def over(self) -> float:
        """By how many minutes more was measured than is planned; 0 where it fits."""
        return max(0.0, (self.measured or 0.0) - self.planned)


def minutes_of(day: Day, systems: Sequence[str], partners: Sequence[Partner], reports: Path) -> list[Minutes]:
    """For each of `systems`, in order, every one it meets on the day. Raises EnvironmentFault for a log that cannot be read."""
    planned = planned_minutes(day)
    found = []
    for system in systems:
        runs = list(_runs(reports, system))
        for other in dict.fromkeys(other for (who, other) in planned if who == system):
            party = next((each for each in partners if each.id == other), None)
            measured = next(filter(None, (_measured(run, system, other, party) for run in runs)), None)
            found.append(measured or Minutes(system, other, 0))
    return [_planned(each, planned[each.system, each.other]) for each in found]


def planned_minutes(day: Day) -> Mapping[tuple[str, str], int]:
    """How many minutes the day has for each system and whom it meets, both ways round; what is tried again is not counted."""
    planned: dict[tuple[str, str], int] = {}
    for slot in day.slots:
        for each in slot.meetings:
            for pair in ((each.system, each.other), (each.other, each.system)):
                planned[pair] = planned.get(pair, 0) + (0 if each.rerun else slot.minutes)
    return planned


def _planned(each: Minutes, planned: int) -> Minutes:
    return Minutes(each.system, each.other, planned, each.measured, each.count, each.run, each.driver, each.rehearsal)


def _runs(reports: Path, system: str) -> Iterator[RunState]:
    """The system's latest runs of each kind, the newest first: real ones before rehearsals."""
    logs = sorted(reports.glob(f"*/{system}/*/{LOG_NAME}"), key=lambda log: log.parent.name, reverse=True)
    states = [state for state in (fold(entries_of(log)) for log in logs) if state.started is not None]
    yield from sorted(states, key=_is_rehearsal)


def _is_rehearsal(state: RunState) -> bool:
    return state.started is not None and state.started.grundlag == "referencesystem"


def _measured(state: RunState, system: str, other: str, party: Partner | None) -> Minutes | None:
    """What the run tells of these two; None when it tells nothing."""
    started = state.started
    assert started is not None, "runs without a beginning are left out"
    if party is None:
        scenarios: Iterable[ScenarioState] = state.scenarios.values() if started.partner == other else ()
    else:
        named = ((each, party.covers(each.started.scenario, each.started.file)) for each in state.scenarios.values())
        scenarios = (each for each, covered in named if covered and not started.partner)
    spans = [each.ended - each.began for each in scenarios if each.began is not None and each.ended is not None]
    if not spans:
        return None
    minutes = sum(span.total_seconds() for span in spans) / 60
    return Minutes(system, other, 0, minutes, len(spans), started.run, started.driver, _is_rehearsal(state))
