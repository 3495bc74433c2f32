"""Reads what a MEDRPT R0131K says. Raises where something is missing that the report cannot be understood without."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import TypeVar

from harness.domain.errors import BadInput
from harness.standards.edifact import Interchange, Segment, read_interchange
from harness.standards.ftx import ftx_lines
from harness.standards.medrpt import codes
from harness.standards.medrpt.report import (
    RECEIVED_VALUE,
    Analysis,
    CodeType,
    IdentifierCode,
    Interval,
    LabReport,
    Party,
    Result,
    ResultStatus,
    Sample,
    Subject,
)
from harness.standards.medrpt.sections import Section, sections

_MINUTE = re.compile(r"\d{12}", re.ASCII)
_Word = TypeVar("_Word")


def read_medrpt(data: bytes) -> LabReport:
    """The report in `data`: one MEDRPT R0131K in one interchange. Raises BadInput (Danish, with line and column).

    read_medrpt(build_medrpt(report)) == report
    """
    interchange = read_interchange(data)
    message = _only_message(interchange)
    parts = sections(message[:-1])
    unb, unh = interchange.segments[0], message[0]
    if (unh.value(2, 1), unh.value(2, 5)) != ("MEDRPT", "R0131K"):
        raise _bad(unh, "meddelelsen er ikke MEDRPT R0131K")
    head, answer, sample = parts[0], _section(parts, "S02", unh), _section(parts, "S04", unh)
    sender = _party(parts, "SLA")
    receiver = _party(parts, "PO")
    copy = _party(parts, "CCR")
    physician = next((part for part in _parties(parts, "BV") if any(each.value(1, 2) == "2" for each in part.all("RFF"))), None)
    if sender is None or receiver is None:
        raise _bad(unh, "afsender (NAD+SLA) eller modtager (NAD+PO) mangler")
    return LabReport(
        transmission=unb.value(5),
        sent=_moment(unb, f"20{unb.value(4)}{unb.value(4, 2)}"),
        letter=unh.value(1),
        authorised=_time(head, "137"),
        sender=_organisation(sender, unb.value(2)),
        receiver=_organisation(receiver, unb.value(3)),
        patient=_patient(_section(parts, "S07", unh)),
        sample=_sample(sample, next((part for part in parts if part.name == "S16"), None)),
        production=_reference(answer, "SRI"),
        answered=_time(answer, "ISR"),
        results=tuple(_result(part) for part in parts if part.name == "S18"),
        status=_word(_segment(answer, "STS"), 2, 1, codes.REPORT),
        acknowledge=unb.value(9) == "1",
        speciality=_speciality(sender),
        from_laboratory=_reference(sender),
        physician=_segment(physician, "NAD").value(4) if physician else "",
        copy=_organisation(copy, "") if copy else None,
        comments=ftx_lines(answer.all("FTX", "SPC")),
    )


def _only_message(interchange: Interchange) -> tuple[Segment, ...]:
    inside = interchange.segments[1:-1]
    if not inside or inside[0].tag != "UNH" or inside[-1].tag != "UNT":
        raise _bad(interchange.segments[-1], "forsendelsen har ingen hel meddelelse fra UNH til UNT")
    for each in inside[1:-1]:
        if each.tag in ("UNH", "UNT"):
            raise _bad(each, "forsendelsen har flere meddelelser; her læses kun én ad gangen")
    return inside


def _party(parts: list[Section], role: str) -> Section | None:
    return next(iter(_parties(parts, role)), None)


def _parties(parts: list[Section], role: str) -> list[Section]:
    return [part for part in parts if part.name == "S01" and part.first("NAD", role)]


def _organisation(part: Section, ean: str) -> Party:
    nad = _segment(part, "NAD")
    local = nad.value(2, 2) == codes.LOCAL
    code: IdentifierCode | None = None if local else _word(nad, 2, 2, codes.IDENTIFIER_WORDS)
    listed = nad.value(2, 3) if local else ""
    return Party(nad.value(2), code, listed, nad.value(4), nad.value(4, 2), nad.value(4, 3), ean)


def _speciality(sender: Section) -> str:
    spr = sender.first("SPR")
    return _word(spr, 2, 1, codes.SPECIALITIES) if spr and spr.value(2) else ""


def _patient(part: Section) -> Subject:
    pna = _segment(part, "PNA")
    return Subject(
        surname=pna.value(5, 2),
        given=pna.value(6, 2),
        cpr=pna.value(2),
        alternative=_reference(part),
        consent=part.first("HAN") is None,
    )


def _sample(part: Section, volume: Section | None) -> Sample:
    quantity = volume.first("QTY") if volume else None
    collected = None
    if volume and volume.first("DTM"):
        collected = (_time(volume, "SCS"), _time(volume, "SCE"))
    return Sample(
        laboratory_id=_reference(part, "SOI"),
        taken=_time(part, "4"),
        requester_id=_reference(part, "ROI"),
        volume=quantity.value(1, 2) if quantity else "",
        unit=quantity.value(2) if quantity else "",
        collected=collected,
    )


def _result(part: Section) -> Result:
    gis, inv, rsl, sts = (_segment(part, tag) for tag in ("GIS", "INV", "RSL", "STS"))
    rel = part.first("REL")
    status = codes.RESULT.get((gis.value(1), sts.value(2)))
    if status is None:
        raise _bad(sts, f"GIS {gis.value(1)} og STS {sts.value(2)} hører ikke sammen")
    if status is ResultStatus.PRELIMINARY and rsl.value(2) == RECEIVED_VALUE:
        status = ResultStatus.RECEIVED
    code_type: CodeType = _word(inv, 2, 2, codes.CODE_TYPES)
    return Result(
        analysis=Analysis(inv.value(2), inv.value(2, 4), ftx_lines(part.all("FTX", "ACM")), code_type, inv.value(2, 3)),
        value=rsl.value(2),
        status=status,
        type=_word(rsl, 1, 1, codes.RESULT_TYPES),
        operator=_word(rsl, 2, 2, codes.OPERATORS) if rsl.value(2, 2) else None,
        unit=rsl.value(4, 4),
        validation=_word(rsl, 5, 1, codes.VALIDATIONS) if rsl.value(5) else None,
        intervals=tuple(_interval(each) for each in part.parts),
        producer=(rel.value(2, 4), rel.value(2, 3)) if rel else None,
        text_value=ftx_lines(part.all("FTX", "RIT")),
        comments=ftx_lines(part.all("FTX", "SPC")),
        to_laboratory=_reference(part, "AHI"),
    )


def _interval(part: Section) -> Interval:
    rnd = part.first("RND")
    text = "".join(ftx_lines(part.all("FTX")))
    if rnd is None:
        return Interval(text=text)
    return Interval(_word(rnd, 1, 1, codes.INTERVALS), rnd.value(2), rnd.value(3), text)


def _section(parts: list[Section], name: str, unh: Segment) -> Section:
    for part in parts:
        if part.name == name:
            return part
    raise _bad(unh, f"{name} mangler")


def _segment(part: Section, tag: str, qualifier: str = "") -> Segment:
    found = part.first(tag, qualifier)
    if found is None:
        raise _bad(part.head, f"{tag} {qualifier}".strip() + f" mangler i {part.name}")
    return found


def _reference(part: Section, qualifier: str = "") -> str:
    found = part.first("RFF", qualifier)
    return found.value(1, 2) if found else ""


def _time(part: Section, qualifier: str) -> datetime:
    found = _segment(part, "DTM", qualifier)
    if found.value(1, 3) != "203":
        raise _bad(found, "tidspunktet skal have formatet 203 (ÅÅÅÅMMDDTTMM)")
    return _moment(found, found.value(1, 2))


def _moment(segment: Segment, digits: str) -> datetime:
    if not _MINUTE.fullmatch(digits):
        raise _bad(segment, "tidspunktet skal være cifre: år, måned, dag, time og minut")
    try:
        return datetime.fromisoformat(f"{digits[:4]}-{digits[4:6]}-{digits[6:8]}T{digits[8:10]}:{digits[10:]}")
    except ValueError:
        raise _bad(segment, "tidspunktet findes ikke") from None


def _word(segment: Segment, element: int, component: int, table: Mapping[str, _Word]) -> _Word:
    code = segment.value(element, component)
    if code not in table:
        raise _bad(segment, f"koden {code!r} i {segment.tag} {element}.{component} er ukendt")
    return table[code]


def _bad(segment: Segment, reason: str) -> BadInput:
    return BadInput(reason, segment.line, segment.column)
