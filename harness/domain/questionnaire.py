"""The questionnaires a patient in a pakkeforløb answers (PRO): the packages they come in, and the scores that come back.

Which questionnaires a package holds is not decided; it stands in fixtures/profiles/pro.yaml.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final


class Package(StrEnum):
    """The packages of the programme. Source: MedCom, Styregruppemøde for Digital Almen Praksis 26. februar 2026, punkt 2."""

    KOL = "KOL"
    BACK_PAIN = "lænderygsmerter"


class OrderStatus(StrEnum):
    """Where a package stands: on its way to the patient, or not sent yet."""

    SENT = "sendt"
    NOT_SENT = "ikke sendt"


@dataclass(frozen=True, slots=True)
class Instrument:
    """A score by MedCom's code for it (MCS) with the code's own text. `limits` is None where no source gives them."""

    code: str
    text: str
    limits: tuple[int, int] | None = None

    def possible(self, value: Decimal) -> bool:
        """Whether the score can be `value`, as far as the sources tell."""
        return self.limits is None or self.limits[0] <= value <= self.limits[1]


INSTRUMENTS: Final = {
    "CAT": Instrument("MCS88137", "CAT score;Pt"),
    "MRC": Instrument("MCS88021", "MRC skala;Pt(KOL)"),
    "STarT": Instrument("MCS88148", "STarT score;Pt", (0, 9)),
    "Manniche": Instrument("MCS88147", "Manniche VAS-score(total);Pt", (0, 60)),
    "PROMIS-10 fysisk": Instrument("MCS88195", "PROMIS-10 Fysisk helbred;Pt"),
    "PROMIS-10 mentalt": Instrument("MCS88196", "PROMIS-10 Mentalt helbred;Pt"),
}
"""By the name features use. Codes and texts: MedCom, MCS (1.2.208.184.100.8). Limits: Keele, STarT Back (0–9); MedCom,
dk-medcom-terminology, MedComObservationsCodes, MCS88147 (0–60)."""

BY_CODE: Final = {each.code: each for each in INSTRUMENTS.values()}
