"""One run in live: its world, its log, and the one thread in which everything of it happens."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from harness.conformance.rule import Judgement
from harness.domain.errors import BadInput, EnvironmentFault
from harness.domain.event import Answered, Event, Extended, Forwarded, Observed, Ordered, Settled
from harness.domain.exchange import Answer, Exchange, NoAnswer, Request, Response
from harness.domain.prompt import MEDCOM_ANSWERS, mistakes_in
from harness.domain.prompt import Answer as Said
from harness.domain.review import Role
from harness.domain.seat import SIMULATED, Seat, Seating, Seats
from harness.hub.clock import LiveClock
from harness.hub.desk import Desk, texts_in
from harness.hub.news import News
from harness.hub.relay import Relay, refusal
from harness.record.attachments import keep_files
from harness.record.attempt import judged
from harness.record.evidence import Evidence
from harness.record.exchanges import forwarded_of, happened, unanswered
from harness.record.guard import Guard
from harness.record.intake import Intake
from harness.record.log import LOG_NAME, LogWriter, entry_of, read_log
from harness.services.relayed import facts_of
from harness.services.service import Order, Service
from harness.services.world import NOTHING, World, entrance_of, fresh_ids
from harness.services.wsdl import asks_for_wsdl


@dataclass(frozen=True, slots=True)
class Place:
    """Where a run is written, and how. `allowed` are the CPR numbers it may meet; `resume`: its log may be there already.

    `seats` says who plays the services that the simulators do not. `partner` is the other LPS of a run of two.
    """

    folder: Path
    allowed: frozenset[str]
    tempo: float = 1.0
    resume: bool = False
    seats: Seats = field(default_factory=dict)
    partner: str = ""

    def to_json(self) -> dict[str, Any]:
        """As it goes over the line, and is kept."""
        return {
            "folder": str(self.folder),
            "allowed": sorted(self.allowed),
            "tempo": self.tempo,
            "resume": self.resume,
            "seats": {entrance: seating.to_json() for entrance, seating in self.seats.items()},
            "partner": self.partner,
        }

    @staticmethod
    def from_json(said: dict[str, Any]) -> Place:
        """The place that `said` is. Raises KeyError, TypeError and ValueError."""
        seats = {entrance: Seating.from_json(each) for entrance, each in said.get("seats", {}).items()}
        return Place(
            folder=Path(said["folder"]),
            allowed=frozenset(said["allowed"]),
            tempo=float(said["tempo"]),
            resume=bool(said["resume"]),
            seats=seats,
            partner=str(said.get("partner", "")),
        )


CUT_OFF = "Hubben standsede, mens beskeden var på vej. Om den nåede frem, vides ikke"

DISK_PATIENCE = 5.0
"""Seconds, on the run's clock, until a delivery that could not be written is tried again."""

P = ParamSpec("P")
T = TypeVar("T")


