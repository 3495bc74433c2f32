"""What must hold of a letter or a file in EDIFACT: DIS91 (MEDDIS D9134L) and BIN01 (MEDBIN B0131X), read from their segments.

MedCom's own standards are not public. Judged is EDIFACT's syntax, and that MedCom's stylesheets to OIOXML can read the message.
Not judged, for want of a source: the order of segments, how many there may be, lengths and addresses.
Grades are the project's convention: F1 where a receiver may show another patient, F2 where it cannot understand the message.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import chain

from harness.conformance import edi_sections
from harness.conformance.edi_frame import MAPPING, SUBJECT, SYNTAX, Letter, edi_rule, in_sections, read_letter
from harness.conformance.rule import HOLDS, Breach, Judgement, NotJudged, Outcome, judge, rules_for
from harness.conformance.subject import readable
from harness.domain.grade import Grade
from harness.domain.identifiers import Cpr, Gln
from harness.standards.edifact import Segment

RULE_MODULES = (edi_sections,)
"""Importing it registers its rules."""

_KINDS = ("TXT", "IMG", "PRG", "VGR", "BSG", "MUL", "PRP")
"""SND is among the stylesheets' translations that are not approved."""

_EXTENSIONS = (
    *("PCX", "TIF", "JPG", "GIF", "BMP", "PNG", "MPG", "DCM", "SCP", "TXT", "RTF", "DOC", "XLS"),
    *("WPD", "EXE", "PDF", "WAV", "AVI", "MID", "RMI", "COM", "ZIP", "BIN", "INH", "PLO"),
)
_IDENTIFIER = re.compile("[0-9A-Fa-f]{32}")
_FOREIGN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]|\xc3[\x80-\xbf]")
"""What no text in ISO 8859-1 has: control characters (where other character sets have letters), and UTF-8's two bytes."""


def judge_edi_letter(data: bytes, file: str) -> list[Judgement]:
    """Every rule's result on the interchange in `data`; `file` is its name in findings. Never raises for what `data` holds.

    judge_edi_letter(body, "korrespondance.edi")
    """
    return judge(rules_for(SUBJECT), readable(lambda: read_letter(data, file), file))


@edi_rule(
    "EDI-04", "Afsenderens og modtagerens lokationsnumre er gyldige", Grade.F2, "GS1, GLN: 13 cifre og kontrolciffer", "EDI-01"
)
def location_numbers(letter: Letter) -> Outcome:
    """UNB 2.1 and 3.1, which OIOXML gives as EANIdentifier."""
    unb = letter.segments[0]
    return tuple(
        breach for element in (2, 3) for breach in _valid(letter, unb, element, Gln, "13 cifre, hvor det sidste er kontrolcifret")
    )


@edi_rule("EDI-05", "Brevet nævner afsenderen (SSP) og modtageren (PO) netop én gang", Grade.F2, MAPPING, "EDI-02")
def parties(letter: Letter) -> Outcome:
    """NAD. OIOXML has one Sender and one Receiver; an interchange with several letters has one of each for each letter."""
    letters = len(letter.all("UNH"))
    found = ((role, letter.all("NAD", role)) for role in ("SSP", "PO"))
    return tuple(
        Breach((named[-1] if named else letter.segments[1]).at(letter.file), f"NAD+{role} netop én gang", f"{len(named)} gange")
        for role, named in found
        if len(named) != letters
    )


@edi_rule(
    "EDI-06",
    "Brevet handler om netop én patient, der har et CPR-nummer eller en anden identifikation",
    Grade.F1,
    MAPPING,
    "EDI-02",
)
def patient_identified(letter: Letter) -> Outcome:
    """PNA+PAT in each message, with PNA 2.1 or RFF+XPI."""
    return tuple(breach for message in letter.messages for breach in _patient(letter.file, message))


def _patient(file: str, message: Sequence[Segment]) -> Iterator[Breach]:
    patients = [each for each in message if each.tag == "PNA" and each.value(1) == "PAT"]
    if len(patients) > 1:
        yield Breach(patients[1].at(file), "én patient", f"{len(patients)} patienter")
    elif not patients or not (patients[0].value(2) or any(each.tag == "RFF" and each.value(1) == "XPI" for each in message)):
        yield Breach((patients or message)[0].at(file), "CPR-nummer i PNA 2.1, eller RFF+XPI", "mangler")


@edi_rule("EDI-07", "CPR-nummeret er ti cifre og begynder med en dato", Grade.F1, "dk-core (hl7dk/dk-core), CPR", "EDI-06")
def cpr_number(letter: Letter) -> Outcome:
    """PNA 2.1, where there is one. It is never shown."""
    pnas = [each for each in letter.all("PNA", "PAT") if each.value(2)]
    return tuple(
        breach for pna in pnas for breach in _valid(letter, pna, 2, Cpr, "ti cifre, der begynder med en dato", "noget andet")
    )


@edi_rule("EDI-08", "Brevets status er N (nyt) eller M (rettet)", Grade.F3, MAPPING, "EDI-02")
def status(letter: Letter) -> Outcome:
    """GIS 1.1, wherever there is one; S02 of each message has one."""
    wrong = (each for each in letter.all("GIS") if each.value(1) not in ("N", "M"))
    found = [Breach(each.at(letter.file, 1), "N eller M", each.value(1) or "mangler") for each in wrong]
    for message in letter.messages:
        if not any(each.tag == "GIS" and section == "S02" for section, each in in_sections(message)):
            found.append(Breach(message[0].at(letter.file), "GIS i afsnittet S02", "mangler"))
    return tuple(found)


