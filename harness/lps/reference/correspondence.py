"""The clinic's letters besides referrals to prevention: what it writes to others, and what others wrote to it."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass, replace
from typing import Any, Final

import httpx

from harness.domain.clock import wall_clock
from harness.domain.correspondence import Sort
from harness.domain.organisations import CLINIC, HOSPITAL, MUNICIPALITY
from harness.domain.patient import Organisation, Patient
from harness.lps.reference.capability import Capability, Means
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
FILE_LOST: Final = "modtaget-fil-vises-ikke"
FILE_READ_ANEW: Final = "modtaget-fil-skifter-tegnsæt"
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
    FILE_LOST,
    FILE_READ_ANEW,
)
_ROOM: Final = 1000
"""Characters the faulty system has room for."""

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
        self._seen: set[str] = set()
        self._former: tuple[Patient, str] | None = None
        self.acts = {"skriv-besked": self._write}
        self.views = {"modtagne-beskeder": self._show}
        self.letters = {"DIS91": self._take, "BIN01": self._take, "XDIS22": self._take, CARE_COMMUNICATION: self._take}

    def _write(self, wish: dict[str, Any]) -> dict[str, Any]:
        faults, sort = self._means.faults, Sort(wish["slags"])
        patient, text, file = self._means.clinic.patients[wish["cpr"]], wish["tekst"], base64.b64decode(wish.get("fil", ""))
        if FORMER_TEXT in faults and self._former:
            text = f"{text}\n{self._former[1]}"
        former, self._former = self._former, (patient, wish["tekst"])
        letter = Written(
            sort=sort,
            patient=former[0] if former and FORMER_PATIENT in faults else patient,
            sender=CLINIC,
            receiver=_RECEIVERS[sort],
            at=self._means.clock.now(),
            topic="" if NO_TOPIC in faults else wish["emne"],
            text=self._garbled(text, sort),
            file=file.decode("iso-8859-1").encode() if FILE_RECODED in faults else file,
            namespace=self._means.fact("epj-obligatoriske", "xref22-navnerum") if sort is Sort.ACUTE_REFERRAL else "",
        )
        sendings = 0 if STAYS in faults else 2 if TWICE in faults else 1
        for _ in range(sendings):
            messages = messages_of(letter, self._means.new_id)
            for message in messages[:1] if FILE_STAYS in faults else messages:
                self._post(self._faulty(message), letter.receiver)
        return {}

    def _garbled(self, text: str, sort: Sort) -> str:
        faults = self._means.faults
        if LOSES_DANISH in faults:
            text = re.sub("[æøåÆØÅ]", "?", text)
        if ESCAPES_TWICE in faults and sort is not Sort.LETTER:
            text = text.replace("&", "&amp;").replace("<", "&lt;")
        return text[:_ROOM] if CUTS in faults else text

    def _faulty(self, message: Message) -> Message:
        """A korrespondancebrev with the defects of its format; another message as it is."""
        if message.meta.document.name != "DIS91":
            return message
        data = message.data.replace(b"?:", b":") if SPLITS in self._means.faults else message.data
        return replace(message, data=data.replace(b"UNT+", b"UNT+1") if MISCOUNTS in self._means.faults else data)

    def _post(self, message: Message, receiver: Organisation) -> None:
        means = self._means
        envelope = Envelope(EndPoint(CLINIC.gln), EndPoint(receiver.gln), means.new_id(), means.clock.now(), message)
        if not means.post(envelope):
            raise httpx.RemoteProtocolError("nettet tog ikke imod brevet")

    def _take(self, envelope: Envelope) -> None:
        """File a letter that is new; receipt one that asks for it, new or not."""
        assert isinstance(envelope.content, Message), "a letter with a name is a message"
        faults, told = self._means.faults, read_told(envelope.content)
        seen = told.identifier in self._seen
        self._seen.add(told.identifier)
        if told.sort is None:
            self._files |= {} if FILE_LOST in faults else {each.identifier: each for each in told.files}
        elif not seen or SHOWN_EVERY_TIME in faults:
            self._file(told, envelope.content.data)
        if told.sort is Sort.ACUTE_NOTE and UNRECEIPTED not in faults and not (seen and COPY_UNRECEIPTED in faults):
            self._receipt(envelope.content)

    def _file(self, told: Told, data: bytes) -> None:
        faults, text = self._means.faults, told.text
        if SHOWN_RECODED in faults:
            text = text.encode("utf-8").decode("iso-8859-1") if b"UTF-8" in data[:60] else re.sub("[æøåÆØÅ]", "�", text)
        if SHOWS_RELEASES in faults and told.sort is Sort.LETTER:
            text = re.sub("([:+?'])", r"?\1", text)
        if SHOWN_IN_PIECES in faults and told.sort is Sort.LETTER:
            text = "\\\n".join(text[at : at + 69] for at in range(0, len(text), 69))
        cpr = self._filed[-1].cpr if self._filed and FILED_ON_FORMER in faults else told.cpr
        if NOT_SHOWN not in faults:
            self._filed.append(Filed(cpr, told, text))

    def _receipt(self, message: Message) -> None:
        means = self._means
        receipt = receipt_for(read_letter(message.data), wall_clock(means.clock.now()), means.new_id(), means.new_id())
        kind = receipt.kind
        body = carrying(build_letter(receipt), "XML", kind.name, kind.version, means.new_id(), Transport())
        self._post(body, MUNICIPALITY)

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
        if FILE_READ_ANEW in self._means.faults:
            found = [each.decode("iso-8859-1").encode() for each in found]
        return [base64.b64encode(each).decode("ascii") for each in found]
