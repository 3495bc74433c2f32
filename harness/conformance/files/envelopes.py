"""Judges what carries something else, and takes that out: SOAP, MTOM, PLSP's message, VANSEnvelope, SBDH, DocumentReference."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import replace

from harness.conformance.files.case import Case, Judged, Payload
from harness.conformance.files.content import look
from harness.conformance.files.recognise import recognised, security_headers
from harness.conformance.rule import Judgement, Result
from harness.domain.errors import BadInput
from harness.domain.finding import Location
from harness.standards.xds.codes import SUBMIT_OBJECTS

_VANS = "{urn:oio:medcom:vans-envelope:1.0.4}"
_SBDH = "{http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader}"
_PEPPOL = "{http://peppol.eu/xsd/ticc/envelope/1.0}"
_SIGNALS = "{http://docs.oasis-open.org/ebxml-bp/ebbp-signals-2.0}"
_HEAD = 4096
_NO_BODY = "det er der ingen regler for"
_METADATA_UNCHECKED = (
    "om en udgave, der bliver afløst, er registreret hos modtageren, og om der derfor mangler en relation (RPLC)",
    "hvor mange gange et metadatafelt må stå: det er der ingen offentlig kilde til",
)


def iti41(case: Case) -> Judged:
    """Metadata, security headers, and each document."""
    from harness.conformance.xds.submission import declared_in, documents_of, judge_submitted
    from harness.conformance.xds.submitted import read_submitted

    submitted = read_submitted(case.data, case.file)
    own = judge_submitted(submitted)
    if submitted.problem:
        return Judged(own)
    headers = _secured(case)
    version = declared_in(submitted).rpartition(" ")[2]
    payloads = []
    for document in documents_of(submitted):
        is_plan = version and recognised(look(document)) in ("cpd-1.0.1", "cda")
        payloads.append(Payload("Document", document, f"cpd-{version}" if is_plan else ""))
    return Judged(own + headers.judgements, [*_METADATA_UNCHECKED, *headers.unchecked], payloads)


def soap(case: Case) -> Judged:
    """The security headers of a SOAP message, and the metadata of an ITI-42; of other bodies there are no rules."""
    from harness.conformance.xds.submission import judge_submitted
    from harness.conformance.xds.submitted import is_registration, read_submitted

    headers = _secured(case)
    document = case.document()
    brings_metadata = f"Body/{SUBMIT_OBJECTS}" in case.content.marks
    if brings_metadata and (is_registration(document) if document else not headers.judgements):
        own = judge_submitted(read_submitted(case.data, case.file, registers=True))
        return Judged(own + headers.judgements, [*_METADATA_UNCHECKED, *headers.unchecked])
    bodies = sorted(mark.rpartition("}")[2] for mark in case.content.marks if mark.startswith("Body/"))
    return Judged(headers.judgements, [*(f"{each} i beskedens Body: {_NO_BODY}" for each in bodies), *headers.unchecked])


def _secured(case: Case) -> Judged:
    """The security headers a SOAP message has; a query is asked for HSUID whether it has it or not."""
    headers = security_headers(case.content)
    found = hsuid(case).judgements if "hsuid" in headers else []
    if "dgws" not in headers:
        return Judged(found, ["sikkerhedsheaderen (DGWS): beskeden har ingen"])
    secured = dgws(case)
    return Judged(found + secured.judgements, secured.unchecked)


def hsuid(case: Case) -> Judged:
    """The HSUID header."""
    from harness.conformance.security.hsuid import judge_hsuid

    return Judged(judge_hsuid(case.data, case.file))


def dgws(case: Case) -> Judged:
    """The DGWS header, as if the message was received when it says it was sent."""
    from harness.conformance.security.dgws import LEVEL_UNCHECKED, judge_dgws
    from harness.standards.signature import Standing

    judgements = judge_dgws(case.data, case.file, None, sts=case.sts, level=case.level())
    unchecked = [each.reason for each in judgements if each.reason.startswith((Standing.UNCHECKED, LEVEL_UNCHECKED))]
    received = "om ID-kortet var gyldigt, da beskeden blev modtaget: det er holdt op mod beskedens eget tidspunkt"
    return Judged(judgements, [received, *unchecked])


def mtom(case: Case) -> Judged:
    """Whether it can be unpacked, and the envelope in it."""
    from harness.conformance.xds.packed import judge_packed

    try:
        envelope = _unpacked(case.data)
    except BadInput as bad:
        return Judged(judge_packed(Location(case.file, bad.line, bad.column), bad.reason))
    return Judged([], payloads=[Payload("konvolut", envelope)])


def _unpacked(data: bytes) -> bytes:
    """The envelope of a packed message with its parts in it as base64. A file may begin with the HTTP headers, or be without."""
    from harness.standards.mtom import inlined

    head, _, rest = data.partition(b"\r\n\r\n" if b"\r\n\r\n" in data else b"\n\n")
    said = re.search(rb"^content-type:\s*(multipart/related(?:[^\r\n]|\r\n[ \t])*)", head[:_HEAD], re.M | re.I)
    if said:
        return inlined(rest, (("content-type", " ".join(said[1].decode("latin-1").split())),))
    boundary = re.search(rb"^--([^\r\n]{1,70}?)[ \t]*\r?$", data[:_HEAD], re.M)
    kind = "multipart/related"
    if boundary:
        kind += f'; boundary="{boundary[1].decode("latin-1")}"'
        for part in data.split(b"--" + boundary[1], 10):
            headers = part.partition(b"\r\n\r\n")[0]
            named = re.search(rb"^content-id:\s*(<[^\r\n>]*>)", headers, re.M | re.I)
            if named and b"application/xop+xml" in headers.lower():
                kind += f'; start="{named[1].decode("latin-1")}"'
                break
    return inlined(data, (("content-type", kind),))


def plsp(case: Case) -> Judged:
    """The message to PLSP, and the plan in it."""
    from harness.conformance.plsp_submission import judge_handover, read_handover

    handover = read_handover(case.data)
    unchecked = ["beskedens egne felter: kontrakten er harnessets eget forslag"]
    if not handover.document:
        unchecked.append("planen: der er ingen i beskeden, eller den kan ikke læses")
    profile = {"CPD-DK 1.0.1": "cpd-1.0.1", "CPD-DK 2.0": "cpd-2.0"}.get(handover.declared, "")
    payloads = [Payload("dokument", handover.document, profile)] if handover.document else []
    return Judged(judge_handover(handover, case.file), unchecked, payloads)


def document_reference(case: Case) -> Judged:
    """Metadata: what must be given, against the document where that lies in the attachment, and against their profile.

    Their numbers and codes too.
    """
    from harness.conformance.fhir.profile import judge_profile
    from harness.conformance.xds.document_reference import judge_document_reference

    attached = list(_attachments(case))
    found = judge_document_reference(case.data, attached[0].data if attached else None, case.file)
    unchecked = [] if attached else ["om metadata passer med dokumentet: det ligger ikke i filen"]
    judged = Judged(found, unchecked, attached)
    if judged.unreadable:
        return judged
    if case.definitions is not None and not any(map(case.definitions.structure, case.content.profiles)):
        unchecked.append("profilen: metadata siger ikke, hvilken af de profiler, der er peget på, de følger (--profile ADRESSE)")
    content = _numbers_and_codes(case, [each.location for judgement in found for each in judgement.findings])
    return Judged(judged.judgements + content + judge_profile(case.data, case.file, case.definitions), unchecked, attached)


def _numbers_and_codes(case: Case, told: list[Location]) -> list[Judgement]:
    """Those of the metadata, as in a message. Nothing is said twice of a place of which it is `told` already; and nothing of how
    systems are spelled, for metadata write LOINC as ConditionList's own profile does.
    """
    from harness.conformance.fhir.everywhere import judge_content, spelling
    from harness.standards.fhir.spellings import in_medcoms_spelling
    from harness.standards.fhir.tree import read_tree

    tree = read_tree(case.data, case.file)
    judged = [each for each in judge_content(tree, in_medcoms_spelling(tree)) if each.rule is not spelling]
    twice = "et af numrene er allerede fundet forkert"
    return [
        replace(each, result=Result.NOT_JUDGED, findings=(), reason=twice)
        if each.findings and all(finding.location in told for finding in each.findings)
        else each
        for each in judged
    ]


def _attachments(case: Case) -> Iterator[Payload]:
    from harness.standards.fhir.tree import read_tree

    try:
        tree = read_tree(case.data, case.file)
    except BadInput:
        return
    for each in tree.root.all("content", "attachment", "data"):
        yield from _base64(each.text or "", "content")


def vans(case: Case) -> Judged:
    """The envelope, and the letter in it."""
    from harness.conformance.transport.vans import judge_vans
    from harness.conformance.transport.vans_document import judge_vans_document

    payloads = list(_boxes(case, f"{_VANS}Message/{_VANS}Data", "Data"))
    return Judged([*judge_vans(case.data, case.file), *judge_vans_document(case.data, case.file)], [], payloads)


def sbdh(case: Case) -> Judged:
    """The envelope, and the message in it. A receipt's signal has no rules of its own."""
    from harness.conformance.transport.sbdh import judge_sbdh

    boxes = [*_boxes(case, f"{_PEPPOL}BinaryContent", "BinaryContent"), *_boxes(case, f"{_SBDH}BinaryContent", "BinaryContent")]
    messages = [each for each in boxes if not look(each.data).name.startswith(_SIGNALS)]
    unchecked = ["elementers rækkefølge i kuverten"]
    if len(messages) < len(boxes):
        unchecked.append("kvitteringens indre (ebBP-signalet)")
    return Judged(judge_sbdh(case.data, case.file), unchecked, messages)


def _boxes(case: Case, path: str, name: str) -> Iterator[Payload]:
    document = case.document()
    for each in document.root.findall(path) if document else ():
        yield from _base64("".join(map(str, each.itertext())), name)


def _base64(text: str, name: str) -> Iterator[Payload]:
    try:
        content = base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        return  # the envelope's own rules speak of that
    if content:
        yield Payload(name, content)
