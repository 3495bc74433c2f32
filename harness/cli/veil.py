"""Keeps foreign CPR numbers out of what is printed: finds them in a file, says where they stood, and hides them in every text."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, replace
from functools import cached_property

from harness.domain.finding import Finding
from harness.record.guard import Guard
from harness.record.redaction import HIDDEN
from harness.record.sightings import Sighting

_NUMBER = re.compile(rb"(?<!\d)(\d{6})([- ]?)(\d{4})(?!\d)")
_IN_NAMES = re.compile(r"(?<!\d)((?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])\d\d)[- ]?(\d{4})(?!\d)")
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]")
_DECLARED = re.compile(rb"^\s*<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']")
_ATTACHED = "i et vedlagt dokument"
LONGEST = 300


@dataclass(frozen=True, slots=True)
class Met:
    """A foreign number was met: what the guard saw, and on which line and column it begins."""

    sighting: Sighting
    line: int
    column: int

    @property
    def attached(self) -> bool:
        """Whether it stands in a document that is carried inside as Base64."""
        return self.sighting.kind.endswith(_ATTACHED)


class Veil:
    """One file's text with foreign CPR numbers hidden: `lines` to show, and `met`, where they stood."""

    def __init__(self, data: bytes, guard: Guard) -> None:
        self._guard = guard
        text = decoded(data)
        plain = text.encode("utf-8", "replace")
        shown = bytearray(plain)
        numbers: set[bytes] = set()
        sightings = guard.inspect(plain)
        for each in sightings:
            numbers |= _hide(shown, each)
        self._foreign = [re.compile(rf"(?<!\d){number[:6]}[- ]?{number[6:]}(?!\d)") for number in map(bytes.decode, numbers)]
        self._shown = shown
        starts = [0, *(found.end() for found in re.finditer(rb"\r\n|\r|\n", plain))] if sightings else []
        self.met = [_met(each, plain, starts) for each in sightings]

    @cached_property
    def lines(self) -> list[str]:
        """The file's lines, with what is hidden as stars, so that every column stays where it is."""
        text = self._shown.decode()
        for each in self._foreign:
            text = each.sub(lambda found: "*" * len(found[0]), text)
        return re.split(r"\r\n|\r|\n", text)

    def text(self, text: str) -> str:
        """`text` as it may be printed: foreign numbers hidden, and on one line without characters that steer a terminal."""
        hidden = self._guard.hide(text)
        for each in self._foreign:
            hidden = each.sub(HIDDEN, hidden)
        return visible(hidden)

    def finding(self, finding: Finding) -> Finding:
        """`finding` with every text that comes from the file as it may be printed."""
        place = replace(finding.location, path=self.text(finding.location.path), file=self.name(finding.location.file))
        return replace(finding, location=place, expected=cut(self.text(finding.expected)), actual=cut(self.text(finding.actual)))

    def name(self, name: str) -> str:
        """A file's name as it may be printed: any number in it that could be a CPR number, and is no test person's, is hidden."""
        return name_without_cpr(name, self._guard)


def name_without_cpr(name: str, guard: Guard) -> str:
    """`name` with what could be a CPR number hidden, unless it is one that may be used."""

    def hidden(found: re.Match[str]) -> str:
        foreign = guard.inspect(f'"cpr":"{found[1]}{found[2]}"'.encode())
        return HIDDEN if foreign else found[0]

    return visible(_IN_NAMES.sub(hidden, name))


def visible(text: str) -> str:
    """`text` on one line, with `·` for what cannot be seen: control characters, and those that turn the direction of writing."""
    return _UNSEEN.sub("·", re.sub(r"[\r\n\t]+", " ", text))


def cut(text: str) -> str:
    """`text`, not longer than a person reads."""
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def decoded(data: bytes) -> str:
    """The text of a file: by its byte order mark, by what its XML declares, as UTF-8, and else as ISO-8859-1."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    for first, encoding in ((b"<\0", "utf-16-le"), (b"\0<", "utf-16-be")):
        if data.startswith(first):
            return data.decode(encoding, "replace")
    said = _DECLARED.match(data[:1000])
    for name in ([said[1].decode()] if said else []) + ["utf-8"]:
        try:
            return data.decode(name)
        except (UnicodeDecodeError, LookupError):
            continue
    return data.decode("iso-8859-1")


def _hide(shown: bytearray, sighting: Sighting) -> set[bytes]:
    """Hide what was seen, without moving anything. The numbers are given back: they may stand in other places too."""
    span = bytes(shown[sighting.start : sighting.end])
    if sighting.kind.endswith(_ATTACHED):
        shown[sighting.start : sighting.end] = re.sub(rb"[^\s]", b"*", span)
        return set()
    shown[sighting.start : sighting.end] = _NUMBER.sub(lambda found: b"*" * len(found[0]), span)
    return {found[1] + found[3] for found in _NUMBER.finditer(span)}


def _met(sighting: Sighting, plain: bytes, starts: list[int]) -> Met:
    line = bisect_right(starts, sighting.start)
    column = len(plain[starts[line - 1] : sighting.start].decode("utf-8", "replace")) + 1
    return Met(sighting, line, column)
