"""What a system sends, taken apart into every part it has, through the documents it carries, and put together with one changed.

A change is the system's mistake, never the line's: what a sender works out of a document (its size in the envelope, its size and
hash in the metadata of ITI-41) is worked out of the changed one. That they are right is a part of the message in itself.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from types import ModuleType
from typing import Final

from harness.domain.exchange import Request
from harness.domain.wire import How, WireChange
from harness.lps.mutation import edifact_parts, json_parts, xml_parts
from harness.lps.mutation.values import another

_HEADERS: Final = ("content-type", "soapaction")
"""The headers that say something of the message."""
_CARRIERS: Final = re.compile(r"(?:^|/)(?:Data|dokument|Document|BinaryContent)$")
"""The last name of what a document travels in, as base64."""
_SIZE: Final = "VANSEnvelope/Message/MetaInformation/Document/SizeInBytes"
_ENTRY: Final = "ExtrinsicObject/Slot[{}]/ValueList/Value"
_VANS_NAME: Final = re.compile(rb"<Message>.*?<Name>(?:MCM:)?([\w-]+)", re.DOTALL)
_VANS_RECEIPT: Final = re.compile(rb"<Receipt>\s*<(\w+)")
_EHMI_NAME: Final = re.compile(rb"<Standard>([\w-]+)</Standard>")
_NEW_EACH_TIME: Final = re.compile(r"[^/]*\d[^/]*")


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a message: its path, and what can be done to it."""

    path: str
    ways: tuple[How, ...]


@dataclass(frozen=True, slots=True)
class Mistakes:
    """The changes, all made in each message that leaves the system: `RunSetup.wire`."""

    changes: tuple[WireChange, ...]

    def __call__(self, request: Request) -> Request:
        """What is sent in the place of `request`."""
        return changed(request, self.changes)


@dataclass(frozen=True, slots=True)
class Survey:
    """Lets every message through as it is, and notes every change that could have been made in it: `RunSetup.wire`."""

    changes: set[WireChange] = field(default_factory=set)

    def __call__(self, request: Request) -> Request:
        """`request` itself."""
        kind = kind_of(request)
        self.changes.update(WireChange(kind, part.path, how) for part in parts_of(request) for how in part.ways)
        return request


def kind_of(request: Request) -> str:
    """Where the message goes and, where one place takes several letters, which it is: `vans/afsendelse XREF15`."""
    place = "/".join(each for each in request.path.strip("/").split("/") if not _is_name(each))
    named = _VANS_NAME.search(request.body) or _VANS_RECEIPT.search(request.body) or _EHMI_NAME.search(request.body)
    method = "" if request.method == "POST" else f"{request.method} "
    form = " (XML)" if request.body.lstrip()[:1] == b"<" and place in _EITHER else ""
    return f"{method}{place}{' ' + named[1].decode() if named and place in _POSTED else ''}{form}"


_POSTED: Final = frozenset({"vans/afsendelse", "ehmi/afsendelse"})
_EITHER: Final = frozenset({"ehmi/status", "plsp-diagnosekort/dokumenter"})


def _is_name(segment: str) -> bool:
    """Whether a path's segment names one thing (a post box, a letter), and not the place."""
    return bool(re.fullmatch(r"\d+|[0-9a-f]{8}-[0-9a-f-]{27}", segment))


def parts_of(request: Request) -> Iterator[Part]:
    """Every part of the message, in order: the address, the headers that mean something, and the body through its documents."""
    for number, segment in enumerate(request.path.strip("/").split("/")):
        if _is_name(segment):
            yield Part(f"@sti/{number}", (How.ALTERED,))
    for name, _ in _asked(request.query):
        yield Part(f"@?{name}", (How.REMOVED, How.ALTERED))
    for name in _HEADERS:
        if request.header(name):
            yield Part(f"@{name}", (How.REMOVED, How.ALTERED))
    for path, own in _paths(request.body).items():
        yield Part(path, (How.REMOVED, How.ALTERED) if own else (How.REMOVED,))


