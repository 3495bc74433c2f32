"""What a system sends while none of its scenarios runs: nobody knows what it is about to judge it, but it is told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from harness.domain.event import Exchanged, Observed, ScenarioEnded, ScenarioStarted
from harness.record.log import Entry


def about(attempt: ScenarioStarted) -> str:
    """What is said of the time before `attempt` is said about, once."""
    return f"før {attempt.scenario}/{attempt.attempt}"


def observed(entries: Iterable[Entry], attempt: ScenarioStarted) -> Observed | None:
    """What is written down of the LPS's messages among `entries`, which came before `attempt`; None where there are none."""
    came = Counter(event.what for event in map(_from_the_system, entries) if event)
    if not came:
        return None
    many = f"{came.total()} {'besked' if came.total() == 1 else 'beskeder'}"
    told = ", ".join(f"{what} ({count})" for what, count in came.items())
    return Observed(f"{many} fra systemet kom, mens intet scenarie var i gang, og er ikke bedømt: {told}.", about(attempt))


def untold(entries: Sequence[Entry]) -> list[Entry]:
    """The LPS's messages in a log that came before its last attempt, or after it when it is over, and are not told of."""
    bounds = [number for number, entry in enumerate(entries) if isinstance(entry.event, ScenarioStarted | ScenarioEnded)]
    last = entries[bounds[-1]].event if bounds else None
    begin, end = bounds[-1] + 1 if bounds else 0, len(entries)
    if isinstance(last, ScenarioStarted):
        begin, end = bounds[-2] + 1 if len(bounds) > 1 else 0, bounds[-1]
        if any(isinstance(entry.event, Observed) and entry.event.about == about(last) for entry in entries[end:]):
            return []
    return list(filter(_from_the_system, entries[begin:end]))


def _from_the_system(entry: Entry) -> Exchanged | None:
    return entry.event if isinstance(entry.event, Exchanged) and entry.event.sender == "lps" else None
