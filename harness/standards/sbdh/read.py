"""Reads EHMI's transport envelope, and its receipts."""

from __future__ import annotations

import base64
import binascii
from datetime import datetime

from harness.standards.message_xml import MessageReader, whole_text
from harness.standards.sbdh.envelope import CONTENT, SBDH, SIGNALS, Endpoint, Envelope, Receipt, SignalError
from harness.standards.xml import Element, XmlDocument, local_name, parse


def read_sbdh(document: XmlDocument) -> Envelope | Receipt:
    """What a StandardBusinessDocument is: a message's envelope, or a receipt. Raises BadInput (Danish, with line and column).

    read_sbdh(xml.parse(build_sbdh(envelope), "kuvert.xml")) == envelope
    """
    return _Reader(document, SBDH).read()


class _Reader(MessageReader):
    def read(self) -> Envelope | Receipt:
        root = self.document.root
        if root.tag != f"{{{SBDH}}}StandardBusinessDocument":
            raise self.document.bad(root, "XML'en er ikke et StandardBusinessDocument")
        header = self.one(root, "StandardBusinessDocumentHeader")
        names = self.one(header, "DocumentIdentification")
        scopes = self._scopes(self.one(header, "BusinessScope"))
        sender, receiver = self._endpoint(header, "Sender", scopes), self._endpoint(header, "Receiver", scopes)
        content = self._content(root)
        payload = self._decoded(content)
        own_id, created = self._said(names, "InstanceIdentifier"), self._moment(names, "CreationDateAndTime")
        if self._said(names, "Type") != "Bundle":
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
            standard=self._said(names, "Standard"),
            version=self._said(names, "TypeVersion"),
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
        inner = _Reader(parse(payload, f"{self.document.file}#BinaryContent"), SIGNALS)
        signal = inner.document.root
        if signal.tag not in (f"{{{SIGNALS}}}ReceiptAcknowledgement", f"{{{SIGNALS}}}ReceiptException"):
            raise self.document.bad(self.document.root, "indholdet er ikke en ebBP-kvittering for modtagelse")
        correlation = self.one(self._scope_of(scopes, "EHMI-ReceiptAcknowledgement"), "CorrelationInformation")
        error = None
        if local_name(signal) == "ReceiptException":
            kind = inner.one(inner.one(signal, "ExceptionType"), "ReceiptException")
            error = SignalError(
                (kind.text or "").strip(),
                inner._said(signal, "Reason"),
                inner._said(signal, "ExceptionMessage"),
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
            original_document=inner._said(signal, "OriginalDocumentIdentifier"),
            error=error,
        )

    def _scopes(self, parent: Element) -> dict[str, Element]:
        found: dict[str, Element] = {}
        for scope in self.all(parent, "Scope"):
            name = self._said(scope, "Type")
            if name in found:
                raise self.document.bad(scope, f"{name} står to gange")
            found[name] = scope
        return found

    def _scope_of(self, scopes: dict[str, Element], type: str) -> Element:
        if type not in scopes:
            raise self.document.bad(self.document.root, f"{type} mangler i BusinessScope")
        return scopes[type]

    def _instance(self, scopes: dict[str, Element], type: str, default: str | None = None) -> str:
        if default is not None and type not in scopes:
            return default
        return self._said(self._scope_of(scopes, type), "InstanceIdentifier")

    def _endpoint(self, header: Element, role: str, scopes: dict[str, Element]) -> Endpoint:
        address = self._said(self.one(header, role), "Identifier")
        return Endpoint(address.removeprefix("0088:"), self._instance(scopes, f"{role.upper()}ID"))

    def _content(self, root: Element) -> Element:
        """BinaryContent in Peppol's namespace, or in the header's own, as MedCom's examples write it."""
        found = [*root.iterchildren(f"{{{CONTENT}}}BinaryContent"), *root.iterchildren(f"{{{SBDH}}}BinaryContent")]
        if len(found) != 1:
            raise self.document.bad(root, f"BinaryContent skal stå netop én gang, og står {len(found)} gange")
        return found[0]

    def _decoded(self, content: Element) -> bytes:
        try:
            return base64.b64decode("".join((content.text or "").split()), validate=True)
        except (binascii.Error, ValueError):
            raise self.document.bad(content, "BinaryContent er ikke base64") from None

    def _said(self, parent: Element, name: str) -> str:
        return whole_text(self.one(parent, name)).strip()

    def _moment(self, parent: Element, name: str) -> datetime:
        try:
            moment = datetime.fromisoformat(self._said(parent, name))
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo is None:
            raise self.document.bad(self.one(parent, name), f"{name} skal være dato, klokkeslæt og tidszone")
        return moment
