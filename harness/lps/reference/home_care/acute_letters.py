"""The clinic's letters to the municipality's acute team (CareCommunication by VANS): sent, receipted, and sent again."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

import httpx

from harness.domain.acute_letters import LetterStatus
from harness.domain.clock import copenhagen
from harness.domain.organisations import ACUTE_TEAM, CLINIC, HOSPITAL
from harness.domain.patient import Patient
from harness.lps.reference.capability import Means
from harness.standards.fhir.build import build_acknowledgement
from harness.standards.fhir.build_care_communication import build_care_communication
from harness.standards.fhir.messages import Acknowledgement, Author, CareCommunication, Party, Person, Segment
from harness.standards.fhir.read import read_acknowledgement
from harness.standards.fhir.write import own_id
from harness.standards.vans import EndPoint, Envelope, Message, Transport, carrying

IGNORES_RECEIPTS: Final = "akutteam-læser-ikke-kvitteringer"
IGNORES_NEGATIVE: Final = "akutteam-overser-negative-kvitteringer"
TECHNICAL_AS_REJECTED: Final = "akutteam-teknisk-fejl-vises-som-afvist"
FIRST_STANDS: Final = "akutteam-den-første-kvittering-bliver-stående"
NEGATIVE_STANDS: Final = "akutteam-negativ-kvittering-bliver-stående"
LINKS_LATEST: Final = "akutteam-kvittering-på-den-seneste"
HIDES_WHY: Final = "akutteam-viser-ikke-hvorfor"
SHOWS_RECEIPTS_TWICE: Final = "akutteam-kvittering-vises-hver-gang"
RECEIPT_UNLOGGED: Final = "akutteam-dublet-af-kvittering-står-ikke-i-loggen"
ONLY_JSON: Final = "akutteam-læser-kun-kvitteringer-i-den-ene-form"
RECEIPTS_RECEIPT: Final = "akutteam-kvitterer-for-en-kvittering"
NEVER_RESENDS: Final = "akutteam-sender-ikke-igen"
GIVES_UP: Final = "akutteam-sender-ikke-igen-efter-teknisk-fejl"
COPIED: Final = "akutteam-besked-også-til-en-anden"
SENT_AS_TWO: Final = "akutteam-næste-besked-sendt-som-to"
RESENDS_AS_NEW: Final = "akutteam-genfremsender-som-ny"
REUSES_ENVELOPE: Final = "akutteam-genfremsender-i-samme-forsendelse"
KEEPS_STAMP: Final = "akutteam-genfremsender-med-det-gamle-tidspunkt"
CHANGES_TEXT: Final = "akutteam-genfremsender-med-ændret-tekst"
NEVER_STOPS: Final = "akutteam-genfremsender-uden-ende"
WAITS_FOR_RECEIPT: Final = "akutteam-besked-venter-på-den-forriges-kvittering"
TEXT_OF_OTHER: Final = "akutteam-besked-med-en-anden-patients-tekst"
CLAIMS_RECEIVED: Final = "akutteam-siger-modtaget-uden-kvittering"
RESENDS_RECEIPTED: Final = "akutteam-sender-igen-efter-positiv-kvittering"
HASTY: Final = "akutteam-sender-igen-efter-fem-minutter"
RESENDS_NEWEST: Final = "akutteam-sender-kun-den-nyeste-igen"
LATE_IGNORED: Final = "akutteam-sen-kvittering-overset"
CUTS_TEXT: Final = "akutteam-besked-klippet"
LOSES_LETTER: Final = "akutteam-besked-uden-å"
WRONG_NAME: Final = "akutteam-besked-med-en-andens-navn"
OLD_WHY: Final = "akutteam-viser-den-første-forklaring"
XML_IS_OK: Final = "akutteam-læser-den-anden-form-som-positiv"
THREE_MINUTES: Final = "blind-gensend-efter-tre-minutter"
ONE_TOO_MANY: Final = "blind-gensend-en-gang-for-meget"
FAULTS: Final = (
    RESENDS_RECEIPTED,
    HASTY,
    RESENDS_NEWEST,
    LATE_IGNORED,
    CUTS_TEXT,
    LOSES_LETTER,
    WRONG_NAME,
    OLD_WHY,
    XML_IS_OK,
    IGNORES_RECEIPTS,
    IGNORES_NEGATIVE,
    TECHNICAL_AS_REJECTED,
    FIRST_STANDS,
    NEGATIVE_STANDS,
    LINKS_LATEST,
    HIDES_WHY,
    SHOWS_RECEIPTS_TWICE,
    RECEIPT_UNLOGGED,
    ONLY_JSON,
    RECEIPTS_RECEIPT,
    NEVER_RESENDS,
    GIVES_UP,
    COPIED,
    SENT_AS_TWO,
    RESENDS_AS_NEW,
    REUSES_ENVELOPE,
    KEEPS_STAMP,
    CHANGES_TEXT,
    NEVER_STOPS,
    WAITS_FOR_RECEIPT,
    TEXT_OF_OTHER,
    CLAIMS_RECEIVED,
    THREE_MINUTES,
    ONE_TOO_MANY,
)
PATIENCE: Final = 30 * 60.0
"""Seconds without a receipt before a letter is sent again (MedCom, Generelle tekniske use cases, KR7.S)."""

_MOST: Final = 3
"""How often it is sent again (MR2.S, MR3.S)."""

_STATUS: Final = {
    "ok": LetterStatus.RECEIVED,
    "fatal-error": LetterStatus.REJECTED,
    "transient-error": LetterStatus.FAILED,
}
_CLINIC: Final = Party(CLINIC.name, CLINIC.sor, CLINIC.gln, CLINIC.yder)
_TEAM: Final = Party(ACUTE_TEAM.name, ACUTE_TEAM.sor, ACUTE_TEAM.gln)


@dataclass(slots=True)
class Letter:
    """One letter: its key and content, the envelopes it was sent in, and what is known of it.

    `receipts` are the ids of those that came, and `told` what was shown of each.
    """

    key: str
    patient: Patient
    message: CareCommunication
    sendings: list[Envelope] = field(default_factory=list)
    status: LetterStatus = LetterStatus.AWAITING
    why: str = ""
    receipts: set[str] = field(default_factory=set)
    told: list[str] = field(default_factory=list)

    @property
    def header(self) -> str:
        """The id of its MessageHeader."""
        return own_id(self.message.id, "header")


@dataclass(slots=True)
class AcuteLetters:
    """Every letter, oldest first. `log` takes the ids of receipts that came again."""

    means: Means
    log: list[str]
    _letters: list[Letter] = field(default_factory=list)

    def write(self, wish: dict[str, Any]) -> dict[str, Any]:
        """The doctor writes to the acute team about a patient. Raises KeyError for a patient the clinic does not have."""
        faults, patient, text = self.means.faults, self.means.clinic.patients[wish["cpr"]], wish["tekst"]
        if TEXT_OF_OTHER in faults:
            text = " ".join((*(_text(each.message) for each in self._letters if each.patient != patient), text))
        letter = Letter(f"b{len(self._letters) + 1}", patient, self._content(patient, text))
        waits = WAITS_FOR_RECEIPT in faults and any(each.status is LetterStatus.AWAITING for each in self._letters)
        self._letters.append(letter)
        if not waits:
            self._send(letter)
        return self._row(letter)

    def send_again(self, wish: dict[str, Any]) -> dict[str, Any]:
        """The user asks for a letter to be sent again. Raises KeyError for one there is not."""
        (letter,) = (each for each in self._letters if each.key == wish["besked"])
        if letter.status is not LetterStatus.RECEIVED:
            self._resend(letter)
        return self._row(letter)

    def show(self, wish: dict[str, Any]) -> dict[str, Any]:
        """The patient's letters."""
        return {"beskeder": [self._row(each) for each in self._letters if str(each.patient.cpr) == wish["cpr"]]}

    def take(self, envelope: Envelope) -> None:
        """Follow a receipt."""
        assert isinstance(envelope.content, Message)
        faults, data = self.means.faults, envelope.content.data
        if IGNORES_RECEIPTS in faults or (ONLY_JSON in faults and data.lstrip()[:1] == b"<"):
            return
        receipt = read_acknowledgement(data, "kvittering")
        if XML_IS_OK in faults and data.lstrip()[:1] == b"<":
            receipt = replace(receipt, answer="ok", explanation="")
        if RECEIPTS_RECEIPT in faults:
            self._receipt(receipt)
        found = [each for each in self._letters if each.header == receipt.original]
        for each in self._letters[-1:] if LINKS_LATEST in faults else found:
            self._follow(each, receipt)

    def _follow(self, letter: Letter, receipt: Acknowledgement) -> None:
        faults, status = self.means.faults, _STATUS[receipt.answer]
        if receipt.id in letter.receipts and SHOWS_RECEIPTS_TWICE not in faults:
            if RECEIPT_UNLOGGED not in faults:
                self.log.append(letter.header)
            return
        if LATE_IGNORED in faults and letter.status is LetterStatus.UNANSWERED:
            return
        letter.receipts.add(receipt.id)
        letter.told.append(status)
        negative = status is not LetterStatus.RECEIVED
        if negative and IGNORES_NEGATIVE in faults:
            return
        answered = letter.status is not LetterStatus.AWAITING
        failed = letter.status in (LetterStatus.REJECTED, LetterStatus.FAILED)
        if (FIRST_STANDS in faults and answered) or (NEGATIVE_STANDS in faults and failed and not negative):
            return
        if status is LetterStatus.FAILED and TECHNICAL_AS_REJECTED in faults:
            status = LetterStatus.REJECTED
        letter.status, letter.why = status, "" if HIDES_WHY in faults else receipt.explanation
        if OLD_WHY in faults:
            letter.why = next((each.why for each in self._letters if each.why), "")

    # Sending

    def _send(self, letter: Letter) -> None:
        sendings, faults = letter.sendings, self.means.faults
        envelope = self._enveloped(letter)
        if sendings and REUSES_ENVELOPE in faults:
            envelope = replace(envelope, identifier=sendings[0].identifier)
        if sendings and KEEPS_STAMP in faults:
            envelope = replace(envelope, sent=sendings[0].sent)
        sendings.append(envelope)
        if RESENDS_RECEIPTED not in faults or letter.status is not LetterStatus.RECEIVED:
            letter.status = LetterStatus.RECEIVED if CLAIMS_RECEIVED in faults else LetterStatus.AWAITING
        number = len(sendings)
        patience = 3 * 60.0 if THREE_MINUTES in faults else 5 * 60.0 if HASTY in faults else PATIENCE
        self.means.clock.call_in(patience, lambda: self._miss(letter, number))
        try:
            self.means.post(envelope)
            anew = replace(letter, message=replace(letter.message, id=self.means.new_id()))
            if COPIED in faults:
                self.means.post(replace(self._enveloped(anew), receiver=EndPoint(HOSPITAL.gln)))
            if SENT_AS_TWO in faults and letter is not self._letters[0]:
                self.means.post(self._enveloped(anew))
        except httpx.TransportError:
            return  # nobody receipts it, so it is sent again in time

    def _miss(self, letter: Letter, number: int) -> None:
        """The time for a receipt is over, unless one came or the letter was sent again meanwhile."""
        waits = letter.status is LetterStatus.AWAITING or RESENDS_RECEIPTED in self.means.faults
        if not waits or number != len(letter.sendings):
            return
        most = _MOST + (ONE_TOO_MANY in self.means.faults)
        if number > most and NEVER_STOPS not in self.means.faults:
            letter.status = LetterStatus.UNANSWERED if letter.status is LetterStatus.AWAITING else letter.status
        else:
            self._resend(letter)

    def _resend(self, letter: Letter) -> None:
        faults = self.means.faults
        if RESENDS_NEWEST in faults and letter is not self._letters[-1]:
            return
        if NEVER_RESENDS in faults or (GIVES_UP in faults and letter.status is LetterStatus.FAILED):
            return
        if RESENDS_AS_NEW in faults:
            letter.message = self._content(letter.patient, _text(letter.message))
        if CHANGES_TEXT in faults:
            (segment,) = letter.message.segments
            letter.message = replace(letter.message, segments=(replace(segment, content=f"{segment.content} (sendt igen)"),))
        self._send(letter)

    def _receipt(self, receipt: Acknowledgement) -> None:
        """Receipts what is never receipted."""
        answer = Acknowledgement(self.means.new_id(), self._now(), own_id(receipt.id, "header"), _CLINIC, _TEAM)
        self.means.post(self._envelope(build_acknowledgement(answer), "MCM:FCTL#ok", own_id(answer.id, "header")))

    def _enveloped(self, letter: Letter) -> Envelope:
        return self._envelope(build_care_communication(letter.message), f"MCM:FDIS91#{letter.message.category}", letter.header)

    def _envelope(self, data: bytes, name: str, message: str) -> Envelope:
        content = carrying(data, "HL7", name, "", message, Transport(tags=(("MCM:MIME", "application/fhir+json"),)))
        return Envelope(EndPoint(CLINIC.gln), EndPoint(ACUTE_TEAM.gln), self.means.new_id(), self.means.clock.now(), content)

    def _content(self, patient: Patient, text: str) -> CareCommunication:
        faults = self.means.faults
        text = text[-20:] if CUTS_TEXT in faults else text.replace("å", "") if LOSES_LETTER in faults else text
        named = next(iter(self.means.clinic.patients.values())) if WRONG_NAME in faults else patient
        person = Person(str(patient.cpr), " ".join(named.given), named.family)
        author = Author("Test", "Testlæge", "00000000", "speciallaegeipraksis")
        segment = Segment(self.means.new_id(), self._now(), _CLINIC, author, text)
        return CareCommunication(
            id=self.means.new_id(),
            at=self._now(),
            identifier=self.means.new_id(),
            patient=person,
            sender=_CLINIC,
            receiver=_TEAM,
            category="other",
            segments=(segment,),
            topic="Besøg af akutteamet",
        )

    def _now(self) -> datetime:
        return copenhagen(self.means.clock.now()).replace(microsecond=0)

    def _row(self, letter: Letter) -> dict[str, Any]:
        return {
            "besked": letter.key,
            "tekst": _text(letter.message),
            "status": letter.status,
            "forklaring": letter.why,
            "kvitteringer": list(letter.told),
        }


def _text(message: CareCommunication) -> str:
    return str(message.segments[0].content)
