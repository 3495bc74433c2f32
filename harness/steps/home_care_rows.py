"""A municipality's answer as it was sent, and what the system's rows say of it."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, field
from typing import Any

from harness.conformance.behaviour.home_care import Comments, Measured
from harness.domain.home_care import ANALYSES
from harness.domain.patient import Patient
from harness.lps.driver import CannotAct, Shown

Wanted = tuple[tuple[str, str, str], ...]
"""Results as features say them: the analysis, the sign before the number, and the number or text."""


@dataclass(slots=True)
class Sent:
    """An answer the municipality sent: about whom, for which doctor, its texts, and the ids of its messages."""

    alias: str
    patient: Patient
    initials: str
    results: Wanted
    comments: Comments
    mark: str
    refused: bool
    file: tuple[str, bytes] | None = None
    messages: list[str] = field(default_factory=list)
    earlier: Wanted = ()

    @property
    def measured(self) -> dict[str, Measured]:
        """The results as they were sent, by long name."""
        return measured(self.results)


def wished(results: Wanted, note: str) -> list[dict[str, Any]]:
    """The results as the order `prøvesvar` takes them, with that comment on each."""
    return [
        {
            "kode": ANALYSES[name].code,
            "navn": ANALYSES[name].name,
            "enhed": ANALYSES[name].unit,
            "tegn": sign,
            "værdi": value,
            "tal": bool(ANALYSES[name].unit),
            "kommentar": note,
        }
        for name, sign, value in results
    ]


def measured(results: Wanted) -> dict[str, Measured]:
    """The results by the long name of their analysis."""
    return {ANALYSES[name].name: Measured(f"{sign}{value}", ANALYSES[name].unit) for name, sign, value in results}


def shown_results(row: Shown, sent: dict[str, Measured]) -> dict[str, Measured]:
    """What the row shows of each analysis, by its long name, also where only the short one is shown."""
    found = {}
    for each in row.rows("resultater"):
        short, long_name = each.text("analyse"), each.text("langtNavn")
        named = [name for name in sent if name == long_name] or [name for name in sent if short and short.lower() in name.lower()]
        for name in named[:1]:
            found[name] = Measured(each.text("resultat"), each.text("enhed"))
    return found


def has(row: Shown, mark: str) -> bool:
    """Whether a mark stands in one of the row's comments."""
    notes = [each.text("kommentar") for each in row.rows("resultater")] if "resultater" in row.content else []
    return any(mark in text for text in (row.text("kliniskKommentar", ""), *notes))


def digest(text: str) -> str:
    """The SHA-256 of what base64 holds. Raises CannotAct when it is none."""
    try:
        return hashlib.sha256(base64.b64decode(text)).hexdigest()
    except ValueError:
        raise CannotAct("Systemets testgrænseflade følger ikke kontrakten: indhold skal være base64.") from None
