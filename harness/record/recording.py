"""A run's own log as something to be gone through again: each scenario's last attempt, step by step, with what came in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from harness.domain.event import (
    Exchanged,
    ForeignCpr,
    Judged,
    Observed,
    Ordered,
    RunStarted,
    ScenarioEnded,
    ScenarioStarted,
    StepEnded,
    StepStarted,
)
from harness.record.intake import STOPPED
from harness.record.log import Entry

Happening = Exchanged | Ordered | ForeignCpr | Judged | Observed
"""What a step met: an exchange, an order, or a message that was stopped at the door and never stored."""


@dataclass(slots=True)
class Stretch:
    """One step, or what came before the first; `happened` is in order, and so is what came `afterwards`, before the next one.

    `began` is when it began on the run's clock, in live; in mock the clock stands still until it is moved. `outcome` is
    how the step ended; empty when it was cut off.
    """

    began: datetime | None = None
    happened: list[Happening] = field(default_factory=list)
    afterwards: list[Happening] = field(default_factory=list)
    outcome: str = ""


@dataclass(slots=True)
class RecordedAttempt:
    """One attempt as the log tells it. `messages_were_judged`: it came so far that the rules of messages were run."""

    started: ScenarioStarted
    before: Stretch = field(default_factory=Stretch)
    steps: list[Stretch] = field(default_factory=list)
    messages_were_judged: bool = False
    ended: ScenarioEnded | None = None


@dataclass(slots=True)
class Recording:
    """A whole run. `attempts` has each scenario's last attempt; `outside` counts messages that came while no scenario ran."""

    started: RunStarted
    attempts: dict[str, RecordedAttempt] = field(default_factory=dict)
    outside: int = 0


def recording(started: RunStarted, entries: Iterable[Entry]) -> Recording:
    """What the log that begins with `started` recorded."""
    run = Recording(started)
    attempt: RecordedAttempt | None = None
    lines = list(entries)
    known = next(filter(None, map(_clock, lines)), None)
    for entry in lines:
        event = entry.event
        known = _clock(entry) or known
        match event:
            case ScenarioStarted():
                attempt = run.attempts[event.scenario] = RecordedAttempt(event)
            case StepStarted() if attempt:
                written, shown = known or (entry.at, entry.at)
                began = None if started.target == "mock" else shown + (entry.at - written) * started.tempo
                attempt.steps.append(Stretch(began))
            case StepEnded() if attempt and attempt.steps:
                attempt.steps[-1].outcome = event.outcome
            case ScenarioEnded() if attempt:
                attempt.ended, attempt = event, None
            case Exchanged() | Ordered() | ForeignCpr(stopped=True) | Observed() if attempt:
                _now(attempt).append(event)
            case Judged() if attempt and event.subject.startswith(STOPPED):
                _now(attempt).append(event)
            case Judged() if attempt and event.exchange:
                attempt.messages_were_judged = True
            case Exchanged(sender="lps"):
                run.outside += 1
            case _:
                pass
    return run


def _clock(entry: Entry) -> tuple[datetime, datetime] | None:
    """When a line was written, and what the run's clock showed then; None for one that does not tell."""
    event = entry.event
    return (entry.at, datetime.fromisoformat(event.at)) if isinstance(event, Exchanged | Ordered) else None


def _now(attempt: RecordedAttempt) -> list[Happening]:
    """Where what happens now belongs."""
    if not attempt.steps:
        return attempt.before.happened
    step = attempt.steps[-1]
    return step.afterwards if step.outcome else step.happened
