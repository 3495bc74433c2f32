"""How documents are handed in to the document sharing: SOAP's version, and the many ways to pack them (MTOM)."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from harness.lps.reference.wire import PLAIN, Form
from harness.lps.variations.rewriting import Names, carrying, written_otherwise
from harness.standards.mtom import MEDIA_TYPE, MULTIPART, Package, Part, href, read_package
from harness.standards.soap import Version

FORMS: Final[Mapping[str, Form]] = {
    "soap-1.2": Form(Version.SOAP_12),
    "mtom-soap-1.1": Form(Version.SOAP_11, packed=True),
    "mtom-soap-1.2": Form(Version.SOAP_12, packed=True),
}
"""By the variation's id."""

BOUNDARY: Final = "mtom-boundary-der-skal-citeres"
ESCAPED_ID: Final = "mtom-content-id-med-undvigetegn"
ROOT_LAST: Final = "mtom-konvolutten-sidst"
AROUND: Final = "mtom-tekst-før-og-efter"
HEADERS: Final = "mtom-headere-skrevet-anderledes"
AS_BASE64: Final = "mtom-del-som-base64"
PACKING: Final = (BOUNDARY, ESCAPED_ID, ROOT_LAST, AROUND, HEADERS, AS_BASE64)

_NOT_IN_ROOT: Final = frozenset({"xml-utf-16", "xml-bom"})
"""The root part says UTF-8."""


def form_of(names: Names) -> Form:
    """The form among `names`; the plain one when none is."""
    return next((form for name, form in FORMS.items() if name in names), PLAIN)


@dataclass(frozen=True, slots=True)
class _Piece:
    """One part to be written: its id, its headers by name, and its content."""

    id: str
    media_type: str
    encoding: str
    content: bytes


def packed_otherwise(body: bytes, content_type: str, names: Names) -> tuple[bytes, str]:
    """The packed message with its documents and envelope written, and packed, as `names` say; and its Content-Type."""
    package = read_package(body, content_type)
    envelope, parts = package.envelope, []
    for part in package.parts:
        before = bytes(part.content)
        after = written_otherwise(before, names)
        envelope = carrying(envelope, before, after)
        parts.append(replace(part, content=after))
    envelope = written_otherwise(envelope, names - _NOT_IN_ROOT)
    return _packed(replace(package, envelope=envelope, parts=tuple(parts)), names)


def _packed(package: Package, names: Names) -> tuple[bytes, str]:
    envelope, parts = package.envelope, package.parts
    if ESCAPED_ID in names:
        renamed = [replace(each, id=f"plan+{number}=%a@lps.test") for number, each in enumerate(parts, 1)]
        for old, new in zip(parts, renamed, strict=True):
            envelope = envelope.replace(href(old.id).encode(), _escaped(new).encode())
        parts = tuple(renamed)
    kind = package.version.media_type
    root = _Piece("rod", f'{MEDIA_TYPE}; charset=UTF-8; type="{kind}"', "binary", envelope)
    pieces = [root, *(_piece(each, names) for each in parts)]
    if ROOT_LAST in names:
        pieces = [*pieces[1:], root]
    boundary = "=_del (1):lps?" if BOUNDARY in names else "lps-del-uden-mellemrum"
    body = b"Dette er en pakket besked.\r\n" if AROUND in names else b""
    for piece in pieces:
        body += f"--{boundary}\r\n".encode() + _head(piece, names) + b"\r\n" + piece.content + b"\r\n"
    body += f"--{boundary}--\r\n".encode() + (b"og intet mere" if AROUND in names else b"")
    action = f'; action="{package.action}"' if package.action else ""
    said = f'boundary="{boundary}"; type="{MEDIA_TYPE}"; start="<rod>"; start-info="{kind}"{action}'
    return body, f"{MULTIPART}; {said}"


def _escaped(part: Part) -> str:
    """Its address with more characters escaped than need be."""
    return "cid:" + "".join(each if each.isalnum() else f"%{ord(each):02x}" for each in part.id)


def _piece(part: Part, names: Names) -> _Piece:
    content = bytes(part.content)
    if AS_BASE64 in names:
        return _Piece(part.id, part.media_type, "base64", base64.encodebytes(content).replace(b"\n", b"\r\n"))
    return _Piece(part.id, part.media_type, "binary", content)


def _head(piece: _Piece, names: Names) -> bytes:
    head = {
        "Content-Type": piece.media_type,
        "Content-Transfer-Encoding": piece.encoding,
        "Content-ID": f"<{piece.id}>",
    }
    if HEADERS in names:
        lines = [
            f"{name.upper()}:{value.replace('; ', ';' + chr(13) + chr(10) + ' ')}\r\n" for name, value in reversed(head.items())
        ]
    else:
        lines = [f"{name}: {value}\r\n" for name, value in head.items()]
    return "".join(lines).encode()
