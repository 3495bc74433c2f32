"""MedCom's letters in EDIFACT: DIS91 (korrespondancebrev, MEDDIS D9134L) and BIN01 (a file, MEDBIN B0131X), written and read.

Source: MedCom's stylesheets D9134L/XD9134L (2006/07/01) and B0131X/XB0131X (2012/03/28) with examples of both messages,
glasdam/edifact_converter@cce11aa data/xml/XSLTs and @1c685b5 test. Addresses, telephone numbers and what else a letter may have
are left out when it is written, and let be when it is read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from harness.domain.errors import BadInput
from harness.standards.edi_objects import File, without_objects
from harness.standards.edifact import Interchange, Segment, build_interchange, numbered, read_interchange, segment
from harness.standards.ftx import ftx_lines, ftx_segments
from harness.standards.medrpt.codes import IDENTIFIER_WORDS, IDENTIFIERS
from harness.standards.medrpt.report import IdentifierCode, Party, Subject

_FTX_IN_SECTION: Final = 9  # FTX segments in one S14 (MedCom, XD9134L, maxOccurs)


@dataclass(frozen=True, slots=True)
class Standard:
    """One of MedCom's letters in EDIFACT: its name, and the type and version of its message."""

    name: str
    message: str
    version: str


DIS91: Final = Standard("DIS91", "MEDDIS", "D9134L")
BIN01: Final = Standard("BIN01", "MEDBIN", "B0131X")
_BY_MESSAGE: Final = {(each.message, each.version): each for each in (DIS91, BIN01)}


@dataclass(frozen=True, slots=True)
class EdiLetter:
    """A letter. `transmission` and `letter` are its numbers, at most 14 characters; times are Danish, to the minute.

    A DIS91 has `topic`, `text` and the `files` it refers to; a BIN01 has the files themselves.
    """

    standard: Standard
    transmission: str
    letter: str
    sent: datetime
    sender: Party
    receiver: Party
    patient: Subject
    topic: str = ""
    text: str = ""
    files: tuple[File, ...] = ()


def build_edi_letter(letter: EdiLetter) -> bytes:
    """The letter as an EDIFACT interchange in ISO-8859-1; the same bytes for the same letter.

    Raises ValueError, in Danish, for what it cannot say: a character outside ISO-8859-1, or a line that FTX cannot hold.
    """
    body = list(_message(letter))
    segments = [
        segment(
            "UNB",
            ("UNOC", "3"),
            (letter.sender.ean, "14"),
            (letter.receiver.ean, "14"),
            (f"{letter.sent:%y%m%d}", f"{letter.sent:%H%M}"),
            letter.transmission,
            *("", "", ""),
            "0",
        ),
        *body,
        segment("UNT", str(len(body) + 1), letter.letter),
        segment("UNZ", "1", letter.transmission),
    ]
    written = build_interchange(Interchange(numbered(segments), una="UNA:+.? '\n"))
    for file in letter.files if letter.standard is BIN01 else ():
        at = written.index(b"'", written.index(b"AID:" + file.identifier.encode())) + 1
        written = written[:at] + file.data + written[at:]
    return written


def _message(letter: EdiLetter) -> Iterator[Segment]:
    standard = letter.standard
    written = ("182", f"{letter.sent:%Y%m%d%H%M}", "203")
    yield segment("UNH", letter.letter, (standard.message, "D", "93A", "UN", standard.version), standard.name)
    yield segment("BGM", "EPI" if standard is DIS91 else "OBJ", "", "9", "NA")
    yield segment("DTM", ("137", *written[1:]))
    yield from (segment("S01", "01"), _organisation("SSP", letter.sender), segment("SEQ", "", "1"))
    yield segment("SPR", "ORG", ("99", "SKS", "SST"), (standard.name, "SKS", "SST"))
    yield from (segment("S01", "01"), _organisation("PO", letter.receiver), segment("SEQ", "", "2"))
    yield from (segment("S02", "02"), segment("GIS", "N"), segment("RFF", ("SRI", letter.letter)), segment("DTM", written))
    yield from _patient(letter.patient)
    yield segment("S11", "11")
    yield from _correspondence(letter) if standard is DIS91 else _objects(letter.files)


def _organisation(role: str, party: Party) -> Segment:
    assert party.code, "it has a number of a known kind"
    names = (party.organisation, party.department, party.unit, "", "", "US")
    return segment("NAD", role, (party.identifier, *IDENTIFIERS[party.code]), "", names)


