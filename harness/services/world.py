"""The services, clock and ids of one run's world. It handles one message at a time and sends what services leave to be sent."""

from __future__ import annotations

import itertools
import random
import uuid
from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from types import MappingProxyType
from typing import Any, Final, Protocol

from harness.domain.clock import Clock
from harness.domain.errors import BadInput
from harness.domain.event import Forwarded, Ordered, Settled
from harness.domain.exchange import Answer, Exchange, Failure, Late, NoAnswer, Request, Response
from harness.domain.seat import Seat
from harness.services.disturbance import DISTURBANCE, REFUSALS, Direction, Disturbances, Kind, later, refusal
from harness.services.service import LPS, NETWORK, USUAL, Context, Delivery, Order, Service
from harness.services.wsdl import asks_for_wsdl, wsdl

MAX_BODY = 100_000_000
"""Bytes. MedCom's limit for a message: 100 MB (HomeCareObservation testprotokol v1.2.0)."""
NOTHING: Final[Mapping[str, str]] = MappingProxyType({})

_OF_WHAT_WAS_TAKEN = frozenset({"taken", "entry"})
"""The facts of a message that was taken in."""


class Record(Protocol):
    """Where a world leaves what happened."""

    def admit(self, sender: str, request: Request) -> bool:
        """Whether the request may be taken in."""
        ...

    def keep(self, exchange: Exchange) -> None:
        """Record an exchange."""
        ...

    def forward(self, exchange: Exchange) -> None:
        """Record that a request goes on to a real service."""
        ...

    def note(self, event: Ordered | Settled) -> None:
        """Record what else changed a service's state."""
        ...

    def observe(self, text: str) -> None:
        """Record a sentence that grades nobody."""
        ...


def fresh_ids(seed: str) -> Callable[[], str]:
    """A source of version 4 UUIDs as text; the same seed gives the same ids in the same order."""
    numbers = random.Random(seed)
    return lambda: str(uuid.UUID(int=numbers.getrandbits(128), version=4))


@dataclass(frozen=True, slots=True)
class _Planned:
    """A delivery that is to be sent: whose it is, and when. A `copy` is the network's: its service never learns of it."""

    service: Service
    delivery: Delivery
    due: datetime
    copy: bool = False


