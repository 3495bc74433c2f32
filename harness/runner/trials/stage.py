"""Where a trial takes place: mock, with nothing written."""

from __future__ import annotations

import hashlib

from harness.domain.event import Body, Event
from harness.record.evidence import Evidence
from harness.record.fold import RunState
from harness.record.guard import guard_of
from harness.runner.mock_stage import MockStage
from harness.runner.setup import RunSetup


class TrialLog:
    """Keeps the events of one attempt as they are: who wants a log on the disk makes the run again with `lps run`."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def append(self, event: Event) -> int:
        """Keep `event`; its number from 0."""
        self.events.append(event)
        return len(self.events) - 1


class NoEvidence(Evidence):
    """Says where a body would be kept, and keeps none."""

    def __init__(self) -> None:
        """No folder is made."""

    def keep(self, data: bytes, content_type: str) -> Body:
        """As a run would name it."""
        return Body(hashlib.sha256(data).hexdigest() if data else "", len(data), content_type)


class TrialStage(MockStage):
    """One attempt's world, as mock makes it; `setup` is what the reference LPS in it takes on."""

    def __init__(self, setup: RunSetup) -> None:
        self._setup = setup
        self._guard = guard_of(setup.allowed_cprs)
        self.log = self.kept = TrialLog()
        self.before = RunState()
        self._evidence = NoEvidence()

    def close(self, over: bool = True) -> None:
        """Nothing is open."""
