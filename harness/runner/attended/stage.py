"""A run whose LPS testers operate: all that an attempt does outside itself is in the log, so that a run which was cut off goes on
at the same step, with every answer and every message, and asks nobody twice.

What an attempt sees of the outside is brought up to date only where the attempt does something that stands in the log. So the
same steps over the same log come to the same, whenever they are run.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import httpx

from harness.domain.errors import EnvironmentFault
from harness.domain.event import (
    Acted,
    Answered,
    Clocked,
    Event,
    Exchanged,
    Extended,
    Observed,
    Ordered,
    Prompted,
    RunEnded,
    RunResumed,
    RunStarted,
    ScenarioEnded,
    ScenarioStarted,
    Waited,
    Waiting,
)
from harness.domain.exchange import Answer as Response
from harness.domain.exchange import Request
from harness.domain.finding import Finding
from harness.domain.prompt import Answer, Prompt, Wanted
from harness.domain.scenario import only_account
from harness.domain.seat import Seating
from harness.lps.adapter import AdapterDriver
from harness.lps.attended import ADMIT, ATTEST_RULE, AtStep, AttendedDriver
from harness.lps.contract import CONTRACT, load_contract
from harness.lps.driver import Driver
from harness.lps.mixed import MixedDriver
from harness.record.exchanges import exchange_of
from harness.record.inbox import Inbox
from harness.record.journal import Journal
from harness.record.log import Entry, entry_of
from harness.record.redaction import redact
from harness.runner.attended.between import observed, untold
from harness.runner.attended.journalled import AttendedInbox, Journalled
from harness.runner.hub_line import ANSWER_SECONDS
from harness.runner.interface import interface_of
from harness.runner.live import LiveStage
from harness.runner.seats.seated import AskOwner, blind_seats
from harness.runner.setup import RunSetup
from harness.services.service import USUAL, Order
from harness.services.world import fresh_ids
from harness.steps.real_services import why_blind
from harness.steps.story import Story

Done = TypeVar("Done", bound=Event)

_NOT_DONE = (Observed, RunStarted, RunResumed, RunEnded, ScenarioEnded)
"""What is written beside an attempt, and is nothing it did."""


class AttendedStage(LiveStage):
    """A run on a hub, whose acts are carried out by testers. It is the desk at which its driver asks them."""

    goes_on = True
    follows = True

    def __init__(self, setup: RunSetup, folder: Path) -> None:
        self.step = AtStep(-1, "", expects=False)
        self.admitted: set[str] = set()
        self._contract = load_contract(setup.house.home / CONTRACT)
        self._tester: AttendedDriver | None = None
        self._journal: Journal | None = None
        self._cut_off: list[Entry] = []
        self._ahead: deque[Entry] = deque()
        self._early: list[Event] = []
        self._answers: dict[str, Entry] = {}
        self._still_asked: set[str] = set()
        self._more: dict[int, float] = {}
        self._number = 0
        self._name = ""
        self._blind: tuple[str, ...] = ()
        self._interrupted = False
        super().__init__(setup, folder)

    # What an attempt does, and what stands in the log of it

    def append(self, event: Event) -> int:
        """Write `event`, unless the attempt is being gone through again and it stands there; its number, -1 then."""
        if isinstance(event, ScenarioStarted):
            self._begin(event)
        if not isinstance(event, _NOT_DONE) and self._again(type(event)) is not None:
            return -1
        number = super().append(event)
        if isinstance(event, ScenarioStarted):
            self._tell_of_what_came_before(number, event)
        self._bring_up_to(number)
        return number

    def _begin(self, event: ScenarioStarted) -> None:
        begun = self._cut_off[0].event if self._cut_off else None
        goes_on = isinstance(begun, ScenarioStarted) and begun.scenario == event.scenario
        with self._changed:
            self._inbox = self._attempt = self._tester = None
            self._early.clear()
            if not goes_on:
                self._more.clear()
        self._number = 0
        self._name = f"{event.scenario}/{event.attempt}"
        seats, rute = self._setup.vendor.seats, self._setup.rute.value
        self._blind = () if only_account(event.tags) else blind_seats(seats, rute, event.file)
        self._journal = None
        if goes_on:
            self._tell_of_what_came_before(self._cut_off[0].seq, event)
            self._journal = Journal(self._cut_off, lambda entry: self._arrive(entry.event))
            for entry in self._cut_off:
                if isinstance(entry.event, Extended):
                    self._give(entry.event)
        self._cut_off = []
        self._still_asked.clear()

    def _tell_of_what_came_before(self, number: int, attempt: ScenarioStarted) -> None:
        """Write down what came while no attempt ran, before line `number`, in which `attempt` began.

        What came since is its own.
        """
        came = []
        with self._changed:
            while self._ahead and self._ahead[0].seq < number:
                came.append(self._ahead.popleft())
        if told := observed(came, attempt):
            super().append(told)

    def _again(self, kind: type[Done]) -> Done | None:
        """What came of the next thing the attempt did before it was cut off; None when it has come to where it was."""
        if self._journal is None:
            return None
        done = self._journal.take(kind)
        if done is None:
            self._journal = None
        return done

    def _interface(self) -> httpx.Client:
        return interface_of(self._setup, ANSWER_SECONDS, lambda transport: Journalled(self.acted, transport))

    def _new_inbox(self) -> Inbox:
        return AttendedInbox(self, self._carry_out)

    def story(self, seed: str) -> Story:
        """A new attempt's story, or that of the one gone on with."""
        story = super().story(seed)
        story.blind = self._blind
        with self._changed:
            for event in self._early:
                self._arrive(event)
            self._early.clear()
        return story

    def _driver(self, seed: str) -> Driver:
        self._tester = AttendedDriver(self._contract, self, self._name, self._setup.patients)
        if self._setup.own_access is None:
            return self._tester
        return MixedDriver(AdapterDriver(self._client, fresh_ids(seed), self._setup.own_api), self._tester)

    def _ask_owner(self) -> AskOwner | None:
        def ask(seating: Seating, order: Order) -> None:
            assert self._tester is not None, "an attempt runs"
            self._tester.ask_owner(seating.owner or "den, der har pladsen,", order.arguments)

        return ask

    def _as_usual(self) -> None:
        if self._journal is None:
            super()._as_usual()
            return
        while (given := self._journal.ahead(Ordered)) is not None and given.name == USUAL.name:
            self._journal.take(Ordered)
        self._disturbed.clear()

    def at(self, step: AtStep) -> None:
        """The steps come to this one. What comes before a *Så* has been done when it begins."""
        if step.expects and not self.step.expects:
            self._carry_out()
        self.step = step

    def order(self, service: str, order: Order) -> dict[str, Any]:
        """Tell a service to be or do something, when the testers have done what goes before."""
        self._refuse_unseen(service, order)
        if self._tester is not None:
            self._tester.others_act()
        given = self._again(Ordered)
        if given is not None:
            self._disturbed.add(service)
            return given.answer
        answer = super().order(service, order)
        self._bring_up_to_own(lambda event: isinstance(event, Ordered))
        return answer

    def _asked(self, request: Request) -> Response:
        self._carry_out()
        asked = self._again(Exchanged)
        if asked is not None:
            return exchange_of(asked, self._folder).answer
        answer = super()._asked(request)
        self._bring_up_to_own(lambda event: isinstance(event, Exchanged) and event.sender == "harness")
        return answer

    def now(self) -> datetime:
        """The moment, in UTC, on a clock as fast as the hub's."""
        if self._inbox is None:
            return super().now()
        looked = self._again(Clocked)
        if looked is not None:
            return datetime.fromisoformat(looked.now)
        moment = super().now()
        self.append(Clocked(moment.isoformat()))
        return moment

    def run_due(self) -> None:
        """Have the testers do what is left, and return when what has happened so far has been told here."""
        self._carry_out()
        self._number += 1
        if self._again(Waited) is None:
            super().run_due()
            self.append(Waited(self._number, came=True, last=self._number))

    def until(self, done: Callable[[], bool], seconds: float, what: str = "") -> bool:
        """Have the testers do what is left, and wait until `done()`; at most `seconds` of the run's time and what they give more.

        Raises EnvironmentFault when the hub is gone.
        """
        self._carry_out()
        self._number += 1
        number = self._number
        if self._again(Waiting) is None:
            self.append(Waiting(number, seconds, what))
        if self._journal is not None and (ended := self._journal.waited(number)) is not None:
            self._number = ended.last
            return ended.came
        came = self._wait(number, done, seconds)
        self.append(Waited(number, came, last=self._number))
        return came

    def _wait(self, number: int, done: Callable[[], bool], seconds: float) -> bool:
        while self._journal is not None:  # cut off in this wait: what was done while it lasted is gone through again
            self._look_back()
            if done():
                return True
            if self._journal is not None and self._journal.over:
                self._again(Waited)
        ends = time.monotonic() + seconds / self._setup.tempo
        while True:
            told = self._told
            self._look_back()
            self._bring_up_to(None)
            came = done()
            left = ends + self._more.get(number, 0.0) / self._setup.tempo - time.monotonic()
            if came or left <= 0:
                return came
            self._until_told(lambda: self._told != told, min(left, self._pace))  # noqa: B023

    def _until_told(self, told: Callable[[], bool], seconds: float | None = None) -> None:
        """Raises EnvironmentFault when the hub is gone, and KeyboardInterrupt when the run is to stop here."""
        with self._changed:
            self._changed.wait_for(lambda: told() or self._line.gone or self._interrupted, seconds)
        if self._interrupted:
            raise KeyboardInterrupt
        if self._line.gone:
            raise EnvironmentFault(self._line.gone)

    def interrupt(self) -> None:
        """Stop where the run is: whoever waits in it gives up. Any thread may say so."""
        with self._changed:
            self._interrupted = True
            self._changed.notify_all()

    def acted(self, request: httpx.Request, send: Callable[[], httpx.Response]) -> httpx.Response:
        """What came of a request to the system's own test interface; sent, unless it stands in the log. Raises TransportError."""
        done = self._again(Acted)
        if done is None:
            named = f"{request.method} {request.url.path}"
            try:
                response = send()
                response.read()
            except httpx.TransportError as error:
                done = Acted(named, 0, failed=str(error) or type(error).__name__)
            else:
                done = Acted(named, response.status_code, self._guard.hide(redact(response.content).decode("utf-8", "replace")))
            self.append(done)
        if done.failed:
            raise httpx.TransportError(done.failed, request=request)
        return httpx.Response(done.status, text=done.body, request=request)

    # The desk

    def ask(self, prompt: Prompt) -> Answer:
        """The tester's answer, whenever it comes."""
        if self._again(Prompted) is None:
            self.append(Prompted(prompt))
        answered = self._again(Answered)
        if answered is None:
            self._until_told(lambda: prompt.id in self._answers)
            entry = self._answers[prompt.id]
            self._bring_up_to(entry.seq)
            assert isinstance(entry.event, Answered), "only answers are kept there"
            answered = entry.event
        return answered.answer

    def choose(self, prompt: Prompt) -> Answer:
        """What the tester answers before the attempt begins, and so before there is anything to go through again.

        It may take minutes, in which the services behave as usual whatever the attempt before told them.
        """
        if not self._cut_off:  # what an attempt that is gone on with told them still holds
            for service in sorted(self._disturbed):
                super().order(service, USUAL)
            self._disturbed.clear()
        if prompt.id not in self._answers and prompt.id not in self._still_asked:
            super().append(Prompted(prompt))
        self._until_told(lambda: prompt.id in self._answers)
        answered = self._answers[prompt.id].event
        assert isinstance(answered, Answered), "only answers are kept there"
        return answered.answer

    def judged(self, subject: str, rule: str, finding: Finding | None) -> None:
        """A tester saw `subject`, and found this by the rule with this id."""
        assert self._attempt is not None, "an attempt runs"
        if rule == ATTEST_RULE:
            self._attempt.attested[:] = [f"En tester har sagt god for det. {why_blind(self._blind)}"]
        self._attempt.seen(subject, rule, finding)

    def irrelevant(self, reason: str) -> None:
        """A tester says that the step is not relevant for this system."""
        assert self._attempt is not None, "an attempt runs"
        self._attempt.irrelevant.append(reason)

    def _carry_out(self) -> None:
        if self._tester is not None:
            self._tester.carry_out()

    # What comes from outside

    def _stood_before(self, entries: list[Entry]) -> None:
        open_ = [number for number, entry in enumerate(entries) if isinstance(entry.event, ScenarioStarted | ScenarioEnded)]
        if open_ and isinstance(entries[open_[-1]].event, ScenarioStarted):
            self._cut_off = entries[open_[-1] :]
        with self._changed:
            self._ahead.extendleft(reversed(untold(entries)))
        prompts = {entry.event.prompt.id: entry.event.prompt for entry in entries if isinstance(entry.event, Prompted)}
        since = open_[-1] if open_ else 0
        self._still_asked = {entry.event.prompt.id for entry in entries[since:] if isinstance(entry.event, Prompted)}
        for entry in entries:
            if isinstance(entry.event, Answered) and prompts[entry.event.prompt].wanted is Wanted.CHOOSE:
                self._answers[entry.event.prompt] = entry
        for entry in entries[: len(entries) - len(self._cut_off)]:
            if isinstance(entry.event, Answered) and entry.event.answer.goes_on:
                tasks = prompts[entry.event.prompt].tasks
                self.admitted.update(task.entered["cpr"] for task in tasks if task.act == ADMIT)

    def _came(self, entry: dict[str, Any]) -> None:
        if entry["event"]["kind"] not in ("exchanged", "judged", "ordered", "answered", "extended"):
            return
        came = entry_of(entry)
        with self._changed:
            match came.event:
                case Answered(prompt=prompt):
                    self._answers[prompt] = came
                case Extended() as extended:
                    self._give(extended)
                case _:
                    self._ahead.append(came)
            self._told += 1
            self._changed.notify_all()

    def _give(self, more: Extended) -> None:
        self._more[more.number] = self._more.get(more.number, 0.0) + more.seconds

    def _bring_up_to(self, number: int | None) -> None:
        """Let the attempt see what came before line `number` of the log; with None, everything that has come."""
        with self._changed:
            while self._ahead and (number is None or self._ahead[0].seq <= number):
                self._arrive(self._ahead.popleft().event)

    def _bring_up_to_own(self, is_own: Callable[[Event], bool]) -> None:
        """As `_bring_up_to`, for the line that the hub has just written of what the attempt did."""
        with self._changed:
            numbers = [entry.seq for entry in self._ahead if is_own(entry.event)]
        if numbers:
            self._bring_up_to(numbers[-1])

    def _arrive(self, event: Event) -> None:
        if self._inbox is None:
            self._early.append(event)
        else:
            super()._arrive(event)