def _patient(patient: Subject) -> Iterator[Segment]:
    yield segment("S07", "07")
    number = (patient.cpr, "", "", "CPR", "IM") if patient.cpr else ("",)
    yield segment("PNA", "PAT", number, "", "", ("SU", patient.surname), ("FO", patient.given))
    if patient.alternative:
        yield segment("RFF", ("XPI", patient.alternative))


def _correspondence(letter: EdiLetter) -> Iterator[Segment]:
    yield from (segment("GIS", "N"), segment("RFF", ("AHI", "1")), segment("SEQ", "", "1"), segment("PAS", "POT"))
    texts = [*ftx_segments("OE", "P00", filter(None, [letter.topic])), *ftx_segments("NC", "P00", letter.text.split("\n"))]
    for start in range(0, len(texts), _FTX_IN_SECTION):
        yield segment("S14", "14")
        yield from texts[start : start + _FTX_IN_SECTION]
    if letter.files:
        yield segment("S14", "14")
    for file in letter.files:
        yield segment("FTX", "BIN", "P00", "", ("BIN", file.identifier, file.kind, file.extension, str(file.size)))


def _objects(files: Sequence[File]) -> Iterator[Segment]:
    for number, file in enumerate(files, start=1):
        kind = ("OBJ", file.kind, file.extension, "91")
        yield segment("UNO", str(number), ("AID", file.identifier), kind, (str(file.size), "14", "1", "A"))
        yield segment("UNP", str(file.size), str(number))


def read_edi_letter(data: bytes) -> EdiLetter:
    """The letter in `data`: one DIS91 D9134L or BIN01 B0131X in one interchange. Raises BadInput (Danish, with line and column).

    read_edi_letter(build_edi_letter(letter)) == letter
    """
    rest, files = without_objects(data)
    interchange = read_interchange(rest)
    segments = interchange.segments
    unb, unh = segments[0], segments[1]
    standard = _BY_MESSAGE.get((unh.value(2, 1), unh.value(2, 5)))
    if unh.tag != "UNH" or standard is None:
        raise _bad(unh, "meddelelsen er hverken DIS91 (MEDDIS D9134L) eller BIN01 (MEDBIN B0131X)")
    if len([each for each in segments if each.tag == "UNH"]) > 1:
        raise _bad(segments[-1], "forsendelsen har flere meddelelser; her læses kun én ad gangen")
    pna = _one(segments, "PNA", "PAT")
    alternative = [each.value(1, 2) for each in segments if each.tag == "RFF" and each.value(1) == "XPI"]
    return EdiLetter(
        standard=standard,
        transmission=unb.value(5),
        letter=unh.value(1),
        sent=_moment(_one(segments, "DTM", "137")),
        sender=_party(_one(segments, "NAD", "SSP"), unb.value(2)),
        receiver=_party(_one(segments, "NAD", "PO"), unb.value(3)),
        patient=Subject(pna.value(5, 2), pna.value(6, 2), pna.value(2), next(iter(alternative), "")),
        topic=" ".join(ftx_lines(_texts(segments, "OE"))),
        text="\n".join(ftx_lines(_texts(segments, "NC"))),
        files=files or tuple(_referred(each) for each in _texts(segments, "BIN")),
    )


def _texts(segments: Sequence[Segment], qualifier: str) -> list[Segment]:
    return [each for each in segments if each.tag == "FTX" and each.value(1) == qualifier]


def _referred(ftx: Segment) -> File:
    size = ftx.value(4, 5)
    return File(ftx.value(4, 2), ftx.value(4, 3), ftx.value(4, 4), int(size) if size.isdecimal() else 0)


def _one(segments: Sequence[Segment], tag: str, qualifier: str) -> Segment:
    found = [each for each in segments if each.tag == tag and each.value(1) == qualifier]
    if not found:
        raise _bad(segments[-1], f"{tag}+{qualifier} mangler")
    return found[0]


def _party(nad: Segment, ean: str) -> Party:
    code: IdentifierCode | None = IDENTIFIER_WORDS.get(nad.value(2, 2))
    if code is None:
        raise _bad(nad, f"koden {nad.value(2, 2)!r} i NAD 2.2 er ukendt")
    return Party(nad.value(2), code, "", nad.value(4), nad.value(4, 2), nad.value(4, 3), ean)


def _moment(dtm: Segment) -> datetime:
    try:
        return datetime.strptime(dtm.value(1, 2), "%Y%m%d%H%M")  # noqa: DTZ007 - a letter's time has no offset
    except ValueError:
        raise _bad(dtm, "tidspunktet skal være cifre: år, måned, dag, time og minut") from None


def _bad(where: Segment, reason: str) -> BadInput:
    return BadInput(reason, where.line, where.column)
