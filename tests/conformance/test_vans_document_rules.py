"""What the envelope says of its letter: each rule breaks alone, and every right way to say it breaks none."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from uuid import UUID

import pytest

from harness.conformance.rule import rules_for
from harness.conformance.transport.vans_document import SUBJECT, judge_vans_document
from harness.domain.correspondence import Sort
from harness.domain.finding import Finding
from harness.domain.organisations import CLINIC, HOSPITAL
from harness.house import find_house
from harness.standards.correspondence import Written, messages_of
from harness.standards.oioxml.kinds import EMERGENCY
from harness.standards.vans import (
    Document,
    EndPoint,
    Envelope,
    Message,
    MetaInformation,
    Transport,
    answer_to,
    build_envelope,
)
from harness.suite.patients import load_patients

AT = datetime(2026, 10, 5, 8, 15, tzinfo=UTC)
ELMER = load_patients(find_house())["Elmer"]


def ids() -> Callable[[], str]:
    numbers = count(1)
    return lambda: str(UUID(int=next(numbers)))


def letter(sort: Sort, number: int = 0) -> Envelope:
    wish = Written(sort, ELMER, CLINIC, HOSPITAL, AT, "Kontrol", "Går til kontrol", b"Skema", EMERGENCY)
    file = wish.file if sort is Sort.LETTER else b""
    message = messages_of(replace(wish, file=file), ids())[number]
    if sort is Sort.MESSAGE:
        tags = (("MCM:MIME", "application/fhir+json"),)
        message = replace(message, meta=replace(message.meta, transport=Transport(tags=tags)))
    return Envelope(EndPoint(CLINIC.gln), EndPoint(HOSPITAL.gln), str(UUID(int=99)), AT, message)


def example(file: str, format: str, name: str, version: str, *tags: tuple[str, str]) -> Envelope:
    """A hand-written message in an envelope that says these things of it."""
    data = (Path(__file__).parents[1] / "examples" / file).read_bytes()
    meta = MetaInformation(str(UUID(int=7)), Document(format, name, version, len(data)), Transport(tags=tags))
    return Envelope(EndPoint(CLINIC.gln), EndPoint(HOSPITAL.gln), str(UUID(int=99)), AT, Message(meta, data))


JSON, XML = (("MCM:MIME", f"application/fhir+{form}") for form in ("json", "xml"))
LETTERS = {
    "DIS91": letter(Sort.LETTER),
    "BIN01": letter(Sort.LETTER, 1),
    "XREF22": letter(Sort.ACUTE_REFERRAL),
    "FDIS91": letter(Sort.MESSAGE),
    "XDIS15": example("xdis15_haandskrevet.xml", "XML", "XDIS15", "XD1530L"),
    "in XML": example("fhir_korrespondance_svar_haandskrevet.xml", "HL7", "MCM:FDIS91#training", "5.0", XML),
    "FCTL": example("fhir_kvittering_haandskrevet.json", "HL7", "MCM:FCTL#fatal-error", "2.0", JSON),
    "HCO": example("fhir_proevesvar_haandskrevet.xml", "HL7", "MCM:hvadsomhelst", "1.1", XML),
}


def found(envelope: bytes) -> list[Finding]:
    return [finding for each in judge_vans_document(envelope, "kuvert.xml") for finding in each.findings]


@pytest.mark.parametrize("name", LETTERS)
def test_the_honest_envelopes_keep_every_rule(name: str) -> None:
    envelope = build_envelope(LETTERS[name])
    assert found(envelope) == []
    assert {each.rule.id for each in judge_vans_document(envelope, "kuvert.xml")} == {each.id for each in rules_for(SUBJECT)}


BREAKS = [
    ("VAND-01", "DIS91", "<Format>EDIFACT<", "<Format>XML<", "XML"),
    ("VAND-01", "XREF22", "<Format>XML<", "<Format>EDIFACT<", "EDIFACT"),
    ("VAND-01", "FDIS91", "<Format>HL7<", "<Format>Other<", "Other"),
    ("VAND-02", "DIS91", "<Name>DIS91<", "<Name>DIS01<", "DIS01"),
    ("VAND-02", "BIN01", "<Name>BIN01<", "<Name>DIS91<", "DIS91"),
    ("VAND-01", "XREF22", "<Format>XML<", "<Format>HL7<", "HL7"),
    ("VAND-02", "XREF22", "<Name>XREF22<", "<Name>XREF15<", "XREF15"),
    ("VAND-02", "FDIS91", "<Name>MCM:FDIS91#other<", "<Name>FDIS91#other<", "FDIS91#other"),
    ("VAND-02", "FDIS91", "<Name>MCM:FDIS91#other<", "<Name>MCM:FDIS91#medicine<", "MCM:FDIS91#medicine"),
    ("VAND-02", "in XML", "MCM:FDIS91#training", "MCM:FDIS91#other", "MCM:FDIS91#other"),
    ("VAND-02", "FCTL", "MCM:FCTL#fatal-error", "MCM:FCTL#ok", "MCM:FCTL#ok"),
    ("VAND-02", "FCTL", "MCM:FCTL#fatal-error", "MCM:FDIS91", "MCM:FDIS91"),
    ("VAND-03", "XREF22", "<Version>XH2230R<", "<Version>XH2231R<", "XH2231R"),
    ("VAND-05", "in XML", "application/fhir+xml", "application/fhir+json", "application/fhir+json"),
    ("VAND-03", "DIS91", "<Version>D9134L<", "<Version>D9133L<", "D9133L"),
    ("VAND-03", "FDIS91", "<Version>5.0<", "<Version>4.0<", "4.0"),
    ("VAND-03", "FDIS91", "<Version>5.0<", "<Version>5.1<", "5.1"),
    ("VAND-06", "FDIS91", "<Type>reliable<", "<Type>unreliable<", "unreliable"),
    ("VAND-05", "FDIS91", "application/fhir+json", "application/fhir+xml", "application/fhir+xml"),
]


PLACES = {
    "VAND-01": "/Format", "VAND-02": "/Name", "VAND-03": "/Version", "VAND-05": "/ServiceTag", "VAND-06": "/Type",
}  # fmt: skip


@pytest.mark.parametrize(("rule", "name", "old", "new", "said"), BREAKS, ids=[f"{row[0]} {row[4]}" for row in BREAKS])
def test_each_rule_breaks_alone(rule: str, name: str, old: str, new: str, said: str) -> None:
    text = build_envelope(LETTERS[name]).decode()
    assert text.count(old) == 1
    (finding,) = found(text.replace(old, new).encode())
    assert (finding.rule, finding.actual) == (rule, said)
    assert finding.location.line
    assert finding.location.path.partition("[")[0].endswith(PLACES[rule])


def test_a_size_is_the_documents_or_that_of_its_base64_and_no_other() -> None:
    text = build_envelope(LETTERS["DIS91"]).decode()
    message = LETTERS["DIS91"].content
    assert isinstance(message, Message)
    size = re.compile(r"<SizeInBytes>\d+<")
    for said in (len(message.data), len(base64.b64encode(message.data))):
        assert found(size.sub(f"<SizeInBytes>{said}<", text).encode()) == []
    (finding,) = found(size.sub(f"<SizeInBytes>{len(message.data) + 1}<", text).encode())
    assert (finding.rule, finding.actual) == ("VAND-04", str(len(message.data) + 1))


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("BIN01", "<Format>EDIFACT<", "<Format>Binary<"),
        ("DIS91", "<Format>EDIFACT<", "<Format>Other<"),
        ("DIS91", "<Version>D9134L</Version>", ""),
        ("FDIS91", "<Name>MCM:FDIS91#other<", "<Name>MCM:FDIS91<"),
        ("FDIS91", "<Version>5.0<", "<Version>5.0.2<"),
        ("FDIS91", "<Version>5.0<", "<Version>5<"),
        ("FDIS91", "<Type>reliable</Type>", ""),
        ("DIS91", "<Type>reliable<", "<Type>unreliable<"),
        ("FDIS91", '<ServiceTag name="MCM:MIME">application/fhir+json</ServiceTag>', ""),
    ],
)
def test_what_no_source_forbids_breaks_nothing(name: str, old: str, new: str) -> None:
    text = build_envelope(LETTERS[name]).decode()
    assert text.count(old) == 1
    assert found(text.replace(old, new).encode()) == []


def test_a_letter_that_says_another_version_than_its_elements_is_called_as_it_says() -> None:
    envelope = example("xdis15_haandskrevet.xml", "XML", "XDIS22", "XD2230L")
    message = envelope.content
    assert isinstance(message, Message)
    other = message.data.replace(b"<VersionCode>XD1530L", b"<VersionCode>XD2230L")
    assert found(build_envelope(replace(envelope, content=replace(message, data=other)))) == []
    assert [each.rule for each in found(build_envelope(envelope))] == ["VAND-02"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be"])
def test_a_letter_that_nothing_is_known_of_but_that_it_is_xml_is_said_to_be_that(encoding: str) -> None:
    envelope = example("xdis15_haandskrevet.xml", "EDIFACT", "ANDET", "1")
    message = envelope.content
    assert isinstance(message, Message)
    unknown = "\ufeff<Emessage><Andet/></Emessage>".encode(encoding)
    meta = replace(message.meta, document=replace(message.meta.document, size=len(unknown)))
    (finding,) = found(build_envelope(replace(envelope, content=Message(meta, unknown))))
    assert (finding.rule, finding.expected) == ("VAND-01", "XML")


def test_nothing_is_said_of_receipts_of_what_is_unknown_and_of_what_cannot_be_read() -> None:
    receipt = replace(LETTERS["DIS91"], content=answer_to(LETTERS["DIS91"]))
    assert judge_vans_document(build_envelope(receipt), "kuvert.xml") == []
    message = LETTERS["DIS91"].content
    assert isinstance(message, Message)
    for data in (b"", b"%PDF", b"<Andet/>", b"UNB+", b"{", b'{"resourceType": "Bundle"}'):
        other = replace(LETTERS["DIS91"], content=replace(message, data=data))
        assert judge_vans_document(build_envelope(other), "kuvert.xml") == []
    assert judge_vans_document(b"<VANSEnvelope", "kuvert.xml") == []
