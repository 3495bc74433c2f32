"""Runs of a vendor's own system, made by hand, and their reviews."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from harness.domain.event import Body, Exchanged, ForeignCpr, Judged, MeasuredAgainst, RunEnded, RunStarted, ScenarioEnded
from harness.domain.event import ScenarioStarted as Started
from harness.domain.finding import Finding, Location, Owner
from harness.domain.grade import Grade
from harness.domain.protocol import Prerequisite, Protocol
from harness.domain.requirement import Campaign, Gate, Participation, Requirement, RequirementKind, Retest
from harness.domain.review import Act, Role
from harness.domain.vendor import Channel, Phase
from harness.record.evidence import Evidence
from harness.record.log import LogWriter
from harness.record.result import Result
from harness.record.reviewing import Reviews

SUITE = {"features": "1f" * 32}
NEWER = {"features": "2e" * 32}
ANNA, BO = "Anna Bek", "Bo Dal"
SUPPLIER, MEDCOM = Role.SUPPLIER, Role.MEDCOM
PLAN = b"<plan>en plan med 000000-0000</plan>"
FINDING = Finding(
    "CPD-31", "Planen har en titel", Grade.F3, Owner.LPS, Location("plan.xml", 12), "en titel", "ingen", "CPD-DK 1.0.1"
)

CAMPAIGN = Campaign(
    id="lille",
    title="En lille kampagne",
    source="Modellen",
    requirements=(Requirement("KP-06", "Planen deles", "Modellen", Grade.F2, True, RequirementKind.REQUIREMENT, ("novax",)),),
    features=("deling",),
    gates=tuple(Gate(phase, "I orden", "Modellen", False) for phase in Phase),
    participants={"novax": Participation.PARTICIPANT},
    actors=(),
    open_questions=(),
    profiles=(),
    retest=Retest(("DEL-03",), False, "Reglen er ikke offentlig"),
)
RESTING = replace(
    CAMPAIGN,
    protocols=(
        Protocol(
            "p", "ConditionList", "1.0.2", Channel.SEND, "Protokol", "MedCom", (), {}, (Prerequisite("XDS Metadata", "MedCom"),)
        ),
    ),
)
STARTED = RunStarted(
    run="",
    system="novax",
    product="Novax",
    supplier="Novax A/S",
    sut_version="7.1",
    driver="attended",
    target="live",
    rute="plsp",
    campaign="lille",
    phase="egentest",
    grundlag="leverandørens system",
    fingerprint=SUITE,
    participation={"lille": "deltager"},
)
GOOD = {"DEL-01[KOL]": "OK", "DEL-02": "F4", "DEL-03": "OK"}


def write_run(
    reports: Path,
    run: str = "20270301T0915",
    standings: Mapping[str, str] = GOOD,
    *,
    ended: bool = True,
    campaign: Campaign = CAMPAIGN,
    undecided: Mapping[str, tuple[str, ...]] | None = None,
    outside: tuple[Finding, ...] = (),
    **said: Any,
) -> Path:
    """A run in the folder of reports; `said` are fields of its first event. F3 comes with a finding on a message."""
    folder = reports / "lille" / said.get("system", "novax") / run
    folder.mkdir(parents=True)
    body = Evidence(folder).keep(PLAN, "text/xml")
    log = LogWriter(folder)
    log.append(replace(STARTED, run=run, planned=tuple(standings), **said))
    log.append(MeasuredAgainst((campaign,)))
    for number, (name, standing) in enumerate(standings.items()):
        log.append(_scenario(name))
        if number == 0:
            log.append(_message(body))
            log.append(ForeignCpr("i løbende tekst", "lps", False, body.sha256, 18, 29))
        if standing == "F3":
            log.append(Judged("planen", "x1", (), {}, (FINDING,)))
        log.append(
            ScenarioEnded(name, 1, standing, "" if standing == "OK" else f"Blev {standing}", (undecided or {}).get(name, ()))
        )
    if outside:
        log.append(Judged("planen", "x9", (), {}, outside))
    if ended:
        log.append(RunEnded(len(standings), 4.0))
    log.close()
    return folder


def _scenario(name: str) -> Started:
    return Started(
        scenario=name,
        attempt=1,
        title="Lægen deler en plan",
        feature="Deling",
        feature_description="",
        file="features/deling/deling.feature",
        line=3,
        tags=("@id:" + name.partition("[")[0],),
        requirements=("KP-06",),
        parameters={},
        mark="BCDFGH",
        steps=("Når lægen deler planen",),
        campaigns=("lille",),
    )


def _message(body: Body) -> Exchanged:
    nothing = Body("", 0, "")
    return Exchanged(
        "x1", "lps", "dros", "POST", "/dros/iti41", "", (), body, "svar", 0, 200, (), nothing, "2027-03-01T09:15:00Z", (), {}
    )


def reviews_of(reports: Path, suite: Mapping[str, str] = SUITE, decided: list[Path] | None = None) -> Reviews:
    """The reviews in the folder of reports; the runs whose artefacts were to be made again come into `decided`."""
    told = decided if decided is not None else []
    return Reviews(reports, lambda _: suite, frozenset({"2512489996"}), lambda folder, _result: told.append(folder))


def do(reviews: Reviews, folder: Path, *acts: tuple[str, Role, Act]) -> Result:
    """Do the acts one after the other; the result after the last."""
    after = reviews.result(folder)
    for by, role, act in acts:
        after = reviews.do(folder, by, role, act)
    return after
