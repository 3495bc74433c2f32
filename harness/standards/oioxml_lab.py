"""A laboratory report written and read as XRPT01 (OIOXML, version XR0131K).

With `medrpt` this is the mapping both ways: a report read from the one and built as the other says the same. MedCom's XML schema
is not public, so order and cardinality follow MedCom's stylesheet from MEDRPT R0131K (namespace 2014/10/08).
"""

from __future__ import annotations

import re
from datetime import datetime
from enum import StrEnum
from io import BytesIO
from typing import Final, Literal, TypeVar

from lxml import etree

from harness.standards.medrpt.report import (
    Analysis,
    CodeType,
    IdentifierCode,
    Interval,
    IntervalType,
    LabReport,
    Lines,
    Operator,
    Party,
    ReportStatus,
    Result,
    ResultStatus,
    ResultType,
    Sample,
    Subject,
    Validation,
)
from harness.standards.xml import Element, XmlDocument, local_name, text_of

NAMESPACE: Final = "http://rep.oio.dk/medcom.dk/xml/schemas/2014/10/08/"
VERSION: Final = "XR0131K"
TYPE: Final = "XRPT01"

_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_TIME = re.compile(r"\d\d:\d\d", re.ASCII)
_Word = TypeVar("_Word", bound=StrEnum)


def build_xrpt(report: LabReport, encoding: Literal["UTF-8", "ISO-8859-1"] = "UTF-8") -> bytes:
    """The report as an Emessage with XML declaration, in UTF-8 or ISO-8859-1; the same bytes for the same report.

    Raises ValueError for characters XML cannot hold.

        build_xrpt(read_medrpt(edifact))
    """
    root = etree.fromstring(f'<Emessage xmlns="{NAMESPACE}"/>')
    texts: list[tuple[Element, Lines]] = []
    _envelope(root, report)
    body = _add(root, "LaboratoryReport")
    letter = _add(body, "Letter")
    _add(letter, "Identifier", report.letter)
    _add(letter, "VersionCode", VERSION)
    _add(letter, "StatisticalCode", TYPE)
    _add_moment(letter, "Authorisation", report.authorised)
    _add(letter, "TypeCode", TYPE)
    sender = _add_party(body, "Sender", report.sender)
    _maybe(sender, "MedicalSpecialityCode", report.speciality)
    _maybe(sender, "FromLabIdentifier", report.from_laboratory)
    receiver = _add_party(body, "Receiver", report.receiver)
    if report.physician:
        _add(_add(receiver, "Physician"), "PersonInitials", report.physician)
    if report.copy:
        _add_party(body, "CCReceiver", report.copy)
    _add_patient(body, report.patient)
    requisition = _add(body, "RequisitionInformation")
    _add_lines(requisition, "Comments", report.comments, texts)
    _add_sample(requisition, report.sample)
    results = _add(body, "LaboratoryResults")
    general = _add(results, "GeneralResultInformation")
    _add(general, "ReportStatusCode", report.status)
    _maybe(general, "LaboratoryInternalProductionIdentifier", report.production)
    _add_moment(general, "ResultsDateTime", report.answered)
    for result in report.results:
        _add_result(results, result, texts)
    etree.indent(root)
    for element, lines in texts:  # after the indenting, which must not reach into text
        for line in lines:
            _append_text(element, line)
            etree.SubElement(element, f"{{{NAMESPACE}}}Break")
    written = BytesIO()
    root.getroottree().write(written, xml_declaration=True, encoding=encoding)
    return written.getvalue()


def _envelope(root: Element, report: LabReport) -> None:
    envelope = _add(root, "Envelope")
    _add_moment(envelope, "Sent", report.sent)
    _add(envelope, "Identifier", report.transmission)
    _add(envelope, "AcknowledgementCode", "pluspositivkvitt" if report.acknowledge else "minuspositivkvitt")


