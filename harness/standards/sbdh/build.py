"""Writes EHMI's transport envelope, and its receipts."""

from __future__ import annotations

import base64
from datetime import datetime, timedelta

from lxml import etree

from harness.standards.message_xml import add
from harness.standards.sbdh.envelope import (
    ANSWER_WITHIN,
    AUTHORITY,
    CONTENT,
    MESSAGING,
    PROCESS,
    RECEIPT_DOCUMENT,
    RECEIPT_STANDARD,
    RECEIPT_VERSION,
    SBDH,
    SIGNALS,
    XDS_IDENTIFIER,
    Endpoint,
    Envelope,
    Receipt,
)
from harness.standards.xml import Element

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


def build_sbdh(envelope: Envelope) -> bytes:
    """The envelope as a StandardBusinessDocument, UTF-8; the same bytes for the same envelope. Raises ValueError for what XML
    cannot hold.

        build_sbdh(replace(envelope, id=new_id, created=now))   # resent: a new envelope round the same message
    """
    root, header = _document(
        envelope.sender, envelope.receiver, (envelope.standard, envelope.version, envelope.id, "Bundle"), envelope.created
    )
    scopes = add(header, "BusinessScope")
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
    scopes = add(header, "BusinessScope")
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
    header = add(root, "StandardBusinessDocumentHeader")
    add(header, "HeaderVersion", "1.0")
    for role, party in (("Sender", sender), ("Receiver", receiver)):
        add(add(header, role), "Identifier", f"0088:{party.gln}").set("Authority", AUTHORITY)
    identification = add(header, "DocumentIdentification")
    for name, text in zip(("Standard", "TypeVersion", "InstanceIdentifier", "Type"), names, strict=True):
        add(identification, name, text)
    add(identification, "MultipleType", "false")
    add(identification, "CreationDateAndTime", created.isoformat())
    return root, header


def _scope(scopes: Element, type: str, instance: str | etree.CDATA, identifier: str = MESSAGING) -> Element:
    scope = add(scopes, "Scope")
    add(scope, "Type", type)
    add(scope, "InstanceIdentifier").text = instance
    add(scope, "Identifier", identifier)
    return scope


def _correlation(scopes: Element, role: str, kind: str, created: datetime, id: str) -> None:
    """`created` and `id` are those of the envelope that asks for the receipt, in the answer too."""
    scope = _scope(scopes, "EHMI-ReceiptAcknowledgement", role)
    correlation = add(scope, "CorrelationInformation")
    add(correlation, "RequestingDocumentCreationDateTime", created.isoformat())
    add(correlation, "RequestingDocumentInstanceIdentifier", id)
    if role == "Request":
        add(correlation, "ExpectedResponseDateTime", (created + ANSWER_WITHIN).isoformat())
    service = add(scope, "BusinessService")
    add(service, "BusinessServiceName", f"EHMI-ReceiptAcknowledgement-{role}")
    within = ANSWER_WITHIN // timedelta(milliseconds=1) if role == "Request" else 0
    transaction = add(service, "ServiceTransaction")
    transaction.set("TypeOfServiceTransaction", f"{kind}ServiceTransaction")
    transaction.set("TimeToAcknowledgeReceipt", str(within))
    for name, value in _UNASKED:
        transaction.set(name, value)


def _signal(receipt: Receipt, name: str) -> bytes:
    signal = etree.fromstring(f'<s:{name} xmlns:s="{SIGNALS}"/>')
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


def _written(root: Element, payload: bytes, mime_type: str) -> bytes:
    content = etree.SubElement(root, f"{{{CONTENT}}}BinaryContent", {"mimeType": mime_type, "encoding": "UTF-8"})
    content.text = base64.b64encode(payload).decode("ascii")
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
