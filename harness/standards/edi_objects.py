"""Files inside an EDIFACT message: a UNO says how many bytes follow that are no EDIFACT, and a UNP that they are over.

Source: MedCom's stylesheets B0131X/XB0131X (2012/03/28) and its examples of BIN01, glasdam/edifact_converter@1c685b5.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from harness.standards.edifact import ENCODING, Service, service_of


@dataclass(frozen=True, slots=True)
class File:
    """A file: its id (32 hex digits), MedCom's codes for what it is (`TXT`, `IMG` …; `TXT`, `PDF` …), its size and its bytes.

    `size` is what the letter says, 0 where that is no number. A letter that only refers to a file has no bytes of it.
    """

    identifier: str
    kind: str
    extension: str
    size: int
    data: bytes = field(default=b"", repr=False)


def without_objects(data: bytes) -> tuple[bytes, tuple[File, ...]]:
    """The interchange with its files' bytes, which may look like anything, blanked out, and the files. Never raises.

    Line breaks stay, so that every segment keeps its place. A file whose size is told wrongly goes as far as the next UNP.
    """
    service = service_of(data.decode(ENCODING))
    head, end = _object(service), _end(service)
    files: list[File] = []
    rest, at = [], 0
    while found := head.search(data, at):
        values = [each.decode(ENCODING) for each in found.groups()]
        name, kind, extension, told = values
        size = int(told) if told.isdecimal() else 0
        stop = found.end() + size
        if not re.compile(rb"\s*" + end).match(data, stop):
            later = re.compile(rb"\r?\n?" + end).search(data, found.end())
            stop = later.start() if later else found.end()
        content = data[found.end() : stop]
        files.append(File(name, kind, extension, size, content))
        rest += [data[at : found.end()], re.sub(rb"[^\n]", b" ", content)]
        at = stop
    return b"".join((*rest, data[at:])), tuple(files)


def _object(service: Service) -> re.Pattern[bytes]:
    """A UNO with id, what the file is, extension and size, up to its terminator."""
    element, component, stop = (re.escape(each) for each in (service.element, service.component, service.terminator))
    word = f"([^{element}{component}{stop}]{{0,99}})"
    head = f"UNO{element}\\d+{element}AID{component}{word}{element}OBJ{component}{word}{component}{word}"
    return re.compile(f"{head}{component}91{element}{word}[^{element}{stop}]{{0,99}}{stop}".encode(ENCODING))


def _end(service: Service) -> bytes:
    element, stop = re.escape(service.element), re.escape(service.terminator)
    return f"UNP{element}[^{stop}]{{0,30}}{stop}".encode(ENCODING)
