"""The simulated document sharing: takes in, finds, fetches and deprecates, and refuses with the right error."""

from __future__ import annotations

import base64
import itertools
import os
import re
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from lxml import etree

from harness.domain.careplan import CarePlan, Diagnosis, Disease
from harness.domain.errors import ConfigurationError
from harness.domain.exchange import Answer, Late, NoAnswer, Request, Response
from harness.domain.identifiers import Cpr, Ecpr
from harness.domain.patient import Organisation, Patient, Practitioner
from harness.services.document_sharing import REPOSITORY_ID, DocumentSharing
from harness.services.service import LATE_SECONDS, Availability, Context, Order
from harness.standards import oids
from harness.standards.cda.build import build_cpd
from harness.standards.soap import SOAP
from harness.standards.xds import build, codes, read
from harness.standards.xds.codes import ErrorCode, Severity
from harness.standards.xds.metadata import (
    Association,
    Code,
    DocumentEntry,
    DocumentRequest,
    Submission,
    deprecation_of,
    entry_from_cpd,
    submission_of,
)

HANDWRITTEN = (Path(__file__).parent.parent / "examples" / "iti41_haandskrevet.xml").read_bytes()
NOW = datetime(2026, 10, 5, 8, 15, tzinfo=UTC)
FIRST = CarePlan(
    disease=Disease.KOL,
    patient=Patient("Elmer", Cpr("2509479989"), ("Elmer", "Test"), "Hansen", date(1947, 9, 25), False),
    diagnosis=Diagnosis("R95", "Kronisk obstruktiv lungesygdom", date(2026, 9, 1)),
    goals=("Gå 30 minutter hver dag",),
    interventions=("Opfølgning om 8 uger",),
    set_id="6f7b1c1e-3e0b-4b0e-9c3a-0c1f6c6d00ff",
    document_id="6f7b1c1e-3e0b-4b0e-9c3a-0c1f6c6d0001",
    version=1,
    created=NOW,
    clinic=Organisation("Agerskov lægepraksis", "73091000016008"),
    author=Practitioner("Åse", "Sørensen"),
)
SECOND = replace(
    FIRST, document_id="6f7b1c1e-3e0b-4b0e-9c3a-0c1f6c6d0002", version=2, replaces=FIRST.document_id, goals=("Rygestop",)
)
ELMER = codes.patient_id("2509479989")
NANCY = codes.patient_id("2512489996")
CARE_PLAN = Code(codes.CARE_PLAN, oids.LOINC)
UNIQUE_ID = f"1.2.208.184^{FIRST.document_id}"
NOWHERE = "urn:uuid:99999999-0000-4000-8000-000000000000"
OLD = "urn:uuid:99999999-0000-4000-8000-000000000001"
GONE = "urn:uuid:99999999-0000-4000-8000-000000000002"
SET_UUIDS = (f"22222222-0000-4000-8000-{number:012}" for number in itertools.count())


class Sharing:
    """The service with a world around it that only counts ids and keeps the last context."""

    def __init__(self) -> None:
        self.service = DocumentSharing()
        self.context = Context(NOW, lambda: "")
        self._ids = (f"11111111-0000-4000-8000-{number:012}" for number in itertools.count(1))

    def post(self, path: str, body: bytes, headers: tuple[tuple[str, str], ...] | None = None, method: str = "POST") -> Answer:
        actions = {"iti41": codes.ITI_41, "iti57": codes.ITI_57, "iti18": codes.ITI_18, "iti43": codes.ITI_43}
        action = actions.get(path.rpartition("/")[2], "")
        self.context = Context(NOW, lambda: next(self._ids))
        given = (("soapaction", f'"{action}"'),) if headers is None else headers
        return self.service.handle(Request(method, path, given, body), self.context)

    def answered(self, path: str, body: bytes) -> bytes:
        answer = self.post(path, body)
        assert isinstance(answer, Response)
        assert answer.status == 200, answer.body.decode()
        return answer.body

    def submit(self, submission: Submission) -> read.RegistryAnswer:
        return read.read_registry_answer(self.answered("/dros/iti41", build.provide_and_register(submission)))

    def update(self, submission: Submission) -> read.RegistryAnswer:
        return read.read_registry_answer(self.answered("/dros/iti57", build.update_document_set(submission)))

    def ask(self, query: bytes) -> read.QueryAnswer:
        return read.read_query_answer(self.answered("/dds/iti18", query))

    def current(self, patient_id: str = ELMER) -> tuple[DocumentEntry, ...]:
        return self.ask(build.find_documents(patient_id)).entries

    def fetch(self, *requests: DocumentRequest) -> read.RetrieveAnswer:
        return read.read_retrieve_answer(self.answered("/dds/iti43", build.retrieve(requests)))

    def order(self, name: str, **arguments: str) -> dict[str, object]:
        return self.service.order(Order(name, arguments), self.context)

    def snapshot(self) -> str:
        return repr(self.service.registry)


