"""EDIFACT syntax read and written: segments with their places, UNA, release characters, ISO-8859-1.

Source: ISO 9735 (UN/EDIFACT, syntax version 3). Not pydifact 0.2.3: it gives a segment no line, column or number, and drops line
breaks between segments and separators at a segment's end, so what it writes are not the bytes it read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import NoReturn

from harness.domain.errors import BadInput
from harness.domain.finding import Location

MAX_SEGMENTS = 1_000_000

ENCODING = "iso-8859-1"  # syntax level UNOC

_TAG = re.compile(r"[A-Z][A-Z0-9]{2}")
_BREAKS = re.compile(r"[\r\n \t]*")


@dataclass(frozen=True, slots=True)
class Service:
    """The service characters, in the order UNA gives them."""

    component: str = ":"
    element: str = "+"
    decimal: str = "."
    release: str = "?"
    reserved: str = " "
    terminator: str = "'"

    def __str__(self) -> str:
        return f"{self.component}{self.element}{self.decimal}{self.release}{self.reserved}{self.terminator}"

    def released(self, text: str) -> str:
        """`text` with a release character before each character that would separate."""
        return re.sub(f"[{re.escape(self.component + self.element + self.release + self.terminator)}]", self._before, text)

    def _before(self, found: re.Match[str]) -> str:
        return self.release + found[0]


@dataclass(frozen=True, slots=True)
class Segment:
    """One segment. `elements` are its data elements, each a tuple of components; places are 1-based.

    `after` is what stands between its terminator and the next segment (line breaks), kept so that the same bytes can be written.
    """

    tag: str
    elements: tuple[tuple[str, ...], ...] = ()
    number: int = 0
    line: int = 0
    column: int = 0
    after: str = ""

    def value(self, element: int, component: int = 1) -> str:
        """A component by its 1-based places, as EDIFACT's own tables count; "" when it is not there.

        Segment("RFF", (("SOI", "S-1"),)).value(1, 2) == "S-1"
        """
        if element > len(self.elements) or component > len(self.elements[element - 1]):
            return ""
        return self.elements[element - 1][component - 1]

    def at(self, file: str, element: int = 0, component: int = 1) -> Location:
        """Where the segment stands; the path is `/14/RFF`, with `/1.2` for a component: segment number, tag, places."""
        place = f"/{element}.{component}" if element else ""
        return Location(file, self.line, self.column, f"/{self.number}/{self.tag}{place}")


@dataclass(frozen=True, slots=True)
class Interchange:
    """An interchange as written: all segments from UNB on. `una` is what stands before UNB: empty, or UNA and line breaks."""

    segments: tuple[Segment, ...]
    service: Service = Service()
    una: str = ""


def segment(tag: str, *elements: str | tuple[str, ...]) -> Segment:
    """A segment to be written; an element is its text, or a tuple of components. Empty ones at the end are left out.

    segment("DTM", ("137", "202610051014", "203"))
    """
    trimmed = [_trimmed((each,) if isinstance(each, str) else each) for each in elements]
    while trimmed and not trimmed[-1][0] and len(trimmed[-1]) == 1:
        trimmed.pop()
    return Segment(tag, tuple(trimmed))


def _trimmed(components: tuple[str, ...]) -> tuple[str, ...]:
    kept = list(components)
    while len(kept) > 1 and not kept[-1]:
        kept.pop()
    return tuple(kept) or ("",)


def build_interchange(interchange: Interchange) -> bytes:
    """The interchange as bytes in ISO-8859-1. Raises ValueError, in Danish, for a character that set does not have.

    build_interchange(read_interchange(data)) == data, where `data` releases only what must be.
    """
    service = interchange.service
    parts = [interchange.una]
    for each in interchange.segments:
        elements = (service.component.join(service.released(one) for one in element) for element in each.elements)
        parts += [service.element.join((each.tag, *elements)), service.terminator, each.after]
    try:
        return "".join(parts).encode(ENCODING)
    except UnicodeEncodeError as error:
        raise ValueError(f"tegnet {error.object[error.start]!r} findes ikke i ISO-8859-1, som EDIFACT skrives i") from None


def read_interchange(data: bytes) -> Interchange:
    """The interchange in `data`, not judged beyond its syntax. Raises BadInput (Danish, with line and column).

    It must begin with UNA or UNB, every segment must end with its terminator and have a tag, and the last must be UNZ.
    """
    text = data.decode(ENCODING)
    if not text.strip():
        raise BadInput("filen er tom", 1, 1)
    service, start = _service(text)
    una, pattern = text[:start], _segment_pattern(service)
    segments: list[Segment] = []
    line, column = _moved(1, 1, una)
    while start < len(text):
        found = pattern.match(text, start)
        if found is None:
            raise BadInput(f"et segment er ikke afsluttet med {service.terminator}", line, column)
        if len(segments) == MAX_SEGMENTS:
            raise BadInput(f"forsendelsen har flere end {MAX_SEGMENTS} segmenter", line, column)
        spaces = _BREAKS.match(text, found.end())
        after = spaces[0] if spaces else ""
        segments.append(_read_segment(found[1], service, len(segments) + 1, line, column, after))
        line, column = _moved(line, column, found[0] + after)
        start = found.end() + len(after)
    _check_frame(segments)
    return Interchange(tuple(segments), service, una)


def service_of(text: str) -> Service:
    """The service characters of the interchange that begins with `text`; EDIFACT's own where UNA cannot be understood."""
    try:
        return _service(text)[0]
    except BadInput:
        return Service()


