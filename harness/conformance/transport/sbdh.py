"""What must hold of EHMI's transport envelope (SBDH) round a message, and of its receipts, read from the raw XML.

Not judged, for want of a source: the order of elements, that a receipt has every ORIGINAL… scope, the inner parts of an ebBP
signal, and what XDS-METADATA holds. Grades are the project's convention: F1 another patient, F2 a receiver cannot use or answer
it, F3 the message survives.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from harness.conformance.rule import HOLDS, Breach, Judgement, NotJudged, Outcome, Rule, judge, rule, rules_for
from harness.conformance.subject import Unreadable, readable
from harness.domain.errors import BadInput
from harness.domain.finding import Owner
from harness.domain.grade import Grade
from harness.domain.identifiers import Cpr, Ecpr, Gln, Sor, parse_uuid
from harness.standards.json_text import parse_json
from harness.standards.xml import Element, XmlDocument, parse, text_of

SUBJECT = "sbdh"
SBDH = "http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader"
CONTENT = "http://peppol.eu/xsd/ticc/envelope/1.0"
SIGNALS = "http://docs.oasis-open.org/ebxml-bp/ebbp-signals-2.0"
FHIR = "http://hl7.org/fhir"
SOURCE = "MedCom, EHMI SBDH, medcomdk/dk-ehmi-sbdh@38082f8, eksemplerne fra 2025"

_HCO = "homecareobservation-message"
_HCO_DOCUMENT = (
    "urn:dk:healthcare:medcom:messaging:fhir:structuredefinition::homecareobservation-message"
    "##urn:dk:medcom:fhir:homecareobservation-message::1.2"
)
_RECEIPTS = ("ReceiptAcknowledgement", "ReceiptException")
_ORIGINAL = (
    "ORIGINALMESSAGEIDENTIFIER",
    "ORIGINALMESSAGEENVELOPEIDENTIFIER",
    "ORIGINALMESSAGESTANDARD",
    "ORIGINALMESSAGEVERSION",
    "ORIGINALENVELOPEIDENTIFIER",
)
_NAMESPACES = {"s": SBDH}
_NAMES = "s:StandardBusinessDocumentHeader/s:DocumentIdentification"
_SCOPES = "s:StandardBusinessDocumentHeader/s:BusinessScope/s:Scope"
MAX_SCOPES = 100  # MedCom's fullest example has 12; where each stands is dear to find among very many


def judge_sbdh(data: bytes, file: str) -> list[Judgement]:
    """Every rule's result on the envelope in `data`; `file` is its name in findings. Never raises for what `data` holds.

    judge_sbdh(body, "kuvert.xml")
    """
    subject = readable(lambda: parse(data, file), file)
    if isinstance(subject, XmlDocument) and (too_many := subject.root.findall(_SCOPES, _NAMESPACES)[MAX_SCOPES:]):
        subject = Unreadable(f"kuverten har flere end {MAX_SCOPES} Scope", subject.at(too_many[0]))
    return judge(rules_for(SUBJECT), subject)


@rule(
    "SBDH-XML",
    subject=SUBJECT,
    title="Kuverten er et StandardBusinessDocument i XML med et hoved",
    grade=Grade.F2,
    owner=Owner.SENDER,
    source=SOURCE,
)
def is_envelope(envelope: XmlDocument | Unreadable) -> Outcome:
    """XML, the root in SBDH's namespace, one header with one DocumentIdentification and one BusinessScope."""
    expected = f"StandardBusinessDocument i navnerummet {SBDH}"
    if isinstance(envelope, Unreadable):
        return (Breach(envelope.location, expected, envelope.reason),)
    root = envelope.root
    if root.tag != f"{{{SBDH}}}StandardBusinessDocument":
        return (Breach(envelope.at(root), expected, str(root.tag)),)
    headers = _children(root, "StandardBusinessDocumentHeader")
    if len(headers) != 1:
        return _once(envelope, root, "StandardBusinessDocumentHeader")
    return (*_once(envelope, headers[0], "DocumentIdentification"), *_once(envelope, headers[0], "BusinessScope"))


def _rule(number: int, title: str, grade: Grade, *needs: str, source: str = SOURCE) -> Callable[[Callable[..., Outcome]], Rule]:
    return rule(
        f"SBDH-{number:02}",
        subject=SUBJECT,
        title=title,
        grade=grade,
        owner=Owner.SENDER,
        source=source,
        needs=("SBDH-XML", *needs),
    )


