"""The clinic's own measurements in the record, and which of them a plan of Digitale Forløbsplaner takes."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, Final

from harness.domain.clock import copenhagen
from harness.lps.reference.capability import Means

CUTS_DECIMALS: Final = "flp-måling-uden-decimaler"
ONLY_MCS: Final = "flp-kun-mcs-koder"
NO_BACK_SCORES: Final = "flp-ryg-scorer-tabt"
UNIT_LOST: Final = "flp-måling-uden-enhed"
MEASURED_TODAY: Final = "flp-måling-med-dagens-dato"
LAST_ENTERED: Final = "flp-sidst-indtastede-måling"
MIXES_MEASUREMENTS: Final = "flp-målinger-fra-anden-patient"
NEWEST_OF_ANYBODY: Final = "flp-nyeste-måling-hos-enhver"
INVENTS_ZERO: Final = "flp-manglende-måling-bliver-nul"
HIDES_MISSING: Final = "flp-manglende-måling-vises-ikke"
FIRST_TWO: Final = "flp-kun-to-målinger"
SCORE_UNIT: Final = "flp-score-med-enhed"
LOSES_COMMA: Final = "blind-decimalkomma-forsvinder"
OLDEST: Final = "blind-aeldste-maaling-vinder"
FAULTS: Final = (
    CUTS_DECIMALS,
    ONLY_MCS,
    NO_BACK_SCORES,
    UNIT_LOST,
    MEASURED_TODAY,
    LAST_ENTERED,
    MIXES_MEASUREMENTS,
    NEWEST_OF_ANYBODY,
    INVENTS_ZERO,
    HIDES_MISSING,
    FIRST_TWO,
    SCORE_UNIT,
    LOSES_COMMA,
    OLDEST,
)
_BACK_SCORES: Final = ("MCS88147", "MCS88148")
Row = dict[str, str]
"""A measurement as it was entered: `kode`, `vaerdi`, `enhed`, `maalt`."""


class OwnData:
    """Every measurement with its patient's CPR, in the order they were entered."""

    def __init__(self, means: Means) -> None:
        self._means = means
        self._measured: list[tuple[str, Row]] = []

    def measure(self, wish: dict[str, Any]) -> dict[str, Any]:
        """Somebody enters a measurement. Raises KeyError for an unknown patient, ValueError for a day that is none."""
        cpr = str(self._means.clinic.patients[wish["cpr"]].cpr)
        date.fromisoformat(wish["maalt"])
        self._measured.append((cpr, {name: wish[name] for name in ("kode", "vaerdi", "enhed", "maalt")}))
        return {}

    def found(self, cpr: str, asked: list[str]) -> list[Row]:
        """The patient's newest measurement of each of the codes asked for."""
        found = [row for code in asked if (row := self._newest(cpr, code))]
        if self._has(ONLY_MCS):
            found = [row for row in found if row["kode"].startswith("MCS")]
        if self._has(NO_BACK_SCORES):
            found = [row for row in found if row["kode"] not in _BACK_SCORES]
        if self._has(FIRST_TWO):
            found = found[:2]
        if self._has(INVENTS_ZERO):
            found += [{"kode": code, "vaerdi": "0", "enhed": "", "maalt": self._today()} for code in self._missing(cpr, asked)]
        return [self._spoilt(row) for row in found]

    def shown_as_missing(self, cpr: str, asked: list[str]) -> list[str]:
        """The codes asked for that the patient has no measurement of, as the user sees them."""
        return [] if self._has(HIDES_MISSING) else self._missing(cpr, asked)

    def _missing(self, cpr: str, asked: list[str]) -> list[str]:
        return [code for code in asked if not self._newest(cpr, code)]

    def _newest(self, cpr: str, code: str) -> Row | None:
        """The patient's newest measurement with that code; of two from one day the one entered last."""
        coded = [(owner, row) for owner, row in self._measured if row["kode"] == code]
        if self._has(MIXES_MEASUREMENTS):
            return coded[0][1] if coded else None
        mine = [row for owner, row in reversed(coded) if owner == cpr or self._has(NEWEST_OF_ANYBODY)]
        if self._has(OLDEST):
            return min(mine, key=lambda row: row["maalt"], default=None)
        return max(mine, key=lambda row: "" if self._has(LAST_ENTERED) else row["maalt"], default=None)

    def _spoilt(self, row: Row) -> Row:
        value = str(int(Decimal(row["vaerdi"]))) if self._has(CUTS_DECIMALS) else row["vaerdi"]
        if self._has(LOSES_COMMA):
            value = value.replace(".", "")
        unit = "" if self._has(UNIT_LOST) else row["enhed"] or ("mmol/mol" if self._has(SCORE_UNIT) else "")
        return {**row, "vaerdi": value, "enhed": unit, "maalt": self._today() if self._has(MEASURED_TODAY) else row["maalt"]}

    def _today(self) -> str:
        return copenhagen(self._means.clock.now()).date().isoformat()

    def _has(self, fault: str) -> bool:
        return fault in self._means.faults
