"""A certificering of a vendor's own system, as small as it can be: one campaign with one of MedCom's protocols, approved."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from harness.domain.event import Event, MeasuredAgainst, RunEnded, RunStarted, ScenarioEnded, ScenarioStarted
from harness.domain.grade import Grade
from harness.domain.protocol import Prerequisite, Protocol, UseCase
from harness.domain.requirement import Campaign, Gate, Participation, Requirement, RequirementKind
from harness.domain.review import Act, Approved, Ground, Role, Said, Submitted
from harness.domain.vendor import Approval, ApprovalStatus, Channel, Phase
from harness.record.log import FIRST, LOG_NAME, encode
from harness.record.review import append_act, read_review

PROTOCOL = Protocol(
    id="homecareobservation-modtag",
    standard="HomeCareObservation",
    version="1.2",
    channel=Channel.RECEIVE,
    title="Testprotokol, HomeCareObservation, modtagelse, 1.2.0 (19-12-2025)",
    source="MedCom",
    use_cases=(UseCase("HomeCareObservation:R1", "Modtag kommunalt prøvesvar", True),),
    steps={"HCO-01": (), "HCO-02": ()},
    prerequisites=(Prerequisite("Acknowledgement", "MedCom"),),
)

CAMPAIGN = Campaign(
    id="kommunale-proevesvar",
    title="Kommunale prøvesvar",
    source="MedCom",
    requirements=tuple(
        Requirement(each, each, "MedCom", Grade.F2, True, RequirementKind.REQUIREMENT, ()) for each in ("A-01", "A-02")
    ),
    features=("kommunale-proevesvar",),
    gates=(Gate(Phase.CERTIFICATION, "Alt er godkendt", "MedCom", convention=False),),
    participants={"novax": Participation.PARTICIPANT, "xmo": Participation.PARTICIPANT},
    actors=(),
    open_questions=(),
    profiles=(),
    protocols=(PROTOCOL,),
)

STARTED = RunStarted(
    run="20261120T090000",
    system="novax",
    product="Novax",
    supplier="Novax",
    sut_version="2026.3",
    driver="attended",
    target="live",
    rute="plsp",
    campaign=CAMPAIGN.id,
    phase="certificering",
    grundlag="leverandørens system",
    fingerprint={"features": "1f" * 32, "regler": "2e" * 32, "system": "3d" * 32},
    planned=("HCO-01", "HCO-02[telefon]"),
    participation={CAMPAIGN.id: "deltager"},
    data="ab" * 32,
)

SELF_TEST = Ground("egentest", run="20261001T090000", head="cd" * 32, sut_version="2026.3")
ACKNOWLEDGED = Approval("Acknowledgement", "2.0", Channel.RECEIVE, ApprovalStatus.APPROVED)

APPROVED = Said("Anne Ærø", Role.MEDCOM, "2026-11-21T10:00:00+01:00", Approved((SELF_TEST,)))
SUBMITTED = Said("Bo", Role.SUPPLIER, "2026-11-20T15:00:00+01:00", Submitted(STARTED.planned))


def events(started: RunStarted = STARTED, standings: Iterable[str] = ("OK", "F4"), campaign: Campaign = CAMPAIGN) -> list[Event]:
    """The run's events: its two scenarios, seen on the wire and on the screen, end with `standings`."""
    found: list[Event] = [started, MeasuredAgainst((campaign,), (ACKNOWLEDGED,), "MedCom")]
    seen = (("A-01", "snitflade"), ("A-02", "skærm"))
    for name, (requirement, where), standing in zip(started.planned, seen, standings, strict=True):
        tags = (f"@{requirement}", "@prøver:lps", f"@set:{where}")
        begun = ScenarioStarted(
            name, 1, name, "Prøvesvar", "", "a.feature", 3, tags, (requirement,), {}, "BCDFGH", (), (campaign.id,)
        )
        found += [begun, ScenarioEnded(name, 1, standing, "")]
    return [*found, RunEnded(2, 1.5)]


def write_run(reports: Path, written: Iterable[Event], said: Iterable[Said] = (SUBMITTED, APPROVED)) -> Path:
    """The run, begun when its id says, and what was said of it under `reports`; its folder."""
    log = list(written)
    assert isinstance(log[0], RunStarted)
    folder = reports / log[0].campaign / log[0].system / log[0].run
    folder.mkdir(parents=True)
    previous, began = FIRST, datetime.strptime(log[0].run, "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
    with (folder / LOG_NAME).open("wb") as file:
        for number, each in enumerate(log):
            line = encode(each, number, began + timedelta(seconds=number), previous)
            previous = hashlib.sha256(line).hexdigest()
            file.write(line)
    for act in said:
        say(folder, act)
    return folder


def say(folder: Path, said: Said) -> None:
    """One more act in the run's review."""
    append_act(folder, said, read_review(folder).head)


def by_medcom(act: Act, day: str) -> Said:
    """Something MedCom's tester does at noon on `day`."""
    return Said("Anne Ærø", Role.MEDCOM, f"{day}T12:00:00+01:00", act)


def rehearsal() -> RunStarted:
    """The same run, of the reference system."""
    return replace(STARTED, grundlag="referencesystem", driver="reference")
