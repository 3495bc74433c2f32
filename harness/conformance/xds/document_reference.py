"""Rules over the metadata in a FHIR DocumentReference: what must be given, and how they agree with the document they describe.

The rules over ebRIM (`agreement`) cannot judge this too: they find their values, and say their places, by ebRIM's elements, and
no rule may read the metadata a reader made of it. The rest of its profile is for MedCom's package.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import UTC, datetime

from harness.conformance.rule import HOLDS, Breach, Judgement, NotJudged, Outcome, Rule, judge, rule, rules_for
from harness.conformance.xds.referenced import PERSONS, Referenced, read_referenced
from harness.domain.finding import Owner
from harness.domain.grade import Grade
from harness.standards import oids
from harness.standards.fhir.primitives import DANISH, is_valid, kind_of
from harness.standards.fhir.tree import Kind, Node

PROFILE = "MedCom, medcom.fhir.dk.document 2.0.2, medcom-contained-documentreference"
MAPPING = "KvalitetsIT, ihe-xds-api@8b730ff, UploadServiceImpl (CDA til XDS-metadata)"
PROFILES = (
    f"{PROFILE}; MedCom, medcom.fhir.dk.conditionlist 1.0.1, medcom-conditionlist-documentreference; "
    "MedCom, medcom.fhir.dk.xdsdocuments 0.1.0-homecareobservation-draft-2, homecare-observation-documentreference"
)
ERRORS = "NIST, iheos-toolkit2, XDS-fejlkoderne"
NO_DOCUMENT = "dokumentet er der ikke"

_REQUIRED = (
    ("masterIdentifier", "value"),
    ("identifier", "value"),
    ("status",),
    ("type",),
    ("category",),
    ("subject",),
    ("author",),
    ("securityLabel",),
    ("content", "attachment", "contentType"),
    ("content", "attachment", "language"),
    ("content", "attachment", "title"),
    ("content", "attachment", "creation"),
    ("content", "format"),
    ("context", "facilityType"),
    ("context", "practiceSetting"),
    ("context", "sourcePatientInfo"),
)
_VERSION = (
    "http://medcomfhir.dk/ig/document/StructureDefinition/medcom-document-version-id-extension",
    "http://hl7.org/fhir/5.0/StructureDefinition/extension-DocumentReference.version",
)  # in ConditionList 1.0.1's example, and in Document 2.0.2


def judge_document_reference(data: bytes, content: bytes | None, file: str = "DocumentReference") -> list[Judgement]:
    """All rules over a DocumentReference (JSON or XML) with the document it describes. Never raises for what they contain.

    Without the document (None), what compares with it is not judged.
    """
    return judge(rules_for("documentreference"), read_referenced(data, content, file))


def _rule(id: str, title: str, grade: Grade, source: str, needs: tuple[str, ...]) -> Callable[[Callable[..., Outcome]], Rule]:
    return rule(id, subject="documentreference", title=title, grade=grade, owner=Owner.SENDER, source=source, needs=needs)


@_rule("DREF-01", "Metadata er en DocumentReference, der kan læses", Grade.F2, PROFILE, ())
def readable(referenced: Referenced) -> Outcome:
    """Neither JSON nor XML, or another resource."""
    return (Breach(referenced.place, "en DocumentReference", referenced.problem),) if referenced.problem else HOLDS


@_rule(
    "DREF-02",
    "Patienten i metadata er patienten i dokumentet",
    Grade.F1,
    f"{PROFILE}; {ERRORS} XDSPatientIdDoesNotMatch",
    ("DREF-01",),
)
def same_patient(referenced: Referenced) -> Outcome:
    """By CPR or eCPR, in what `subject` and `sourcePatientInfo` point at, and in the identifier of `sourcePatientInfo`."""
    own = referenced.document.patients if referenced.document else frozenset()
    numbers = [value for of_place in _numbers(referenced) for _, value in of_place]
    if not own or not numbers:
        return NotJudged("patienten kan ikke læses begge steder" if referenced.content is not None else NO_DOCUMENT)
    wrong = [each for each in numbers if (each.text or "") not in own]
    return _breaches(referenced, wrong, "dokumentets patient", "en anden patient")


def _numbers(referenced: Referenced) -> list[list[tuple[str, Node]]]:
    """The patient's CPR numbers and eCPRs, each with its kind, in each place that has any, the resources pointed at first."""
    references = [referenced.given("subject"), referenced.given("context", "sourcePatientInfo")]
    places = {id(each): each for each in (*map(referenced.contained, references), *references) if each is not None}
    found = [
        [
            (oids.national(identifier.value("system").removeprefix("urn:oid:")), value)
            for identifier in each.all("identifier")
            if identifier.value("system") in PERSONS
            for value in identifier.all("value")
        ]
        for each in places.values()
    ]
    return list(filter(None, found))


