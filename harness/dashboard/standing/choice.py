"""Which of a system's runs the wall shows: one rule for every grid, for progress and for the trend.

Which of those that can be compared count is the rule of the day's results too (`record/counting.py`).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from harness.dashboard.standing.summary import RunSummary
from harness.domain.vendor import Phase
from harness.record.counting import age, believed, counting

_PHASES: Final = tuple(Phase)


def comparable(runs: Iterable[RunSummary]) -> list[RunSummary]:
    """Those of a system's runs that are shown beside one another, the oldest first.

    A run of the vendor's own system hides recordings, and both hide rehearsals, which say nothing of the system. Of these, the
    furthest phase that was begun counts: an egentest that is made on the day of the connectathon does not cover its results.
    It is the hall's own that say which, where there is any: what was sent puts none of them out of force. Of runs of two, one
    that was seen here hides those that were sent (`counting.believed`).
    """
    found = list(runs)
    kind = min(map(_kind, found), default=0)
    own = [each for each in found if _kind(each) == kind]
    if any(each.started.partner for each in own):
        own = believed(own)
    furthest = max((_PHASES.index(each.phase) for each in believed(own)), default=0)
    return sorted((each for each in own if _PHASES.index(each.phase) == furthest), key=age)


def shown(runs: Iterable[RunSummary]) -> list[RunSummary]:
    """The runs that count, the oldest first: of those that are comparable, as for the results of a day."""
    return counting(comparable(runs))


def whole_run(runs: Iterable[RunSummary]) -> RunSummary | None:
    """The newest of these that is whole, else the newest of any; None of none."""
    return max(runs, key=lambda each: (each.whole, *age(each)), default=None)


def _kind(run: RunSummary) -> int:
    if run.rehearsal:
        return 2
    return 1 if run.started.driver == "replay" else 0
