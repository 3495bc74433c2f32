"""A letter as it was written in the LPS or to it, and how the messages that carry it are found on the wire."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from harness.conformance.behaviour.mandatory import is_named
from harness.domain.correspondence import Sort
from harness.domain.exchange import Exchange
from harness.domain.organisations import CLINIC
from harness.domain.patient import Organisation, Patient
from harness.record.matchers import Matcher, sender
from harness.record.packed import packed_in, with_plain_breaks
from harness.services.ehmi import SENDING
from harness.services.service import LPS
from harness.standards.correspondence import Told
from harness.steps.messages.letters import POSTED, envelope_in, told_in
from harness.steps.messages.marks import stands_in

SYSTEM_POST: Final = "SYSTEMPOST"
"""What stands for the patient's number in a BIN01 that says that it is no patient's (MedCom, XB0131X: SystemInformation)."""

_NETWORKS: Final = (POSTED, SENDING)


@dataclass(frozen=True, slots=True)
class Entered:
    """A letter as it was written, when, and its `other` end. `mark` is its own; `since` is how many exchanges came before."""

    sort: Sort
    patient: Patient
    text: str
    mark: str
    file: bytes
    since: int
    at: datetime
    other: Organisation


def carries(letter: Entered, later: Collection[str]) -> Matcher:
    """A letter of the LPS of this kind, with this one's mark, that the network took; one with a mark among `later` quotes it."""

    def differences(exchange: Exchange) -> list[str]:
        told = told_in(exchange)
        if told is None or told.sort is not letter.sort:
            return [f"beskeden er ikke et/en {letter.sort}"]
        text = told.text.replace("\n", "")
        if letter.mark not in text:
            return [f"mærket {letter.mark} står ikke i den: teksten mangler, eller den er skrevet før dette forsøg (genbrug)"]
        if any(mark in text for mark in later):
            return ["den er et senere brev"]
        return [] if exchange.facts.get("taken") else ["nettet tog ikke imod den"]

    return sender("lps") & Matcher(f"{letter.sort} med mærket {letter.mark}", differences)


def went_elsewhere(exchange: Exchange, letter: Entered, later: Collection[str]) -> str:
    """To whom the network took this letter, in whatever form, besides its receiver; empty for nobody. `later` as in `carries`."""
    receiver = _brought_to(exchange, letter, later) if exchange.sender == LPS else ""
    return "" if receiver == letter.other.gln else receiver


def passed_on(exchange: Exchange, letter: Entered, later: Collection[str], by: str, writer: str, reader: str) -> str:
    """To whom the one that received this letter sent it on, in whatever form; empty for nobody.

    `by` is who received it, as exchanges name their sender; `writer` and `reader` are the lokationsnumre of who wrote it and who
    received it. A receipt to the writer may say what it answers. A message with a mark among `later` was written here.
    """
    receiver, told = _brought_to(exchange, letter, later) if exchange.sender == by else "", told_in(exchange)
    if receiver == reader or (receiver == writer and (told is None or told.sort is None)):
        return ""
    return receiver


def _brought_to(exchange: Exchange, letter: Entered, later: Collection[str]) -> str:
    """To whom a network took a message with this letter, in whatever form; empty for nobody. `later` as in `carries`."""
    if exchange.request.path not in _NETWORKS or not exchange.facts.get("taken"):
        return ""
    texts = texts_in(exchange)
    if stands_in(later, *texts):
        return ""
    return exchange.facts.get("receiver", "ukendt") if stands_in([letter.mark], *texts) else ""


def texts_in(exchange: Exchange) -> tuple[bytes, ...]:
    """All that a message says, in every form it may stand in: its letter's text, the message, and what is packed in it."""
    told, body = told_in(exchange), with_plain_breaks(exchange.request.body)
    text = told.text.replace("\n", "").encode() if told else b""
    return (text, body, *(inner for _, inner in packed_in(body)))


def stands_under(patient: Patient) -> Matcher:
    """A letter about this patient, by number and by name. Messages show the alias, never the number."""

    def differences(exchange: Exchange) -> list[str]:
        told = told_in(exchange)
        if told and told.cpr == str(patient.cpr):
            return [] if is_named(told.name, patient) else [f"patientens navn er et andet, ikke {patient.name}"]
        return [f"patienten er en anden, ikke {patient.alias}"]

    return Matcher(f"patient {patient.alias}", differences)


def file_is_about(told: Told, patient: Patient) -> bool:
    """Whether a file's message says this patient's number, and no other name; one that is marked as no patient's may (BIN01)."""
    said = set(told.name.casefold().split())
    return told.cpr == SYSTEM_POST or (told.cpr == str(patient.cpr) and said <= set(patient.name.casefold().split()))


def goes_to(receiver: Organisation) -> Matcher:
    """From the clinic to `receiver`, by what both the envelope and the letter in it say."""
    wanted = (CLINIC.gln, receiver.gln)

    def differences(exchange: Exchange) -> list[str]:
        envelope, letter = envelope_in(exchange), told_in(exchange)
        ends = (envelope.sender.value, envelope.receiver.value) if envelope else ("", "")
        found = {"kuverten": ends, "brevet": letter.ends if letter else ("", "")}
        return [
            f"{place} går fra {told[0] or 'ukendt'} til {told[1] or 'ukendt'}, ikke fra {CLINIC.gln} til {receiver.gln}"
            for place, told in found.items()
            if told != wanted
        ]

    return Matcher(f"fra klinikken til {receiver.name}", differences)


def _no_file(exchange: Exchange) -> list[str]:
    told = told_in(exchange)
    return [] if told and told.sort is None and exchange.facts.get("taken") else ["beskeden er ingen fil, nettet tog imod"]


IS_FILE: Final = sender("lps") & Matcher("en fil", _no_file)
