"""Den gode VANSEnvelope 1.0.4: the envelope MedCom's messages travel in, written and read.

Source: MedCom, VANSEnvelope 1.0.4, VANSEnvelope.xsd (trifork/nsp-fhir-gateway@e6f7b80). Whether SizeInBytes counts the bytes
before or after base64 is not public; the builder counts them before.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from lxml import etree

from harness.standards.message_xml import Encoding, MessageReader, add, whole_text, written
from harness.standards.xml import Element, XmlDocument, local_name, parse

NAMESPACE: Final = "urn:oio:medcom:vans-envelope:1.0.4"
_DATE_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?", re.ASCII)


class ReceiptKind(StrEnum):
    """Who receipts, and how: the VANS carrier refuses the envelope, or the receiver refuses or accepts the message."""

    NEGATIVE_VANS = "NegativeVans"
    NEGATIVE_MESSAGE = "NegativeMessage"
    POSITIVE_MESSAGE = "PositiveMessage"


@dataclass(frozen=True, slots=True)
class EndPoint:
    """Who sends or receives: up to 18 characters, and what they are (`EAN`, `CVR` or `VANS`)."""

    value: str
    type: str = "EAN"


@dataclass(frozen=True, slots=True)
class Document:
    """What is carried: `format` is XML, EDIFACT, HL7, Binary or Other; `name` e.g. `XREF15`, `version` e.g. `XH1530R`."""

    format: str
    name: str
    version: str = ""
    size: int = 0


@dataclass(frozen=True, slots=True)
class Transport:
    """How it is carried. `type` is `reliable`, `unreliable` or empty; `tags` are up to five pairs of name and value."""

    transform: bool = False
    type: str = "reliable"
    tags: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class MetaInformation:
    """The message's id (a UUID) and what is said about it. `processing` is a pair of provider and service."""

    identifier: str
    document: Document
    transport: Transport | None = None
    processing: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """A message with its bytes, as they were before base64."""

    meta: MetaInformation
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Receipt:
    """An answer to an envelope. A negative one has `error` (and a `code`, or None); only NegativeVans may lack `original`."""

    kind: ReceiptKind
    original_envelope: str
    original: MetaInformation | None = None
    error: str = ""
    code: int | None = None


@dataclass(frozen=True, slots=True)
class Envelope:
    """One envelope: its own id (a UUID), when it was sent, and a message or a receipt."""

    sender: EndPoint
    receiver: EndPoint
    identifier: str
    sent: datetime
    content: Message | Receipt


def build_envelope(envelope: Envelope, encoding: Encoding = "UTF-8") -> bytes:
    """The envelope as XML in `encoding` (UTF-8 or ISO-8859-1); the same bytes for the same envelope.

    Raises ValueError for text that XML cannot hold (control characters).
    """
    root = etree.fromstring(f'<VANSEnvelope xmlns="{NAMESPACE}"/>')
    add(root, "SenderID", envelope.sender.value).set("EndPointType", envelope.sender.type)
    add(root, "ReceiverID", envelope.receiver.value).set("EndPointType", envelope.receiver.type)
    add(root, "EnvelopeIdentifier", envelope.identifier)
    add(root, "SentDateTime", envelope.sent.isoformat())
    match envelope.content:
        case Message(meta, data):
            message = add(root, "Message")
            _add_meta(add(message, "MetaInformation"), meta)
            add(message, "Data", base64.b64encode(data).decode("ascii"))
        case Receipt() as receipt:
            _add_receipt(add(add(root, "Receipt"), receipt.kind), receipt)
    return written(root, encoding)


def carrying(data: bytes, format: str, name: str, version: str, identifier: str, transport: Transport) -> Message:
    """A message of `data` with its size counted: `carrying(letter, "XML", "XREF15", "XH1530R", uuid, Transport())`."""
    return Message(MetaInformation(identifier, Document(format, name, version, len(data)), transport), data)


def answer_to(envelope: Envelope, error: str = "", code: int | None = None) -> Receipt:
    """The receiver's receipt for the message in `envelope`: positive, or negative when an `error` says why it is refused.

    Raises ValueError for a receipt: a receipt is never receipted.
    """
    if isinstance(envelope.content, Receipt):
        raise ValueError("en kvittering bliver aldrig kvitteret")
    kind = ReceiptKind.NEGATIVE_MESSAGE if error else ReceiptKind.POSITIVE_MESSAGE
    return Receipt(kind, envelope.identifier, envelope.content.meta, error, code)


def _add_meta(parent: Element, meta: MetaInformation) -> None:
    add(parent, "Identifier", meta.identifier)
    if meta.processing:
        processing = add(parent, "Processing")
        add(processing, "ProviderIdentifier", meta.processing[0])
        add(processing, "ServiceIdentifier", meta.processing[1])
    document = add(parent, "Document")
    add(document, "Format", meta.document.format)
    add(document, "Name", meta.document.name)
    if meta.document.version:
        add(document, "Version", meta.document.version)
    add(document, "SizeInBytes", str(meta.document.size))
    if meta.transport:
        transport = add(parent, "Transport")
        if meta.transport.type:
            add(transport, "Type", meta.transport.type)
        add(transport, "TransformMessage", "true" if meta.transport.transform else "false")
        for name, value in meta.transport.tags:
            add(transport, "ServiceTag", value).set("name", name)


