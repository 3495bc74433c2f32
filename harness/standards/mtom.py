"""MTOM: a SOAP message whose documents travel as MIME parts of their own, without base64. Reads and builds it.

Sources: W3C, SOAP Message Transmission Optimization Mechanism and XML-binary Optimized Packaging (XOP 1.0); RFC 2387
(multipart/related); RFC 2046, 5.1 (boundaries); RFC 2392 (cid:). Parts are split here and not by `email`, which changes their
line ends: a document would no longer have its own hash. A part is never copied: it is a view into the message.

A fault of the packing has the line of the whole message; a fault of the envelope has the envelope's own line and column.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from email.message import Message
from email.parser import BytesHeaderParser
from typing import Final
from urllib.parse import quote, unquote
from xml.parsers import expat

from harness.domain.errors import BadInput
from harness.domain.exchange import Headers, header
from harness.standards.soap import Envelope, Version, parameters, read_envelope
from harness.standards.xml import Element, XmlDocument, parse

XOP: Final = "http://www.w3.org/2004/08/xop/include"
INCLUDE: Final = f"{{{XOP}}}Include"
MEDIA_TYPE: Final = "application/xop+xml"
MULTIPART: Final = "multipart/related"
MAX_BODY: Final = 100_000_000
MAX_PARTS: Final = 64
MAX_HEADERS: Final = 16 * 1024

_ROOT_ID = "konvolut@lps-harness"
_END = b"\r\n"


@dataclass(frozen=True, slots=True)
class Part:
    """One attached part: its `id` without `<>`, its bytes, and their media type."""

    id: str
    content: bytes | memoryview = field(repr=False)
    media_type: str = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Package:
    """A packed message: the envelope's bytes, with an xop:Include for each part, and the parts."""

    envelope: bytes = field(repr=False)
    parts: tuple[Part, ...] = ()
    version: Version = Version.SOAP_12
    action: str = ""


def is_package(headers: Headers) -> bool:
    """Whether the message comes as multipart/related."""
    return _media_type(header(headers, "content-type")) == MULTIPART


def version_said(headers: Headers) -> Version:
    """The version of SOAP that Content-Type says, for a fault about what cannot be read; SOAP 1.1 where it says none."""
    kind = header(headers, "content-type")
    said = parameters(kind).get("start-info", "") if is_package(headers) else kind
    return Version.SOAP_12 if _media_type(said) == Version.SOAP_12.media_type else Version.SOAP_11


def read_message(
    data: bytes, headers: Headers = (), file: str = "besked", speaks: Collection[Version] = (Version.SOAP_11,)
) -> Envelope:
    """The SOAP message in `data`, packed or not; `Envelope.attached` has the bytes of what was packed.

    Raises BadInput as `read_envelope` and `read_package` do, and when an xop:Include has no part, or is not alone.

    >>> read_message(request.body, request.headers, speaks=EITHER).attached
    """
    if not is_package(headers):
        return read_envelope(data, headers, file, speaks)
    package = read_package(data, header(headers, "content-type"))
    envelope = read_envelope(package.envelope, headers, file, speaks)
    attached = {holder: part.content for holder, part in _attached(envelope.document, package)}
    return replace(envelope, action=envelope.action or package.action, attached=attached)


def inlined(data: bytes, headers: Headers) -> bytes:
    """The envelope of a packed message with base64 where it had xop:Include: what rules and schemas read.

    Every element keeps the line it has in the envelope. What is not packed is given back as it is. Raises BadInput.
    """
    if not is_package(headers):
        return data
    package = read_package(data, header(headers, "content-type"))
    if b"\0" in package.envelope[:4]:
        raise BadInput("Konvolutten er i UTF-16. I en pakket besked læses her kun UTF-8", 1, 1)
    attached = _attached(parse(package.envelope, "konvolut"), package)
    pieces: list[bytes] = []
    done = 0
    for (start, end), (_, part) in zip(_includes(package.envelope), attached, strict=True):
        pieces += [package.envelope[done:start], base64.b64encode(part.content)]
        done = end
    return b"".join((*pieces, package.envelope[done:]))


