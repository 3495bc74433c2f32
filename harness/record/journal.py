"""What a cut-off attempt did outside itself, gone through again: so the attempt comes to where it was, and does nothing twice.

The log is the journal. Going on, the steps are run from the first one again, and each thing they do (write an event, give an
order, ask a service, ask a tester, act through the test interface, wait, look at the clock) is answered with what came of it
then, as long as the log has it. Between two such things the messages stand that had arrived by then, and they arrive again there.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from typing import TypeVar

from harness.domain.errors import HarnessError
from harness.domain.event import (
    Acted,
    Answered,
    Clocked,
    Event,
    Exchanged,
    Judged,
    Ordered,
    Prompted,
    ScenarioStarted,
    StepEnded,
    StepStarted,
    Waited,
    Waiting,
)
from harness.record.intake import STOPPED
from harness.record.log import Entry

_OWN = (ScenarioStarted, StepStarted, StepEnded, Ordered, Prompted, Answered, Acted, Waiting, Waited, Clocked)

Done = TypeVar("Done", bound=Event)


class Diverged(HarnessError):
    """The attempt does something else than it did: it cannot be gone on with, and must start over."""


class Journal:
    """What is left of the attempt's `entries`. `arrived` is called with each entry in which something came from outside."""

    def __init__(self, entries: Iterable[Entry], arrived: Callable[[Entry], None]) -> None:
        self._left = deque(entries)
        self._arrived = arrived

    @property
    def over(self) -> bool:
        """Whether nothing that the attempt did is left."""
        return not any(map(_is_own, self._left))

    def take(self, kind: type[Done]) -> Done | None:
        """What came of the next thing the attempt did, which is of this kind; None when all has been gone through.

        Raises Diverged when it did something else.
        """
        while self._left:
            entry = self._left.popleft()
            if not _is_own(entry):
                self._arrived(entry)
            elif isinstance(entry.event, kind):
                return entry.event
            else:
                raise Diverged(f"Forsøget gør noget andet, end det gjorde før ({kind.__name__}, ikke {entry.event.kind}).")
        return None

    def ahead(self, kind: type[Done]) -> Done | None:
        """The next thing the attempt did, when it is of this kind; nothing is gone through."""
        entry = next(filter(_is_own, self._left), None)
        return entry.event if entry is not None and isinstance(entry.event, kind) else None

    def waited(self, number: int) -> Waited | None:
        """How the wait called `number` ended, everything done inside it gone through; None when it was cut off."""
        ends = [entry for entry in self._left if isinstance(entry.event, Waited) and entry.event.number == number]
        if not ends:
            return None
        while True:
            entry = self._left.popleft()
            if entry is ends[0]:
                assert isinstance(entry.event, Waited), "it was chosen so"
                return entry.event
            if not _is_own(entry):
                self._arrived(entry)


def _is_own(entry: Entry) -> bool:
    match entry.event:
        case Exchanged(sender=sender):
            return sender == "harness"
        case Judged(subject=subject):
            return not subject.startswith(STOPPED)
        case event:
            return isinstance(event, _OWN)