@_rule(1, "Hovedets version er 1.0", Grade.F3)
def header_version(envelope: XmlDocument) -> Outcome:
    """HeaderVersion."""
    return _text_is(envelope, _header(envelope), "HeaderVersion", "1.0")


@_rule(2, "Afsender og modtager er adresseret med et gyldigt lokationsnummer", Grade.F2, source=f"{SOURCE}; GS1, GLN")
def addresses(envelope: XmlDocument) -> Outcome:
    """Sender and Receiver: `0088:` and a GLN, with iso6523-actorid-upis as Authority."""
    return tuple(breach for role in ("Sender", "Receiver") for breach in _address(envelope, role))


def _address(envelope: XmlDocument, role: str) -> Iterator[Breach]:
    header = _header(envelope)
    identifiers = [each for party in _children(header, role) for each in _children(party, "Identifier")]
    if len(identifiers) != 1:
        yield _missing(envelope, header, f"{role}/Identifier", f"{role}/Identifier netop én gang", f"{len(identifiers)} gange")
        return
    identifier, found = identifiers[0], text_of(identifiers[0])
    if identifier.get("Authority") != "iso6523-actorid-upis":
        authority = identifier.get("Authority") or "mangler"
        yield Breach(envelope.at(identifier, "Authority"), "iso6523-actorid-upis", authority)
    if not found.startswith("0088:"):
        yield Breach(envelope.at(identifier), "0088: og et lokationsnummer", found or "tom")
    else:
        yield from _valid(envelope, identifier, Gln, found.removeprefix("0088:"), shown=found)


@_rule(3, "Kuverten har et UUID, et tidspunkt med tidszone og ét indhold", Grade.F2)
def identification(envelope: XmlDocument) -> Outcome:
    """DocumentIdentification: InstanceIdentifier, CreationDateAndTime, and MultipleType `false`."""
    names = _names(envelope)
    id_missing = _once(envelope, names, "InstanceIdentifier")
    time_missing = _once(envelope, names, "CreationDateAndTime")
    return (
        *(id_missing or _child_valid(envelope, names, "InstanceIdentifier", parse_uuid)),
        *(time_missing or _child_valid(envelope, names, "CreationDateAndTime", _moment)),
        *_text_is(envelope, names, "MultipleType", "false"),
    )


@_rule(4, "Kuverten er om en Bundle eller en kvittering for modtagelse", Grade.F2, source=f"{SOURCE}; OASIS, ebBP Signals 2.0")
def kind(envelope: XmlDocument) -> Outcome:
    """DocumentIdentification/Type. AcceptanceAcknowledgement is not used."""
    return _text_is(envelope, _names(envelope), "Type", "Bundle", *_RECEIPTS)


@_rule(5, "Kuverten har de oplysninger (Scope), den skal, hver én gang", Grade.F2, "SBDH-04")
def scopes_present(envelope: XmlDocument) -> Outcome:
    """A message's envelope has all; a receipt is only asked for those that say what it is and whose."""
    wanted = ["DOCUMENTID", "PROCESSID", "SENDERID", "RECEIVERID"]
    if not _is_receipt(envelope):
        wanted += ["MESSAGEIDENTIFIER", "MESSAGEENVELOPEIDENTIFIER", "StatisticalInformation", "EHMI-ReceiptAcknowledgement"]
        wanted += ["PATIENTID"] if _is_home_care(envelope) else []
    scopes, found = _header(envelope).find(f"{{{SBDH}}}BusinessScope"), _scopes(envelope)
    assert scopes is not None  # SBDH-XML
    names = [name for name, _ in found]
    lacking = [_missing(envelope, scopes, f"Scope[Type='{name}']", name) for name in wanted if name not in names]
    twice = [
        Breach(envelope.at(scope), f"{name} netop én gang", f"{names.count(name)} gange")
        for number, (name, scope) in enumerate(found)
        if name in names[:number]
    ]
    unsaid = [
        _missing(envelope, scope, "InstanceIdentifier", f"{name} med en InstanceIdentifier")
        for name, scope in found
        if not any(text_of(each) for each in _children(scope, "InstanceIdentifier"))
    ]
    return (*lacking, *twice, *unsaid)


