"""The letters that a scenario has the clinic write: each goes to its receiver alone, and comes there as one letter."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from harness.conformance.transport.reliability import Answer
from harness.domain.correspondence import Sort
from harness.domain.exchange import Exchange
from harness.domain.patient import Organisation
from harness.record.packed import packed_in, with_plain_breaks
from harness.services.ehmi import SENDING
from harness.services.service import LPS
from harness.steps.messages import fhir_line, letters
from harness.steps.messages.marks import stands_in

_NETWORKS = (letters.POSTED, SENDING)


@dataclass(frozen=True, slots=True)
class Addressed:
    """A letter as it was written: the marks of its texts, and whom it is to."""

    marks: tuple[str, ...]
    receiver: Organisation


def went_elsewhere(exchanges: Sequence[Exchange], written: Sequence[Addressed]) -> list[str]:
    """The messages that took one of the letters to anybody but its receiver, by id and receiver.

    A message with texts of several letters is the one that was written last: it quotes those before it.
    """
    found = ((each, _carried(each, written), each.facts.get("receiver", "ukendt")) for each in exchanges)
    return [f"besked {each.id} til {to}" for each, letter, to in found if letter and to != letter.receiver.gln]


def doubled(exchanges: Sequence[Exchange], written: Sequence[Addressed]) -> list[str]:
    """The numbers under which the first doubled letter came to its receiver, each with the same content; empty when none did.

    The same number again is the same letter, sent again. After something was refused, what is written anew is a new try.
    """
    came: dict[tuple[str, str], str] = {}
    for each in exchanges:
        if _refuses(each):
            came.clear()
        said = _said(each) if _carried(each, written) else None
        if said:
            number, content = said
            before = came.setdefault((each.facts.get("receiver", ""), content), number)
            if before != number:
                return [before, number]
    return []


def _carried(exchange: Exchange, written: Sequence[Addressed]) -> Addressed | None:
    """The letter that a message of the LPS has, which its network took; None when it has none."""
    if exchange.sender != LPS or exchange.request.path not in _NETWORKS or not exchange.facts.get("taken"):
        return None
    texts = tuple(_texts(exchange))
    return next((each for each in reversed(written) if stands_in(each.marks, *texts)), None)


def _texts(exchange: Exchange) -> Iterator[bytes]:
    told, body = letters.told_in(exchange), with_plain_breaks(exchange.request.body)
    yield told.text.replace("\n", "").encode() if told else b""
    yield body
    yield from (inner for _, inner in packed_in(body))


def _said(exchange: Exchange) -> tuple[str, str] | None:
    """A letter's number, and what it says besides numbers and times; None of what cannot be read so, such as an XREF22."""
    told, letter = letters.told_in(exchange), letters.letter_in(exchange)
    if told and told.sort is Sort.ACUTE_REFERRAL:
        return None
    if told and told.sort:
        number = fhir_line.message_in(exchange).lower() or told.identifier
        return number, repr((told.sort, told.cpr, told.topic, told.text, [each.data for each in told.files]))
    if letter and letter.content:
        return letter.identifier, repr((letter.kind.name, letter.status, letter.patient, letter.content))
    return None


def _refuses(exchange: Exchange) -> bool:
    """Whether this is a negative receipt that came to the clinic, by whichever standard."""
    transfers = (*letters.line_of([exchange]).transfers, *fhir_line.line_of([exchange]).transfers)
    return any(each.answer is Answer.NEGATIVE and not each.outgoing for each in transfers)
