"""Which runs may come in from other machines: only those that this suite could have made, and that have begun.

A chain shows that a log is whole and unaltered, not who wrote it (docs/adr/0033-runs-on-other-machines.md).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from harness.domain.event import BASES, RunStarted
from harness.domain.requirement import Participation
from harness.domain.vendor import Phase
from harness.suite.campaigns import EVERY

AHEAD: Final = timedelta(minutes=5)
"""How far ahead of the wall's clock a run may begin. A project convention: two machines' clocks are seldom alike."""


@dataclass(frozen=True, slots=True)
class Admission:
    """What a run may say of itself: `systems` and `campaigns` are the ids the suite has."""

    systems: frozenset[str]
    campaigns: frozenset[str]
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    def refused(self, started: RunStarted, at: datetime) -> str:
        """Why the run that began so, at `at`, does not come in, in Danish; empty when it may."""
        return next(self._wrong(started, at), "")

    def _wrong(self, started: RunStarted, at: datetime) -> Iterator[str]:
        if started.grundlag not in BASES:
            yield f"grundlaget skal være {' eller '.join(map(_quoted, BASES))}, ikke {_quoted(started.grundlag)}"
        for what, found in (("systemet", started.system), ("modparten", started.partner)):
            if found and found not in self.systems:
                yield f"{what} {_quoted(found)} er ikke et system, tavlen kender"
        if started.partner == started.system:
            yield "et system kan ikke være sin egen modpart"
        if started.phase not in tuple(Phase):
            yield f"fasen {_quoted(started.phase)} findes ikke"
        asked = () if started.campaign == EVERY else started.campaign.split(",")
        for campaign in dict.fromkeys((*asked, *started.participation)):
            if campaign not in self.campaigns:
                yield f"kampagnen {_quoted(campaign)} er ikke en, tavlen kender"
        for part in started.participation.values():
            if part not in tuple(Participation):
                yield f"deltagelsen {_quoted(part)} findes ikke"
        if at > self.now() + AHEAD:
            yield "kørslen er begyndt ude i fremtiden efter tavlens ur. Ret uret på den maskine, der kører"


def _quoted(text: str) -> str:
    return f"“{text[:80]}”"