class World:
    """Routes each request to the service whose entrance it names, and records what came of it."""

    def __init__(self, services: Iterable[Service], clock: Clock, record: Record, id_source: Callable[[], str]) -> None:
        self._services = {service.name: service for service in services}
        self._entrances = {entrance: service for service in self._services.values() for entrance in service.entrances}
        self._clock = clock
        self._record = record
        self._id_source = id_source
        self._count = 0
        self._numbers = itertools.count(1)
        self._planned: dict[int, _Planned] = {}
        self._disturbances = Disturbances()

    @property
    def services(self) -> list[str]:
        """Their names."""
        return list(self._services)

    def receive(self, sender: str, request: Request, came: Mapping[str, str] = NOTHING) -> Answer:
        """Handle one request from `sender` (`lps`, `harness` or a service's name). Its path's first segment is the entrance.

        `came` is how it came, as the door or the folder has settled it: facts of the exchange.
        """
        return self._receive(sender, request, came=came)[0]

    def _receive(self, sender: str, request: Request, delivery: int = 0, came: Mapping[str, str] = NOTHING) -> tuple[Answer, str]:
        """The answer, and the id of the exchange; no id when the request came to no service."""
        refused = self._refusal(sender, request)
        if refused is not None:
            return refused, ""
        service = self._entrances[entrance_of(request)]
        now = self._clock.now()
        context = self._context(service, sender, now)
        answer = self._answer(service, request, context)
        self._count += 1
        exchange = Exchange(
            id=f"b{self._count}",
            sender=sender,
            service=service.name,
            at=now,
            request=request,
            answer=answer,
            ids=tuple(context.ids),
            facts={**context.facts, **came},
            delivery=delivery,
        )
        self._record.keep(exchange)
        self._finish(service, context, now)
        if self._is_doubled(exchange):
            self._receive(NETWORK, request)
        return answer, exchange.id

    def _answer(self, service: Service, request: Request, context: Context) -> Answer:
        """What the service answers, or what is made of it by the disturbance the message meets."""
        own = context.sender != LPS
        disturbed, direction = (context.sender, Direction.DELIVERY) if own else (service.name, Direction.REQUEST)
        kinds = REFUSALS if own else {*REFUSALS, Kind.LATENCY}
        met = self._disturbances.meet(disturbed, direction, request.path, kinds)
        if met is None:
            return service.handle(request, context)
        context.note(disturbance=str(met.kind))
        if met.kind is Kind.LATENCY:
            return later(service.handle(request, context), met.seconds)
        if met.kind is not Kind.OUTAGE:
            context.note(**_understood(service, request, context))
        return refusal(met.kind, request)

    def _is_doubled(self, exchange: Exchange) -> bool:
        """Whether the network hands this message of the LPS over a second time."""
        path, kinds = exchange.request.path, (Kind.DUPLICATE,)
        return exchange.sender == LPS and bool(self._disturbances.meet(exchange.service, Direction.REQUEST, path, kinds))

    def described(self, request: Request, address: str) -> Response | None:
        """The WSDL of the service at the request's path, which is called at `address`; None when the request asks for none.

        Tools fetch it by themselves: it is no message of a scenario, and is only noted.
        """
        if not asks_for_wsdl(request):
            return None
        self._record.observe(f"WSDL'en for {request.path} blev hentet.")
        return wsdl(request.path, address)

    def _refusal(self, sender: str, request: Request) -> Response | None:
        """Why the request is not taken in, as its answer; None when it is."""
        if len(request.body) > MAX_BODY:
            size = f"{len(request.body)} bytes; grænsen er {MAX_BODY}"
            self._record.observe(f"En for stor besked til {request.path} blev afvist ({size}).")
            return text_response(413, f"Beskeden er for stor: {size}.")
        if not self._record.admit(sender, request):
            sentence = "Beskeden blev afvist og er ikke gemt: den indeholder et CPR-nummer, som ikke er et test-CPR-nummer."
            return text_response(403, sentence)
        if entrance_of(request) not in self._entrances:
            self._record.observe(f"Der kom en besked til {request.path}, hvor der ikke er nogen tjeneste.")
            return text_response(404, f"Her er ingen tjeneste på stien {request.path}.")
        return None

    # What a real service handles

    def forward(self, sender: str, request: Request) -> Exchange | Response:
        """Take a request in that goes on to a real service: the exchange it begins, or why it is not taken in.

        Its number is its own from now on, whatever comes meanwhile. What came of it is to be `kept`.
        """
        refused = self._refusal(sender, request)
        if refused is not None:
            return refused
        begun = self._begun(sender, request, Seat.RELAY)
        self._record.forward(begun)
        return begun

    def read_back(self, sender: str, request: Request, facts: dict[str, str]) -> bool:
        """Record a document (the request's body) that was found at the real service; whether it may be kept."""
        if self._refusal(sender, request) is not None:
            return False
        self.keep(replace(self._begun(sender, request, Seat.READ_BACK), facts=facts))
        return True

    def keep(self, exchange: Exchange) -> None:
        """Record what came of an exchange that was not handled here."""
        self._record.keep(exchange)

    def _begun(self, sender: str, request: Request, seat: Seat) -> Exchange:
        self._count += 1
        service = self._entrances[entrance_of(request)].name
        return Exchange(f"b{self._count}", sender, service, self._clock.now(), request, NoAnswer(), seat=seat)

    def order(self, service: str, order: Order) -> dict[str, Any]:
        """Tell a service to be or do something, or what is to go wrong on the way to it (`forstyrrelse`; see `disturbance`).

        `USUAL` ends that too. Raises KeyError for a service or order that does not exist.
        """
        now = self._clock.now()
        ordered = self._services[service]
        context = self._context(ordered, "harness", now)
        answer = self._obey(ordered, order, context)
        self._record.note(Ordered(service, order.name, order.arguments, now.isoformat(), tuple(context.ids), answer))
        self._finish(ordered, context, now)
        return answer

    def _obey(self, service: Service, order: Order, context: Context) -> dict[str, Any]:
        if order.name == DISTURBANCE:
            return self._disturbances.order(service.name, order.arguments)
        if order == USUAL:
            self._disturbances.end(service.name)
        return service.order(order, context)

    def replay(self, happened: Iterable[Exchange | Forwarded | Ordered | Settled], overdue_seconds: float = 0.0) -> None:
        """Rebuild the services from what was recorded of them, and plan what was still to be sent. Only for a fresh world.

        What should have been sent by now is sent in `overdue_seconds`. Nothing is recorded anew. Raises BadInput when a service
        answers otherwise than it did: then the record was made by another version of the services, and its state is not theirs.
        """
        answered: dict[int, tuple[str, Answer]] = {}
        answers: dict[str, Answer] = {}
        try:
            for each in happened:
                self._again(each, answers, answered)
        except KeyError as error:
            raise BadInput(f"tjenesterne kender i dag ikke {error}, som de gjorde") from error
        unsent = [(number, planned.due) for number, planned in self._planned.items() if number not in answered]
        for number, (exchange, answer) in answered.items():  # cut off between the answer and what its sender made of it
            self._settle(number, exchange, answer)
        for number, due in unsent:
            self._clock.call_in(max(overdue_seconds, (due - self._clock.now()).total_seconds()), partial(self._send, number))

    def _again(
        self, each: Exchange | Forwarded | Ordered | Settled, answers: dict[str, Answer], answered: dict[int, tuple[str, Answer]]
    ) -> None:
        """What happened then. Raises KeyError for a service, an order, a delivery or an exchange that is not there."""
        match each:
            case Forwarded():
                self._count = max(self._count, _number(each.exchange))
                return
            case Exchange() if each.seat is not Seat.SIMULATOR:
                self._count = max(self._count, _number(each.id))  # another handled it: there is no state of ours in it
                return
            case Exchange():
                service, now = self._services[each.service], each.at
                context = self._recorded(service, now, each.ids, each.sender)
                answer = self._answer(service, each.request, context)
                if not _same(answer, each.answer):
                    raise BadInput(f"{service.name} svarer i dag anderledes på besked {each.id}, end den gjorde")
                self._count = max(self._count, _number(each.id))  # the next one is another, also where one was never recorded
                answers[each.id] = answer
                if each.delivery:
                    if each.delivery not in self._planned:
                        raise KeyError(f"levering {each.delivery}")
                    answered[each.delivery] = (each.id, answer)
            case Ordered():
                service, now = self._services[each.service], datetime.fromisoformat(each.at)
                context = self._recorded(service, now, each.ids, "harness")
                self._obey(service, Order(each.name, each.arguments), context)
            case Settled():
                planned = self._planned.pop(each.delivery)
                answered.pop(each.delivery, None)
                service, now = planned.service, datetime.fromisoformat(each.at)
                context = self._recorded(service, now, each.ids, service.name)
                outcome = _outcome(answers[each.exchange]) if each.exchange else Failure(each.failure)
                _learn(planned, outcome, context)
        self._plan(service, context, now)
        if isinstance(each, Exchange):
            self._is_doubled(each)  # the second one stands in the record by itself

    def _context(self, service: Service, sender: str, now: datetime) -> Context:
        """What `service` may use at `now`, which is another moment by its own clock where that is disturbed."""
        return Context(self._by_its_clock(service, now), self._id_source, sender)

    def _recorded(self, service: Service, now: datetime, ids: tuple[str, ...], sender: str) -> Context:
        """The context that was given then."""
        return _recorded(self._by_its_clock(service, now), ids, sender)

    def _by_its_clock(self, service: Service, now: datetime) -> datetime:
        return now + timedelta(seconds=self._disturbances.clock(service.name))

    def _finish(self, service: Service, context: Context, now: datetime) -> None:
        for sentence in context.observations:
            self._record.observe(sentence)
        for number in self._plan(service, context, now):
            seconds = (self._planned[number].due - now).total_seconds()
            self._clock.call_in(seconds, partial(self._send, number))

    def _plan(self, service: Service, context: Context, now: datetime) -> list[int]:
        """Number what the service left to be sent: the same deliveries get the same numbers when they are replayed."""
        planned = []
        for each in context.deliveries:
            path = each.request.path
            due = now + timedelta(seconds=each.after_seconds + self._disturbances.wait(service.name, path))
            planned.append(_Planned(service, each, due))
            if self._disturbances.meet(service.name, Direction.DELIVERY, path, (Kind.DUPLICATE,)):
                planned.append(_Planned(service, each, due, copy=True))
        numbered = {number: each for each, number in zip(planned, self._numbers, strict=False)}
        self._planned |= numbered
        return list(numbered)

    def retire(self) -> None:
        """Send nothing more of what was planned: another world goes on in this one's place."""
        self._planned.clear()

    def _send(self, number: int) -> None:
        if number not in self._planned:
            return  # the world was retired
        planned = self._planned[number]
        answer, exchange = self._receive(planned.service.name, planned.delivery.request, number)
        self._settle(number, exchange, answer)

    def _settle(self, number: int, exchange: str, answer: Answer) -> None:
        planned = self._planned.pop(number)
        outcome = _outcome(answer) if exchange else Failure("beskeden blev afvist, før den nåede modtageren")
        now = self._clock.now()
        context = self._context(planned.service, planned.service.name, now)
        _learn(planned, outcome, context)
        failure = outcome.reason if isinstance(outcome, Failure) and not exchange else ""
        self._record.note(Settled(number, exchange, failure, now.isoformat(), tuple(context.ids)))
        self._finish(planned.service, context, now)


