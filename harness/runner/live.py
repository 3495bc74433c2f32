"""A run in live: the hub owns world, log and evidence; the worker follows the log's tail and acts over the hub's control line."""

from __future__ import annotations

import itertools
import json
import math
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from harness.domain.errors import ConfigurationError, EnvironmentFault
from harness.domain.event import Event, Exchanged, Judged
from harness.domain.exchange import Answer, Request
from harness.domain.seat import SIMULATED, Seat
from harness.hub.control import answer_from_json, request_to_json, running_hub
from harness.lps.adapter import AdapterDriver
from harness.record.attempt import Attempt
from harness.record.exchanges import exchange_of
from harness.record.fold import fold
from harness.record.guard import Guard
from harness.record.inbox import Inbox
from harness.record.intake import STOPPED
from harness.record.log import Entry, Log, decode_event, entry_of, event_as_json
from harness.runner.mock import receiver_and_reader, services
from harness.runner.options import RunSetup
from harness.runner.read_back import ReadBack
from harness.runner.seated import SeatedServices, seated
from harness.services.service import USUAL, Order
from harness.services.world import fresh_ids
from harness.standards.xds.metadata import DocumentEntry
from harness.steps.reader import everyones, sor_of
from harness.steps.story import Story, mark_of

LOOK_SECONDS = 5.0
"""How often a real service is looked at while something is awaited there, on the run's clock."""

ANSWER_SECONDS = 120.0
"""How long the hub may take over one request of the worker's before it counts as gone."""


class HubLine:
    """The worker's connection to a hub; any thread may use it.

    In the reading thread, `told` is called with each line of the run's log, and `over` when the hub is gone.
    """

    def __init__(
        self,
        control: Path,
        told: Callable[[dict[str, Any]], None] = lambda _: None,
        over: Callable[[], None] = lambda: None,
    ) -> None:
        known = running_hub(control)
        if known is None:
            raise EnvironmentFault(f"Der er ingen hub at tale med ({control.name}).")
        try:
            self._socket = socket.create_connection(("127.0.0.1", known["port"]), timeout=5.0)
        except OSError as error:
            raise EnvironmentFault(f"Der er ingen hub at tale med ({error}).") from None
        self._socket.settimeout(None)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._told = told
        self._over = over
        self._numbers = itertools.count(1)
        self._answers: dict[int, dict[str, Any]] = {}
        self._arrived = threading.Condition()
        self._writing = threading.Lock()
        self.gone = ""
        self._write({"token": known["token"]})
        self._reader = threading.Thread(target=self._read, daemon=True, name="hub")
        self._reader.start()

    def do(self, what: str, **more: Any) -> Any:
        """Have the hub do something; its answer. Raises ConfigurationError when it refuses, EnvironmentFault when it is gone."""
        number = next(self._numbers)
        self._write({"id": number, "do": what, **more})
        with self._arrived:
            self._arrived.wait_for(lambda: number in self._answers or self.gone, ANSWER_SECONDS)
            if number not in self._answers:
                raise EnvironmentFault(self.gone or "Hubben svarer ikke.")
            answer = self._answers.pop(number)
        if "error" in answer:
            raise ConfigurationError(answer["error"])
        return answer["answer"]

    def close(self) -> None:
        """End the connection. A run that was not closed first stays open on the hub, for whoever resumes it."""
        with suppress(OSError):  # the hub ended it first
            self._socket.shutdown(socket.SHUT_RDWR)
        self._reader.join()
        self._socket.close()

    def _write(self, what: dict[str, Any]) -> None:
        try:
            with self._writing:
                self._socket.sendall(json.dumps(what, ensure_ascii=False).encode() + b"\n")
        except OSError as error:
            raise EnvironmentFault(f"Hubben svarer ikke mere ({error}).") from None

    def _read(self) -> None:
        gone = "Hubben svarer ikke mere."
        try:
            with self._socket.makefile("rb") as lines:
                for line in lines:
                    said = json.loads(line)
                    if "line" in said:
                        self._told(said["line"])
                        continue
                    with self._arrived:
                        self._answers[said["id"]] = said
                        self._arrived.notify_all()
        except Exception as error:  # whoever waits is told: the thread has nobody to raise to
            gone = f"Forbindelsen til hubben er slut ({type(error).__name__}: {error})."
        with self._arrived:
            self.gone = gone
            self._arrived.notify_all()
        self._over()


