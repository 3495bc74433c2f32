"""The sections of a MEDRPT message: which segments belong together. Raw syntax; it says nothing of what they mean."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from harness.standards.edifact import Segment

_SECTION = re.compile(r"S\d\d")


@dataclass(slots=True)
class Section:
    """A section: its `name` (`S01` … `S18`; `UNH` for what comes before them), its segments, and its own sections (`S20`).

    `S18`, a result, begins with its GIS: the section has no segment of its own to begin with, and one that is there is let be.
    """

    name: str
    head: Segment
    segments: list[Segment] = field(default_factory=list)
    parts: list[Section] = field(default_factory=list)

    def all(self, tag: str, qualifier: str = "") -> list[Segment]:
        """The section's own segments with `tag`, and with `qualifier` as their first component where one is given."""
        return [each for each in self.segments if each.tag == tag and qualifier in ("", each.value(1))]

    def first(self, tag: str, qualifier: str = "") -> Segment | None:
        """The first of `all`."""
        return next(iter(self.all(tag, qualifier)), None)


def sections(message: Iterable[Segment]) -> list[Section]:
    """The message's segments, from UNH to before UNT, in sections."""
    return list(_sections(message))


def _sections(message: Iterable[Segment]) -> Iterator[Section]:
    section: Section | None = None  # the one that takes what comes next, and
    outer: Section | None = None  # the one to give when the next begins
    for segment in message:
        begins = section is None or _SECTION.fullmatch(segment.tag) is not None
        result = segment.tag == "GIS" and section is not None and section.name not in ("UNH", "S01", "S02", "S04")
        if segment.tag == "S20" and outer is not None:
            section = Section("S20", segment)
            outer.parts.append(section)
        elif segment.tag == "GIS" and section is not None and section.name == "S18" and not section.segments:
            section.segments.append(segment)
        elif begins or result:
            if outer is not None:
                yield outer
            outer = section = Section("S18" if result else segment.tag, segment, [segment] if result else [])
        elif section is not None:
            section.segments.append(segment)
    if outer is not None:
        yield outer
