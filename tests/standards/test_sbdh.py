"""EHMI's envelope and its receipts: written and read, resent, answered, and held against MedCom's FHIR packages."""

from __future__ import annotations

import json
import os
import tarfile
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.conformance.rule import Result
from harness.conformance.transport.sbdh import judge_sbdh
from harness.domain.errors import BadInput
from harness.standards.sbdh import (
    Endpoint,
    Envelope,
    Receipt,
    SignalError,
    build_receipt,
    build_sbdh,
    masked,
    read_sbdh,
    receipt_for,
)
from harness.standards.xml import parse

EXAMPLES = Path(__file__).parents[1] / "examples"
ARTEFACTS = os.environ.get("LPS_ARTEFACTS")
needs_packages = pytest.mark.skipif(not ARTEFACTS, reason="LPS_ARTEFACTS peger ikke på en mappe med MedComs FHIR-pakker")

PAYLOAD = b'{"resourceType": "Bundle", "id": "b1", "entry": [{"resource": {"resourceType": "MessageHeader", "id": "m1"}}]}'
ENVELOPE = Envelope(
    id="7c596b9a-112e-4386-ae71-5ecdd3ed7c50",
    created=datetime.fromisoformat("2026-10-05T10:15:00+02:00"),
    sender=Endpoint("5790000123117", "1144561000016002"),
    receiver=Endpoint("5790000127092", "52581000016005"),
    message_id="m1",
    bundle_id="b1",
    payload=PAYLOAD,
    patient="2509479989",
)
LATER = datetime.fromisoformat("2026-10-05T10:15:30+02:00")
ANSWER = receipt_for(ENVELOPE, "b8549456-962f-459c-a341-f05cf22e3935", LATER)
FAILURE = replace(ANSWER, error=SignalError("Syntax", "Kan ikke læses", "linje 3: <æ> & ]]>"))
TEXT = st.text(st.characters(exclude_categories=("C", "Z"))).filter(bool)


def broken(data: bytes) -> set[str]:
    return {each.rule.id for each in judge_sbdh(data, "kuvert.xml") if each.result is Result.BROKEN}


@given(TEXT, TEXT, TEXT, st.binary(), st.datetimes(timezones=st.timezones()))
@settings(deadline=None)
def test_an_envelope_comes_back(message: str, bundle: str, metadata: str, payload: bytes, created: datetime) -> None:
    created = datetime.fromisoformat(created.isoformat())
    envelope = replace(ENVELOPE, message_id=message, bundle_id=bundle, payload=payload, xds_metadata=metadata.replace("]]>", ""))
    envelope = replace(envelope, created=created) if 1 < created.year < 9999 else envelope
    data = build_sbdh(envelope)
    assert read_sbdh(parse(data, "kuvert.xml")) == envelope
    assert build_sbdh(envelope) == data


@pytest.mark.parametrize("receipt", [ANSWER, FAILURE], ids=["ReceiptAcknowledgement", "ReceiptException"])
def test_a_receipt_comes_back_and_keeps_every_rule(receipt: Receipt) -> None:
    data = build_receipt(receipt)
    assert read_sbdh(parse(data, "kvittering.xml")) == receipt
    assert broken(data) == set()


def test_a_built_envelope_keeps_every_rule() -> None:
    results = {each.rule.id: each.result for each in judge_sbdh(build_sbdh(ENVELOPE), "kuvert.xml")}
    assert {rule for rule, result in results.items() if result is not Result.HOLDS} == {"SBDH-16", "SBDH-17", "SBDH-19"}


def test_an_envelope_towards_document_sharing_carries_its_metadata() -> None:
    envelope = replace(ENVELOPE, xds_metadata='<DocumentReference xmlns="http://hl7.org/fhir"/>')
    data = build_sbdh(envelope)
    assert b"<![CDATA[<DocumentReference" in data
    assert broken(data) == set()


def test_a_message_resent_is_the_same_in_a_new_envelope() -> None:
    again = replace(ENVELOPE, id="0c0e9a0e-2c43-4b17-8a51-6a3c3f6b7a10", created=LATER)
    found = read_sbdh(parse(build_sbdh(again), "kuvert.xml"))
    assert isinstance(found, Envelope)
    assert (found.message_id, found.bundle_id, found.payload) == ("m1", "b1", PAYLOAD)
    assert found.id != ENVELOPE.id


def test_a_receipt_goes_back_and_says_what_it_answers() -> None:
    assert (ANSWER.sender, ANSWER.receiver) == (ENVELOPE.receiver, ENVELOPE.sender)
    assert (ANSWER.original_id, ANSWER.original_message_id, ANSWER.original_bundle_id) == (ENVELOPE.id, "m1", "b1")