@_rule(6, "Hver oplysning (Scope) har MedComs kendetegn", Grade.F3)
def scope_identifier(envelope: XmlDocument) -> Outcome:
    """Scope/Identifier is dk-medcom-messaging; dk-medcom-DocumentReference on XDS-METADATA."""
    return tuple(
        breach
        for name, scope in _scopes(envelope)
        for breach in _text_is(
            envelope, scope, "Identifier", "dk-medcom-DocumentReference" if name == "XDS-METADATA" else "dk-medcom-messaging"
        )
    )


@_rule(7, "Et kommunalt prøvesvar kaldes det samme i hele kuverten", Grade.F2, "SBDH-05")
def home_care_names(envelope: XmlDocument) -> Outcome:
    """Standard, TypeVersion, DOCUMENTID and StatisticalInformation, where one of them says homecareobservation-message."""
    if not _is_home_care(envelope):
        return NotJudged("kuverten er ikke om et kommunalt prøvesvar")
    names = _names(envelope)
    return (
        *_text_is(envelope, names, "Standard", _HCO),
        *_text_is(envelope, names, "TypeVersion", "1.1"),
        *_instance_is(envelope, "DOCUMENTID", _HCO_DOCUMENT),
        *_instance_is(envelope, "StatisticalInformation", f"MCM:{_HCO}"),
    )


@_rule(8, "Processen er EHMI's", Grade.F3, "SBDH-05")
def process(envelope: XmlDocument) -> Outcome:
    """PROCESSID: the spelling of 2025, or that of the draft 0.92."""
    return _instance_is(envelope, "PROCESSID", "urn:ehmi:sdn-emergence", "sdn-emergence")


@_rule(9, "Afsender og modtager står med deres SOR-kode", Grade.F2, "SBDH-05", source=f"{SOURCE}; dk-core (hl7dk/dk-core), SOR")
def sor_codes(envelope: XmlDocument) -> Outcome:
    """SENDERID and RECEIVERID."""
    return tuple(
        breach
        for name in ("SENDERID", "RECEIVERID")
        for each in _instances(envelope, name)
        for breach in _valid(envelope, each, Sor)
    )


@_rule(10, "Patienten står med et CPR-nummer eller et UUID i stedet", Grade.F1, "SBDH-05")
def patient(envelope: XmlDocument) -> Outcome:
    """PATIENTID, where there is one: in clear as in 2025, or masked as in the draft of 2024. It is never shown."""

    def cpr_or_mask(text: str) -> None:
        for kind in (Cpr, Ecpr, parse_uuid):
            try:
                kind(text)
            except ValueError:
                continue
            return
        raise ValueError("et CPR-nummer, et eCPR-nummer eller et UUID")

    found = _instances(envelope, "PATIENTID")
    return tuple(breach for each in found for breach in _valid(envelope, each, cpr_or_mask, shown="noget andet"))


@_rule(11, "Kuverten beder om kvittering for netop denne forsendelse inden 10 minutter", Grade.F3, "SBDH-03", "SBDH-05")
def receipt_asked_for(envelope: XmlDocument) -> Outcome:
    """EHMI-ReceiptAcknowledgement of a message's envelope: Request, CorrelationInformation, TimeToAcknowledgeReceipt 600000."""
    if _is_receipt(envelope):
        return NotJudged("kuverten er en kvittering")
    (scope,) = [scope for name, scope in _scopes(envelope) if name == "EHMI-ReceiptAcknowledgement"]
    names = _names(envelope)
    created = text_of(_children(names, "CreationDateAndTime")[0])
    correlation = scope.find("s:CorrelationInformation", _NAMESPACES)
    asked = _instance_is(envelope, "EHMI-ReceiptAcknowledgement", "Request")
    if correlation is None:
        return (*asked, _missing(envelope, scope, "CorrelationInformation", "CorrelationInformation"))
    return (
        *asked,
        *_moment_is(envelope, correlation, "RequestingDocumentCreationDateTime", created),
        *_text_is(
            envelope, correlation, "RequestingDocumentInstanceIdentifier", text_of(_children(names, "InstanceIdentifier")[0])
        ),
        *_ten_minutes_later(envelope, correlation, created),
        *_time_to_acknowledge(envelope, scope),
    )


