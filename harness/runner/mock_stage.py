"""Mock: one process that writes the log itself, and makes everything new for each attempt."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from harness.lps.attended import AtStep
from harness.record.evidence import Evidence
from harness.record.fold import fold
from harness.record.guard import guard_of
from harness.record.log import Log, LogWriter
from harness.runner.setup import RunSetup
from harness.steps.story import Story

if TYPE_CHECKING:
    from harness.runner.hosts import Hosts


class MockStage:
    """Writes the log itself, in `folder`; every attempt gets a world, a clock and a reference LPS of its own."""

    goes_on = False
    follows = False
    _hosts: Hosts | None = None

    def __init__(self, setup: RunSetup, folder: Path) -> None:
        self._setup = setup
        self._guard = guard_of(setup.allowed_cprs)
        self._writer = LogWriter(folder, scrub=self._guard.scrub, resume=setup.resume)
        self.log: Log = self._writer
        self.before = fold(self._writer.before)
        self._evidence = Evidence(folder)

    def story(self, seed: str) -> Story:
        """A fresh world with a fresh reference LPS in it. `seed` makes ids and marks this attempt's own."""
        # services and reference LPS, which a run without an attempt has no use for
        from harness.runner.hosts import Hosts
        from harness.runner.mock import partner_id, story_in

        self._hosts = self._hosts or Hosts(partner_id(self._setup))
        return story_in(self._setup, self.log, self._evidence, self._guard, self._hosts, seed)

    def at(self, step: AtStep) -> None:
        """Nobody follows the steps here."""

    def interrupt(self) -> None:
        """The attempt is carried to its end."""

    def close(self, over: bool = True) -> None:
        """Close the log."""
        self._writer.close()
