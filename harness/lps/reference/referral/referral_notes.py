"""The municipality's notes back (XDIS15): taken in once, receipted every time, and shown where the patient allows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import httpx

from harness.domain.errors import BadInput
from harness.lps.reference.capability import Means
from harness.lps.reference.referral.referral_letters import Referral, enveloped, write_receipt
from harness.standards.oioxml.kinds import PLEASE_RECEIPT
from harness.standards.oioxml.letter import Letter, Note
from harness.standards.oioxml.read import read_letter
from harness.standards.vans import Envelope, Message, Receipt, answer_to

LOSES_NOTE: Final = "tilbagemelding-bliver-ikke-vist"
READS_AS_UTF8: Final = "tilbagemelding-læst-som-nyt-tegnsæt"
READS_AS_LATIN: Final = "tilbagemelding-læst-som-ældre-tegnsæt"
NOTE_TO_LATEST: Final = "tilbagemelding-på-den-senest-henviste"
SHOWS_COPY: Final = "tilbagemelding-vist-igen-i-ny-forsendelse"
SHOWS_EVERY: Final = "tilbagemelding-vist-hver-gang-den-kommer"
NO_RECEIPT: Final = "tilbagemelding-kvitteres-ikke"
COPY_UNRECEIPTED: Final = "tilbagemelding-dublet-kvitteres-ikke"
SHOWS_UNAGREED: Final = "tilbagemelding-vist-uden-samtykke"
FAULTS: Final = (
    LOSES_NOTE,
    READS_AS_UTF8,
    READS_AS_LATIN,
    NOTE_TO_LATEST,
    SHOWS_COPY,
    SHOWS_EVERY,
    NO_RECEIPT,
    COPY_UNRECEIPTED,
    SHOWS_UNAGREED,
)


@dataclass(slots=True)
class Notes:
    """The notes in the record: under whose CPR number each was filed, and its text."""

    means: Means
    referrals: Mapping[str, Referral]
    _filed: list[tuple[str, str, Letter]] = field(default_factory=list)
    _envelopes: set[str] = field(default_factory=set)
    _letters: set[str] = field(default_factory=set)

    def take(self, envelope: Envelope) -> None:
        """File a note that is new; receipt it, new or not. One that cannot be read is refused."""
        assert isinstance(envelope.content, Message)
        faults = self.means.faults
        try:
            letter = read_letter(envelope.content.data)
        except BadInput as error:
            self._send(answer_to(envelope, f"Brevet kan ikke læses: {error}."[:500]))
            return
        seen = letter.identifier in self._letters
        copied = envelope.identifier in self._envelopes if SHOWS_COPY in faults else seen
        self._envelopes.add(envelope.identifier)
        self._letters.add(letter.identifier)
        if not copied or SHOWS_EVERY in faults:
            self._file(letter, envelope.content.data)
        if letter.acknowledgement == PLEASE_RECEIPT and NO_RECEIPT not in faults and not (seen and COPY_UNRECEIPTED in faults):
            self._send(write_receipt(self.means, letter))

    def _file(self, letter: Letter, data: bytes) -> None:
        faults = self.means.faults
        assert isinstance(letter.content, Note)
        text = letter.content.text
        old = b"ISO-8859-1" in data[:80]
        if READS_AS_UTF8 in faults and old:
            text = text.encode("iso-8859-1").decode("utf-8", "replace")
        if READS_AS_LATIN in faults and not old:
            text = text.encode("utf-8").decode("iso-8859-1")
        patient = str(letter.patient.cpr) if letter.patient else ""
        if NOTE_TO_LATEST in faults and self.referrals:
            patient = str(list(self.referrals.values())[-1].patient.cpr)
        if LOSES_NOTE not in faults:
            self._filed.append((patient, text, letter))

    def _send(self, content: Message | Receipt) -> None:
        if not self.means.post(enveloped(self.means, content)):
            raise httpx.RemoteProtocolError("kvitteringen blev ikke taget imod")  # the note stays in the post box until it is

    def show(self, wish: dict[str, Any]) -> dict[str, Any]:
        """The patient's notes, oldest first; none when the patient said no to feedback in the latest referral."""
        cpr = wish["cpr"]
        own = [each for each in self.referrals.values() if str(each.patient.cpr) == cpr]
        if own and not own[-1].feedback and SHOWS_UNAGREED not in self.means.faults:
            return {"tilbagemeldinger": []}
        rows = [
            {"tekst": text, "fra": letter.sender.organisation, "dato": f"{letter.sent:%Y-%m-%d}"}
            for patient, text, letter in self._filed
            if patient == cpr
        ]
        return {"tilbagemeldinger": rows}