def _time_to_acknowledge(envelope: XmlDocument, scope: Element) -> tuple[Breach, ...]:
    transactions = scope.findall("s:BusinessService/s:ServiceTransaction", _NAMESPACES)
    if not transactions:
        return (_missing(envelope, scope, "BusinessService/ServiceTransaction", 'TimeToAcknowledgeReceipt="600000"'),)
    found = transactions[0].get("TimeToAcknowledgeReceipt")
    if found == "600000":
        return HOLDS
    return (Breach(envelope.at(transactions[0], "TimeToAcknowledgeReceipt"), "600000", found or "mangler"),)


@_rule(12, "Kun kvitteringer henviser til en tidligere forsendelse", Grade.F3, "SBDH-04")
def originals(envelope: XmlDocument) -> Outcome:
    """The ORIGINAL… scopes."""
    if _is_receipt(envelope):
        return HOLDS
    return tuple(
        Breach(envelope.at(scope), "kun på kvitteringer", name) for name, scope in _scopes(envelope) if name in _ORIGINAL
    )


@_rule(13, "Kvitteringer deles ikke som dokumenter", Grade.F3, "SBDH-04")
def no_shared_receipts(envelope: XmlDocument) -> Outcome:
    """XDS-METADATA is only for messages on their way to document sharing."""
    if not _is_receipt(envelope):
        return HOLDS
    shared = [scope for name, scope in _scopes(envelope) if name == "XDS-METADATA"]
    return tuple(Breach(envelope.at(each), "ingen XDS-METADATA på en kvittering", "XDS-METADATA") for each in shared)


@_rule(14, "Indholdet ligger i BinaryContent som base64", Grade.F2)
def content(envelope: XmlDocument) -> Outcome:
    """Once, in Peppol's namespace; or in the header's own, as MedCom's examples also write it."""
    found = _contents(envelope)
    if not found:
        return (_missing(envelope, envelope.root, "BinaryContent", "BinaryContent"),)
    if len(found) > 1:
        return (Breach(envelope.at(found[1]), "BinaryContent netop én gang", f"{len(found)} gange"),)
    if _decoded(found[0]) is None:
        return (Breach(envelope.at(found[0]), "base64", "andet"),)
    return HOLDS


@_rule(15, "Kuvertens numre er meddelelsens egne", Grade.F2, "SBDH-05", "SBDH-14")
def message_ids(envelope: XmlDocument) -> Outcome:
    """MESSAGEIDENTIFIER is the id of the Bundle's first entry (MessageHeader), MESSAGEENVELOPEIDENTIFIER the Bundle's own."""
    if _is_receipt(envelope):
        return NotJudged("kuverten er en kvittering")
    ids = _bundle_ids(_decoded(_contents(envelope)[0]) or b"")
    if ids is None:
        return NotJudged("indholdet kan ikke læses som en FHIR Bundle med id'er")
    bundle, header = ids
    return (
        *_instance_is(envelope, "MESSAGEIDENTIFIER", header),
        *_instance_is(envelope, "MESSAGEENVELOPEIDENTIFIER", bundle),
    )


@_rule(
    16,
    "En kvittering indeholder det ebBP-signal, kuverten siger",
    Grade.F2,
    "SBDH-04",
    "SBDH-14",
    source="OASIS, ebBP Signals 2.0",
)
def signal(envelope: XmlDocument) -> Outcome:
    """The root of the content is ReceiptAcknowledgement or ReceiptException in ebBP's namespace, as Type says."""
    if not _is_receipt(envelope):
        return NotJudged("kuverten er ikke en kvittering")
    said = text_of(_children(_names(envelope), "Type")[0])
    box = _contents(envelope)[0]
    try:
        found = str(parse(_decoded(box) or b"", "").root.tag)
    except BadInput as bad:
        return (Breach(envelope.at(box), f"{said} som XML", bad.reason),)
    if found == f"{{{SIGNALS}}}{said}":
        return HOLDS
    return (Breach(envelope.at(box), f"{said} i navnerummet {SIGNALS}", found),)


def _header(envelope: XmlDocument) -> Element:
    return _children(envelope.root, "StandardBusinessDocumentHeader")[0]


def _names(envelope: XmlDocument) -> Element:
    return envelope.root.findall(_NAMES, _NAMESPACES)[0]


def _scopes(envelope: XmlDocument) -> list[tuple[str, Element]]:
    found = envelope.root.findall(_SCOPES, _NAMESPACES)
    return [(text_of(names[0]) if (names := _children(each, "Type")) else "", each) for each in found]


