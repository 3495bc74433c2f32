"""Shows a fleet while it runs: a live table in a terminal, plain lines elsewhere. Always on standard error."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TextIO

from harness.domain.grade import Grade, parse_standing

if TYPE_CHECKING:
    from rich.live import Live
    from rich.table import Table


@dataclass(slots=True)
class _System:
    planned: int = 0
    standings: Counter[str] = field(default_factory=Counter)
    last: str = ""

    @property
    def ended(self) -> int:
        return self.standings.total()

    @property
    def findings(self) -> int:
        return sum(count for standing, count in self.standings.items() if _bad(standing))


class Progress:
    """What is known of each system's run. Use as a context; call `told` with what the workers tell."""

    def __init__(self, systems: Sequence[str], out: TextIO | None = None) -> None:
        self._out = out or sys.stderr  # as it is now: a caller may have put another in its place since this was imported
        self._systems = {system: _System() for system in systems}
        self._live: Live | None = None
        self._context: AbstractContextManager[object] = nullcontext()
        if self._out.isatty():
            from rich.console import Console
            from rich.live import Live

            self._live = Live(self._table(), console=Console(file=self._out), refresh_per_second=10)
            self._context = self._live

    def __enter__(self) -> Progress:
        self._context.__enter__()
        return self

    def __exit__(self, *error: Any) -> None:
        self._context.__exit__(*error)

    def told(self, system: str, what: dict[str, Any]) -> None:
        """Take in one message of a worker."""
        state = self._systems[system]
        if "planned" in what:
            state.planned = what["planned"]
        elif "ended" in what:
            state.standings[what["standing"]] += 1
            state.last = what["ended"]
        if self._live is not None:
            self._live.update(self._table())
        else:
            self._say(system, state, what)

    def _say(self, system: str, state: _System, what: dict[str, Any]) -> None:
        if "planned" in what:
            self._out.write(f"{system}: {state.planned} scenarier\n")
        elif "ended" in what and _bad(what["standing"]):
            self._out.write(f"{system}: {what['ended']} {what['standing']}\n")
        if "ended" in what and state.ended == state.planned:
            self._out.write(f"{system}: færdig, {_counted(state)}\n")
        self._out.flush()

    def _table(self) -> Table:
        from rich.progress_bar import ProgressBar
        from rich.table import Table

        table = Table("System", "", "Scenarier", "Fund", "Senest", box=None, pad_edge=False)
        for name, state in self._systems.items():
            bar = ProgressBar(total=state.planned or 1, completed=state.ended, width=24)
            findings = f"[red]{state.findings}[/red]" if state.findings else "0"
            table.add_row(name, bar, f"{state.ended}/{state.planned or '…'}", findings, state.last)
        return table


def _bad(standing: str) -> bool:
    parsed = parse_standing(standing)
    return isinstance(parsed, Grade) and not parsed.approved


def _counted(state: _System) -> str:
    return ", ".join(f"{count} {standing}" for standing, count in sorted(state.standings.items()))
