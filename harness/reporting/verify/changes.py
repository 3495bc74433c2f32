"""What was found when a run was held against what it was: changes, and what could not be told."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is not as it was: the file, the line from 1 (0: not known, or none), and in Danish what is wrong."""

    file: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.file}{f', linje {self.line}' if self.line else ''}: {self.what}"


@dataclass(slots=True)
class Verified:
    """What was found. `signer` is the public key under it, as hex; empty when nothing is signed. `notes` were not changed."""

    run: str = ""
    system: str = ""
    rehearsal: bool = False
    verdict: str = ""
    signer: str = ""
    changes: list[Change] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, file: str, what: str, line: int = 0) -> None:
        """Name a change; a file and line that was named already is not named again."""
        if not any((each.file, each.line) == (file, line) for each in self.changes):
            self.changes.append(Change(file, line, what))

    def named(self, file: str) -> bool:
        """Whether something in this file was found changed."""
        return any(each.file == file for each in self.changes)
