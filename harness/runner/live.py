"""A run in live: the hub owns world, log and evidence; the worker follows the log's tail and acts over the hub's control line."""

from __future__ import annotations

import math
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
from harness.domain.seat import SIMULATED, Seat
from harness.hub.control import answer_from_json, request_to_json
from harness.lps.adapter import AdapterDriver
from harness.lps.attended import AtStep
from harness.lps.driver import CannotAct, Driver
from harness.record.attempt import Attempt
from harness.record.exchanges import exchange_of
from harness.record.fold import fold
from harness.record.guard import guard_of
from harness.record.inbox import Inbox
from harness.record.intake import STOPPED
from harness.record.log import Entry, Log, decode_event, entry_of, event_as_json
from harness.runner.hub_line import ANSWER_SECONDS, HubLine
from harness.runner.interface import interface_of
from harness.runner.mock import clinic_of, partner_id, partner_in, receiver_and_reader, services
from harness.runner.seats.read_back import ReadBack
from harness.runner.seats.seated import AskOwner, SeatedServices, seated
from harness.runner.setup import RunSetup
from harness.services.disturbance import refuses_requests
from harness.services.service import USUAL, Order
from harness.services.world import fresh_ids
from harness.standards.xds.metadata import DocumentEntry
from harness.steps.reader import everyones, sor_of
from harness.steps.story import Partner, Story, mark_of

LOOK_SECONDS = 5.0
"""How often a real service is looked at while something is awaited there, on the run's clock."""

FOLDER_TAKES_ALL = (
    "Beskederne kommer som filer. En mappe tager imod alt, så systemet kan ikke se, at modtageren er optaget eller ikke svarer."
)


