"""Shows how far the trials have come: a bar in a terminal, a line now and then elsewhere. Always on standard error."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

LINES = 10
"""How many lines each part is told in, where there is no terminal."""


class TrialProgress:
    """Use as a context; call `told` with what is tried, how many of it are done, and how many there are."""

    def __init__(self, out: TextIO | None = None) -> None:
        self._out = out or sys.stderr
        self._bars: Progress | None = None
        self._tasks: dict[str, TaskID] = {}
        self._said: dict[str, int] = {}

    def __enter__(self) -> TrialProgress:
        if self._out.isatty():
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

            columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
            self._bars = Progress(*columns, console=Console(file=self._out))
            self._bars.start()
        return self

    def __exit__(self, *error: Any) -> None:
        if self._bars is not None:
            self._bars.stop()

    def told(self, what: str, done: int, of: int) -> None:
        """`done` of the `of` trials of this kind are over."""
        if self._bars is not None:
            if what not in self._tasks:
                self._tasks[what] = self._bars.add_task(what.capitalize(), total=of)
            self._bars.update(self._tasks[what], completed=done)
            return
        tenth = done * LINES // of if of else LINES
        if self._said.get(what) != tenth:
            self._said[what] = tenth
            self._out.write(f"{what.capitalize()}: {done} af {of} forsøg\n")
            self._out.flush()