class LiveRun:
    """A world behind its log. Turns are taken one at a time in a thread of the run's own; other runs have theirs."""

    @staticmethod
    async def open(place: Place, services: Callable[[], Iterable[Service]]) -> LiveRun:
        """The run at `place`, its world with fresh `services()`; where the place says so, in the state its log ends in.

        Raises OSError, ConfigurationError, and BadInput when the log cannot be gone on with.
        """
        loop = asyncio.get_running_loop()
        run = await loop.run_in_executor(None, LiveRun, loop, place, services)
        try:
            await run._turn(run._world.replay, run._happened)
            await run._turn(run._close_unanswered)
        except BaseException:
            await run.close()
            raise
        run._happened = ()
        return run

    def __init__(self, loop: asyncio.AbstractEventLoop, place: Place, services: Callable[[], Iterable[Service]]) -> None:
        self.place = place
        folder = place.folder
        self._loop = loop
        self._fresh_services = services
        self._turns = ThreadPoolExecutor(1, f"run {folder.name}")
        self._closed = False
        self._relay = Relay()
        self._outside: set[asyncio.Future[Any]] = set()
        self.news = News()
        self._listeners: list[Callable[[bytes], None]] = []
        self._desk = Desk()
        self._known = 0
        self._guard = Guard(place.allowed)
        self._log = LogWriter(folder, scrub=self._guard.scrub, durable=True, written=self._publish, resume=place.resume)
        try:
            self._happened = tuple(happened(self._log.before, folder))
            self.clock = LiveClock(self._loop, self._in_turn, place.tempo, _last(self._happened))
            self._evidence = Evidence(folder, durable=True)
            self._intake = Intake(
                self._log, self._evidence, self._guard, _nobody_waits, self._found, partial(self._found, side=place.partner)
            )
        except BaseException:
            self._log.close()
            raise
        self._world = self._fresh_world()

    def _fresh_world(self) -> World:
        return World(self._fresh_services(), self.clock, self._intake, fresh_ids(os.urandom(16).hex()))

    @property
    def services(self) -> list[str]:
        """The names of the world's services."""
        return self._world.services

    @property
    def closed(self) -> bool:
        """Whether it takes no more turns."""
        return self._closed

    async def described(self, request: Request, address: str) -> Response | None:
        """The WSDL that the request asks for; see `World.described`."""
        if not asks_for_wsdl(request):
            return None
        return await self._turn(self._noted, lambda: self._world.described(request, address))

    async def receive(self, sender: str, request: Request, came: Mapping[str, str] = NOTHING) -> Answer:
        """Handle one request in the run's turn; it is on the disk before the answer is given. `came`: see `World.receive`.

        What a real service is to answer goes on to it outside the turn; it is on the disk before that, and when it is answered.
        """
        seating = self.place.seats.get(entrance_of(request), SIMULATED)
        if not seating.is_real:
            return await self._turn(self._noted, lambda: self._world.receive(sender, request, came))
        if seating.who is not Seat.RELAY and not (sender == "harness" and seating.who is Seat.READ_BACK):
            sentence = f"Harnesset spiller ikke {entrance_of(request)} for dette system: pladsen er sat til {seating}."
            await self._turn(self._intake.observe, f"En besked til {request.path} blev afvist. {sentence}")
            return refusal(request, 404, sentence)
        passing = asyncio.ensure_future(self._pass_on(sender, request, seating, came))
        self._outside.add(passing)
        passing.add_done_callback(self._outside.discard)
        return await passing

    async def _pass_on(self, sender: str, request: Request, seating: Seating, came: Mapping[str, str]) -> Response:
        begun = await self._turn(self._noted, lambda: self._world.forward(sender, request))
        if isinstance(begun, Response):
            return begun
        answer, unreached = await self._relay.forward(seating, request)
        facts = {**came, **facts_of(request, None if unreached else self._relay.plain(answer))}
        if unreached:
            facts["unreached"] = unreached
        done = replace(begun, answer=answer, answered=self.clock.now(), facts=facts)
        await self._turn(self._noted, lambda: self._world.keep(done))
        return answer

    async def found(self, request: Request, facts: dict[str, str]) -> bool:
        """A document that the LPS brought to a real service was found there; whether it may be kept. See `World.read_back`."""
        return await self._turn(self._noted, lambda: self._world.read_back("lps", request, facts))

    async def append(self, event: Event) -> int:
        """Write an event of the worker's; its number in the log."""
        return await self._turn(self._log.append, event)

    async def observe(self, text: str, about: str = "") -> None:
        """Write down a Danish sentence that grades nobody, with foreign CPR numbers hidden. `about`: see `Observed`."""
        await self._turn(self._log.append, Observed(self._guard.hide(text), about))

    async def order(self, service: str, order: Order) -> dict[str, Any]:
        """Tell a service to be or do something."""
        return await self._turn(self._kept, lambda: self._world.order(service, order))

    async def look(self, read: Callable[[Desk], T]) -> T:
        """What `read` makes of where the run stands as its testers see it, in the run's turn: it must not keep the desk."""
        return await self._turn(lambda: read(self._looked()))

    async def answer(self, prompt: str, answer: Said, files: Sequence[tuple[str, bytes]] = ()) -> None:
        """A tester answers the prompt with this id, with `files`, each a name and its bytes; it is on the disk when this returns.

        Raises BadInput, in Danish, when it is not asked any more, somebody else was first, or the answer is none.
        """
        await self._turn(self._answered, prompt, answer, files)

    async def extend(self, number: int, seconds: float, by: str) -> None:
        """A tester gives a wait so many seconds of the run's time more. Raises BadInput when it is over."""
        await self._turn(self._extended, number, seconds, by)

    def _looked(self) -> Desk:
        for line in self._log.lines(self._known):
            self._known += len(line)
            self._desk.see(entry_of(json.loads(line)))
        return self._desk

    def _answered(self, prompt: str, answer: Said, files: Sequence[tuple[str, bytes]]) -> None:
        desk = self._looked()
        if prompt in desk.said:
            first = desk.said[prompt].answer
            grade = f" {first.grade}" if first.grade else ""
            raise BadInput(f"{first.by} har allerede svaret: {first.outcome}{grade}. Dit svar er ikke gemt.")
        if prompt not in desk.prompts:
            raise BadInput("Der bliver ikke spurgt om det mere. Dit svar er ikke gemt.")
        if desk.is_medcoms(prompt) and answer.role != Role.MEDCOM:
            raise BadInput(f"{MEDCOM_ANSWERS} Dit svar er ikke gemt.")
        mistakes = mistakes_in(desk.prompts[prompt], answer, sum(bool(data) for _, data in files))
        if mistakes:
            raise BadInput(" ".join(mistakes))
        titles = {each.name: each.title for each in desk.prompts[prompt].fields}
        values = {titles.get(name, name): value for name, value in answer.values.items()}
        for where, said in {"Navnet": answer.by, "Bemærkningen": answer.remark, **values}.items():
            if any(map(self._guard.in_prose, texts_in(said))):
                sentence = f"{where} indeholder et CPR-nummer, som ikke er et test-CPR-nummer. Ret teksten."
                raise BadInput(f"{sentence} Dit svar er ikke gemt.")
        kept = keep_files(files, self._guard, self._evidence)
        self._log.append(Answered(prompt, replace(answer, by=answer.by.strip(), files=kept)))

    def _extended(self, number: int, seconds: float, by: str) -> None:
        if number not in self._looked().waits:
            raise BadInput("Harnesset venter ikke på det mere.")
        self._log.append(Extended(number, seconds, self._guard.hide(by)))

    async def listen(self, listener: Callable[[bytes], None]) -> None:
        """Have `listener` called on the event loop with every line of the log, from the first on."""

        def begin(lines: list[bytes]) -> None:
            for line in lines:
                listener(line)
            self._listeners.append(listener)

        await self._turn(lambda: self._loop.call_soon_threadsafe(begin, self._log.lines()))

    def unlisten(self, listener: Callable[[bytes], None]) -> None:
        """Call `listener` no more."""
        self._listeners.remove(listener)

    async def settle(self) -> None:
        """Return when every turn taken so far is over and told."""
        await self._turn(lambda: None)

    async def close(self) -> None:
        """No more turns; the log is closed. What was planned for later does not happen; what is outside is waited for."""
        self._closed = True
        await asyncio.gather(*self._outside, return_exceptions=True)
        await self._relay.close()
        await self._turn(self._log.close)
        self._turns.shutdown(wait=False)

    async def _turn(self, act: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
        return await self._loop.run_in_executor(self._turns, lambda: act(*arguments, **named))

    def _in_turn(self, action: Callable[[], None]) -> None:
        if not self._closed:
            self._loop.run_in_executor(self._turns, self._carry_out, action)

    def _carry_out(self, action: Callable[[], None]) -> None:
        try:
            self._noted(action)
        except (OSError, EnvironmentFault) as error:  # the log cannot tell it; whoever watches the hub must
            said = {"message": f"Kørslen {self.place.folder.name}", "exception": error}
            self._loop.call_soon_threadsafe(self._loop.call_exception_handler, said)
        except Exception:
            return  # nobody waits for a delivery, and the log tells it

    def _noted(self, act: Callable[[], T]) -> T:
        """What came of `act`; a defect of ours is told in the log."""
        try:
            return self._kept(act)
        except (OSError, EnvironmentFault):
            raise
        except Exception as error:
            self._note(error)
            raise

    def _kept(self, act: Callable[[], T]) -> T:
        """What came of `act`. What could not be written has not happened: then the services are made anew from the log."""
        try:
            return act()
        except (OSError, EnvironmentFault):
            self._world.retire()
            self._world = self._fresh_world()
            self._world.replay(happened(read_log(self.place.folder / LOG_NAME), self.place.folder), DISK_PATIENCE)
            raise

    def _close_unanswered(self) -> None:
        """What was on its way to a real service when the last hub ended: nobody knows whether it came there."""
        for event in unanswered(self._log.before):
            cut_off = forwarded_of(event, self.place.folder)
            facts = facts_of(cut_off.request, None) | {"unreached": CUT_OFF}
            self._world.keep(replace(cut_off, answer=NoAnswer(), facts=facts))

    def _note(self, error: Exception) -> None:
        """A defect of ours, for whoever reads the run."""
        self._log.append(Observed(self._guard.hide(f"Fejl i testharnesset: {type(error).__name__}: {error}")))

    def _found(self, subject: str, judgements: list[Judgement], side: str = "") -> None:
        self._log.append(judged(subject, judgements, self._guard, side=side))

    def _publish(self, line: bytes) -> None:
        self._loop.call_soon_threadsafe(self._tell, line)

    def _tell(self, line: bytes) -> None:
        self.news.tell()
        for listener in self._listeners:
            listener(line)


def _last(done: Iterable[Exchange | Forwarded | Ordered | Settled]) -> datetime | None:
    moments = (each.answered or each.at if isinstance(each, Exchange) else datetime.fromisoformat(each.at) for each in done)
    return max(moments, default=None)


def _nobody_waits(_exchange: Exchange) -> None:
    """Who waits for an exchange follows the log."""
