"""Rules over how the metadata in a FHIR DocumentReference agree with the document they describe, a FHIR document or a CDA.

The rules over ebRIM (`xds_agreement`) cannot judge this too: they find their values, and say their places, by ebRIM's elements,
and no rule may read the metadata a reader made of it. That the DocumentReference itself is right is for the rules of its
profile; an element that is not given is not judged here.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime

from harness.conformance.rule import HOLDS, Breach, Judgement, NotJudged, Outcome, Rule, judge, rule, rules_for
from harness.domain.errors import BadInput
from harness.domain.finding import Location, Owner
from harness.domain.grade import Grade
from harness.standards import oids
from harness.standards.cda.codes import NAMESPACES
from harness.standards.fhir.tree import FHIR, Node, Tree, read_tree
from harness.standards.xml import Element, XmlDocument, parse, text_of

PROFILE = "MedCom, medcom.fhir.dk.document 2.0.2, medcom-contained-documentreference"
MAPPING = "KvalitetsIT, ihe-xds-api@8b730ff, UploadServiceImpl (CDA til XDS-metadata)"
ERRORS = "NIST, iheos-toolkit2, XDS-fejlkoderne"
_PERSONS = tuple(f"urn:oid:{each}" for each in (oids.CPR, oids.X_ECPR, oids.D_ECPR))


@dataclass(frozen=True, slots=True)
class Document:
    """What a document says of itself, as written: nothing where it does not say it."""

    content_type: str
    patients: frozenset[str] = frozenset()
    title: str = ""
    type: str = ""
    language: str = ""
    organisations: frozenset[str] = frozenset()
    confidentiality: str = ""
    created: str = ""


@dataclass(frozen=True, slots=True)
class Referenced:
    """A DocumentReference with its document. `problem` says why it cannot be read; `document` is None when that cannot.

    `inside` are the contained resources, by what a reference calls them (`#id`).
    """

    place: Location
    problem: str = ""
    tree: Tree | None = None
    content: bytes = b""
    document: Document | None = None
    inside: Mapping[str, Node] = field(default_factory=dict)

    def given(self, *names: str) -> Node | None:
        """The first element by a path of names, when it has a value or something in it."""
        found = self.tree.root.one(*names) if self.tree else None
        return found if found is not None and (found.text or found.children) else None

    def contained(self, reference: Node | None) -> Node | None:
        """The contained resource a reference points at."""
        return self.inside.get(reference.value("reference")) if reference else None


def judge_document_reference(data: bytes, content: bytes, file: str = "DocumentReference") -> list[Judgement]:
    """All rules over a DocumentReference (JSON or XML) with the document it describes. Never raises for what they contain."""
    return judge(rules_for("documentreference"), read_referenced(data, content, file))


def read_referenced(data: bytes, content: bytes, file: str) -> Referenced:
    """The view over both; never raises."""
    try:
        tree = read_tree(data, file)
    except BadInput as problem:
        return Referenced(Location(file, problem.line, problem.column), problem.reason)
    if tree.root.resource_type != "DocumentReference":
        return Referenced(tree.at(tree.root), tree.root.resource_type)
    inside = {f"#{each.value('id')}": each for each in reversed(tree.root.all("contained"))}  # the first of one id
    return Referenced(tree.at(tree.root), "", tree, content, _document(content), inside)


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
    references = [referenced.given("subject"), referenced.given("context", "sourcePatientInfo")]
    places = [each for each in (*references, *map(referenced.contained, references)) if each is not None]
    numbers = {
        id(value): value
        for each in places
        for identifier in each.all("identifier")
        if identifier.value("system") in _PERSONS
        for value in identifier.all("value")
    }
    if not own or not numbers:
        return NotJudged("patienten kan ikke læses begge steder")
    wrong = [each for each in numbers.values() if (each.text or "") not in own]
    return _breaches(referenced, wrong, "dokumentets patient", "en anden patient")


@_rule("DREF-03", "subject og sourcePatientInfo peger på samme patient", Grade.F3, PROFILE, ("DREF-02",))
def same_reference(referenced: Referenced) -> Outcome:
    """The same reference, as the profile has it."""
    subject, source = (referenced.given(*path, "reference") for path in (("subject",), ("context", "sourcePatientInfo")))
    if subject is None or source is None:
        return NotJudged("subject eller sourcePatientInfo er ikke angivet")
    return _unless(referenced, source.text == subject.text, source, subject.text or "", source.text or "")


@_rule("DREF-04", "hash er dokumentets SHA-1", Grade.F2, f"{PROFILE}; {ERRORS} XDSNonIdenticalHash", ("DREF-01",))
def sha1(referenced: Referenced) -> Outcome:
    """The 20 bytes in base64, as FHIR has it."""
    given = referenced.given("content", "attachment", "hash")
    if given is None:
        return NotJudged("hash er ikke angivet")
    own = hashlib.sha1(referenced.content, usedforsecurity=False).digest()
    said = b""
    with suppress(binascii.Error, ValueError):
        said = base64.b64decode(given.text or "", validate=True)
    return _unless(referenced, said == own, given, base64.b64encode(own).decode(), given.text or "")


@_rule("DREF-05", "size er dokumentets størrelse i byte", Grade.F2, f"{PROFILE}; {ERRORS} XDSNonIdenticalSize", ("DREF-01",))
def size(referenced: Referenced) -> Outcome:
    """Judged also without a hash, but not when the hash shows that the bytes are others."""
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
        return NotJudged("forfatterens organisation har ikke en SOR-kode begge steder")
    wanted = f"SOR {' eller '.join(sorted(own))}"
    return tuple(breach for each in given for breach in _unless(referenced, each.text in own, each, wanted, f"SOR {each.text}"))


@_rule("DREF-12", "creation er dokumentets tid", Grade.F3, f"{PROFILE}; {MAPPING}", ("DREF-01",))
def creation(referenced: Referenced) -> Outcome:
    """effectiveTime of a CDA, whatever the time zones. Which time of a FHIR document it is, no source says."""
    given, own = referenced.given("content", "attachment", "creation"), _said(referenced, "created")
    said, expected = _moment((given.text or "") if given else ""), _moment(own)
    if given is None or said is None or expected is None:
        return NotJudged("tiden er ikke angivet med tidszone begge steder, eller kilden siger ikke, hvilken tid det er")
    return _unless(referenced, said == expected, given, expected.isoformat(), given.text or "")


def _said(referenced: Referenced, name: str) -> str:
    return str(getattr(referenced.document, name)) if referenced.document else ""


def _same(referenced: Referenced, path: tuple[str, ...], own: str, form: Callable[[str], str] = str.strip) -> Outcome:
    """The element by `path` says what the document says, once both are brought on `form`. Not judged unless both say it."""
    given = referenced.given(*path)
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


def _document(content: bytes) -> Document | None:
    """What a FHIR document or a CDA says of itself; None when it can be read as neither."""
    with suppress(BadInput):
        if content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<" or b"\0" in content[:4]:
            xml = parse(content, "dokument")
            return _fhir(read_tree(content, "dokument"), "xml") if xml.root.tag.startswith(f"{{{FHIR}}}") else _cda(xml)
        return _fhir(read_tree(content, "dokument"), "json")
    return None


def _fhir(tree: Tree, form: str) -> Document:
    entries = [(each.value("fullUrl"), each.one("resource")) for each in tree.root.all("entry")]
    first = entries[0][1] if entries else None
    composition = first if first is not None and first.resource_type == "Composition" else None
    if composition is None:
        return Document(f"application/fhir+{form}")

    def pointed_at(name: str) -> list[Node]:
        """Those whose fullUrl, or type and id, is the reference (FHIR R4, references in Bundles)."""
        wanted = {each.text for each in composition.all(name, "reference")}
        return [
            each for url, each in entries if each and not wanted.isdisjoint((url, f"{each.resource_type}/{each.value('id')}"))
        ]

    def numbers(resources: Iterable[Node], *systems: str) -> frozenset[str]:
        identifiers = (each for resource in resources for each in resource.all("identifier") if each.value("system") in systems)
        return frozenset(each.value("value") for each in identifiers if each.value("value"))

    return Document(
        content_type=f"application/fhir+{form}",
        patients=numbers(pointed_at("subject"), *_PERSONS),
        title=composition.value("title"),
        type=composition.value("type", "coding", "code"),
        language=composition.value("language"),
        organisations=numbers(pointed_at("author"), f"urn:oid:{oids.SOR}"),
        confidentiality=composition.value("confidentiality"),
    )


def _cda(xml: XmlDocument) -> Document | None:
    if xml.root.tag != f"{{{NAMESPACES['cda']}}}ClinicalDocument":
        return None

    def all_(path: str) -> list[Element]:
        return xml.root.findall(path, NAMESPACES)

    def code(path: str) -> str:
        return next((each.get("code", "") for each in all_(path)), "")

    def extensions(path: str, *roots: str) -> frozenset[str]:
        return frozenset(each.get("extension", "").replace("-", "") for each in all_(path) if each.get("root") in roots)

    return Document(
        content_type="text/xml",
        patients=extensions("cda:recordTarget/cda:patientRole/cda:id", oids.CPR, oids.X_ECPR, oids.D_ECPR),
        title=next(map(text_of, all_("cda:title")), ""),
        type=code("cda:code"),
        language=code("cda:languageCode"),
        organisations=extensions("cda:author/cda:assignedAuthor/cda:representedOrganization/cda:id", oids.SOR),
        confidentiality=code("cda:confidentialityCode"),
        created=next((each.get("value", "") for each in all_("cda:effectiveTime")), ""),
    )
