"""A small connectathon day made by hand: six real systems' files, four scenarios, one of two systems, and runs of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from example_run import FINDING, RUN, START, judged, started, step

from harness.domain.connectathon import Day as Plan
from harness.domain.connectathon import Meeting, Partner, Slot
from harness.domain.event import Event, MeasuredAgainst, RunEnded, RunStarted, ScenarioEnded
from harness.domain.finding import Finding, Location
from harness.domain.grade import Grade
from harness.domain.requirement import (
    Campaign,
    Gate,
    Milestone,
    OpenQuestion,
    Participation,
    Planned,
    Requirement,
    RequirementKind,
)
from harness.domain.scenario import Scenario
from harness.domain.vendor import Phase
from harness.house import find_house
from harness.record.log import Entry
from harness.record.result import result_of
from harness.reporting.day.day import Day, Suite, day_of
from harness.reporting.day.runs import DayRun, LeftOut, Runs
from harness.suite.vendors import load_vendors

VENDORS = load_vendors(find_house())
SYSTEMS = tuple(VENDORS)
ID = "connectathon-kol-lrs"
GRADED = ("OK", "F1", "F2", "F3", "F4")
STANDINGS = (*GRADED, "IR", "afventer", "attesteret", "kunne ikke testes", "ikke kontrolleret", "afbrudt")


def scenario(id: str, file: str, *tags: str) -> Scenario:
    """A scenario of the made suite."""
    feature = f"Egenskaben i {file.rpartition('/')[2]}"
    return Scenario(id, f"Titlen på {id}", feature, "", f"features/{file}.feature", 3, frozenset(tags), ("Så er planen delt",))


SCENARIOS = (
    scenario("DEL-01[KOL]", "deling/deling", "KP-09"),
    scenario("DEL-02", "deling/deling", "KP-09", "KP-10"),
    scenario("HENV-01", "henvisning/henvisning", "KP-10", "kræver:Sende:DIS91"),
    scenario("PAR-01", "parvis/brev", "par", "EPJ-02", "kræver:Sende:DIS91", "kræver:Modtage:DIS91"),
    scenario("PAR-02", "parvis/brev", "par", "EPJ-02", "kræver:Sende:FINDES-IKKE"),
)
ALONE = tuple(each for each in SCENARIOS if not each.of_two)
OF_TWO = tuple(each for each in SCENARIOS if each.of_two)
BY_ID = {each.id: each for each in SCENARIOS}


def requirement(id: str) -> Requirement:
    """A mandatory requirement."""
    return Requirement(id, f"Teksten til {id}", "kilden", Grade.F2, True, RequirementKind.REQUIREMENT, (), phase=Phase.SELF_TEST)


CAMPAIGN = Campaign(
    id=ID,
    title="Connectathon for KOL og lænderygsmerter",
    source="kilden",
    requirements=(requirement("KP-09"), requirement("KP-10")),
    features=("deling", "henvisning"),
    gates=(Gate(Phase.CONNECTATHON, "Alt er prøvet", "kilden", True),),
    participants=dict.fromkeys(SYSTEMS, Participation.PARTICIPANT),
    actors=(),
    open_questions=(OpenQuestion("lrs-inklusion", "Hvilke koder giver adgang?", "Sundhedsstyrelsen"),),
    profiles=(),
    milestones=(
        Milestone("connectathon", "Connectathon er afholdt.", (Planned("oktober 2026", "en kilde"),)),
        Milestone(
            "drift", "National drift.", (Planned("1. januar 2027", "en kilde"), Planned("2027", "en anden", "nej, ikke endnu"))
        ),
    ),
    partners=(
        Partner("plsp", "PLSP", ("plsp",), ("deling",)),
        Partner("dnhf", "Henvisningsformidlingen", ("dnhf",), ("HENV-01",), "Et firma"),
    ),
    day=Plan(
        (Slot("09.00", 30, tuple(Meeting("Bord 1", one, two) for at, one in enumerate(SYSTEMS) for two in SYSTEMS[at + 1 :])),)
    ),
)
"""Every two systems meet, so the plan has the 30 ordered pairs."""

LETTERS = replace(CAMPAIGN, id="epj-obligatoriske", features=("parvis",), requirements=(), day=None, partners=())
SUITE = Suite(CAMPAIGN, (CAMPAIGN, LETTERS), SCENARIOS, VENDORS)


@dataclass(frozen=True, slots=True)
class Try:
    """One attempt to be made: how it stands, and whether a message shows a finding of its own, or of its partner in a pair.

    `reason` is said instead of the one that is planted.
    """

    standing: str = "OK"
    finding: bool = False
    on_partner: bool = False
    reason: str = ""


def secret(system: str) -> str:
    """What is planted in everything a system's runs say of it, and no other supplier may read."""
    return f"hemmeligt-{system}-hemmeligt"


