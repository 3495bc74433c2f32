"""What the wall shows: plain values that the pages draw, and the seam behind which they are worked out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from harness.domain.grade import Standing
from harness.domain.verdict import Verdict
from harness.record.result import Result


class Sign(StrEnum):
    """What a cell says beside its standing. Each has a word and a shape of its own: colour is never the only sign."""

    REHEARSAL = "prøvekørsel"
    SENT = "sendt"
    OUTDATED = "forældet"
    PAUSED = "på pause"
    CRITICAL = "kritisk"
    RUNNING = "kører"


@dataclass(frozen=True, slots=True)
class Heading:
    """A row or a column of a grid. `id` is a system's, a capability's (its folder under features/) or a partner's."""

    id: str
    title: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """Where a row and a column meet. `standing` is the worst of its scenarios' last attempts, None where nothing has run.

    `counts` is by standing, in words, of `planned` scenarios. `blamed` is the system, or partner, whose message was wrong where a
    standing is not the row's own doing. `run` names the run (`campaign/system/id`) it was seen in; `at` is when it last changed.
    """

    row: str
    column: str
    standing: Standing | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    planned: int = 0
    signs: frozenset[Sign] = frozenset()
    blamed: str = ""
    run: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Grid:
    """One grid of the wall: `kapabiliteter` (system × capability), `partnere` (system × partner) or `par` (LPS × LPS)."""

    id: str
    title: str
    rows: tuple[Heading, ...]
    columns: tuple[Heading, ...]
    cells: Mapping[tuple[str, str], Cell]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one system is towards the gate of one phase. `lacks` is in Danish; empty when the gate is passed."""

    system: str
    phase: str
    verdict: Verdict | None
    passed: bool
    lacks: tuple[str, ...] = ()
    rehearsal: bool = False


@dataclass(frozen=True, slots=True)
class Moment:
    """A point of the day's trend: how many scenarios stood how at `at`, over all systems; `counts` is by standing, in words."""

    at: datetime
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Change:
    """One change of the wall. `id` grows by one with each, also across restarts, so that a browser can ask for what it missed.

    `grid`, `row` and `column` name the cell that is another now.
    """

    id: int
    at: datetime
    campaign: str
    grid: str
    row: str
    column: str


@dataclass(frozen=True, slots=True)
class Run:
    """A run as the wall lists it. `name` is `campaign/system/id`; `source` is `her` or the name of the token that sent it.

    `version` is another one when more of its log or review is known; empty where nobody can say.
    """

    name: str
    system: str
    partner: str
    phase: str
    rehearsal: bool
    began: datetime
    ended: datetime | None
    verdict: Verdict | None
    counts: Mapping[str, int]
    outdated: bool = False
    source: str = "her"
    version: str = ""

    @property
    def sent(self) -> bool:
        """Whether it was sent from another machine: nobody here has seen it."""
        return self.source != "her"


class Wall(Protocol):
    """What the pages ask. Unknown names give None. All but `result` is in memory, and waits for no disk."""

    @property
    def campaigns(self) -> tuple[Heading, ...]:
        """The campaigns that can be shown, the day's own first."""
        ...

    def grids(self, campaign: str) -> tuple[Grid, ...]:
        """The grids of a campaign, the main one first. No system is ever left out."""
        ...

    def progress(self, campaign: str) -> tuple[Progress, ...]:
        """How far each system is towards each phase's gate."""
        ...

    def trend(self, campaign: str) -> tuple[Moment, ...]:
        """The day so far, oldest first."""
        ...

    def runs(self, campaign: str, system: str) -> tuple[Run, ...]:
        """A system's runs of a campaign, newest first."""
        ...

    def result(self, run: str) -> Result | None:
        """What the run called `run` has come to so far: for requirement → scenario → step → message → finding.

        A run that no grid shows is read from the disk, which may take a second: ask in a thread, and no oftener than it changes.
        """
        ...

    @property
    def newest(self) -> int:
        """The id of the last change; 0 before the first."""
        ...

    @property
    def trouble(self) -> str:
        """What is wrong with the wall itself just now, in Danish; empty when nothing is."""
        ...

    def since(self, change: int) -> tuple[Change, ...] | None:
        """The changes after `change`; None when that is too long ago to say, and all must be fetched anew."""
        ...

    async def changed(self, after: int) -> int:
        """Return the newest change's id once there is one after `after`."""
        ...
