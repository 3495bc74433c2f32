"""What EHMI's envelope is round: base64, with the ids or the signal that its header says."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from uuid import NAMESPACE_DNS, uuid5

from harness.conformance.rule import HOLDS, Breach, NotJudged, Outcome
from harness.conformance.transport import sbdh_header as header
from harness.conformance.transport import sbdh_scopes as scopes
from harness.conformance.transport.sbdh_envelope import (
    SBDH,
    SOURCE,
    children,
    identification_of,
    instance_is,
    instances_of,
    is_receipt,
    missing,
    sbdh_rule,
    text_is,
)
from harness.domain.errors import BadInput
from harness.domain.grade import Grade
from harness.domain.identifiers import Cpr
from harness.standards.fhir.tree import read_tree
from harness.standards.json_text import Json, parse_json
from harness.standards.xml import Element, XmlDocument, parse, text_of

CONTENT = "http://peppol.eu/xsd/ticc/envelope/1.0"
SIGNALS = "http://docs.oasis-open.org/ebxml-bp/ebbp-signals-2.0"
FHIR = "http://hl7.org/fhir"
FORM = "MedCom, EHMI SBDH, BinaryContentType.xsd (medcomdk/dk-ehmi-sbdh@488e78d, input/pagecontent)"
NAMES = f"{SOURCE}; medcomdk/dk-ehmi-sbdh@00a9e99, input/pagecontent/ehmiSBDH.md"
_VERSIONS = {"acknowledgement-message": "2.0"}
"""The version of a message without a definition, and at the end of its DOCUMENTID, as in MedCom's example."""


@sbdh_rule(14, "Indholdet ligger i BinaryContent som base64", Grade.F2)
def content(envelope: XmlDocument) -> Outcome:
    """Once, in Peppol's namespace; or in the header's own, as MedCom's examples also write it."""
    found = _contents(envelope)
    if not found:
        return (missing(envelope, envelope.root, "BinaryContent", "BinaryContent"),)
    if len(found) > 1:
        return (Breach(envelope.at(found[1]), "BinaryContent netop én gang", f"{len(found)} gange"),)
    if _decoded(found[0]) is None:
        return (Breach(envelope.at(found[0]), "base64", "andet"),)
    return HOLDS


@sbdh_rule(15, "Kuvertens numre er meddelelsens egne", Grade.F2, scopes.scopes_present.id, "SBDH-14")
def message_ids(envelope: XmlDocument) -> Outcome:
    """MESSAGEIDENTIFIER is the id of the Bundle's first entry (MessageHeader), MESSAGEENVELOPEIDENTIFIER the Bundle's own."""
    if is_receipt(envelope):
        return NotJudged("kuverten er en kvittering")
    ids = _bundle_ids(_decoded(_contents(envelope)[0]) or b"")
    if ids is None:
        return NotJudged("indholdet kan ikke læses som en FHIR Bundle med id'er")
    bundle, first = ids
    return (
        *instance_is(envelope, "MESSAGEIDENTIFIER", first),
        *instance_is(envelope, "MESSAGEENVELOPEIDENTIFIER", bundle),
    )


@sbdh_rule(17, "Kuverten er om meddelelsens patient", Grade.F1, scopes.patient.id, "SBDH-14")
def same_patient(envelope: XmlDocument) -> Outcome:
    """PATIENTID is the CPR number of the Bundle's Patient, or its UUID of version 5. Neither is shown."""
    said = instances_of(envelope, "PATIENTID")
    if is_receipt(envelope) or not said:
        return NotJudged("kuverten nævner ingen patient")
    patients = set(_patients(_decoded(_contents(envelope)[0]) or b""))
    if not patients:
        return NotJudged("meddelelsens patient kan ikke læses")
    if text_of(said[0]) in {name for cpr in patients for name in (cpr, str(uuid5(NAMESPACE_DNS, cpr)))}:
        return HOLDS
    if not text_of(said[0])[:10].isdigit():
        return NotJudged("kuverten har et UUID i stedet for CPR-nummeret, og det kan ikke regnes efter")
    return (Breach(envelope.at(said[0]), "meddelelsens patient", "en anden (vises ikke)"),)


@sbdh_rule(
    16,
    "En kvittering indeholder det ebBP-signal, kuverten siger",
    Grade.F2,
    header.kind.id,
    "SBDH-14",
    source="OASIS, ebBP Signals 2.0",
)
def signal(envelope: XmlDocument) -> Outcome:
    """The root of the content is ReceiptAcknowledgement or ReceiptException in ebBP's namespace, as Type says."""
    if not is_receipt(envelope):
        return NotJudged("kuverten er ikke en kvittering")
    said = text_of(children(identification_of(envelope), "Type")[0])
    box = _contents(envelope)[0]
    try:
        found = str(parse(_decoded(box) or b"", "").root.tag)
    except BadInput as bad:
        return (Breach(envelope.at(box), f"{said} som XML", bad.reason),)
    if found == f"{{{SIGNALS}}}{said}":
        return HOLDS
    return (Breach(envelope.at(box), f"{said} i navnerummet {SIGNALS}", found),)


