"""What must hold of a letter or a file in EDIFACT: DIS91 (MEDDIS D9134L) and BIN01 (MEDBIN B0131X), read from their segments.

MedCom's own standards are not public. Judged is EDIFACT's syntax, and that MedCom's stylesheets to OIOXML can read the message.
Not judged, for want of a source: the order of segments, how many there may be, lengths, times, addresses and specialities.
Grades are the project's convention: F1 where a receiver may show another patient, F2 where it cannot understand the message.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from harness.conformance.rule import HOLDS, Breach, Judgement, NotJudged, Outcome, Rule, judge, rule, rules_for
from harness.conformance.subject import Unreadable, readable
from harness.domain.finding import Owner
from harness.domain.grade import Grade
from harness.domain.identifiers import Cpr, Gln
from harness.standards.edi_objects import File, without_objects
from harness.standards.edifact import Segment, read_interchange

SUBJECT = "edi-brev"
SYNTAX = "ISO 9735 (UN/EDIFACT, syntaksversion 3)"
MAPPING = (
    "MedComs stilark mellem D9134L og XD9134L (2006/07/01) og mellem B0131X og XB0131X (2012/03/28), "
    "glasdam/edifact_converter@cce11aa"
)
_VERSIONS = {"MEDDIS": "D9134L", "MEDBIN": "B0131X"}
_KINDS = ("TXT", "IMG", "PRG", "VGR", "BSG", "MUL", "PRP", "SND")


@dataclass(frozen=True, slots=True)
class Letter:
    """A readable interchange: its segments, and the files in it."""

    segments: tuple[Segment, ...]
    files: tuple[File, ...]
    file: str

    def all(self, tag: str, qualifier: str = "") -> list[Segment]:
        """The segments with `tag`, and with `qualifier` as their first component where one is given."""
        return [each for each in self.segments if each.tag == tag and qualifier in ("", each.value(1))]

    def differs(self, segment: Segment, place: tuple[int, int], expected: str) -> Iterator[Breach]:
        """A breach where the component at `place` is another than expected."""
        found = segment.value(*place)
        if found != expected:
            yield Breach(segment.at(self.file, *place), expected, found or "mangler")


def judge_edi_letter(data: bytes, file: str) -> list[Judgement]:
    """Every rule's result on the interchange in `data`; `file` is its name in findings. Never raises for what `data` holds.

    judge_edi_letter(body, "korrespondance.edi")
    """
    return judge(rules_for(SUBJECT), readable(lambda: _letter(data, file), file))


def _letter(data: bytes, file: str) -> Letter:
    rest, files = without_objects(data)
    return Letter(read_interchange(rest).segments, files, file)


def _rule(id: str, title: str, grade: Grade, source: str, *needs: str) -> Callable[[Callable[..., Outcome]], Rule]:
    return rule(id, subject=SUBJECT, title=title, grade=grade, owner=Owner.SENDER, source=source, needs=needs)


@_rule("EDI-01", "Brevet er en EDIFACT-forsendelse, der kan læses", Grade.F2, SYNTAX)
def is_interchange(letter: Letter | Unreadable) -> Outcome:
    """From UNA or UNB to UNZ, each segment with a tag and a terminator; the bytes of files are not looked at."""
    if isinstance(letter, Unreadable):
        return (Breach(letter.location, "en forsendelse fra UNB til UNZ", letter.reason),)
    return HOLDS


@_rule("EDI-02", "Meddelelsen er DIS91 i version D9134L eller BIN01 i version B0131X", Grade.F2, MAPPING, "EDI-01")
def version(letter: Letter) -> Outcome:
    """UNH 2.1 and 2.5."""
    heads = letter.all("UNH")
    if not heads:
        return (Breach(letter.segments[-1].at(letter.file), "mindst én meddelelse (UNH)", "ingen"),)
    return tuple(breach for unh in heads for breach in letter.differs(unh, (2, 5), _VERSIONS.get(unh.value(2), "D9134L")))


@_rule("EDI-03", "Forsendelse og meddelelse slutter, som de begynder, og ingen segmenter er tabt", Grade.F2, SYNTAX, "EDI-02")
def trailers(letter: Letter) -> Outcome:
    """UNZ 2 is UNB 5, UNT 2 is UNH 1, and UNT 1 counts a MEDDIS' segments. Whether a file counts in a MEDBIN is not public."""
    unb, unz, inside = letter.segments[0], letter.segments[-1], letter.segments[1:-1]
    found = list(letter.differs(unz, (2, 1), unb.value(5)))
    if inside[-1].tag != "UNT":
        return (*found, Breach(inside[-1].at(letter.file), "UNT som meddelelsens sidste segment", inside[-1].tag))
    if len(letter.all("UNH")) > 1:
        return tuple(found)
    found += letter.differs(inside[-1], (2, 1), inside[0].value(1))
    if inside[0].value(2) == "MEDDIS":
        counted = inside[-1].value(1).lstrip("0")
        if counted != str(len(inside)):
            found.append(Breach(inside[-1].at(letter.file, 1), str(len(inside)), counted or "mangler"))
    return tuple(found)


