"""Recorded exchanges as they were, from their events and the evidence."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from functools import partial
from pathlib import Path

from harness.domain.event import Body, Exchanged, Forwarded, Ordered, Settled
from harness.domain.exchange import Answer, Exchange, Late, NoAnswer, Request, Response
from harness.domain.seat import Seat
from harness.record.evidence import read_evidence
from harness.record.log import Entry

ANSWERS: dict[type, str] = {Response: "svar", Late: "for sent svar", NoAnswer: "intet svar"}
"""What a log calls each kind of answer."""


def exchange_of(event: Exchanged, folder: Path) -> Exchange:
    """The exchange `event` recorded, with its bodies from the run folder `folder`. Raises OSError when one is missing."""
    return exchange_with(event, partial(read_evidence, folder))


def exchange_with(event: Exchanged, bytes_of: Callable[[Body], bytes]) -> Exchange:
    """The exchange `event` recorded, with its bodies as `bytes_of` gives them."""
    response = Response(event.status, bytes_of(event.response), event.response_headers)
    answer: Answer = response
    if event.answer == ANSWERS[Late]:
        answer = Late(response, event.late_seconds)
    elif event.answer == ANSWERS[NoAnswer]:
        answer = NoAnswer()
    return Exchange(
        id=event.exchange,
        sender=event.sender,
        service=event.service,
        at=datetime.fromisoformat(event.at),
        request=Request(event.method, event.path, event.request_headers, bytes_of(event.request), event.query),
        answer=answer,
        ids=event.ids,
        facts=event.facts,
        delivery=event.delivery,
        seat=Seat(event.seat),
        answered=datetime.fromisoformat(event.answered) if event.answered else None,
    )


def forwarded_of(event: Forwarded, folder: Path) -> Exchange:
    """The exchange that was on its way, as far as it is known: without an answer. Raises OSError when its body is missing."""
    return Exchange(
        id=event.exchange,
        sender=event.sender,
        service=event.service,
        at=datetime.fromisoformat(event.at),
        request=Request(event.method, event.path, event.request_headers, read_evidence(folder, event.request), event.query),
        answer=NoAnswer(),
        seat=Seat.RELAY,
    )


def unanswered(entries: Iterable[Entry]) -> list[Forwarded]:
    """What was on its way to a real service when the log ended, oldest first."""
    waiting: dict[str, Forwarded] = {}
    for entry in entries:
        match entry.event:
            case Forwarded() as event:
                waiting[event.exchange] = event
            case Exchanged(exchange=exchange):
                waiting.pop(exchange, None)
    return list(waiting.values())


def happened(entries: Iterable[Entry], folder: Path) -> Iterator[Exchange | Forwarded | Ordered | Settled]:
    """Everything in a log that changed the services' state, or took a number, in order. Raises OSError when a body is missing."""
    for entry in entries:
        match entry.event:
            case Exchanged() as event:
                yield exchange_of(event, folder)
            case Forwarded() | Ordered() | Settled() as event:
                yield event
