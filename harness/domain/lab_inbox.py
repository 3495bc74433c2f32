"""What a laboratory answers, by the words features use, and where the answer stands in the clinic."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Place(StrEnum):
    """Where a laboratory's answer stands. Source: MedCom, Intelligent indbakke (13. november 2023): archived, archived for an
    appointment, or left to the doctor.
    """

    DOCTOR = "hos lægen"
    ARCHIVE = "i journalen"
    APPOINTMENT = "ved aftalen"


@dataclass(frozen=True, slots=True)
class Analysis:
    """An analysis by its NPU code, with its short name and the unit it is answered in; empty for one answered in words."""

    code: str
    name: str
    unit: str = ""


ANALYSES: Final = {
    "kalium": Analysis("NPU03230", "Kalium;P", "mmol/L"),
    "natrium": Analysis("NPU03429", "Natrium;P", "mmol/L"),
    "leukocytter": Analysis("NPU02593", "Leukocytter;B", "10^9/L"),
    "kreatinin": Analysis("NPU18016", "Kreatinin;P", "µmol/L"),
    "CRP": Analysis("NPU19748", "C-reaktivt protein [CRP];P", "mg/L"),
    "urinsukker": Analysis("NPU04207", "Glukose(semikvant);U"),
}
"""By the name features use. Codes and units: MedCom, medcom.fhir.dk.terminology 2.0.2, NPU; short names: MedCom's public
NPUObservationCodes."""
