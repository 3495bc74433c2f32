"""What the tests of the pages share: a hub whose pages are open, and a run of novax that stands where a test wants it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

from over_tcp import Watched

from harness.domain.data_set import Kind
from harness.domain.event import RunStarted, ScenarioStarted, StepEnded, StepStarted, Waiting
from harness.domain.finding import Finding, Location, Owner
from harness.domain.grade import Grade
from harness.domain.identifiers import Cpr
from harness.domain.own_values import OwnValue
from harness.domain.patient import Patient
from harness.domain.prompt import Field, Prompt, Task, Wanted
from harness.hub.hub import Hub
from harness.hub.pages.front import Listening
from harness.hub.run import LiveRun, Place
from harness.record.reviewing import Reviews

NANCY = "2512489996"
ELMER = "2509479989"
PATIENTS = {
    "Nancy": Patient("Nancy", Cpr(NANCY), ("Nancy", "Ann", "Test"), "Berggren", date(1948, 12, 25), True),
    "Elmer": Patient("Elmer", Cpr(ELMER), ("Elmer", "Test"), "Hansen", date(1947, 9, 25), False),
}

RUN = RunStarted(
    run="20270301T0915-novax",
    system="novax",
    product="Novax",
    supplier="Novax A/S",
    sut_version="7.1",
    driver="attended",
    target="live",
    rute="plsp",
    campaign="kol-lrs-2027",
    phase="egentest",
    grundlag="leverandørens system",
    fingerprint={},
    planned=("DEL-01[KOL]", "DEL-02", "DEL-03"),
)
SCENARIO = ScenarioStarted(
    scenario="DEL-01[KOL]",
    attempt=1,
    title="Lægen deler en plan for KOL",
    feature="Deling af behandlingsplaner",
    feature_description="Patientens plan når frem til dem, der skal bruge den.\nDen nyeste udgave gælder.",
    file="features/deling/deling.feature",
    line=12,
    tags=("@id:DEL-01",),
    requirements=("KP-06",),
    parameters={"sygdom": "KOL"},
    mark="BCDFGH",
    steps=(
        "Givet at Nancy er patient i klinikken",
        "Når lægen opretter en behandlingsplan for KOL",
        "Og lægen deler planen",
        "Så når planen frem til dokumentdelingen inden for 5 minutter",
        "Og lægen kan se, at planen er delt",
    ),
)
ADMIT = Task(
    step=0,
    act="opret-patient",
    says="Opret testpatienten i klinikken, hvis hun ikke er der.",
    entered={"cpr": NANCY, "fornavne": ["Nancy", "Ann", "Test"], "efternavn": "Berggren"},
    shown_as=(("CPR-nummer", NANCY), ("Fornavne", "Nancy"), ("Fornavne", "Ann"), ("Efternavn", "Berggren")),
    patient="Nancy",
)
MAKE_PLAN = Task(
    step=1,
    act="opret-plan",
    says="Opret en behandlingsplan til patienten. Del den ikke endnu.",
    entered={"cpr": NANCY, "titel": "Plan for KOL BCDFGH", "maal": ["Gå en tur hver dag", 'Sige "nej" til <røg>']},
    shown_as=(
        ("CPR-nummer", NANCY),
        ("Titel", "Plan for KOL BCDFGH"),
        ("Mål", "Gå en tur hver dag"),
        ("Mål", 'Sige "nej" til <røg>'),
    ),
    patient="Nancy",
    makes={"plan": "Plan 1 (Nancy)"},
)
DO = Prompt("DEL-01[KOL]/1/1", Wanted.DO, 2, SCENARIO.steps[2], (ADMIT, MAKE_PLAN))
TELL = Prompt(
    "DEL-01[KOL]/1/2",
    Wanted.TELL,
    2,
    "lægen ser patientens henvisninger",
    (
        Task(2, "henvisninger", "Se patientens henvisninger, den ældste først.", {"cpr": ELMER}, (), "Elmer", looks=True),
        Task(2, "noter", "Se klinikkens noter.", looks=True),
    ),
    (
        Field(
            "henvisninger",
            "Henvisninger",
            "rækker",
            required=True,
            fields=(
                Field("plan", "Plan", "tekst", required=True, key=True),
                Field("modtager", "Modtager", "valg", required=True, choices=("kommune", "privat klinik")),
                Field("dato", "Dato", "dato", hint="Den dag, den blev sendt."),
                Field("haster", "Haster", "ja-nej", required=True),
                Field("linjer", "Linjer", "liste", required=True, fields=(Field("", "", "tekst", required=True),)),
            ),
        ),
        Field("udgave", "Udgave", "tal", required=True, hint="Et helt tal."),
        Field("taget", "Prøven er taget", "tidspunkt"),
        Field("fra", "Fra", "felter", fields=(Field("navn", "Navn", "tekst"), Field("niveau", "Niveau", "valg", choices=(1, 2)))),
        Field("bilag", "Bilag", "fil"),
    ),
)
JUDGE = Prompt(
    "DEL-01[KOL]/1/3",
    Wanted.JUDGE,
    4,
    "lægen kan se, at planen er delt",
    (
        Task(
            4,
            "plan",
            "Se planen, som systemet viser den nu.",
            {"plan": "Plan 1 (Nancy)"},
            (("Plan", "Plan 1 (Nancy)"),),
            "Nancy",
            looks=True,
        ),
    ),
)
_GOAL, _NOTE = "Gå en tur hver dag", "Bor alene"
CHOOSE = Prompt(
    "DEL-01[KOL]/1/0",
    Wanted.CHOOSE,
    0,
    "DEL-01[KOL]: Lægen deler en plan for KOL",
    fields=(
        Field("værdi1", _GOAL, "tekst", hint=f'Når lægen laver en plan for KOL til "Nancy" med målet "{_GOAL}".'),
        Field("værdi2", _NOTE, "tekst", hint=f'Og lægen skriver "{_NOTE}".'),
    ),
    own=(
        OwnValue("værdi1", Kind.TEXT, _GOAL, _GOAL, f'Når lægen laver en plan for KOL til "Nancy" med målet "{_GOAL}"'),
        OwnValue("værdi2", Kind.TEXT, _NOTE, _NOTE, f'Og lægen skriver "{_NOTE}"'),
    ),
)
FINDING = Finding(
    "CPD-31",
    "Planen har en titel",
    Grade.F3,
    Owner.LPS,
    Location("plan.xml", 12, 3),
    "en titel",
    "ingen",
    "MedCom CPD-DK 1.0.1",
)
WAITING = Waiting(1, 300.0, "at planen kommer til dokumentdelingen")


@asynccontextmanager
async def pages_in(reports: Path, port: int = 0) -> AsyncIterator[Hub]:
    """A hub of two systems with pages, on free ports."""
    allowed = frozenset({NANCY, ELMER})
    reviews = Reviews(reports, lambda started: started.fingerprint, allowed, lambda _folder, _result: None)
    hub = Hub(reports, ("novax", "xmo"), lambda: [Watched()], allowed, patients=PATIENTS, reviews=reviews)
    try:
        await hub.start("127.0.0.1", 0, pages=Listening(port=port))
        yield hub
    finally:
        await hub.stop()


def port_of(hub: Hub) -> int:
    return urlsplit(hub.pages_address).port or 0


async def begin(hub: Hub, *, at: int = -1, as_started: RunStarted = RUN) -> LiveRun:
    """A run of novax in the middle of its first scenario, whose step `at` runs and those before it are over."""
    run = await begin_run(hub, as_started)
    await begin_scenario(run, at=at)
    return run


async def begin_run(hub: Hub, as_started: RunStarted = RUN) -> LiveRun:
    """A run of novax whose first scenario has not begun."""
    folder = hub.reports / "kørsel"
    folder.mkdir()
    run, _ = await hub.open("novax", Place(folder, frozenset({NANCY, ELMER})))
    await run.append(as_started)
    return run


async def begin_scenario(run: LiveRun, *, at: int = -1) -> None:
    """The first scenario begins; its step `at` runs and those before it are over."""
    await run.append(SCENARIO)
    for number in range(at + 1):
        keyword, _, text = SCENARIO.steps[number].partition(" ")
        await run.append(StepStarted(number, keyword, text))
        if number < at:
            await run.append(StepEnded(number, "udført"))


ACCOUNT = Prompt(
    "DEL-01[KOL]/1/4",
    Wanted.ACCOUNT,
    4,
    "Så redegør leverandøren for, hvordan systemet får nye koder for analyser",
    explains="Leverandøren forklarer det i en tekst eller en fil. MedCom vurderer redegørelsen bagefter.",
)
ATTEST = Prompt(
    "DEL-01[KOL]/1/5",
    Wanted.ATTEST,
    4,
    "Så er planen delt",
    explains="Det, der når frem til dds og dros, kan kun testeren se.",
)


def again(prompt: Prompt, number: int) -> Prompt:
    """The same prompt, asked as another."""
    return replace(prompt, id=f"DEL-01[KOL]/1/{number}")
