"""The frame of a letter in EDIFACT: the interchange from UNB to UNZ, and each message in it from UNH to UNT.

Source: ISO 9735, syntax version 3, with what MedCom's stylesheets ask of UNB and UNH.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

from harness.conformance.rule import HOLDS, Breach, Outcome, Rule, rule
from harness.conformance.subject import Unreadable
from harness.domain.finding import Owner
from harness.domain.grade import Grade
from harness.standards.edi_objects import File, without_objects
from harness.standards.edifact import Segment, read_interchange

SUBJECT: Final = "edi-brev"
SYNTAX: Final = "ISO 9735 (UN/EDIFACT, syntaksversion 3)"
MAPPING: Final = (
    "MedComs stilark mellem D9134L og XD9134L (2006/07/01) og mellem B0131X og XB0131X (2012/03/28), "
    "glasdam/edifact_converter@cce11aa"
)
_VERSIONS: Final = {"MEDDIS": "D9134L", "MEDBIN": "B0131X"}
_SECTION: Final = re.compile(r"S\d\d")
_DIRECTORY: Final = ("D", "93A", "UN")
_SYNTAXES: Final = ("1", "2", "3")
"""Their dates in UNB have six digits, as the stylesheets ask; later versions' have eight."""

_CLOCKS_DIFFER: Final = timedelta(minutes=30)
_LOCATION: Final = "14"
"""UN/EDIFACT, 0007: the number is a lokationsnummer (EAN)."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A readable interchange: its segments, and the files in it."""

    segments: tuple[Segment, ...]
    files: tuple[File, ...]
    file: str

    @property
    def messages(self) -> list[tuple[Segment, ...]]:
        """Each message's segments, from its UNH up to the next, or to UNZ."""
        starts = [number for number, each in enumerate(self.segments) if each.tag == "UNH"]
        return [self.segments[start:end] for start, end in pairwise([*starts, len(self.segments) - 1])]

    def all(self, tag: str, qualifier: str = "") -> list[Segment]:
        """The segments with `tag`, and with `qualifier` as their first component where one is given."""
        return [each for each in self.segments if each.tag == tag and qualifier in ("", each.value(1))]

    def differs(self, segment: Segment, place: tuple[int, int], expected: str | int) -> Iterator[Breach]:
        """A breach where the component at `place` is another than expected; zeros before a number do not count."""
        found = segment.value(*place)
        same = found.isdecimal() and int(found) == expected if isinstance(expected, int) else found == expected
        if not same:
            yield Breach(segment.at(self.file, *place), str(expected), found or "mangler")


def in_sections(message: Sequence[Segment]) -> Iterator[tuple[str, Segment]]:
    """Each segment of a message with the section (`S01`) it stands in; "" before the first."""
    section = ""
    for each in message:
        section = each.tag if _SECTION.fullmatch(each.tag) else section
        yield section, each


def read_letter(data: bytes, file: str) -> Letter:
    """The interchange in `data`. Raises BadInput."""
    rest, files = without_objects(data)
    return Letter(read_interchange(rest).segments, files, file)


def edi_rule(id: str, title: str, grade: Grade, source: str, *needs: str) -> Callable[[Callable[..., Outcome]], Rule]:
    """The decorator of a letter's rules."""
    return rule(id, subject=SUBJECT, title=title, grade=grade, owner=Owner.SENDER, source=source, needs=needs)


@edi_rule("EDI-01", "Brevet er en EDIFACT-forsendelse, der kan læses", Grade.F2, SYNTAX)
def is_interchange(letter: Letter | Unreadable) -> Outcome:
    """From UNA or UNB to UNZ, each segment with a tag and a terminator; the bytes of files are not looked at."""
    if isinstance(letter, Unreadable):
        return (Breach(letter.location, "en forsendelse fra UNB til UNZ", letter.reason),)
    return HOLDS


@edi_rule("EDI-02", "Meddelelsen er DIS91 i version D9134L eller BIN01 i version B0131X", Grade.F2, MAPPING, "EDI-01")
def version(letter: Letter) -> Outcome:
    """UNH 2.1 and 2.5."""
    heads = letter.all("UNH")
    if not heads:
        return (Breach(letter.segments[-1].at(letter.file), "mindst én meddelelse (UNH)", "ingen"),)
    return tuple(breach for unh in heads for breach in _version(letter, unh))


def _version(letter: Letter, unh: Segment) -> Iterator[Breach]:
    if wanted := _VERSIONS.get(unh.value(2)):
        yield from letter.differs(unh, (2, 5), wanted)
    else:
        yield Breach(unh.at(letter.file, 2), " eller ".join(_VERSIONS), unh.value(2) or "mangler")


