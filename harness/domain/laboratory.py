"""The laboratory results a clinic makes itself, and who may come to see them.

Source: MedCom, Styregruppemøde for Digital Almen Praksis 26. februar 2026, punkt 4; MedCom, LAB-03 “Lægens egne analyser”
(7. oktober 2021), which names INR, HbA1c, hæmoglobin and lung function. Codes: NPU (1.2.208.176.2.1) and MedCom's MCS
(1.2.208.184.100.8). A urine culture is none of those named: its code and name are from MedCom's public NPUObservationCodes.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from unicodedata import normalize


class Kind(StrEnum):
    """What kind of result it is; each kind has a databank."""

    BIOCHEMISTRY = "biokemi"
    MICROBIOLOGY = "mikrobiologi"


DATABANKS: Final = {"LABA": Kind.BIOCHEMISTRY, "MiBa": Kind.MICROBIOLOGY}
"""The databanks by name, and the kind each takes."""


@dataclass(frozen=True, slots=True)
class OwnAnalysis:
    """An analysis a clinic makes itself. `unit` is empty where there is none."""

    code: str
    name: str
    unit: str = ""
    kind: Kind = Kind.BIOCHEMISTRY

    @property
    def plain_name(self) -> str:
        """The name without its system and method: `Hæmoglobin A1c`."""
        return self.name.partition(";")[0].partition(" (")[0]


ANALYSES: Final = {
    "INR": OwnAnalysis("NPU01685", "Koagulationsfaktor II+VII+X [INR];P"),
    "HbA1c": OwnAnalysis("NPU27300", "Hæmoglobin A1c (IFCC);Hb(B)", "mmol/mol"),
    "hæmoglobin": OwnAnalysis("NPU02319", "Hæmoglobin;B", "mmol/L"),
    "FEV1": OwnAnalysis("MCS88015", "FEV1;Lunge", "L"),
    "urindyrkning": OwnAnalysis("NPU18542", "Dyrkning (bacterium+fungus);U", kind=Kind.MICROBIOLOGY),
}
"""By the name features use."""


@dataclass(frozen=True, slots=True)
class LabValue:
    """One result: the code of what was analysed, the value as text, what stands before it (`<`, `>` or nothing) and its unit."""

    code: str
    value: str
    sign: str = ""
    unit: str = ""

    @property
    def plain(self) -> tuple[str, str, str, str]:
        """As it is compared: a comma is a point, 8,40 is 8,4, and µ is one letter however it is coded."""
        number = self.value.strip().replace(",", ".")
        if "." in number and number.replace(".", "", 1).isdigit():
            number = number.rstrip("0").rstrip(".")
        return self.code, number, self.sign, normalize("NFKC", self.unit)

    def __str__(self) -> str:
        return " ".join(filter(None, (self.code, self.sign, self.value, self.unit)))
