"""What a referral, or a receipt for a letter, says that is not so: of parties, patient, time, and the letter itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

from harness.domain.clock import wall_clock
from harness.domain.exchange import Exchange
from harness.domain.organisations import CLINIC, MUNICIPALITY
from harness.domain.patient import Organisation, Patient
from harness.standards.oioxml.kinds import NEW_LETTER, RECEIPTS
from harness.standards.oioxml.letter import Letter, LetterReceipt, Party, Referral
from harness.steps.messages.letters import envelope_in, letter_in

_CLOCKS_DIFFER: Final = timedelta(minutes=30)
"""How far two clocks may stand apart; the project's convention."""


def wrong_in_referral(exchange: Exchange, patient: Patient, written: datetime) -> list[str]:
    """What the referral in `exchange` says that is not so, in Danish; `written` is when the doctor entered it."""
    letter = letter_in(exchange)
    return [] if letter is None else list(_wrong_in(letter, patient, written, exchange.at))


def _wrong_in(letter: Letter, patient: Patient, written: datetime, came: datetime) -> Iterator[str]:
    if not _is_party(letter.sender, CLINIC):
        yield "en anden afsender end klinikken"
    if not _is_party(letter.receiver, MUNICIPALITY):
        yield "en anden modtager end kommunen"
    if letter.patient and not _words(f"{letter.patient.given} {letter.patient.surname}") <= _words(patient.name):
        yield "et andet navn end patientens (vises ikke)"
    if letter.status not in ("", NEW_LETTER):
        yield f"status {letter.status[:40]}"
    if not all(_is_between(each, written, came) for each in (letter.sent, letter.authorised) if each):
        yield "et andet tidspunkt"


def additional_diagnoses(exchange: Exchange) -> list[tuple[str, str]]:
    """The additional diagnoses in the referral that `exchange` carries, code and text."""
    letter = letter_in(exchange)
    return (
        [(each.code, each.text) for each in letter.content.additional] if letter and isinstance(letter.content, Referral) else []
    )


def wrong_in_receipts(exchanges: Sequence[Exchange]) -> list[str]:
    """What the clinic's receipts for letters (XCTL02, XCTL03) say that is not so of the letter that came, in Danish."""
    came: dict[str, tuple[Letter, Exchange]] = {}
    wrong: list[str] = []
    for each in exchanges:
        letter, envelope = letter_in(each), envelope_in(each)
        if letter is None or envelope is None or not each.facts.get("taken"):
            continue
        if letter.kind in RECEIPTS and isinstance(letter.content, LetterReceipt):
            if each.sender == "lps" and letter.content.envelope in came:
                wrong += _wrong_in_receipt(letter, letter.content, *came[letter.content.envelope], each.at)
        elif envelope.receiver.value == CLINIC.gln:
            came[letter.envelope] = letter, each
    return wrong


def _wrong_in_receipt(
    receipt: Letter, content: LetterReceipt, original: Letter, brought: Exchange, at: datetime
) -> Iterator[str]:
    ends = (original.sender.ean, original.receiver.ean)
    if (content.sender, content.receiver) != ends or (receipt.receiver.ean, receipt.sender.ean) != ends:
        yield "andre parter end brevets"
    if any((each.identifier, each.version) != (original.identifier, original.kind.version) for each in content.letters):
        yield "et andet brev"
    if not _is_between(receipt.sent, brought.at, at):
        yield "et andet tidspunkt"


def _words(name: str) -> set[str]:
    return set(name.casefold().split())


def _is_party(said: Party, wanted: Organisation) -> bool:
    """By its lokationsnummer, and by the other number beside it where that is of a kind the organisation is known by."""
    own = {"ydernummer": wanted.yder, "sorkode": wanted.sor, "lokationsnummer": wanted.gln}.get(said.identifier_code, "")
    return said.ean == wanted.gln and (not own or said.identifier in ("", own))


def _is_between(said: datetime, first: datetime, last: datetime) -> bool:
    """On the Danish clock, as letters write their times; to the minute."""
    return wall_clock(first) - _CLOCKS_DIFFER <= said <= wall_clock(last) + _CLOCKS_DIFFER
