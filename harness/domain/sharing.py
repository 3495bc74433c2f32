"""What a reader finds at the receiver of shared plans, and what an LPS says of its own sharing."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class SharedEdition:
    """One edition of a plan as the receiver holds it. `current` is False once it is replaced or withdrawn.

    `goals`, `interventions`, `results`, `diagnoses` (codes), `effective_time` (HL7 TS), `authored` (the times of its authors) and
    `diagnosed` (a code, and a time told of it) are as read from the document; `doubled` are the goals and interventions that
    stand twice in one text; `coded_goals` and `coded_rest` (interventions and results) are what its entries say, and `timed` are
    pairs of what a goal or a result says and a time told of it; `patient` is the CPR number it stands under.
    """

    document_id: str
    set_id: str
    version: int | None
    current: bool
    patient: str
    replaces: str
    goals: tuple[str, ...]
    interventions: tuple[str, ...]
    diagnoses: tuple[str, ...]
    effective_time: str
    results: tuple[str, ...] = ()
    authored: tuple[str, ...] = ()
    diagnosed: tuple[tuple[str, str], ...] = ()
    doubled: tuple[str, ...] = ()
    coded_goals: tuple[str, ...] = ()
    coded_rest: tuple[str, ...] = ()
    timed: tuple[tuple[str, str], ...] = ()

    @property
    def text(self) -> str:
        """The plan's free text, a line each."""
        return "\n".join((*self.goals, *self.interventions, *self.results))


class SharingStatus(StrEnum):
    """Where a plan's newest edition stands, as the LPS shows it to its user."""

    DRAFT = "kladde"
    SHARED = "delt"
    WAITING = "venter"
    REFUSED = "afvist"


@dataclass(frozen=True, slots=True)
class PlanInLps:
    """A plan as the LPS shows it: its own `key` for it, edition, goals (none where nobody looked), status, and the text the user
    sees about sharing.
    """

    key: str
    version: int
    goals: tuple[str, ...]
    status: SharingStatus
    message: str
