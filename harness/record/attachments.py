"""Files that testers hand in: what they are is told from their bytes, and no foreign CPR number gets in by them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import PurePath
from typing import Any, Final

from lxml import etree

from harness.domain.errors import BadInput
from harness.domain.prompt import Attachment
from harness.record.evidence import Evidence
from harness.record.guard import Guard
from harness.record.redaction import redact
from harness.standards.xml import parse

MAX_FILE: Final = 20_000_000
"""Bytes of one file."""
MAX_FILES: Final = 10
"""Files to one answer."""
_LONGEST_NAME: Final = 100

_PDF: Final = "application/pdf"
_BEGINS: Final = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg", b"%PDF-": _PDF}

_PAGE: Final = "text/html"
"""What a browser would run: never kept."""
_PAGES: Final = ("http://www.w3.org/1999/xhtml", "http://www.w3.org/2000/svg")
_FOREIGN: Final = "Filen indeholder et CPR-nummer, som ikke er et test-CPR-nummer. Den er ikke gemt."


def keep_files(files: Iterable[tuple[str, bytes]], guard: Guard, evidence: Evidence) -> tuple[Attachment, ...]:
    """Keep `files`, each a name and its bytes; nothing is kept when one of them is refused.

    Raises BadInput, in Danish, for too many or too large files, for what is no PNG, JPEG, PDF, XML or JSON, and for a foreign CPR
    number. Secrets in XML and JSON are hidden. Pictures and the inside of PDF files cannot be searched.
    """
    given = list(files)
    if len(given) > MAX_FILES:
        raise BadInput(f"Der er {len(given)} filer. Der må højst være {MAX_FILES} til et svar.")
    kinds = [_kind(_plain(name), data, guard) for name, data in given]
    kept = [
        evidence.keep(redact(data) if kind.startswith("application/") and kind != _PDF else data, kind)
        for (_, data), kind in zip(given, kinds, strict=True)
    ]
    return tuple(
        Attachment(_plain(name), each.content_type, each.sha256, each.size) for (name, _), each in zip(given, kept, strict=True)
    )


def _kind(name: str, data: bytes, guard: Guard) -> str:
    if not data:
        raise BadInput(f"Filen {name} er tom.")
    if len(data) > MAX_FILE:
        raise BadInput(f"Filen {name} er på {len(data):,} bytes. Den må højst være på {MAX_FILE:,}.".replace(",", "."))
    if guard.in_prose(name):
        raise BadInput("En fils navn indeholder et CPR-nummer, som ikke er et test-CPR-nummer. Giv filen et andet navn.")
    if guard.inspect(data):
        raise BadInput(_FOREIGN)
    kind = next((kind for begins, kind in _BEGINS.items() if data.startswith(begins)), "")
    if not kind:
        kind, texts = _read(data)
        if any(map(guard.in_prose, texts)):
            raise BadInput(_FOREIGN)
    if not kind:
        raise BadInput(f"Filen {name} er hverken PNG, JPEG, PDF, XML eller JSON.")
    if kind == _PAGE:
        raise BadInput(f"Filen {name} er en webside eller en SVG-tegning. Gem den som PDF eller PNG, og send den.")
    return kind


def _read(data: bytes) -> tuple[str, Iterable[str]]:
    """What kind of text the file is, and the texts in it as a reader of that kind gets them; nothing when it is neither."""
    text = data.removeprefix(b"\xef\xbb\xbf").lstrip()
    try:
        if text[:1] in (b"{", b"["):
            return "application/json", tuple(_texts(json.loads(text)))
        if text[:1] == b"<":
            root = parse(data, "filen").root
            name = etree.QName(root)
            is_page = name.namespace in _PAGES or name.localname.lower() in ("html", "svg")
            texts = [said for each in root.iter() for said in (each.text, each.tail, *each.attrib.values()) if said]
            return _PAGE if is_page else "application/xml", [text.decode("utf-8", "replace"), *texts]
    except (ValueError, RecursionError, BadInput):
        return "", ()
    return "", ()


def _texts(value: Any) -> Iterator[str]:
    """Every name, text and number in JSON."""
    match value:
        case dict():
            for name, inner in value.items():
                yield name
                yield from _texts(inner)
        case list():
            for inner in value:
                yield from _texts(inner)
        case str() | int():
            yield str(value)


def _plain(name: str) -> str:
    """The file's own name without a path, as Windows or another system wrote it."""
    last = PurePath(name.replace("\\", "/")).name
    shown = "".join(each for each in last if each.isprintable())
    return shown[-_LONGEST_NAME:] or "fil"
