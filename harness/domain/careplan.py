"""A patient's treatment plan (forløbsplan) as the clinic keeps it, before it is written as CPD-DK."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from harness.domain.patient import Organisation, Patient, Practitioner


class Disease(StrEnum):
    """The diseases a plan can be for. The value is the title's last words: `Min forløbsplan for …`."""

    KOL = "KOL"
    LRS = "Lænderygsmerter"
    T2D = "Diabetes"
    HJERTE = "Iskæmisk hjertesygdom"

    @property
    def forloebslabel(self) -> str | None:
        """The forløbslabel in SKS, None where none is published (MedCom, dk-medcom-xds-metadata@41e776f, eventCodeList)."""
        return _LABELS.get(self)


_LABELS = {Disease.KOL: "ALAL21", Disease.T2D: "ALAL22", Disease.HJERTE: "ALAL02"}


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """A diagnosis in ICPC-2-DK, e.g. `R95` *Kronisk obstruktiv lungesygdom*, with the day it was made."""

    code: str
    display: str
    since: date


@dataclass(frozen=True, slots=True)
class CarePlan:
    """One edition of one plan. `set_id` is the same for all its editions, `document_id` is this edition's own; both UUIDs.

    `results` are what examinations and interventions showed.
    `replaces` is the document id of the edition before, None for the first (then `version` is 1).
    `created` is when the edition was made, aware of its time zone.
    """

    disease: Disease
    patient: Patient
    diagnosis: Diagnosis
    goals: tuple[str, ...]
    interventions: tuple[str, ...]
    set_id: str
    document_id: str
    version: int
    created: datetime
    clinic: Organisation
    author: Practitioner
    replaces: str | None = None
    results: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """The document's title as MedCom's example writes it (CPD-DK 1.0.1, full-length example)."""
        return f"Min forløbsplan for {self.disease}"
