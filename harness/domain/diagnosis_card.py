"""What stands on a patient's diagnosekort, and what a shared one says of each diagnosis.

Source: MedCom, ConditionList testprotokol 1.0.2, Send: status Aktuel or Relevant, type Forløb or Kontakt.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class CardStatus(StrEnum):
    """Whether the diagnosis matters now, or did and is still worth knowing."""

    CURRENT = "aktuel"
    RELEVANT = "relevant"


class CardType(StrEnum):
    """Whether the diagnosis is followed over time, or was the reason of one contact."""

    COURSE = "forløb"
    CONTACT = "kontakt"


@dataclass(frozen=True, slots=True)
class CardDiagnosis:
    """One diagnosis as it is entered, shared or shown. What is not said is "" or None; codes without regard to case.

    `icpc` is an ICPC-2 code (`R95`), `icd` a SKS code (`DJ449`). `ended_says` is the word a shared one says of its end
    (`resolved`), as it stands there.
    """

    icpc: str = ""
    icd: str = ""
    text: str = ""
    status: str = ""
    type: str = ""
    began: date | None = None
    ended: date | None = None
    ended_says: str = ""
    recorded: date | None = None

    @property
    def name(self) -> str:
        """How people tell it from others: `R95/DJ449`, or its text when it has no code."""
        return "/".join(filter(None, (self.icpc, self.icd))) or self.text

    def same_as(self, other: CardDiagnosis) -> bool:
        """Whether both are the same diagnosis: the SKS code tells, else the ICPC-2 code, else the text."""
        for mine, its in ((self.icd, other.icd), (self.icpc, other.icpc)):
            if mine and its:
                return mine.casefold() == its.casefold()
        mine, its = _one_line(self.text), _one_line(other.text)
        return bool(mine and its) and (mine in its or its in mine)

    def among(self, rows: Sequence[CardDiagnosis]) -> list[CardDiagnosis]:
        """Those of `rows` that are this diagnosis."""
        return [each for each in rows if self.same_as(each)]


@dataclass(frozen=True, slots=True)
class SharedCard:
    """A shared diagnosekort. `changed` and `assembled` are its two times as they are written, `senders` its clinic's numbers with
    the system of each, before it.

    `name`, `gender` (`female`, `male`) and `born` (ISO 8601) are what it says of the patient; "" for what it does not say.
    """

    id: str
    changed: str
    assembled: str
    cpr: str = ""
    name: str = ""
    gender: str = ""
    born: str = ""
    senders: tuple[tuple[str, str], ...] = ()
    diagnoses: tuple[CardDiagnosis, ...] = ()


def _one_line(text: str) -> str:
    return " ".join(text.split())
