"""Writes a MedCom letter as OIOXML.

The schemas of XREF15, XDIS15, XREF22 and XDIS22 are not public. Element names are from MedCom's display stylesheets; their
order is that of the stylesheets and of a public XDIS22.
"""

from __future__ import annotations

from datetime import datetime

from lxml import etree

from harness.standards.oioxml.kinds import XDIS01, Encoding
from harness.standards.oioxml.letter import CodedDiagnosis, Letter, LetterPatient, LetterReceipt, Note, Party, Referral, Signed
from harness.standards.xml import Element


def build_letter(letter: Letter, encoding: Encoding = "UTF-8") -> bytes:
    """The letter as XML; the same bytes for the same letter. Seconds are left out of every time.

    Raises ValueError when the kind's content or namespace is not public and the letter does not bring it, and for text that XML
    cannot hold (control characters).
    """
    namespace = letter.namespace or letter.kind.namespace
    if letter.content is None or not namespace:
        raise ValueError(
            f"{letter.kind.name} kan ikke skrives: brevets {'indhold' if namespace else 'navnerum'} er ikke offentligt"
        )
    root = etree.fromstring(f'<Emessage xmlns="{namespace}"/>')
    envelope = _add(root, "Envelope")
    _add_time(envelope, "Sent", letter.sent)
    _add(envelope, "Identifier", letter.envelope)
    _optional(envelope, "AcknowledgementCode", letter.acknowledgement)
    body = _add(root, letter.kind.element)
    head = _add(body, "Letter")
    _add(head, "Identifier", letter.identifier)
    _add(head, "VersionCode", letter.kind.version)
    _add(head, "StatisticalCode", letter.kind.name)
    _add_time(head, "Authorisation", letter.authorised)
    if not isinstance(letter.content, LetterReceipt):
        _add(head, "TypeCode", letter.kind.name)
    _optional(head, "StatusCode", letter.status)
    _add_party(_add(body, "Sender"), letter.sender)
    _add_party(_add(body, "Receiver"), letter.receiver)
    if letter.patient:
        _add_patient(_add(body, "Patient"), letter.patient)
    match letter.content:
        case Referral() as referral:
            _add_referral(body, referral)
        case Note() as note:
            _add_note(body, note, epikrise=letter.kind is XDIS01)
        case LetterReceipt() as receipt:
            _add_receipt(_add(body, "OriginalEmessage"), receipt)
    text = etree.tostring(root, encoding="unicode", pretty_print=True)
    return f'<?xml version="1.0" encoding="{encoding}"?>\n{text}'.encode(encoding, "xmlcharrefreplace")


def _add(parent: Element, name: str, text: str | None = None) -> Element:
    child = etree.SubElement(parent, f"{{{etree.QName(parent).namespace}}}{name}")
    child.text = text
    return child


def _optional(parent: Element, name: str, text: str) -> None:
    if text:
        _add(parent, name, text)


def _add_time(parent: Element, name: str, moment: datetime | None) -> None:
    if moment:
        element = _add(parent, name)
        _add(element, "Date", f"{moment:%Y-%m-%d}")
        _add(element, "Time", f"{moment:%H:%M}")


def _add_party(element: Element, party: Party) -> None:
    _add(element, "EANIdentifier", party.ean)
    _optional(element, "Identifier", party.identifier)
    _optional(element, "IdentifierCode", party.identifier_code)
    _optional(element, "OrganisationName", party.organisation)
    _optional(element, "DepartmentName", party.department)


def _add_patient(element: Element, patient: LetterPatient) -> None:
    if patient.cpr:
        _add(element, "CivilRegistrationNumber", str(patient.cpr))
    _optional(element, "AlternativeIdentifier", patient.alternative)
    _optional(element, "PersonSurnameName", patient.surname)
    _optional(element, "PersonGivenName", patient.given)


def _add_diagnosis(element: Element, diagnosis: CodedDiagnosis) -> None:
    _optional(element, "DiagnoseDescriptionCode", diagnosis.description_code)
    _optional(element, "DiagnoseCode", diagnosis.code)
    _optional(element, "DiagnoseTypeCode", diagnosis.type_code)
    _optional(element, "DiagnoseText", diagnosis.text)
    _add_time(element, "DiagnoseDateTime", diagnosis.at)


def _add_referral(body: Element, referral: Referral) -> None:
    if referral.main or referral.additional:
        element = _add(body, "Referral")
        for main in referral.main:
            _add_diagnosis(_add(element, "Refer"), main)
        for additional in referral.additional:
            _add_diagnosis(_add(element, "ReferralAdditional"), additional)
    if referral.anamnesis:
        _add(_add(body, "RelevantClinicalInformation"), "Anamnesis", referral.anamnesis)
    for code, text in referral.visitation:
        visitation = _add(body, "MunicipalityVisitation")
        _optional(visitation, "InformationCode", code)
        _optional(visitation, "Information", text)


def _add_note(body: Element, note: Note, *, epikrise: bool) -> None:
    _add_time(body, "Admission", note.admission)
    _add_time(body, "Discharge", note.discharge)
    if note.main or note.additional:
        element = _add(body, "Diagnose" if epikrise else "Referral")
        for main in note.main:
            _add_diagnosis(_add(element, "Main" if epikrise else "Refer"), main)
        for each in note.additional:
            of_epikrise = "Other" if each.description_code else "MainAdditional"
            _add_diagnosis(_add(element, of_epikrise if epikrise else "ReferralAdditional"), each)
    clinical = _add(body, "ClinicalInformation")
    if note.signed:
        _add_signed(_add(clinical, "Signed"), note.signed)
    _optional(clinical, "Text01", note.text)


def _add_signed(element: Element, signed: Signed) -> None:
    _add(element, "Date", f"{signed.on:%Y-%m-%d}")
    if signed.at:
        _add(element, "Time", f"{signed.at:%H:%M}")
    _optional(element, "SignedBy", signed.by)
    _optional(element, "JobTitle", signed.title)


def _add_receipt(element: Element, receipt: LetterReceipt) -> None:
    _add(element, "OriginalEnvelopeIdentifier", receipt.envelope)
    _add(_add(element, "OriginalSender"), "EANIdentifier", receipt.sender)
    _add(_add(element, "OriginalReceiver"), "EANIdentifier", receipt.receiver)
    _optional(element, "RefuseCode", receipt.refuse_code)
    _optional(element, "RefuseText", receipt.refuse_text)
    for letter in receipt.letters:
        original = _add(element, "OriginalLetter")
        _add(original, "OriginalLetterIdentifier", letter.identifier)
        _add(original, "OriginalVersionCode", letter.version)
        _optional(original, "RefuseCode", letter.refuse_code)
        _optional(original, "RefuseText", letter.refuse_text)