def read_package(data: bytes, content_type: str) -> Package:
    """What is packed in `data`, whose Content-Type is given. A part that travelled as base64 is decoded.

    Raises BadInput for more than 100 MB, 64 parts or 16 kB of headers in a part, for a message that is cut off, for parts of the
    same id, and for what is no MTOM.
    """
    if len(data) > MAX_BODY:
        raise BadInput(f"Beskeden er større end {MAX_BODY // 1_000_000} MB")
    said = parameters(content_type)
    if said.get("type", MEDIA_TYPE).lower() != MEDIA_TYPE:
        raise BadInput(f"Beskedens dele er af typen {said['type']}. En MTOM-besked har {MEDIA_TYPE}")
    if not 1 <= len(said.get("boundary", "")) <= 70 or not said["boundary"].isascii():
        raise BadInput("Content-Type har ingen brugbar boundary (1-70 tegn)")
    parts = [_part(data, start, end) for start, end in _split(data, said["boundary"].encode())]
    if not parts:
        raise BadInput("Beskeden har ingen dele", 1)
    names = [part.id for part in parts if part.id]
    twice = next((name for name in names if names.count(name) > 1), "")
    if twice:
        raise BadInput(f"To dele af beskeden har samme Content-ID ({twice})")
    start = _bare(said.get("start", "")) or parts[0].id
    root = next((part for part in parts if part.id == start), None)
    if root is None:
        raise BadInput(f"Content-Type siger, at konvolutten er {start}, men der er ingen del med det Content-ID")
    kind = said.get("start-info", "") or parameters(root.media_type).get("type", "")
    version = Version.SOAP_12 if _media_type(kind) == Version.SOAP_12.media_type else Version.SOAP_11
    action = said.get("action") or parameters(kind).get("action", "")
    rest = tuple(replace(part, media_type=_media_type(part.media_type)) for part in parts if part is not root)
    return Package(bytes(root.content), rest, version, action)


def build_package(package: Package) -> tuple[bytes, str]:
    """The message's body and its Content-Type. The boundary is a hash of the content, so that it stands in none of it.

    >>> body, content_type = build_package(Package(envelope, (Part("plan@lps", document, "text/xml"),)))
    """
    action = f'; action="{package.action}"' if package.action else ""
    kind = package.version.media_type
    root = Part(_ROOT_ID, package.envelope, f'{MEDIA_TYPE}; charset=UTF-8; type="{kind}"')
    digest = hashlib.sha256()
    pieces: list[bytes | memoryview] = []
    for part in (root, *package.parts):
        head = f"Content-Type: {part.media_type}\r\nContent-Transfer-Encoding: binary\r\nContent-ID: <{part.id}>\r\n\r\n"
        pieces += [head.encode("ascii"), part.content]
        digest.update(pieces[-2])
        digest.update(part.content)
    boundary = f"lps-{digest.hexdigest()[:40]}"
    line = b"--" + boundary.encode() + _END
    body = b"".join(
        piece for head, content in zip(pieces[::2], pieces[1::2], strict=True) for piece in (line, head, content, _END)
    )
    start = f'type="{MEDIA_TYPE}"; start="<{_ROOT_ID}>"; start-info="{kind}"'
    return body + line[:-2] + b"--" + _END, f'{MULTIPART}; boundary="{boundary}"; {start}{action}'


def href(id: str) -> str:
    """The address of a part, for an xop:Include: `cid:` and its percent-encoded id (RFC 2392)."""
    return f"cid:{quote(id, safe='@')}"


def _split(data: bytes, boundary: bytes) -> Iterator[tuple[int, int]]:
    """Where each part (headers and content) begins and ends."""
    mark = _END + b"--" + boundary
    begin = -len(_END) if data.startswith(mark[len(_END) :]) else data.find(mark)
    start = 0
    for count in range(MAX_PARTS + 1):
        if begin == -1:
            break
        if count:
            yield start, max(start, begin)
        after = begin + len(mark)
        if data.startswith(b"--", after):
            return
        line_end = data.find(_END, after, after + MAX_HEADERS)
        if line_end < 0 or data[after:line_end].strip(b" \t"):
            # "it is sufficient that the boundary appear" at the start of a line: RFC 2046, 5.1.1
            raise BadInput("Beskedens boundary står et sted, hvor linjen fortsætter eller beskeden stopper", _line(data, after))
        start = line_end + len(_END)
        begin = data.find(mark, line_end)
    else:
        raise BadInput(f"Beskeden har flere end {MAX_PARTS} dele", _line(data, start))
    if not start:
        bare = re.search(rb"^--" + re.escape(boundary), data, re.M)
        if bare:
            reason = "Beskedens boundary står kun efter linjer, der slutter med LF. De skal slutte med CRLF (RFC 2046, 5.1.1)"
            raise BadInput(reason, _line(data, bare.start()))
        raise BadInput("Beskedens boundary står ingen steder i den", 1)
    raise BadInput("Beskeden stopper, før dens sidste del er slut", _line(data, len(data)))


