"""EHMI's transport envelope: SBDH round a MedCom FHIR message, and the ebBP receipts that answer it.

Sources: medcomdk/dk-ehmi-sbdh@38082f8, examples of 2025; UN/CEFACT Standard Business Document Header 1.3; OASIS ebBP Signals 2.0.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid5

from lxml import etree

from harness.standards.xml import Element, XmlDocument, local_name, parse

SBDH: Final = "http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader"
CONTENT: Final = "http://peppol.eu/xsd/ticc/envelope/1.0"
SIGNALS: Final = "http://docs.oasis-open.org/ebxml-bp/ebbp-signals-2.0"

AUTHORITY: Final = "iso6523-actorid-upis"
MESSAGING: Final = "dk-medcom-messaging"
XDS_IDENTIFIER: Final = "dk-medcom-DocumentReference"
HOME_CARE_OBSERVATION: Final = "homecareobservation-message"
_STRUCTURE: Final = "urn:dk:healthcare:medcom:messaging:fhir:structuredefinition"
HOME_CARE_DOCUMENT: Final = f"{_STRUCTURE}::{HOME_CARE_OBSERVATION}##urn:dk:medcom:fhir:{HOME_CARE_OBSERVATION}::1.2"
PROCESS: Final = "urn:ehmi:sdn-emergence"
RECEIPT_STANDARD: Final = "ehmisbdh-acknowledgement"
RECEIPT_VERSION: Final = "ebbp-signals-2.0"
RECEIPT_DOCUMENT: Final = (
    "urn:dk:healthcare:messaging:oasis:ebxml:schema:xsd::ehmisbdh-acknowledgement##urn:dk:ehmi:sbdh:ehmisbdh-acknowledgement::1.0"
)
ANSWER_WITHIN: Final = timedelta(minutes=10)

_PATIENTS = UUID("6ba7b812-9dad-11d1-80b4-00c04fd430c8")
_UNASKED = (
    ("IsNonRepudiationRequired", "false"),
    ("IsAuthenticationRequired", "false"),
    ("IsNonRepudiationOfReceiptRequired", "false"),
    ("IsIntelligibleCheckRequired", "false"),
    ("IsApplicationErrorResponseRequested", "false"),
    ("TimeToAcknowledgeAcceptance", "0"),
    ("TimeToPerform", "0"),
    ("Recurrence", "0"),
)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Who sends or receives: the network's location number, and the organisation's SOR code."""

    gln: str
    sor: str


@dataclass(frozen=True, slots=True)
class Envelope:
    """A message in its envelope. `created` has an offset. `message_id` is MessageHeader.id, `bundle_id` Bundle.id.

    `patient` is a CPR number, or its mask (`masked`); empty for what has no patient. `xds_metadata` is the DocumentReference as
    text, only towards document sharing.
    """

    id: str
    created: datetime
    sender: Endpoint
    receiver: Endpoint
    message_id: str
    bundle_id: str
    payload: bytes
    patient: str = ""
    standard: str = HOME_CARE_OBSERVATION
    version: str = "1.1"
    document: str = HOME_CARE_DOCUMENT
    mime_type: str = "application/fhir+json"
    xds_metadata: str = ""


@dataclass(frozen=True, slots=True)
class SignalError:
    """Why an envelope was not taken in: ebBP's kind (`Syntax` …), the reason, and the details."""

    kind: str
    reason: str
    message: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """An answer to an envelope, in an envelope of its own. `error` is None for ReceiptAcknowledgement.

    What begins with `original` is of the envelope that is answered.
    """

    id: str
    created: datetime
    sender: Endpoint
    receiver: Endpoint
    original_id: str
    original_created: datetime
    original_message_id: str
    original_bundle_id: str
    original_standard: str
    original_version: str
    original_document: str
    error: SignalError | None = None


def masked(cpr: str) -> str:
    """The CPR number as the draft of 2024 hid it: a UUID, version 5. `masked("2509479989")` is the same every time."""
    return str(uuid5(_PATIENTS, cpr))


def receipt_for(envelope: Envelope, id: str, created: datetime, error: SignalError | None = None) -> Receipt:
    """The receipt that answers `envelope`: from its receiver to its sender."""
    return Receipt(
        id=id,
        created=created,
        sender=envelope.receiver,
        receiver=envelope.sender,
        original_id=envelope.id,
        original_created=envelope.created,
        original_message_id=envelope.message_id,
        original_bundle_id=envelope.bundle_id,
        original_standard=envelope.standard,
        original_version=envelope.version,
        original_document=envelope.document,
        error=error,
    )


