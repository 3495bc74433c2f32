"""A DocumentReference is read as the same metadata that ebRIM gives, from JSON and from XML, and bad ones are refused."""

from __future__ import annotations

import base64
import json
import os
import tarfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.domain.errors import BadInput
from harness.standards import oids
from harness.standards.xds import codes
from harness.standards.xds.document_reference import SYSTEMS, read_document_reference
from harness.standards.xds.metadata import Author, Code, DocumentEntry, entry_from_cpd

EXAMPLES = Path(__file__).parent.parent / "examples"
EXAMPLE = (EXAMPLES / "documentreference_haandskrevet.json").read_bytes()
ARTEFACTS = os.environ.get("LPS_ARTEFACTS")
outside = pytest.mark.skipif(
    not ARTEFACTS, reason="LPS_ARTEFACTS er ikke sat: læsningen er ikke prøvet på MedComs egne eksempler"
)

READ = DocumentEntry(
    id="urn:uuid:7a1d3f65-4f5c-4cb0-8a9e-1c2d3e4f5a33",
    unique_id="urn:uuid:2b7e2c0e-5a54-4f54-9e0f-6f5b0d2c4e22",
    patient_id="2509479989^^^&1.2.208.176.1.2&ISO",
    object_type="",
    mime_type="application/fhir+json",
    status=codes.APPROVED,
    home="1.2.208.176.8.1",
    title="Diagnoseoversigt for 2509479989",
    creation_time="20261005073000",
    language_code="da-DK",
    legal_authenticator="^Sørensen^Åse^Test^^^^^&1.2.208.176.1.1&ISO",
    service_start="20261005073000",
    service_stop="20261005073100",
    source_patient_id="2509479989^^^&1.2.208.176.1.2&ISO",
    source_patient_info=("PID-5|Hansen^Elmer^Test", "PID-7|19470925", "PID-8|M"),
    authors=(
        Author(
            ("Agerskov lægepraksis^^^^^&1.2.208.176.1.1&ISO^^^^73091000016008",), "^Sørensen^Åse^Test^^^^^&1.2.208.176.1.1&ISO"
        ),
    ),
    class_code=Code("001", oids.XDS_CLASS_CODE, "Klinisk rapport"),
    confidentiality=(Code("N", oids.CONFIDENTIALITY),),
    format_code=Code("urn:ad:dk:medcom:plr-v1.0:full", oids.XDS_FORMAT_CODE, "DK PLR schema"),
    facility_type=Code("394761003", oids.SNOMED_CT, "almen lægepraksis"),
    practice_setting=Code("408443003", oids.SNOMED_CT, "almen medicin"),
    type_code=Code("11450-4", oids.LOINC, "Problem list - Reported"),
)


def test_every_element_becomes_its_attribute() -> None:
    found = read_document_reference(EXAMPLE)
    assert len(found.hash) == 40
    assert int(found.size) > 1000
    assert replace(found, hash="", size="") == READ


def test_xml_says_the_same() -> None:
    xml = (
        '<DocumentReference xmlns="http://hl7.org/fhir"><contained><Patient><id value="p"/><identifier>'
        '<system value="urn:oid:1.2.208.176.1.6.1.1"/><value value="0703921VJ5"/></identifier></Patient></contained>'
        '<status value="superseded"/><subject><reference value="#p"/></subject><content><attachment>'
        '<hash value="AAH/"/><title value="Æblegrød 𝄞"/><creation value="2026-10-25T02:30:00.5+01:00"/></attachment></content>'
        "</DocumentReference>"
    )
    assert read_document_reference(xml.encode("utf-8")) == DocumentEntry(
        id="",
        object_type="",
        patient_id="0703921VJ5^^^&1.2.208.176.1.6.1.1&ISO",
        status=codes.DEPRECATED,
        hash="0001ff",
        title="Æblegrød 𝄞",
        creation_time="20261025013000",
    )


def test_what_is_not_given_is_empty() -> None:
    assert read_document_reference(b'{"resourceType": "DocumentReference"}') == DocumentEntry(id="", object_type="")


def test_references_that_point_at_nothing_are_empty() -> None:
    found = json.loads(EXAMPLE)
    del found["contained"]
    assert read_document_reference(json.dumps(found).encode()) == replace(
        read_document_reference(EXAMPLE),
        patient_id="",
        source_patient_id="",
        source_patient_info=(),
        authors=(),
        legal_authenticator="",
    )


def coding(code: Code) -> dict[str, str]:
    said = {"system": f"urn:oid:{code.scheme}", "code": code.code, "display": code.display}
    return {name: value for name, value in said.items() if value}