@pytest.fixture
def sharing() -> Sharing:
    return Sharing()


def of(plan: CarePlan, replaces: str = "", **changes: object) -> Submission:
    document = build_cpd(plan)
    entry = replace(entry_from_cpd(document, "Document01", "2.0"), **changes)  # type: ignore[arg-type]
    return submission_of(entry, document, set_uuid=next(SET_UUIDS), source_id="2.25.1", now=NOW, replaces=replaces)


def codes_in(answer: read.RegistryAnswer) -> list[str]:
    return [error.code for error in answer.errors]


def test_a_plan_is_shared_found_and_fetched(sharing: Sharing) -> None:
    submission = of(FIRST)
    assert sharing.submit(submission) == read.RegistryAnswer(codes.ResponseStatus.SUCCESS)
    assert sharing.context.facts == {
        "transaction": "ITI-41",
        "patient": "2509479989",
        "document": "CPD-DK",
        "document_id": FIRST.document_id,
        "unique_id": UNIQUE_ID,
        "set_id": FIRST.set_id,
        "version": "1",
        "format_code": "urn:ad:dk:medcom:cpd-v2.0:full",
        "text": sharing.context.facts["text"],
        "taken": "ja",
        "entry": sharing.context.facts["entry"],
    }
    assert sharing.context.facts["entry"].startswith("urn:uuid:")
    assert sharing.context.observations == []
    [entry] = sharing.current()
    assert sharing.context.facts == {"transaction": "ITI-18", "patient": "2509479989"}
    [sent] = submission.entries
    assert entry == replace(sent, id=entry.id, repository_id=REPOSITORY_ID, status=codes.APPROVED)
    assert entry.id.startswith("urn:uuid:11111111-0000-4000-8000-")
    answer = sharing.fetch(DocumentRequest(REPOSITORY_ID, entry.unique_id))
    assert answer.answer.succeeded
    assert [document.content for document in answer.documents] == [build_cpd(FIRST)]
    assert sharing.context.facts["transaction"] == "ITI-43"
    assert sharing.context.facts["set_id"] == FIRST.set_id


def test_a_plan_of_a_patient_without_cpr_is_found_by_the_ecpr_and_its_root_alone(sharing: Sharing) -> None:
    plan = replace(FIRST, patient=Patient("Peter", Ecpr("0703921VJ5"), ("Peter",), "Hansen", date(1992, 3, 7), False))
    assert sharing.submit(of(plan)).succeeded
    assert (sharing.context.facts["patient"], sharing.context.observations) == ("0703921VJ5", [])
    [entry] = sharing.current(codes.patient_id("0703921VJ5"))
    assert entry.patient_id == "0703921VJ5^^^&1.2.208.176.1.6.1.1&ISO"
    assert sharing.current("0703921VJ5^^^&1.2.208.176.1.2&ISO") == sharing.current(ELMER) == ()


def test_the_handwritten_submission_is_taken_in(sharing: Sharing) -> None:
    old = HANDWRITTEN.replace(b"urn:uuid:11111111-aaaa-4bbb-8ccc-dddddddddd01", NOWHERE.encode())
    answer = read.read_registry_answer(sharing.answered("/dros/iti41", old))
    assert codes_in(answer) == [ErrorCode.UNRESOLVED]
    first = re.sub(rb"<Association targetObject=[^>]*/>", b"", HANDWRITTEN)
    assert read.read_registry_answer(sharing.answered("/dros/iti41", first)).succeeded
    assert [entry.title for entry in sharing.current(codes.patient_id("1502829995"))] == ["Min forløbsplan for KOL"]


