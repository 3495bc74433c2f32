"""XDS.b on the wire: what is written is valid by the IHE schemas, and reads back as what was meant."""

from __future__ import annotations

import base64
import hashlib
import os
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from lxml import etree

from harness.domain.careplan import CarePlan, Diagnosis, Disease
from harness.domain.errors import BadInput
from harness.domain.identifiers import Cpr
from harness.domain.patient import Organisation, Patient, Practitioner
from harness.standards import oids, soap
from harness.standards.cda.build import build_cpd
from harness.standards.xds import build, codes, read
from harness.standards.xds.codes import ErrorCode, ResponseStatus, Severity
from harness.standards.xds.metadata import (
    Association,
    Code,
    DocumentRequest,
    RegistryError,
    deprecation_of,
    entry_from_cpd,
    submission_of,
)

HANDWRITTEN = (Path(__file__).parent.parent / "examples" / "iti41_haandskrevet.xml").read_bytes()
SCHEMA = Path(os.environ.get("LPS_ARTEFACTS", "")) / "xsd" / "ihe-xds-dk" / "XDS.xsd"
needs_schema = pytest.mark.skipif(not SCHEMA.is_file(), reason="LPS_ARTEFACTS mangler eller har ikke xsd/ihe-xds-dk/XDS.xsd")

NOW = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # 02:30 in Denmark, in the hour that comes twice
NANCY = Patient("Nancy", Cpr("2512489996"), ("Nancy", "Ann", "Test"), "Berggren", date(1948, 12, 25), True)
CLINIC = Organisation("Agerskov lægepraksis", "73091000016008")
PLAN = CarePlan(
    disease=Disease.LRS,
    patient=NANCY,
    diagnosis=Diagnosis("L84", "Rygsyndrom uden smerteudstråling", date(2026, 9, 1)),
    goals=("Gå 30 minutter hver dag",),
    interventions=("Opfølgning om 8 uger",),
    set_id="6f7b1c1e-3e0b-4b0e-9c3a-0c1f6c6d00ff",
    document_id="6f7b1c1e-3e0b-4b0e-9c3a-0c1f6c6d0001",
    version=1,
    created=NOW,
    clinic=CLINIC,
    author=Practitioner("Åse", "Sørensen"),
)
DOCUMENT = build_cpd(PLAN)
LABEL = Code(codes.LABEL_KOL, oids.SKS, "KOL")
ENTRY = entry_from_cpd(DOCUMENT, "Document01", "2.0", LABEL)
SET_UUID = "0d0c7d1e-58a4-4f0f-9a1b-2f8f3c1a7e01"
OLD = "urn:uuid:11111111-aaaa-4bbb-8ccc-dddddddddd01"
SUBMISSION = submission_of(ENTRY, DOCUMENT, set_uuid=SET_UUID, source_id="2.25.1", now=NOW, replaces=OLD)
PATIENT = codes.patient_id("2512489996")
CARE_PLAN = Code(codes.CARE_PLAN, oids.LOINC, "Care plan")
DEPRECATION = deprecation_of(OLD, PATIENT, set_uuid=SET_UUID, source_id="2.25.1", now=NOW, content_type=CARE_PLAN)
WANTED = DocumentRequest("2.25.7", ENTRY.unique_id, "urn:oid:1.2.208.176.8.1")
STORED = replace(ENTRY, id=OLD, repository_id="2.25.7", home="urn:oid:1.2.208.176.8.1")
MEMBER_ID = "urn:uuid:11111111-aaaa-4bbb-8ccc-dddddddddd02"
MEMBER = Association(MEMBER_ID, codes.HAS_MEMBER, "urn:uuid:a", OLD, {"SubmissionSetStatus": ("Original",)})
ERROR = RegistryError(ErrorCode.OTHER_HASH, "hash er en anden", "1.2.3")
WARNING = RegistryError(ErrorCode.METADATA, "title mangler", "Document01", Severity.WARNING)

MESSAGES = {
    "ITI-41": build.provide_and_register(SUBMISSION),
    "ITI-41 skrevet i hånden": HANDWRITTEN,
    "ITI-57": build.update_document_set(DEPRECATION),
    "ITI-18 FindDocuments": build.find_documents(
        PATIENT,
        statuses=(codes.APPROVED, codes.DEPRECATED),
        type_codes=[CARE_PLAN],
        format_codes=[Code("urn:ad:dk:medcom:cpd-v2.0:full", oids.XDS_FORMAT_CODE)],
        event_codes=[LABEL],
        entry_types=(codes.STABLE, codes.ON_DEMAND),
    ),
    "ITI-18 GetDocuments": build.get_documents(unique_ids=[ENTRY.unique_id]),
    "ITI-18 GetDocumentsAndAssociations": build.get_documents_and_associations(uuids=[OLD], object_refs=True),
    "ITI-43": build.retrieve([WANTED]),
    "svar Success": build.registry_response(),
    "svar Failure": build.registry_response([ERROR, WARNING]),
    "svar LeafClass": build.query_response([STORED], [MEMBER]),
    "svar ObjectRef": build.query_response([STORED], [MEMBER], object_refs=True),
    "svar på ITI-18 med fejl": build.query_response(errors=[ERROR]),
    "svar på ITI-43": build.retrieve_response([(WANTED, codes.TEXT_XML, DOCUMENT)], [ERROR]),
    "svar på ITI-43 uden fund": build.retrieve_response([], [ERROR]),
}


