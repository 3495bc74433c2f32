"""Writes a laboratory report as MEDRPT R0131K: one report, in an interchange of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final, TypeVar

from harness.standards.edifact import Interchange, Segment, build_interchange, numbered, segment
from harness.standards.ftx import ftx_segments
from harness.standards.medrpt import codes
from harness.standards.medrpt.report import Interval, LabReport, Party, Result, ResultStatus

_SERVICE: Final = "UNA:+.? '\n"

_Code = TypeVar("_Code")


def build_medrpt(report: LabReport) -> bytes:
    """The report as an EDIFACT interchange in ISO-8859-1, a segment a line; the same bytes for the same report.

    Raises ValueError, in Danish, for what MEDRPT cannot say: a character outside ISO-8859-1, a speciality without a code, a line
    that is a lone full stop or ends in a backslash (both mean something else in FTX), a year that is not of this century.

        build_medrpt(report).startswith(b"UNA:+.? '")
    """
    body = list(_message(report))
    segments = [
        segment(
            "UNB",
            ("UNOC", "3"),
            (report.sender.ean, "14"),
            (report.receiver.ean, "14"),
            (_short_year(report.sent), f"{report.sent:%H%M}"),
            report.transmission,
            *("", "", ""),
            "1" if report.acknowledge else "",
        ),
        *body,
        segment("UNT", str(len(body) + 1), report.letter),
        segment("UNZ", "1", report.transmission),
    ]
    return build_interchange(Interchange(numbered(segments), una=_SERVICE))


def _short_year(moment: datetime) -> str:
    if not 2000 <= moment.year <= 2099:
        raise ValueError(f"året {moment.year} kan ikke skrives i UNB, der kun har to cifre til det")
    return f"{moment:%y%m%d}"


def _message(report: LabReport) -> Iterator[Segment]:
    yield segment("UNH", report.letter, codes.MESSAGE, codes.STATISTICAL)
    yield segment("BGM", "LRP", "", "9", "NA")
    yield _moment("137", report.authorised)
    yield from _parties(report)
    yield segment("S02", "02")
    yield segment("GIS", "N")
    yield segment("RFF", ("SRI", report.production))
    yield segment("STS", "", _code(codes.REPORT, report.status))
    yield _moment("ISR", report.answered)
    yield from ftx_segments("SPC", "", report.comments)
    yield from _sample_ids(report)
    yield from _patient(report)
    yield from _sample(report)
    for result in report.results:
        yield from _result(result)


def _parties(report: LabReport) -> Iterator[Segment]:
    yield segment("S01", "01")
    yield _organisation("SLA", report.sender)
    if report.from_laboratory:
        yield segment("RFF", ("AHI", report.from_laboratory))
    yield segment("SEQ", "", "1")
    speciality = _code(codes.SPECIALITIES, report.speciality) if report.speciality else ""
    yield segment("SPR", "ORG", (speciality, "SKS", "SST"), (codes.STATISTICAL, "SKS", "SST"))
    yield segment("S01", "01")
    yield _organisation("PO", report.receiver)
    yield segment("SEQ", "", "2")
    if report.copy:
        yield segment("S01", "01")
        yield _organisation("CCR", report.copy)
        yield segment("SEQ", "", "3")
    if report.physician:
        yield segment("S01", "01")
        yield segment("NAD", "BV", "", "", (report.physician, "", "", "", "", "US"))
        yield segment("RFF", ("AHL", "2"))
        yield segment("SEQ", "", "4" if report.copy else "3")


def _organisation(role: str, party: Party) -> Segment:
    qualifier = codes.IDENTIFIERS[party.code] if party.code else (codes.LOCAL, party.local)
    names = (party.organisation, party.department, party.unit, "", "", "US")
    return segment("NAD", role, (party.identifier, *qualifier), "", names)


def _sample_ids(report: LabReport) -> Iterator[Segment]:
    yield segment("S04", "04")
    if report.sample.requester_id:
        yield segment("RFF", ("ROI", report.sample.requester_id))
    yield segment("RFF", ("SOI", report.sample.laboratory_id))
    yield _moment("4", report.sample.taken)


def _patient(report: LabReport) -> Iterator[Segment]:
    patient = report.patient
    yield segment("S06", "06")
    yield segment("S07", "07")
    number = (patient.cpr, "", "", "CPR", "IM") if patient.cpr else ("",)
    given = ("FO", patient.given) if patient.given else ("",)
    yield segment("PNA", "PAT", number, "", "", ("SU", patient.surname), given)
    if patient.alternative:
        yield segment("RFF", ("XPI", patient.alternative))
    if not patient.consent:
        yield segment("HAN", "CDS")


def _sample(report: LabReport) -> Iterator[Segment]:
    sample = report.sample
    yield segment("S16", "16")
    yield segment("SPC", "SCI", "ATT")
    if sample.volume or sample.unit:
        yield segment("QTY", ("SVO", sample.volume), sample.unit)
    if sample.collected:
        yield _moment("SCS", sample.collected[0])
        yield _moment("SCE", sample.collected[1])


def _result(result: Result) -> Iterator[Segment]:
    """A result begins with its GIS: group 18 has no segment of its own to begin with."""
    analysis = result.analysis
    status = ResultStatus.PRELIMINARY if result.status is ResultStatus.RECEIVED else result.status
    what, how = _code(codes.RESULT, status)
    operator = _code(codes.OPERATORS, result.operator) if result.operator else ""
    validation = _code(codes.VALIDATIONS, result.validation) if result.validation else ""
    code_type = _code(codes.CODE_TYPES, analysis.type)
    yield segment("GIS", what)
    yield segment("INV", "MQ", (analysis.code, code_type, analysis.responsible, analysis.short_name))
    value = (result.value, operator)
    yield segment("RSL", _code(codes.RESULT_TYPES, result.type), value, "", ("", "", "", result.unit), validation)
    yield segment("STS", "", how)
    yield from ftx_segments("ACM", "P00", analysis.complete_name)
    yield from ftx_segments("RIT", "", result.text_value)
    yield from ftx_segments("SPC", "", result.comments)
    if result.producer:
        identifier, kept_by = result.producer
        yield segment("REL", "PRF", ("POR", codes.LOCAL, kept_by, identifier))
    if result.to_laboratory:
        yield segment("RFF", ("AHI", result.to_laboratory))
    for interval in result.intervals:
        yield from _interval(interval)


def _interval(interval: Interval) -> Iterator[Segment]:
    yield segment("S20", "20")
    if interval.type:
        yield segment("RND", _code(codes.INTERVALS, interval.type), interval.lower, interval.upper)
    if interval.text:
        yield from ftx_segments("UCI", "F00", (interval.text,))


def _moment(qualifier: str, moment: datetime) -> Segment:
    return segment("DTM", (qualifier, f"{moment.year:04}{moment:%m%d%H%M}", "203"))


def _code(table: Mapping[_Code, str], word: str) -> _Code:
    for code, meaning in table.items():
        if meaning == word:
            return code
    raise ValueError(f"{word} har ingen kode i MEDRPT")
