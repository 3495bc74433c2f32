"""What the programme asks of the systems, and the campaign that certifies it together."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from harness.domain.grade import Grade
from harness.domain.scenario import Scenario
from harness.domain.vendor import Phase


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
    """MedCom's N/R: `target` (a scenario's id tag, or a requirement) is not relevant for `systems`, and who decided so."""

    target: str
    systems: tuple[str, ...]
    reason: str
    decided_by: str


@dataclass(frozen=True, slots=True)
class Campaign:
    """Requirements to be certified together. `features` are folders under features/, `participants` ids of systems."""

    id: str
    title: str
    source: str
    requirements: tuple[Requirement, ...]
    features: tuple[str, ...]
    gates: tuple[Gate, ...]
    participants: tuple[str, ...]
    actors: tuple[Actor, ...]
    open_questions: tuple[OpenQuestion, ...]
    profiles: tuple[str, ...]
    deadlines: tuple[Deadline, ...] = ()
    milestones: tuple[Milestone, ...] = ()
    switches: tuple[Switch, ...] = ()

    @property
    def phases(self) -> tuple[Phase, ...]:
        """Its phases, in order."""
        return tuple(gate.phase for gate in self.gates)

    def switched_off(self, scenario: Scenario, system: str) -> str:
        """Why the scenario is not relevant for the system, in Danish; empty when no switch says so.

        A switch on a requirement counts when all the scenario's requirements are switched off: what else it tests is relevant.
        """
        off = {each.target: f"{each.reason} Besluttet af: {each.decided_by}." for each in self.switches if system in each.systems}
        for own in (scenario.id, scenario.tag):
            if own in off:
                return off[own]
        carried = scenario.requirements
        return off[carried[0]] if carried and all(each in off for each in carried) else ""