def test_a_new_edition_takes_over(sharing: Sharing) -> None:
    sharing.submit(of(FIRST))
    [old] = sharing.current()
    assert sharing.submit(of(SECOND, replaces=old.id)).succeeded
    [new] = sharing.current()
    assert new.unique_id.endswith(SECOND.document_id)
    both = sharing.ask(build.find_documents(ELMER, statuses=(codes.APPROVED, codes.DEPRECATED)))
    assert [entry.status for entry in both.entries] == [codes.DEPRECATED, codes.APPROVED]
    related = sharing.ask(build.get_documents_and_associations(uuids=[new.id]))
    assert (codes.RPLC, new.id, old.id) in {(each.type, each.source, each.target) for each in related.associations}
    assert [each.slot("SubmissionSetStatus") for each in related.associations if each.type == codes.HAS_MEMBER] == ["Original"]


def test_an_identical_resend_changes_nothing(sharing: Sharing) -> None:
    sharing.submit(of(FIRST))
    [old] = sharing.current()
    second = of(SECOND, replaces=old.id)
    sharing.submit(second)
    before = sharing.snapshot()
    assert sharing.submit(second).succeeded
    assert sharing.context.observations == ["Dokumentet var registreret i forvejen med samme indhold. Intet er ændret"]
    assert sharing.submit(of(FIRST)).succeeded
    assert sharing.snapshot() == before
    assert [entry.unique_id for entry in sharing.current()] == [f"1.2.208.184^{SECOND.document_id}"]


def test_hash_and_size_are_filled_in(sharing: Sharing) -> None:
    whole = of(FIRST)
    assert sharing.submit(of(FIRST, hash="", size="")).succeeded
    [entry] = sharing.current()
    assert (entry.hash, entry.size) == (whole.entries[0].hash, whole.entries[0].size)


def deprecation(target: str, patient: str = ELMER, **slots: str) -> Submission:
    made = deprecation_of(
        target, patient, set_uuid=next(SET_UUIDS), source_id="2.25.1", now=NOW, content_type=Code(codes.CARE_PLAN, oids.LOINC)
    )
    [change] = made.associations
    return replace(made, associations=(replace(change, slots=change.slots | {name: (value,) for name, value in slots.items()}),))


def test_a_plan_is_taken_out_of_use(sharing: Sharing) -> None:
    sharing.submit(of(FIRST))
    [entry] = sharing.current()
    assert sharing.update(deprecation(entry.id)).succeeded
    assert sharing.context.facts["transaction"] == "ITI-57"
    assert sharing.context.facts["patient"] == "2509479989"
    assert sharing.context.facts["unique_id"] == UNIQUE_ID
    assert sharing.current() == ()
    assert codes_in(sharing.update(deprecation(entry.id))) == [ErrorCode.UPDATE]


def with_document(submission: Submission, document: bytes) -> Submission:
    return replace(submission, documents={"Document01": document})


def with_entries(submission: Submission, *entries: DocumentEntry) -> Submission:
    members = [Association(f"m{each.id}", codes.HAS_MEMBER, "SubmissionSet01", each.id) for each in entries]
    documents = {each.id: submission.documents["Document01"] for each in entries}
    return replace(submission, entries=entries, associations=tuple(members), documents=documents)


def set_of(submission: Submission, **changes: str) -> Submission:
    assert submission.set
    return replace(submission, set=replace(submission.set, **changes))  # type: ignore[arg-type]


def twice(submission: Submission) -> Submission:
    [entry] = submission.entries
    return with_entries(submission, entry, replace(entry, id="Document02"))


