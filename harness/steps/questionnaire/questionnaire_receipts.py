"""Patients' answers and their receipts as a line of transfers, whichever way a clinic receipts an EDIFACT message."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from harness.conformance.transport.reliability import Answer, Line
from harness.domain.errors import BadInput
from harness.domain.exchange import Exchange
from harness.standards.edifact import read_interchange
from harness.standards.vans import Message
from harness.steps.messages.letters import envelope_in, line_of

_REJECTED: Final = "4"  # UN/EDIFACT, CONTRL: UCI 0083


def answers_line(exchanges: list[Exchange]) -> Line:
    """What went to and from the clinic. Web-patient wants a receipt for all it sends; one may be EDIFACT's own (CONTRL) too."""
    carried = {
        each.content.meta.identifier: each.content.data
        for each in map(envelope_in, exchanges)
        if each and isinstance(each.content, Message)
    }
    sent = {_reference(data, "UNB", 5): message for message, data in carried.items()}
    transfers = []
    for each in line_of(exchanges).transfers:
        data = carried.get(each.message, b"")
        answered = sent.get(_reference(data, "UCI", 1))
        if not each.outgoing:
            transfers.append(replace(each, wants_receipt=True))
        elif answered and each.answer is None:
            answer = Answer.NEGATIVE if _reference(data, "UCI", 4) == _REJECTED else Answer.POSITIVE
            transfers.append(replace(each, answer=answer, for_message=answered))
        else:
            transfers.append(each)
    return Line(tuple(transfers))


def _reference(data: bytes, tag: str, element: int) -> str:
    """That element of the first `tag` in an EDIFACT interchange; empty when it is none."""
    try:
        found = (each.value(element) for each in read_interchange(data).segments if each.tag == tag)
        return next(found, "")
    except BadInput:
        return ""
