"""What happened in an attempt of two besides what its scenario did: other letters, and hands in another's post box."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from harness.domain.exchange import Exchange
from harness.domain.organisations import PARTNER_CLINIC
from harness.services.boxes import CLOSED
from harness.services.service import LPS, PARTNER
from harness.standards.vans import Message
from harness.steps.mandatory.entered import texts_in
from harness.steps.messages.letters import envelope_in, told_by, told_in, whose
from harness.steps.messages.marks import stands_in
from harness.steps.story import marks_in

BOX = f"/vans/postkasse/{PARTNER_CLINIC.gln}"


def unwritten(
    received: Sequence[Exchange], written: Collection[str], patients: Collection[str], marks: Collection[str]
) -> list[str]:
    """The messages, by id, that the sender sent now and the scenario did not write.

    To the other clinic it is all that is about one of the `patients` (CPR) or has one of this attempt's `marks`: also a letter
    from an earlier attempt, since the other clinic shows that too. To anybody else it is a letter about one of them that no
    attempt wrote. `written` are the ids of the scenario's own letters.
    """
    return [each.id for each in received if each.id not in written and _unwritten(each, patients, marks)]


def _unwritten(exchange: Exchange, patients: Collection[str], marks: Collection[str]) -> bool:
    envelope, told = envelope_in(exchange), told_in(exchange)
    if exchange.sender != LPS or envelope is None or not isinstance(envelope.content, Message) or not exchange.facts.get("taken"):
        return False
    about, texts = whose(exchange) in patients, texts_in(exchange)
    if envelope.receiver.value == PARTNER_CLINIC.gln:
        return about or stands_in(marks, *texts)
    if told is None or told.sort is None or not about:
        return False
    return not (marks_in(told.text) or marks_in(told.text.replace("\n", "")) or stands_in(marks, *texts))


def handed_out(received: Sequence[Exchange]) -> dict[bytes, str]:
    """The envelopes that the partner was handed from its post box, and each one's exchange, the first time."""
    found: dict[bytes, str] = {}
    for each in received:
        if each.sender == PARTNER and each.request.path == BOX and each.response is not None and each.response.body:
            found.setdefault(each.response.body, each.id)
    return found


def may_be_about(envelope: bytes, cpr: str) -> bool:
    """Whether a system may show this envelope's letter of the patient: it is about them, or does not say about whom."""
    told = told_by(envelope)
    return told is None or told.cpr in ("", cpr)


def deletions(received: Sequence[Exchange], sender: str) -> list[str]:
    """The messages, by id, by which `sender` would have deleted in a post box that is another's. They were refused."""
    return [each.id for each in received if each.sender == sender and each.request.method == "DELETE" and CLOSED in each.facts]
