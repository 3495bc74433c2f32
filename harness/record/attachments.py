"""Files that testers hand in: what they are is told from their bytes, and no foreign CPR number gets in by them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import PurePath
from typing import Final

from harness.domain.errors import BadInput
from harness.domain.prompt import Attachment
from harness.record.evidence import Evidence
from harness.record.guard import Guard
from harness.standards.xml import parse

MAX_FILE: Final = 20_000_000
"""Bytes of one file."""
MAX_FILES: Final = 10
"""Files to one answer."""
_LONGEST_NAME: Final = 100

_BEGINS: Final = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg", b"%PDF-": "application/pdf"}


def keep_files(files: Iterable[tuple[str, bytes]], guard: Guard, evidence: Evidence) -> tuple[Attachment, ...]:
    """Keep `files`, each a name and its bytes; nothing is kept when one of them is refused.

    Raises BadInput, in Danish, for too many or too large files, for what is no PNG, JPEG, PDF, XML or JSON, and for a foreign CPR
    number. Pictures and the inside of PDF files cannot be searched.
    """
    given = list(files)
    if len(given) > MAX_FILES:
        raise BadInput(f"Der er {len(given)} filer. Der må højst være {MAX_FILES} til et svar.")
    kinds = [_kind(_plain(name), data, guard) for name, data in given]
    return tuple(
        Attachment(_plain(name), kind, evidence.keep(data, kind).sha256, len(data))
        for (name, data), kind in zip(given, kinds, strict=True)
    )


def _kind(name: str, data: bytes, guard: Guard) -> str:
    if not data:
        raise BadInput(f"Filen {name} er tom.")
    if len(data) > MAX_FILE:
        raise BadInput(f"Filen {name} er på {len(data):,} bytes. Den må højst være på {MAX_FILE:,}.".replace(",", "."))
    if guard.hide(name) != name or guard.inspect(data):
        raise BadInput("Filen indeholder et CPR-nummer, som ikke er et test-CPR-nummer. Den er ikke gemt.")
    kind = next((kind for begins, kind in _BEGINS.items() if data.startswith(begins)), "") or _text_kind(data)
    if not kind:
        raise BadInput(f"Filen {name} er hverken PNG, JPEG, PDF, XML eller JSON.")
    return kind


def _text_kind(data: bytes) -> str:
    text = data.removeprefix(b"\xef\xbb\xbf").lstrip()
    try:
        if text[:1] in (b"{", b"["):
            json.loads(text)
            return "application/json"
        if text[:1] == b"<":
            parse(data, "filen")
            return "application/xml"
    except (ValueError, RecursionError, BadInput):
        return ""
    return ""


def _plain(name: str) -> str:
    """The file's own name without a path, as Windows or another system wrote it."""
    last = PurePath(name.replace("\\", "/")).name
    shown = "".join(each for each in last if each.isprintable())
    return shown[-_LONGEST_NAME:] or "fil"