class LiveStage:
    """A run on a hub. Nothing is reset between scenarios: each attempt knows its own messages by its marks."""

    goes_on = False
    follows = False

    def __init__(self, setup: RunSetup, folder: Path) -> None:
        self._setup = setup
        self._folder = folder
        self._changed = threading.Condition()
        self._told = 0
        self._inbox: Inbox | None = None
        self._attempt: Attempt | None = None
        self._guard = guard_of(setup.allowed_cprs)
        self._stood: list[Entry] | None = []
        self._client = self._interface()
        self._partner_client = interface_of(setup.partner, ANSWER_SECONDS) if setup.partner else None
        seats = setup.vendor.seats
        self._ask = seated(self._asked, seats)
        self._services = SeatedServices(self, seats, {each.name: each.entrances for each in services()}, self._ask_owner())
        self._receiver = "plsp" if setup.rute.value == "plsp" else "dokumentdeling"
        door = seats.get("plsp" if self._receiver == "plsp" else "dros", SIMULATED)
        self._sor = clinic_of(setup)
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
                partner=partner_id(setup),
            )
            self._began = datetime.fromisoformat(opened["now"])
            self._zero = time.monotonic()
            self._line.do("settle")  # then every line that stood in the log has been told
            with self._changed:
                stood, self._stood = self._stood, None
            self.before = fold(stood)
            self._stood_before(stood)
            self._disturbed = set(opened["services"]) if setup.resume else set()
        except BaseException:
            self._line.close()
            raise
        if setup.vendor.ways:  # files lie there before the LPS's user looks, and what was sent is taken in before anybody judges
            for when in ("request", "response"):
                self._client.event_hooks[when].append(lambda _: self._settle())

    def append(self, event: Event) -> int:
        """Have the hub write `event`; its number in the log. It is on the disk when this returns."""
        return int(self._line.do("append", event=event_as_json(event)))

    def story(self, seed: str) -> Story:
        """A new attempt's story on the run's one world, whose services behave as usual whatever came before."""
        self._as_usual()
        inbox = self._new_inbox()
        attempt = Attempt(self, self._guard, inbox, partner_id(self._setup))
        with self._changed:
            self._inbox, self._attempt = inbox, attempt
        ours = self._of_the_clinic if self._real else everyones
        receiver, reader = receiver_and_reader(self._setup, self._ask, ours)
        if self._read_back is not None:
            self._read_back.begin()
        return Story(
            patients=self._setup.patients,
            profiles=self._setup.profiles,
            driver=self._driver(seed),
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
            real=any(each.is_real for each in self._setup.vendor.seats.values()),
            files=self._setup.data.files if self._setup.data else {},
            partner=self._partner(seed),
            clinic=self._sor,
        )

    def _partner(self, seed: str) -> Partner | None:
        """The other LPS of a run of two."""
        other = self._setup.partner
        if other is None or self._partner_client is None:
            return None
        driver = AdapterDriver(self._partner_client, fresh_ids(f"hos partneren {seed}"), other.own_api)
        return partner_in(self._setup, driver, remembers=True)

    def _interface(self) -> httpx.Client:
        return interface_of(self._setup, ANSWER_SECONDS)

    def _ask_owner(self) -> AskOwner | None:
        """Who asks the owners of real services' seats to act: nobody is there."""
        return None

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
        """Tell a service to be or do something. Raises CannotAct for what the LPS could not see, since it hands over files."""
        self._refuse_unseen(service, order)
        answer: dict[str, Any] = self._line.do("order", service=service, name=order.name, arguments=order.arguments)
        self._disturbed.add(service)
        return answer

    def _refuse_unseen(self, service: str, order: Order) -> None:
        refuses = refuses_requests(order) or (order.name == USUAL.name and order != USUAL)
        if refuses and not self._setup.vendor.sees_refusals(service):
            raise CannotAct(FOLDER_TAKES_ALL)

    def now(self) -> datetime:
        """The moment, in UTC, on a clock as fast as the hub's."""
        return self._began + timedelta(seconds=(time.monotonic() - self._zero) * self._setup.tempo)

    def until(self, done: Callable[[], bool], seconds: float, what: str = "") -> bool:
        """Wait until `done()`, woken by each line of the log; at most `seconds` of the run's time. `what` is waited for.

        A real service tells nobody of what comes to it: it is looked at every now and then, and once more at the end.
        Raises EnvironmentFault when the hub is gone: nothing can come any more, and that is not the LPS's doing.
        """
        ends = time.monotonic() + seconds / self._setup.tempo
        while True:
            told = self._told
            self._look_back()
            came = done()  # without the lock: it may ask the hub, whose answer comes by the thread that follows the log
            left = ends - time.monotonic()
            if came or self._line.gone or left <= 0:
                break
            with self._changed:
                self._changed.wait_for(lambda: self._told != told or self._line.gone, min(left, self._pace))  # noqa: B023
        if not came and self._line.gone:
            raise EnvironmentFault(self._line.gone)
        return came

    def run_due(self) -> None:
        """Return when what has happened so far has been told here."""
        self._look_back()
        self._settle()

    @property
    def _pace(self) -> float:
        """Seconds until a real service is looked at again; without end where there is none."""
        return LOOK_SECONDS / self._setup.tempo if self._real else math.inf

    def _look_back(self) -> None:
        """See what has come to a real service that tells nobody of it."""
        if self._read_back is not None:
            self._read_back.look()

    def _settle(self) -> None:
        self._line.do("settle")

    def interrupt(self) -> None:
        """The attempt is carried to its end."""

    def close(self, over: bool = True) -> None:
        """The run is over, or is left to go on recording until somebody goes on with it."""
        self._client.close()
        if self._partner_client is not None:
            self._partner_client.close()
        try:
            if over and not self._line.gone:
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
        with self._changed:
            if self._stood is not None:
                self._stood.append(entry_of(entry))
                return
        self._came(entry)

    def _stood_before(self, entries: list[Entry]) -> None:
        """What stood in the log of a run that is resumed."""

    def _came(self, entry: dict[str, Any]) -> None:
        """A line was written in the log."""
        if entry["event"]["kind"] in ("exchanged", "judged"):
            event = decode_event(entry["event"])
            with self._changed:
                self._arrive(event)
                if isinstance(event, Exchanged) and event.sender == "harness":
                    return  # what we did ourselves is no news to whoever waits
                self._told += 1
                self._changed.notify_all()

    def _arrive(self, event: Event) -> None:
        """Something came from outside, for the attempt that runs."""
        if isinstance(event, Exchanged) and self._inbox is not None:
            self._inbox.record(exchange_of(event, self._folder))
        if isinstance(event, Judged) and self._attempt is not None and event.subject.startswith(STOPPED):
            self._attempt.findings += event.findings
