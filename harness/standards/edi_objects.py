"""Files inside an EDIFACT message: a UNO says how many bytes follow that are no EDIFACT, and a UNP that they are over.

Source: MedCom's stylesheets B0131X/XB0131X (2012/03/28) and its examples of BIN01, glasdam/edifact_converter@1c685b5.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

OBJECT: Final = re.compile(rb"UNO\+\d+\+AID:([0-9A-Fa-f]{32})\+OBJ:(\w{3}):(\w{3}):91\+(\d{1,9}):14:1:A'")
"""A UNO as it is written: id, what it is, extension, size."""


@dataclass(frozen=True, slots=True)
class File:
    """A file: its id (32 hex digits), MedCom's codes for what it is (`TXT`, `IMG` …; `TXT`, `PDF` …), its size and its bytes.

    A letter that only refers to a file has no bytes of it.
    """

    identifier: str
    kind: str
    extension: str
    size: int
    data: bytes = field(default=b"", repr=False)


def without_objects(data: bytes) -> tuple[bytes, tuple[File, ...]]:
    """The interchange without the bytes of its files, which may look like anything, and the files. Never raises."""
    files: list[File] = []
    at = 0
    while found := OBJECT.search(data, at):
        size = int(found[4])
        name, kind, extension = (found[number].decode() for number in (1, 2, 3))
        files.append(File(name, kind, extension, size, data[found.end() : found.end() + size]))
        data, at = data[: found.end()] + data[found.end() + size :], found.end()
    return data, tuple(files)