@pytest.fixture(scope="module")
def schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(str(SCHEMA)))


@needs_schema
@pytest.mark.parametrize("name", MESSAGES)
def test_every_message_is_valid_by_the_ihe_schemas(schema: etree.XMLSchema, name: str) -> None:
    body = etree.fromstring(MESSAGES[name]).find(f"{{{soap.SOAP}}}Body")
    assert body is not None
    [content] = body
    schema.assertValid(etree.fromstring(etree.tostring(content)))


def test_a_submission_reads_back_as_it_was() -> None:
    assert read.read_provide_and_register(soap.read_envelope(MESSAGES["ITI-41"])) == SUBMISSION
    assert read.read_update(soap.read_envelope(MESSAGES["ITI-57"])) == DEPRECATION


def test_a_handwritten_submission_is_read() -> None:
    submission = read.read_provide_and_register(soap.read_envelope(HANDWRITTEN))
    [entry] = submission.entries
    assert submission.set is not None
    assert (submission.set.patient_id, submission.set.unique_id) == (codes.patient_id("1502829995"), "2.25.18")
    assert (entry.cpr, entry.title, entry.creation_time) == ("1502829995", "Min forløbsplan for KOL", "20261025013000")
    assert [code.code for code in entry.event_codes] == ["ALAL21", "MCS88137"]
    assert {each.type: each.target for each in submission.associations} == {codes.HAS_MEMBER: "plan", codes.RPLC: OLD}
    assert submission.associations[1].slot("SubmissionSetStatus") == "Original"
    assert entry.hash.lower() == hashlib.sha1(submission.documents["plan"]).hexdigest()


def test_the_metadata_of_a_plan() -> None:
    assert ENTRY.unique_id == "1.2.208.184^6f7b1c1e-3e0b-4b0e-9c3a-0c1f6c6d0001"
    assert ENTRY.patient_id == ENTRY.source_patient_id == "2512489996^^^&1.2.208.176.1.2&ISO"
    assert ENTRY.source_patient_info == ("PID-5|Berggren^Nancy^Ann Test", "PID-7|19481225", "PID-8|F")
    assert ENTRY.authors[0].institutions == ("Agerskov lægepraksis^^^^^&1.2.208.176.1.1&ISO^^^^73091000016008",)
    assert ENTRY.authors[0].person == "^Sørensen^Åse^^^^^^&1.2.208.176.1.1&ISO"
    assert ENTRY.creation_time == "20261025003000"
    assert (ENTRY.title, ENTRY.language_code) == ("Min forløbsplan for Lænderygsmerter", "da-DK")
    assert ENTRY.type_code == Code("81215-6", oids.LOINC, ENTRY.type_code.display if ENTRY.type_code else "")
    assert (ENTRY.hash, ENTRY.size) == (hashlib.sha1(DOCUMENT).hexdigest(), str(len(DOCUMENT)))
    assert ENTRY.event_codes == (LABEL,)
    assert {version: entry_from_cpd(DOCUMENT, "d", version).format_code for version in ("1.0.1", "2.0")} == {
        "1.0.1": Code("urn:ad:dk:medcom:cpd-v1.0.1:full", "1.2.208.184.100.10", "DK CPD schema"),
        "2.0": Code("urn:ad:dk:medcom:cpd-v2.0:full", "1.2.208.184.100.10", "DK CPD schema"),
    }


def test_a_time_that_cannot_be_placed_is_refused_with_its_place() -> None:
    for wrong in ("20261325000000+0200", "20261025003000"):
        document = f'<ClinicalDocument xmlns="urn:hl7-org:v3">\n<effectiveTime value="{wrong}"/></ClinicalDocument>'
        with pytest.raises(BadInput, match=r"Tidspunktet \d+.* kan ikke læses") as refusal:
            entry_from_cpd(document.encode(), "d", "2.0")
        assert (refusal.value.line, refusal.value.column) == (2, 1)


