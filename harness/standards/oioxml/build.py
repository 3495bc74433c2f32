"""Writes a MedCom letter as OIOXML.

The schemas of XREF15, XDIS15, XREF22 and XDIS22 are not public. Element names are from MedCom's display stylesheets; their
order is that of the stylesheets and of a public XDIS22.
"""

from __future__ import annotations

from datetime import datetime

from lxml import etree

from harness.standards.message_xml import Encoding, add, add_text, written
from harness.standards.oioxml.kinds import XDIS01
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
    envelope = add(root, "Envelope")
    _add_time(envelope, "Sent", letter.sent)
    add(envelope, "Identifier", letter.envelope)
    add_text(envelope, "AcknowledgementCode", letter.acknowledgement)
    body = add(root, letter.kind.element)
    head = add(body, "Letter")
    add(head, "Identifier", letter.identifier)
    add(head, "VersionCode", letter.kind.version)
    add(head, "StatisticalCode", letter.kind.name)
    _add_time(head, "Authorisation", letter.authorised)
    if not isinstance(letter.content, LetterReceipt):
        add(head, "TypeCode", letter.kind.name)
    add_text(head, "StatusCode", letter.status)
    _add_party(add(body, "Sender"), letter.sender)
    _add_party(add(body, "Receiver"), letter.receiver)
    if letter.patient:
        _add_patient(add(body, "Patient"), letter.patient)
    match letter.content:
        case Referral() as referral:
            _add_referral(body, referral)
        case Note() as note:
            _add_note(body, note, epikrise=letter.kind is XDIS01)
        case LetterReceipt() as receipt:
            _add_receipt(add(body, "OriginalEmessage"), receipt)
    return written(root, encoding)


def _add_time(parent: Element, name: str, moment: datetime | None) -> None:
    if moment:
        element = add(parent, name)
        add(element, "Date", f"{moment:%Y-%m-%d}")
        add(element, "Time", f"{moment:%H:%M}")


def _add_party(element: Element, party: Party) -> None:
    add(element, "EANIdentifier", party.ean)
    add_text(element, "Identifier", party.identifier)
    add_text(element, "IdentifierCode", party.identifier_code)
    add_text(element, "OrganisationName", party.organisation)
    add_text(element, "DepartmentName", party.department)


def _add_patient(element: Element, patient: LetterPatient) -> None:
    if patient.cpr:
        add(element, "CivilRegistrationNumber", str(patient.cpr))
    add_text(element, "AlternativeIdentifier", patient.alternative)
    add_text(element, "PersonSurnameName", patient.surname)
    add_text(element, "PersonGivenName", patient.given)


def _add_diagnosis(element: Element, diagnosis: CodedDiagnosis) -> None:
    add_text(element, "DiagnoseDescriptionCode", diagnosis.description_code)
    add_text(element, "DiagnoseCode", diagnosis.code)
    add_text(element, "DiagnoseTypeCode", diagnosis.type_code)
    add_text(element, "DiagnoseText", diagnosis.text)
    _add_time(element, "DiagnoseDateTime", diagnosis.at)


def _add_referral(body: Element, referral: Referral) -> None:
    if referral.main or referral.additional:
        element = add(body, "Referral")
        for main in referral.main:
            _add_diagnosis(add(element, "Refer"), main)
        for additional in referral.additional:
            _add_diagnosis(add(element, "ReferralAdditional"), additional)
    if referral.anamnesis:
        add(add(body, "RelevantClinicalInformation"), "Anamnesis", referral.anamnesis)
    for code, text in referral.visitation:
        visitation = add(body, "MunicipalityVisitation")
        add_text(visitation, "InformationCode", code)
        add_text(visitation, "Information", text)


def _add_note(body: Element, note: Note, *, epikrise: bool) -> None:
    _add_time(body, "Admission", note.admission)
    _add_time(body, "Discharge", note.discharge)
    if note.main or note.additional:
        element = add(body, "Diagnose" if epikrise else "Referral")
        for main in note.main:
            _add_diagnosis(add(element, "Main" if epikrise else "Refer"), main)
        for each in note.additional:
            of_epikrise = "Other" if each.description_code else "MainAdditional"
            _add_diagnosis(add(element, of_epikrise if epikrise else "ReferralAdditional"), each)
    clinical = add(body, "ClinicalInformation")
    if note.signed:
        _add_signed(add(clinical, "Signed"), note.signed)
    add_text(clinical, "Text01", note.text)


def _add_signed(element: Element, signed: Signed) -> None:
    add(element, "Date", f"{signed.on:%Y-%m-%d}")
    if signed.at:
        add(element, "Time", f"{signed.at:%H:%M}")
    add_text(element, "SignedBy", signed.by)
    add_text(element, "JobTitle", signed.title)


def _add_receipt(element: Element, receipt: LetterReceipt) -> None:
    add(element, "OriginalEnvelopeIdentifier", receipt.envelope)
    add(add(element, "OriginalSender"), "EANIdentifier", receipt.sender)
    add(add(element, "OriginalReceiver"), "EANIdentifier", receipt.receiver)
    add_text(element, "RefuseCode", receipt.refuse_code)
    add_text(element, "RefuseText", receipt.refuse_text)
    for letter in receipt.letters:
        original = add(element, "OriginalLetter")
        add(original, "OriginalLetterIdentifier", letter.identifier)
        add(original, "OriginalVersionCode", letter.version)
        add_text(original, "RefuseCode", letter.refuse_code)
        add_text(original, "RefuseText", letter.refuse_text)
