"""To whom a letter that was written in the clinic went, and whether it came there as one letter."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from harness.domain.exchange import Exchange
from harness.domain.organisations import CLINIC, HOSPITAL, MUNICIPALITY
from harness.standards.oioxml.build import build_letter
from harness.standards.oioxml.letter import Letter, Referral, receipt_for
from harness.standards.oioxml.read import read_letter
from harness.standards.vans import EndPoint, Envelope, Message, Transport, build_envelope, carrying, read_envelope
from harness.steps.messages.addressed import Addressed, doubled, went_elsewhere
from tests.steps.test_letters import EXAMPLES, START, UUID, exchange

REFERRAL = read_letter((Path(EXAMPLES) / "xref15_haandskrevet.xml").read_bytes())
MARK, LATER = "BCDFGH", "JKLMNP"
WRITTEN = [Addressed((MARK,), MUNICIPALITY)]


def letter(number: str, text: str = f"Vil gerne i gang {MARK}") -> Letter:
    assert isinstance(REFERRAL.content, Referral)
    return replace(REFERRAL, envelope=f"E{number}", identifier=f"B{number}", content=replace(REFERRAL.content, anamnesis=text))


def carried(number: int, told: Letter, to: str = MUNICIPALITY.gln, *, by: str = "lps", taken: str = "ja") -> Exchange:
    """The letter in an envelope, as the network noted it."""
    message = carrying(build_letter(told), "XML", told.kind.name, told.kind.version, UUID.format(number + 40), Transport())
    sent = Envelope(EndPoint(CLINIC.gln), EndPoint(to), UUID.format(number), START, message)
    made = exchange(number, sent, outgoing=by == "lps", taken=taken)
    return replace(made, facts={**made.facts, "receiver": to})


def in_base64(each: Exchange) -> bool:
    envelope = read_envelope(each.request.body)
    return isinstance(envelope.content, Message) and MARK.encode() not in build_envelope(envelope)


def test_a_copy_to_a_stranger_is_told_with_its_message_and_receiver() -> None:
    sent = [carried(1, letter("1")), carried(2, letter("2"), HOSPITAL.gln)]
    assert in_base64(sent[1])
    assert went_elsewhere(sent, WRITTEN) == [f"besked b2 til {HOSPITAL.gln}"]
    assert doubled(sent, WRITTEN) == []


def test_what_the_network_refused_or_another_sent_or_has_no_mark_is_no_copy() -> None:
    sent = [
        carried(1, letter("1"), HOSPITAL.gln, taken=""),
        carried(2, letter("2"), HOSPITAL.gln, by="dnhf"),
        carried(3, letter("3", "Uden mærke"), HOSPITAL.gln),
    ]
    assert went_elsewhere(sent, WRITTEN) == []


def test_a_later_letter_to_another_may_quote_the_one_before() -> None:
    both = [*WRITTEN, Addressed((LATER,), HOSPITAL)]
    sent = [carried(1, letter("1")), carried(2, letter("2", f"Ny {LATER}. Før: {MARK}"), HOSPITAL.gln)]
    assert went_elsewhere(sent, both) == []


def test_the_same_letter_with_another_number_is_doubled() -> None:
    assert doubled([carried(1, letter("1")), carried(2, letter("2"))], WRITTEN) == ["B1", "B2"]


def test_the_same_letter_sent_again_and_another_letter_are_not() -> None:
    assert doubled([carried(1, letter("1")), carried(2, letter("1"))], WRITTEN) == []
    assert doubled([carried(1, letter("1")), carried(2, letter("2", f"Rettet: {MARK}"))], WRITTEN) == []


def test_after_a_refusal_a_new_letter_is_a_new_try() -> None:
    refusal = receipt_for(letter("1"), START.replace(tzinfo=None), "K1", "K2", "fejl", "Forkert kommune")
    receipt = receipt_for(letter("1"), START.replace(tzinfo=None), "K1", "K2")
    for answer, expected in ((refusal, []), (receipt, ["B1", "B2"])):
        sent = [carried(1, letter("1")), carried(2, answer, CLINIC.gln, by="dnhf"), carried(3, letter("2"))]
        assert doubled(sent, WRITTEN) == expected