def _add_receipt(parent: Element, receipt: Receipt) -> None:
    if receipt.kind is not ReceiptKind.POSITIVE_MESSAGE:
        error = add(parent, "Error")
        if receipt.code is not None:
            add(error, "Code", str(receipt.code))
        add(error, "Description", receipt.error)
    add(parent, "OriginalEnvelopeIdentifier", receipt.original_envelope)
    if receipt.original:
        _add_meta(add(parent, "OriginalMessage"), receipt.original)


def read_envelope(source: bytes | XmlDocument, file: str = "kuvert.xml") -> Envelope:
    """The envelope in `source`. Raises BadInput (Danish, line and column) where what it must have is missing or unreadable.

    Lenient where nothing depends on it: lengths, code lists and the form of ids are for the rules to judge.
    """
    return _Reader(source if isinstance(source, XmlDocument) else parse(source, file), NAMESPACE).envelope()


class _Reader(MessageReader):
    def envelope(self) -> Envelope:
        root = self.document.root
        if root.tag != f"{{{NAMESPACE}}}VANSEnvelope":
            raise self.document.bad(root, f"det er ikke en VANSEnvelope 1.0.4, men {local_name(root)}")
        message, receipt = self.find(root, "Message"), self.find(root, "Receipt")
        content: Message | Receipt
        if message is not None:
            content = Message(self.meta(self.need(message, "MetaInformation")), self.data(self.need(message, "Data")))
        elif receipt is not None:
            content = self.receipt(receipt)
        else:
            raise self.document.bad(root, "kuverten har hverken Message eller Receipt")
        return Envelope(
            self.end_point(self.need(root, "SenderID")),
            self.end_point(self.need(root, "ReceiverID")),
            self.code(self.need(root, "EnvelopeIdentifier")),
            self.moment(self.need(root, "SentDateTime")),
            content,
        )

    def meta(self, element: Element) -> MetaInformation:
        document, transport = self.need(element, "Document"), self.find(element, "Transport")
        processing = self.find(element, "Processing")
        return MetaInformation(
            self.code(self.need(element, "Identifier")),
            Document(
                self.code(self.need(document, "Format")),
                whole_text(self.need(document, "Name")),
                self.text(document, "Version"),
                self.number(self.need(document, "SizeInBytes")),
            ),
            self.transport(transport) if transport is not None else None,
            (whole_text(self.need(processing, "ProviderIdentifier")), whole_text(self.need(processing, "ServiceIdentifier")))
            if processing is not None
            else None,
        )

    def transport(self, element: Element) -> Transport:
        transform = self.need(element, "TransformMessage")
        if self.code(transform) not in ("true", "false", "1", "0"):
            raise self.document.bad(transform, "TransformMessage er ikke true eller false")
        tags = self.all(element, "ServiceTag")
        return Transport(
            self.code(transform) in ("true", "1"),
            self.word(element, "Type"),
            tuple((tag.get("name", ""), whole_text(tag)) for tag in tags),
        )

    def receipt(self, element: Element) -> Receipt:
        for kind in ReceiptKind:
            found = self.find(element, kind)
            if found is not None:
                break
        else:
            raise self.document.bad(element, "kvitteringen er hverken NegativeVans, NegativeMessage eller PositiveMessage")
        error, original = self.find(found, "Error"), self.find(found, "OriginalMessage")
        if error is None and kind is not ReceiptKind.POSITIVE_MESSAGE:
            raise self.document.bad(found, "Error mangler i den negative kvittering")
        code = self.find(error, "Code") if error is not None else None
        return Receipt(
            kind,
            self.code(self.need(found, "OriginalEnvelopeIdentifier")),
            self.meta(original) if original is not None else None,
            whole_text(self.need(error, "Description")) if error is not None else "",
            self.number(code) if code is not None else None,
        )

    def end_point(self, element: Element) -> EndPoint:
        return EndPoint(self.code(element), element.get("EndPointType", ""))

    def moment(self, element: Element) -> datetime:
        text = self.code(element)
        try:
            if _DATE_TIME.fullmatch(text):
                return datetime.fromisoformat(text)
        except ValueError as error:  # 30 February
            raise self.document.bad(element, "SentDateTime er ikke et rigtigt tidspunkt") from error
        raise self.document.bad(element, "SentDateTime er ikke en dato og et klokkeslæt")

    def number(self, element: Element) -> int:
        text = self.code(element)
        if not re.fullmatch(r"[+-]?[0-9]{1,18}", text):
            raise self.document.bad(element, f"{local_name(element)} er ikke et helt tal")
        return int(text)

    def data(self, element: Element) -> bytes:
        try:
            return base64.b64decode("".join(whole_text(element).split()), validate=True)
        except (binascii.Error, ValueError) as error:
            raise self.document.bad(element, "Data er ikke base64") from error
