"""A small run made by hand: every standing, an outline, a second attempt, findings and exchanges with evidence."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

from harness.domain.event import (
    Answered,
    Body,
    Event,
    Exchanged,
    ForeignCpr,
    Judged,
    Observed,
    RunEnded,
    RunStarted,
    ScenarioEnded,
    ScenarioStarted,
    StepEnded,
    StepStarted,
)
from harness.domain.finding import Finding, Location, Owner
from harness.domain.grade import Grade
from harness.domain.prompt import Answer, Attachment, Outcome
from harness.record.evidence import Evidence
from harness.record.log import FIRST, LOG_NAME, encode

START = datetime(2026, 10, 5, 8, 15, tzinfo=UTC)
PLAN = b'<?xml version="1.0" encoding="UTF-8"?>\n<Plan><Titel>Min forl\xc3\xb8bsplan for KOL</Titel></Plan>'
ANSWER = b"<RegistryResponse/>"
PICTURE = b"\x89PNG\r\n\x1a\n"
BEACON = b'<html><img src="http://example.invalid/beacon.png"></html>'
STEPS = (
    'Givet at "Nancy" har en delt behandlingsplan for KOL',
    "Når lægen ændrer målet i planen og deler planen",
    "Så overholder planen CPD-DK",
    "Og netop én udgave af planen er gældende",
)

RUN = RunStarted(
    run="2026-10-05T081500",
    system="novax",
    product="Novax",
    supplier="Novax A/S",
    sut_version="2026.3",
    driver="reference",
    target="mock",
    rute="plsp",
    campaign="kol-lrs-2027",
    phase="egentest",
    grundlag="referencesystem",
    fingerprint={"features": "1f" * 32, "regler": "2e" * 32},
)

FINDING = Finding(
    rule="CPD-C04",
    title="Afsnittet Helbredsproblemer har koden 75310-3 (LOINC) netop én gang",
    grade=Grade.F3,
    owner=Owner.LPS,
    location=Location("plan.xml", 87, 9, "/ClinicalDocument/component/structuredBody/component[1]/section/code"),
    expected="75310-3",
    actual="75310-4",
    source="MedCom, CPD-DK 1.0.1, schematron for Health Concerns",
)


def started(scenario: str, attempt: int = 1, title: str = "", **parameters: str) -> ScenarioStarted:
    """One attempt at a scenario of the example's only feature."""
    return ScenarioStarted(
        scenario=scenario,
        attempt=attempt,
        title=title or f"Planen bliver delt ({scenario.partition('[')[0]})",
        feature="En ny udgave af behandlingsplanen afløser den gamle",
        feature_description="  Patienten og alle sundhedsfaglige skal se den samme plan.\n  Derfor er der kun én gældende.",
        file="features/behandlingsplan/deling.feature",
        line=14,
        tags=("@KP-09", "@prøver:lps", "@set:snitflade"),
        requirements=("KP-09", "KP-10"),
        parameters=parameters,
        mark="KLMNPQ",
        steps=STEPS,
    )


def step(number: int, outcome: str, *inside: Event, message: str = "") -> list[Event]:
    """A whole step with what happened in it."""
    keyword, _, text = STEPS[number].partition(" ")
    return [StepStarted(number, keyword, text), *inside, StepEnded(number, outcome, message)]


def judged(*findings: Finding, undecided: tuple[str, ...] = (), not_judged: dict[str, str] | None = None) -> Judged:
    """Rules run over the plan."""
    return Judged("behandlingsplanen", "x1", ("CPD-C01", "CPD-C02"), not_judged or {}, findings, undecided)


def scenario(identity: str, standing: str, reason: str = "", *inside: Event, undecided: tuple[str, ...] = ()) -> list[Event]:
    """A whole scenario in which every step was carried out."""
    steps = [event for number in range(len(STEPS)) for event in step(number, "udført", *(inside if number == 2 else ()))]
    return [started(identity), *steps, ScenarioEnded(identity, 1, standing, reason, undecided)]