def finding_of(system: str, grade: Grade = Grade.F3, side: str = "") -> Finding:
    """A finding in which all but the rule and its grade is planted."""
    told = secret(system)
    return replace(
        FINDING,
        rule=f"REGEL-{system}",
        title=f"Titel {told}",
        grade=grade,
        location=Location(f"{told}.xml", 87, 9, f"/{told}"),
        expected=f"ventet {told}",
        actual=f"fundet {told}",
        source=f"kilde {told}",
        side=side,
    )


def run(
    system: str,
    tries: Mapping[str, Try] | Sequence[tuple[str, Try]],
    *,
    at: int = 0,
    phase: Phase = Phase.CONNECTATHON,
    rehearsal: bool = False,
    partner: str = "",
    selection: str = "",
    planned: Sequence[str] = (),
    ends: bool = True,
    outdated: bool = False,
) -> DayRun:
    """A run of these attempts, begun `at` hours after the first could be."""
    began = START + timedelta(hours=at)
    first = replace(
        RUN,
        run=f"{began:%Y%m%dT%H%M%S}-{secret(system)}",
        system=system,
        product=VENDORS[system].product,
        supplier=VENDORS[system].supplier,
        sut_version=f"1.{at}-{secret(system)}",
        driver="reference" if rehearsal else "attended",
        target="mock" if rehearsal else "live",
        grundlag="referencesystem" if rehearsal else "leverandørens system",
        campaign=LETTERS.id if partner else ID,
        participation={LETTERS.id if partner else ID: "deltager"},
        phase=phase,
        selection=selection,
        planned=tuple(planned),
        partner=partner,
        partner_product=VENDORS[partner].product if partner else "",
    )
    every = tuple(tries.items()) if isinstance(tries, Mapping) else tuple(tries)
    events = [MeasuredAgainst((CAMPAIGN,)), *(event for name, each in every for event in _attempt(first, name, each))]
    return day_run(first, events, began, ends, outdated)


def day_run(first: RunStarted, events: Sequence[Event], began: datetime, ends: bool = True, outdated: bool = False) -> DayRun:
    """A run of these events, one a second."""
    every = [first, *events, *([RunEnded(1, 1.0)] if ends else [])]
    entries = [Entry(number, began + timedelta(seconds=number), event) for number, event in enumerate(every)]
    return DayRun(f"{first.campaign}/{first.system}/{first.run}", result_of(entries, head="ab" * 32), outdated)


def _attempt(first: RunStarted, name: str, each: Try) -> list[Event]:
    scenario = BY_ID[name]
    grade = Grade(each.standing) if each.standing in ("F1", "F2", "F3", "F4") else Grade.F3
    findings = [finding_of(first.system, grade)] if each.finding or each.standing in ("F1", "F2", "F3", "F4") else []
    findings += [finding_of(first.partner, side=first.partner)] if each.on_partner and first.partner else []
    reason = f"Grunden er {secret(first.system)}" + (f" {secret(first.partner)}" if each.on_partner and first.partner else "")
    begin = replace(
        started(name, title=scenario.title),
        file=scenario.file,
        feature=scenario.feature,
        tags=tuple(sorted(scenario.tags)),
        requirements=scenario.requirements,
        campaigns=tuple(first.participation),
    )
    if each.standing == "afbrudt" and not findings:
        return [begin]
    undecided = ("lrs-inklusion",) if each.standing == "afventer" else ()
    told = "" if each.standing == "OK" else each.reason or reason
    return [begin, *step(0, "udført", judged(*findings)), ScenarioEnded(name, 1, each.standing, told, undecided)]


def runs_of(every: Sequence[DayRun], rehearsal: bool = False, before: Mapping[str, DayRun] | None = None) -> Runs:
    """What is read of these runs: the other kind is left out, as `read_runs` leaves it."""
    kept = sorted((each for each in every if each.result.rehearsal is rehearsal), key=lambda each: (each.began, each.name))
    return Runs(
        alone=tuple(each for each in kept if not each.started.partner),
        pairs=tuple(each for each in kept if each.started.partner),
        before=before or {},
        left_out=tuple(LeftOut(each.name, "tæller ikke", each) for each in every if each.result.rehearsal is not rehearsal),
    )


def day(*every: DayRun, rehearsal: bool = False, before: Mapping[str, DayRun] | None = None) -> Day:
    """The day of these runs."""
    return day_of(SUITE, runs_of(every, rehearsal, before), rehearsal)
