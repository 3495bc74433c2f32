"""One message, with all that it carries, as an LPS with certain variations would have written it.

The innermost is written first: what carries it says its hash and its size, and those follow.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
from dataclasses import replace
from typing import Any, Final

from lxml import etree

from harness.lps.variations.cda_ways import CDA
from harness.lps.variations.edifact_ways import otherwise
from harness.lps.variations.envelope_ways import SBDH, VANS
from harness.lps.variations.json_ways import AS_XML, FHIR_PARTS, JSON_OBJECTS, JSON_TEXTS, in_xml, parts_of
from harness.lps.variations.layout import LAYOUTS
from harness.lps.variations.soap_ways import SOAP_WAYS
from harness.lps.variations.xml_text import SOAP_NAMESPACES, TEXTS, read_text
from harness.standards.fhir.write import as_json
from harness.standards.xml import parse

Names = frozenset[str]

_TREES: Final = {
    "{urn:hl7-org:v3}ClinicalDocument": CDA,
    "{urn:oio:medcom:vans-envelope:1.0.4}VANSEnvelope": VANS,
    "{http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader}StandardBusinessDocument": SBDH,
    **{f"{{{each}}}Envelope": SOAP_WAYS for each in SOAP_NAMESPACES},
}
"""What is written otherwise in a document, by its root. Layout is of every document."""

_CARRIED = re.compile(rb"(?<=>)[\sA-Za-z0-9+/=]{60,}(?=</)")
_BASE64 = re.compile("[A-Za-z0-9+/=]{60,}")
_SIZE = re.compile(rb'(SizeInBytes>|name=["\']size["\'][^>]*>\s*<[\w:]*ValueList>\s*<[\w:]*Value>)(\d+)(?=<)')


def written_otherwise(data: bytes, names: Names) -> bytes:
    """`data` (XML, JSON or EDIFACT) with those of `names` that are about it; the same bytes where none is."""
    start = data[:200].lstrip()
    if start.startswith((b"UNA", b"UNB")):
        return otherwise(data, names)
    if start.startswith(b"{"):
        return _json(data, names)
    return _xml(data, names) if start.startswith(b"<") else data


def carrying(envelope: bytes, before: bytes, after: bytes) -> bytes:
    """`envelope` with what it says of the document it carries, `before`, said of `after`: hash, size and media type."""
    envelope = envelope.replace(_sha1(before), _sha1(after)).replace(_sha1(before).upper(), _sha1(after).upper())
    if before.startswith(b"{") and after.lstrip().startswith(b"<"):
        envelope = envelope.replace(b"application/fhir+json", b"application/fhir+xml")
    size = str(len(before)).encode()
    return _SIZE.sub(lambda found: found[1] + str(len(after)).encode() if found[2] == size else found[0], envelope)


def _sha1(data: bytes) -> bytes:
    return hashlib.sha1(data, usedforsecurity=False).hexdigest().encode()


def _xml(data: bytes, names: Names) -> bytes:
    for packed in dict.fromkeys(_CARRIED.findall(data)):
        before = _unpacked(packed)
        after = written_otherwise(before, names) if before else before
        if after != before:
            data = carrying(data.replace(packed, base64.b64encode(after)), before, after)
    text = read_text(_trees(data, names))
    for name, spell in TEXTS.items():
        if name in names:
            text = spell(text)
    return text.data


def _unpacked(packed: bytes) -> bytes:
    """What is packed as base64; nothing where it is not."""
    try:
        return base64.b64decode(b"".join(packed.split()), validate=True)
    except binascii.Error:
        return b""


def _trees(data: bytes, names: Names) -> bytes:
    root = parse(data, "beskeden").root
    ways = (*_TREES.get(str(root.tag), {}).items(), *LAYOUTS.items())
    changes = [change for name, change in ways if name in names]
    before = etree.tostring(root) if changes else b""
    for change in changes:
        change(root)
    if not changes or etree.tostring(root) == before:
        return data
    text = read_text(data)
    return replace(text, body=etree.tostring(root, encoding="unicode")).data


def _json(data: bytes, names: Names) -> bytes:
    said: dict[str, Any] = json.loads(data)
    is_fhir = "resourceType" in said
    before = json.dumps(said)
    for part in parts_of(said):
        for name, value in part.items():
            if isinstance(value, str) and _BASE64.fullmatch(value):
                part[name] = base64.b64encode(written_otherwise(_unpacked(value.encode()), names)).decode() or value
    for name, change in (FHIR_PARTS if is_fhir else JSON_OBJECTS).items():
        if name in names:
            change(said)
    in_the_other = in_xml(said) if is_fhir and AS_XML in names else None
    if in_the_other is not None:
        return _xml(in_the_other, names)
    if json.dumps(said) != before:
        data = as_json(said) if is_fhir else json.dumps(said, ensure_ascii=False).encode()
    text = data.decode()
    for name, spell in JSON_TEXTS.items():
        if name in names:
            text = spell(text)
    return text.encode()