def changed(request: Request, changes: Iterable[WireChange]) -> Request:
    """The message with the changes made, all at once; as it is, where they are of other kinds and parts.

    What lies in a part that is left out goes with it, whatever else was to become of it.
    """
    kind = kind_of(request)
    ways = {each.path: each.how for each in changes if each.kind == kind}
    if not ways:
        return request

    def said(part: str, value: str, other: Callable[[str], str] = another) -> Iterator[str]:
        how = ways.get(part)
        if how is not How.REMOVED:
            yield other(value) if how else value

    path = "/".join(new for number, each in enumerate(request.path.split("/"), -1) for new in said(f"@sti/{number}", each))
    query = "&".join(f"{name}={new}" for name, value in _asked(request.query) for new in said(f"@?{name}", value))
    headers = tuple((name, new) for name, value in request.headers for new in said(f"@{name}", value, _other_header))
    return replace(request, path=path, query=query, headers=headers, body=_edited(request.body, ways))


def _asked(query: str) -> list[tuple[str, str]]:
    found = (each.partition("=") for each in query.split("&") if each)
    return [(name, value) for name, _, value in found]


def _other_header(value: str) -> str:
    """Another media type or action; its parameters stay."""
    first, semicolon, rest = value.partition(";")
    return another(first) + semicolon + rest


def _format(data: bytes) -> ModuleType | None:
    """What takes the bytes apart; None for what has no parts that we know of."""
    start = data.lstrip()[:4]
    if start[:1] == b"<":
        return xml_parts
    if start[:1] == b"{":
        return json_parts
    return edifact_parts if start[:3] in (b"UNA", b"UNB") else None


def _paths(data: bytes) -> dict[str, bool]:
    format_ = _format(data)
    found: dict[str, bool] = {}
    for path, own in format_.paths(data).items() if format_ else ():
        found[path] = own
        inner = _carried(data, path) if own and _CARRIERS.search(path) else None
        if inner is not None:
            found[path] = False  # a document that is another is one of its own parts changed
            found |= {f"{path}/{below}": own for below, own in _paths(inner).items()}
    return found


def _carried(data: bytes, path: str) -> bytes | None:
    """The document that travels at `path`; None where there is none that can be taken apart."""
    found: list[bytes] = []

    def look(value: str) -> str:
        with suppress(ValueError):  # a text of that name that is no document
            found.append(base64.b64decode("".join(value.split()), validate=True))
        return value

    format_ = _format(data)
    assert format_ is not None, "it has paths"
    format_.edited(data, {path: look})
    return found[0] if found and _format(found[0]) else None


def _edited(data: bytes, ways: Mapping[str, How]) -> bytes:
    """`data` with its parts left out or made another: first those of the documents it carries, then its own."""
    format_ = _format(data)
    if format_ is None or not ways:
        return data
    inner: dict[str, dict[str, How]] = {}
    for carrier in (each for each, own in format_.paths(data).items() if own and _CARRIERS.search(each)):
        below = {path.removeprefix(f"{carrier}/"): how for path, how in ways.items() if path.startswith(f"{carrier}/")}
        below = {path: how for path, how in below.items() if not path.startswith("@")}  # the carrier's own
        if below and _carried(data, carrier) is not None:
            inner[carrier] = below
    for carrier, below in inner.items():
        data = _with_document(data, carrier, partial(_edited, ways=below))
    own = {path: None if how is How.REMOVED else another for path, how in ways.items()}
    done: bytes = format_.edited(data, own)
    return done


def _with_document(data: bytes, carrier: str, change: Callable[[bytes], bytes]) -> bytes:
    """`data` with the document at `carrier` changed, and what is told of it told of the new one."""
    format_ = _format(data)
    assert format_ is not None, "it carries a document"
    made: list[bytes] = []

    def other(value: str) -> str:
        made.append(change(base64.b64decode("".join(value.split()))))
        return base64.b64encode(made[-1]).decode("ascii")

    data = format_.edited(data, {carrier: other})
    if not made:
        return data
    size, digest = str(len(made[0])), hashlib.sha1(made[0], usedforsecurity=False).hexdigest()
    sizes = {path: lambda _: size for path in format_.paths(data) if path == _SIZE or path.endswith(_ENTRY.format("size"))}
    hashes = {path: lambda _: digest for path in format_.paths(data) if path.endswith(_ENTRY.format("hash"))}
    done: bytes = format_.edited(data, sizes | hashes)
    return done
