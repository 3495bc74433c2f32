"""How many stand how: what a cell, a row or a whole day comes to. What was not run is counted with the rest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Protocol

from harness.domain.grade import Beside, Grade

NOT_RUN: Final = "ikke kørt"

WORST_FIRST: Final = tuple(
    map(
        str,
        (
            Grade.F1,
            Grade.F2,
            Grade.F3,
            NOT_RUN,
            Beside.INTERRUPTED,
            Beside.UNTESTABLE,
            Beside.UNCHECKED,
            Beside.AWAITING,
            Beside.ATTESTED,
            Grade.F4,
            Grade.OK,
            Grade.IR,
        ),
    )
)
"""The words of a standing, the one most in need of being looked at first."""

_GOOD = (str(Grade.F4), str(Grade.OK))
_TRIED = (str(Grade.F1), str(Grade.F2), str(Grade.F3), str(Beside.AWAITING), str(Beside.ATTESTED), *_GOOD)


class Told(Protocol):
    """Something that stands as a word says; `sent`: nobody here has seen it."""

    @property
    def word(self) -> str:
        """How it stands."""
        ...

    @property
    def sent(self) -> bool:
        """Whether it was sent."""
        ...


@dataclass(frozen=True, slots=True)
class Tally:
    """`counts` has (word, number) for the words that anyone has, worst first. `sent` of them were sent, and not seen here."""

    counts: tuple[tuple[str, int], ...]
    sent: int = 0

    def of(self, *words: str) -> int:
        """How many stand in one of these ways."""
        return sum(count for word, count in self.counts if word in words)

    @property
    def word(self) -> str:
        """The worst of them; empty where there is nothing to stand."""
        return self.counts[0][0] if self.counts else ""

    @property
    def relevant(self) -> int:
        """How many are relevant."""
        return self.of(*WORST_FIRST) - self.of(str(Grade.IR))

    @property
    def tried(self) -> int:
        """How many came to a result."""
        return self.of(*_TRIED)

    @property
    def good(self) -> int:
        """How many are OK, or F4."""
        return self.of(*_GOOD)

    @property
    def broken(self) -> int:
        """How many have F1, F2 or F3."""
        return self.of(*WORST_FIRST[:3])

    @property
    def lacking(self) -> int:
        """How many are relevant and came to nothing."""
        return self.relevant - self.tried


def tally(words: Iterable[str], sent: int = 0) -> Tally:
    """The words counted, of which so many were `sent`. `tally(["OK", "F3", "OK"]).word == "F3"`."""
    counted = Counter(words)
    return Tally(tuple((word, counted[word]) for word in WORST_FIRST if counted[word]), sent)


def tally_of(every: Iterable[Told]) -> Tally:
    """How these stand, and how many of them were sent."""
    own = list(every)
    return tally((each.word for each in own), sum(each.sent for each in own))
