"""A run in live: the hub owns world, log and evidence; the worker follows the log's tail and acts over the hub's control line."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from harness.domain.errors import EnvironmentFault
from harness.domain.event import Event, Exchanged, Judged
from harness.domain.exchange import Answer, Request
from harness.hub.control import answer_from_json, request_to_json
from harness.lps.adapter import AdapterDriver
from harness.lps.attended import AtStep
from harness.lps.driver import Driver
from harness.record.attempt import Attempt
from harness.record.exchanges import exchange_of
from harness.record.fold import fold
from harness.record.guard import Guard
from harness.record.inbox import Inbox
from harness.record.intake import STOPPED
from harness.record.log import Entry, Log, decode_event, entry_of, event_as_json
from harness.runner.hub_line import ANSWER_SECONDS, HubLine
from harness.runner.interface import interface_of
from harness.runner.mock import receiver_and_reader
from harness.runner.options import RunSetup
from harness.services.service import USUAL, Order
from harness.services.world import fresh_ids
from harness.steps.story import Story, mark_of


class LiveStage:
    """A run on a hub. Nothing is reset between scenarios: each attempt knows its own messages by its marks."""

    goes_on = False

    def __init__(self, setup: RunSetup, folder: Path) -> None:
        self._setup = setup
        self._folder = folder
        self._changed = threading.Condition()
        self._told = 0
        self._inbox: Inbox | None = None
        self._attempt: Attempt | None = None
        self._guard = Guard(setup.allowed_cprs)
        self._stood: list[Entry] | None = []
        self._client = self._interface()
        self._line = HubLine(setup.hub, self._follow, self._wake)
        self.log: Log = self
        try:
            opened = self._line.do(
                "open",
                system=setup.vendor.id,
                folder=str(folder.resolve()),
                allowed=sorted(setup.allowed_cprs),
                tempo=setup.tempo,
                resume=setup.resume,
            )
            self._began = datetime.fromisoformat(opened["now"])
            self._zero = time.monotonic()
            self._line.do("settle")  # then every line that stood in the log has been told
            self.before = fold(self._stood)
            self._stood_before(self._stood)
            self._stood = None
            self._disturbed = set(opened["services"]) if setup.resume else set()
        except BaseException:
            self._line.close()
            raise

    def append(self, event: Event) -> int:
        """Have the hub write `event`; its number in the log. It is on the disk when this returns."""
        return int(self._line.do("append", event=event_as_json(event)))

    def story(self, seed: str) -> Story:
        """A new attempt's story on the run's one world, whose services behave as usual whatever came before."""
        self._as_usual()
        inbox = self._new_inbox()
        attempt = Attempt(self, self._guard, inbox)
        with self._changed:
            self._inbox, self._attempt = inbox, attempt
        receiver, reader = receiver_and_reader(self._setup, self._ask)
        return Story(
            patients=self._setup.patients,
            profiles=self._setup.profiles,
            driver=self._driver(seed),
            services=self,
            time=self,
            reader=reader,
            ask=self._ask,
            attempt=attempt,
            receiver=receiver,
            mark=mark_of(seed),
            sts=self._setup.sts,
        )

    def _interface(self) -> httpx.Client:
        return interface_of(self._setup, ANSWER_SECONDS)

    def _new_inbox(self) -> Inbox:
        return Inbox(self)

    def _driver(self, seed: str) -> Driver:
        """How this attempt makes the LPS act."""
        return AdapterDriver(self._client, fresh_ids(seed), self._setup.own_api)

    def _as_usual(self) -> None:
        """Have every service behave as usual that an earlier attempt told to do otherwise."""
        for service in sorted(self._disturbed):
            self.order(service, USUAL)
        self._disturbed.clear()

    def at(self, step: AtStep) -> None:
        """Nobody follows the steps here."""

    def order(self, service: str, order: Order) -> dict[str, Any]:
        """Tell a service to be or do something."""
        answer: dict[str, Any] = self._line.do("order", service=service, name=order.name, arguments=order.arguments)
        self._disturbed.add(service)
        return answer

    def now(self) -> datetime:
        """The moment, in UTC, on a clock as fast as the hub's."""
        return self._began + timedelta(seconds=(time.monotonic() - self._zero) * self._setup.tempo)

    def until(self, done: Callable[[], bool], seconds: float, what: str = "") -> bool:
        """Wait until `done()`, woken by each line of the log; at most `seconds` of the run's time. `what` is waited for.

        Raises EnvironmentFault when the hub is gone: nothing can come any more, and that is not the LPS's doing.
        """
        ends = time.monotonic() + seconds / self._setup.tempo
        while True:
            told = self._told
            came = done()  # without the lock: it may ask the hub, whose answer comes by the thread that follows the log
            left = ends - time.monotonic()
            if came or self._line.gone or left <= 0:
                break
            with self._changed:
                self._changed.wait_for(lambda: self._told != told or self._line.gone, left)  # noqa: B023
        if not came and self._line.gone:
            raise EnvironmentFault(self._line.gone)
        return came

    def run_due(self) -> None:
        """Return when what has happened so far has been told here."""
        self._line.do("settle")

    def interrupt(self) -> None:
        """The attempt is carried to its end."""

    def close(self, over: bool = True) -> None:
        """The run is over, or is left to go on recording until somebody goes on with it."""
        self._client.close()
        try:
            if over and not self._line.gone:
                self._line.do("close")
        finally:
            self._line.close()

    def _ask(self, request: Request) -> Answer:
        return answer_from_json(self._line.do("ask", request=request_to_json(request)))

    def _wake(self) -> None:
        with self._changed:
            self._told += 1
            self._changed.notify_all()

    def _follow(self, entry: dict[str, Any]) -> None:
        if self._stood is not None:
            self._stood.append(entry_of(entry))
        else:
            self._came(entry)

    def _stood_before(self, entries: list[Entry]) -> None:
        """What stood in the log of a run that is resumed."""

    def _came(self, entry: dict[str, Any]) -> None:
        """A line was written in the log."""
        if entry["event"]["kind"] in ("exchanged", "judged"):
            event = decode_event(entry["event"])
            with self._changed:
                self._arrive(event)
                self._told += 1
                self._changed.notify_all()

    def _arrive(self, event: Event) -> None:
        """Something came from outside, for the attempt that runs."""
        if isinstance(event, Exchanged) and self._inbox is not None:
            self._inbox.record(exchange_of(event, self._folder))
        if isinstance(event, Judged) and self._attempt is not None and event.subject.startswith(STOPPED):
            self._attempt.findings += event.findings
