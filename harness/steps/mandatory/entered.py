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
from harness.steps.messages.letters import envelope_in, told_in
from harness.steps.messages.marks import stands_in


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
    envelope = envelope_in(exchange)
    if exchange.sender != "lps" or envelope is None or not exchange.facts.get("taken"):
        return ""
    if envelope.receiver.value == letter.other.gln:
        return ""
    told, body = told_in(exchange), with_plain_breaks(exchange.request.body)
    text = told.text.replace("\n", "").encode() if told else b""
    texts = (text, body, *(inner for _, inner in packed_in(body)))
    if stands_in(later, *texts):
        return ""
    return envelope.receiver.value or "ukendt" if stands_in([letter.mark], *texts) else ""


def stands_under(patient: Patient) -> Matcher:
    """A letter about this patient, by number and by name. Messages show the alias, never the number."""

    def differences(exchange: Exchange) -> list[str]:
        told = told_in(exchange)
        if told and told.cpr == str(patient.cpr):
            return [] if is_named(told.name, patient) else [f"patientens navn er et andet, ikke {patient.name}"]
        return [f"patienten er en anden, ikke {patient.alias}"]

    return Matcher(f"patient {patient.alias}", differences)


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
