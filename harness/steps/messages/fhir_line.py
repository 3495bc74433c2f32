"""MedCom's FHIR messages as the steps see them, by EHMI and by VANS: which exchange carries what, and the line they make."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache

from harness.conformance.transport.reliability import Answer, Line, Transfer
from harness.domain.errors import BadInput
from harness.domain.exchange import Exchange
from harness.domain.finding import Location
from harness.domain.organisations import CLINIC
from harness.services.ehmi import SENDING
from harness.standards.fhir.messages import Acknowledgement
from harness.standards.fhir.read import read_acknowledgement, read_message_id
from harness.standards.sbdh import Envelope, read_sbdh
from harness.standards.vans import Message
from harness.standards.xml import parse
from harness.steps.messages.letters import correspondence_in, envelope_in

_NEVER = datetime.min.replace(tzinfo=UTC)


def sbdh_in(exchange: Exchange) -> Envelope | None:
    """The message's envelope an exchange hands to EHMI; None when it hands in none that can be read."""
    return _sbdh(exchange.request.body) if exchange.request.path == SENDING else None


def acknowledgement_in(exchange: Exchange) -> Acknowledgement | None:
    """The acknowledgement in an exchange, by whichever network; None when it carries none that can be read."""
    return _acknowledgement(_payload(exchange))


def _payload(exchange: Exchange) -> bytes:
    envelope = sbdh_in(exchange)
    if envelope:
        return envelope.payload
    by_vans = envelope_in(exchange)
    return by_vans.content.data if by_vans and isinstance(by_vans.content, Message) else b""


def line_of(exchanges: Sequence[Exchange]) -> Line:
    """What went to and from the clinic as FHIR messages, and was taken by its network, in order.

    A message's content is what it says, apart from the Bundle's own id and time, which may be new each time it is sent. Ids are
    compared in lower case (RFC 4122: a UUID is the same in both).
    """
    return Line(tuple(_transfers(exchanges)))


def _transfers(exchanges: Sequence[Exchange]) -> Iterator[Transfer]:
    for each in exchanges:
        transfer = _by_ehmi(each) or _by_vans(each)
        if transfer is None or not each.facts.get("taken"):
            continue
        receipt = acknowledgement_in(each)
        if receipt:
            answer = Answer.POSITIVE if receipt.answer == "ok" else Answer.NEGATIVE
            yield replace(transfer, answer=answer, for_message=receipt.original.lower())
        else:
            yield replace(transfer, digest=_content(each))


def _by_ehmi(exchange: Exchange) -> Transfer | None:
    envelope = sbdh_in(exchange)
    outgoing = exchange.sender == "lps"
    if envelope is None or not (outgoing or envelope.receiver.gln == CLINIC.gln):
        return None
    place = Location(f"{exchange.id}.xml")
    return Transfer(place, outgoing, exchange.at, envelope.id, envelope.message_id.lower(), stamp=envelope.created.isoformat())


def _by_vans(exchange: Exchange) -> Transfer | None:
    envelope = envelope_in(exchange)
    outgoing = exchange.sender == "lps"
    if envelope is None or not isinstance(envelope.content, Message):
        return None
    if not envelope.content.meta.document.name.startswith("MCM:") or not (outgoing or envelope.receiver.value == CLINIC.gln):
        return None
    place = Location(f"{exchange.id}.xml")
    message = message_in(exchange).lower()
    return Transfer(place, outgoing, exchange.at, envelope.identifier, message, stamp=envelope.sent.isoformat())


def same_id(one: str, other: str) -> bool:
    """Whether two ids are of the same message: a UUID is the same in lower and in upper case (RFC 4122)."""
    return one.lower() == other.lower()


def message_in(exchange: Exchange) -> str:
    """The id of the message (MessageHeader.id) an exchange carries; empty when it carries none."""
    return _message_id(_payload(exchange))


def _content(exchange: Exchange) -> str:
    letter = correspondence_in(exchange)
    said = repr(replace(letter, id="", at=_NEVER)).encode() if letter else _payload(exchange)
    return hashlib.sha256(said).hexdigest()


@lru_cache(maxsize=64)
def _sbdh(body: bytes) -> Envelope | None:
    # Every wait asks this of every message, again each time something happens.
    try:
        found = read_sbdh(parse(body, "kuvert.xml"))
    except BadInput:
        return None
    return found if isinstance(found, Envelope) else None


@lru_cache(maxsize=64)
def _acknowledgement(payload: bytes) -> Acknowledgement | None:
    try:
        return read_acknowledgement(payload, "kvittering") if payload else None
    except BadInput:
        return None


@lru_cache(maxsize=64)
def _message_id(payload: bytes) -> str:
    try:
        return read_message_id(payload, "besked") if payload else ""
    except BadInput:
        return ""
