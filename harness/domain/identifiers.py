"""Danish identifiers as types. No modulus 11: it was dropped as a requirement on 1 October 2007.

Sources: dk-core (hl7dk/dk-core, StructureDefinitions for CPR and eCPR); MedCom, Nationale test-CPR-numre.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

_CPR = re.compile(r"(0[1-9]|[12]\d|3[01])(0[1-9]|1[0-2])\d{6}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Cpr:
    """A CPR number, ten digits. Its `repr` hides the last four; `str()` gives all ten. Raises ValueError."""

    digits: str

    def __post_init__(self) -> None:
        if not _CPR.fullmatch(self.digits):
            raise ValueError("et CPR-nummer er ti cifre og begynder med en dato (DDMMÅÅ)")

    def __str__(self) -> str:
        return self.digits

    def __repr__(self) -> str:
        return f"Cpr({self.digits[:6]}-****)"

    @property
    def born(self) -> date:
        """Date of birth; the century follows from the seventh digit (CPR-kontoret, Personnummeret i CPR)."""
        year, seventh = int(self.digits[4:6]), int(self.digits[6])
        if seventh <= 3:
            century = 1900
        elif seventh in (4, 9):
            century = 2000 if year <= 36 else 1900
        else:
            century = 2000 if year <= 57 else 1800
        return date(century + year, int(self.digits[2:4]), int(self.digits[:2]))

    @property
    def female(self) -> bool:
        """True when the last digit is even."""
        return int(self.digits[-1]) % 2 == 0