def build_sbdh(envelope: Envelope) -> bytes:
    """The envelope as a StandardBusinessDocument, UTF-8; the same bytes for the same envelope. Raises ValueError for what XML
    cannot hold.

        build_sbdh(replace(envelope, id=new_id, created=now))   # resent: a new envelope round the same message
    """
    root, header = _document(
        envelope.sender, envelope.receiver, (envelope.standard, envelope.version, envelope.id, "Bundle"), envelope.created
    )
    scopes = _add(header, "BusinessScope")
    _scope(scopes, "DOCUMENTID", envelope.document)
    _scope(scopes, "PROCESSID", PROCESS)
    if envelope.patient:
        _scope(scopes, "PATIENTID", envelope.patient)
    _scope(scopes, "SENDERID", envelope.sender.sor)
    _scope(scopes, "RECEIVERID", envelope.receiver.sor)
    _scope(scopes, "MESSAGEIDENTIFIER", envelope.message_id)
    _scope(scopes, "MESSAGEENVELOPEIDENTIFIER", envelope.bundle_id)
    _scope(scopes, "StatisticalInformation", f"MCM:{envelope.standard}")
    _correlation(scopes, "Request", "Requesting", envelope.created, envelope.id)
    if envelope.xds_metadata:
        _scope(scopes, "XDS-METADATA", etree.CDATA(envelope.xds_metadata), XDS_IDENTIFIER)
    return _written(root, envelope.payload, envelope.mime_type)


def build_receipt(receipt: Receipt) -> bytes:
    """The receipt as a StandardBusinessDocument round its ebBP signal, UTF-8; the same bytes for the same receipt."""
    signal = "ReceiptException" if receipt.error else "ReceiptAcknowledgement"
    root, header = _document(
        receipt.sender, receipt.receiver, (RECEIPT_STANDARD, RECEIPT_VERSION, receipt.id, signal), receipt.created
    )
    scopes = _add(header, "BusinessScope")
    _scope(scopes, "DOCUMENTID", RECEIPT_DOCUMENT)
    _scope(scopes, "PROCESSID", PROCESS)
    _scope(scopes, "SENDERID", receipt.sender.sor)
    _scope(scopes, "RECEIVERID", receipt.receiver.sor)
    _scope(scopes, "MESSAGEIDENTIFIER", receipt.id)
    _scope(scopes, "ORIGINALMESSAGEIDENTIFIER", receipt.original_message_id)
    _scope(scopes, "ORIGINALMESSAGEENVELOPEIDENTIFIER", receipt.original_bundle_id)
    _scope(scopes, "ORIGINALMESSAGESTANDARD", receipt.original_standard)
    _scope(scopes, "ORIGINALMESSAGEVERSION", receipt.original_version)
    _scope(scopes, "ORIGINALENVELOPEIDENTIFIER", receipt.original_id)
    _scope(scopes, "StatisticalInformation", signal)
    _correlation(scopes, "Response", "Responding", receipt.original_created, receipt.original_id)
    return _written(root, _signal(receipt, signal), "application/xml")


def _document(
    sender: Endpoint, receiver: Endpoint, names: tuple[str, str, str, str], created: datetime
) -> tuple[Element, Element]:
    root = etree.fromstring(f'<StandardBusinessDocument xmlns="{SBDH}"/>')
    header = _add(root, "StandardBusinessDocumentHeader")
    _add(header, "HeaderVersion", "1.0")
    for role, party in (("Sender", sender), ("Receiver", receiver)):
        _add(_add(header, role), "Identifier", f"0088:{party.gln}").set("Authority", AUTHORITY)
    identification = _add(header, "DocumentIdentification")
    for name, text in zip(("Standard", "TypeVersion", "InstanceIdentifier", "Type"), names, strict=True):
        _add(identification, name, text)
    _add(identification, "MultipleType", "false")
    _add(identification, "CreationDateAndTime", created.isoformat())
    return root, header


def _scope(scopes: Element, type: str, instance: str | etree.CDATA, identifier: str = MESSAGING) -> Element:
    scope = _add(scopes, "Scope")
    _add(scope, "Type", type)
    _add(scope, "InstanceIdentifier").text = instance
    _add(scope, "Identifier", identifier)
    return scope


