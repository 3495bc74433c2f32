"""MedCom's scale for one result, and what stands beside the scale.

Source: MedCom, ConditionList testprotokol v1.0.2 and HomeCareObservation testprotokol v1.2.0, the table of evaluations.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum


class Grade(StrEnum):
    """One result. Approved are F4, OK and IR only."""

    F1 = "F1"
    F2 = "F2"
    F3 = "F3"
    F4 = "F4"
    OK = "OK"
    IR = "IR"

    @property
    def danish(self) -> str:
        """MedCom's Danish word for the grade, e.g. `Betydelig`."""
        return _DANISH[self]

    @property
    def approved(self) -> bool:
        """True for the grades a certificate may rest on."""
        return self in (Grade.F4, Grade.OK, Grade.IR)


_DANISH = {
    Grade.F1: "Kritisk",
    Grade.F2: "Alvorlig",
    Grade.F3: "Betydelig",
    Grade.F4: "Mindre betydelig",
    Grade.OK: "Godkendt",
    Grade.IR: "Ikke relevant",
}

_WORST_FIRST = (Grade.F1, Grade.F2, Grade.F3, Grade.F4, Grade.OK, Grade.IR)


class Beside(StrEnum):
    """What a scenario can be that is no grade."""

    AWAITING = "afventer"
    ATTESTED = "attesteret"
    UNTESTABLE = "kunne ikke testes"
    UNCHECKED = "ikke kontrolleret"
    INTERRUPTED = "afbrudt"


Standing = Grade | Beside
"""How one scenario stands: a grade, or one of the words beside the scale."""


def worst(grades: Iterable[Grade]) -> Grade:
    """The worst of `grades`; OK when there are none."""
    found = set(grades)
    return next((grade for grade in _WORST_FIRST if grade in found), Grade.OK)


def parse_standing(text: str) -> Standing:
    """`text` as it stands in a log, back as a grade or a word beside the scale. Raises ValueError."""
    return Grade(text) if text in Grade.__members__ else Beside(text)