@_rule("DREF-03", "subject og sourcePatientInfo peger på samme patient", Grade.F3, PROFILE, ("DREF-01",))
def same_reference(referenced: Referenced) -> Outcome:
    """The same reference, as the profile has it. Not judged when the patient is wrong: DREF-02 tells."""
    if isinstance(same_patient.check(referenced), tuple) and same_patient.check(referenced):
        return NotJudged("bygger på DREF-02, der er brudt")
    subject, source = (referenced.given(*path, "reference") for path in (("subject",), ("context", "sourcePatientInfo")))
    if subject is None or source is None:
        return NotJudged("subject eller sourcePatientInfo er ikke angivet")
    return _unless(referenced, source.text == subject.text, source, subject.text or "", source.text or "")


@_rule("DREF-16", "Metadata navngiver én patient", Grade.F1, PROFILE, ("DREF-01",))
def one_patient(referenced: Referenced) -> Outcome:
    """CPR number and eCPR are the same wherever they stand: in what `subject` and `sourcePatientInfo` point at, and in their
    identifiers. A hyphen does not count. Not judged when DREF-02 tells.
    """
    if isinstance(same_patient.check(referenced), tuple) and same_patient.check(referenced):
        return NotJudged("bygger på DREF-02, der er brudt")
    first, *others = _numbers(referenced) or [[]]
    own: dict[str, set[str]] = {}
    for kind, node in first:
        own.setdefault(kind, set()).add(_plain(node))
    judged = [(kind, node) for each in others for kind, node in each if kind in own]
    if not judged:
        return NotJudged("patientens nummer står ikke to steder")
    wrong = [node for kind, node in judged if _plain(node) not in own[kind]]
    return _breaches(referenced, wrong, "samme patient som i resten af metadata", "en anden patient")


def _plain(number: Node) -> str:
    return (number.text or "").replace("-", "").strip()


@_rule("DREF-13", "De påkrævede metadata er angivet", Grade.F3, PROFILES, ("DREF-01",))
def required(referenced: Referenced) -> Outcome:
    """What all three of MedCom's profiles require. Of what is not there, its parts are not asked for."""
    assert referenced.tree is not None, "what is not read is not judged"
    root = referenced.tree.root
    lacking = sorted({_lacking(root, path) for path in _REQUIRED} - {()})
    breaches = [Breach(referenced.tree.at(root.one(*path[:-1]) or root, path[-1]), ".".join(path), "mangler") for path in lacking]
    if not any(each.value("url") in _VERSION for each in root.all("extension")):
        breaches.append(Breach(referenced.tree.at(root, "extension"), "extension med versions-id", "mangler"))
    return tuple(breaches)


def _lacking(root: Node, path: tuple[str, ...]) -> tuple[str, ...]:
    """The shortest beginning of `path` that nothing is given by; empty when something is."""
    beginnings = (path[: end + 1] for end in range(len(path)))
    return next((each for each in beginnings if not any(node.text or node.children for node in root.all(*each))), ())


@_rule("DREF-14", "status er current eller superseded", Grade.F3, PROFILE, ("DREF-13",))
def status(referenced: Referenced) -> Outcome:
    """DocumentEntry.availabilityStatus: active or deprecated."""
    given = referenced.given("status")
    if given is None:
        return NotJudged("status er ikke angivet")
    return _unless(referenced, given.text in ("current", "superseded"), given, "current eller superseded", given.text or "")