def _correlation(scopes: Element, role: str, kind: str, created: datetime, id: str) -> None:
    """`created` and `id` are those of the envelope that asks for the receipt, in the answer too."""
    scope = _scope(scopes, "EHMI-ReceiptAcknowledgement", role)
    correlation = _add(scope, "CorrelationInformation")
    _add(correlation, "RequestingDocumentCreationDateTime", created.isoformat())
    _add(correlation, "RequestingDocumentInstanceIdentifier", id)
    if role == "Request":
        _add(correlation, "ExpectedResponseDateTime", (created + ANSWER_WITHIN).isoformat())
    service = _add(scope, "BusinessService")
    _add(service, "BusinessServiceName", f"EHMI-ReceiptAcknowledgement-{role}")
    within = ANSWER_WITHIN // timedelta(milliseconds=1) if role == "Request" else 0
    transaction = _add(service, "ServiceTransaction")
    transaction.set("TypeOfServiceTransaction", f"{kind}ServiceTransaction")
    transaction.set("TimeToAcknowledgeReceipt", str(within))
    for name, value in _UNASKED:
        transaction.set(name, value)


def _signal(receipt: Receipt, name: str) -> bytes:
    signal = etree.fromstring(f'<s:{name} xmlns:s="{SIGNALS}"/>')

    def add(parent: Element, child: str, text: str | None = None) -> Element:
        element = etree.SubElement(parent, f"{{{SIGNALS}}}{child}")
        element.text = text
        return element

    add(signal, "OriginalMessageIdentifier", receipt.original_id)
    add(signal, "OriginalDocumentIdentifier", receipt.original_document)
    add(signal, "OriginalMessageDateTime", receipt.original_created.isoformat())
    add(signal, "ThisMessageDateTime", receipt.created.isoformat())
    add(signal, "FromPartyInfo", f"0088:{receipt.sender.gln}").set("type", AUTHORITY)
    add(signal, "ToPartyInfo", f"0088:{receipt.receiver.gln}").set("type", AUTHORITY)
    if receipt.error:
        add(add(signal, "ExceptionType"), "ReceiptException", receipt.error.kind)
        add(signal, "Reason", receipt.error.reason)
        add(signal, "ExceptionMessage", receipt.error.message)
    return etree.tostring(signal, encoding="UTF-8", pretty_print=True)


def _add(parent: Element, name: str, text: str | None = None) -> Element:
    element = etree.SubElement(parent, f"{{{SBDH}}}{name}")
    element.text = text
    return element


def _written(root: Element, payload: bytes, mime_type: str) -> bytes:
    content = etree.SubElement(root, f"{{{CONTENT}}}BinaryContent", {"mimeType": mime_type, "encoding": "UTF-8"})
    content.text = base64.b64encode(payload).decode("ascii")
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def read_sbdh(document: XmlDocument) -> Envelope | Receipt:
    """What a StandardBusinessDocument is: a message's envelope, or a receipt. Raises BadInput (Danish, with line and column).

    read_sbdh(xml.parse(build_sbdh(envelope), "kuvert.xml")) == envelope
    """
    return _Reader(document).read()


