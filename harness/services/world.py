"""The services, clock and ids of one run's world. It handles one message at a time and sends what services leave to be sent."""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable, Iterable
from typing import Any, Protocol

from harness.domain.clock import Clock
from harness.domain.exchange import Answer, Exchange, Failure, NoAnswer, Request, Response
from harness.services.service import Context, Delivery, Order, Service

MAX_BODY = 100_000_000
"""Bytes. MedCom's limit for a message: 100 MB (HomeCareObservation testprotokol v1.2.0)."""


class Record(Protocol):
    """Where a world leaves what happened."""

    def admit(self, sender: str, request: Request) -> bool:
        """Whether the request may be taken in."""
        ...

    def keep(self, exchange: Exchange) -> None:
        """Record an exchange."""
        ...

    def observe(self, text: str) -> None:
        """Record a sentence that grades nobody."""
        ...


def fresh_ids(seed: str) -> Callable[[], str]:
    """A source of version 4 UUIDs as text; the same seed gives the same ids in the same order."""
    numbers = random.Random(seed)
    return lambda: str(uuid.UUID(int=numbers.getrandbits(128), version=4))


class World:
    """Routes each request to the service whose entrance it names, and records what came of it."""

    def __init__(self, services: Iterable[Service], clock: Clock, record: Record, id_source: Callable[[], str]) -> None:
        self._services = {service.name: service for service in services}
        self._entrances = {entrance: service for service in self._services.values() for entrance in service.entrances}
        self._clock = clock
        self._record = record
        self._id_source = id_source
        self._count = 0

    def receive(self, sender: str, request: Request) -> Answer:
        """Handle one request from `sender` (`lps`, `harness` or a service's name). Its path's first segment is the entrance."""
        if len(request.body) > MAX_BODY:
            size = f"{len(request.body)} bytes; grænsen er {MAX_BODY}"
            self._record.observe(f"En for stor besked til {request.path} blev afvist ({size}).")
            return text_response(413, f"Beskeden er for stor: {size}.")
        if not self._record.admit(sender, request):
            return text_response(
                403, "Beskeden blev afvist og er ikke gemt: den indeholder et CPR-nummer, som ikke er et test-CPR-nummer."
            )
        service = self._entrances.get(request.path.split("/")[1] if request.path.startswith("/") else "")
        if service is None:
            self._record.observe(f"Der kom en besked til {request.path}, hvor der ikke er nogen tjeneste.")
            return text_response(404, f"Her er ingen tjeneste på stien {request.path}.")
        context = self._context(sender)
        now = context.now
        answer = service.handle(request, context)
        self._count += 1
        self._record.keep(
            Exchange(
                id=f"b{self._count}",
                sender=sender,
                service=service.name,
                at=now,
                request=request,
                answer=answer,
                ids=tuple(context.ids),
                facts=context.facts,
            )
        )
        self._finish(service, context)
        return answer

    def order(self, service: str, order: Order) -> dict[str, Any]:
        """Tell a service to be or do something. Raises KeyError for a service or order that does not exist."""
        context = self._context("harness")
        answer = self._services[service].order(order, context)
        self._finish(self._services[service], context)
        return answer

    def _context(self, sender: str) -> Context:
        return Context(self._clock.now(), self._id_source, sender)

    def _finish(self, service: Service, context: Context) -> None:
        for sentence in context.observations:
            self._record.observe(sentence)
        for delivery in context.deliveries:
            self._clock.call_in(delivery.after_seconds, lambda each=delivery: self._send(service, each))  # type: ignore[misc]

    def _send(self, service: Service, delivery: Delivery) -> None:
        answer = self.receive(service.name, delivery.request)
        # A service of ours has patience: a late answer reaches it, only no answer at all does not.
        outcome: Response | Failure
        match answer:
            case Response():
                outcome = answer
            case NoAnswer():
                outcome = Failure("modtageren svarede ikke")
            case _:
                outcome = answer.response
        context = self._context(service.name)
        service.settle(delivery, outcome, context)
        self._finish(service, context)


def text_response(status: int, sentence: str) -> Response:
    """An answer to a person: a Danish sentence."""
    return Response(status, sentence.encode(), (("content-type", "text/plain; charset=utf-8"),))