class LiveStage:
    """A run on a hub. Nothing is reset between scenarios: each attempt knows its own messages by its marks."""

    def __init__(self, setup: RunSetup, folder: Path) -> None:
        self._setup = setup
        self._folder = folder
        self._changed = threading.Condition()
        self._told = 0
        self._inbox: Inbox | None = None
        self._attempt: Attempt | None = None
        self._guard = Guard(setup.allowed_cprs)
        self._stood: list[Entry] | None = []
        seats = setup.vendor.seats
        self._ask = seated(self._asked, seats)
        self._services = SeatedServices(self, seats, {each.name: each.entrances for each in services()})
        self._receiver = "plsp" if setup.rute.value == "plsp" else "dokumentdeling"
        door = seats.get("plsp" if self._receiver == "plsp" else "dros", SIMULATED)
        self._sor = door.sor
        self._real = door.is_real
        self._read_back = ReadBack(self._ask, self._found, self._receiver, door.sor) if door.who is Seat.READ_BACK else None
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
                seats={entrance: each.to_json() for entrance, each in setup.vendor.seats.items()},
            )
            self._began = datetime.fromisoformat(opened["now"])
            self._zero = time.monotonic()
            self.run_due()  # then every line that stood in the log has been told
            self.before = fold(self._stood)
            self._stood = None
            self._disturbed = set(opened["services"]) if setup.resume else set()
        except BaseException:
            self._line.close()
            raise
        self._client = httpx.Client(base_url=f"{setup.lps}/{setup.vendor.id}", timeout=ANSWER_SECONDS)

    def append(self, event: Event) -> int:
        """Have the hub write `event`; its number in the log. It is on the disk when this returns."""
        return int(self._line.do("append", event=event_as_json(event)))

    def story(self, seed: str) -> Story:
        """A new attempt's story on the run's one world, whose services behave as usual whatever came before."""
        for service in sorted(self._disturbed):
            self.order(service, USUAL)
        self._disturbed.clear()
        inbox = Inbox(self)
        attempt = Attempt(self, self._guard, inbox)
        with self._changed:
            self._inbox, self._attempt = inbox, attempt
        ours = self._of_the_clinic if self._real else everyones
        receiver, reader = receiver_and_reader(self._setup, self._ask, ours)
        if self._read_back is not None:
            self._read_back.begin()
        return Story(
            patients=self._setup.patients,
            profiles=self._setup.profiles,
            driver=AdapterDriver(self._client, fresh_ids(seed)),
            services=self._services,
            time=self,
            reader=reader,
            ask=self._ask,
            attempt=attempt,
            receiver=receiver,
            mark=mark_of(seed),
            sts=self._setup.sts,
            ours=ours,
            read_back=self._read_back,
        )

    def order(self, service: str, order: Order) -> dict[str, Any]:
        """Tell a service to be or do something."""
        answer: dict[str, Any] = self._line.do("order", service=service, name=order.name, arguments=order.arguments)
        self._disturbed.add(service)
        return answer

    def now(self) -> datetime:
        """The moment, in UTC, on a clock as fast as the hub's."""
        return self._began + timedelta(seconds=(time.monotonic() - self._zero) * self._setup.tempo)

    def until(self, done: Callable[[], bool], seconds: float) -> bool:
        """Wait until `done()`, woken by each line of the log; at most `seconds` of the run's time.

        A real service tells nobody of what comes to it: it is looked at every now and then, and once more at the end.
        Raises EnvironmentFault when the hub is gone: nothing can come any more, and that is not the LPS's doing.
        """
        ends = time.monotonic() + seconds / self._setup.tempo
        pace = LOOK_SECONDS / self._setup.tempo if self._real else math.inf
        while True:
            told = self._told
            if self._read_back is not None:
                self._read_back.look()
            came = done()  # without the lock: it may ask the hub, whose answer comes by the thread that follows the log
            left = ends - time.monotonic()
            if came or self._line.gone or left <= 0:
                break
            with self._changed:
                self._changed.wait_for(lambda: self._told != told or self._line.gone, min(left, pace))  # noqa: B023
        if not came and self._line.gone:
            raise EnvironmentFault(self._line.gone)
        return came

    def run_due(self) -> None:
        """Return when what has happened so far has been told here."""
        if self._read_back is not None:
            self._read_back.look()
        self._line.do("settle")

    def close(self) -> None:
        """The run is over."""
        self._client.close()
        try:
            if not self._line.gone:
                self._line.do("close")
        finally:
            self._line.close()

    def _of_the_clinic(self, entry: DocumentEntry) -> bool:
        """Whether a document at the real service is the clinic's, or one that the LPS was seen to send."""
        sent = self._inbox.received if self._inbox is not None else []
        return sor_of(entry) == self._sor or any(
            each.sender == "lps" and each.facts.get("unique_id") == entry.unique_id for each in sent
        )

    def _found(self, request: Request, facts: dict[str, str]) -> bool:
        return bool(self._line.do("found", request=request_to_json(request), facts=facts))

    def _asked(self, request: Request) -> Answer:
        return answer_from_json(self._line.do("ask", request=request_to_json(request)))

    def _wake(self) -> None:
        with self._changed:
            self._told += 1
            self._changed.notify_all()

    def _follow(self, entry: dict[str, Any]) -> None:
        if self._stood is not None:
            self._stood.append(entry_of(entry))
        kind = entry["event"]["kind"]
        if kind not in ("exchanged", "judged"):
            return
        event = decode_event(entry["event"])
        with self._changed:
            if isinstance(event, Exchanged) and self._inbox is not None:
                self._inbox.record(exchange_of(event, self._folder))
                if event.sender == "harness":
                    return  # what we did ourselves is no news to whoever waits
            if isinstance(event, Judged) and self._attempt is not None and event.subject.startswith(STOPPED):
                self._attempt.findings += event.findings
            self._told += 1
            self._changed.notify_all()
