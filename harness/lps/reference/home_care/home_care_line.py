"""The clinic's line to EHMI: fetches results, acknowledges each, and reports how far each message has come."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Final

import httpx

from harness.domain.clock import copenhagen
from harness.domain.errors import BadInput
from harness.domain.organisations import CLINIC
from harness.lps.reference.capability import Means
from harness.standards.eds import DeliveryStatus, Organisation, Step, build_eds
from harness.standards.eds import Message as Told
from harness.standards.fhir import codes
from harness.standards.fhir.build import build_acknowledgement
from harness.standards.fhir.messages import Acknowledgement, HomeCareObservation, Party
from harness.standards.fhir.read import read_home_care_observation
from harness.standards.fhir.write import as_json, as_xml, own_id
from harness.standards.sbdh import Endpoint, Envelope, build_sbdh, read_sbdh
from harness.standards.sbdh.envelope import ACKNOWLEDGEMENT, ACKNOWLEDGEMENT_DOCUMENT, ACKNOWLEDGEMENT_VERSION
from harness.standards.xml import parse

OK, CONTENT, TECHNICAL = "ok", "fatal-error", "transient-error"

ONLY_JSON: Final = "prøvesvar-læser-kun-den-ene-form"
SHOWS_INVALID: Final = "prøvesvar-ugyldigt-vises"
SHOWS_COPY: Final = "prøvesvar-vist-igen-i-ny-forsendelse"
SHOWS_EVERY: Final = "prøvesvar-vist-hver-gang-det-kommer"
UNLOGGED: Final = "prøvesvar-dublet-står-ikke-i-loggen"
SWALLOWS_AFTER_ERROR: Final = "prøvesvar-efter-teknisk-fejl-regnes-for-dublet"
NO_RECEIPT: Final = "prøvesvar-kvitteres-ikke"
REFUSES_GOOD: Final = "prøvesvar-afvises-altid"
NAMES_ENVELOPE: Final = "prøvesvar-kvittering-nævner-kuverten"
WRONG_ADDRESS: Final = "prøvesvar-kvittering-til-en-anden"
INVALID_AS_OK: Final = "prøvesvar-ugyldigt-kvitteres-positivt"
INVALID_AS_TECHNICAL: Final = "prøvesvar-ugyldigt-kvitteres-som-teknisk-fejl"
TECHNICAL_AS_OK: Final = "prøvesvar-teknisk-fejl-kvitteres-positivt"
TECHNICAL_AS_CONTENT: Final = "prøvesvar-teknisk-fejl-kvitteres-som-ugyldigt"
NO_REASON: Final = "prøvesvar-afvises-uden-grund"
COPY_UNRECEIPTED: Final = "prøvesvar-dublet-kvitteres-ikke"
COPY_REFUSED: Final = "prøvesvar-dublet-afvises"
REJECTED_COPY_OK: Final = "prøvesvar-afvist-dublet-kvitteres-positivt"
SAME_RECEIPT: Final = "prøvesvar-kvittering-igen-i-samme-forsendelse"
REUSED_AS_OK: Final = "prøvesvar-genbrugt-forsendelse-kvitteres-positivt"
NO_STATUS: Final = "leveringsstatus-meldes-ikke"
STATUS_LOST: Final = "leveringsstatus-tabes-når-køen-ikke-svarer"
STATUS_OF_ENVELOPE: Final = "leveringsstatus-nævner-kuverten"
STATUS_SWAPPED: Final = "leveringsstatus-bytter-om-på-afsender-og-modtager"
FORGETS_MESSAGES: Final = "prøvesvar-husker-kun-den-seneste-besked"
SWALLOWS_SAME_VALUE: Final = "prøvesvar-samme-værdi-regnes-for-dublet"
RECEIPTS_OLDER: Final = "prøvesvar-kvittering-også-for-det-forrige"
RECEIPT_SWAPPED: Final = "prøvesvar-kvittering-bytter-om-på-parterne"
RECEIPT_OLD_DATE: Final = "prøvesvar-kvittering-med-fast-dato"
RECEIPT_SAME_NUMBER: Final = "prøvesvar-kvittering-altid-samme-nummer"
LIMIT_15: Final = "prøvesvar-tillader-15-tegn"
LIMIT_11: Final = "prøvesvar-tillader-kun-11-tegn"
STATUS_OTHER_STEP: Final = "leveringsstatus-melder-et-andet-trin"
STATUS_OTHER_PATIENT: Final = "leveringsstatus-med-en-anden-patient"
STATUS_OTHER_ENVELOPE: Final = "leveringsstatus-med-en-anden-forsendelse"
STATUS_OLD_DATE: Final = "leveringsstatus-med-fast-dato"
STATUS_NEWEST_ONLY: Final = "leveringsstatus-kun-den-nyeste-venter"
STATUS_OTHER_VERSION: Final = "leveringsstatus-med-en-anden-version"
STATUS_FAILED: Final = "leveringsstatus-siger-altid-at-det-mislykkedes"
XML_LOSES: Final[Mapping[str, Callable[[HomeCareObservation], HomeCareObservation]]] = {
    "prøvesvar-xml-kun-det-første-resultat": lambda message: replace(message, results=message.results[:1]),
    "prøvesvar-xml-uden-tegnet": lambda message: _each_result(message, comparator=""),
    "prøvesvar-xml-uden-analysekommentar": lambda message: _each_result(message, note=""),
    "prøvesvar-xml-uden-bilag": lambda message: replace(message, attachments=()),
    "prøvesvar-xml-uden-nægtet-samtykke": lambda message: replace(message, refused_consent=False),
    "prøvesvar-xml-uden-annullering": lambda message: replace(message, activity=codes.NEW, earlier=""),
}
"""What a faulty system loses of a message in the second of MedCom's two forms."""

