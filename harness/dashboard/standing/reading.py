"""What is handed to the wall when something of a run has been read, and what is kept of the run by then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from harness.dashboard.standing.summary import HERE, RunSummary, Tried
from harness.domain.event import (
    Event,
    Judged,
    MeasuredAgainst,
    RunEnded,
    RunResumed,
    RunStarted,
    ScenarioEnded,
    ScenarioStarted,
)
from harness.domain.review import Review
from harness.record.log import FIRST, Entry

_TELLING: Final = (RunStarted, MeasuredAgainst, RunResumed, ScenarioStarted, ScenarioEnded, RunEnded)
"""The events after which a run may stand otherwise; besides them, a judgement with findings."""


@dataclass(frozen=True, slots=True)
class Mark:
    """How far a run has been taken in: its log's first `bytes`, which are `lines`, the last with the hash `head` and `length`
    bytes long; and its review, whose bytes have the hash `review` (empty: there is none).
    """

    bytes: int = 0
    lines: int = 0
    head: str = FIRST
    length: int = 0
    review: str = ""


@dataclass(frozen=True, slots=True)
class Read:
    """The next lines of the log of the run called `name`, up to `mark`.

    `anew`: they are its first ones, and what was taken in before is forgotten. `review` is the review as it is now, None where it
    was not looked at. `more`: others follow at once, and nobody needs to see what these alone come to.
    """

    name: str
    entries: Sequence[Entry]
    mark: Mark
    anew: bool = False
    review: Review | None = None
    source: str = HERE
    more: bool = False

    @property
    def telling(self) -> bool:
        """Whether the run may stand otherwise by this."""
        return self.anew or self.review is not None or any(_tells(each.event) for each in self.entries)


@dataclass(frozen=True, slots=True)
class Known:
    """All that is kept of a run, and how far that goes."""

    run: RunSummary
    tried: tuple[Tried, ...]
    mark: Mark


class Keeper(Protocol):
    """Where what is known of each run is kept, so that no start has to read every log. It never makes anybody wait."""

    def keep(self, known: Known) -> None:
        """Keep this in place of what was known of the run."""
        ...

    def drop(self, run: str) -> None:
        """Forget the run called `run`."""
        ...

    @property
    def trouble(self) -> str:
        """What is wrong, in Danish; empty when nothing is."""
        ...


def _tells(event: Event) -> bool:
    return isinstance(event, _TELLING) or (isinstance(event, Judged) and bool(event.findings))
