"""Where a run takes place: what its session needs of mock or live."""

from __future__ import annotations

from typing import Protocol

from harness.lps.attended import AtStep
from harness.record.fold import RunState
from harness.record.log import Log
from harness.steps.story import Story


class Stage(Protocol):
    """A place to run scenarios in. `log` is the run's log, and `before` what stood in it when it was resumed.

    `goes_on`: an attempt that was cut off is gone on with where it was. Elsewhere it is closed and starts over.
    `follows`: somebody is to be told of each step, by `at`.
    """

    log: Log
    before: RunState
    goes_on: bool
    follows: bool

    def at(self, step: AtStep) -> None:
        """The scenario has come to this step."""
        ...

    def story(self, seed: str) -> Story:
        """A new attempt's story; `seed` makes its ids and marks its own."""
        ...

    def interrupt(self) -> None:
        """Have whoever waits in an attempt that can be gone on with give up; elsewhere an attempt is carried to its end."""
        ...

    def close(self, over: bool = True) -> None:
        """Leave the run: it is `over`, or somebody will go on with it."""
        ...
