"""A DocumentReference and its document as the rules see them: the resource as a tree, and what the document says of itself.

Reads leniently, judges nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from harness.domain.errors import BadInput
from harness.domain.finding import Location
from harness.standards import oids
from harness.standards.cda.codes import NAMESPACES
from harness.standards.fhir.tree import FHIR, Node, Tree, read_tree
from harness.standards.xml import Element, XmlDocument, parse, text_of

PERSONS = tuple(f"urn:oid:{each}" for each in oids.PERSON_NUMBERS)


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

    `content` is None when the document is not at hand. `inside` are the contained resources, by what a reference calls them.
    """

    place: Location
    problem: str = ""
    tree: Tree | None = None
    content: bytes | None = None
    document: Document | None = None
    inside: Mapping[str, Node] = field(default_factory=dict)

    def given(self, *names: str) -> Node | None:
        """The first element by a path of names, when it has a value or something in it."""
        found = self.tree.root.one(*names) if self.tree else None
        return found if found is not None and (found.text or found.children) else None

    def contained(self, reference: Node | None) -> Node | None:
        """The contained resource a reference points at."""
        return self.inside.get(reference.value("reference")) if reference else None


def read_referenced(data: bytes, content: bytes | None, file: str) -> Referenced:
    """The view over both; never raises. `content` is None when only the metadata are at hand."""
    try:
        tree = read_tree(data, file)
    except BadInput as problem:
        return Referenced(Location(file, problem.line, problem.column), problem.reason)
    if tree.root.resource_type != "DocumentReference":
        return Referenced(tree.at(tree.root), tree.root.resource_type)
    inside = {f"#{each.value('id')}": each for each in reversed(tree.root.all("contained"))}  # the first of one id
    return Referenced(tree.at(tree.root), "", tree, content, _document(content) if content is not None else None, inside)


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
        patients=numbers(pointed_at("subject"), *PERSONS),
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
        found = (each.get("extension", "").replace("-", "") for each in all_(path) if each.get("root") in roots)
        return frozenset(filter(None, found))

    return Document(
        content_type="text/xml",
        patients=extensions("cda:recordTarget/cda:patientRole/cda:id", *oids.PERSON_NUMBERS),
        title=next(map(text_of, all_("cda:title")), ""),
        type=code("cda:code"),
        language=code("cda:languageCode"),
        organisations=extensions("cda:author/cda:assignedAuthor/cda:representedOrganization/cda:id", oids.SOR),
        confidentiality=code("cda:confidentialityCode"),
        created=next((each.get("value", "") for each in all_("cda:effectiveTime")), ""),
    )