@_rule(
    "EDI-04", "Afsenderens og modtagerens lokationsnumre er gyldige", Grade.F2, "GS1, GLN: 13 cifre og kontrolciffer", "EDI-01"
)
def location_numbers(letter: Letter) -> Outcome:
    """UNB 2.1 and 3.1, which OIOXML gives as EANIdentifier."""
    unb = letter.segments[0]
    return tuple(breach for element in (2, 3) for breach in _valid(letter, unb, element, Gln))


@_rule("EDI-05", "Brevet nævner afsenderen (SSP) og modtageren (PO) netop én gang", Grade.F2, MAPPING, "EDI-02")
def parties(letter: Letter) -> Outcome:
    """NAD. OIOXML has one Sender and one Receiver; an interchange with several letters has one of each for each letter."""
    letters = len(letter.all("UNH"))
    found = ((role, letter.all("NAD", role)) for role in ("SSP", "PO"))
    return tuple(
        Breach((named[-1] if named else letter.segments[1]).at(letter.file), f"NAD+{role} netop én gang", f"{len(named)} gange")
        for role, named in found
        if len(named) != letters
    )


@_rule("EDI-06", "Patienten har et CPR-nummer eller en anden identifikation", Grade.F1, MAPPING, "EDI-02")
def patient_identified(letter: Letter) -> Outcome:
    """PNA 2.1, or RFF+XPI."""
    patients = letter.all("PNA", "PAT")
    if patients and all(pna.value(2) for pna in patients):
        return HOLDS
    if patients and letter.all("RFF", "XPI"):
        return HOLDS
    place = (patients[0] if patients else letter.segments[1]).at(letter.file)
    return (Breach(place, "CPR-nummer i PNA 2.1, eller RFF+XPI", "mangler"),)


@_rule("EDI-07", "CPR-nummeret er ti cifre og begynder med en dato", Grade.F1, "dk-core (hl7dk/dk-core), CPR", "EDI-06")
def cpr_number(letter: Letter) -> Outcome:
    """PNA 2.1, where there is one. It is never shown."""
    pnas = [each for each in letter.all("PNA", "PAT") if each.value(2)]
    return tuple(breach for pna in pnas for breach in _valid(letter, pna, 2, Cpr, shown="noget andet"))


@_rule("EDI-08", "Brevets status er N (nyt) eller M (rettet)", Grade.F3, MAPPING, "EDI-02")
def status(letter: Letter) -> Outcome:
    """GIS 1.1, wherever there is one."""
    wrong = (each for each in letter.all("GIS") if each.value(1) not in ("N", "M"))
    return tuple(Breach(each.at(letter.file, 1), "N eller M", each.value(1) or "mangler") for each in wrong)


@_rule("EDI-09", "Hver fil har den størrelse, brevet siger", Grade.F2, MAPPING, "EDI-02")
def sizes(letter: Letter) -> Outcome:
    """UNO 4.1 counts the bytes up to UNP, whose first element says the same."""
    if not letter.files:
        return NotJudged("brevet har ingen filer i sig")
    ends = letter.all("UNP")
    if len(ends) != len(letter.files):
        return (Breach(letter.segments[-1].at(letter.file), f"{len(letter.files)} UNP", f"{len(ends)}"),)
    pairs = zip(ends, letter.files, strict=True)
    return tuple(breach for unp, file in pairs for breach in letter.differs(unp, (1, 1), str(len(file.data))))


@_rule("EDI-10", "Filens slags er en af MedComs koder", Grade.F3, MAPPING, "EDI-02")
def kinds(letter: Letter) -> Outcome:
    """UNO 3.2, and the third component of a letter's reference (FTX+BIN)."""
    told = [(each, (3, 2)) for each in letter.all("UNO")] + [(each, (4, 3)) for each in letter.all("FTX", "BIN")]
    wrong = ((each, place) for each, place in told if each.value(*place) not in _KINDS)
    return tuple(
        Breach(each.at(letter.file, *place), " eller ".join(_KINDS), each.value(*place) or "mangler") for each, place in wrong
    )


def _valid(letter: Letter, segment: Segment, element: int, kind: Callable[[str], object], shown: str = "") -> tuple[Breach, ...]:
    found = segment.value(element)
    try:
        kind(found)
    except ValueError as wrong:
        return (Breach(segment.at(letter.file, element), str(wrong), shown or found or "mangler"),)
    return HOLDS