def _instances(envelope: XmlDocument, name: str) -> list[Element]:
    return [each for found, scope in _scopes(envelope) if found == name for each in _children(scope, "InstanceIdentifier")]


def _is_receipt(envelope: XmlDocument) -> bool:
    return any(text_of(each) in _RECEIPTS for each in _children(_names(envelope), "Type"))


def _is_home_care(envelope: XmlDocument) -> bool:
    """Any of the fields that name the message says so; a receipt's do not count."""
    if _is_receipt(envelope):
        return False
    said = [
        *_children(_names(envelope), "Standard"),
        *_instances(envelope, "DOCUMENTID"),
        *_instances(envelope, "StatisticalInformation"),
    ]
    return any(_HCO in text_of(each) for each in said)


def _contents(envelope: XmlDocument) -> list[Element]:
    return [each for each in envelope.root if each.tag in (f"{{{CONTENT}}}BinaryContent", f"{{{SBDH}}}BinaryContent")]


def _decoded(box: Element) -> bytes | None:
    try:
        return base64.b64decode("".join("".join(map(str, box.itertext())).split()), validate=True)
    except (binascii.Error, ValueError):
        return None


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


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None or "T" not in text:
        raise ValueError
    return moment


def _moment_is(envelope: XmlDocument, parent: Element, name: str, *texts: str) -> tuple[Breach, ...]:
    """`name` is the same moment as one of `texts`, in whatever time zone."""
    missing = _once(envelope, parent, name)
    if missing:
        return missing
    found = _children(parent, name)[0]
    try:
        same = _moment(text_of(found)) in [_moment(text) for text in texts]
    except ValueError:
        same = False
    return HOLDS if same else (Breach(envelope.at(found), texts[0], text_of(found) or "tom"),)


def _ten_minutes_later(envelope: XmlDocument, correlation: Element, created: str) -> tuple[Breach, ...]:
    """After the envelope was made, or after what the request says of that: where they differ, that is the fault."""
    starts = [created, *(text_of(each) for each in _children(correlation, "RequestingDocumentCreationDateTime"))]
    later = [(_moment(start) + timedelta(minutes=10)).isoformat() for start in starts if _is_moment(start)]
    return _moment_is(envelope, correlation, "ExpectedResponseDateTime", *later)


def _is_moment(text: str) -> bool:
    try:
        _moment(text)
    except ValueError:
        return False
    return True


def _children(parent: Element, name: str) -> list[Element]:
    return parent.findall(f"{{{SBDH}}}{name}")


def _missing(envelope: XmlDocument, parent: Element, path: str, expected: str, actual: str = "mangler") -> Breach:
    place = envelope.at(parent)
    return Breach(replace(place, path=f"{place.path}/{path}"), expected, actual)


def _once(envelope: XmlDocument, parent: Element, name: str) -> tuple[Breach, ...]:
    found = _children(parent, name)
    if len(found) > 1:
        return (Breach(envelope.at(found[1]), f"{name} netop én gang", f"{len(found)} gange"),)
    return HOLDS if found else (_missing(envelope, parent, name, name),)


def _text_is(envelope: XmlDocument, parent: Element, name: str, *texts: str) -> tuple[Breach, ...]:
    return _once(envelope, parent, name) or _is(envelope, _children(parent, name), texts)


def _instance_is(envelope: XmlDocument, name: str, *texts: str) -> tuple[Breach, ...]:
    return _is(envelope, _instances(envelope, name), texts)


def _is(envelope: XmlDocument, elements: list[Element], texts: tuple[str, ...]) -> tuple[Breach, ...]:
    expected = " eller ".join(texts)
    wrong = [each for each in elements if text_of(each) not in texts]
    return tuple(Breach(envelope.at(each), expected, text_of(each) or "tom") for each in wrong)


def _child_valid(envelope: XmlDocument, parent: Element, name: str, kind: Callable[[str], object]) -> tuple[Breach, ...]:
    return tuple(breach for each in _children(parent, name) for breach in _valid(envelope, each, kind))


def _valid(
    envelope: XmlDocument, element: Element, kind: Callable[[str], object], text: str | None = None, shown: str = ""
) -> tuple[Breach, ...]:
    found = text_of(element) if text is None else text
    try:
        kind(found)
    except ValueError as wrong:
        expected = "dato, klokkeslæt og tidszone" if kind is _moment else str(wrong)
        return (Breach(envelope.at(element), expected, shown or found or "tom"),)
    return HOLDS
