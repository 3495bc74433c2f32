"""What a plan in Digitale Forløbsplaner (FLP) has in it: measurements by code, and what doctor and patient agree."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final

from harness.domain.questionnaire import INSTRUMENTS


class Part(StrEnum):
    """What a plan for KOL has besides measurements. Source: MedCom, styregruppemøde for digitale forløbsplaner 2024, punkt 4."""

    SELF_CARE = "egenomsorg"
    MUNICIPALITY = "kommunale tilbud"
    LOCAL = "lokale tilbud"
    STAFF = "klinikpersonale"


class PlanStatus(StrEnum):
    """Where a plan stands: FLP has its newest edition, or not yet."""

    SENT = "sendt"
    NOT_SENT = "ikke sendt"


@dataclass(frozen=True, slots=True)
class Measure:
    """A kind of measurement by MedCom's or NPU's code. `unit` is UCUM, empty for a score: it is a number."""

    code: str
    unit: str = ""


MEASURES: Final = {
    "FEV1": Measure("MCS88015", "L"),
    "HbA1c": Measure("NPU27300", "mmol/mol"),
    "LDL": Measure("NPU01568", "mmol/L"),
    **{name: Measure(each.code) for name, each in INSTRUMENTS.items()},
}
"""By the name features use. Source: MedCom's codes (MCS, 1.2.208.184.100.8) and NPU (1.2.208.176.2.1)."""


@dataclass(frozen=True, slots=True)
class Measurement:
    """A value of one patient, and the day it was measured."""

    value: Decimal
    unit: str
    day: date