def exchanged(request: Body, response: Body, answer: str = "svar", status: int = 200, late: float = 0) -> Exchanged:
    """The plan on its way from the LPS."""
    return Exchanged(
        exchange="x1",
        sender="lps",
        service="dros",
        method="POST",
        path="/dros/iti41",
        query="",
        request_headers=(("content-type", request.content_type), ("authorization", "[skjult]")),
        request=request,
        answer=answer,
        late_seconds=late,
        status=status,
        response_headers=(("content-type", response.content_type),) if status else (),
        response=response,
        at=START.isoformat(),
        ids=(),
        facts={"transaction": "ITI-41", "patient": "2512489996", "document": "CPD-DK"},
    )


def events(evidence: Evidence) -> list[Event]:
    """The run's events in order; the bodies are kept in `evidence`."""
    plan = evidence.keep(PLAN, "application/soap+xml; charset=utf-8")
    answer = evidence.keep(ANSWER, "text/xml")
    beacon = evidence.keep(BEACON, "text/html")
    nothing = Body("", 0, "")
    picture = evidence.keep(PICTURE, "image/png")
    shot = Attachment("skærm.png", "image/png", picture.sha256, picture.size)
    said = Answer(Outcome.JUDGED, "Nancy Berggren", "IR", "Systemet har ikke funktionen", files=(shot,))
    return [
        RUN,
        started("DEL-07", title="Ændring af et mål giver næste udgave"),
        *step(0, "udført"),
        StepStarted(1, "Når", "lægen ændrer målet i planen og deler planen"),
        ScenarioEnded("DEL-07", 1, "afbrudt", "Kørslen blev standset"),
        started("DEL-07", 2, title="Ændring af et mål giver næste udgave"),
        *step(0, "udført"),
        *step(1, "udført", exchanged(plan, answer), Observed("LPS'et spurgte til status én gang")),
        *step(
            2,
            "fund",
            judged(FINDING, not_judged={"CPD-C05": "bygger på CPD-C04, der ikke holder"}),
            message="CPD-C04 holder ikke",
        ),
        ScenarioEnded("DEL-07", 2, "F3", "Planen overholder ikke CPD-DK"),
        started("DEL-01[KOL]", title="En plan bliver delt", sygdom="KOL", kode="R95"),
        *[event for number in range(4) for event in step(number, "udført")],
        ScenarioEnded("DEL-01[KOL]", 1, "OK", ""),
        started("DEL-01[Lænderygsmerter]", title="En plan bliver delt", sygdom="Lænderygsmerter", kode="L84"),
        *step(0, "udført", ForeignCpr("PID-3 i ITI-41", "lps", stopped=True)),
        ScenarioEnded("DEL-01[Lænderygsmerter]", 1, "F1", "Databrud"),
        *scenario("DEL-02", "F2", "Planen kan ikke læses"),
        *scenario("DEL-03", "F4", "Titlen afviger"),
        *scenario("DEL-04", "IR", "Systemet har ikke funktionen, siger Nancy Berggren", Answered("DEL-04/1/1", said)),
        *scenario(
            "DEL-05",
            "afventer",
            "MedCom har ikke besluttet koderne",
            judged(undecided=("lrs-inklusion",)),
            undecided=("lrs-inklusion",),
        ),
        *scenario("DEL-06", "kunne ikke testes", "Dokumentdelingen svarede ikke", exchanged(plan, nothing, "intet svar", 0)),
        *scenario("DEL-08", "ikke kontrolleret", "MedComs schematron er ikke til stede"),
        *scenario("DEL-09", "OK", "", exchanged(beacon, answer, "for sent svar", 200, 12.5), judged()),
        started("DEL-10"),
        StepStarted(0, "Givet", 'at "Nancy" har en delt behandlingsplan for KOL'),
        RunEnded(11, 8.4),
    ]


def write_example(folder: Path) -> Path:
    """The run as a run folder, an event a second. Gives `folder` back."""
    folder.mkdir(parents=True, exist_ok=True)
    previous = FIRST
    with (folder / LOG_NAME).open("wb") as log:
        for number, event in enumerate(events(Evidence(folder))):
            line = encode(event, number, START + timedelta(seconds=number), previous)
            previous = hashlib.sha256(line).hexdigest()
            log.write(line)
    return folder
