"""Letters on the network as the steps see them: what they say, and the line of transfers they make."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from harness.conformance.rule import Result
from harness.conformance.transport.reliability import Answer, Transfer
from harness.domain.exchange import Exchange, Request, Response
from harness.domain.organisations import CLINIC, HOSPITAL, MUNICIPALITY
from harness.standards.oioxml.build import build_letter
from harness.standards.oioxml.letter import receipt_for
from harness.standards.oioxml.read import read_letter
from harness.standards.vans import EndPoint, Envelope, Message, Receipt, Transport, answer_to, build_envelope, carrying
from harness.steps.messages.letters import POSTED, letter_in, line_of, text_of
from harness.steps.messages.posted import judge_posted

EXAMPLES = Path(__file__).parents[1] / "examples"
NOTE = (EXAMPLES / "xdis15_haandskrevet.xml").read_bytes().replace(b"minuspositivkvitt", b"pluspositivkvitt")
REFERRAL = (EXAMPLES / "xref15_haandskrevet.xml").read_bytes()
UUID = "3f1d8c5e-2b7a-4e0d-9c44-0a1b2c3d4e{:02d}"
START = datetime(2026, 10, 5, 8, 15, tzinfo=UTC)
US, THEM = EndPoint(CLINIC.gln), EndPoint(MUNICIPALITY.gln)


def envelope(number: int, content: Message | Receipt, *, outgoing: bool) -> Envelope:
    ends = (US, THEM) if outgoing else (THEM, US)
    return Envelope(*ends, UUID.format(number), START + timedelta(seconds=number), content)


def message(data: bytes, number: int) -> Message:
    return carrying(data, "XML", "XDIS15", "XD1530L", UUID.format(number), Transport())


def exchange(number: int, sent: Envelope | bytes, *, outgoing: bool, taken: str = "ja") -> Exchange:
    body = sent if isinstance(sent, bytes) else build_envelope(sent)
    return Exchange(
        id=f"b{number}",
        sender="lps" if outgoing else "dnhf",
        service="vans",
        at=START,
        request=Request("POST", POSTED, body=body),
        answer=Response(202),
        facts={"taken": taken} if taken else {},
    )


def receipt() -> Message:
    return message(build_letter(receipt_for(read_letter(NOTE), START.replace(tzinfo=None), "K1", "K2")), 60)


def test_a_receipt_for_a_letter_is_for_the_message_the_letter_came_as() -> None:
    happened = [
        exchange(1, envelope(1, message(NOTE, 50), outgoing=False), outgoing=False),
        exchange(2, envelope(2, receipt(), outgoing=True), outgoing=True),
        exchange(3, envelope(3, message(NOTE, 50), outgoing=False), outgoing=False),
        exchange(4, envelope(4, receipt(), outgoing=True), outgoing=True),
    ]
    transfers = line_of(happened).transfers
    assert [(each.outgoing, each.message, each.answer, each.for_message) for each in transfers] == [
        (False, UUID.format(50), None, ""),
        (True, UUID.format(60), Answer.POSITIVE, UUID.format(50)),
        (False, UUID.format(50), None, ""),
        (True, UUID.format(60), Answer.POSITIVE, UUID.format(50)),
    ]
    assert transfers[0].digest == transfers[2].digest
    assert transfers[0].stamp != transfers[2].stamp
    assert transfers[0].wants_receipt


def test_the_first_of_two_late_receipts_is_for_the_first_arrival() -> None:
    happened = [
        exchange(1, envelope(1, message(NOTE, 50), outgoing=False), outgoing=False),
        exchange(2, envelope(2, message(NOTE, 50), outgoing=False), outgoing=False),
        exchange(3, envelope(3, receipt(), outgoing=True), outgoing=True),
        exchange(4, envelope(4, receipt(), outgoing=True), outgoing=True),
    ]
    answers = [[answer.envelope for answer in each.answers] for each in line_of(happened).arrivals()]
    assert answers == [[UUID.format(3)], [UUID.format(4)]]


def test_a_receipt_to_somebody_else_than_the_sender_is_no_answer() -> None:
    to_others = Envelope(US, EndPoint(HOSPITAL.gln), UUID.format(2), START, receipt())
    happened = [
        exchange(1, envelope(1, message(NOTE, 50), outgoing=False), outgoing=False),
        exchange(2, to_others, outgoing=True),
    ]
    assert [each.answers for each in line_of(happened).arrivals()] == [()]


def test_a_receipt_for_an_envelope_names_envelope_and_message() -> None:
    came = envelope(1, message(NOTE, 50), outgoing=False)
    (_, receipt) = line_of(
        [
            exchange(1, came, outgoing=False),
            exchange(2, envelope(2, answer_to(came, "kan ikke læses"), outgoing=True), outgoing=True),
        ]
    ).transfers
    assert (receipt.answer, receipt.for_envelope, receipt.for_message) == (Answer.NEGATIVE, UUID.format(1), UUID.format(50))


def test_what_was_not_taken_or_is_for_others_or_is_no_envelope_is_no_transfer() -> None:
    to_others = Envelope(US, THEM, UUID.format(2), START, message(REFERRAL, 51))
    happened = [
        exchange(1, envelope(1, message(REFERRAL, 50), outgoing=True), outgoing=True, taken=""),
        exchange(2, to_others, outgoing=False),
        exchange(3, b"<x/>", outgoing=True),
    ]
    no_transfers: tuple[Transfer, ...] = ()
    assert line_of(happened).transfers == no_transfers


def test_a_letters_text_is_all_of_it_but_what_the_receiver_fills_in() -> None:
    visited = REFERRAL.replace(
        b"</m:MunicipalityReferral>",
        b"<m:MunicipalityVisitation><m:Information>HOLD</m:Information></m:MunicipalityVisitation></m:MunicipalityReferral>",
    )
    sent = exchange(1, envelope(1, message(visited, 50), outgoing=True), outgoing=True)
    assert "Differentieringsniveau 2. Taler dansk" in text_of(sent)
    assert "Hansen" in text_of(sent)
    assert "HOLD" not in text_of(sent)


def test_what_is_no_letter_says_nothing() -> None:
    for body in (b"x", build_envelope(envelope(1, message(b"x", 50), outgoing=True))):
        sent = exchange(1, body, outgoing=True)
        assert letter_in(sent) is None
        assert text_of(sent) == ""


def test_a_receipt_is_held_against_what_came_in_the_envelope_it_names() -> None:
    came = envelope(1, message(NOTE, 50), outgoing=False)
    before = exchange(1, came, outgoing=False)
    honest = exchange(2, envelope(2, answer_to(came), outgoing=True), outgoing=True)
    assert {each.result for each in judge_posted(honest, [before, honest])} == {Result.HOLDS}
    assert Result.NOT_JUDGED in {each.result for each in judge_posted(honest, [honest])}
    astray = replace(envelope(2, answer_to(came), outgoing=True), receiver=EndPoint("5790000209354"))
    (broken,) = (each for each in judge_posted(exchange(2, astray, outgoing=True), [before]) if each.findings)
    assert broken.rule.id == "VANA-03"
    assert judge_posted(exchange(3, b"<x/>", outgoing=True), [before]) == []
