"""What a system sends, taken apart into every part it has, through the documents it carries, and put together with one changed.

A change is the system's mistake, never the line's: what a sender works out of a document (its size in the envelope, its size and
hash in the metadata of ITI-41) is worked out of the changed one. That they are right is a part of the message in itself.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Iterator
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
class Mistake:
    """The change, made in each message that leaves the system: `RunSetup.wire`."""

    change: WireChange

    def __call__(self, request: Request) -> Request:
        """What is sent in the place of `request`."""
        return changed(request, self.change)


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


def changed(request: Request, change: WireChange) -> Request:
    """The message with the change made; as it is, where it is of another kind or has no such part."""
    if kind_of(request) != change.kind:
        return request
    removed, path = change.how is How.REMOVED, change.path
    if path.startswith("@sti/"):
        segments = request.path.split("/")
        at = int(path.removeprefix("@sti/")) + 1
        if at < len(segments):
            segments[at] = another(segments[at])
        return replace(request, path="/".join(segments))
    if path.startswith("@?"):
        named = ((name, another(value) if name == path[2:] else value) for name, value in _asked(request.query))
        kept = (f"{name}={value}" for name, value in named if not (removed and name == path[2:]))
        return replace(request, query="&".join(kept))
    if path.startswith("@") and path[1:] in _HEADERS:
        headers = tuple((name, _other_header(value) if name == path[1:] else value) for name, value in request.headers)
        return replace(request, headers=tuple(each for each in headers if not (removed and each[0] == path[1:])))
    return replace(request, body=_changed(request.body, path, removed))


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
    format_.rewritten(data, path, look)
    return found[0] if found and _format(found[0]) else None


def _changed(data: bytes, path: str, removed: bool) -> bytes:
    format_ = _format(data)
    if format_ is None:
        return data
    carriers = [each for each, own in format_.paths(data).items() if own and path.startswith(f"{each}/")]
    for carrier in carriers:
        below = path.removeprefix(f"{carrier}/")
        if not below.startswith("@") and _carried(data, carrier) is not None:
            return _with_document(data, carrier, partial(_changed, path=below, removed=removed))
    done: bytes = format_.without(data, path) if removed else format_.rewritten(data, path, another)
    return done


def _with_document(data: bytes, carrier: str, change: Callable[[bytes], bytes]) -> bytes:
    """`data` with the document at `carrier` changed, and what is told of it told of the new one."""
    format_ = _format(data)
    assert format_ is not None, "it carries a document"
    made: list[bytes] = []

    def other(value: str) -> str:
        made.append(change(base64.b64decode("".join(value.split()))))
        return base64.b64encode(made[-1]).decode("ascii")

    data = format_.rewritten(data, carrier, other)
    if not made:
        return data
    size, digest = str(len(made[0])), hashlib.sha1(made[0], usedforsecurity=False).hexdigest()
    for path in format_.paths(data):
        if path == _SIZE or path.endswith(_ENTRY.format("size")):
            data = format_.rewritten(data, path, lambda _: size)
        elif path.endswith(_ENTRY.format("hash")):
            data = format_.rewritten(data, path, lambda _: digest)
    return data
