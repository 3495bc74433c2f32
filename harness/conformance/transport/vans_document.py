"""What a VANSEnvelope says of the document in it: its format, name, version, size and media type. Subject `vans-dokument`.

Judged for documents that are known: MedCom's letters in EDIFACT and OIOXML, and its FHIR messages. Whether SizeInBytes counts
before or after base64 is not public: both are right.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from harness.conformance.rule import HOLDS, Breach, Judgement, Outcome, Rule, judge, rule, rules_for
from harness.conformance.transport.vans import NAMESPACE, XSD
from harness.domain.errors import BadInput
from harness.domain.finding import Owner
from harness.domain.grade import Grade
from harness.standards.edi_objects import without_objects
from harness.standards.edifact import read_interchange
from harness.standards.fhir.tree import read_tree
from harness.standards.oioxml.kinds import BY_ELEMENT, BY_VERSION
from harness.standards.xml import Element, XmlDocument, local_name, parse

SUBJECT: Final = "vans-dokument"
FHIR: Final = (
    "MedCom, MedCom FHIR Messages And Network Envelopes, 2.1 (Format, Name, Version, MCM:MIME), "
    "medcomdk/MedCom-FHIR-Communication@0b66268"
)
RELIABLE: Final = "MedCom, Reliable Messaging using VANSEnvelope (medcomdk/MedCom-FHIR-Communication@3c54fe9): Transport/Type"
APPROVED: Final = "MedCom, Godkendte systemer (09-07-2026): navn og version af hver standard"

_V: Final = f"{{{NAMESPACE}}}"
_MIME: Final = "MCM:MIME"
_LENIENT: Final = ("Binary", "Other")
"""What may be said of any letter that is no FHIR message: no source draws the line."""

_EDIFACT: Final = {("MEDDIS", "D9134L"): "DIS91", ("MEDBIN", "B0131X"): "BIN01"}
_VERSION: Final = re.compile(r"\d+\.\d+")
_NUMBERS: Final = {"care-communication-message": "FDIS91", "acknowledgement-message": "FCTL"}
"""By event: the number of the type in MedCom's catalogue."""


@dataclass(frozen=True, slots=True)
class Inside:
    """What the document is: the formats that may be said of it, and its name, version and media type, each empty where unknown.

    Of a FHIR message `version` is the one its definition names, with major and minor.
    """

    formats: tuple[str, ...]
    name: str = ""
    version: str = ""
    media: str = ""


@dataclass(frozen=True, slots=True)
class Enclosing:
    """An envelope with a message, its `meta` (MetaInformation), what stands in Data as it is written, and what is in it."""

    document: XmlDocument
    meta: Element
    written: str
    size: int
    inside: Inside

    def said(self, path: str) -> str:
        """The text of the element `path` of MetaInformation; empty where there is none."""
        found = self.meta.findtext(_path(path))
        return (found or "").strip()

    def differs(self, path: str, expected: str, actual: str) -> tuple[Breach, ...]:
        """A breach at the element `path` of MetaInformation."""
        there = self.meta.find(_path(path))
        return (Breach(self.document.at(self.meta if there is None else there), expected, actual or "intet"),)


def _path(path: str) -> str:
    return "/".join(f"{_V}{name}" for name in path.split("/"))


def judge_vans_document(data: bytes, file: str) -> list[Judgement]:
    """Every rule's result on the envelope in `data`; `file` is its name in findings. Never raises for what the bytes contain.

    Nothing for a receipt, for what the envelope's own rules speak of, and for a document that is not known.
    """
    try:
        document = parse(data, file)
    except BadInput:
        return []
    meta, content = (document.root.find(_path(f"Message/{name}")) for name in ("MetaInformation", "Data"))
    if meta is None or content is None:
        return []
    written = "".join(map(str, content.itertext()))
    try:
        letter = base64.b64decode("".join(written.split()), validate=True)
    except (binascii.Error, ValueError):
        return []
    inside = _inside(letter)
    return judge(rules_for(SUBJECT), Enclosing(document, meta, written, len(letter), inside)) if inside else []


def _inside(data: bytes) -> Inside | None:
    start = data.lstrip(b"\xef\xbb\xbf \t\r\n")[:3]
    is_xml = start[:1] == b"<" or start[:2] in (b"\xff\xfe", b"\xfe\xff")  # or it is XML in UTF-16
    try:
        if start in (b"UNA", b"UNB"):
            return _in_edifact(data)
        return _in_fhir(data, "json") if start[:1] == b"{" else _in_xml(data) if is_xml else None
    except BadInput:
        return None  # the document's own rules say why


def _in_edifact(data: bytes) -> Inside:
    heads = [each for each in read_interchange(without_objects(data)[0]).segments if each.tag == "UNH"]
    kind = (heads[0].value(2, 1), heads[0].value(2, 5)) if heads else ("", "")
    return Inside(("EDIFACT", *_LENIENT), _EDIFACT.get(kind, ""), kind[1] if kind in _EDIFACT else "")


