"""What a referral's steps wait for: what was entered, and the letter in which it is told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from harness.domain.exchange import Exchange
from harness.domain.organisations import MUNICIPALITY
from harness.domain.patient import Patient
from harness.domain.referral import Receiver, Told
from harness.record.matchers import Matcher
from harness.standards.oioxml.kinds import XREF15
from harness.steps.letters import envelope_in, letter_in, text_of


@dataclass(frozen=True, slots=True)
class Disease:
    """What a patient is referred for: an ICPC-2 code with its text, and how its code or the SKS codes it maps to begin."""

    code: str
    text: str
    accepted: tuple[str, ...]


DISEASES: Final = {
    # Displays: KvalitetsIT/cda-validator@ceb5c65, art-decor 1.2.208.184.11.4. SKS: hl7dk/dk-sks-terminology-automation@226bba7,
    # ConceptMap-icpc2-icd10. L86 is an example: which codes give access to the pakkeforløb for low back pain is not decided.
    "KOL": Disease("R95", "Kronisk obstruktiv lungesygdom", ("R95", "DJ43", "DJ44")),
    "rygsmerter": Disease("L86", "Rygsyndrom med smerteudstråling", ("L86", "DG55", "DM47", "DM51", "DM54")),
}
DEPRESSION: Final = {"kode": "P76", "tekst": "Depression"}  # MedCom, ConditionList testprotokol: P76 (DF339)


@dataclass(frozen=True, slots=True)
class Entered:
    """A referral as it was entered. `told` has a mark in each text; `since` is how many exchanges there were before it."""

    key: str
    alias: str
    patient: Patient
    receiver: Receiver
    offer: str
    told: dict[Told, str]
    marks: tuple[str, ...]
    disease: Disease
    since: int


def _differs(exchange: Exchange) -> list[str]:
    envelope = envelope_in(exchange)
    to = envelope.receiver.value if envelope else ""
    if to != MUNICIPALITY.gln:
        return [f"modtageren er {to or 'ukendt'}, ikke {MUNICIPALITY.gln} ({MUNICIPALITY.name})"]
    return [] if exchange.facts.get("taken") else ["nettet tog ikke imod den"]


TAKEN: Final = Matcher(f"sendt til {MUNICIPALITY.name} og taget imod", _differs)


def tells(marks: tuple[str, ...]) -> Matcher:
    """A referral to the municipality with one of `marks` in its text."""

    def differences(exchange: Exchange) -> list[str]:
        letter = letter_in(exchange)
        if letter is None or letter.kind is not XREF15:
            return ["beskeden er ingen henvisning til kommunen (XREF15)"]
        if any(mark in text_of(exchange) for mark in marks):
            return []
        return [f"mærket {marks[0]} står ikke i henvisningen: årsagen mangler, eller den er skrevet før dette forsøg (genbrug)"]

    return Matcher(f"en henvisning (XREF15) med mærket {marks[0]}", differences)


def stands_under(patient: Patient) -> Matcher:
    """A letter about this patient. Messages show the alias, never the number."""

    def differences(exchange: Exchange) -> list[str]:
        letter = letter_in(exchange)
        same = letter and letter.patient and letter.patient.cpr == patient.cpr
        return [] if same else [f"patienten er en anden, ikke {patient.alias}"]

    return Matcher(f"patient {patient.alias}", differences)