LETTERS_REFUSED: Final = "blind-hco-erstatningscpr-afvist"
STATUS_OF_GOOD: Final = "blind-eds-kun-de-gode"
FAULTS: Final = (
    *XML_LOSES,
    FORGETS_MESSAGES,
    SWALLOWS_SAME_VALUE,
    RECEIPTS_OLDER,
    RECEIPT_SWAPPED,
    RECEIPT_OLD_DATE,
    RECEIPT_SAME_NUMBER,
    LIMIT_15,
    LIMIT_11,
    STATUS_OTHER_STEP,
    STATUS_OTHER_PATIENT,
    STATUS_OTHER_ENVELOPE,
    STATUS_OLD_DATE,
    STATUS_NEWEST_ONLY,
    STATUS_OTHER_VERSION,
    STATUS_FAILED,
    ONLY_JSON,
    SHOWS_INVALID,
    SHOWS_COPY,
    SHOWS_EVERY,
    UNLOGGED,
    SWALLOWS_AFTER_ERROR,
    NO_RECEIPT,
    REFUSES_GOOD,
    NAMES_ENVELOPE,
    WRONG_ADDRESS,
    INVALID_AS_OK,
    INVALID_AS_TECHNICAL,
    TECHNICAL_AS_OK,
    TECHNICAL_AS_CONTENT,
    NO_REASON,
    COPY_UNRECEIPTED,
    COPY_REFUSED,
    REJECTED_COPY_OK,
    SAME_RECEIPT,
    REUSED_AS_OK,
    NO_STATUS,
    STATUS_LOST,
    STATUS_OF_ENVELOPE,
    STATUS_SWAPPED,
    LETTERS_REFUSED,
    STATUS_OF_GOOD,
)
_LONGEST: Final = 12
"""Characters a result may have (MedCom, HomeCareObservation)."""

_ELSEWHERE: Final = Endpoint("5790000209354", CLINIC.sor)
"""Where the faulty system sends its receipts."""

_ALWAYS: Final = "00000000-0000-4000-8000-000000000001"
_LONG_AGO: Final = datetime(2020, 1, 1, 12, tzinfo=UTC)
_SOMEBODY: Final = "2512489996"
"""The number, time and patient the faulty system writes whatever came: a national test person."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a message is answered: the code, and why."""

    code: str = OK
    why: str = ""


