"""The clinic's letters besides referrals to prevention: what it writes to others, and what others wrote to it."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final

import httpx

from harness.domain.clock import copenhagen, wall_clock
from harness.domain.correspondence import Sort
from harness.domain.organisations import CLINIC, HOSPITAL, MUNICIPALITY, PARTNER_CLINIC
from harness.domain.patient import Organisation
from harness.lps.reference.capability import Capability, Means
from harness.lps.reference.mandatory.letter_slips import SLIPS, slipped, with_data
from harness.standards.correspondence import CARE_COMMUNICATION, Told, Written, messages_of, read_told
from harness.standards.edi_objects import File
from harness.standards.oioxml.build import build_letter
from harness.standards.oioxml.letter import receipt_for
from harness.standards.oioxml.read import read_letter
from harness.standards.vans import EndPoint, Envelope, Message, Transport, carrying

STAYS: Final = "besked-bliver-i-udbakken"
LOSES_DANISH: Final = "besked-danske-bogstaver-tabt"
SPLITS: Final = "besked-skilletegn-deler-teksten"
ESCAPES_TWICE: Final = "besked-tegn-kodet-to-gange"
CUTS: Final = "besked-lang-tekst-klippet"
TWICE: Final = "besked-sendt-som-to"
MISCOUNTS: Final = "besked-tæller-sine-segmenter-forkert"
FORMER_PATIENT: Final = "besked-under-den-forrige-patient"
FORMER_TEXT: Final = "besked-med-den-forrige-patients-tekst"
NO_TOPIC: Final = "korrespondancemeddelelse-uden-emne"
FORMER_NAME: Final = "besked-med-den-forrige-patients-navn"
NO_NAME: Final = "besked-med-navnet-ukendt"
WRONG_RECEIVER: Final = "besked-til-en-forkert-modtager"
WRONG_ENVELOPE: Final = "besked-i-en-kuvert-til-en-anden"
COPIED: Final = "besked-også-til-en-anden"
WRONG_SENDER: Final = "besked-fra-en-anden-end-klinikken"
SAME_NUMBER: Final = "besked-med-samme-nummer-hver-gang"
SAME_MESSAGE_ID: Final = "besked-og-fil-med-samme-nummer"
A_YEAR_BACK: Final = "besked-dateret-et-år-tilbage"
IN_UTC: Final = "besked-uden-dansk-tid"
TOPIC_LOST: Final = "besked-emne-tabt"
FILE_ELSEWHERE: Final = "fil-sendt-til-en-anden-modtager"
FORMER_FILE: Final = "fil-fra-det-forrige-brev"
LOST_WHEN_BUSY: Final = "besked-tabt-når-nettet-er-optaget"
FILE_STAYS: Final = "fil-bliver-ikke-sendt"
FILE_RECODED: Final = "fil-skifter-tegnsæt"
NOT_SHOWN: Final = "modtaget-besked-vises-ikke"
SHOWN_RECODED: Final = "modtaget-besked-danske-bogstaver-tabt"
SHOWS_RELEASES: Final = "modtaget-besked-viser-koderne-for-skilletegn"
SHOWN_IN_PIECES: Final = "modtaget-besked-lange-linjer-skæres-op"
SHOWN_EVERY_TIME: Final = "modtaget-besked-vises-hver-gang-den-kommer"
FILED_ON_FORMER: Final = "modtaget-besked-på-den-forrige-patient"
UNRECEIPTED: Final = "modtaget-besked-kvitteres-ikke"
COPY_UNRECEIPTED: Final = "modtaget-dublet-kvitteres-ikke"
RECEIPT_ELSEWHERE: Final = "modtaget-besked-kvitteres-til-en-anden"
RECEIPT_FROM: Final = "modtaget-besked-kvitteres-fra-en-anden"
SENT_YESTERDAY: Final = "kuvert-dateret-i-går"
RECEIPTS_FIRST: Final = "modtaget-besked-kvitteres-som-den-første"
ONE_PATIENT_RECEIPTED: Final = "modtaget-besked-kvitteres-kun-for-én-patient"
NEWEST_KEPT: Final = "modtaget-besked-afløser-den-forrige"
ALIKE_DROPPED: Final = "modtaget-besked-der-begynder-ens-smides-væk"
ECPR_DROPPED: Final = "modtaget-besked-med-erstatnings-cpr-smides-væk"
PASSED_ON: Final = "modtaget-besked-sendes-videre"
FILES_EVERYWHERE: Final = "modtagne-filer-vises-ved-alle-breve"
FILE_LOST: Final = "modtaget-fil-vises-ikke"
FILE_READ_ANEW: Final = "modtaget-fil-skifter-tegnsæt"
APOSTROPHE_ENDS: Final = "blind-dis91-apostrof-afkorter"
FILE_ON_LATEST: Final = "blind-bin01-ved-forkert-brev"
FAULTS: Final = (
    STAYS,
    LOSES_DANISH,
    SPLITS,
    ESCAPES_TWICE,
    CUTS,
    TWICE,
    MISCOUNTS,
    FORMER_PATIENT,
    FORMER_TEXT,
    NO_TOPIC,
    FORMER_NAME,
    NO_NAME,
    WRONG_RECEIVER,
    WRONG_ENVELOPE,
    COPIED,
    WRONG_SENDER,
    SAME_NUMBER,
    SAME_MESSAGE_ID,
    A_YEAR_BACK,
    IN_UTC,
    TOPIC_LOST,
    FILE_ELSEWHERE,
    FORMER_FILE,
    LOST_WHEN_BUSY,
    FILE_STAYS,
    FILE_RECODED,
    NOT_SHOWN,
    SHOWN_RECODED,
    SHOWS_RELEASES,
    SHOWN_IN_PIECES,
    SHOWN_EVERY_TIME,
    FILED_ON_FORMER,
    UNRECEIPTED,
    COPY_UNRECEIPTED,
    RECEIPT_ELSEWHERE,
    RECEIPT_FROM,
    SENT_YESTERDAY,
    RECEIPTS_FIRST,
    ONE_PATIENT_RECEIPTED,
    NEWEST_KEPT,
    ALIKE_DROPPED,
    ECPR_DROPPED,
    PASSED_ON,
    FILES_EVERYWHERE,
    FILE_LOST,
    FILE_READ_ANEW,
    APOSTROPHE_ENDS,
    FILE_ON_LATEST,
    *SLIPS,
)
_ROOM: Final = 1000
"""Characters the faulty system has room for."""

_SAME: Final = 12
"""Characters by which the faulty system tells letters apart."""

_ANOTHER: Final = {HOSPITAL: MUNICIPALITY, MUNICIPALITY: HOSPITAL, PARTNER_CLINIC: HOSPITAL, CLINIC: HOSPITAL}
_ADDRESS_BOOK: Final = {each.name: each for each in (HOSPITAL, MUNICIPALITY, CLINIC, PARTNER_CLINIC)}
_RECEIVERS: Final[dict[Sort, Organisation]] = {
    Sort.LETTER: HOSPITAL,
    Sort.MESSAGE: HOSPITAL,
    Sort.ACUTE_REFERRAL: MUNICIPALITY,
}


@dataclass(frozen=True, slots=True)
class Filed:
    """A letter in the record: under whose CPR number it stands, and what it says, as the system shows it."""

    cpr: str
    told: Told
    text: str


class Correspondence(Capability):
    """What was received, oldest first, with the files that came in messages of their own; and what was written last."""

    def __init__(self, means: Means) -> None:
        self._means = means
        self._filed: list[Filed] = []
        self._files: dict[str, File] = {}
        self._seen: set[tuple[str, str]] = set()
        self._receipted: list[Message] = []
        self._former: Written | None = None
        self.acts = {"skriv-besked": self._write}
        self.views = {"modtagne-beskeder": self._show}
        self.letters = {"DIS91": self._take, "BIN01": self._take, "XDIS22": self._take, CARE_COMMUNICATION: self._take}

    def _write(self, wish: dict[str, Any]) -> dict[str, Any]:
        faults, sort = self._means.faults, Sort(wish["slags"])
        patient, text, file = self._means.clinic.patients[wish["cpr"]], wish["tekst"], base64.b64decode(wish.get("fil", ""))
        letter = Written(
            sort=sort,
            patient=patient,
            sender=self._means.own,
            receiver=_ADDRESS_BOOK.get(wish["modtager"], _RECEIVERS[sort]),
            at=self._means.clock.now(),
            topic=wish["emne"],
            text=text,
            file=file,
            namespace=self._means.fact("epj-obligatoriske", "xref22-navnerum") if sort is Sort.ACUTE_REFERRAL else "",
        )
        former, self._former = self._former, letter
        letter = self._as_sent(letter, former)
        sendings = 0 if STAYS in faults else 2 if TWICE in faults else 1
        for _ in range(sendings):
            messages = self._messages(letter)
            for message in messages[:1] if FILE_STAYS in faults else messages:
                self._send(self._faulty(message), messages[0], letter.receiver)
        return {}

    def _messages(self, letter: Written) -> list[Message]:
        """In the order they are posted."""
        return messages_of(letter, self._means.new_id)

    def _as_sent(self, letter: Written, former: Written | None) -> Written:
        """The letter with the defects of its content; `former` is the one written before it."""
        faults, patient, at, text, file = self._means.faults, letter.patient, letter.at, letter.text, letter.file
        if former and FORMER_PATIENT in faults:
            patient = former.patient
        if former and FORMER_NAME in faults:
            patient = replace(patient, given=former.patient.given, family=former.patient.family)
        if NO_NAME in faults:
            patient = replace(patient, given=("Ukendt",), family="Ukendt")
        if former and FORMER_TEXT in faults:
            text = f"{text}\n{former.text}"
        if former and FORMER_FILE in faults and file:
            file = former.file or file
        if FILE_RECODED in faults:
            file = file.decode("iso-8859-1").encode()
        if A_YEAR_BACK in faults:
            at -= timedelta(days=365)
        if IN_UTC in faults:
            at -= copenhagen(at).utcoffset() or timedelta()
        lost = {Sort.MESSAGE: NO_TOPIC, Sort.LETTER: TOPIC_LOST}
        return replace(
            letter,
            patient=patient,
            sender=_ANOTHER[letter.receiver] if WRONG_SENDER in faults else letter.sender,
            receiver=_ANOTHER[letter.receiver] if WRONG_RECEIVER in faults else letter.receiver,
            at=at,
            topic="" if lost.get(letter.sort) in faults else letter.topic,
            text=self._garbled(text, letter.sort),
            file=file,
        )

    def _send(self, message: Message, first: Message, receiver: Organisation) -> None:
        """Post one of a letter's messages, `first` among them, with the defects of sending."""
        faults, is_file = self._means.faults, message.meta.document.name == "BIN01"
        if SAME_MESSAGE_ID in faults:
            message = replace(message, meta=replace(message.meta, identifier=first.meta.identifier))
        elsewhere = WRONG_ENVELOPE in faults or (is_file and FILE_ELSEWHERE in faults)
        self._post(message, _ANOTHER[receiver] if elsewhere else receiver)
        if COPIED in faults:
            self._post(message, _ANOTHER[receiver])

    def _garbled(self, text: str, sort: Sort) -> str:
        faults = self._means.faults
        if LOSES_DANISH in faults:
            text = re.sub("[æøåÆØÅ]", "?", text)
        if ESCAPES_TWICE in faults and sort is not Sort.LETTER:
            text = text.replace("&", "&amp;").replace("<", "&lt;")
        return text[:_ROOM] if CUTS in faults else text

    def _faulty(self, message: Message) -> Message:
        """A message with the slips in how it is written, and a korrespondancebrev with the defects of its format."""
        message = slipped(message, self._means.faults)
        if message.meta.document.name != "DIS91":
            return message
        data = message.data.replace(b"?:", b":") if SPLITS in self._means.faults else message.data
        if APOSTROPHE_ENDS in self._means.faults:
            data = re.sub(rb"(?<!\?)((?:\?\?)*)\?'", rb"\1'", data)
        if SAME_NUMBER in self._means.faults:
            told = read_told(message)
            data = data.replace(told.transmission.encode(), b"1").replace(told.identifier.encode(), b"1")
        if MISCOUNTS in self._means.faults:
            data = data.replace(b"UNT+", b"UNT+1")
        return message if data == message.data else with_data(message, data)

    def _post(self, message: Message, receiver: Organisation) -> None:
        means = self._means
        own = HOSPITAL if RECEIPT_FROM in means.faults and message.meta.document.name == "XCTL03" else means.own
        now = means.clock.now() - timedelta(days=SENT_YESTERDAY in means.faults)
        envelope = Envelope(EndPoint(own.gln), EndPoint(receiver.gln), means.new_id(), now, message)
        if not means.post(envelope) and LOST_WHEN_BUSY not in means.faults:
            raise httpx.RemoteProtocolError("nettet tog ikke imod brevet")

    def _take(self, envelope: Envelope) -> None:
        """File a letter that is new; receipt one that asks for it, new or not."""
        assert isinstance(envelope.content, Message), "a letter with a name is a message"
        faults, told = self._means.faults, read_told(envelope.content)
        seen = (told.ends[0], told.identifier) in self._seen
        self._seen.add((told.ends[0], told.identifier))
        if told.sort is None and FILE_ON_LATEST in faults:
            self._hang_on_latest(told)
        if told.sort is None:
            self._files |= {} if FILE_LOST in faults else {each.identifier: each for each in told.files}
        elif not seen or SHOWN_EVERY_TIME in faults:
            self._file(told, envelope.content.data)
        if told.sort is not None and PASSED_ON in faults:
            self._post(envelope.content, MUNICIPALITY)
        if told.sort is Sort.ACUTE_NOTE and UNRECEIPTED not in faults and not (seen and COPY_UNRECEIPTED in faults):
            self._receipt(envelope.content, told.cpr)

    def _file(self, told: Told, data: bytes) -> None:
        faults, text = self._means.faults, told.text
        if SHOWN_RECODED in faults:
            text = text.encode("utf-8").decode("iso-8859-1") if b"UTF-8" in data[:60] else re.sub("[æøåÆØÅ]", "�", text)
        if SHOWS_RELEASES in faults and told.sort is Sort.LETTER:
            text = re.sub("([:+?'])", r"?\1", text)
        if SHOWN_IN_PIECES in faults and told.sort is Sort.LETTER:
            text = "\\\n".join(text[at : at + 69] for at in range(0, len(text), 69))
        cpr = self._filed[-1].cpr if self._filed and FILED_ON_FORMER in faults else told.cpr
        dropped = (
            NOT_SHOWN in faults
            or (ECPR_DROPPED in faults and not told.cpr.isdigit())
            or (ALIKE_DROPPED in faults and any(each.cpr == cpr and each.text[:_SAME] == text[:_SAME] for each in self._filed))
        )
        if NEWEST_KEPT in faults:
            self._filed = [each for each in self._filed if each.cpr != cpr]
        if not dropped:
            self._filed.append(Filed(cpr, told, text))

    def _hang_on_latest(self, told: Told) -> None:
        """A defect takes the file for the latest letter's, whichever letter refers to it."""
        own = {each.identifier for each in told.files}
        for at, each in enumerate(self._filed):
            kept = tuple(file for file in each.told.files if file.identifier not in own)
            added = told.files if each is self._filed[-1] else ()
            self._filed[at] = replace(each, told=replace(each.told, files=(*kept, *added)))

    def _receipt(self, message: Message, cpr: str) -> None:
        means = self._means
        self._receipted.append(message)
        if RECEIPTS_FIRST in means.faults:
            message = self._receipted[0]
        if ONE_PATIENT_RECEIPTED in means.faults and cpr != read_told(self._receipted[0]).cpr:
            return
        receipt = receipt_for(read_letter(message.data), wall_clock(means.clock.now()), means.new_id(), means.new_id())
        kind = receipt.kind
        body = carrying(build_letter(receipt), "XML", kind.name, kind.version, means.new_id(), Transport())
        self._post(body, HOSPITAL if RECEIPT_ELSEWHERE in means.faults else MUNICIPALITY)

    def _show(self, wish: dict[str, Any]) -> dict[str, Any]:
        rows = [
            {"slags": each.told.sort, "fra": each.told.sender, "tekst": each.text, "filer": self._shown_files(each.told)}
            for each in self._filed
            if each.cpr == wish["cpr"]
        ]
        return {"beskeder": rows}

    def _shown_files(self, told: Told) -> list[str]:
        """Those it refers to that have come, as base64."""
        found = [self._files[each.identifier].data for each in told.files if each.identifier in self._files]
        if FILES_EVERYWHERE in self._means.faults:
            found = [each.data for each in self._files.values()]
        if FILE_READ_ANEW in self._means.faults:
            found = [each.decode("iso-8859-1").encode() for each in found]
        return [base64.b64encode(each).decode("ascii") for each in found]