def _add_party(parent: Element, role: str, party: Party) -> Element:
    element = _add(parent, role)
    _maybe(element, "EANIdentifier", party.ean)
    _maybe(element, "Identifier", party.identifier)
    if party.code:
        _add(element, "IdentifierCode", party.code)
    else:
        _add(element, "IdentifierLocal", party.local)
    _maybe(element, "OrganisationName", party.organisation)
    _maybe(element, "DepartmentName", party.department)
    _maybe(element, "UnitName", party.unit)
    return element


def _add_patient(parent: Element, patient: Subject) -> None:
    element = _add(parent, "Patient")
    _maybe(element, "CivilRegistrationNumber", patient.cpr)
    _maybe(element, "AlternativeIdentifier", patient.alternative)
    _add(element, "PersonSurnameName", patient.surname)
    _maybe(element, "PersonGivenName", patient.given)
    _add(_add(element, "Consent"), "Given", "true" if patient.consent else "false")


def _add_sample(parent: Element, sample: Sample) -> None:
    element = _add(parent, "Sample")
    _maybe(element, "LaboratoryInternalSampleIdentifier", sample.laboratory_id)
    _maybe(element, "RequesterSampleIdentifier", sample.requester_id)
    _add_moment(element, "SamplingDateTime", sample.taken)
    _maybe(element, "Volume", sample.volume)
    _maybe(element, "UnitOfVolume", sample.unit)
    if sample.collected:
        interval = _add(element, "SamplingInterval")
        _add_moment(interval, "StartDateTime", sample.collected[0])
        _add_moment(interval, "EndDateTime", sample.collected[1])


def _add_result(parent: Element, result: Result, texts: list[tuple[Element, Lines]]) -> None:
    element = _add(parent, "Result")
    _add(element, "ResultStatusCode", result.status)
    analysis = _add(element, "Analysis")
    _add(analysis, "AnalysisCode", result.analysis.code)
    _add(analysis, "AnalysisCodeType", result.analysis.type)
    _add(analysis, "AnalysisCodeResponsible", result.analysis.responsible)
    _maybe(analysis, "AnalysisShortName", result.analysis.short_name)
    _add_lines(analysis, "AnalysisCompleteName", result.analysis.complete_name, texts)
    if result.producer:
        producer = _add(element, "ProducerOfLabResult")
        _add(producer, "Identifier", result.producer[0])
        _add(producer, "IdentifierCode", result.producer[1])
    for interval in result.intervals:
        reference = _add(element, "ReferenceInterval")
        _maybe(reference, "TypeOfInterval", interval.type or "")
        _maybe(reference, "LowerLimit", interval.lower)
        _maybe(reference, "UpperLimit", interval.upper)
        _maybe(reference, "IntervalText", interval.text)
    _add(element, "ResultType", result.type)
    _maybe(element, "Operator", result.operator or "")
    _add(element, "Value", result.value)
    _maybe(element, "Unit", result.unit)
    _maybe(element, "ResultValidation", result.validation or "")
    _add_lines(element, "ResultTextValue", result.text_value, texts)
    _add_lines(element, "ResultComments", result.comments, texts)
    _maybe(element, "ToLabIdentifier", result.to_laboratory)


def _add(parent: Element, name: str, text: str | None = None) -> Element:
    element = etree.SubElement(parent, f"{{{NAMESPACE}}}{name}")
    element.text = text
    return element


def _maybe(parent: Element, name: str, text: str) -> None:
    if text:
        _add(parent, name, text)


def _add_moment(parent: Element, name: str, moment: datetime) -> None:
    element = _add(parent, name)
    _add(element, "Date", moment.date().isoformat())
    _add(element, "Time", f"{moment:%H:%M}")


def _add_lines(parent: Element, name: str, lines: Lines, texts: list[tuple[Element, Lines]]) -> None:
    if lines:
        texts.append((_add(parent, name), lines))


def _append_text(element: Element, text: str) -> None:
    if len(element):
        element[-1].tail = text
    else:
        element.text = text


