"""Recorded exchanges as they were, from their events and the evidence."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from harness.domain.event import Exchanged
from harness.domain.exchange import Answer, Exchange, Late, NoAnswer, Request, Response
from harness.record.evidence import read_evidence

ANSWERS: dict[type, str] = {Response: "svar", Late: "for sent svar", NoAnswer: "intet svar"}
"""What a log calls each kind of answer."""


def exchange_of(event: Exchanged, folder: Path) -> Exchange:
    """The exchange `event` recorded, with its bodies from the run folder `folder`. Raises OSError when one is missing."""
    response = Response(event.status, read_evidence(folder, event.response), event.response_headers)
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
        request=Request(event.method, event.path, event.request_headers, read_evidence(folder, event.request), event.query),
        answer=answer,
        ids=event.ids,
        facts=event.facts,
    )