def test_a_query_reads_back() -> None:
    query = read.read_query(soap.read_envelope(MESSAGES["ITI-18 FindDocuments"]))
    assert (query.id, query.return_type) == (codes.FIND_DOCUMENTS, "LeafClass")
    assert query.values("$XDSDocumentEntryPatientId") == (PATIENT,)
    assert query.values("$XDSDocumentEntryStatus") == (codes.APPROVED, codes.DEPRECATED)
    assert query.values("$XDSDocumentEntryTypeCode") == ("81215-6^^2.16.840.1.113883.6.1",)
    assert query.values("$XDSDocumentEntryFolder") == ()


def test_a_quote_in_a_query_is_kept() -> None:
    query = read.read_query(soap.read_envelope(build.get_documents(unique_ids=["d'Arc", "b"])))
    assert query.values("$XDSDocumentEntryUniqueId") == ("d'Arc", "b")


def test_answers_read_back() -> None:
    assert read.read_registry_answer(MESSAGES["svar Success"]) == read.RegistryAnswer(ResponseStatus.SUCCESS)
    assert read.read_registry_answer(MESSAGES["svar Failure"]) == read.RegistryAnswer(ResponseStatus.FAILURE, (ERROR, WARNING))
    assert read.read_registry_answer(build.registry_response([WARNING])).succeeded
    found = read.read_query_answer(MESSAGES["svar LeafClass"])
    assert (found.entries, found.associations, found.references) == ((STORED,), (MEMBER,), ())
    assert read.read_query_answer(MESSAGES["svar ObjectRef"]).references == (OLD, MEMBER.id)
    assert read.read_retrieve(soap.read_envelope(MESSAGES["ITI-43"])) == (WANTED,)
    fetched = read.read_retrieve_answer(MESSAGES["svar på ITI-43"])
    assert fetched.answer.status == ResponseStatus.PARTIAL
    assert fetched.documents == (read.RetrievedDocument("2.25.7", ENTRY.unique_id, "text/xml", DOCUMENT),)


def test_a_fault_is_raised_with_its_text() -> None:
    with pytest.raises(soap.SoapProblem, match="SOAP-fejl: Der er intet hjemme"):
        read.read_registry_answer(soap.build_fault("Der er intet hjemme"))
    fault = etree.fromstring(soap.build_fault("nej", server=True))
    assert [fault.findtext(f".//{name}") for name in ("faultcode", "faultstring")] == ["soap:Server", "nej"]


@pytest.mark.parametrize(
    "headers",
    [
        (("soapaction", '"urn:x"'),),
        (("soapaction", "urn:x"),),
        (("content-type", 'text/xml; charset=utf-8; action="urn:x"'),),
        (("soapaction", '""'), ("content-type", "text/xml;action=urn:x")),
    ],
)
def test_the_action_is_found_wherever_it_stands(headers: tuple[tuple[str, str], ...]) -> None:
    assert soap.action_in(headers) == "urn:x"
    assert soap.action_in((("content-type", "text/xml"),)) == ""


ENVELOPE = f'<e:Envelope xmlns:e="{soap.SOAP}">%s</e:Envelope>'


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ("<a/>", "ikke SOAP 1.1"),
        (f'<e:Envelope xmlns:e="{soap.SOAP_12}"/>', "SOAP 1.2"),
        (ENVELOPE % "", "netop én Body, men har 0"),
        (ENVELOPE % "<e:Body/>", "netop ét element, men har 0"),
        (ENVELOPE % "<e:Body><a/><b/></e:Body>", "netop ét element, men har 2"),
    ],
)
def test_what_is_not_soap_is_refused(data: str, reason: str) -> None:
    with pytest.raises(soap.SoapProblem, match=reason):
        soap.read_envelope(data.encode())


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("SubmitObjectsRequest", "Noget", "SubmitObjectsRequest mangler"),
        ("<Document id='plan'>", "<Document id='plan'>%", "ikke gyldig base64"),
        ("<Document id='plan'>", "<Document id='plan'><x/>", "skal stå som base64"),
        ("<Document id='plan'>", "<Document id='plan'/><Document id='plan'>", "samme id"),
        (
            "ProvideAndRegisterDocumentSetRequest",
            "RetrieveDocumentSetRequest",
            "Body skal have ProvideAndRegisterDocumentSetRequest",
        ),
    ],
)
def test_what_is_no_iti41_is_refused_with_its_place(old: str, new: str, reason: str) -> None:
    with pytest.raises(BadInput, match=reason) as refusal:
        read.read_provide_and_register(soap.read_envelope(HANDWRITTEN.decode().replace(old, new).encode()))
    assert refusal.value.line


def test_the_document_in_the_message_is_the_document() -> None:
    text = etree.fromstring(MESSAGES["ITI-41"]).findtext(f".//{{{codes.XDSB}}}Document")
    assert base64.b64decode(text or "") == DOCUMENT