def read_xrpt(document: XmlDocument) -> LabReport:
    """The report in an Emessage. Raises BadInput (Danish, with line and column) for what a report cannot be understood without.

    read_xrpt(xml.parse(build_xrpt(report), "svar.xml")) == report
    """
    return _Reader(document).report()


class _Reader:
    def __init__(self, document: XmlDocument) -> None:
        self._document = document

    def report(self) -> LabReport:
        root = self._document.root
        if root.tag != f"{{{NAMESPACE}}}Emessage":
            raise self._document.bad(root, "XML'en er ikke en Emessage fra 2014/10/08")
        envelope, body = self._one(root, "Envelope"), self._one(root, "LaboratoryReport")
        sender, receiver = self._one(body, "Sender"), self._one(body, "Receiver")
        requisition, results = self._one(body, "RequisitionInformation"), self._one(body, "LaboratoryResults")
        general = self._one(results, "GeneralResultInformation")
        copies = _children(body, "CCReceiver")
        letter = self._one(body, "Letter")
        return LabReport(
            transmission=self._text(envelope, "Identifier"),
            sent=self._moment(envelope, "Sent"),
            letter=self._text(letter, "Identifier"),
            authorised=self._moment(letter, "Authorisation"),
            sender=self._party(sender),
            receiver=self._party(receiver),
            patient=self._patient(self._one(body, "Patient")),
            sample=self._sample(self._one(requisition, "Sample")),
            production=self._text(general, "LaboratoryInternalProductionIdentifier"),
            answered=self._moment(general, "ResultsDateTime"),
            results=tuple(self._result(each) for each in _children(results, "Result")),
            status=self._word(general, "ReportStatusCode", ReportStatus),
            acknowledge=self._text(envelope, "AcknowledgementCode") == "pluspositivkvitt",
            speciality=self._text(sender, "MedicalSpecialityCode"),
            from_laboratory=self._text(sender, "FromLabIdentifier"),
            physician=self._text(receiver, "Physician/PersonInitials"),
            copy=self._party(copies[0]) if copies else None,
            comments=self._lines(requisition, "Comments"),
        )

    def _party(self, element: Element) -> Party:
        local = bool(_children(element, "IdentifierLocal"))
        return Party(
            identifier=self._text(element, "Identifier"),
            code=None if local else self._word(element, "IdentifierCode", IdentifierCode),
            local=self._text(element, "IdentifierLocal"),
            organisation=self._text(element, "OrganisationName"),
            department=self._text(element, "DepartmentName"),
            unit=self._text(element, "UnitName"),
            ean=self._text(element, "EANIdentifier"),
        )

    def _patient(self, element: Element) -> Subject:
        given = self._one(self._one(element, "Consent"), "Given")
        if text_of(given) not in ("true", "false"):
            raise self._document.bad(given, "samtykket skal være true eller false")
        return Subject(
            surname=self._text(element, "PersonSurnameName"),
            given=self._text(element, "PersonGivenName"),
            cpr=self._text(element, "CivilRegistrationNumber"),
            alternative=self._text(element, "AlternativeIdentifier"),
            consent=text_of(given) == "true",
        )

    def _sample(self, element: Element) -> Sample:
        return Sample(
            laboratory_id=self._text(element, "LaboratoryInternalSampleIdentifier"),
            taken=self._moment(element, "SamplingDateTime"),
            requester_id=self._text(element, "RequesterSampleIdentifier"),
            volume=self._text(element, "Volume"),
            unit=self._text(element, "UnitOfVolume"),
            collected=self._collected(element),
        )

    def _collected(self, sample: Element) -> tuple[datetime, datetime] | None:
        if not _children(sample, "SamplingInterval"):
            return None
        interval = self._one(sample, "SamplingInterval")
        return self._moment(interval, "StartDateTime"), self._moment(interval, "EndDateTime")

    def _result(self, element: Element) -> Result:
        analysis = self._one(element, "Analysis")
        producers = _children(element, "ProducerOfLabResult")
        producer = (self._text(producers[0], "Identifier"), self._text(producers[0], "IdentifierCode")) if producers else None
        return Result(
            analysis=Analysis(
                code=self._text(analysis, "AnalysisCode"),
                short_name=self._text(analysis, "AnalysisShortName"),
                complete_name=self._lines(analysis, "AnalysisCompleteName"),
                type=self._word(analysis, "AnalysisCodeType", CodeType),
                responsible=self._text(analysis, "AnalysisCodeResponsible"),
            ),
            value=self._text(element, "Value"),
            status=self._word(element, "ResultStatusCode", ResultStatus),
            type=self._word(element, "ResultType", ResultType),
            operator=self._maybe_word(element, "Operator", Operator),
            unit=self._text(element, "Unit"),
            validation=self._maybe_word(element, "ResultValidation", Validation),
            intervals=tuple(self._interval(each) for each in _children(element, "ReferenceInterval")),
            producer=producer,
            text_value=self._lines(element, "ResultTextValue"),
            comments=self._lines(element, "ResultComments"),
            to_laboratory=self._text(element, "ToLabIdentifier"),
        )

    def _interval(self, element: Element) -> Interval:
        return Interval(
            type=self._maybe_word(element, "TypeOfInterval", IntervalType),
            lower=self._text(element, "LowerLimit"),
            upper=self._text(element, "UpperLimit"),
            text=self._text(element, "IntervalText"),
        )

    def _one(self, parent: Element, name: str) -> Element:
        found = _children(parent, name)
        if len(found) != 1:
            raise self._document.bad(found[1] if found else parent, f"{name} skal stå netop én gang, og står {len(found)} gange")
        return found[0]

    def _text(self, parent: Element, path: str) -> str:
        """The text at `path`, or "" when it is not there. White space at its ends is the writer's layout."""
        found = parent.find("/".join(f"{{{NAMESPACE}}}{name}" for name in path.split("/")))
        return "".join(str(each) for each in found.itertext()).strip() if found is not None else ""

    def _word(self, parent: Element, name: str, words: type[_Word]) -> _Word:
        element = self._one(parent, name)
        try:
            return words(text_of(element))
        except ValueError:
            raise self._document.bad(element, f"{name} kan ikke være “{text_of(element)}”") from None

    def _maybe_word(self, parent: Element, name: str, words: type[_Word]) -> _Word | None:
        return self._word(parent, name, words) if _children(parent, name) else None

    def _moment(self, parent: Element, name: str) -> datetime:
        element = self._one(parent, name)
        date, time = self._text(element, "Date"), self._text(element, "Time")
        expected = f"{name} skal være en dato (ÅÅÅÅ-MM-DD) og et klokkeslæt (TT:MM), der findes"
        if not (_DATE.fullmatch(date) and _TIME.fullmatch(time)):
            raise self._document.bad(element, expected)
        try:
            return datetime.fromisoformat(f"{date}T{time}")
        except ValueError:
            raise self._document.bad(element, expected) from None

    def _lines(self, parent: Element, name: str) -> Lines:
        return tuple(line for element in _children(parent, name) for line in _broken(element))


def _children(parent: Element, name: str) -> list[Element]:
    return parent.findall(f"{{{NAMESPACE}}}{name}")


def _broken(element: Element) -> list[str]:
    """The element's text as lines: each Break ends one. White space after the last Break is layout."""
    lines = [element.text or ""]
    for child in element.iterdescendants():
        if not isinstance(child.tag, str):
            lines[-1] += child.tail or ""
        elif local_name(child) == "Break":
            lines.append(child.tail or "")
        else:
            lines[-1] += (child.text or "") + (child.tail or "")
    if not lines[-1].strip():
        lines.pop()
    return [" ".join(line.split()) if "\n" in line else line for line in lines]