@dataclass(slots=True)
class Line:
    """The line. `file` puts a message that is new and good into the record; `log` takes the ids of messages that came again.

    While `disturbed`, the system cannot store anything.
    """

    means: Means
    file: Callable[[HomeCareObservation, str], None]
    log: list[str]
    disturbed: bool = False
    _answered: dict[str, Verdict] = field(default_factory=dict)
    _envelopes: dict[str, str] = field(default_factory=dict)
    _receipts: dict[str, str] = field(default_factory=dict)
    _statuses: list[bytes] = field(default_factory=list)
    _values: set[str] = field(default_factory=set)

    def fetch(self) -> None:
        """Take in everything that waits, and report. A network that does not answer, or lays out again what was deleted, is tried
        again the next time.
        """
        box, deleted = f"{self.means.services}/ehmi/postkasse/{self.means.own.gln}", ""
        try:
            while (response := self.means.client.get(box)).status_code == httpx.codes.OK:
                if response.headers["x-besked"] == deleted:
                    break
                envelope = read_sbdh(parse(response.content, "kuvert.xml"))
                if isinstance(envelope, Envelope):
                    self._take(envelope)
                deleted = response.headers["x-besked"]
                self.means.client.delete(f"{box}/{deleted}")
            self._report()
        except httpx.TransportError:
            return

    def _take(self, envelope: Envelope) -> None:
        faults, message = self.means.faults, envelope.message_id
        seen_envelope = envelope.id in self._envelopes
        if self._envelopes.setdefault(envelope.id, message) != message:
            verdict = Verdict() if REUSED_AS_OK in faults else Verdict(CONTENT, "Forsendelsens nummer er brugt før.")
            self._acknowledge(envelope, verdict)
            return
        if FORGETS_MESSAGES in faults:
            self._answered = dict(list(self._answered.items())[-1:])
        if message in self._answered and not self._is_shown_again(seen_envelope):
            self._came_again(envelope)
            return
        verdict = self._judge(envelope)
        if RECEIPTS_OLDER in faults and self._answered:
            self._acknowledge(replace(envelope, message_id=list(self._answered)[-1]), Verdict())
        if verdict.code != TECHNICAL or SWALLOWS_AFTER_ERROR in faults:
            self._answered[message] = verdict
        self._acknowledge(envelope, verdict)
        if verdict.code == OK or STATUS_OF_GOOD not in faults:
            self._tell(envelope)

    def _is_shown_again(self, seen_envelope: bool) -> bool:
        return SHOWS_EVERY in self.means.faults or (SHOWS_COPY in self.means.faults and not seen_envelope)

    def _came_again(self, envelope: Envelope) -> None:
        faults, first = self.means.faults, self._answered[envelope.message_id]
        if UNLOGGED not in faults:
            self.log.append(envelope.message_id)
        if COPY_REFUSED in faults:
            first = Verdict(CONTENT, "Svaret er modtaget før.")
        elif REJECTED_COPY_OK in faults:
            first = Verdict()
        if COPY_UNRECEIPTED not in faults:
            self._acknowledge(envelope, first)

    def _judge(self, envelope: Envelope) -> Verdict:
        """Whether the message can be used; one that can is filed."""
        faults = self.means.faults
        if self.disturbed:
            code = OK if TECHNICAL_AS_OK in faults else CONTENT if TECHNICAL_AS_CONTENT in faults else TECHNICAL
            return Verdict(code, "" if code == OK else "Klinikkens system kan ikke gemme svaret lige nu.")
        try:
            if ONLY_JSON in faults and envelope.mime_type.endswith("xml"):
                return Verdict()
            message = read_home_care_observation(envelope.payload, "prøvesvar")
        except BadInput as error:
            return Verdict(CONTENT, f"Svaret kan ikke læses: {error}.")
        if LETTERS_REFUSED in faults and not message.patient.cpr.isdigit():
            return Verdict(CONTENT, "Patientens nummer må kun have cifre.")
        for fault, lose in XML_LOSES.items():
            if fault in faults and envelope.mime_type.endswith("xml"):
                message = lose(message)
        why = _wrong_in(message, 15 if LIMIT_15 in faults else 11 if LIMIT_11 in faults else _LONGEST)
        known = str((message.patient.cpr, message.activity, [(each.code, each.value) for each in message.results]))
        if SWALLOWS_SAME_VALUE in faults and known in self._values:
            return Verdict()
        self._values.add(known)
        if not why or SHOWS_INVALID in faults:
            self.file(message, envelope.message_id)
        if why and INVALID_AS_OK in faults:
            return Verdict()
        return Verdict(TECHNICAL if INVALID_AS_TECHNICAL in faults else CONTENT, why) if why else Verdict()

    def _acknowledge(self, envelope: Envelope, verdict: Verdict) -> None:
        faults, means = self.means.faults, self.means
        if NO_RECEIPT in faults:
            return
        if REFUSES_GOOD in faults and verdict.code == OK:
            verdict = Verdict(CONTENT, "Svaret kan ikke bruges.")
        as_came = as_xml if envelope.mime_type.endswith("xml") else as_json
        sent_id = means.new_id()
        used = self._receipts.setdefault(envelope.message_id, sent_id)
        here, there = (
            Party(CLINIC.name, CLINIC.sor, CLINIC.gln, CLINIC.yder),
            Party("", envelope.sender.sor, envelope.sender.gln),
        )
        receipt = Acknowledgement(
            id=_ALWAYS if RECEIPT_SAME_NUMBER in faults else means.new_id(),
            at=_LONG_AGO if RECEIPT_OLD_DATE in faults else self._now(),
            original=envelope.bundle_id if NAMES_ENVELOPE in faults else envelope.message_id,
            sender=there if RECEIPT_SWAPPED in faults else here,
            receiver=here if RECEIPT_SWAPPED in faults else there,
            answer=verdict.code,
            explanation="" if NO_REASON in faults else verdict.why,
        )
        answer = Envelope(
            id=used if SAME_RECEIPT in faults else sent_id,
            created=self._now(),
            sender=Endpoint(CLINIC.gln, CLINIC.sor),
            receiver=_ELSEWHERE if WRONG_ADDRESS in faults else envelope.sender,
            message_id=own_id(receipt.id, "header"),
            bundle_id=receipt.id,
            payload=build_acknowledgement(receipt, as_came),
            standard=ACKNOWLEDGEMENT,
            version=ACKNOWLEDGEMENT_VERSION,
            document=ACKNOWLEDGEMENT_DOCUMENT,
            mime_type=envelope.mime_type,
        )
        means.client.post(f"{means.services}/ehmi/afsendelse", content=build_sbdh(answer))

    def _tell(self, envelope: Envelope) -> None:
        """Leave a delivery status to be reported."""
        faults = self.means.faults
        here, there = (
            Organisation(CLINIC.name, CLINIC.sor, CLINIC.gln),
            Organisation(envelope.sender.gln if STATUS_SWAPPED in faults else "", envelope.sender.sor, envelope.sender.gln),
        )
        swapped = STATUS_SWAPPED in faults
        status = DeliveryStatus(
            step=Step.SENT if STATUS_OTHER_STEP in faults else Step.RECEIVED,
            recorded=_LONG_AGO if STATUS_OLD_DATE in faults else self._now(),
            sender=here if swapped else there,
            receiver=there if swapped else here,
            message=Told(
                envelope.bundle_id if STATUS_OF_ENVELOPE in faults else envelope.message_id,
                envelope.standard,
                "0.9" if STATUS_OTHER_VERSION in faults else envelope.version,
            ),
            device="LPS",
            succeeded=STATUS_FAILED not in faults,
            envelope=envelope.bundle_id,
            transport=_ALWAYS if STATUS_OTHER_ENVELOPE in faults else envelope.id,
            patient=_SOMEBODY if STATUS_OTHER_PATIENT in faults else envelope.patient,
        )
        if STATUS_NEWEST_ONLY in faults:
            self._statuses.clear()
        if NO_STATUS not in faults:
            self._statuses.append(build_eds(status))

    def _report(self) -> None:
        """Hand over every status that waits; what the queue does not take waits on."""
        while self._statuses:
            try:
                if not self.means.client.post(f"{self.means.services}/ehmi/status", content=self._statuses[0]).is_success:
                    return
            finally:
                if STATUS_LOST in self.means.faults:
                    self._statuses.clear()
            del self._statuses[:1]

    def _now(self) -> datetime:
        return copenhagen(self.means.clock.now()).replace(microsecond=0)


def _each_result(message: HomeCareObservation, **changes: Any) -> HomeCareObservation:
    return replace(message, results=tuple(replace(each, **changes) for each in message.results))


def _wrong_in(message: HomeCareObservation, longest: int) -> str:
    """What the message may not be shown with; empty when it is good."""
    if not message.patient.cpr:
        return "Patientens nummer mangler."
    if not message.author.phone:
        return "Telefonnummeret på den ansvarlige mangler."
    if any(len(str(each.value)) > longest for each in message.results):
        return f"Et resultat er længere end {longest} tegn."
    return ""
