"""A wall in memory, as the pages' tests and the bench want it: honest values, and changes that are made by hand."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from harness.dashboard.wall import Cell, Change, Grid, Heading, Moment, Progress, Run, Sign
from harness.domain.access import Caller, Right
from harness.domain.connectathon import Partner
from harness.domain.event import (
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
from harness.domain.finding import Finding, Location, Owner
from harness.domain.grade import Beside, Grade, Standing
from harness.domain.requirement import Campaign, Requirement, RequirementKind
from harness.domain.vendor import Phase
from harness.domain.verdict import Verdict
from harness.record.log import Entry
from harness.record.result import Result, result_of

DAY = datetime(2027, 3, 1, 7, 0, tzinfo=UTC)
CAMPAIGN = Heading("connectathon-kol-lrs", "Connectathon: KOL og lænderyg")
SYSTEMS = (
    Heading("eg-clinea", "EG Clinea", "EG A/S"),
    Heading("eg-winplc", "EG WinPLC", "EG A/S"),
    Heading("multimed", "MultiMED", "MultiMed A/S"),
    Heading("myclinic", "MyClinic", "MultiMed A/S"),
    Heading("novax", "Novax", "Novax A/S"),
    Heading("xmo", "XMO", "CGM"),
)
PARTNERS = (
    Heading("plsp-flp", "PLSP og FLP", "simulator"),
    Heading("sundhedsjournalen", "Sundhedsjournalen", "simulator"),
    Heading("min-laege", "Min Læge", "simulator"),
    Heading("dnhf", "DNHF og EOJ", "simulator"),
    Heading("web-patient", "Web-patient", "simulator"),
    Heading("cockpit", "Cockpit", "simulator"),
)
CAPABILITIES = tuple(
    Heading(each, each.capitalize().replace("-", " "))
    for each in (
        *("deling", "behovsvurdering", "behandlingsplan", "henvisning", "drift", "inklusion"),
        *("cockpit", "pro", "forloeb", "minplan", "monitorering", "forloebsplan"),
    )
)
FINDING = Finding(
    rule="CPD-C04",
    title="Afsnittet Helbredsproblemer har koden 75310-3 (LOINC) netop én gang",
    grade=Grade.F3,
    owner=Owner.LPS,
    location=Location("besked-1.xml", 2, 3, "/ClinicalDocument/component/structuredBody/component[1]/section/code"),
    expected="75310-3",
    actual="75310-4",
    source="MedCom, CPD-DK 1.0.1, schematron for Health Concerns",
)
REQUIREMENT = Requirement(
    "KP-06", "Lægen deler en behandlingsplan", "MedCom, MVP1", Grade.F2, True, RequirementKind.REQUIREMENT, (), 1, Phase.SELF_TEST
)


def run_name(system: str) -> str:
    """What the wall calls the one run of a system."""
    return f"{CAMPAIGN.id}/{system}/20270301T0715-{system}"


def log_of(system: str, *, partner: str = "", rehearsal: bool = False, scenarios: int = 3, evidence: str = "") -> list[Entry]:
    """A run's log: the first scenario has a finding in a message, the others are OK; with a partner one is laid on it."""
    partners = (Partner("dnhf", "DNHF og EOJ", ("dnhf",), ("deling",)),)
    campaign = Campaign(CAMPAIGN.id, CAMPAIGN.title, "", (REQUIREMENT,), ("deling",), (), {}, (), (), (), partners=partners)
    events: list[Event] = [
        RunStarted(
            run=run_name(system).rpartition("/")[2],
            system=system,
            product=next((each.title for each in SYSTEMS if each.id == system), system),
            supplier=next((each.note for each in SYSTEMS if each.id == system), ""),
            sut_version="7.1",
            driver="reference" if rehearsal else "adapter",
            target="live",
            rute="plsp",
            campaign=CAMPAIGN.id,
            phase="connectathon",
            grundlag="referencesystem" if rehearsal else "leverandørens system",
            fingerprint={},
            planned=tuple(f"DEL-{number:02}" for number in range(1, scenarios + 2)),
            participation={CAMPAIGN.id: "deltager"},
            partner=partner,
        ),
        MeasuredAgainst((campaign,)),
    ]
    body = Body(evidence, 60, "application/xml")
    for number in range(1, scenarios + 1):
        name, folder = f"DEL-{number:02}", CAPABILITIES[(number - 1) % len(CAPABILITIES)].id
        events += [
            ScenarioStarted(
                scenario=name,
                attempt=1,
                title=f"Lægen deler plan nummer {number}",
                feature="Deling af behandlingsplaner",
                feature_description="",
                file=f"features/{folder}/{folder}.feature",
                line=12,
                tags=(f"@id:{name}",),
                requirements=("KP-06",),
                parameters={},
                mark="BCDFGH",
                steps=("Givet at Nancy er patient i klinikken", "Når lægen deler planen", "Så er planen delt"),
                campaigns=(CAMPAIGN.id,),
            ),
            StepStarted(0, "Givet", "at Nancy er patient i klinikken"),
            StepEnded(0, "udført"),
            StepStarted(1, "Når", "lægen deler planen"),
            Exchanged(
                f"besked-{number}",
                "lps",
                "plsp",
                "POST",
                "/planer",
                "",
                (),
                body,
                "svar",
                0.0,
                200,
                (),
                Body("", 0, ""),
                DAY.isoformat(),
                (),
                {"transaction": "ITI-41"},
            ),
            StepEnded(1, "udført"),
        ]
        if number == 1:
            found = (
                (FINDING, replace(FINDING, rule="CPD-C09", title="Hemmeligt for andre", side=partner)) if partner else (FINDING,)
            )
            events += [Judged("planen", "besked-1", (), {}, found), ScenarioEnded(name, 1, "F3", "\n".join(map(str, found)))]
        else:
            events += [ScenarioEnded(name, 1, "OK", "")]
    events.append(RunEnded(scenarios, 3.0))
    return [Entry(number, DAY + timedelta(minutes=15, seconds=number), event) for number, event in enumerate(events)]


