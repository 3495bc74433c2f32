"""A vendor's run made by hand, with one scenario for each standing that is asked for, and what MedCom said of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from example_run import RUN, START, exchanged, judged, started

from harness.domain.event import Body, Event, MeasuredAgainst, RunEnded, RunStarted, ScenarioEnded, StepEnded, StepStarted
from harness.domain.finding import Finding
from harness.domain.grade import Grade
from harness.domain.requirement import Campaign, Gate, Requirement, RequirementKind
from harness.domain.review import Act, Approved, Review, Role, Said, review_of
from harness.domain.vendor import Phase
from harness.record.log import Entry
from harness.record.result import Result, result_of

VENDOR = replace(
    RUN,
    product="Novax <&> \x0b",
    grundlag="leverandørens system",
    driver="attended",
    participation={"kol-lrs-2027": "deltager"},
)
REHEARSAL = replace(VENDOR, grundlag="referencesystem", driver="reference")
HEAD = "ab" * 32
NOTHING = Body("", 0, "")


def requirement(id: str, kind: RequirementKind = RequirementKind.REQUIREMENT) -> Requirement:
    """A mandatory requirement."""
    return Requirement(id, f"Teksten til {id}", "kilden", Grade.F2, True, kind, (), phase=Phase.SELF_TEST)


CAMPAIGN = Campaign(
    id="kol-lrs-2027",
    title="Pakkeforløb",
    source="kilden",
    requirements=(requirement("KP-09"), requirement("KP-10")),
    features=(),
    gates=(Gate(Phase.SELF_TEST, "Alt er prøvet", "kilden", True),),
    participants={},
    actors=(),
    open_questions=(),
    profiles=(),
)


def attempt(name: str, standing: str, findings: Sequence[Finding] = (), reason: str = "", request: Body = NOTHING) -> list[Event]:
    """One scenario with one step, in which the plan in `request` is judged."""
    graded = [each for each in findings if each.grade and not each.grade.approved]
    undecided = ("lrs-inklusion",) if standing == "afventer" else ()
    return [
        replace(
            started(name),
            tags=("prøver:lps", "set:snitflade"),
            campaigns=("kol-lrs-2027",),
            steps=("Så overholder planen CPD-DK",),
        ),
        StepStarted(0, "Så", "overholder planen CPD-DK"),
        exchanged(request, NOTHING),
        replace(judged(*findings), undecided=undecided),
        StepEnded(0, "fund" if graded else "udført"),
        ScenarioEnded(name, 1, standing, reason, undecided),
    ]


def run_of(*attempts: Sequence[Event], run: RunStarted = VENDOR, acts: Sequence[Act] = ()) -> Result:
    """The result of a run of these attempts, an event a second, once MedCom's Nancy has done `acts`."""
    events = [run, MeasuredAgainst((CAMPAIGN,)), *(event for each in attempts for event in each), RunEnded(len(attempts), 1.0)]
    entries = [Entry(number, START + timedelta(seconds=number), event) for number, event in enumerate(events)]
    said = [Said("Nancy Berggren", Role.MEDCOM, "2026-10-06T09:00:00+00:00", act) for act in acts]
    return result_of(entries, review_of(said) if said else Review(), HEAD)


def approved(*names: str) -> Result:
    """A vendor's self-test in which everything is OK and MedCom has approved it."""
    return run_of(*[attempt(each, "OK") for each in names], acts=[Approved()])
