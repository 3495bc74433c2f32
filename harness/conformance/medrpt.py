"""What must hold of a laboratory report written as MEDRPT R0131K (EDIFACT), read from its segments.

MedCom's own standard is not public. Judged is EDIFACT's syntax, and that MedCom's stylesheet to XRPT01 has a word for each code.
Not judged, for want of a source: the order of segments, how many there may be, lengths, times, and qualifiers not named here.
Grades are the project's convention: F1 where a receiver may show another patient or value, F2 where it cannot understand the
message, F3 where the content survives.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from harness.conformance.rule import HOLDS, Breach, Judgement, Outcome, Rule, judge, rule, rules_for
from harness.conformance.subject import Unreadable, readable
from harness.domain.finding import Owner
from harness.domain.grade import Grade
from harness.domain.identifiers import Cpr, Gln, Sor, Yder
from harness.standards.edifact import Interchange, Segment, read_interchange
from harness.standards.medrpt.sections import Section, sections

SUBJECT = "medrpt"
SYNTAX = "ISO 9735 (UN/EDIFACT, syntaksversion 3)"
IDENTIFIERS = "dk-core (hl7dk/dk-core), SOR; MedComs FHIR-eksempler, ydernummer"
MAPPING = "MedComs stilark fra MEDRPT R0131K til LaboratoryReport XR0131K (navnerum 2014/10/08)"


@dataclass(frozen=True, slots=True)
class Report:
    """A readable interchange and its messages, each as segments from UNH up to its UNT, and in sections."""

    interchange: Interchange
    messages: tuple[tuple[Segment, ...], ...]
    parts: tuple[tuple[Section, ...], ...]
    file: str

    def sections(self, *names: str) -> Iterator[Section]:
        """The sections of all messages that have one of these names, with those inside them."""
        for message in self.parts:
            for part in message:
                for each in (part, *part.parts):
                    if each.name in names:
                        yield each


def judge_medrpt(data: bytes, file: str) -> list[Judgement]:
    """Every rule's result on the interchange in `data`; `file` is its name in findings. Never raises for what `data` holds.

    judge_medrpt(body, "svar.edi")
    """
    return judge(rules_for(SUBJECT), readable(lambda: _report(read_interchange(data), file), file))


def _report(interchange: Interchange, file: str) -> Report:
    starts = [number for number, each in enumerate(interchange.segments) if each.tag == "UNH"]
    cuts = pairwise([*starts, len(interchange.segments) - 1])
    messages = tuple(interchange.segments[start:end] for start, end in cuts)
    parts = tuple(tuple(sections(each for each in message if each.tag != "UNT")) for message in messages)
    return Report(interchange, messages, parts, file)


@rule(
    "RPT-EDI",
    subject=SUBJECT,
    title="Meddelelsen er en EDIFACT-forsendelse, der kan læses",
    grade=Grade.F2,
    owner=Owner.SENDER,
    source=SYNTAX,
)
def is_interchange(report: Report | Unreadable) -> Outcome:
    """From UNA or UNB to UNZ, each segment with a tag and a terminator."""
    if isinstance(report, Unreadable):
        return (Breach(report.location, "en forsendelse fra UNB til UNZ", report.reason),)
    return HOLDS


def _rule(number: int, title: str, grade: Grade, *needs: str, source: str = MAPPING) -> Callable[[Callable[..., Outcome]], Rule]:
    return rule(
        f"RPT-{number:02}",
        subject=SUBJECT,
        title=title,
        grade=grade,
        owner=Owner.SENDER,
        source=source,
        needs=("RPT-EDI", *needs),
    )


@_rule(1, "UNZ har forsendelsens nummer og det rigtige antal meddelelser", Grade.F2, source=f"{SYNTAX}, UNZ")
def interchange_trailer(report: Report) -> Outcome:
    """UNZ 1 counts the messages; UNZ 2 is UNB 5."""
    unb, unz = report.interchange.segments[0], report.interchange.segments[-1]
    return (
        *_equal(report, unz, 1, str(len(report.messages)), number=True),
        *_equal(report, unz, 2, unb.value(5)),
    )


@_rule(2, "Hver meddelelse slutter med UNT, der har dens nummer og antal segmenter", Grade.F2, source=f"{SYNTAX}, UNT")
def message_trailer(report: Report) -> Outcome:
    """UNT 1 counts the segments from UNH to UNT, both included; UNT 2 is UNH 1."""
    breaches: list[Breach] = []
    for message in report.messages:
        unh, last = message[0], message[-1]
        if last.tag != "UNT":
            breaches.append(Breach(last.at(report.file), "UNT som meddelelsens sidste segment", last.tag))
            continue
        breaches += _equal(report, last, 1, str(len(message)), number=True)
        breaches += _equal(report, last, 2, unh.value(1))
    return tuple(breaches)


@_rule(3, "Meddelelsen er MEDRPT i version R0131K", Grade.F2)
def version(report: Report) -> Outcome:
    """UNH 2.1 and 2.5, in every message; and there is a message."""
    if not report.messages:
        unz = report.interchange.segments[-1]
        return (Breach(unz.at(report.file), "mindst én meddelelse (UNH)", "ingen"),)
    heads = [message[0] for message in report.messages]
    return tuple(
        breach for unh in heads for breach in (*_equal(report, unh, (2, 1), "MEDRPT"), *_equal(report, unh, (2, 5), "R0131K"))
    )


@_rule(4, "Afsenderens og modtagerens lokationsnumre er gyldige", Grade.F2, source="GS1, GLN: 13 cifre og kontrolciffer")
def location_numbers(report: Report) -> Outcome:
    """UNB 2.1 and 3.1, which XRPT01 gives as EANIdentifier."""
    unb = report.interchange.segments[0]
    return tuple(breach for element in (2, 3) for breach in _valid(report, unb, element, Gln))


@_rule(5, "Meddelelsen nævner laboratoriet (SLA) og modtageren (PO) netop én gang", Grade.F2, "RPT-03")
def parties(report: Report) -> Outcome:
    """NAD in a section S01 of each message. XRPT01 has one Sender and one Receiver."""
    breaches = []
    for message in report.parts:
        for role in ("SLA", "PO"):
            named = [nad for part in message if part.name == "S01" for nad in part.all("NAD", role)]
            if len(named) != 1:
                place = (named[1] if named else message[0].head).at(report.file)
                breaches.append(Breach(place, f"NAD+{role} netop én gang", f"{len(named)} gange"))
    return tuple(breaches)


@_rule(6, "Patienten har et CPR-nummer eller en anden identifikation", Grade.F1, "RPT-03")
def patient_identified(report: Report) -> Outcome:
    """PNA 2.1, or an RFF in S07 of each message."""
    breaches = []
    for message in report.parts:
        patients = [part for part in message if part.name == "S07"]
        if not any(part.first("RFF") or any(pna.value(2) for pna in part.all("PNA")) for part in patients):
            place = (patients[0] if patients else message[0]).head.at(report.file)
            breaches.append(Breach(place, "CPR-nummer i PNA 2.1, eller RFF i S07", "mangler"))
    return tuple(breaches)


@_rule(7, "CPR-nummeret er ti cifre og begynder med en dato", Grade.F1, "RPT-06", source="dk-core (hl7dk/dk-core), CPR")
def cpr_number(report: Report) -> Outcome:
    """PNA 2.1 in S07, where there is one. It is never shown."""
    pnas = [pna for part in report.sections("S07") for pna in part.all("PNA") if pna.value(2)]
    return tuple(breach for pna in pnas for breach in _valid(report, pna, 2, Cpr, shown="noget andet"))


@_rule(8, "Svarets status er K (komplet), D (del) eller M (modtaget)", Grade.F2, "RPT-03")
def report_status(report: Report) -> Outcome:
    """STS 2.1 in S02 of each message."""
    breaches: list[Breach] = []
    for message in report.parts:
        statuses = [sts for part in message if part.name == "S02" for sts in part.all("STS")]
        breaches += [breach for sts in statuses for breach in _among(report, sts, (2, 1), "KDM")]
        if not statuses:
            breaches.append(Breach(message[0].head.at(report.file), "STS i S02", "mangler"))
    return tuple(breaches)


@_rule(9, "Hvert resultats status (GIS og STS) er en, der findes", Grade.F2, "RPT-03")
def result_status(report: Report) -> Outcome:
    """N with FR or PR; M with FR or MR."""
    breaches = []
    for part in report.sections("S18"):
        sts = part.first("STS")
        if sts is None:
            breaches.append(Breach(part.head.at(report.file), "STS i hvert resultat", "mangler"))
        elif (found := (part.head.value(1) if part.head.tag == "GIS" else _gis(part), sts.value(2))) not in _RESULT_STATUSES:
            breaches.append(Breach(sts.at(report.file, 2), "N med FR eller PR, eller M med FR eller MR", " med ".join(found)))
    return tuple(breaches)


_RESULT_STATUSES = {("N", "FR"), ("N", "PR"), ("M", "FR"), ("M", "MR")}


def _gis(part: Section) -> str:
    gis = part.first("GIS")
    return gis.value(1) if gis else ""


@_rule(10, "Hvert resultat siger, hvad der er analyseret, og hvis kode det er", Grade.F2, "RPT-03")
def analysis(report: Report) -> Outcome:
    """INV 2.1 is there, and INV 2.2 is CQU (iupac) or 91 (local)."""
    breaches: list[Breach] = []
    for part in report.sections("S18"):
        inv = part.first("INV")
        if inv is None or not inv.value(2):
            place = inv.at(report.file, 2) if inv else part.head.at(report.file)
            breaches.append(Breach(place, "analysens kode i INV 2.1", "mangler"))
        else:
            breaches += _among(report, inv, (2, 2), ("CQU", "91"))
    return tuple(breaches)


@_rule(11, "Resultatets type er NV (numerisk) eller AV (alfanumerisk)", Grade.F2, "RPT-03")
def result_type(report: Report) -> Outcome:
    """RSL 1.1; a result may be without RSL."""
    return _each(report, "S18", "RSL", (1, 1), ("NV", "AV"))


@_rule(12, "Et tegn foran værdien er 7 (mindre end) eller 6 (større end)", Grade.F1, "RPT-03")
def operator(report: Report) -> Outcome:
    """RSL 2.2, where there is one."""
    return _each(report, "S18", "RSL", (2, 2), ("7", "6", ""))


@_rule(13, "Laboratoriets vurdering er HI (for høj), LO (for lav) eller UN (unormal)", Grade.F2, "RPT-03")
def validation(report: Report) -> Outcome:
    """RSL 5.1, where there is one."""
    return _each(report, "S18", "RSL", (5, 1), ("HI", "LO", "UN", ""))


@_rule(14, "Referenceintervallets type er F, T eller U", Grade.F3, "RPT-03")
def interval_type(report: Report) -> Outcome:
    """RND 1.1 in S20: fysiologisk, terapeutisk, uspecificeret."""
    return _each(report, "S20", "RND", (1, 1), "FTU")


@_rule(15, "Laboratoriets og modtagerens nummer ser ud, som dets slags skal", Grade.F2, "RPT-05", source=IDENTIFIERS)
def identifiers(report: Report) -> Outcome:
    """NAD 2.1 of a party in S01: six digits when 2.2 is YNR, at least eleven when it is SOR."""
    return tuple(
        breach
        for part in report.sections("S01")
        for nad in part.all("NAD")
        if (kind := _KINDS.get(nad.value(2, 2)))
        for breach in _valid(report, nad, 2, kind)
    )


_KINDS: dict[str, Callable[[str], object]] = {"YNR": Yder, "SOR": Sor}


def _each(report: Report, name: str, tag: str, place: tuple[int, int], words: tuple[str, ...] | str) -> tuple[Breach, ...]:
    segments = [each for part in report.sections(name) for each in part.all(tag)]
    return tuple(breach for each in segments for breach in _among(report, each, place, words))


def _among(report: Report, segment: Segment, place: tuple[int, int], words: tuple[str, ...] | str) -> tuple[Breach, ...]:
    found = segment.value(*place)
    if found in tuple(words):
        return HOLDS
    return (Breach(segment.at(report.file, *place), _either([word for word in words if word]), found or "mangler"),)


def _either(words: list[str]) -> str:
    return " eller ".join(filter(None, (", ".join(words[:-1]), words[-1])))


def _equal(
    report: Report, segment: Segment, place: int | tuple[int, int], expected: str, *, number: bool = False
) -> tuple[Breach, ...]:
    element, component = place if isinstance(place, tuple) else (place, 1)
    found = segment.value(element, component)
    if found == expected or (number and found.isascii() and found.isdigit() and found.lstrip("0") == expected):
        return HOLDS
    return (Breach(segment.at(report.file, element, component), expected, found or "mangler"),)


def _valid(report: Report, segment: Segment, element: int, kind: Callable[[str], object], shown: str = "") -> tuple[Breach, ...]:
    found = segment.value(element)
    try:
        kind(found)
    except ValueError as wrong:
        return (Breach(segment.at(report.file, element), str(wrong), shown or found or "mangler"),)
    return HOLDS