def written(entry: DocumentEntry, family: str, given: tuple[str, ...], clinic: str) -> bytes:
    """A DocumentReference that says what `entry` says."""
    moment = "{0[0]}-{0[1]}-{0[2]}T{0[3]}:{0[4]}:{0[5]}Z".format
    parts = [entry.creation_time[:4], *(entry.creation_time[at : at + 2] for at in range(4, 14, 2))]
    name = [{"use": "official", "family": family, "given": list(given)}]
    number, _, system = entry.patient_id.replace("&ISO", "").partition("^^^&")
    body: dict[str, Any] = {
        "resourceType": "DocumentReference",
        "contained": [
            {
                "resourceType": "Patient",
                "id": "p",
                "identifier": [{"system": f"urn:oid:{system}", "value": number}],
                "name": name,
                "gender": "female",
                "birthDate": "1948-12-25",
            },
            {
                "resourceType": "Organization",
                "id": "o",
                "identifier": [{"system": f"urn:oid:{oids.SOR}", "value": "73091000016008"}],
                "name": clinic,
            },
        ],
        "masterIdentifier": {"value": entry.unique_id},
        "identifier": [{"value": "lokalt"}, {"value": entry.id}],
        "status": "current",
        "type": {"coding": [coding(entry.type_code or Code("", ""))]},
        "subject": {"reference": "#p"},
        "author": [{"reference": "#o"}],
        "securityLabel": [{"coding": [coding(each)]} for each in entry.confidentiality],
        "content": [
            {
                "attachment": {
                    "contentType": entry.mime_type,
                    "language": entry.language_code,
                    "title": entry.title,
                    "creation": moment(parts),
                    "hash": base64.b64encode(bytes.fromhex(entry.hash)).decode(),
                    "size": int(entry.size),
                },
                "format": coding(entry.format_code or Code("", "")),
            }
        ],
        "context": {
            "event": [{"coding": [coding(each)]} for each in entry.event_codes],
            "sourcePatientInfo": {"reference": "#p"},
        },
    }
    return json.dumps(body, ensure_ascii=False).encode()


def test_the_metadata_of_a_plan_are_the_same_by_either_way() -> None:
    """What `entry_from_cpd` makes for ebRIM, said as a DocumentReference and read again."""
    plan = (EXAMPLES / "cpd_haandskrevet.xml").read_bytes()
    entry = replace(
        entry_from_cpd(plan, "urn:uuid:7a1d3f65-4f5c-4cb0-8a9e-1c2d3e4f5a33", "1.0.1", Code("ALAL21", oids.SKS, "KOL")),
        object_type="",
        class_code=None,
        facility_type=None,
        practice_setting=None,
        authors=(Author((codes.institution("Agerskov lægepraksis", "73091000016008"),)),),
    )
    assert read_document_reference(written(entry, "Berggren", ("Nancy", "Ann", "Test"), "Agerskov lægepraksis")) == entry


TEXT = st.text(st.characters(codec="utf-8", categories=("L", "M", "N", "P", "S", "Zs")), min_size=1, max_size=200)
NAMES = st.text("abcæøåÆØÅé𝄞 -", min_size=1, max_size=40).filter(lambda text: text.strip("^") == text)


@given(
    title=TEXT,
    clinic=TEXT,
    family=NAMES,
    given_names=st.lists(NAMES, min_size=1, max_size=4),
    sha=st.binary(min_size=20, max_size=20),
    size=st.integers(0, 2**31 - 1),
    cpr=st.sampled_from(["2512489996", "2509479989", "0505239996"]),
    events=st.lists(st.builds(Code, TEXT, st.just(oids.SKS), TEXT), max_size=5),
)
def test_any_text_comes_through_whole(
    title: str, clinic: str, family: str, given_names: list[str], sha: bytes, size: int, cpr: str, events: list[Code]
) -> None:
    name = f"{family}^{given_names[0]}^{' '.join(given_names[1:])}".strip("^")
    entry = DocumentEntry(
        id="urn:uuid:7a1d3f65-4f5c-4cb0-8a9e-1c2d3e4f5a33",
        unique_id="1.2.208.184^æøå",
        patient_id=codes.patient_id(cpr),
        object_type="",
        mime_type="text/xml",
        status=codes.APPROVED,
        title=title,
        creation_time="20261005073000",
        language_code="da",
        source_patient_id=codes.patient_id(cpr),
        source_patient_info=(f"PID-5|{name}", "PID-7|19481225", "PID-8|F"),
        hash=sha.hex(),
        size=str(size),
        authors=(Author((codes.institution(clinic, "73091000016008"),)),),
        event_codes=tuple(events),
        confidentiality=(Code("N", oids.CONFIDENTIALITY),),
        format_code=Code("urn:ad:dk:medcom:cpd-v2.0:full", oids.XDS_FORMAT_CODE),
        type_code=Code("81215-6", oids.LOINC, "Care plan"),
    )
    assert read_document_reference(written(entry, family, tuple(given_names), clinic)) == entry


def changed(old: str, new: str) -> bytes:
    text = EXAMPLE.decode()
    assert text.count(old) == 1, old
    return text.replace(old, new).encode()


