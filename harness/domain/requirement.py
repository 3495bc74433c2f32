"""What the programme asks of the systems, and the campaign that certifies it together."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from harness.domain.grade import Grade
from harness.domain.vendor import Phase


class RequirementKind(StrEnum):
    """A requirement can be tested, is a condition for the work (`rammevilkår`), or has nothing to stand on yet (`afventer`)."""

    REQUIREMENT = "krav"
    CONDITION = "rammevilkår"
    AWAITING = "afventer"


@dataclass(frozen=True, slots=True)
class Requirement:
    """One requirement. `grade` is what it costs when broken; `systems` are the ids of the systems it is for."""

    id: str
    text: str
    source: str
    grade: Grade
    mandatory: bool
    kind: RequirementKind
    systems: tuple[str, ...]


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
class Campaign:
    """Requirements to be certified together. `features` are folders under features/, `participants` ids of systems."""

    id: str
    title: str
    source: str
    requirements: tuple[Requirement, ...]
    features: tuple[str, ...]
    phases: tuple[Phase, ...]
    participants: tuple[str, ...]
    actors: tuple[Actor, ...]
    open_questions: tuple[OpenQuestion, ...]
    profiles: tuple[str, ...]