@edi_rule("EDI-03", "Forsendelse og meddelelse slutter, som de begynder, og ingen segmenter er tabt", Grade.F2, SYNTAX, "EDI-02")
def trailers(letter: Letter) -> Outcome:
    """UNZ 1 counts the messages, and UNZ 2 is UNB 5. Of each message UNT 2 is UNH 1, which is there, and UNT 1 counts its
    segments. In MedCom's examples of MEDBIN a file is no segment, but the two round it are; other ways to count it are let be.
    """
    unb, unz = letter.segments[0], letter.segments[-1]
    found = [*letter.differs(unz, (1, 1), len(letter.messages)), *letter.differs(unz, (2, 1), unb.value(5))]
    for message in letter.messages:
        unh, unt = message[0], message[-1]
        if unt.tag != "UNT":
            found.append(Breach(unt.at(letter.file), "UNT som meddelelsens sidste segment", unt.tag))
            continue
        if not unh.value(1):
            found.append(Breach(unh.at(letter.file, 1), "meddelelsens nummer", "mangler"))
        found += letter.differs(unt, (2, 1), unh.value(1))
        files = sum(each.tag == "UNO" for each in message)
        told = [len(message) + each for each in (0, files, -2 * files)]
        if not (unt.value(1).isdecimal() and int(unt.value(1)) in told):
            found += letter.differs(unt, (1, 1), len(message))
    return tuple(found)


@edi_rule(
    "EDI-15",
    "Forsendelsen siger sit tegnsæt, sin syntaksversion og hvad slags numre parterne har",
    Grade.F3,
    f"{SYNTAX}: UNB 0001, 0002 og 0007; {MAPPING}",
    "EDI-01",
)
def syntax_is_told(letter: Letter) -> Outcome:
    """UNB 1.1 and 1.2. UNB 2.2 and 3.2 are optional; a number that says that it is of another kind is no lokationsnummer."""
    unb = letter.segments[0]
    found = []
    if not re.fullmatch("UNO[A-Z]", unb.value(1)):
        found.append(Breach(unb.at(letter.file, 1), "et af EDIFACT's tegnsæt, fx UNOC", unb.value(1) or "mangler"))
    if unb.value(1, 2) not in _SYNTAXES:
        found.append(Breach(unb.at(letter.file, 1, 2), "syntaksversion 1, 2 eller 3", unb.value(1, 2) or "mangler"))
    for element in (2, 3):
        if unb.value(element, 2):
            found += letter.differs(unb, (element, 2), _LOCATION)
    return tuple(found)


@edi_rule(
    "EDI-16",
    "Forsendelsen siger, hvornår den er lavet, og er ikke lavet før sine breve",
    Grade.F3,
    f"{SYNTAX}: UNB S004",
    "EDI-02",
)
def prepared(letter: Letter) -> Outcome:
    """UNB 4.1 and 4.2, year, month, day, hour and minute; DTM+137 of a letter in it is not half an hour later."""
    unb = letter.segments[0]
    try:
        made = datetime.strptime(f"{unb.value(4)} {unb.value(4, 2)}", "%y%m%d %H%M")  # noqa: DTZ007 - a letter's time has no offset
    except ValueError:
        made = None
    if made is None or (len(unb.value(4)), len(unb.value(4, 2))) != (6, 4):
        found = f"{unb.value(4) or 'ingen dato'} og {unb.value(4, 2) or 'intet klokkeslæt'}"
        return (Breach(unb.at(letter.file, 4), "dato og klokkeslæt, fx 261005 og 1015", found),)
    later = [each for each in letter.all("DTM", "137") if (at := moment(each)) and at - _CLOCKS_DIFFER > made]
    return tuple(
        Breach(unb.at(letter.file, 4), f"ikke før brevets tid {each.value(1, 2)}", f"{made:%Y%m%d%H%M}") for each in later
    )


def moment(dtm: Segment) -> datetime | None:
    """The time in DTM, of format 203; None where it is none."""
    text = dtm.value(1, 2)
    try:
        return datetime.strptime(text, "%Y%m%d%H%M") if len(text) == 12 else None  # noqa: DTZ007
    except ValueError:
        return None


@edi_rule("EDI-17", "Meddelelsen er skrevet i UN/EDIFACT's katalog D.93A", Grade.F3, f"{SYNTAX}: UNH S009; {MAPPING}", "EDI-02")
def directory(letter: Letter) -> Outcome:
    """UNH 2.2, 2.3 and 2.4: they are mandatory, and the stylesheets and every example of MedCom's write these."""
    return tuple(
        breach
        for unh in letter.all("UNH")
        for component, wanted in enumerate(_DIRECTORY, 2)
        for breach in letter.differs(unh, (2, component), wanted)
    )
