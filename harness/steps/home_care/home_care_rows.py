"""A municipality's answer as it was sent, and what the system's rows say of it."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from harness.conformance.behaviour.home_care import Comments, Measured
from harness.conformance.behaviour.seen import one_line
from harness.domain.home_care import ANALYSES
from harness.domain.patient import Patient
from harness.lps.driver import CannotAct, Shown
from harness.steps.story import marks_in

File = tuple[str, str, bytes]
"""An attached file: its title, its MIME type, and what is in it."""

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
    files: tuple[File, ...] = ()
    messages: list[str] = field(default_factory=list)
    envelopes: list[str] = field(default_factory=list)
    earlier: Wanted = ()
    saved: bool = False

    @property
    def marks(self) -> list[str]:
        """The marks of its texts, the clinical comment's first. Where one text is lost, another still tells the answer."""
        return [mark for text in (self.comments.clinical, *self.comments.analyses.values()) for mark in marks_in(text)]

    @property
    def measured(self) -> dict[str, Measured]:
        """The results as they were sent, by long name."""
        return measured(self.results)


def wished(results: Wanted, notes: Mapping[str, str]) -> list[dict[str, Any]]:
    """The results as the order `prøvesvar` takes them, with those comments by the long name of their analysis."""
    return [
        {
            "kode": ANALYSES[name].code,
            "navn": ANALYSES[name].name,
            "enhed": ANALYSES[name].unit,
            "tegn": sign,
            "værdi": value,
            "tal": bool(ANALYSES[name].unit),
            "kommentar": notes.get(ANALYSES[name].name, ""),
        }
        for name, sign, value in results
    ]


def measured(results: Wanted) -> dict[str, Measured]:
    """The results by the long name of their analysis."""
    return {ANALYSES[name].name: Measured(f"{sign}{value}", ANALYSES[name].unit) for name, sign, value in results}


def rows_by_name(row: Shown, sent: Collection[str]) -> list[tuple[str, Shown]]:
    """The row's lines by the long name of their analysis, also where only the short one is shown."""
    return [(_long_name(each.text("analyse"), each.text("langtNavn"), sent), each) for each in row.rows("resultater")]


def _long_name(short: str, shown: str, sent: Collection[str]) -> str:
    same = (name for name in sent if one_line(name) == one_line(shown) or (short and short.lower() in name.lower()))
    return next(same, shown or short)


def shown_results(row: Shown, sent: Collection[str]) -> list[tuple[str, Measured]]:
    """Each result the row shows, by the long name of its analysis; a line without a result shows none."""
    found = rows_by_name(row, sent)
    return [(name, Measured(each.text("resultat"), each.text("enhed"))) for name, each in found if each.text("resultat").strip()]


def shown_comments(row: Shown, sent: Collection[str]) -> Comments:
    """The comments the row shows, each at its analysis."""
    found = {name: each.text("kommentar") for name, each in rows_by_name(row, sent)}
    return Comments(row.text("kliniskKommentar"), found)


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