def _in_xml(data: bytes) -> Inside | None:
    root = parse(data, "brev.xml").root
    if local_name(root) == "Bundle":
        return _in_fhir(data, "xml")
    if local_name(root) != "Emessage":
        return None
    kind = next((BY_ELEMENT[local_name(each)] for each in root.iterchildren("*") if local_name(each) in BY_ELEMENT), None)
    said = next((str(each.text or "").strip() for each in root.iter("{*}VersionCode")), "")
    kind = BY_VERSION.get(said, kind)
    return Inside(("XML", *_LENIENT), kind.name, kind.version) if kind else Inside(("XML", *_LENIENT))


def _in_fhir(data: bytes, form: str) -> Inside | None:
    tree = read_tree(data, "besked")
    header = next((each for each in tree.entries() if each.resource_type == "MessageHeader"), None)
    if header is None:
        return None
    number = _NUMBERS.get(header.value("eventCoding", "code"))
    letter = next((each for each in tree.entries() if each.resource_type == "Communication"), header)
    variant = letter.value("category", "coding", "code") or header.value("response", "code")
    version = _VERSION.fullmatch(header.value("definition").rpartition("|")[2])
    name = f"MCM:{number}#{variant}" if number else ""
    return Inside(("HL7",), name, version[0] if version else "", f"application/fhir+{form}")


def _rule(id: str, title: str, grade: Grade, source: str, *needs: str) -> Callable[[Callable[..., Outcome]], Rule]:
    return rule(id, subject=SUBJECT, title=title, grade=grade, owner=Owner.SENDER, source=source, needs=needs)


@_rule("VAND-01", "Kuverten siger det format, brevet er skrevet i", Grade.F3, f"{XSD}: Format; {FHIR}")
def format_is_the_letters(enclosing: Enclosing) -> Outcome:
    """Document/Format, by which a receiver chooses how to read Data."""
    said, allowed = enclosing.said("Document/Format"), enclosing.inside.formats
    return HOLDS if said in allowed else enclosing.differs("Document/Format", allowed[0], said)


@_rule("VAND-02", "Kuverten kalder brevet det, det er", Grade.F3, f"{APPROVED}; {FHIR}")
def name_is_the_letters(enclosing: Enclosing) -> Outcome:
    """Document/Name is the number of the type. Of a FHIR message it begins with MCM:, and a variant after it is the message's."""
    said, wanted = enclosing.said("Document/Name"), enclosing.inside.name
    if "#" in wanted:
        right = said == (wanted if "#" in said else wanted.partition("#")[0])
    else:
        right = said.removeprefix("MCM:").partition("#")[0] == wanted
    return HOLDS if right or not wanted else enclosing.differs("Document/Name", wanted, said)


@_rule("VAND-03", "Kuverten siger den version, brevet har", Grade.F4, f"{APPROVED}; {FHIR}", "VAND-02")
def version_is_the_letters(enclosing: Enclosing) -> Outcome:
    """Document/Version, where it stands: it is of the type that is named.

    Of a FHIR message it may be more or less precise than the version of its definition.
    """
    said, wanted = enclosing.said("Document/Version"), enclosing.inside.version
    near = (enclosing.inside.media and f"{said}.".startswith(f"{wanted}.")) or f"{wanted}.".startswith(f"{said}.")
    return HOLDS if not said or not wanted or near else enclosing.differs("Document/Version", wanted, said)


@_rule("VAND-04", "Kuverten siger, hvor stort brevet er", Grade.F4, f"{XSD}: SizeInBytes")
def size_is_the_letters(enclosing: Enclosing) -> Outcome:
    """Document/SizeInBytes: the bytes of the document, or those of Data, with or without the white space in it."""
    said, bare = enclosing.said("Document/SizeInBytes"), len("".join(enclosing.written.split()))
    right = (enclosing.size, bare, len(enclosing.written), len(enclosing.written.strip()))
    if not said.isdecimal() or int(said) in right:  # VANS-08 speaks of what is no number
        return HOLDS
    return enclosing.differs("Document/SizeInBytes", f"{enclosing.size}, eller {bare} som base64", said)


@_rule("VAND-05", "Kuverten siger, om FHIR-beskeden er JSON eller XML", Grade.F3, FHIR)
def media_is_the_letters(enclosing: Enclosing) -> Outcome:
    """The ServiceTag MCM:MIME, where it stands: some of the sources say that it shall, and some that it may."""
    tags = enclosing.meta.iterfind(_path("Transport/ServiceTag"))
    wrong = [each for each in tags if each.get("name") == _MIME and (each.text or "").strip() != enclosing.inside.media]
    if not wrong or not enclosing.inside.media:
        return HOLDS
    return (Breach(enclosing.document.at(wrong[0]), enclosing.inside.media, (wrong[0].text or "").strip() or "intet"),)


@_rule("VAND-06", "En FHIR-besked bliver sendt med krav om kvittering for kuverten", Grade.F3, RELIABLE)
def fhir_is_reliable(enclosing: Enclosing) -> Outcome:
    """Transport/Type is reliable, which it is where it does not stand."""
    said = enclosing.said("Transport/Type")
    if not enclosing.inside.media or said in ("", "reliable"):
        return HOLDS
    return enclosing.differs("Transport/Type", "reliable, eller ingen Type", said)
