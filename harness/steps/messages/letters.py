"""Letters in VANS envelopes as the steps see them: which exchange carries what, and the line of transfers they make."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from harness.conformance.transport.reliability import Answer, Line, Transfer
from harness.domain.errors import BadInput
from harness.domain.exchange import Exchange
from harness.domain.finding import Location
from harness.domain.organisations import CLINIC
from harness.standards.correspondence import Told, read_told
from harness.standards.fhir.messages import CareCommunication
from harness.standards.fhir.read import read_care_communication
from harness.standards.oioxml.kinds import PLEASE_RECEIPT, RECEIPTS, XCTL03
from harness.standards.oioxml.letter import Letter, LetterReceipt
from harness.standards.oioxml.read import read_letter
from harness.standards.vans import Envelope, Message, ReceiptKind, read_envelope
from harness.standards.xml import parse

POSTED = "/vans/afsendelse"


def envelope_in(exchange: Exchange) -> Envelope | None:
    """The envelope an exchange hands to the network; None when it hands in none that can be read."""
    return _envelope(exchange.request.body) if exchange.request.path == POSTED else None


def letter_in(exchange: Exchange) -> Letter | None:
    """The OIOXML letter in that envelope; None when there is none that can be read."""
    envelope = envelope_in(exchange)
    return _letter(envelope.content.data) if envelope and isinstance(envelope.content, Message) else None


def told_in(exchange: Exchange) -> Told | None:
    """What the letter in that envelope says, in whichever standard; None when it is none of those every system must know."""
    return told_by(exchange.request.body) if exchange.request.path == POSTED else None


def told_by(body: bytes) -> Told | None:
    """As `told_in`, of an envelope by itself."""
    envelope = _envelope(body)
    return _told(envelope.content) if envelope and isinstance(envelope.content, Message) else None


def whose(exchange: Exchange) -> str:
    """The CPR number of the patient that a message is about, as its receiver or its letter says; empty when neither does."""
    letter, told = letter_in(exchange), told_in(exchange)
    named = str(letter.patient.cpr) if letter and letter.patient else told.cpr if told else ""
    return exchange.facts.get("patient", "") or named


def correspondence_in(exchange: Exchange) -> CareCommunication | None:
    """The correspondence (CareCommunication) in the envelope an exchange hands in; None when there is none that can be read."""
    envelope = envelope_in(exchange)
    return _correspondence(envelope.content.data) if envelope and isinstance(envelope.content, Message) else None


def text_of(exchange: Exchange) -> str:
    """All text of the letter as it stands, line by line, what only the receiver fills in left out; empty when there is none."""
    envelope = envelope_in(exchange)
    if letter_in(exchange) is None or envelope is None or not isinstance(envelope.content, Message):
        return ""
    return _text(envelope.content.data)


@lru_cache(maxsize=64)
def _envelope(body: bytes) -> Envelope | None:
    # Every wait asks this of every message, again each time something happens.
    try:
        return read_envelope(body)
    except BadInput:
        return None


@lru_cache(maxsize=64)
def _letter(data: bytes) -> Letter | None:
    try:
        return read_letter(data)
    except BadInput:
        return None


@lru_cache(maxsize=64)
def _told(message: Message) -> Told | None:
    try:
        return read_told(message)
    except BadInput:
        return None


@lru_cache(maxsize=64)
def _correspondence(data: bytes) -> CareCommunication | None:
    try:
        return read_care_communication(data, "korrespondance")
    except BadInput:
        return None


@lru_cache(maxsize=64)
def _text(data: bytes) -> str:
    root = parse(data, "brev.xml").root
    own = root.xpath("//text()[not(ancestor::*[local-name() = 'MunicipalityVisitation'])]")
    assert isinstance(own, list)
    return "\n".join(str(each) for each in own)


def line_of(exchanges: Sequence[Exchange]) -> Line:
    """What went to and from the clinic through the network, and was taken there, in order."""
    return Line(tuple(_transfers(exchanges)))


def _transfers(exchanges: Sequence[Exchange]) -> Iterator[Transfer]:
    came: dict[str, tuple[str, str]] = {}  # of each letter that came, by its own envelope: its message, and who sent it
    for each in exchanges:
        envelope = envelope_in(each)
        outgoing = each.sender == "lps"
        if envelope is None or not each.facts.get("taken") or not (outgoing or envelope.receiver.value == CLINIC.gln):
            continue
        content, letter = envelope.content, letter_in(each)
        transfer = Transfer(
            Location(f"{each.id}.xml"), outgoing, each.at, envelope.identifier, "", stamp=envelope.sent.isoformat()
        )
        if not isinstance(content, Message):
            answer = Answer.POSITIVE if content.kind is ReceiptKind.POSITIVE_MESSAGE else Answer.NEGATIVE
            original = content.original.identifier if content.original else ""
            yield replace(transfer, answer=answer, for_envelope=content.original_envelope, for_message=original)
        elif letter and letter.kind in RECEIPTS and isinstance(letter.content, LetterReceipt):
            answer = Answer.POSITIVE if letter.kind is XCTL03 else Answer.NEGATIVE
            message, asker = came.get(letter.content.envelope, ("", ""))
            if asker in ("", envelope.receiver.value):  # told to somebody else, it is no answer
                told = "" if message else letter.content.envelope
                yield replace(transfer, message=content.meta.identifier, answer=answer, for_envelope=told, for_message=message)
        else:
            if letter and not outgoing:
                came[letter.envelope] = (content.meta.identifier, envelope.sender.value)
            yield replace(
                transfer,
                message=content.meta.identifier,
                digest=hashlib.sha256(content.data).hexdigest(),
                wants_receipt=bool(letter and letter.acknowledgement == PLEASE_RECEIPT),
            )
