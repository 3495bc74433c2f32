"""What a municipality's acute team measures, by the name features use.

Source: MedCom, medcom.fhir.dk.terminology 2.0.2 (codes, names and units); MedCom's examples for receiving a HomeCareObservation.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Analysis:
    """One analysis: its NPU, DNK or MCS code, its long name, and its unit; no unit where the result is a text."""

    code: str
    name: str
    unit: str


ANALYSES: Final = {
    "glukose": Analysis("NPU22089", "P(kB)—Glucose; stofk. = ? mmol/L", "mmol/L"),
    "CRP": Analysis("NPU19748", "P—C-reaktivt protein; massek. = ? mg/L", "mg/L"),
    "hæmoglobin": Analysis("NPU02319", "B—Hæmoglobin(Fe); stofk. = ? mmol/L", "mmol/L"),
    "leukocytter i urinen": Analysis("NPU03987", "U—Leukocytter; arb.k.(proc.) = ?", ""),
    "vejrtrækning": Analysis("MCS88122", "Pt—Respiration; frekvens = ? X 1/min", "1/min"),
}