@_rule(
    "DREF-15",
    "hash, size og creation er skrevet, som FHIR siger",
    Grade.F2,
    f"{PROFILE}; HL7 FHIR R4 (4.0.1), datatyper",
    ("DREF-01",),
)
def forms(referenced: Referenced) -> Outcome:
    """Base64 of the 20 bytes of a SHA-1, a whole number from 0, and a time."""
    wrong = [
        (node, type_)
        for name, type_ in (("hash", "base64Binary"), ("size", "unsignedInt"), ("creation", "dateTime"))
        if (node := referenced.given("content", "attachment", name)) is not None and not _is_written(node, name, type_)
    ]
    expected = {**DANISH, "base64Binary": "base64 af en SHA-1 (20 byte)"}
    return tuple(
        breach for node, type_ in wrong for breach in _breaches(referenced, [node], expected[type_], node.text or node.kind.value)
    )


def _is_written(node: Node, name: str, type_: str) -> bool:
    text = node.text or ""
    if node.kind not in (kind_of(type_), Kind.ATTRIBUTE) or not is_valid(type_, text):
        return False
    return name != "hash" or len(_bytes_of(text)) == hashlib.sha1(usedforsecurity=False).digest_size


def _bytes_of(text: str) -> bytes:
    with suppress(binascii.Error, ValueError):
        return base64.b64decode("".join(text.split()), validate=True)
    return b""


@_rule("DREF-04", "hash er dokumentets SHA-1", Grade.F2, f"{PROFILE}; {ERRORS} XDSNonIdenticalHash", ("DREF-15",))
def sha1(referenced: Referenced) -> Outcome:
    """The 20 bytes in base64, as FHIR has it."""
    given = referenced.given("content", "attachment", "hash")
    if given is None or referenced.content is None:
        return NotJudged("hash er ikke angivet" if given is None else NO_DOCUMENT)
    own = hashlib.sha1(referenced.content, usedforsecurity=False).digest()
    return _unless(referenced, _bytes_of(given.text or "") == own, given, base64.b64encode(own).decode(), given.text or "")


@_rule("DREF-05", "size er dokumentets størrelse i byte", Grade.F2, f"{PROFILE}; {ERRORS} XDSNonIdenticalSize", ("DREF-15",))
def size(referenced: Referenced) -> Outcome:
    """Judged also without a hash, but not when the hash shows that the bytes are others."""
    if referenced.content is None:
        return NotJudged(NO_DOCUMENT)
    outcome = sha1.check(referenced)
    if outcome and not isinstance(outcome, NotJudged):
        return NotJudged("hash viser, at dokumentet er et andet")
    return _same(referenced, ("content", "attachment", "size"), str(len(referenced.content)))


@_rule("DREF-06", "contentType er dokumentets format", Grade.F3, PROFILE, ("DREF-01",))
def content_type(referenced: Referenced) -> Outcome:
    """application/fhir+json, application/fhir+xml or text/xml (CDA), by what the bytes are."""
    return _same(referenced, ("content", "attachment", "contentType"), _said(referenced, "content_type"))


@_rule("DREF-07", "title er dokumentets titel", Grade.F3, f"{PROFILE}; {MAPPING}", ("DREF-01",))
def title(referenced: Referenced) -> Outcome:
    """White space does not count. A message has no title."""
    return _same(referenced, ("content", "attachment", "title"), _said(referenced, "title"), lambda text: " ".join(text.split()))


@_rule("DREF-08", "type er dokumentets type", Grade.F3, f"{PROFILE}; {MAPPING}", ("DREF-01",))
def type_code(referenced: Referenced) -> Outcome:
    """By the code alone: LOINC is spelled in two ways (MedCom's Composition and DocumentReference)."""
    return _same(referenced, ("type", "coding", "code"), _said(referenced, "type"))


