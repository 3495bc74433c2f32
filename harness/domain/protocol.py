"""MedCom's test protocols: their use cases, and the numbers of their steps, as far as they are known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from harness.domain.vendor import Channel


@dataclass(frozen=True, slots=True)
class UseCase:
    """One use case of a standard. `id` is MedCom's with the standard before it: `HomeCareObservation:R.CANC`.

    `mandatory` is None where the source does not say.
    """

    id: str
    title: str
    mandatory: bool | None


@dataclass(frozen=True, slots=True)
class Prerequisite:
    """A standard a system must be approved for first, by its name in MedCom's registry, and where that is said."""

    standard: str
    source: str


@dataclass(frozen=True, slots=True)
class Protocol:
    """One test protocol. `steps` are its step numbers by scenario id tag; empty where nobody has filled them in.

    `type` is the standard's, in the words of MedCom's protocols (`HL7 FHIR`); empty in a log that does not say.
    """

    id: str
    standard: str
    version: str
    channel: Channel
    title: str
    source: str
    use_cases: tuple[UseCase, ...]
    steps: Mapping[str, tuple[str, ...]]
    prerequisites: tuple[Prerequisite, ...] = ()
    type: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """What may be spoken of: the standard as a whole, and each use case."""
        return (self.standard, *(each.id for each in self.use_cases))
