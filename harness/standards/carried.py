"""What an envelope of one of the two networks carries, by the names MedCom's registry has for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from harness.domain.errors import BadInput
from harness.domain.way import VANS
from harness.standards.sbdh import Receipt as SbdhReceipt
from harness.standards.sbdh import read_sbdh
from harness.standards.sbdh.envelope import ACKNOWLEDGEMENT, HOME_CARE_OBSERVATION
from harness.standards.vans import Message, Receipt, read_envelope
from harness.standards.xml import parse

_FHIR: Final = {"MCM:FDIS91": "CareCommunication", "MCM:FCTL": "Acknowledgement"}
_SBDH: Final = {HOME_CARE_OBSERVATION: "HomeCareObservation", ACKNOWLEDGEMENT: "Acknowledgement"}
_RECEIPTS: Final = frozenset({"XCTL02", "XCTL03", "Acknowledgement"})


@dataclass(frozen=True, slots=True)
class Carried:
    """What an envelope holds: the formats it may be called by, whether it is a receipt, and its ids (`konvolut`, `besked`)."""

    formats: tuple[str, ...]
    receipt: bool = False
    ids: Mapping[str, str] = field(default_factory=dict)


def carried(network: str, data: bytes) -> Carried:
    """What an envelope of `network` holds. One that cannot be read is an envelope and nothing more: the rules speak of it."""
    try:
        return _in_vans(data) if network == VANS else _in_sbdh(data)
    except BadInput:
        return Carried(("VANSEnvelope" if network == VANS else "SBDH",))


def _in_vans(data: bytes) -> Carried:
    envelope = read_envelope(data)
    match envelope.content:
        case Receipt():
            return Carried(("VANSEnvelope",), receipt=True, ids={"konvolut": envelope.identifier})
        case Message(meta):
            named = meta.document.name.partition("#")[0]
            format_ = _FHIR.get(named, named)
            ids = {"konvolut": envelope.identifier, "besked": meta.identifier}
            return Carried((format_, "VANSEnvelope"), format_ in _RECEIPTS, ids)


def _in_sbdh(data: bytes) -> Carried:
    envelope = read_sbdh(parse(data, "kuvert"))
    if isinstance(envelope, SbdhReceipt):
        return Carried(("SBDH",), receipt=True)
    format_ = _SBDH.get(envelope.standard, envelope.standard)
    return Carried((format_, "SBDH"), format_ in _RECEIPTS, {"konvolut": envelope.id, "besked": envelope.message_id})
