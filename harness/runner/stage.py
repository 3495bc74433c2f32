"""Where a run takes place: what its session needs of mock or live."""

from __future__ import annotations

from typing import Protocol

from harness.record.fold import RunState
from harness.record.log import Log
from harness.steps.story import Story


class Stage(Protocol):
    """A place to run scenarios in. `log` is the run's log, and `before` what stood in it when it was resumed."""

    log: Log
    before: RunState

    def story(self, seed: str) -> Story:
        """A new attempt's story; `seed` makes its ids and marks its own."""
        ...

    def close(self) -> None:
        """The run is over."""
        ...