def _learn(planned: _Planned, outcome: Response | Failure, context: Context) -> None:
    if not planned.copy:
        planned.service.settle(planned.delivery, outcome, context)


def _understood(service: Service, request: Request, context: Context) -> dict[str, str]:
    """What the service would have understood of a message it does not get: whose it is must be known all the same."""
    reader = Context(context.now, fresh_ids(""), context.sender)
    deepcopy(service).handle(request, reader)
    return {name: value for name, value in reader.facts.items() if name not in _OF_WHAT_WAS_TAKEN}


def entrance_of(request: Request) -> str:
    """The entrance that the request's path names: `dros` of `/dros/iti41`."""
    return request.path.split("/")[1] if request.path.startswith("/") else ""


def _number(id: str) -> int:
    return int(id.removeprefix("b"))


def _outcome(answer: Answer) -> Response | Failure:
    """What a service of ours learns. It has patience: a late answer reaches it, only no answer at all does not."""
    match answer:
        case Response():
            return answer
        case Late():
            return answer.response
        case NoAnswer():
            return Failure("modtageren svarede ikke")


def _recorded(now: datetime, ids: tuple[str, ...], sender: str) -> Context:
    """A context that gives what was given then."""
    left = iter(ids)

    def again() -> str:
        try:
            return next(left)
        except StopIteration:
            raise BadInput(f"{sender or 'en tjeneste'} bruger i dag flere id'er, end den gjorde") from None

    return Context(now, again, sender)


def _same(answer: Answer, recorded: Answer) -> bool:
    """Whether both come to the same. Texts may differ: the log hides secrets and foreign numbers, and wording is no state."""
    if type(answer) is not type(recorded):
        return False
    now, then = _outcome(answer), _outcome(recorded)
    return isinstance(now, Failure) or (isinstance(then, Response) and now.status == then.status)


def text_response(status: int, sentence: str) -> Response:
    """An answer to a person: a Danish sentence."""
    return Response(status, sentence.encode(), (("content-type", "text/plain; charset=utf-8"),))
