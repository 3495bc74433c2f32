"""A day on the whole wall in which each system's details hold a text that is known when it is seen.

Both systems have a run of their own, a run to the other, and a review; more is sent from another machine. The wall is the real
one, over logs on a disk, behind the real door.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Final

from day_of_runs import ALL_OK, ALONE, CAMPAIGN, NINE, a_wall, attempt, finding, lines_of, read_all, started, write
from visiting import HOST, PLANTED, Hall, Moved, Visitor

from harness.dashboard.access.door import Door
from harness.dashboard.access.register import Register
from harness.dashboard.database import address_in, open_database
from harness.dashboard.hall import hall_app
from harness.dashboard.receiving.admission import Admission
from harness.dashboard.standing.live import LiveWall
from harness.domain.access import Right
from harness.domain.errors import ConfigurationError
from harness.domain.event import (
    Body,
    Event,
    Exchanged,
    Judged,
    MeasuredAgainst,
    Observed,
    RunEnded,
    ScenarioEnded,
    StepEnded,
    StepStarted,
)
from harness.domain.finding import Finding
from harness.domain.grade import Grade
from harness.domain.review import Claimed
from harness.record.delivery import LINES_TYPE, source_of

OWN: Final = "20270412T110000"
SENT: Final = "20270412T120000"
ADMISSION: Final = Admission(frozenset(PLANTED), frozenset({"dagen"}), lambda: NINE + timedelta(days=1))
OTHER: Final = {"novax": "xmo", "xmo": "novax"}


def run_of(system: str) -> str:
    """The name of a system's own run."""
    return f"dagen/{system}/{OWN}"


def pair_of(system: str) -> str:
    """The name of the run in which a system sends to the other."""
    return f"dagen/{system}/20270412T113000-{OTHER[system]}"


def planted(system: str, side: str = "") -> Finding:
    """A finding with the system's text in all that says what it is about; `side`: laid on the partner."""
    text = PLANTED[system]
    return replace(
        finding(Grade.F3, side), rule=f"{system.upper()}-99", expected=f"{text} ventet", actual=text, title=f"Regel {text}"
    )


def message(id: str, sender: str, text: str) -> Exchanged:
    """A message whose every detail says whose it is."""
    body = Body("ab" * 32, 12, f"text/{text}")
    headers = (("x-spor", text),)
    facts = {"transaktion": text}
    return Exchanged(
        id, sender, "vans", "POST", f"/{text}", text, headers, body, "svar", 0.0, 200, headers, body, NINE.isoformat(), (), facts
    )


def _told(system: str) -> list[Event]:
    """One attempt that broke a rule, with everything that tells of it."""
    own = planted(system)
    return [
        attempt("DEL-01", "")[0],
        StepStarted(0, "Når", "lægen deler planen"),
        message("b1", "lps", PLANTED[system]),
        Judged("planen", "b1", (), {}, (own,)),
        StepEnded(0, "fund", str(own)),
        Observed(PLANTED[system]),
        ScenarioEnded("DEL-01", 1, "F3", str(own)),
    ]


def own_run(system: str, run: str = OWN) -> list[Event]:
    """A system's run of all that takes one LPS."""
    begun = started(system, run, sut_version=PLANTED[system], data=PLANTED[system])
    rest = [event for name in ALONE if name != "DEL-01" for event in attempt(name, ALL_OK[name])]
    return [begun, MeasuredAgainst((CAMPAIGN,)), *_told(system), *rest, RunEnded(len(ALONE), 1.0)]


def run_of_two(system: str) -> list[Event]:
    """A run in which the system sends, and each of the two breaks a rule; the partner is the cause of what is worst."""
    other = OTHER[system]
    own, others = planted(system), planted(other, side=other)
    begun = started(system, pair_of(system).rpartition("/")[2], partner=other, planned=("PAR-01",), selection="")
    return [
        begun,
        MeasuredAgainst((CAMPAIGN,)),
        attempt("PAR-01", "")[0],
        StepStarted(0, "Når", "lægen sender brevet"),
        message("b1", "lps", PLANTED[system]),
        Judged("brevet", "b1", (), {}, (replace(own, grade=Grade.F4),)),
        StepEnded(0, "udført", ""),
        StepStarted(1, "Så", "kan den anden klinik læse brevet"),
        message("b2", "partner", PLANTED[other]),
        Judged("kvitteringen", "b2", (), {}, (others,)),
        StepEnded(1, "kunne ikke", f"{other} er årsagen: {others}"),
        ScenarioEnded("PAR-01", 1, "kunne ikke testes", f"{other} er årsagen: {others}"),
        RunEnded(1, 1.0),
    ]


@dataclass
class FakeExport:
    """An export that is one small file with every system's text."""

    reports: Path

    def make(self, campaign: str, rehearsal: bool) -> tuple[str, ...]:
        if rehearsal:
            raise ConfigurationError("Der er ingen prøvekørsler.")
        self.package(campaign, rehearsal).write_text(" ".join(PLANTED.values()), "utf-8")
        return tuple(PLANTED.values())

    def package(self, campaign: str, rehearsal: bool) -> Path:
        return self.reports / campaign / ("dagens-proever.zip" if rehearsal else "dagens-resultater.zip")


@dataclass
class Day:
    """The hall, its wall and its reports."""

    hall: Hall
    wall: LiveWall
    reports: Path


@contextmanager
def a_planted_day(folder: Path) -> Iterator[Day]:
    """The day, in `folder`. The hall is as `a_hall` has it."""
    reports = folder / "reports"
    for system in PLANTED:
        write(reports, own_run(system), acts=[Claimed()])
        write(reports, run_of_two(system), NINE + timedelta(minutes=1))
    wall = a_wall(reports)
    read_all(wall, reports, *map(run_of, PLANTED), *map(pair_of, PLANTED))
    engine = open_database(address_in(folder))
    clock = Moved(step=0.2)  # the door asks the database a few times a second, and here everything happens at once
    register = Register(engine, clock)
    door = Door(register, clock)
    export = FakeExport(reports)
    export.make("dagen", False)
    app = hall_app(wall, reports, engine, allowed=frozenset(), admission=ADMISSION, hosts=[HOST], export=export, door=door)
    runner = asyncio.Runner()
    yield Day(Hall(app, register, door, clock, runner), wall, reports)
    runner.close()
    engine.dispose()


def send_from_elsewhere(day: Day, visitor: Visitor, system: str, headers: dict[str, str]) -> str:
    """Send a run of the system as another machine does, and have the wall read it: its name."""
    name = f"dagen/{system}/{SENT}"
    lines = b"".join(lines_of(own_run(system, SENT), NINE + timedelta(minutes=9)))
    said = headers | {"content-type": LINES_TYPE}
    answer = visitor.ask("POST", f"/api/koersler/{name}/linjer?fra=0", said, content=lines)
    assert answer.status_code == 200, answer.text
    read_all(day.wall, day.reports, name)
    assert source_of(day.reports.joinpath(*name.split("/"))) != "her"
    return name


def seen_by(day: Day, *systems: str, right: Right = Right.SUPPLIER) -> Visitor:
    """A browser that is logged in."""
    visitor = day.hall.visitor()
    visitor.log_in(day.hall.token(right, f"{right} {systems}", *systems))
    return visitor