def grid_of(name: str, title: str, rows: Sequence[Heading], columns: Sequence[Heading]) -> Grid:
    """A grid in which nothing has run."""
    return Grid(
        name, title, tuple(rows), tuple(columns), {(row.id, each.id): Cell(row.id, each.id) for row in rows for each in columns}
    )


@dataclass
class MadeWall:
    """A `Wall`: its grids are changed by `put`, and every change is counted. Those up to the id `forgets` are forgotten."""

    shown: dict[str, list[Grid]] = field(default_factory=dict)
    results: dict[str, Result] = field(default_factory=dict)
    listed: dict[str, list[Run]] = field(default_factory=dict)
    gates: list[Progress] = field(default_factory=list)
    moments: list[Moment] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    forgets: int = 0
    trouble: str = ""
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def campaigns(self) -> tuple[Heading, ...]:
        return tuple(replace(CAMPAIGN, id=each) for each in self.shown)

    def grids(self, campaign: str) -> tuple[Grid, ...]:
        return tuple(self.shown[campaign])

    def progress(self, campaign: str) -> tuple[Progress, ...]:  # noqa: ARG002
        return tuple(self.gates)

    def trend(self, campaign: str) -> tuple[Moment, ...]:  # noqa: ARG002
        return tuple(self.moments)

    def runs(self, campaign: str, system: str) -> tuple[Run, ...]:  # noqa: ARG002
        return tuple(self.listed.get(system, ()))

    def result(self, run: str) -> Result | None:
        return self.results.get(run)

    @property
    def newest(self) -> int:
        return self.changes[-1].id if self.changes else self.forgets

    def since(self, change: int) -> tuple[Change, ...] | None:
        if change < self.forgets:
            return None
        return tuple(self.changes[max(0, change - self.forgets) :])

    async def changed(self, after: int) -> int:
        while self.newest <= after:
            await self._news.wait()
        return self.newest

    def put(self, campaign: str, grid: str, cell: Cell, at: datetime = DAY) -> int:
        """Have `cell` stand in a grid from now on; the change's id."""
        old = next(each for each in self.shown[campaign] if each.id == grid)
        cells = dict(old.cells) | {(cell.row, cell.column): cell}
        self.shown[campaign] = [replace(each, cells=cells) if each.id == grid else each for each in self.shown[campaign]]
        self.changes.append(Change(self.newest + 1, at, campaign, grid, cell.row, cell.column))
        self._news.set()
        self._news.clear()
        return self.newest

    def add_run(self, entries: list[Entry]) -> str:
        """Have a run be known: its name."""
        result = result_of(entries)
        started = result.started
        name = run_name(started.system)
        self.results[name] = result
        counts = Counter(str(each.standing) for each in result.state.scenarios.values())
        verdict = Verdict.REHEARSAL_FINDINGS if result.rehearsal else Verdict.NOT_APPROVED
        self.listed.setdefault(started.system, []).append(
            Run(name, started.system, started.partner, started.phase, result.rehearsal, DAY, None, verdict, counts)
        )
        return name


