"""Writes the logs of six runs that go on at once, so many lines a second together, as `lps run` and the hub write them.

Each system first has a whole run that went well. Then one scenario of each capability is tried again and again, with another
grade each time, in runs of chosen scenarios that follow one another: so it is known what a cell shows after each line.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import cycle
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "bench")]

from wall_store import lines_of  # noqa: E402

from harness.dashboard.standing.ground import Ground, load_ground  # noqa: E402
from harness.domain.event import (  # noqa: E402
    Body,
    Event,
    Exchanged,
    Judged,
    MeasuredAgainst,
    RunEnded,
    RunStarted,
    ScenarioEnded,
    ScenarioStarted,
    StepEnded,
    StepStarted,
)
from harness.domain.finding import Finding, Location, Owner  # noqa: E402
from harness.domain.grade import Grade  # noqa: E402
from harness.domain.requirement import Campaign  # noqa: E402
from harness.domain.scenario import folder_in  # noqa: E402
from harness.house import find_house  # noqa: E402
from harness.record.log import LOG_NAME, LogWriter  # noqa: E402

ROUNDS = 10
"""How often a run of chosen scenarios goes through them before the next one begins: about a minute."""
GRADES = (Grade.F1, Grade.F2, Grade.F3)


@dataclass(frozen=True, slots=True)
class Told:
    """What a cell shows from one line on: its standing's letters, and whether a run is at it."""

    cell: str
    code: str
    running: bool


class LiveRuns:
    """The runs of one system in one campaign, under `reports`."""

    def __init__(self, ground: Ground, campaign: Campaign, system: str, reports: Path) -> None:
        self._ground, self._campaign, self._system = ground, campaign, system
        self._top = reports / campaign.id / system
        alone = ground.tested[campaign.id].alone
        self._whole = alone
        columns = {each.id for each in ground.tested[campaign.id].columns}
        self._chosen = {folder: name for name in reversed(alone) if (folder := folder_in(ground.files[name])) in columns}

    def begin(self) -> None:
        """Write the whole run, which ended a moment ago and in which all is well."""
        name = f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}"
        events: list[Event] = [self._started(name, self._whole), MeasuredAgainst((self._campaign,))]
        for each in self._whole:
            events += [event for event, _ in self._attempt(each, 1, None)]
        events.append(RunEnded(len(self._whole), 1.0))
        (self._top / name).mkdir(parents=True)
        at = datetime.now(UTC) - timedelta(seconds=len(events) + 1)
        (self._top / name / LOG_NAME).write_bytes(b"".join(lines_of(iter(events), at)))

    def lines(self) -> Generator[tuple[LogWriter, Event, Told | None]]:
        """For ever the next event, the log it is to be appended to, and what a cell shows by it; None where none changes."""
        for number in range(1_000_000):
            name = f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}-{number}"
            (self._top / name).mkdir(parents=True)
            with closing(LogWriter(self._top / name)) as writer:
                for event, told in self._tried_again(name):
                    yield writer, event, told

    def _tried_again(self, name: str) -> Iterator[tuple[Event, Told | None]]:
        yield self._started(name, tuple(self._chosen.values()), "@igen"), None
        yield MeasuredAgainst((self._campaign,)), None
        grades = cycle(GRADES)
        for attempt in range(1, ROUNDS + 1):
            grade = next(grades)
            for scenario in self._chosen.values():
                yield from self._attempt(scenario, attempt, grade)
        yield RunEnded(len(self._chosen), 60.0), None

    def _attempt(self, scenario: str, number: int, grade: Grade | None) -> Iterator[tuple[Event, Told | None]]:
        file = self._ground.files[scenario]
        cell = f"kapabiliteter/{self._system}/{folder_in(file)}"
        carried = self._campaign.requirements[self._whole.index(scenario) % len(self._campaign.requirements)].id
        begun = ScenarioStarted(
            scenario, number, scenario, "Egenskab", "", file, 1, ("prøver:lps",), (carried,), {}, "KLMNPQ", ("Så er planen delt",)
        )
        yield begun, Told(cell, "ikke kørt", True)
        yield StepStarted(0, "Så", "er planen delt"), None
        for each in range(2):
            yield _exchange(f"{scenario}-{number}-{each}"), None
        found = (_finding(grade),) if grade else ()
        yield Judged("planen", f"{scenario}-{number}-0", ("R-01", "R-02"), {}, found), Told(cell, str(grade), True)
        yield StepEnded(0, "fund" if grade else "udført"), None
        yield (
            ScenarioEnded(scenario, number, str(grade or Grade.OK), "Reglen holdt ikke" if grade else ""),
            Told(cell, str(grade), False),
        )

    def _started(self, run: str, planned: tuple[str, ...], selection: str = "") -> RunStarted:
        return RunStarted(
            run=run,
            system=self._system,
            product=self._system,
            supplier=self._system,
            sut_version="1",
            driver="adapter",
            target="live",
            rute="plsp",
            campaign=self._campaign.id,
            phase="connectathon",
            grundlag="leverandørens system",
            fingerprint={"features": "0" * 64},
            planned=planned,
            selection=selection,
            participation={self._campaign.id: "deltager"},
        )


def _exchange(name: str) -> Exchanged:
    """A message as large as most: some headers, and what is read out of it."""
    headers = tuple((f"x-felt-{each}", "en ganske almindelig værdi") for each in range(8))
    body = Body("0" * 64, 4096, "application/fhir+json")
    at = datetime.now(UTC).isoformat()
    facts = {"transaction": "ITI-41", "dokument": "CPD-DK", **{f"felt-{each}": "v" * 40 for each in range(10)}}
    return Exchanged(
        name, "lps", "dds", "POST", "/xds/iti41", "", headers, body, "svar", 0.0, 200, headers, body, at, ("1.2.3",), facts
    )


def _finding(grade: Grade) -> Finding:
    return Finding("R-01", "Reglen", grade, Owner.LPS, Location("plan.xml", 1, 1), "et", "andet", "kilde")


def write(reports: Path, a_second: int, until: Path, told: Path) -> None:
    """Write until the file `until` is there. `told` says when each change is written, by `time.monotonic` and `time.time`."""
    ground = load_ground(find_house())
    runs = [LiveRuns(ground, ground.campaigns[0], each.id, reports) for each in ground.systems]
    for each in runs:
        each.begin()
    print("klar", flush=True)
    sys.stdin.readline()
    turns = [each.lines() for each in runs]
    for ahead, turn in enumerate(turns):  # no two of them are at the same line of a scenario
        for _ in range(ahead):
            log, event, _ = next(turn)
            log.append(event)
    began = time.monotonic()
    with told.open("w", encoding="utf-8") as said:
        for number, turn in enumerate(cycle(turns)):
            log, event, change = next(turn)
            time.sleep(max(0.0, began + number / a_second - time.monotonic()))
            if number % a_second == 0 and until.exists():
                break
            if change is not None:
                said.write(json.dumps([time.monotonic(), time.time(), change.cell, change.code, change.running]) + "\n")
            log.append(event)
    for turn in turns:
        turn.close()
    print(json.dumps({"lines": number, "seconds": time.monotonic() - began}), flush=True)
