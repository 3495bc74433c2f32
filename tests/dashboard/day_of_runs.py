"""A small connectathon made by hand: two systems, three capabilities, two parties, and the logs of runs."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from harness.dashboard.following.look import read_on
from harness.dashboard.standing.ground import Ground, ground_of
from harness.dashboard.standing.live import LiveWall
from harness.dashboard.standing.reading import Known, Mark
from harness.dashboard.wall import Cell, Heading
from harness.domain.connectathon import Partner
from harness.domain.event import Event, Judged, MeasuredAgainst, RunEnded, RunStarted, ScenarioEnded, ScenarioStarted
from harness.domain.finding import Finding, Location, Owner
from harness.domain.grade import Grade
from harness.domain.requirement import Campaign, Gate
from harness.domain.review import Act, Role, Said
from harness.domain.scenario import Scenario
from harness.domain.vendor import Phase
from harness.record.log import FIRST, LOG_NAME, encode
from harness.record.review import append_act, read_review

NINE = datetime(2027, 4, 12, 9, tzinfo=UTC)
SUITE = {"features": "1f" * 32}

CAMPAIGN = Campaign(
    id="dagen",
    title="Dagen",
    source="kilde",
    requirements=(),
    features=("deling", "henvisning", "parvis"),
    gates=(Gate(Phase.SELF_TEST, "port", "kilde", False), Gate(Phase.CONNECTATHON, "port", "kilde", True)),
    participants={},
    actors=(),
    open_questions=(),
    profiles=(),
    partners=(
        Partner("flp", "Digitale Forløbsplaner", ("plsp",), ("deling",)),
        Partner("kommune", "Kommunen", ("vans",), ("HEN-01",), owner="KMD"),
    ),
)
FILES = {
    "DEL-01": "features/deling/deling.feature",
    "DEL-02[KOL]": "features/deling/deling.feature",
    "HEN-01": "features/henvisning/kommune.feature",
    "HEN-02": "features/henvisning/kommune.feature",
    "PAR-01": "features/parvis/brev.feature",
}
ALONE = ("DEL-01", "DEL-02[KOL]", "HEN-01", "HEN-02")


def ground() -> Ground:
    """The ground of this day."""
    tags = {name: frozenset({"par"} if name == "PAR-01" else set[str]()) for name in FILES}
    scenarios = [Scenario(name, name, "", "", file, 1, tags[name], ()) for name, file in FILES.items()]
    return ground_of((CAMPAIGN,), (Heading("novax", "Novax", "Novax A/S"), Heading("xmo", "XMO", "CGM")), scenarios)


def started(system: str = "novax", run: str = "r1", **changed: object) -> RunStarted:
    """How a connectathon run of a vendor's own system begins; all that takes one LPS is planned."""
    usual = RunStarted(
        run=run,
        system=system,
        product=system.capitalize(),
        supplier=f"{system} A/S",
        sut_version="1",
        driver="adapter",
        target="live",
        rute="plsp",
        campaign="dagen",
        phase="connectathon",
        grundlag="leverandørens system",
        fingerprint=SUITE,
        planned=ALONE,
        participation={"dagen": "deltager"},
    )
    return replace(usual, **changed)  # type: ignore[arg-type]  # the tests say which fields


def finding(grade: Grade, side: str = "") -> Finding:
    """A broken rule."""
    return Finding("R-01", "Reglen", grade, Owner.LPS, Location("plan.xml"), "et", "andet", "kilde", side=side)


def attempt(scenario: str, standing: str = "OK", *findings: Finding, number: int = 1) -> list[Event]:
    """One attempt at a scenario, from beginning to end; without a `standing` it does not end."""
    begun = ScenarioStarted(
        scenario,
        number,
        scenario,
        "",
        "",
        FILES.get(scenario, "features/andet/x.feature"),
        1,
        (),
        (),
        {},
        "KLMNPQ",
        (),
        ("dagen",),
    )
    events: list[Event] = [begun]
    if findings:
        events.append(Judged("planen", "", (), {}, findings))
    return [*events, ScenarioEnded(scenario, number, standing, "")] if standing else events


def whole(standings: Mapping[str, str], **changed: object) -> list[Event]:
    """A run that tries these and comes to its end."""
    tried = [event for name, standing in standings.items() for event in attempt(name, standing)]
    return [started(**changed), MeasuredAgainst((CAMPAIGN,)), *tried, RunEnded(len(standings), 1.0)]  # type: ignore[arg-type]


ALL_OK = dict.fromkeys(ALONE, "OK")


def lines_of(events: Iterable[Event], begins: datetime = NINE) -> list[bytes]:
    """The log of these events, one a second."""
    head, lines = FIRST, []
    for number, event in enumerate(events):
        lines.append(encode(event, number, begins + timedelta(seconds=number), head))
        head = digest_of(lines[-1])
    return lines


def digest_of(line: bytes) -> str:
    """The hash of a line."""
    return hashlib.sha256(line).hexdigest()


def write(reports: Path, events: Sequence[Event], begins: datetime = NINE, acts: Sequence[Act] = ()) -> str:
    """Write a run's log, and what MedCom said of it, under `reports`; its name."""
    first = next(each for each in events if isinstance(each, RunStarted))
    folder = reports / "dagen" / first.system / first.run
    folder.mkdir(parents=True, exist_ok=True)
    (folder / LOG_NAME).write_bytes(b"".join(lines_of(events, begins)))
    for act in acts:
        append_act(folder, Said("Bo Dal", Role.MEDCOM, NINE.isoformat(), act), read_review(folder).head)
    return f"dagen/{first.system}/{first.run}"


@dataclass
class Kept:
    """A keeper in memory."""

    runs: dict[str, Known] = field(default_factory=dict)
    trouble: str = ""

    def keep(self, known: Known) -> None:
        self.runs[known.run.name] = known

    def drop(self, run: str) -> None:
        self.runs.pop(run, None)


@dataclass
class Moving:
    """A clock that a test moves."""

    now: datetime = NINE + timedelta(minutes=5)

    def __call__(self) -> datetime:
        return self.now


def a_wall(reports: Path, kept: Kept | None = None, clock: Moving | None = None, suite: Mapping[str, str] = SUITE) -> LiveWall:
    """A wall over `reports`, with what `kept` knew before."""
    kept = kept if kept is not None else Kept()
    return LiveWall(ground(), reports, lambda _: suite, kept, list(kept.runs.values()), clock or Moving())


def read_all(wall: LiveWall, reports: Path, *names: str, source: str = "her") -> None:
    """Have the wall take in the runs called `names` from their folders, as they were sent by `source`."""
    for name in names:
        for read in read_on(reports.joinpath(*name.split("/")), name, Mark(), source):
            wall.take(read)


def cell(wall: LiveWall, grid: str, row: str, column: str) -> Cell:
    """One cell of the wall."""
    return next(each for each in wall.grids("dagen") if each.id == grid).cells[row, column]
