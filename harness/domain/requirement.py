"""What the programme asks of the systems, and the campaign that certifies it together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from harness.domain.connectathon import Day, Partner
from harness.domain.grade import Grade
from harness.domain.protocol import Protocol
from harness.domain.scenario import Scenario
from harness.domain.vendor import Phase


class Participation(StrEnum):
    """A system's part in a campaign, or in one of its use cases. Outside it nothing is tested; `AWAITING`: nobody has decided."""

    PARTICIPANT = "deltager"
    VOLUNTARY = "frivillig"
    OUTSIDE = "ikke i kampagnen"
    AWAITING = "afventer"


class RequirementKind(StrEnum):
    """A requirement can be tested, is a condition for the work (`rammevilkår`), or has nothing to stand on yet (`afventer`)."""

    REQUIREMENT = "krav"
    CONDITION = "rammevilkår"
    AWAITING = "afventer"


@dataclass(frozen=True, slots=True)
class Requirement:
    """One requirement. `systems` are the ids of the systems it is for, `phase` the first phase it is tested in.

    `grade` is what it costs when broken; `mvp` the part of the programme's first delivery that names it, None when neither does.
    One that is no *krav* has a `reason`, and may lack grade, phase and systems: nothing is tested.
    """

    id: str
    text: str
    source: str
    grade: Grade | None
    mandatory: bool
    kind: RequirementKind
    systems: tuple[str, ...]
    mvp: int | None = None
    phase: Phase | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Actor:
    """A party of the campaign and its part in it."""

    id: str
    name: str
    part: str


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """Something nobody has decided yet, and who must."""

    id: str
    text: str
    answered_by: str


@dataclass(frozen=True, slots=True)
class Gate:
    """What must be in order before a phase is over, and where that is said. `convention`: by the project, not a public source."""

    phase: Phase
    text: str
    source: str
    convention: bool


@dataclass(frozen=True, slots=True)
class Retest:
    """What is tried again beside what was not approved: `also` are scenarios, requirements and use cases, as in a `Switch`.

    `decided` is False until MedCom has said so; `source` says where, or why nobody knows.
    """

    also: tuple[str, ...]
    decided: bool
    source: str


@dataclass(frozen=True, slots=True)
class Deadline:
    """When something must be in place, as its source writes it."""

    id: str
    text: str
    when: str
    source: str


@dataclass(frozen=True, slots=True)
class Planned:
    """What one source says of a milestone: when it is planned, and whether it was reached (empty: the source does not say)."""

    when: str
    source: str
    reached: str = ""


@dataclass(frozen=True, slots=True)
class Milestone:
    """A milestone of the programme. Where the sources disagree, each of them stands in `said`."""

    id: str
    text: str
    said: tuple[Planned, ...]


@dataclass(frozen=True, slots=True)
class Switch:
    """MedCom's N/R: `target` is not relevant for `systems`, and who decided so.

    `target` is a scenario's id or id tag, a use case (`HomeCareObservation:R.CANC`), or a requirement.
    """

    target: str
    systems: tuple[str, ...]
    reason: str
    decided_by: str


@dataclass(frozen=True, slots=True)
class Exemption:
    """Where systems take another part in some use cases than in the campaign. `targets` are use cases, or whole standards."""

    targets: tuple[str, ...]
    systems: Mapping[str, Participation]
    source: str


@dataclass(frozen=True, slots=True)
class Baseline:
    """What a source said of one system's work before the campaign, in its words."""

    system: str
    status: str
    source: str


@dataclass(frozen=True, slots=True)
class Campaign:
    """Requirements to be certified together. `features` are folders under features/, `participants` are by system id.

    `bindings` is what a system's connection rests on that nobody has decided, with why: a contract of ours, or the rute.
    `data` is the folder of MedCom's withheld set, which certificering runs on; empty where none is named.
    `awaits_basis`: what the systems must do is not written yet, so nothing in it comes to more than *afventer*.
    `retest` is its rule for what is tried again; None where nothing is said of it. `partners` are the parties that each system is
    tried with, and `day` when; empty and None in a campaign that is no connectathon.
    """

    id: str
    title: str
    source: str
    requirements: tuple[Requirement, ...]
    features: tuple[str, ...]
    gates: tuple[Gate, ...]
    participants: Mapping[str, Participation]
    actors: tuple[Actor, ...]
    open_questions: tuple[OpenQuestion, ...]
    profiles: tuple[str, ...]
    deadlines: tuple[Deadline, ...] = ()
    milestones: tuple[Milestone, ...] = ()
    switches: tuple[Switch, ...] = ()
    exemptions: tuple[Exemption, ...] = ()
    protocols: tuple[Protocol, ...] = ()
    baseline: tuple[Baseline, ...] = ()
    awaits_basis: bool = False
    bindings: Mapping[str, str] = field(default_factory=dict)
    data: str = ""
    retest: Retest | None = None
    partners: tuple[Partner, ...] = ()
    day: Day | None = None

    def participation(self, system: str, scenario: Scenario | None = None) -> Participation:
        """The system's part in the campaign, or in the use cases of `scenario`. One that is none of those to be certified takes
        part: the reference system, or a vendor's own copy of a file.

        Of several use cases the one it takes most part in counts.
        """
        usual = self.participants.get(system, Participation.PARTICIPANT)
        cases = scenario.use_cases if scenario else ()
        if usual is Participation.OUTSIDE or not cases:
            return usual
        return min((self._participation_in(case, system, usual) for case in cases), key=_MOST_FIRST.index)

    def _participation_in(self, use_case: str, system: str, usual: Participation) -> Participation:
        named = (use_case, use_case.partition(":")[0])
        own = (each.systems for each in self.exemptions if set(named) & set(each.targets))
        return next((systems[system] for systems in own if system in systems), usual)

    def awaits(self, system: str, scenario: Scenario | None = None) -> tuple[str, ...]:
        """What must be decided before the scenario (none: anything) can come to more than *afventer*; empty when nothing must."""
        found = [f"kravgrundlag for {self.id}"] if self.awaits_basis else []
        if self.participation(system, scenario) is Participation.AWAITING:
            found.append(f"deltagelse i {self.id}")
        return tuple(found)

    @property
    def phases(self) -> tuple[Phase, ...]:
        """Its phases, in order."""
        return tuple(gate.phase for gate in self.gates)

    def switched_off(self, scenario: Scenario, system: str) -> str:
        """Why the scenario is not relevant for the system, in Danish; empty when no switch says so.

        A switch on a requirement, or on a use case, counts when all those of the scenario are switched off: what else it tests
        is relevant.
        """
        if self.participation(system, scenario) is Participation.OUTSIDE:
            return NOT_IN_CAMPAIGN
        off = {each.target: f"{each.reason} Besluttet af: {each.decided_by}." for each in self.switches if system in each.systems}
        for own in (scenario.id, scenario.tag):
            if own in off:
                return off[own]
        for carried in (scenario.use_cases, scenario.requirements):
            if carried and all(each in off for each in carried):
                return off[carried[0]]
        return ""


def holding(campaigns: Iterable[Campaign], scenario: Scenario) -> list[Campaign]:
    """Those of the campaigns that have the scenario's folder; all of them when none has it."""
    chosen = list(campaigns)
    return [each for each in chosen if scenario.folder in each.features] or chosen


NOT_IN_CAMPAIGN = "Systemet er ikke med i denne del af kampagnen."

_MOST_FIRST = (Participation.PARTICIPANT, Participation.VOLUNTARY, Participation.AWAITING, Participation.OUTSIDE)