def test_a_masked_patient_is_the_same_every_time_and_keeps_the_rule() -> None:
    assert masked("2509479989") == masked("2509479989") != masked("2512489996")
    assert broken(build_sbdh(replace(ENVELOPE, patient=masked("2509479989")))) == set()


def test_the_hand_written_envelopes_are_read() -> None:
    message = read_sbdh(parse((EXAMPLES / "sbdh_haandskrevet.xml").read_bytes(), "kuvert.xml"))
    receipt = read_sbdh(parse((EXAMPLES / "sbdh_kvittering_haandskrevet.xml").read_bytes(), "kvittering.xml"))
    assert isinstance(message, Envelope)
    assert isinstance(receipt, Receipt)
    assert message.sender == Endpoint("5790000123117", "1144561000016002")
    assert (receipt.original_id, receipt.original_created) == (message.id, message.created)
    assert (receipt.original_message_id, receipt.original_bundle_id) == (message.message_id, message.bundle_id)
    assert receipt.error is None


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("StandardBusinessDocument>", "Andet>"),
        ("<CreationDateAndTime>2026-10-05T10:15:00+02:00", "<CreationDateAndTime>2026-10-05T10:15:00"),
        ("<CreationDateAndTime>2026-10-05T10:15:00+02:00", "<CreationDateAndTime>i går"),
        ("MESSAGEENVELOPEIDENTIFIER", "MESSAGEIDENTIFIER"),
        ("<Type>SENDERID", "<Type>SENDER"),
        ("bc:BinaryContent", "bc:Andet"),
        ('"UTF-8">\n', '"UTF-8">!'),
        ("<Type>Bundle", "<Type>ReceiptException"),
    ],
    ids=["root", "no time zone", "no time", "twice", "no sender", "no content", "no base64", "no signal"],
)
def test_what_cannot_be_understood_is_refused(old: str, new: str) -> None:
    text = (EXAMPLES / "sbdh_haandskrevet.xml").read_text(encoding="utf-8")
    assert old in text
    with pytest.raises(BadInput):
        read_sbdh(parse(text.replace(old, new).encode("utf-8"), "kuvert.xml"))


def package(name: str) -> dict[str, Any]:
    """Everything in one of MedCom's FHIR packages, by file name."""
    with tarfile.open(Path(ARTEFACTS or "") / "fhir-packages" / f"{name}.tgz") as packed:
        files = {each.name: packed.extractfile(each) for each in packed if each.name.endswith(".json")}
        return {path: json.load(file) for path, file in files.items() if file}


def numbers_of(bundle: dict[str, Any]) -> list[str]:
    """The CPR numbers of a Bundle's patients."""
    people = [each["resource"] for each in bundle["entry"] if each["resource"]["resourceType"] == "Patient"]
    named = [each for person in people for each in person.get("identifier", ())]
    return [each["value"] for each in named if each.get("system") == "urn:oid:1.2.208.176.1.2"]


@needs_packages
def test_every_home_care_observation_of_medcom_fits_an_envelope() -> None:
    bundles = [
        each
        for each in package("medcom.fhir.dk.homecareobservation").values()
        if each.get("resourceType") == "Bundle" and each["entry"][0]["resource"]["resourceType"] == "MessageHeader"
    ]
    assert bundles
    for bundle in bundles:
        header = bundle["entry"][0]["resource"]
        sender, receiver = header["source"]["endpoint"], header["destination"][0]["endpoint"]
        envelope = replace(
            ENVELOPE,
            sender=Endpoint(ENVELOPE.sender.gln, sender.partition("#id=")[2]),
            receiver=Endpoint(ENVELOPE.receiver.gln, receiver.partition("#id=")[2]),
            message_id=header["id"],
            bundle_id=bundle["id"],
            patient=next(iter(numbers_of(bundle)), ENVELOPE.patient),
            payload=json.dumps(bundle).encode("utf-8"),
        )
        results = {each.rule.id: each.result for each in judge_sbdh(build_sbdh(envelope), "kuvert.xml")}
        assert {rule for rule, result in results.items() if result is Result.BROKEN} == set()
        assert results["SBDH-17"] is (Result.HOLDS if numbers_of(bundle) else Result.NOT_JUDGED)


@needs_packages
def test_the_standard_is_the_event_medcom_publishes_in_the_version_it_defines() -> None:
    (codes,) = [
        each
        for each in package("medcom.fhir.dk.terminology").values()
        if each.get("resourceType") == "CodeSystem" and each["url"].endswith("/medcom-messaging-eventCodes")
    ]
    assert ENVELOPE.standard in {each["code"] for each in codes["concept"]}
    definitions = [
        each
        for each in package("medcom.fhir.dk.messagedefinitions").values()
        if each.get("resourceType") == "MessageDefinition" and each["url"].endswith("/MedComHomeCareObservationMessageDefinition")
    ]
    assert ENVELOPE.version in {each["version"] for each in definitions}