# What is sent when OLD is the entry of FIRST and GONE a deprecated one, and the errors it is refused with.
REFUSED: dict[str, tuple[Submission, list[str]]] = {
    "intet dokument": (replace(of(SECOND), documents={}), [ErrorCode.MISSING_DOCUMENT]),
    "dokument uden metadata": (
        replace(of(SECOND), documents={"Document01": build_cpd(SECOND), "x": b"x"}),
        [ErrorCode.MISSING_METADATA],
    ),
    "forkert hash": (of(SECOND, hash="0" * 40), [ErrorCode.OTHER_HASH]),
    "forkert størrelse": (of(SECOND, size="1"), [ErrorCode.OTHER_SIZE]),
    "andet indhold, samme id": (
        of(replace(SECOND, document_id=FIRST.document_id, replaces=None)),
        [ErrorCode.OTHER_HASH],
    ),
    "samme id, anden patient": (
        set_of(of(FIRST, patient_id=NANCY), patient_id=NANCY),
        [ErrorCode.PATIENT],
    ),
    "samme uniqueId to gange": (twice(of(SECOND)), [ErrorCode.DUPLICATE]),
    "samme id to gange": (
        with_entries(of(SECOND), *of(SECOND).entries, *of(SECOND, unique_id="1.2").entries),
        [ErrorCode.METADATA],
    ),
    "sættets patient er en anden": (set_of(of(SECOND), patient_id=NANCY), [ErrorCode.PATIENT]),
    "sættet uden patient": (set_of(of(SECOND), patient_id=""), [ErrorCode.METADATA]),
    "intet sæt": (replace(of(SECOND), set=None), [ErrorCode.METADATA]),
    "uden patient": (of(SECOND, patient_id=""), [ErrorCode.METADATA] * 2),
    "uden uniqueId": (of(SECOND, unique_id=""), [ErrorCode.METADATA]),
    "entryUUID i brug": (
        with_entries(of(SECOND), replace(of(SECOND).entries[0], id=OLD)),
        [ErrorCode.METADATA],
    ),
    "uden HasMember": (replace(of(SECOND), associations=()), [ErrorCode.METADATA]),
    "afløser ukendt": (of(SECOND, replaces=NOWHERE), [ErrorCode.UNRESOLVED]),
    "afløser udgået": (of(SECOND, replaces=GONE), [ErrorCode.DEPRECATED]),
    "afløser en andens": (
        set_of(of(SECOND, replaces=OLD, patient_id=NANCY), patient_id=NANCY),
        [ErrorCode.PATIENT],
    ),
    "afløser to gange": (
        replace(
            of(SECOND, replaces=OLD),
            associations=(*of(SECOND, replaces=OLD).associations, Association("r2", codes.RPLC, "Document01", OLD)),
        ),
        [ErrorCode.DEPRECATED],
    ),
    "relation fra intet": (
        replace(of(SECOND), associations=(*of(SECOND).associations, Association("r", codes.RPLC, "intet", OLD))),
        [ErrorCode.UNRESOLVED],
    ),
    "medlem af intet": (
        replace(
            of(SECOND), associations=(*of(SECOND).associations, Association("r", codes.HAS_MEMBER, "SubmissionSet01", NOWHERE))
        ),
        [ErrorCode.UNRESOLVED],
    ),
    "ukendt relation": (
        replace(of(SECOND), associations=(*of(SECOND).associations, Association("r", "urn:x", "a", "b"))),
        [ErrorCode.METADATA],
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_refused_submission_says_why_and_stores_nothing(sharing: Sharing, name: str) -> None:
    sharing.order("valideringsniveau", iti41="OFF")
    sharing.submit(of(replace(FIRST, document_id="6f7b1c1e-3e0b-4b0e-9c3a-0c1f6c6d0000")))
    [gone] = sharing.current()
    sharing.update(deprecation(gone.id))
    sharing.submit(of(FIRST))
    [old] = sharing.current()
    before = sharing.snapshot()
    submission, expected = REFUSED[name]
    message = (
        build.provide_and_register(submission).replace(OLD.encode(), old.id.encode()).replace(GONE.encode(), gone.id.encode())
    )
    answer = read.read_registry_answer(sharing.answered("/dros/iti41", message))
    assert answer.status == codes.ResponseStatus.FAILURE
    assert codes_in(answer) == expected
    assert all(error.context and error.severity == Severity.ERROR for error in answer.errors)
    assert sharing.snapshot() == before
    assert sharing.context.ids == []
    assert sharing.submit(of(SECOND, replaces=old.id)).succeeded


REFUSED_UPDATES: dict[str, tuple[Submission, str]] = {
    "ukendt dokument": (deprecation(NOWHERE), ErrorCode.UPDATE),
    "anden patient": (deprecation(OLD, NANCY), ErrorCode.PATIENT),
    "anden status før": (deprecation(OLD, OriginalStatus=codes.DEPRECATED), ErrorCode.UPDATE),
    "ukendt status": (deprecation(OLD, NewStatus="urn:x"), ErrorCode.UPDATE),
    "ingen ændring": (replace(deprecation(OLD), associations=()), ErrorCode.UPDATE),
    "nye metadata": (replace(deprecation(OLD), entries=of(FIRST).entries), ErrorCode.UPDATE),
}


@pytest.mark.parametrize("name", REFUSED_UPDATES)
def test_a_refused_update_says_why_and_changes_nothing(sharing: Sharing, name: str) -> None:
    sharing.submit(of(FIRST))
    [old] = sharing.current()
    before = sharing.snapshot()
    submission, expected = REFUSED_UPDATES[name]
    message = build.update_document_set(submission).replace(OLD.encode(), old.id.encode())
    assert codes_in(read.read_registry_answer(sharing.answered("/dros/iti57", message))) == [expected]
    assert sharing.snapshot() == before


def test_the_errors_of_submissions_are_all_reached() -> None:
    reached = {code for _, expected in REFUSED.values() for code in expected} | {code for _, code in REFUSED_UPDATES.values()}
    elsewhere = {
        *(ErrorCode.BUSY, ErrorCode.REPOSITORY, ErrorCode.REGISTRY, ErrorCode.UNKNOWN_QUERY, ErrorCode.MISSING_PARAMETER),
        *(ErrorCode.PARAMETER_NUMBER, ErrorCode.UNKNOWN_REPOSITORY, ErrorCode.UNKNOWN_DOCUMENT),
    }
    assert reached | elsewhere == set(ErrorCode)


def test_finding_filters(sharing: Sharing) -> None:
    label = Code(codes.LABEL_KOL, oids.SKS, "KOL")
    sharing.submit(of(FIRST, event_codes=(label, Code("MCS88137", oids.MCS))))
    found: dict[str, bytes] = {
        "typeCode": build.find_documents(ELMER, type_codes=[Code("x", oids.LOINC), CARE_PLAN]),
        "formatCode": build.find_documents(ELMER, format_codes=[Code("urn:ad:dk:medcom:cpd-v2.0:full", oids.XDS_FORMAT_CODE)]),
        "label": build.find_documents(ELMER, event_codes=[label]),
        "type": build.find_documents(ELMER, entry_types=(codes.STABLE, codes.ON_DEMAND)),
    }
    not_found: dict[str, bytes] = {
        "patient": build.find_documents(NANCY),
        "status": build.find_documents(ELMER, statuses=(codes.DEPRECATED,)),
        "typeCode": build.find_documents(ELMER, type_codes=[Code("81215-6", oids.SNOMED_CT)]),
        "formatCode": build.find_documents(ELMER, format_codes=[Code("urn:ad:dk:medcom:cpd-v1.0.1:full", oids.XDS_FORMAT_CODE)]),
        "label": build.find_documents(ELMER, event_codes=[Code("ALAL22", oids.SKS)]),
        "type": build.find_documents(ELMER, entry_types=(codes.ON_DEMAND,)),
    }
    assert {name: len(sharing.ask(query).entries) for name, query in found.items()} == dict.fromkeys(found, 1)
    answers = {name: sharing.ask(query) for name, query in not_found.items()}
    assert all(answer.answer.succeeded and not answer.entries for answer in answers.values())
    both = build.find_documents(ELMER, event_codes=[label]).replace(
        b"</rim:AdhocQuery>",
        b"<rim:Slot name=\"$XDSDocumentEntryEventCodeList\"><rim:ValueList><rim:Value>('ALAL22^^1.2.208.176.2.4')</rim:Value>"
        b"</rim:ValueList></rim:Slot></rim:AdhocQuery>",
    )
    assert sharing.ask(both).entries == ()


def test_documents_are_got_by_either_id(sharing: Sharing) -> None:
    sharing.submit(of(FIRST))
    [entry] = sharing.current()
    assert sharing.ask(build.get_documents(uuids=[entry.id, NOWHERE])).entries == (entry,)
    assert sharing.ask(build.get_documents(unique_ids=[entry.unique_id])).entries == (entry,)
    assert sharing.ask(build.get_documents(uuids=[entry.id], object_refs=True)).references == (entry.id,)
    assert sharing.ask(build.get_documents(uuids=[NOWHERE])).answer.succeeded


UNANSWERED: dict[str, tuple[bytes, str]] = {
    "uden patient": (build.find_documents("").replace(b"<rim:Value>''</rim:Value>", b""), ErrorCode.MISSING_PARAMETER),
    "uden status": (build.find_documents(ELMER, statuses=()), ErrorCode.MISSING_PARAMETER),
    "to patienter": (build.find_documents(ELMER).replace(b"&amp;ISO'", b"&amp;ISO','x'"), ErrorCode.PARAMETER_NUMBER),
    "uden id": (build.get_documents(), ErrorCode.MISSING_PARAMETER),
    "begge slags id": (build.get_documents(uuids=[NOWHERE], unique_ids=["1.2"]), ErrorCode.PARAMETER_NUMBER),
    "ukendt forespørgsel": (build.get_documents(uuids=["x"]).replace(b"5c4f972b", b"00000000"), ErrorCode.UNKNOWN_QUERY),
    "ukendt svarform": (build.get_documents(uuids=["x"]).replace(b'"LeafClass"', b'"RegistryObject"'), ErrorCode.REGISTRY),
}


@pytest.mark.parametrize("name", UNANSWERED)
def test_a_query_that_cannot_be_answered_says_why(sharing: Sharing, name: str) -> None:
    query, expected = UNANSWERED[name]
    answer = sharing.ask(query)
    assert codes_in(answer.answer) == [expected]
    assert answer.answer.status == codes.ResponseStatus.FAILURE


def test_what_cannot_be_fetched_says_why(sharing: Sharing) -> None:
    sharing.submit(of(FIRST))
    assert codes_in(sharing.fetch(DocumentRequest("2.25.9", UNIQUE_ID)).answer) == [ErrorCode.UNKNOWN_REPOSITORY]
    assert codes_in(sharing.fetch(DocumentRequest(REPOSITORY_ID, "1.2.3")).answer) == [ErrorCode.UNKNOWN_DOCUMENT]
    some = sharing.fetch(DocumentRequest(REPOSITORY_ID, UNIQUE_ID), DocumentRequest(REPOSITORY_ID, "1.2.3"))
    assert some.answer.status == codes.ResponseStatus.PARTIAL
    assert len(some.documents) == 1


def test_the_validation_level_decides_what_wrong_danish_values_do(sharing: Sharing) -> None:
    wrong = of(FIRST, language_code="en-US", title="", class_code=Code("9", oids.XDS_CLASS_CODE))
    assert sharing.order("valideringsniveau", iti41="REJECT") == {
        "iti41": "REJECT",
        "iti42": "LOG",
        "iti57": "LOG",
        "iti61": "LOG",
    }
    refused = sharing.submit(wrong)
    assert refused.status == codes.ResponseStatus.FAILURE
    assert codes_in(refused) == [ErrorCode.METADATA] * 3
    assert sharing.current() == ()
    sharing.order("valideringsniveau", iti41="WARNING")
    warned = sharing.submit(wrong)
    assert warned.succeeded
    assert {error.severity for error in warned.errors} == {Severity.WARNING}
    assert len(warned.errors) == 3
    sharing.order("valideringsniveau", iti41="LOG")
    assert sharing.submit(wrong).errors == ()
    assert [each.partition(":")[0] for each in sharing.context.observations[1:]] == ["Metadata i ITI-41"] * 3
    sharing.order("valideringsniveau", iti41="OFF")
    assert sharing.submit(wrong).errors == ()
    assert len(sharing.context.observations) == 1  # that it was registered before


@pytest.mark.parametrize(
    "changes",
    [
        {"authors": ()},
        {"confidentiality": ()},
        {"creation_time": ""},
        {"source_patient_id": ""},
        {"source_patient_info": ()},
        {"type_code": None},
        {"facility_type": Code("x", oids.SNOMED_CT)},
        {"practice_setting": Code(codes.GENERAL_MEDICINE, oids.LOINC)},
        {"format_code": Code("x", oids.XDS_FORMAT_CODE)},
        {"event_codes": (Code("ALAL99", oids.SKS),)},
    ],
)
def test_each_danish_value_is_looked_at(sharing: Sharing, changes: dict[str, object]) -> None:
    sharing.order("valideringsniveau", iti41="REJECT")
    assert codes_in(sharing.submit(of(FIRST, **changes))) == [ErrorCode.METADATA]


def test_the_patients_id_is_looked_at_in_entry_and_set(sharing: Sharing) -> None:
    sharing.order("valideringsniveau", iti41="REJECT", iti57="REJECT")
    assert codes_in(sharing.submit(of(FIRST, patient_id="2509479989"))) == [ErrorCode.METADATA] * 2
    assert codes_in(sharing.update(deprecation(NOWHERE, "2509479989"))) == [ErrorCode.METADATA]


def test_busy_and_refusing_answer_but_take_nothing_in(sharing: Sharing) -> None:
    for word, code in {"optaget": ErrorCode.BUSY, "afviser": ErrorCode.REPOSITORY}.items():
        assert sharing.order("tilgængelighed", værdi=word) == {"værdi": word}
        assert codes_in(sharing.submit(of(FIRST))) == [code]
        assert sharing.context.facts["document_id"] == FIRST.document_id
        assert sharing.current() == ()
    sharing.order("tilgængelighed", værdi="normal")
    assert sharing.submit(of(FIRST)).succeeded


def test_silence_takes_nothing_in_and_lateness_does(sharing: Sharing) -> None:
    body = build.provide_and_register(of(FIRST))
    sharing.service.availability = Availability.SILENT
    assert sharing.post("/dros/iti41", body) == NoAnswer()
    assert sharing.current() == ()
    sharing.service.availability = Availability.LATE
    answer = sharing.post("/dros/iti41", body)
    assert isinstance(answer, Late)
    assert answer.seconds == LATE_SECONDS
    assert read.read_registry_answer(answer.response.body).succeeded
    assert len(sharing.current()) == 1


def test_orders_are_checked(sharing: Sharing) -> None:
    with pytest.raises(KeyError):
        sharing.order("noget")
    with pytest.raises(ConfigurationError, match=r"optaget.*Fundet: træt"):
        sharing.order("tilgængelighed", værdi="træt")
    with pytest.raises(ConfigurationError, match=r"REJECT\. Fundet: HÅRD"):
        sharing.order("valideringsniveau", iti41="HÅRD")
    with pytest.raises(ConfigurationError, match="iti41, iti42, iti57, iti61"):
        sharing.order("valideringsniveau", iti99="LOG")


LAUGHS = b'<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>' + HANDWRITTEN.partition(b"-->")[2].replace(
    b"KOL", b"&b;", 1
)
XXE = b'<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + HANDWRITTEN.partition(b"-->")[2].replace(b"KOL", b"&a;", 1)
BAD: dict[str, tuple[bytes, str]] = {
    "tom": (b"", "ingen XML"),
    "ikke XML": (b"{}", "XML'en kan ikke læses"),
    "afkortet": (HANDWRITTEN[:-9], "XML'en kan ikke læses"),
    "forkert tegnsæt": (HANDWRITTEN.decode().encode("iso-8859-1"), "tegnsættet er et andet end angivet"),
    "ukendt tegnsæt": (HANDWRITTEN.replace(b"UTF-8", b"x-findes-ikke", 1), "tegnsæt"),
    "XXE": (XXE, "DOCTYPE"),
    "latterbombe": (LAUGHS, "DOCTYPE"),
    "dyb": (b"<a>" * 300, "indlejret dybere"),
    "ikke SOAP": (b"<a/>", "ikke SOAP 1.1"),
    "en anden anmodning": (build.retrieve([]), "Body skal have ProvideAndRegisterDocumentSetRequest"),
    "ikke base64": (HANDWRITTEN.replace(b"<Document id='plan'>", b"<Document id='plan'>%"), "ikke gyldig base64"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_gives_a_fault_and_the_service_goes_on(sharing: Sharing, name: str) -> None:
    before = sharing.snapshot()
    body, reason = BAD[name]
    answer = sharing.post("/dros/iti41", body)
    assert isinstance(answer, Response)
    assert (answer.status, answer.header("content-type")) == (500, "text/xml; charset=utf-8")
    fault = etree.fromstring(answer.body).find(f".//{{{SOAP}}}Fault")
    assert fault is not None
    assert fault.findtext("faultcode") == "soap:Client"
    assert reason in (fault.findtext("faultstring") or "")
    assert sharing.snapshot() == before
    assert sharing.submit(of(FIRST)).succeeded


def test_a_message_that_lacks_anything_is_answered_all_the_same() -> None:
    """Every element and every attribute left out in turn: an answer or a fault, never an exception."""
    whole = list(etree.fromstring(HANDWRITTEN).iter("*"))
    for number, element in enumerate(whole):
        for attribute in ("", *element.attrib):
            root = etree.fromstring(HANDWRITTEN)
            victim = list(root.iter("*"))[number]
            parent = victim.getparent()
            if attribute:
                del victim.attrib[attribute]
            elif parent is not None:
                parent.remove(victim)
            answer = Sharing().post("/dros/iti41", etree.tostring(root))
            assert isinstance(answer, Response)
            assert answer.status in (200, 500)


def test_an_action_that_does_not_belong_is_a_fault(sharing: Sharing) -> None:
    body = build.provide_and_register(of(FIRST))
    answer = sharing.post("/dros/iti41", body, (("soapaction", codes.ITI_57),))
    assert isinstance(answer, Response)
    assert answer.status == 500
    assert "hører ikke til her" in answer.body.decode()
    assert sharing.current() == ()


def test_a_missing_action_is_noticed_but_accepted(sharing: Sharing) -> None:
    answer = sharing.post("/dros/iti41", build.provide_and_register(of(FIRST)), ())
    assert isinstance(answer, Response)
    assert answer.status == 200
    assert sharing.context.observations == ["Beskeden til /dros/iti41 har ingen SOAPAction"]


def test_get_and_unknown_paths(sharing: Sharing) -> None:
    got = sharing.post("/dros/iti41", b"", (), "GET")
    assert isinstance(got, Response)
    assert (got.status, got.header("allow")) == (405, "POST")
    assert "Brug POST" in got.body.decode()
    lost = sharing.post("/dros/iti99", b"")
    assert isinstance(lost, Response)
    assert (lost.status, lost.header("content-type")) == (404, "text/plain; charset=utf-8")
    assert "/dros/iti41" in lost.body.decode()


def test_a_plan_that_is_no_xml_is_stored_and_noticed(sharing: Sharing) -> None:
    submission = of(FIRST, hash="", size="")
    assert sharing.submit(with_document(submission, b"ikke xml")).succeeded
    assert sharing.context.observations[0].startswith("Dokumentet kan ikke læses")
    assert sharing.context.facts["document_id"] == FIRST.document_id


def test_replaying_the_same_requests_gives_the_same_registry() -> None:
    first = [build.provide_and_register(of(FIRST)), build.provide_and_register(of(SECOND)), base64.b64encode(b"nej")]
    worlds = [Sharing(), Sharing()]
    answers = [[world.post("/dros/iti41", body) for body in first] for world in worlds]
    assert answers[0] == answers[1]
    assert worlds[0].snapshot() == worlds[1].snapshot()


SCHEMA = Path(os.environ.get("LPS_ARTEFACTS", "")) / "xsd" / "ihe-xds-dk" / "XDS.xsd"


@pytest.mark.skipif(not SCHEMA.is_file(), reason="LPS_ARTEFACTS mangler eller har ikke xsd/ihe-xds-dk/XDS.xsd")
def test_what_the_service_answers_is_valid_by_the_ihe_schemas(sharing: Sharing) -> None:
    schema = etree.XMLSchema(etree.parse(str(SCHEMA)))
    sharing.submit(of(FIRST))
    [old] = sharing.current()
    exchanges = [
        ("/dros/iti41", build.provide_and_register(of(SECOND, replaces=old.id))),
        ("/dros/iti41", build.provide_and_register(of(SECOND, hash="0" * 40))),
        ("/dros/iti57", build.update_document_set(deprecation(NOWHERE))),
        ("/dds/iti18", build.find_documents(ELMER, statuses=(codes.APPROVED, codes.DEPRECATED))),
        ("/dds/iti18", build.get_documents_and_associations(uuids=[old.id])),
        ("/dds/iti18", build.get_documents()),
        ("/dds/iti43", build.retrieve([DocumentRequest(REPOSITORY_ID, UNIQUE_ID), DocumentRequest("1", "2")])),
    ]
    for path, body in exchanges:
        content = etree.fromstring(sharing.answered(path, body)).find(f"{{{SOAP}}}Body/*")
        assert content is not None
        schema.assertValid(etree.fromstring(etree.tostring(content)))