@_rule("DREF-09", "language er dokumentets sprog", Grade.F3, f"{PROFILE}; {MAPPING}", ("DREF-01",))
def language(referenced: Referenced) -> Outcome:
    """da and da-DK are the same language."""
    return _same(
        referenced,
        ("content", "attachment", "language"),
        _said(referenced, "language"),
        lambda text: text.partition("-")[0].lower(),
    )


@_rule("DREF-10", "securityLabel er dokumentets fortrolighed", Grade.F3, f"{PROFILE}; {MAPPING}", ("DREF-01",))
def confidentiality(referenced: Referenced) -> Outcome:
    """By the code alone."""
    return _same(referenced, ("securityLabel", "coding", "code"), _said(referenced, "confidentiality"))


@_rule("DREF-11", "Forfatterens organisation er dokumentets", Grade.F3, f"{PROFILE}; {MAPPING}", ("DREF-01",))
def institution(referenced: Referenced) -> Outcome:
    """By SOR code, of the organisations that `author` points at."""
    authors = map(referenced.contained, referenced.tree.root.all("author")) if referenced.tree else ()
    given = [
        value
        for each in authors
        if each is not None and each.resource_type == "Organization"
        for identifier in each.all("identifier")
        if identifier.value("system") == f"urn:oid:{oids.SOR}"
        for value in identifier.all("value")
    ]
    own = referenced.document.organisations if referenced.document else frozenset()
    if not own or not given:
        lacking = "forfatterens organisation har ikke en SOR-kode begge steder"
        return NotJudged(lacking if referenced.content is not None else NO_DOCUMENT)
    wanted = f"SOR {' eller '.join(sorted(own))}"
    return tuple(breach for each in given for breach in _unless(referenced, each.text in own, each, wanted, f"SOR {each.text}"))


@_rule("DREF-12", "creation er dokumentets tid", Grade.F3, f"{PROFILE}; {MAPPING}", ("DREF-15",))
def creation(referenced: Referenced) -> Outcome:
    """effectiveTime of a CDA, whatever the time zones. Which time of a FHIR document it is, no source says."""
    given, own = referenced.given("content", "attachment", "creation"), _said(referenced, "created")
    said, expected = _moment((given.text or "") if given else ""), _moment(own)
    if referenced.content is None:
        return NotJudged(NO_DOCUMENT)
    if given is None or said is None or expected is None:
        return NotJudged("tiden er ikke angivet med tidszone begge steder, eller kilden siger ikke, hvilken tid det er")
    return _unless(referenced, said == expected, given, expected.isoformat(), given.text or "")


def _said(referenced: Referenced, name: str) -> str:
    return str(getattr(referenced.document, name)) if referenced.document else ""


def _same(referenced: Referenced, path: tuple[str, ...], own: str, form: Callable[[str], str] = str.strip) -> Outcome:
    """The element by `path` says what the document says, once both are brought on `form`. Not judged unless both say it."""
    given = referenced.given(*path)
    if referenced.content is None:
        return NotJudged(NO_DOCUMENT)
    if given is None or not own:
        return NotJudged(f"{path[-1] if path[-1] != 'code' else path[0]} er ikke angivet begge steder")
    return _unless(referenced, form(given.text or "") == form(own), given, own, given.text or "")


def _unless(referenced: Referenced, holds: bool, node: Node, expected: str, actual: str) -> tuple[Breach, ...]:
    return HOLDS if holds else _breaches(referenced, [node], expected, actual)


def _breaches(referenced: Referenced, nodes: Iterable[Node], expected: str, actual: str) -> tuple[Breach, ...]:
    assert referenced.tree is not None, "what is not read is not judged"
    return tuple(Breach(referenced.tree.at(each), expected, actual) for each in nodes)


def _moment(text: str) -> datetime | None:
    """A time to the second with its offset, as FHIR or as HL7 v3 writes it; None for anything else."""
    with suppress(ValueError, OverflowError):
        moment = datetime.strptime(text, "%Y%m%d%H%M%S%z") if text[:14].isdigit() else datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo else None
    return None
