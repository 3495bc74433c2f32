"""A broken rule in one place."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from harness.domain.grade import Grade


class Owner(StrEnum):
    """Whose a rule is: who must mend it when it is broken. `SENDER` is whoever sent the message, where both sides may."""

    LPS = "LPS'et"
    SENDER = "afsenderen"
    PLSP = "PLSP"
    DROS = "dokumentdelingen"
    CONFIGURATION = "konfigurationen"


@dataclass(frozen=True, slots=True)
class Location:
    """Where in a message, 1-based. `path` is an XPath, a JSON pointer or, for a scenario's rule, empty."""

    file: str
    line: int | None = None
    column: int | None = None
    path: str = ""

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.line, self.column) if part is not None)
        return f"{place}  {self.path}" if self.path else place


@dataclass(frozen=True, slots=True)
class Finding:
    """One broken rule in one place; self-contained, so that a report needs no rule to show it.

    `grade` is None for a remark: the rule is not known to hold for the version the message declares. `side` is the system it is
    laid on, where that is the other LPS of a run of two; else empty.
    """

    rule: str
    title: str
    grade: Grade | None
    owner: Owner
    location: Location
    expected: str
    actual: str
    source: str
    remark: str = ""
    side: str = ""

    @property
    def whose(self) -> str:
        """Who must mend it, in Danish."""
        return f"partneren {self.side}" if self.side else str(self.owner)

    def __str__(self) -> str:
        """The finding as a vendor reads it: three lines, Danish."""
        head = f"{self.grade or 'Bemærkning'}  {self.rule}  {self.location}"
        remark = f" ({self.remark})" if self.remark else ""
        return (
            f"{head}\n    {self.title}{remark}. Forventet: {self.expected}. Fundet: {self.actual}.\n"
            f"    Kilde: {self.source}. Hører til: {self.whose}."
        )