def _part(data: bytes, start: int, end: int) -> Part:
    if data.startswith(_END, start, end):
        head, begin = b"", start + len(_END)
    else:
        blank = data.find(_END + _END, start, min(end, start + MAX_HEADERS))
        if blank < 0:
            reason = f"En dels headere er ikke afsluttet med en tom linje inden for {MAX_HEADERS // 1024} kB"
            raise BadInput(reason, _line(data, start))
        head, begin = data[start:blank], blank + 2 * len(_END)
    said = BytesHeaderParser().parsebytes(head + _END)
    content: bytes | memoryview = memoryview(data)[begin:end]
    encoding = _said(said, "content-transfer-encoding").lower()
    if encoding == "base64":
        try:
            content = base64.b64decode(b"".join(bytes(content).split()), validate=True)
        except binascii.Error:
            raise BadInput("En del af beskeden er ikke gyldig base64", _line(data, begin)) from None
    elif encoding not in ("", "binary", "8bit", "7bit"):
        raise BadInput(f"En del af beskeden er kodet som {encoding}. Her læses binary, 8bit, 7bit og base64", _line(data, start))
    return Part(_bare(_said(said, "content-id")), content, _said(said, "content-type") or "application/octet-stream")


def _attached(document: XmlDocument, package: Package) -> list[tuple[Element, Part]]:
    """Each element that holds an xop:Include, in the order of the envelope, with its part. A part belongs to one place only."""
    parts = {part.id: part for part in package.parts}
    found: list[tuple[Element, Part]] = []
    for include in document.root.iter(INCLUDE):
        place = document.at(include)
        holder = include.getparent()
        around = "" if holder is None else f"{holder.text or ''}{include.text or ''}{include.tail or ''}"
        if holder is None or len(holder) != 1 or len(include) or around.strip():
            raise BadInput("xop:Include skal være tomt og stå alene i sit element", place.line, place.column)
        given = include.get("href", "")
        if not given.lower().startswith("cid:"):
            raise BadInput("xop:Include skal have en href, der begynder med cid:", place.line, place.column)
        name = unquote(given[4:])
        if name not in parts:
            reason = f"xop:Include peger på delen {name}, som ikke er der eller allerede er brugt"
            raise BadInput(reason, place.line, place.column)
        found.append((holder, parts.pop(name)))
    return found


def _includes(envelope: bytes) -> list[tuple[int, int]]:
    """Which bytes each xop:Include stands in. They are empty elements."""
    found: list[tuple[int, int]] = []
    reader = expat.ParserCreate(namespace_separator="}")

    def start(name: str, _attributes: dict[str, str]) -> None:
        if name == INCLUDE[1:]:
            found.append((reader.CurrentByteIndex, 0))

    def end(name: str) -> None:
        if name == INCLUDE[1:]:
            begin, here = found[-1][0], reader.CurrentByteIndex  # the end tag, or just after `/>`
            found[-1] = (begin, here if envelope[here - 2 : here] == b"/>" else envelope.index(b">", here) + 1)

    reader.StartElementHandler = start
    reader.EndElementHandler = end
    reader.Parse(envelope, True)
    return found


def _said(headers: Message, name: str) -> str:
    return str(headers.get(name, "")).strip()


def _media_type(content_type: str) -> str:
    return content_type.partition(";")[0].strip().lower()


def _bare(id: str) -> str:
    return id.strip().removeprefix("<").removesuffix(">")


def _line(data: bytes, position: int) -> int:
    return data.count(b"\n", 0, position) + 1