@edi_rule("EDI-09", "Hver fil har den størrelse, brevet siger", Grade.F2, MAPPING, "EDI-02")
def sizes(letter: Letter) -> Outcome:
    """UNO 4.1 counts the bytes up to UNP, whose first element says the same. A reference to a file (FTX+BIN) has a number too."""
    references, starts, ends = letter.all("FTX", "BIN"), letter.all("UNO"), letter.all("UNP")
    if not references and not starts:
        return NotJudged("brevet har ingen filer og henviser ikke til nogen")
    if not len(starts) == len(ends) == len(letter.files):
        return (
            Breach(
                (starts or letter.segments)[-1].at(letter.file), "UNP efter hver fil", f"{len(ends)} UNP til {len(starts)} UNO"
            ),
        )
    found = [
        breach for ftx in references if not ftx.value(4, 5).isdecimal() for breach in letter.differs(ftx, (4, 5), "et antal byte")
    ]
    for uno, unp, file in zip(starts, ends, letter.files, strict=True):
        found += [*letter.differs(uno, (4, 1), len(file.data)), *letter.differs(unp, (1, 1), len(file.data))]
    return tuple(found)


@edi_rule("EDI-10", "Filens slags er en af MedComs koder", Grade.F3, MAPPING, "EDI-02")
def kinds(letter: Letter) -> Outcome:
    """UNO 3.2, and the third component of a letter's reference (FTX+BIN)."""
    return _listed(letter, (3, 2), (4, 3), _KINDS)


@edi_rule("EDI-11", "Hver fil har sit eget id på 32 hexadecimale cifre", Grade.F2, MAPPING, "EDI-02")
def file_ids(letter: Letter) -> Outcome:
    """UNO 2.2, which OIOXML writes as a UUID, and the second component of references (FTX+BIN): several may name one file."""
    breaches, seen = [], set()
    for each, place in _in_files(letter, (2, 2), (4, 2)):
        found = each.value(*place)
        if not _IDENTIFIER.fullmatch(found):
            breaches.append(Breach(each.at(letter.file, *place), "32 hexadecimale cifre", found or "mangler"))
        elif each.tag == "UNO" and found.lower() in seen:
            breaches.append(Breach(each.at(letter.file, *place), "et id, som ingen anden fil har", found))
        seen.add(found.lower())
    return tuple(breaches)


@edi_rule("EDI-12", "Filens endelse er en af MedComs koder", Grade.F3, MAPPING, "EDI-02")
def extensions(letter: Letter) -> Outcome:
    """UNO 3.3, and the fourth component of a letter's reference (FTX+BIN)."""
    return _listed(letter, (3, 3), (4, 4), _EXTENSIONS)


@edi_rule("EDI-13", "Afsenderen er en anden end modtageren", Grade.F4, "Projektets konvention", "EDI-04")
def two_parties(letter: Letter) -> Outcome:
    """UNB 2.1 and 3.1."""
    unb = letter.segments[0]
    same = unb.value(2) == unb.value(3)
    return (Breach(unb.at(letter.file, 3), "et andet lokationsnummer end afsenderens", unb.value(3)),) if same else HOLDS


@edi_rule("EDI-14", "Teksten er skrevet i det tegnsæt, UNB siger", Grade.F2, f"{SYNTAX}, UNB 0001", "EDI-01")
def character_set(letter: Letter) -> Outcome:
    """UNOA, UNOB and UNOC are ISO 8859-1 or a part of it. In another one, æ, ø and å come out as something else."""
    unb = letter.segments[0]
    if unb.value(1) not in ("UNOA", "UNOB", "UNOC"):
        return NotJudged(f"tegnsættet {unb.value(1) or 'uden navn'} bliver ikke bedømt")
    foreign = ((each, found) for each in letter.segments if (found := _FOREIGN.search("".join(chain(*each.elements)))))
    return tuple(
        Breach(each.at(letter.file), "ISO 8859-1", " ".join(f"byte {ord(one):02X}" for one in found[0]))
        for each, found in foreign
    )


def _in_files(letter: Letter, file: tuple[int, int], reference: tuple[int, int]) -> list[tuple[Segment, tuple[int, int]]]:
    """The place in each file's own segment (UNO), and in each reference to a file (FTX+BIN)."""
    return [*((each, file) for each in letter.all("UNO")), *((each, reference) for each in letter.all("FTX", "BIN"))]


def _listed(letter: Letter, file: tuple[int, int], reference: tuple[int, int], words: Sequence[str]) -> Outcome:
    wrong = ((each, place) for each, place in _in_files(letter, file, reference) if each.value(*place) not in words)
    return tuple(
        Breach(each.at(letter.file, *place), " eller ".join(words), each.value(*place) or "mangler") for each, place in wrong
    )


def _valid(
    letter: Letter, segment: Segment, element: int, kind: Callable[[str], object], expected: str, shown: str = ""
) -> tuple[Breach, ...]:
    found = segment.value(element)
    try:
        kind(found)
    except ValueError:
        return (Breach(segment.at(letter.file, element), expected, shown or found or "mangler"),)
    return HOLDS
