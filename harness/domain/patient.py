"""The people and places a scenario talks about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from harness.domain.identifiers import PersonNumber


@dataclass(frozen=True, slots=True)
class Patient:
    """A test person. `alias` is the name features use (`Elmer`); `cpr` is the CPR number, or the eCPR of one who has none."""

    alias: str
    cpr: PersonNumber
    given: tuple[str, ...]
    family: str
    born: date
    female: bool
    deceased: bool = False

    @property
    def name(self) -> str:
        """Full name, given names first."""
        return " ".join((*self.given, self.family))


@dataclass(frozen=True, slots=True)
class Organisation:
    """A clinic or another organisation, by its SOR code. `gln` is its lokationsnummer, `yder` its ydernummer; empty: unknown."""

    name: str
    sor: str
    gln: str = ""
    yder: str = ""


@dataclass(frozen=True, slots=True)
class Practitioner:
    """A doctor at the clinic."""

    given: str
    family: str