def _service(text: str) -> tuple[Service, int]:
    """The service characters, and where the first segment starts."""
    if text.startswith("UNA"):
        if len(text) < 9:
            raise BadInput("UNA skal følges af seks tegn", 1, 1)
        service = Service(*text[3:9])
        separators = {service.component, service.element, service.release, service.terminator}
        if len(separators) < 4 or any(each.isalnum() or each.isspace() for each in separators):
            raise BadInput("UNA skal angive fire forskellige skilletegn, som hverken er bogstaver, tal eller mellemrum", 1, 4)
        spaces = _BREAKS.match(text, 9)
        return service, spaces.end() if spaces else 9
    if not text.startswith("UNB"):
        raise BadInput("en EDIFACT-forsendelse begynder med UNA eller UNB", 1, 1)
    return Service(), 0


def _segment_pattern(service: Service) -> re.Pattern[str]:
    """Up to the next terminator that is not released. Possessive, so that text without one is given up at once."""
    stop, release = re.escape(service.terminator), re.escape(service.release)
    return re.compile(f"((?:[^{stop}{release}]++|{release}.)*+){stop}", re.DOTALL)


def _read_segment(written: str, service: Service, number: int, line: int, column: int, after: str) -> Segment:
    tag, *elements = _split(written, service.element, service.release)
    if not _TAG.fullmatch(tag):
        raise BadInput(f"et segment skal begynde med et navn på tre tegn og {service.element}", line, column)
    data = tuple(
        tuple(_unreleased(one, service.release) for one in _split(element, service.component, service.release))
        for element in elements
    )
    return Segment(tag, data, number, line, column, after)


def _split(written: str, separator: str, release: str) -> list[str]:
    """`written` at each separator that is not released, release characters kept."""
    if release not in written:
        return written.split(separator)
    both = re.escape(release), re.escape(separator)
    return re.findall("(?:^|{1})((?:[^{0}{1}]++|{0}.)*+)".format(*both), written, re.DOTALL)


def _unreleased(written: str, release: str) -> str:
    if release not in written:
        return written
    return re.sub(re.escape(release) + "(.)", r"\1", written, flags=re.DOTALL)


def _moved(line: int, column: int, passed: str) -> tuple[int, int]:
    breaks = passed.count("\n")
    return (line + breaks, len(passed) - passed.rfind("\n")) if breaks else (line, column + len(passed))


def _check_frame(segments: list[Segment]) -> None:
    def refuse(reason: str, each: Segment) -> NoReturn:
        raise BadInput(reason, each.line, each.column)

    if not segments:
        raise BadInput("forsendelsen har ingen segmenter", 1, 1)
    if segments[0].tag != "UNB":
        refuse("forsendelsens første segment skal være UNB", segments[0])
    if segments[-1].tag != "UNZ":
        refuse("forsendelsen er ikke afsluttet med UNZ; den kan være skåret over", segments[-1])
    for each in segments[1:-1]:
        if each.tag in ("UNB", "UNZ"):
            refuse(f"{each.tag} må kun stå yderst i forsendelsen", each)


def numbered(segments: list[Segment]) -> tuple[Segment, ...]:
    """The segments to be written, one on a line, with the places they get."""
    return tuple(
        replace(each, number=number, line=number + 1, column=1, after="\n") for number, each in enumerate(segments, start=1)
    )