class _Reader:
    def __init__(self, document: XmlDocument) -> None:
        self._document = document

    def read(self) -> Envelope | Receipt:
        root = self._document.root
        if root.tag != f"{{{SBDH}}}StandardBusinessDocument":
            raise self._document.bad(root, "XML'en er ikke et StandardBusinessDocument")
        header = self._one(root, "StandardBusinessDocumentHeader")
        names = self._one(header, "DocumentIdentification")
        scopes = self._scopes(self._one(header, "BusinessScope"))
        sender, receiver = self._endpoint(header, "Sender", scopes), self._endpoint(header, "Receiver", scopes)
        content = self._content(root)
        payload = self._decoded(content)
        own_id, created = self._text(names, "InstanceIdentifier"), self._moment(names, "CreationDateAndTime")
        if self._text(names, "Type") != "Bundle":
            return self._receipt(own_id, created, sender, receiver, scopes, payload)
        return Envelope(
            id=own_id,
            created=created,
            sender=sender,
            receiver=receiver,
            message_id=self._instance(scopes, "MESSAGEIDENTIFIER"),
            bundle_id=self._instance(scopes, "MESSAGEENVELOPEIDENTIFIER"),
            payload=payload,
            patient=self._instance(scopes, "PATIENTID", ""),
            standard=self._text(names, "Standard"),
            version=self._text(names, "TypeVersion"),
            document=self._instance(scopes, "DOCUMENTID"),
            mime_type=content.get("mimeType", ""),
            xds_metadata=self._instance(scopes, "XDS-METADATA", ""),
        )

    def _receipt(
        self,
        id: str,
        created: datetime,
        sender: Endpoint,
        receiver: Endpoint,
        scopes: dict[str, Element],
        payload: bytes,
    ) -> Receipt:
        inner = _Reader(parse(payload, f"{self._document.file}#BinaryContent"))
        signal = inner._document.root
        if signal.tag not in (f"{{{SIGNALS}}}ReceiptAcknowledgement", f"{{{SIGNALS}}}ReceiptException"):
            raise self._document.bad(self._document.root, "indholdet er ikke en ebBP-kvittering for modtagelse")
        correlation = self._one(self._scope_of(scopes, "EHMI-ReceiptAcknowledgement"), "CorrelationInformation")
        error = None
        if local_name(signal) == "ReceiptException":
            kind = inner._one(inner._one(signal, "ExceptionType", SIGNALS), "ReceiptException", SIGNALS)
            error = SignalError(
                (kind.text or "").strip(),
                inner._text(signal, "Reason", SIGNALS),
                inner._text(signal, "ExceptionMessage", SIGNALS),
            )
        return Receipt(
            id=id,
            created=created,
            sender=sender,
            receiver=receiver,
            original_id=self._instance(scopes, "ORIGINALENVELOPEIDENTIFIER"),
            original_created=self._moment(correlation, "RequestingDocumentCreationDateTime"),
            original_message_id=self._instance(scopes, "ORIGINALMESSAGEIDENTIFIER"),
            original_bundle_id=self._instance(scopes, "ORIGINALMESSAGEENVELOPEIDENTIFIER"),
            original_standard=self._instance(scopes, "ORIGINALMESSAGESTANDARD"),
            original_version=self._instance(scopes, "ORIGINALMESSAGEVERSION"),
            original_document=inner._text(signal, "OriginalDocumentIdentifier", SIGNALS),
            error=error,
        )

    def _scopes(self, parent: Element) -> dict[str, Element]:
        found: dict[str, Element] = {}
        for scope in parent.findall(f"{{{SBDH}}}Scope"):
            name = self._text(scope, "Type")
            if name in found:
                raise self._document.bad(scope, f"{name} står to gange")
            found[name] = scope
        return found

    def _scope_of(self, scopes: dict[str, Element], type: str) -> Element:
        if type not in scopes:
            raise self._document.bad(self._document.root, f"{type} mangler i BusinessScope")
        return scopes[type]

    def _instance(self, scopes: dict[str, Element], type: str, default: str | None = None) -> str:
        if default is not None and type not in scopes:
            return default
        return self._text(self._scope_of(scopes, type), "InstanceIdentifier")

    def _endpoint(self, header: Element, role: str, scopes: dict[str, Element]) -> Endpoint:
        address = self._text(self._one(header, role), "Identifier")
        return Endpoint(address.removeprefix("0088:"), self._instance(scopes, f"{role.upper()}ID"))

    def _content(self, root: Element) -> Element:
        """BinaryContent in Peppol's namespace, or in the header's own, as MedCom's examples write it."""
        found = [*root.iterchildren(f"{{{CONTENT}}}BinaryContent"), *root.iterchildren(f"{{{SBDH}}}BinaryContent")]
        if len(found) != 1:
            raise self._document.bad(root, f"BinaryContent skal stå netop én gang, og står {len(found)} gange")
        return found[0]

    def _decoded(self, content: Element) -> bytes:
        try:
            return base64.b64decode("".join((content.text or "").split()), validate=True)
        except (binascii.Error, ValueError):
            raise self._document.bad(content, "BinaryContent er ikke base64") from None

    def _one(self, parent: Element, name: str, namespace: str = SBDH) -> Element:
        found = parent.findall(f"{{{namespace}}}{name}")
        if len(found) != 1:
            raise self._document.bad(found[1] if found else parent, f"{name} skal stå netop én gang, og står {len(found)} gange")
        return found[0]

    def _text(self, parent: Element, name: str, namespace: str = SBDH) -> str:
        return "".join(str(each) for each in self._one(parent, name, namespace).itertext()).strip()

    def _moment(self, parent: Element, name: str) -> datetime:
        try:
            moment = datetime.fromisoformat(self._text(parent, name))
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo is None:
            raise self._document.bad(self._one(parent, name), f"{name} skal være dato, klokkeslæt og tidszone")
        return moment