CREATION = '"creation": "2026-10-05T09:30:00+02:00"'


@pytest.mark.parametrize(
    ("data", "reason", "line"),
    [
        (b"", "JSON'en kan ikke læses", 1),
        (b"{}", "resourceType mangler", 1),
        (b'\n{"resourceType": "Patient"}', "skal være en DocumentReference, men er Patient", 2),
        (EXAMPLE[:-20], "JSON'en kan ikke læses", None),
        (EXAMPLE.decode().encode("utf-16"), "kan ikke læses", None),
        (changed(CREATION, '"creation": "2026-10-05T09:30:00"'), "tid med tidszone", 57),
        (changed(CREATION, '"creation": "2026-13-05T09:30:00Z"'), "tid med tidszone", 57),
        (changed(CREATION, '"creation": "i går klokken ni"'), "tid med tidszone", 57),
        (changed(CREATION, '"creation": "0001-01-01T00:00:00+14:00"'), "tid med tidszone", 57),
        (changed('"hash": "', '"hash": "*'), "hash er ikke base64", 55),
        (changed('"hash": "', '"hash": "æ'), "hash er ikke base64", 55),
        (b'{"a":' * 1_000_000, "indlejret dybere", 1),
        (b"<!DOCTYPE a><DocumentReference/>", "DOCTYPE", 1),
        (b'<DocumentReference xmlns="urn:andet"/>', "navnerum", 1),
        (b'{"resourceType": "DocumentReference", "a": [' + b"1," * 1_100_000 + b"1]}", "værdier", 1),
    ],
    ids=[
        "empty",
        "no type",
        "patient",
        "truncated",
        "utf-16",
        "no zone",
        "month 13",
        "words",
        "year 0",
        "hash",
        "hash æ",
        "deep",
        "doctype",
        "namespace",
        "many",
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(data: bytes, reason: str, line: int | None) -> None:
    with pytest.raises(BadInput, match=reason) as refusal:
        read_document_reference(data)
    assert refusal.value.line == line or line is None


def test_a_date_alone_is_no_time() -> None:
    assert read_document_reference(changed(CREATION, '"creation": "2026-10-05"')).creation_time == ""


# MedCom's own


def package(name: str) -> dict[str, Any]:
    """Every file of one of MedCom's packages, by its name."""
    with tarfile.open(Path(ARTEFACTS or "") / "fhir-packages" / f"{name}.tgz") as tar:
        files = ((each.name, tar.extractfile(each)) for each in tar.getmembers() if each.name.endswith(".json"))
        return {name.rpartition("/")[2]: json.load(file) for name, file in files if file is not None}


@outside
@pytest.mark.parametrize("name", ["medcom.fhir.dk.conditionlist", "medcom.fhir.dk.xdsdocuments"])
def test_medcoms_own_examples_are_read(name: str) -> None:
    examples = [each for each in package(name).values() if each.get("resourceType") == "DocumentReference"]
    assert examples
    for each in examples:
        entry = read_document_reference(json.dumps(each).encode())
        assert entry.id.startswith("urn:uuid:")
        assert entry.unique_id.startswith("urn:uuid:")
        assert entry.patient_id.endswith(f"^^^&{oids.CPR}&ISO")
        assert entry.source_patient_id == entry.patient_id
        assert entry.class_code == Code("001", oids.XDS_CLASS_CODE, "Klinisk rapport")
        assert entry.creation_time.isdigit()
        assert entry.authors[0].institutions
        assert entry.facility_type is not None
        assert entry.facility_type.scheme == oids.SNOMED_CT


@outside
def test_every_attribute_stands_at_the_element_medcoms_profile_marks_with_it() -> None:
    profile = package("medcom.fhir.dk.document")["StructureDefinition-medcom-contained-documentreference.json"]
    marked = " ".join(each.get("short", "") for each in profile["differential"]["element"])
    for attribute in (
        *("uniqueId", "entryUUID", "availabilityStatus", "typeCode", "classCode", "author", "legalAuthenticator", "title"),
        *("confidentialityCode", "mimeType", "languageCode", "size", "hash", "creationTime", "formatCode", "eventCodeList"),
        *("serviceStartTime", "serviceStopTime", "healthcareFacilityTypeCode", "practiceSettingCode", "homeCommunityId"),
        *("sourcePatientId", "sourcePatientInfo"),
    ):
        assert f"DocumentEntry.{attribute}" in marked


@outside
def test_the_names_of_code_systems_have_the_oids_the_packages_give_them() -> None:
    own: dict[str, str] = {}
    for name in ("medcom.fhir.dk.document", "medcom.fhir.dk.xdsmetadata"):
        for each in package(name).values():
            if each.get("resourceType") == "CodeSystem" and each.get("identifier"):
                own[each["url"]] = each["identifier"][0]["value"].removeprefix("urn:oid:")
    assert len(own) == 6
    assert own.items() <= SYSTEMS.items()
