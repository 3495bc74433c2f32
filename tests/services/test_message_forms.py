"""Document sharing understands SOAP 1.1 and 1.2, plain and packed, and answers in the request's own form."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest
from lxml import etree
from open_world import CLOCK_START, ELMER, FIRST, OpenWorld

from harness.domain.exchange import Response
from harness.services.document_sharing import REPOSITORY_ID
from harness.standards import oids
from harness.standards.cda.build import build_cpd
from harness.standards.mtom import Package, build_package, is_package, read_message
from harness.standards.soap import EITHER, WSA, Version, content_type, rewrapped
from harness.standards.xds import build, codes, read
from harness.standards.xds.codes import ErrorCode
from harness.standards.xds.metadata import (
    Code,
    DocumentEntry,
    DocumentRequest,
    Submission,
    deprecation_of,
    entry_from_cpd,
    submission_of,
)
from harness.standards.xml import local_name

DOCUMENT = build_cpd(FIRST)
ENTRY = entry_from_cpd(DOCUMENT, "urn:uuid:0d0c7d1e-58a4-4f0f-9a1b-2f8f3c1a7e02", "2.0")
PATIENT = codes.patient_id(str(ELMER.cpr))
WANTED = DocumentRequest(REPOSITORY_ID, ENTRY.unique_id)
ELSEWHERE = "2.25.7"
FORMS = list(product(Version, (False, True)))
PATHS = {"/dros/iti41": codes.ITI_41, "/dros/iti57": codes.ITI_57, "/dds/iti18": codes.ITI_18, "/dds/iti43": codes.ITI_43}


def submission(entry: DocumentEntry = ENTRY) -> Submission:
    return submission_of(entry, DOCUMENT, set_uuid="0d0c7d1e-58a4-4f0f-9a1b-2f8f3c1a7e01", source_id="2.25.1", now=CLOCK_START)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[OpenWorld]:
    with OpenWorld(tmp_path) as world:
        yield world


def sent(world: OpenWorld, path: str, action: str, message: bytes | Package, version: Version, *, packed: bool) -> Response:
    """The answer to a message in this form; its own form is held against the request's."""
    if isinstance(message, bytes):
        message = Package(rewrapped(message, version), (), version, action)
    body, kind = build_package(message) if packed else (message.envelope, content_type(version, action))
    response = world.post(path, body, ("content-type", kind), *([("soapaction", action)] if version is Version.SOAP_11 else []))
    assert read_message(response.body, response.headers, speaks=EITHER).version is version
    return response


def is_packed(response: Response) -> bool:
    """Whether the answer is packed: what its headers say is also what it is."""
    assert response.body.startswith(b"--") is is_package(response.headers)
    return is_package(response.headers)


@pytest.mark.parametrize(("version", "packed"), FORMS)
def test_a_plan_is_shared_and_fetched_in_one_form(world: OpenWorld, version: Version, packed: bool) -> None:
    whole = build.packed_provide_and_register(submission(), version) if packed else build.provide_and_register(submission())
    shared = sent(world, "/dros/iti41", codes.ITI_41, whole, version, packed=packed)
    assert (shared.status, is_packed(shared)) == (200, packed)
    assert read.read_registry_answer(shared.body, shared.headers).succeeded
    fetched = sent(world, "/dds/iti43", codes.ITI_43, build.retrieve([WANTED]), version, packed=packed)
    assert is_packed(fetched) is packed
    assert [each.content for each in read.read_retrieve_answer(fetched.body, fetched.headers).documents] == [DOCUMENT]
    assert bool(read_message(fetched.body, fetched.headers, speaks=EITHER).attached) is packed
    assert world.observations == []


@pytest.mark.parametrize(("version", "packed"), FORMS)
def test_a_query_is_answered_plain_in_its_own_version(world: OpenWorld, version: Version, packed: bool) -> None:
    assert read.read_registry_answer(world.share(build.provide_and_register(submission())).body).succeeded
    found = sent(world, "/dds/iti18", codes.ITI_18, build.find_documents(PATIENT), version, packed=packed)
    assert not is_packed(found)
    assert found.header("content-type") == content_type(version)
    assert [entry.unique_id for entry in read.read_query_answer(found.body, found.headers).entries] == [ENTRY.unique_id]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("version", Version)
def test_a_fault_is_in_the_version_of_the_request(world: OpenWorld, path: str, version: Version) -> None:
    status = 500 if version is Version.SOAP_11 else 400
    wrong = build.registry_response()
    response = sent(world, path, PATHS[path], wrong, version, packed=False)
    assert (response.status, response.header("content-type")) == (status, content_type(version))
    kind = content_type(version)
    for body in (b"<a>", b"<a/>"):  # unreadable: only Content-Type says which version was meant
        refused = world.post(path, body, ("content-type", kind))
        assert (refused.status, read_message(refused.body, refused.headers, speaks=EITHER).version) == (status, version)
    other = sent(world, path, "urn:findes:ikke", wrong, version, packed=False)
    assert (other.status, "hører ikke til her" in other.body.decode()) == (status, True)


