"""Reads a MedCom letter in OIOXML: its head, and its content where the content of its kind is public.

Lenient where nothing depends on it: it reads the letter in whatever namespace the Emessage has, and leaves codes as they are.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time

from lxml import etree

from harness.domain.identifiers import Cpr
from harness.standards.message_xml import MessageReader, whole_text
from harness.standards.oioxml.kinds import BY_ELEMENT, RECEIPTS, XDIS01, XDIS15, XDIS22, XDIS91, XREF15, XREF22, Kind
from harness.standards.oioxml.letter import (
    CodedDiagnosis,
    Content,
    Letter,
    LetterPatient,
    LetterReceipt,
    Note,
    OriginalLetter,
    Party,
    Referral,
    Signed,
)
from harness.standards.xml import Element, XmlDocument, local_name, parse


def read_letter(source: bytes | XmlDocument, file: str = "brev.xml") -> Letter:
    """The letter in `source`. Raises BadInput (Danish, line and column): not an Emessage with one known letter, or no readable
    ids, sender, receiver, CPR number or times.
    """
    document = source if isinstance(source, XmlDocument) else parse(source, file)
    return _Reader(document, etree.QName(document.root).namespace or "").letter()


class _Reader(MessageReader):
    def letter(self) -> Letter:
        root = self.document.root
        if local_name(root) != "Emessage":
            raise self.document.bad(root, f"det er ikke et MedCom-brev i OIOXML (Emessage), men {local_name(root)}")
        found = [each for each in root.iterchildren("*") if local_name(each) in BY_ELEMENT]
        if len(found) != 1:
            raise self.document.bad(root, f"der skal være netop ét kendt brev i Emessage, men der er {len(found)}")
        (body,) = found
        kind = BY_ELEMENT[local_name(body)]
        envelope, head = self.need(root, "Envelope"), self.need(body, "Letter")
        patient = self.find(body, "Patient")
        return Letter(
            kind=kind,
            sent=self.moment(self.need(envelope, "Sent")),
            envelope=self.code(self.need(envelope, "Identifier")),
            identifier=self.code(self.need(head, "Identifier")),
            sender=self.party(self.need(body, "Sender")),
            receiver=self.party(self.need(body, "Receiver")),
            content=self.content(kind, body),
            patient=self.patient(patient) if patient is not None else None,
            authorised=self.maybe_moment(head, "Authorisation"),
            acknowledgement=self.word(envelope, "AcknowledgementCode"),
            status=self.word(head, "StatusCode"),
            namespace="" if self.namespace == kind.namespace else self.namespace,
        )

    def content(self, kind: Kind, body: Element) -> Content | None:
        if kind in (XREF15, XREF22):
            return self.referral(body)
        if kind in (XDIS15, XDIS22, XDIS91):
            return self.note(body, "Referral", "Refer", ("ReferralAdditional",))
        if kind is XDIS01:
            return self.note(body, "Diagnose", "Main", ("MainAdditional", "Other"))
        return self.receipt(self.need(body, "OriginalEmessage")) if kind in RECEIPTS else None

    def party(self, element: Element) -> Party:
        return Party(
            self.code(self.need(element, "EANIdentifier")),
            self.word(element, "Identifier"),
            self.word(element, "IdentifierCode"),
            self.text(element, "OrganisationName"),
            self.text(element, "DepartmentName"),
        )

    def patient(self, element: Element) -> LetterPatient:
        number = self.find(element, "CivilRegistrationNumber")
        cpr = None
        if number is not None:
            try:
                cpr = Cpr(whole_text(number).strip().replace("-", ""))
            except ValueError as error:
                raise self.document.bad(number, str(error)) from error
        return LetterPatient(
            cpr,
            self.text(element, "PersonSurnameName"),
            self.text(element, "PersonGivenName"),
            self.word(element, "AlternativeIdentifier"),
        )

    def referral(self, body: Element) -> Referral:
        return Referral(
            self.diagnoses(self.all(body, "Referral", "Refer")),
            self.diagnoses(self.all(body, "Referral", "ReferralAdditional")),
            "\n".join(whole_text(each) for each in self.all(body, "RelevantClinicalInformation", "Anamnesis")),
            tuple(
                (self.text(v, "InformationCode"), self.text(v, "Information")) for v in self.all(body, "MunicipalityVisitation")
            ),
        )

    def note(self, body: Element, group: str, main: str, additional: tuple[str, ...]) -> Note:
        signed = next(iter(self.all(body, "ClinicalInformation", "Signed")), None)
        return Note(
            "\n".join(whole_text(each) for each in self.all(body, "ClinicalInformation", "Text01")),
            self.diagnoses(self.all(body, group, main)),
            self.diagnoses(each for name in additional for each in self.all(body, group, name)),
            self.maybe_moment(body, "Admission"),
            self.maybe_moment(body, "Discharge"),
            self.signed(signed) if signed is not None else None,
        )

    def signed(self, element: Element) -> Signed:
        at = self.find(element, "Time")
        return Signed(
            self.date(self.need(element, "Date")),
            self.time(at) if at is not None else None,
            self.text(element, "SignedBy"),
            self.text(element, "JobTitle"),
        )

    def diagnoses(self, elements: Iterable[Element]) -> tuple[CodedDiagnosis, ...]:
        return tuple(
            CodedDiagnosis(
                self.word(each, "DiagnoseCode"),
                self.text(each, "DiagnoseText"),
                self.word(each, "DiagnoseTypeCode"),
                self.word(each, "DiagnoseDescriptionCode"),
                self.maybe_moment(each, "DiagnoseDateTime"),
            )
            for each in elements
        )

    def receipt(self, element: Element) -> LetterReceipt:
        return LetterReceipt(
            self.code(self.need(element, "OriginalEnvelopeIdentifier")),
            self.code(self.need(self.need(element, "OriginalSender"), "EANIdentifier")),
            self.code(self.need(self.need(element, "OriginalReceiver"), "EANIdentifier")),
            tuple(
                OriginalLetter(
                    self.code(self.need(each, "OriginalLetterIdentifier")),
                    self.word(each, "OriginalVersionCode"),
                    self.word(each, "RefuseCode"),
                    self.text(each, "RefuseText"),
                )
                for each in self.all(element, "OriginalLetter")
            ),
            self.word(element, "RefuseCode"),
            self.text(element, "RefuseText"),
        )

    def maybe_moment(self, parent: Element, name: str) -> datetime | None:
        found = self.find(parent, name)
        return self.moment(found) if found is not None else None

    def moment(self, element: Element) -> datetime:
        return datetime.combine(self.date(self.need(element, "Date")), self.time(self.need(element, "Time")))

    def date(self, element: Element) -> date:
        text = whole_text(element).strip()
        try:
            return datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 - a date has no offset
        except ValueError as error:
            raise self.document.bad(element, "Date er ikke en dato (ÅÅÅÅ-MM-DD)") from error

    def time(self, element: Element) -> time:
        text = whole_text(element).strip()
        try:
            return datetime.strptime(text, "%H:%M:%S" if text.count(":") == 2 else "%H:%M").time()  # noqa: DTZ007 - a wall clock
        except ValueError as error:
            raise self.document.bad(element, "Time er ikke et klokkeslæt (TT:MM)") from error