_MIXED: tuple[Standing | None, ...] = (
    Grade.OK, Grade.OK, Grade.F4, Grade.OK, Grade.F3, None, Beside.AWAITING, Grade.OK, Grade.F2, Grade.OK, Beside.UNTESTABLE,
    Grade.OK, Grade.IR, Grade.OK, Grade.F1, Beside.INTERRUPTED, Grade.OK, None, Beside.UNCHECKED, Beside.ATTESTED, Grade.OK,
)  # fmt: skip
_SIGNED = {3: {Sign.RUNNING}, 5: {Sign.PAUSED}, 8: {Sign.OUTDATED}, 14: {Sign.CRITICAL}}


def a_day(*, rehearsals: Sequence[str] = ("xmo",)) -> MadeWall:
    """A wall in the middle of a day: every standing and sign is there, and some systems are rehearsed."""
    wall = MadeWall({CAMPAIGN.id: [
        grid_of("partnere", "Systemer og parter", SYSTEMS, PARTNERS),
        grid_of("par", "LPS til LPS", SYSTEMS, SYSTEMS),
        grid_of("kapabiliteter", "Kapabiliteter", SYSTEMS, CAPABILITIES),
    ]})  # fmt: skip
    for each in SYSTEMS:
        wall.add_run(log_of(each.id, rehearsal=each.id in rehearsals, partner="xmo" if each.id == "novax" else ""))
    number = 0
    for grid in tuple(wall.shown[CAMPAIGN.id]):
        for row in grid.rows:
            for column in grid.columns:
                number += 1
                if row.id == column.id:
                    continue
                standing = _MIXED[number * 8 % len(_MIXED)]
                signs = _SIGNED.get(number * 8 % len(_MIXED), set()) | ({Sign.REHEARSAL} if row.id in rehearsals else set())
                counts = {str(standing): 2, "OK": 12} if standing is not None else {}
                blamed = column.id if standing is Beside.UNTESTABLE else ""
                ran = run_name(row.id) if standing is not None else ""
                signs = signs if ran else signs - {Sign.REHEARSAL}
                at = DAY + timedelta(minutes=number)
                planned = 16 if number % 5 == 0 else 14 if str(standing) != "OK" else 12
                cell = Cell(row.id, column.id, standing, counts, planned, frozenset(signs), blamed, ran, at)
                wall.put(CAMPAIGN.id, grid.id, cell, at)
    lacks = ("Ikke prøvet: KP-07, KP-11.", "MedCom har ikke godkendt.")
    for each in SYSTEMS:
        rehearsed = each.id in rehearsals
        wall.gates += [
            Progress(each.id, "egentest", Verdict.REHEARSAL_CLEAN, False, ("En prøvekørsel tæller ikke.",), True)
            if rehearsed
            else Progress(each.id, "egentest", Verdict.APPROVED, True),
            Progress(each.id, "prætest", None if rehearsed else Verdict.NOT_APPROVED, False, () if rehearsed else lacks),
        ]
    wall.moments = [
        Moment(DAY + timedelta(minutes=10 * each), {"OK": 4 * each, "F3": each % 5, "afventer": each // 4, "F4": each // 3})
        for each in range(36)
    ]
    return wall


CALLERS = {
    "": Caller(),
    "læser": Caller(Right.READER, "Læser"),
    "novax": Caller(Right.SUPPLIER, "Novax A/S", frozenset({"novax"})),
    "xmo": Caller(Right.SUPPLIER, "CGM", frozenset({"xmo"})),
    "monitor": Caller(Right.MONITOR, "Monitor"),
    "administrator": Caller(Right.ADMINISTRATOR, "Administrator"),
}
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)


class LetIn:
    """Stands where the real door stands: who somebody is says a header, or a cookie. In tests only."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        asked = HTTPConnection(scope)
        name = asked.headers.get("x-hvem", asked.cookies.get("hvem", "")).encode("latin-1").decode()
        scope.setdefault("state", {})["caller"] = CALLERS[name]

        async def safely(message: dict[str, object]) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (b"content-security-policy", POLICY.encode())]  # type: ignore[misc]
            await send(message)

        await self._app(scope, receive, safely)  # type: ignore[arg-type]
        return None