@pytest.mark.parametrize("version", Version)
@pytest.mark.parametrize("cut", [1, 2000])
def test_a_packed_request_that_is_cut_off_is_refused_and_nothing_is_stored(world: OpenWorld, version: Version, cut: int) -> None:
    body, kind = build_package(build.packed_provide_and_register(submission(), version))
    response = world.post("/dros/iti41", body[: len(body) // cut - 9], ("content-type", kind))
    assert response.status == (500 if version is Version.SOAP_11 else 400)
    assert read_message(response.body, response.headers, speaks=EITHER).version is version
    assert world.shared() == ()


def test_a_document_that_is_damaged_on_its_way_is_refused(world: OpenWorld) -> None:
    whole = build.packed_provide_and_register(submission(), Version.SOAP_11)
    [part] = whole.parts
    damaged = replace(whole, parts=(replace(part, content=bytes(part.content).replace(b"\n", b"\r\n")),))
    response = sent(world, "/dros/iti41", codes.ITI_41, damaged, Version.SOAP_11, packed=True)
    answer = read.read_registry_answer(response.body, response.headers)
    assert [error.code for error in answer.errors] == [ErrorCode.OTHER_HASH, ErrorCode.OTHER_SIZE]
    assert world.shared() == ()


def test_what_was_packed_is_replayed_to_the_same_answers(world: OpenWorld, tmp_path: Path) -> None:
    for version, packed in FORMS:
        whole = build.packed_provide_and_register(submission(), version) if packed else build.provide_and_register(submission())
        sent(world, "/dros/iti41", codes.ITI_41, whole, version, packed=packed)
        sent(world, "/dds/iti43", codes.ITI_43, build.retrieve([WANTED]), version, packed=packed)
    (tmp_path / "igen").mkdir()
    with OpenWorld(tmp_path / "igen") as again:
        again.world.replay(world.happened)
        assert [edition.document_id for edition in again.shared()] == [FIRST.document_id]


# WS-Addressing


def addressed(message: bytes, version: Version, action: str, message_id: str) -> bytes:
    """The message with wsa:Action, and wsa:MessageID where it has one."""
    blocks = []
    for name, text in (("Action", action), ("MessageID", message_id)):
        if text:
            blocks.append(etree.Element(f"{{{WSA}}}{name}"))
            blocks[-1].text = text
    return rewrapped(message, version, blocks)


def said(response: Response) -> list[tuple[str, str]]:
    """What the answer's header says, by local name."""
    header = read_message(response.body, response.headers, speaks=EITHER).header
    return [] if header is None else [(local_name(each), each.text or "") for each in header]


ASKED: dict[str, tuple[str, bytes, str]] = {
    "ITI-41": (
        "/dros/iti41",
        build.provide_and_register(submission()),
        "urn:ihe:iti:2007:ProvideAndRegisterDocumentSet-bResponse",
    ),
    "ITI-42": ("/dros/iti42", build.register_document_set(submission()), "urn:ihe:iti:2007:RegisterDocumentSet-bResponse"),
    "ITI-57": ("/dros/iti57", build.update_document_set(submission()), "urn:ihe:iti:2010:UpdateDocumentSetResponse"),
    "ITI-61": ("/dros/iti61", build.register_document_set(submission()), "urn:ihe:iti:2010:RegisterOnDemandDocumentResponse"),
    "ITI-18": ("/dds/iti18", build.find_documents(PATIENT), "urn:ihe:iti:2007:RegistryStoredQueryResponse"),
    "ITI-43": ("/dds/iti43", build.retrieve([WANTED]), "urn:ihe:iti:2007:RetrieveDocumentSetResponse"),
}
ACTIONS = {**PATHS, "/dros/iti42": codes.ITI_42, "/dros/iti61": codes.ITI_61}


@pytest.mark.parametrize("name", ASKED)
@pytest.mark.parametrize(("version", "packed"), FORMS)
def test_a_request_with_addressing_has_an_answer_with_it(world: OpenWorld, name: str, version: Version, packed: bool) -> None:
    path, message, answered = ASKED[name]
    action = ACTIONS[path]
    plain = Package(rewrapped(message, version), (), version, action)
    asked = Package(addressed(message, version, action, "urn:uuid:æ-1"), (), version, action)
    nameless = Package(addressed(message, version, action, ""), (), version, action)
    first = sent(world, path, action, plain, version, packed=packed)
    assert said(first) == []
    second = sent(world, path, action, asked, version, packed=packed)
    assert said(second) == [("Action", answered), ("RelatesTo", "urn:uuid:æ-1")]
    assert is_packed(second) is is_packed(first)
    assert said(sent(world, path, action, nameless, version, packed=packed)) == [("Action", answered)]


@pytest.mark.parametrize(("version", "packed"), FORMS)
def test_a_document_that_is_fetched_with_addressing_is_the_same(world: OpenWorld, version: Version, packed: bool) -> None:
    assert read.read_registry_answer(world.share(build.provide_and_register(submission())).body).succeeded
    asked = Package(addressed(build.retrieve([WANTED]), version, codes.ITI_43, "m"), (), version, codes.ITI_43)
    fetched = sent(world, "/dds/iti43", codes.ITI_43, asked, version, packed=packed)
    assert ("RelatesTo", "m") in said(fetched)
    assert [each.content for each in read.read_retrieve_answer(fetched.body, fetched.headers).documents] == [DOCUMENT]
    assert bool(read_message(fetched.body, fetched.headers, speaks=EITHER).attached) is packed


# Metadata alone


ELSE = replace(ENTRY, repository_id=ELSEWHERE)
ON_DEMAND = replace(ELSE, object_type=codes.ON_DEMAND, hash="", size="", creation_time="")
Register = Callable[[OpenWorld, DocumentEntry], read.RegistryAnswer]


def register(path: str, action: str) -> Register:
    def send(world: OpenWorld, entry: DocumentEntry) -> read.RegistryAnswer:
        message = build.register_document_set(submission(entry))
        response = sent(world, path, action, message, Version.SOAP_12, packed=False)
        return read.read_registry_answer(response.body, response.headers)

    return send


REGISTERING = {
    "ITI-42": (register("/dros/iti42", codes.ITI_42), ELSE, ON_DEMAND),
    "ITI-42 uden DGWS": (register("/dros/iti42noDgws", codes.ITI_42), ELSE, ON_DEMAND),
    "ITI-61": (register("/dros/iti61", codes.ITI_61), ON_DEMAND, ELSE),
}


@pytest.mark.parametrize("name", REGISTERING)
def test_what_is_kept_elsewhere_is_registered_and_found(world: OpenWorld, name: str) -> None:
    registers, entry, _ = REGISTERING[name]
    assert registers(world, entry).succeeded
    assert registers(world, entry).succeeded  # once more changes nothing
    both = build.find_documents(PATIENT, entry_types=(codes.STABLE, codes.ON_DEMAND))
    found = world.post("/dds/iti18", both, ("soapaction", codes.ITI_18))
    [listed] = read.read_query_answer(found.body).entries
    assert listed == replace(entry, status=codes.APPROVED)
    fetched = world.post("/dds/iti43", build.retrieve([replace(WANTED, repository_id=ELSEWHERE)]), ("soapaction", codes.ITI_43))
    assert [error.code for error in read.read_retrieve_answer(fetched.body).answer.errors] == [ErrorCode.UNKNOWN_REPOSITORY]
    own = world.post("/dds/iti43", build.retrieve([WANTED]), ("soapaction", codes.ITI_43))
    assert [error.code for error in read.read_retrieve_answer(own.body).answer.errors] == [ErrorCode.UNKNOWN_DOCUMENT]
    facts = [each.facts for each in world.exchanges if each.request.path.startswith("/dros")]
    assert [(each["transaction"], each["taken"], each["entry"]) for each in facts] == [(name[:6], "ja", entry.id)] * 2
    assert [each for each in world.observations if each.startswith("Metadata")] == []


@pytest.mark.parametrize("name", REGISTERING)
def test_what_does_not_belong_there_is_refused(world: OpenWorld, name: str) -> None:
    registers, entry, wrong = REGISTERING[name]
    for bad in (wrong, replace(entry, repository_id=""), replace(entry, unique_id="")):
        answer = registers(world, bad)
        assert [error.code for error in answer.errors] == [ErrorCode.METADATA]
    assert world.sharing.registry.entries == {}


def test_a_registered_document_is_taken_out_of_use(world: OpenWorld) -> None:
    """ITI-57 on a document that lies elsewhere: there are no bytes here to read."""
    assert REGISTERING["ITI-42"][0](world, ELSE).succeeded
    gone = deprecation_of(
        ELSE.id,
        PATIENT,
        set_uuid="0d0c7d1e-58a4-4f0f-9a1b-2f8f3c1a7e09",
        source_id="2.25.1",
        now=CLOCK_START,
        content_type=Code(codes.CARE_PLAN, oids.LOINC),
    )
    response = world.post("/dros/iti57", build.update_document_set(gone), ("soapaction", codes.ITI_57))
    assert read.read_registry_answer(response.body).succeeded
    [entry] = world.sharing.registry.entries.values()
    assert entry.status == codes.DEPRECATED
