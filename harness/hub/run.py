"""One run in live: its world, its log, and the one thread in which everything of it happens."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from harness.conformance.rule import Judgement
from harness.domain.event import Event, Observed
from harness.domain.exchange import Answer, Exchange, Request
from harness.hub.clock import LiveClock
from harness.record.attempt import judged
from harness.record.evidence import Evidence
from harness.record.guard import Guard
from harness.record.intake import Intake
from harness.record.log import LogWriter
from harness.services.service import Order, Service
from harness.services.world import World, fresh_ids

P = ParamSpec("P")
T = TypeVar("T")


class LiveRun:
    """A world behind its log. Turns are taken one at a time in a thread of the run's own; other runs have theirs."""

    def __init__(self, folder: Path, services: Iterable[Service], allowed: frozenset[str], tempo: float = 1.0) -> None:
        self._loop = asyncio.get_running_loop()
        self._turns = ThreadPoolExecutor(1, f"run {folder.name}")
        self._closed = False
        self._listeners: list[Callable[[bytes], None]] = []
        self._log = LogWriter(folder, durable=True, written=self._publish)
        self._guard = Guard(allowed)
        self.clock = LiveClock(self._loop, self._in_turn, tempo)
        intake = Intake(self._log, Evidence(folder, durable=True), self._guard, _nobody_waits, self._found)
        self._world = World(services, self.clock, intake, fresh_ids(os.urandom(16).hex()))

    async def receive(self, sender: str, request: Request) -> Answer:
        """Handle one request in the run's turn; it is on the disk before the answer is given."""

        def handle() -> Answer:
            try:
                return self._world.receive(sender, request)
            except Exception as error:
                self._note(error)
                raise

        return await self._turn(handle)

    async def append(self, event: Event) -> int:
        """Write an event of the worker's; its number in the log."""
        return await self._turn(self._log.append, event)

    async def order(self, service: str, order: Order) -> dict[str, Any]:
        """Tell a service to be or do something."""
        return await self._turn(self._world.order, service, order)

    async def listen(self, listener: Callable[[bytes], None]) -> None:
        """Have `listener` called on the event loop with every line of the log, from the first on."""

        def begin(lines: list[bytes]) -> None:
            for line in lines:
                listener(line)
            self._listeners.append(listener)

        await self._turn(lambda: self._loop.call_soon_threadsafe(begin, self._log.lines()))

    async def settle(self) -> None:
        """Return when every turn taken so far is over and told."""
        await self._turn(lambda: None)

    async def close(self) -> None:
        """No more turns; the log is closed. What was planned for later does not happen."""
        self._closed = True
        await self._turn(self._log.close)
        self._turns.shutdown(wait=False)

    async def _turn(self, act: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
        return await self._loop.run_in_executor(self._turns, lambda: act(*arguments, **named))

    def _in_turn(self, action: Callable[[], None]) -> None:
        if not self._closed:
            self._loop.run_in_executor(self._turns, self._carry_out, action)

    def _carry_out(self, action: Callable[[], None]) -> None:
        try:
            action()
        except Exception as error:
            self._note(error)  # nobody waits for a delivery: the log is where it must be seen

    def _note(self, error: Exception) -> None:
        """A defect of ours, for whoever reads the run."""
        self._log.append(Observed(self._guard.hide(f"Fejl i testharnesset: {type(error).__name__}: {error}")))

    def _found(self, subject: str, judgements: list[Judgement]) -> None:
        self._log.append(judged(subject, judgements, self._guard))

    def _publish(self, line: bytes) -> None:
        self._loop.call_soon_threadsafe(self._tell, line)

    def _tell(self, line: bytes) -> None:
        for listener in self._listeners:
            listener(line)


def _nobody_waits(_exchange: Exchange) -> None:
    """Who waits for an exchange follows the log."""
