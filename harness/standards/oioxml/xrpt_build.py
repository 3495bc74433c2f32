"""Writes a laboratory report as XRPT01 (OIOXML, version XR0131K).

With `medrpt` this is the mapping both ways: a report read from the one and built as the other says the same. MedCom's XML schema
is not public, so order and cardinality follow MedCom's stylesheet from MEDRPT R0131K (namespace 2014/10/08).
"""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from typing import Final

from lxml import etree

from harness.standards.medrpt.report import LabReport, Lines, Party, Result, Sample, Subject
from harness.standards.message_xml import Encoding, add, add_text
from harness.standards.oioxml.kinds import LABORATORY
from harness.standards.xml import Element

VERSION: Final = "XR0131K"
TYPE: Final = "XRPT01"


def build_xrpt(report: LabReport, encoding: Encoding = "UTF-8") -> bytes:
    """The report as an Emessage with XML declaration, in UTF-8 or ISO-8859-1; the same bytes for the same report.

    Raises ValueError for characters XML cannot hold.

        build_xrpt(read_medrpt(edifact))
    """
    root = etree.fromstring(f'<Emessage xmlns="{LABORATORY}"/>')
    texts: list[tuple[Element, Lines]] = []
    _envelope(root, report)
    body = add(root, "LaboratoryReport")
    letter = add(body, "Letter")
    add(letter, "Identifier", report.letter)
    add(letter, "VersionCode", VERSION)
    add(letter, "StatisticalCode", TYPE)
    _add_moment(letter, "Authorisation", report.authorised)
    add(letter, "TypeCode", TYPE)
    sender = _add_party(body, "Sender", report.sender)
    add_text(sender, "MedicalSpecialityCode", report.speciality)
    add_text(sender, "FromLabIdentifier", report.from_laboratory)
    receiver = _add_party(body, "Receiver", report.receiver)
    if report.physician:
        add(add(receiver, "Physician"), "PersonInitials", report.physician)
    if report.copy:
        _add_party(body, "CCReceiver", report.copy)
    _add_patient(body, report.patient)
    requisition = add(body, "RequisitionInformation")
    _add_lines(requisition, "Comments", report.comments, texts)
    _add_sample(requisition, report.sample)
    results = add(body, "LaboratoryResults")
    general = add(results, "GeneralResultInformation")
    add(general, "ReportStatusCode", report.status)
    add_text(general, "LaboratoryInternalProductionIdentifier", report.production)
    _add_moment(general, "ResultsDateTime", report.answered)
    for result in report.results:
        _add_result(results, result, texts)
    etree.indent(root)
    for element, lines in texts:  # after the indenting, which must not reach into text
        for line in lines:
            _append_text(element, line)
            etree.SubElement(element, f"{{{LABORATORY}}}Break")
    written = BytesIO()
    root.getroottree().write(written, xml_declaration=True, encoding=encoding)
    return written.getvalue()


def _envelope(root: Element, report: LabReport) -> None:
    envelope = add(root, "Envelope")
    _add_moment(envelope, "Sent", report.sent)
    add(envelope, "Identifier", report.transmission)
    add(envelope, "AcknowledgementCode", "pluspositivkvitt" if report.acknowledge else "minuspositivkvitt")


def _add_party(parent: Element, role: str, party: Party) -> Element:
    element = add(parent, role)
    add_text(element, "EANIdentifier", party.ean)
    add_text(element, "Identifier", party.identifier)
    if party.code:
        add(element, "IdentifierCode", party.code)
    else:
        add(element, "IdentifierLocal", party.local)
    add_text(element, "OrganisationName", party.organisation)
    add_text(element, "DepartmentName", party.department)
    add_text(element, "UnitName", party.unit)
    return element


def _add_patient(parent: Element, patient: Subject) -> None:
    element = add(parent, "Patient")
    add_text(element, "CivilRegistrationNumber", patient.cpr)
    add_text(element, "AlternativeIdentifier", patient.alternative)
    add(element, "PersonSurnameName", patient.surname)
    add_text(element, "PersonGivenName", patient.given)
    add(add(element, "Consent"), "Given", "true" if patient.consent else "false")


def _add_sample(parent: Element, sample: Sample) -> None:
    element = add(parent, "Sample")
    add_text(element, "LaboratoryInternalSampleIdentifier", sample.laboratory_id)
    add_text(element, "RequesterSampleIdentifier", sample.requester_id)
    _add_moment(element, "SamplingDateTime", sample.taken)
    add_text(element, "Volume", sample.volume)
    add_text(element, "UnitOfVolume", sample.unit)
    if sample.collected:
        interval = add(element, "SamplingInterval")
        _add_moment(interval, "StartDateTime", sample.collected[0])
        _add_moment(interval, "EndDateTime", sample.collected[1])


def _add_result(parent: Element, result: Result, texts: list[tuple[Element, Lines]]) -> None:
    element = add(parent, "Result")
    add(element, "ResultStatusCode", result.status)
    analysis = add(element, "Analysis")
    add(analysis, "AnalysisCode", result.analysis.code)
    add(analysis, "AnalysisCodeType", result.analysis.type)
    add(analysis, "AnalysisCodeResponsible", result.analysis.responsible)
    add_text(analysis, "AnalysisShortName", result.analysis.short_name)
    _add_lines(analysis, "AnalysisCompleteName", result.analysis.complete_name, texts)
    if result.producer:
        producer = add(element, "ProducerOfLabResult")
        add(producer, "Identifier", result.producer[0])
        add(producer, "IdentifierCode", result.producer[1])
    for interval in result.intervals:
        reference = add(element, "ReferenceInterval")
        add_text(reference, "TypeOfInterval", interval.type or "")
        add_text(reference, "LowerLimit", interval.lower)
        add_text(reference, "UpperLimit", interval.upper)
        add_text(reference, "IntervalText", interval.text)
    add(element, "ResultType", result.type)
    add_text(element, "Operator", result.operator or "")
    add(element, "Value", result.value)
    add_text(element, "Unit", result.unit)
    add_text(element, "ResultValidation", result.validation or "")
    _add_lines(element, "ResultTextValue", result.text_value, texts)
    _add_lines(element, "ResultComments", result.comments, texts)
    add_text(element, "ToLabIdentifier", result.to_laboratory)


def _add_moment(parent: Element, name: str, moment: datetime) -> None:
    element = add(parent, name)
    add(element, "Date", moment.date().isoformat())
    add(element, "Time", f"{moment:%H:%M}")


def _add_lines(parent: Element, name: str, lines: Lines, texts: list[tuple[Element, Lines]]) -> None:
    if lines:
        texts.append((add(parent, name), lines))


def _append_text(element: Element, text: str) -> None:
    if len(element):
        element[-1].tail = text
    else:
        element.text = text
