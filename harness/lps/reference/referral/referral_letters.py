"""Writes the clinic's referrals to the municipality (XREF15) and its receipts for the municipality's notes (XCTL03)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Final

from harness.domain.clock import wall_clock
from harness.domain.organisations import CLINIC, HOSPITAL, MUNICIPALITY
from harness.domain.patient import Patient
from harness.domain.referral import Receiver, ReferralStatus, Told
from harness.lps.reference.capability import Means
from harness.standards.oioxml.build import build_letter
from harness.standards.oioxml.kinds import XREF15
from harness.standards.oioxml.letter import CodedDiagnosis, Letter, LetterPatient, Party, receipt_for
from harness.standards.oioxml.letter import Referral as Content
from harness.standards.oioxml.read import read_letter
from harness.standards.vans import EndPoint, Envelope, Message, Receipt, Transport, carrying

LOSES_PSYCHOSOCIAL: Final = "henvisning-psykosociale-forhold-tabt"
LOSES_DANISH: Final = "henvisning-danske-bogstaver-tabt"
ESCAPES_TWICE: Final = "henvisning-tegn-kodet-to-gange"
CUTS_TEXT: Final = "henvisning-lang-tekst-klippet"
WITHOUT_LEVEL: Final = "henvisning-uden-niveau"
WITHOUT_CONSENT: Final = "henvisning-siger-ikke-nej-til-tilbagemelding"
FIRST_PATIENT: Final = "henvisning-på-den-første-patient"
COPIES_VISITATION: Final = "henvisning-kopierer-modtagerens-felter"
KEEPS_DIAGNOSIS: Final = "henvisning-beholder-forrige-diagnose"
KEEPS_LEVEL: Final = "henvisning-beholder-forrige-niveau"
KEEPS_TEXT: Final = "henvisning-gentager-den-forriges-tekst"
LEVEL_OF_OTHER: Final = "henvisning-med-en-anden-patients-niveau"
TEXT_OF_OTHER: Final = "henvisning-med-en-anden-patients-tekst"
OTHER_MUNICIPALITY: Final = "henvisning-nævner-en-anden-kommune"
LOSES_OTHERS: Final = "henvisning-uden-bidiagnoser"
OTHER_LETTER: Final = "kvittering-for-et-andet-brev"
FAULTS: Final = (
    OTHER_MUNICIPALITY,
    LOSES_OTHERS,
    OTHER_LETTER,
    LOSES_PSYCHOSOCIAL,
    LOSES_DANISH,
    ESCAPES_TWICE,
    CUTS_TEXT,
    WITHOUT_LEVEL,
    WITHOUT_CONSENT,
    FIRST_PATIENT,
    COPIES_VISITATION,
    KEEPS_DIAGNOSIS,
    KEEPS_LEVEL,
    KEEPS_TEXT,
    LEVEL_OF_OTHER,
    TEXT_OF_OTHER,
)
_CUT_AT: Final = 1000
"""Characters the faulty system has room for."""


@dataclass(slots=True)
class Referral:
    """One referral in the record. `feedback` is whether the patient lets the receiver report back, `more` what else it tells.

    `asked_by` is who asked for it, empty when the clinic itself refers. `letter` and `envelope` are the ids of the letter and of
    its Emessage, `message` the written letter as the network knows it, and `sendings` the ids of the envelopes it was sent in.
    `reason` is why it came back, and `untold` whether the patient still is to be told.
    """

    key: str
    patient: Patient
    receiver: str
    offer: str
    diagnoses: tuple[CodedDiagnosis, ...] = ()
    told: dict[Told, str] = field(default_factory=dict)
    level: int | None = None
    feedback: bool = True
    more: tuple[str, ...] = ()
    asked_by: str = ""
    letter: str = ""
    envelope: str = ""
    message: Message | None = None
    sendings: list[str] = field(default_factory=list)
    status: ReferralStatus = ReferralStatus.WRITTEN
    notice: str = ""
    reason: str = ""
    untold: bool = False


def write_referral(means: Means, referral: Referral, earlier: list[Referral]) -> Message:
    """The referral as XREF15, with ids of its own, which it keeps when it is sent again. `earlier` are the clinic's others."""
    referral.letter, referral.envelope = means.new_id(), means.new_id()
    now = wall_clock(means.clock.now())
    faults = means.faults
    mine = [each for each in earlier if each.patient == referral.patient and each.receiver == Receiver.MUNICIPALITY]
    others = [each for each in earlier if each.patient != referral.patient]
    for taken, keeps_level, keeps_text in ((mine, KEEPS_LEVEL, KEEPS_TEXT), (others, LEVEL_OF_OTHER, TEXT_OF_OTHER)):
        for each in taken:
            referral.level = each.level if keeps_level in faults else referral.level
            added = each.told if keeps_text in faults else {}
            referral.told = {about: f"{text} {added.get(about, '')}".strip() for about, text in referral.told.items()}
    patient = earlier[0].patient if earlier and FIRST_PATIENT in faults else referral.patient
    diagnoses = mine[0].diagnoses if mine and KEEPS_DIAGNOSIS in faults else referral.diagnoses
    visited = (("", "Visiteret til hold"),) if mine and COPIES_VISITATION in faults else ()
    receiver = HOSPITAL.gln if OTHER_MUNICIPALITY in faults else MUNICIPALITY.gln
    letter = Letter(
        kind=XREF15,
        sent=now,
        envelope=referral.envelope,
        identifier=referral.letter,
        sender=Party(CLINIC.gln, CLINIC.yder, "ydernummer", CLINIC.name),
        receiver=Party(receiver, receiver, "lokationsnummer", MUNICIPALITY.name),
        content=Content(diagnoses[:1], () if LOSES_OTHERS in faults else diagnoses[1:], _anamnesis(means, referral), visited),
        patient=LetterPatient.of(patient),
        authorised=now,
    )
    return _carried(means, letter)


