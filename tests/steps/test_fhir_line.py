"""The line of FHIR messages: what counts as the same message, and what as another."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from harness.conformance.transport.reliability import Answer
from harness.domain.exchange import Exchange, Request, Response
from harness.domain.organisations import ACUTE_TEAM, CLINIC
from harness.standards.fhir.build import build_acknowledgement
from harness.standards.fhir.build_care_communication import build_care_communication
from harness.standards.fhir.messages import Acknowledgement, Author, CareCommunication, Party, Person, Segment
from harness.standards.fhir.write import as_xml, own_id
from harness.standards.sbdh import Endpoint, Envelope, build_sbdh
from harness.standards.vans import EndPoint, Transport, build_envelope, carrying
from harness.standards.vans import Envelope as VansEnvelope
from harness.steps.messages.fhir_line import acknowledgement_in, line_of, message_in
from harness.steps.messages.letters import whose

NOW = datetime(2026, 10, 5, 8, 15, tzinfo=UTC)
UUID = "3f1d8c5e-2b7a-4e0d-9c44-0a1b2c3d4e{:02d}"
HERE, THERE = Party(CLINIC.name, CLINIC.sor, CLINIC.gln), Party(ACUTE_TEAM.name, ACUTE_TEAM.sor, ACUTE_TEAM.gln)
LETTER = CareCommunication(
    UUID.format(1),
    NOW,
    UUID.format(2),
    Person("2509479989", "Elmer", "Hansen"),
    HERE,
    THERE,
    "other",
    (Segment(UUID.format(3), NOW, HERE, Author("Test", "Testlæge", "", "speciallaegeipraksis"), "Hej"),),
)
RECEIPT = Acknowledgement(UUID.format(4), NOW, own_id(LETTER.id, "header"), THERE, HERE, "fatal-error", "", "Ukendt")


def exchange(path: str, body: bytes, sender: str = "lps", **facts: str) -> Exchange:
    return Exchange("b1", sender, "net", NOW, Request("POST", path, (), body), Response(202), (), {"taken": "ja", **facts})


def by_vans(data: bytes, name: str, number: int, to: str = ACUTE_TEAM.gln, sender: str = "lps") -> Exchange:
    content = carrying(data, "HL7", name, "", UUID.format(9), Transport())
    envelope = VansEnvelope(EndPoint("5790000000000"), EndPoint(to), UUID.format(number), NOW, content)
    return exchange("/vans/afsendelse", build_envelope(envelope), sender)


def letter(number: int, message: CareCommunication = LETTER) -> Exchange:
    return by_vans(build_care_communication(message), "MCM:FDIS91#other", number)


def test_a_letter_in_another_form_and_with_a_time_of_its_own_has_the_same_content() -> None:
    again = replace(LETTER, at=NOW + timedelta(minutes=31))
    in_xml = by_vans(build_care_communication(again, as_xml), "MCM:FDIS91#other", 11)
    (segment,) = LETTER.segments
    other = letter(12, replace(LETTER, segments=(replace(segment, content="Hej igen"),)))
    first, second, third = line_of([letter(10), in_xml, other]).transfers
    assert (first.message, first.digest, first.outgoing) == (own_id(LETTER.id, "header"), second.digest, True)
    assert first.digest != third.digest


def test_a_receipt_names_its_message_whichever_way_it_comes() -> None:
    back = by_vans(build_acknowledgement(RECEIPT), "MCM:FCTL#fatal-error", 20, CLINIC.gln, "eoj")
    (transfer,) = line_of([back]).transfers
    assert (transfer.answer, transfer.for_message, transfer.outgoing) == (Answer.NEGATIVE, RECEIPT.original, False)
    envelope = Envelope(
        UUID.format(21),
        NOW,
        Endpoint(CLINIC.gln, CLINIC.sor),
        Endpoint(ACUTE_TEAM.gln, ACUTE_TEAM.sor),
        own_id(RECEIPT.id, "header"),
        RECEIPT.id,
        build_acknowledgement(RECEIPT, as_xml),
    )
    own = exchange("/ehmi/afsendelse", build_sbdh(envelope))
    (transfer,) = line_of([own]).transfers
    assert (transfer.envelope, transfer.for_message, transfer.outgoing) == (UUID.format(21), RECEIPT.original, True)
    assert acknowledgement_in(own) == acknowledgement_in(back)


def test_what_is_no_fhir_message_or_was_not_taken_is_no_part_of_the_line() -> None:
    refused = replace(letter(30), facts={})
    others = [exchange("/ehmi/afsendelse", b"<x/>"), exchange("/andet", b"{}"), by_vans(b"UNA", "RPT01", 31), refused]
    assert line_of(others).transfers == ()
    assert [message_in(each) for each in others[:3]] == ["", "", ""]
    elsewhere = by_vans(build_acknowledgement(RECEIPT), "MCM:FCTL#ok", 32, ACUTE_TEAM.gln, "eoj")
    assert line_of([elsewhere]).transfers == ()


def test_a_letter_is_about_its_patient() -> None:
    assert (whose(letter(40)), whose(exchange("/ehmi/afsendelse", b"<x/>", patient="2512489996"))) == ("2509479989", "2512489996")
