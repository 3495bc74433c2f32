"""MedCom's envelopes that say the same otherwise: VANSEnvelope 1.0.4 and EHMI's SBDH."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Final

from lxml import etree

from harness.standards.sbdh.envelope import CONTENT
from harness.standards.vans import NAMESPACE
from harness.standards.xml import Element

_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)")
_PACKED: Final = (f"{{{NAMESPACE}}}Data", f"{{{CONTENT}}}BinaryContent")


def _moments(change: Callable[[datetime], str]) -> Callable[[Element], None]:
    def changed(root: Element) -> None:
        for each in root.iter("*"):
            if _MOMENT.fullmatch(each.text or ""):
                each.text = change(datetime.fromisoformat(each.text or ""))

    return changed


def _in_lines(root: Element) -> None:
    for each in root.iter(*_PACKED):
        each.text = "\n" + "\n".join(textwrap.wrap(each.text or "", 76)) + "\n"


def _v(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


def _tagged(root: Element) -> None:
    for transport in root.iter(_v("Transport")):
        tag = etree.SubElement(transport, _v("ServiceTag"), {"name": "LPS:Version"})
        tag.text = "7.3"


def _without_type(root: Element) -> None:
    for transport in root.iter(_v("Transport")):
        for each in list(transport.iterchildren(_v("Type"))):
            transport.remove(each)


def _processed(root: Element) -> None:
    for meta in root.iter(_v("MetaInformation")):
        identifier = next(meta.iterchildren(_v("Identifier")))
        processing = etree.Element(_v("Processing"))
        etree.SubElement(processing, _v("ProviderIdentifier")).text = "Lægesystemet"
        etree.SubElement(processing, _v("ServiceIdentifier")).text = "Afsendelse"
        identifier.addnext(processing)


def _ids_in_capitals(root: Element) -> None:
    own = [*root.iterchildren(_v("EnvelopeIdentifier"))]
    for message in root.iterchildren(_v("Message")):
        own += message.iterfind(f"{_v('MetaInformation')}/{_v('Identifier')}")
    for each in own:
        each.text = (each.text or "").upper()


_DANISH: Final = timezone(timedelta(hours=2))

VANS: Final[Mapping[str, Callable[[Element], None]]] = {
    "vans-tid-med-forskel-til-utc": _moments(lambda moment: moment.astimezone(_DANISH).isoformat()),
    "vans-tid-med-z": _moments(lambda moment: moment.astimezone(UTC).isoformat().replace("+00:00", "Z")),
    "vans-tid-med-brøkdele": _moments(lambda moment: moment.isoformat(timespec="milliseconds")),
    "vans-base64-i-linjer": _in_lines,
    "vans-med-servicetag": _tagged,
    "vans-uden-transporttype": _without_type,
    "vans-med-behandler": _processed,
    "vans-id-med-store-bogstaver": _ids_in_capitals,
}
"""By the variation's id; a VANSEnvelope is changed."""

SBDH: Final[Mapping[str, Callable[[Element], None]]] = {
    "sbdh-tid-med-z": _moments(lambda moment: moment.astimezone(UTC).isoformat().replace("+00:00", "Z")),
    "sbdh-base64-i-linjer": _in_lines,
}
"""By the variation's id; a StandardBusinessDocument is changed."""