def enveloped(means: Means, content: Message | Receipt) -> Envelope:
    """An envelope to the municipality, with an id of its own."""
    return Envelope(EndPoint(CLINIC.gln), EndPoint(MUNICIPALITY.gln), means.new_id(), means.clock.now(), content)


def numbered_anew(means: Means, message: Message) -> Message:
    """The same letter with other numbers: to its receiver it is another one."""
    return _carried(means, replace(read_letter(message.data), envelope=means.new_id(), identifier=means.new_id()))


def write_receipt(means: Means, letter: Letter) -> Message:
    """The positive receipt (XCTL03) for a letter."""
    letter = replace(letter, identifier=letter.envelope) if OTHER_LETTER in means.faults else letter
    return _carried(means, receipt_for(letter, wall_clock(means.clock.now()), means.new_id(), means.new_id()))


def _carried(means: Means, letter: Letter) -> Message:
    return carrying(build_letter(letter), "XML", letter.kind.name, letter.kind.version, means.new_id(), Transport())


def _anamnesis(means: Means, referral: Referral) -> str:
    profile = means.profiles["henvisning"]
    lost = Told.PSYCHOSOCIAL if LOSES_PSYCHOSOCIAL in means.faults else None
    lines = [f"Henvises til {referral.offer}"]
    lines += [f"{each.capitalize()}: {_garbled(referral.told[each], means.faults)}" for each in referral.told if each is not lost]
    lines += referral.more
    if referral.level is not None and WITHOUT_LEVEL not in means.faults:
        lines.append(profile.pattern("niveau-i-henvisning").format(niveau=referral.level))
    agreed = "ja" if referral.feedback or WITHOUT_CONSENT in means.faults else "nej"
    lines.append(profile.pattern("samtykke-i-henvisning").format(svar=agreed))
    return "\n".join(lines)


def _garbled(text: str, faults: frozenset[str]) -> str:
    if LOSES_DANISH in faults:
        text = re.sub("[æøåÆØÅ]", "?", text)
    if ESCAPES_TWICE in faults:
        text = text.replace("&", "&amp;").replace("<", "&lt;")
    return text[:_CUT_AT] if CUTS_TEXT in faults else text
