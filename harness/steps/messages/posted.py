"""The rules of an envelope that the LPS hands to the network, with what came to the clinic before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from harness.conformance.rule import Judgement, judge
from harness.conformance.transport import vans_posted as rules
from harness.domain.exchange import Exchange
from harness.domain.finding import Location
from harness.domain.organisations import CLINIC
from harness.standards.vans import Message, MetaInformation, ReceiptKind
from harness.steps.messages.letters import envelope_in


def judge_posted(exchange: Exchange, exchanges: Sequence[Exchange]) -> list[Judgement]:
    """Every rule's result on the envelope that `exchange` posts, none where it posts none; `exchanges` are all of the attempt."""
    envelope = envelope_in(exchange)
    if envelope is None or exchange.request.method != "POST":
        return []
    content = envelope.content
    posted = rules.Posted(
        Location(f"{exchange.id}.xml"),
        envelope.sender.value,
        envelope.receiver.value,
        envelope.sent,
        exchange.at,
        sender_type=envelope.sender.type,
    )
    checked = judge([rules.from_the_clinic], posted, CLINIC.gln) + judge([rules.sent_when_it_says], posted)
    if isinstance(content, Message) or content.original is None or content.kind is ReceiptKind.NEGATIVE_VANS:
        return checked
    original, received = _document(content.original), _received(content.original_envelope, exchanges)
    receipt = replace(posted, original=original, received=received)
    return checked + judge([rules.receipts_what_came], receipt)


def _received(identifier: str, exchanges: Sequence[Exchange]) -> rules.Received | None:
    """The message that came to the clinic in the envelope with this id."""
    arrived = (each for exchange in exchanges if (each := envelope_in(exchange)) and each.receiver.value == CLINIC.gln)
    for each in arrived:
        if each.identifier.casefold() == identifier.casefold() and isinstance(each.content, Message):
            return rules.Received(each.sender.value, _document(each.content.meta))
    return None


def _document(meta: MetaInformation) -> tuple[str, ...]:
    document = meta.document
    return (meta.identifier.casefold(), document.format, document.name, document.version, str(document.size))
