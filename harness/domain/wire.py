"""What a system may get wrong in a message it sends: one part of one kind of message, left out or changed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


class How(StrEnum):
    """What is done to the part."""

    REMOVED = "fjernet"
    ALTERED = "ændret"


@dataclass(frozen=True, slots=True, order=True)
class WireChange:
    """One part of every message of a kind, changed each time it is sent.

    `kind` is where the message goes, and what it carries where one place takes several letters (`vans/afsendelse XREF15`).
    `path` is the part's place in it, through what it carries, without numbers: what is said several times is changed each time.
    """

    kind: str
    path: str
    how: How

    def __str__(self) -> str:
        """Its id: `plsp/forloebsplaner:dokument/ClinicalDocument/title:fjernet`."""
        return f"{self.kind}:{self.path}:{self.how}"


def wire_change(written: str) -> WireChange:
    """The change with this id. Raises ValueError for a text that is none."""
    kind, _, rest = written.partition(":")
    path, _, how = rest.rpartition(":")
    if not (kind and path and how in set(How)):
        raise ValueError(f"en ændring skrives BESKED:STED:fjernet eller BESKED:STED:ændret, ikke {written!r}")
    return WireChange(kind, path, How(how))


class Standing(StrEnum):
    """What came of a change, or is said of one that nobody caught."""

    CAUGHT = "fanget"
    NOT_REQUIRED = "ikke krævet"
    HOLE = "hul"
    UNREVIEWED = "ikke gennemgået"


@dataclass(frozen=True, slots=True)
class Listed:
    """What is said of changes that no scenario catches: that nothing requires the part (`why` it may be so, and `source`), or
    that something does, and it is not caught all the same: a hole.

    `kinds` and `paths` are patterns; a `*` stands for anything. `how` is None for every change of the parts.
    """

    standing: Standing
    kinds: tuple[str, ...]
    paths: tuple[str, ...]
    how: How | None
    why: str
    source: str
    place: str
    """Where it stands: file and number of the entry."""

    def covers(self, change: WireChange) -> bool:
        """Whether it speaks of this change.

        Listed(…, ("vans/afsendelse *",), ("*/Letter/Identifier",), How.ALTERED, …) covers
        `vans/afsendelse XREF15:…/Letter/Identifier:ændret`.
        """
        if self.how not in (None, change.how):
            return False
        return any(_fits(each, change.kind) for each in self.kinds) and any(_fits(each, change.path) for each in self.paths)


def _fits(pattern: str, text: str) -> bool:
    return re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), text) is not None