@sbdh_rule(18, "Kuverten siger, hvilken form og hvilket tegnsæt indholdet har", Grade.F3, header.kind.id, "SBDH-14", source=FORM)
def form(envelope: XmlDocument) -> Outcome:
    """BinaryContent/@mimeType, which is the content's own where that is FHIR, and @encoding, where it is given."""
    box = _contents(envelope)[0]
    said, encoding = box.get("mimeType"), box.get("encoding")
    start = (_decoded(box) or b"").lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    is_fhir = not is_receipt(envelope) and start in (b"{", b"<")
    wanted = f"application/fhir+{'json' if start == b'{' else 'xml'}" if is_fhir else "indholdets form"
    breaches: list[Breach] = []
    if not said or (is_fhir and said != wanted):
        breaches.append(Breach(envelope.at(box, "mimeType"), wanted, said or "mangler"))
    if encoding not in (None, "UTF-8", "ISO-8859-1"):
        breaches.append(Breach(envelope.at(box, "encoding"), "UTF-8 eller ISO-8859-1", encoding))
    return tuple(breaches)


@sbdh_rule(19, "Kuverten kalder meddelelsen, hvad den er", Grade.F2, scopes.scopes_present.id, "SBDH-14", source=NAMES)
def own_names(envelope: XmlDocument) -> Outcome:
    """Standard is the header's eventCoding, TypeVersion the version its definition ends in (2.0 of an acknowledgement).

    DOCUMENTID names the standard, and of an acknowledgement its version last; StatisticalInformation begins with the standard.
    SBDH-07 judges the municipality's results.
    """
    if is_receipt(envelope) or scopes.is_home_care(envelope):
        return NotJudged("kuverten er en kvittering, eller den er om et kommunalt prøvesvar")
    event, definition = _named(_decoded(_contents(envelope)[0]) or b"")
    if not event:
        return NotJudged("indholdet kan ikke læses som en FHIR-besked med en hændelse")
    names = identification_of(envelope)
    broken = text_is(envelope, names, "Standard", event)
    version = definition.rpartition("|")[2] if "|" in definition else _VERSIONS.get(event)
    if version:
        broken += text_is(envelope, names, "TypeVersion", version)
    for each in instances_of(envelope, "DOCUMENTID"):
        end = f":{_VERSIONS[event]}" if event in _VERSIONS else ""
        if event not in text_of(each) or not text_of(each).endswith(end):
            broken += (Breach(envelope.at(each), f"{event}{end and f' og til sidst {end}'}", text_of(each)),)
    for each in instances_of(envelope, "StatisticalInformation"):
        if not text_of(each).startswith(f"MCM:{event}"):
            broken += (Breach(envelope.at(each), f"MCM:{event}", text_of(each)),)
    return broken


def _named(payload: bytes) -> tuple[str, str]:
    """The event and the definition of a FHIR message, in JSON or XML; empty when they cannot be read."""
    try:
        header = next(iter(read_tree(payload, "").entries()), None)
    except BadInput:
        return "", ""
    return (header.value("eventCoding", "code"), header.value("definition")) if header else ("", "")


def _contents(envelope: XmlDocument) -> list[Element]:
    return [each for each in envelope.root if each.tag in (f"{{{CONTENT}}}BinaryContent", f"{{{SBDH}}}BinaryContent")]


def _decoded(box: Element) -> bytes | None:
    try:
        return base64.b64decode("".join("".join(map(str, box.itertext())).split()), validate=True)
    except (binascii.Error, ValueError):
        return None


def _patients(payload: bytes) -> Iterator[str]:
    """The CPR numbers of the Patients in a Bundle, in FHIR JSON or FHIR XML; none when it cannot be read."""
    try:
        if payload.lstrip()[:1] == b"<":
            identifiers = parse(payload, "").root.iterfind("f:entry/f:resource/f:Patient/f:identifier", {"f": FHIR})
            pairs = [[each.find(f"f:{name}", {"f": FHIR}) for name in ("system", "value")] for each in identifiers]
            found = [("" if one is None else one.get("value"), "" if two is None else two.get("value")) for one, two in pairs]
        else:
            resources = [each.get("resource") for each in _objects(parse_json(payload, "").value, "entry")]
            people = [each for each in resources if isinstance(each, dict) and each.get("resourceType") == "Patient"]
            named = [each for person in people for each in _objects(person, "identifier")]
            found = [(str(each.get("system")), str(each.get("value"))) for each in named]
    except BadInput:
        return
    yield from (str(value) for system, value in found if system in Cpr.SYSTEMS and value)


def _objects(holder: Json, name: str) -> list[dict[str, Json]]:
    """The JSON objects in the list called `name`; none where there is no such list."""
    found = holder.get(name) if isinstance(holder, dict) else None
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _bundle_ids(payload: bytes) -> tuple[str, str] | None:
    """The ids of the Bundle and of its first entry, in FHIR JSON or FHIR XML; None when there are none to be read."""
    try:
        if payload.lstrip()[:1] == b"<":
            root = parse(payload, "").root
            ids = [root.find(path, {"f": FHIR}) for path in ("f:id", "f:entry[1]/f:resource/*/f:id")]
            found = [str(each.get("value", "")) if each is not None else "" for each in ids]
        else:
            bundle = parse_json(payload, "").value
            match bundle:
                case {"id": str(own), "entry": [{"resource": {"id": str(first)}}, *_]}:
                    found = [own, first]
                case _:
                    return None
    except BadInput:
        return None
    return (found[0], found[1]) if all(found) else None
