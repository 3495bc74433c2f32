"""Reads a laboratory report from XRPT01 (OIOXML, version XR0131K)."""

from __future__ import annotations

import re
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

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
from harness.standards.message_xml import MessageReader
from harness.standards.oioxml.kinds import LABORATORY
from harness.standards.xml import Element, XmlDocument, local_name, text_of

_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_TIME = re.compile(r"\d\d:\d\d", re.ASCII)
_Word = TypeVar("_Word", bound=StrEnum)


def read_xrpt(document: XmlDocument) -> LabReport:
    """The report in an Emessage. Raises BadInput (Danish, with line and column) for what a report cannot be understood without.

    read_xrpt(xml.parse(build_xrpt(report), "svar.xml")) == report
    """
    return _Reader(document, LABORATORY).report()


class _Reader(MessageReader):
    def report(self) -> LabReport:
        root = self.document.root
        if root.tag != f"{{{LABORATORY}}}Emessage":
            raise self.document.bad(root, "XML'en er ikke en Emessage fra 2014/10/08")
        envelope, body = self.one(root, "Envelope"), self.one(root, "LaboratoryReport")
        sender, receiver = self.one(body, "Sender"), self.one(body, "Receiver")
        requisition, results = self.one(body, "RequisitionInformation"), self.one(body, "LaboratoryResults")
        general = self.one(results, "GeneralResultInformation")
        copies = self.all(body, "CCReceiver")
        letter = self.one(body, "Letter")
        return LabReport(
            transmission=self.word(envelope, "Identifier"),
            sent=self._moment(envelope, "Sent"),
            letter=self.word(letter, "Identifier"),
            authorised=self._moment(letter, "Authorisation"),
            sender=self._party(sender),
            receiver=self._party(receiver),
            patient=self._patient(self.one(body, "Patient")),
            sample=self._sample(self.one(requisition, "Sample")),
            production=self.word(general, "LaboratoryInternalProductionIdentifier"),
            answered=self._moment(general, "ResultsDateTime"),
            results=tuple(self._result(each) for each in self.all(results, "Result")),
            status=self._code(general, "ReportStatusCode", ReportStatus),
            acknowledge=self.word(envelope, "AcknowledgementCode") == "pluspositivkvitt",
            speciality=self.word(sender, "MedicalSpecialityCode"),
            from_laboratory=self.word(sender, "FromLabIdentifier"),
            physician=self.word(receiver, "Physician", "PersonInitials"),
            copy=self._party(copies[0]) if copies else None,
            comments=self._lines(requisition, "Comments"),
        )

    def _party(self, element: Element) -> Party:
        local = bool(self.all(element, "IdentifierLocal"))
        return Party(
            identifier=self.word(element, "Identifier"),
            code=None if local else self._code(element, "IdentifierCode", IdentifierCode),
            local=self.word(element, "IdentifierLocal"),
            organisation=self.word(element, "OrganisationName"),
            department=self.word(element, "DepartmentName"),
            unit=self.word(element, "UnitName"),
            ean=self.word(element, "EANIdentifier"),
        )

    def _patient(self, element: Element) -> Subject:
        given = self.one(self.one(element, "Consent"), "Given")
        if text_of(given) not in ("true", "false"):
            raise self.document.bad(given, "samtykket skal være true eller false")
        return Subject(
            surname=self.word(element, "PersonSurnameName"),
            given=self.word(element, "PersonGivenName"),
            cpr=self.word(element, "CivilRegistrationNumber"),
            alternative=self.word(element, "AlternativeIdentifier"),
            consent=text_of(given) == "true",
        )

    def _sample(self, element: Element) -> Sample:
        return Sample(
            laboratory_id=self.word(element, "LaboratoryInternalSampleIdentifier"),
            taken=self._moment(element, "SamplingDateTime"),
            requester_id=self.word(element, "RequesterSampleIdentifier"),
            volume=self.word(element, "Volume"),
            unit=self.word(element, "UnitOfVolume"),
            collected=self._collected(element),
        )

    def _collected(self, sample: Element) -> tuple[datetime, datetime] | None:
        if not self.all(sample, "SamplingInterval"):
            return None
        interval = self.one(sample, "SamplingInterval")
        return self._moment(interval, "StartDateTime"), self._moment(interval, "EndDateTime")

    def _result(self, element: Element) -> Result:
        analysis = self.one(element, "Analysis")
        producers = self.all(element, "ProducerOfLabResult")
        producer = (self.word(producers[0], "Identifier"), self.word(producers[0], "IdentifierCode")) if producers else None
        return Result(
            analysis=Analysis(
                code=self.word(analysis, "AnalysisCode"),
                short_name=self.word(analysis, "AnalysisShortName"),
                complete_name=self._lines(analysis, "AnalysisCompleteName"),
                type=self._code(analysis, "AnalysisCodeType", CodeType),
                responsible=self.word(analysis, "AnalysisCodeResponsible"),
            ),
            value=self.word(element, "Value"),
            status=self._code(element, "ResultStatusCode", ResultStatus),
            type=self._code(element, "ResultType", ResultType),
            operator=self._maybe_code(element, "Operator", Operator),
            unit=self.word(element, "Unit"),
            validation=self._maybe_code(element, "ResultValidation", Validation),
            intervals=tuple(self._interval(each) for each in self.all(element, "ReferenceInterval")),
            producer=producer,
            text_value=self._lines(element, "ResultTextValue"),
            comments=self._lines(element, "ResultComments"),
            to_laboratory=self.word(element, "ToLabIdentifier"),
        )

    def _interval(self, element: Element) -> Interval:
        return Interval(
            type=self._maybe_code(element, "TypeOfInterval", IntervalType),
            lower=self.word(element, "LowerLimit"),
            upper=self.word(element, "UpperLimit"),
            text=self.word(element, "IntervalText"),
        )

    def _code(self, parent: Element, name: str, words: type[_Word]) -> _Word:
        element = self.one(parent, name)
        try:
            return words(text_of(element))
        except ValueError:
            raise self.document.bad(element, f"{name} kan ikke være “{text_of(element)}”") from None

    def _maybe_code(self, parent: Element, name: str, words: type[_Word]) -> _Word | None:
        return self._code(parent, name, words) if self.all(parent, name) else None

    def _moment(self, parent: Element, name: str) -> datetime:
        element = self.one(parent, name)
        date, time = self.word(element, "Date"), self.word(element, "Time")
        expected = f"{name} skal være en dato (ÅÅÅÅ-MM-DD) og et klokkeslæt (TT:MM), der findes"
        if not (_DATE.fullmatch(date) and _TIME.fullmatch(time)):
            raise self.document.bad(element, expected)
        try:
            return datetime.fromisoformat(f"{date}T{time}")
        except ValueError:
            raise self.document.bad(element, expected) from None

    def _lines(self, parent: Element, name: str) -> Lines:
        return tuple(line for element in self.all(parent, name) for line in _broken(element))


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
