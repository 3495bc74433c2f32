"""How long it took to try each system with each other one and each party, in the runs that lie under a folder of reports."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from harness.domain.connectathon import Day, Partner
from harness.domain.event import RunStarted
from harness.record.fold import RunState, fold
from harness.record.log import LOG_NAME
from harness.reporting.latest import beginning_of, entries_of


@dataclass(frozen=True, slots=True)
class Minutes:
    """A system and another (a system or a party): how long they have together, and what the latest run with both took.

    `measured` is None where nothing is measured. It is the wall time of the last attempt at each scenario, of `count` scenarios;
    `run`, `driver` and `rehearsal` say of what run. Of two systems it is of both runs: each is the sender of one.
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
    parties = {each.id: each for each in partners}
    own: dict[str, dict[str, Minutes]] = {}
    for system, _ in planned:
        if system not in parties and system not in own:
            others = {other: minutes for (who, other), minutes in planned.items() if who == system}
            own[system] = {each.other: each for each in _of_system(system, others, parties, reports)}
    return [_both_ways(each, own) for system in systems for each in own.get(system, {}).values()]


def _both_ways(each: Minutes, own: Mapping[str, Mapping[str, Minutes]]) -> Minutes:
    """With another system: what each of the two took to send to the other, in a run of its own."""
    back = own.get(each.other, {}).get(each.system)
    if back is None or back.measured is None:
        return each
    if each.measured is None:
        return replace(back, system=each.system, other=each.other)
    runs, drivers = (", ".join(dict.fromkeys(both)) for both in ((each.run, back.run), (each.driver, back.driver)))
    minutes, count = each.measured + back.measured, each.count + back.count
    rehearsal = each.rehearsal or back.rehearsal
    return replace(each, measured=minutes, count=count, run=runs, driver=drivers, rehearsal=rehearsal)


def planned_minutes(day: Day) -> Mapping[tuple[str, str], int]:
    """How many minutes the day has for each system and whom it meets, both ways round; what is tried again is not counted."""
    planned: dict[tuple[str, str], int] = {}
    for slot in day.slots:
        for each in slot.meetings:
            for pair in ((each.system, each.other), (each.other, each.system)):
                planned[pair] = planned.get(pair, 0) + (0 if each.rerun else slot.minutes)
    return planned


def _of_system(system: str, planned: Mapping[str, int], parties: Mapping[str, Partner], reports: Path) -> Iterator[Minutes]:
    found: dict[str, Minutes] = {}
    for log, started in _runs(reports, system):
        lacking = [
            other for other in planned if other not in found and (other == started.partner or _alone(other, started, parties))
        ]
        if lacking:
            state = fold(entries_of(log))
            for other in lacking:
                spans = list(_spans(state, parties.get(other)))
                if spans:
                    minutes, rehearsal = sum(span.total_seconds() for span in spans) / 60, _is_rehearsal(started)
                    found[other] = Minutes(
                        system, other, planned[other], minutes, len(spans), started.run, started.driver, rehearsal
                    )
    for other, minutes_planned in planned.items():
        yield found.get(other, Minutes(system, other, minutes_planned))


def _alone(other: str, started: RunStarted, parties: Mapping[str, Partner]) -> bool:
    """Whether a run of one system can tell of `other`, a party."""
    return other in parties and not started.partner


def _runs(reports: Path, system: str) -> list[tuple[Path, RunStarted]]:
    """The system's runs, each log with how it began: real ones before rehearsals, the newest first."""
    logs = sorted(reports.glob(f"*/{system}/*/{LOG_NAME}"), key=lambda log: log.parent.name, reverse=True)
    begun = ((log, beginning_of(log)) for log in logs)
    return sorted(((log, started) for log, started in begun if started is not None), key=lambda each: _is_rehearsal(each[1]))


def _is_rehearsal(started: RunStarted) -> bool:
    return started.rehearsal


def _spans(state: RunState, party: Partner | None) -> Iterator[timedelta]:
    """How long the last attempt at each scenario took that is with `party`; None: at each scenario there is."""
    for each in state.scenarios.values():
        covered = party is None or party.covers(each.started.scenario, each.started.file)
        if covered and each.began is not None and each.ended is not None:
            yield each.ended - each.began
