"""What EHMI's transport envelope and its receipts say, as values, and the names they are said by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid5

SBDH: Final = "http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader"
CONTENT: Final = "http://peppol.eu/xsd/ticc/envelope/1.0"
SIGNALS: Final = "http://docs.oasis-open.org/ebxml-bp/ebbp-signals-2.0"

AUTHORITY: Final = "iso6523-actorid-upis"
MESSAGING: Final = "dk-medcom-messaging"
XDS_IDENTIFIER: Final = "dk-medcom-DocumentReference"
HOME_CARE_OBSERVATION: Final = "homecareobservation-message"
_STRUCTURE: Final = "urn:dk:healthcare:medcom:messaging:fhir:structuredefinition"
HOME_CARE_DOCUMENT: Final = f"{_STRUCTURE}::{HOME_CARE_OBSERVATION}##urn:dk:medcom:fhir:{HOME_CARE_OBSERVATION}::1.2"
ACKNOWLEDGEMENT: Final = "acknowledgement-message"
ACKNOWLEDGEMENT_VERSION: Final = "2.0"
ACKNOWLEDGEMENT_DOCUMENT: Final = f"{_STRUCTURE}::{ACKNOWLEDGEMENT}##urn:dk:medcom:fhir:{ACKNOWLEDGEMENT}::2.0"
PROCESS: Final = "urn:ehmi:sdn-emergence"
RECEIPT_STANDARD: Final = "ehmisbdh-acknowledgement"
RECEIPT_VERSION: Final = "ebbp-signals-2.0"
RECEIPT_DOCUMENT: Final = (
    "urn:dk:healthcare:messaging:oasis:ebxml:schema:xsd::ehmisbdh-acknowledgement##urn:dk:ehmi:sbdh:ehmisbdh-acknowledgement::1.0"
)
ANSWER_WITHIN: Final = timedelta(minutes=10)

_PATIENTS = UUID("6ba7b812-9dad-11d1-80b4-00c04fd430c8")


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
