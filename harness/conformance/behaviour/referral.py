"""What must hold of referrals and of what comes back. Subject `henvisning`. The letters themselves have rules of their own."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date

from harness.conformance.behaviour.seen import MODEL, RECEIVER, SCREEN, breach, one_line, quoted, rules_about, stands_in
from harness.conformance.behaviour.sharing import told_once
from harness.conformance.rule import HOLDS, Outcome
from harness.domain.grade import Grade
from harness.domain.referral import OfferStatus, ReferralStatus
from harness.domain.sharing import SharedEdition

_REFERRAL = f"{MODEL}, Henvisning til yderligere udredning og indsatser (KP-12)"
_PREVENTION = f"{MODEL}, Patientrettet forebyggelse (KP-13)"
_MENTAL = f"{MODEL}, Patientrettet forebyggelse: samtidig psykisk lidelse"
_LEVELS = f"{MODEL}, Differentiering (KP-07)"
_OVERVIEW = f"{MODEL}, Fælles digitalt overblik – MinPlan (KP-10)"
_COMPLIANCE = f"{MODEL}, Fælles digitalt overblik – MinPlan (KP-11)"
_RECEIPTS = "MedCom, XCTL02 og XCTL03; MedCom, VANSEnvelope 1.0.4, Receipt"
_LETTER = "MedCom, oversættelse mellem EDIFACT og OIOXML, Envelope, Letter, Sender, Receiver og Patient"
_RESENDING = "MedCom, Reliable Messaging (VANS og EHMI): dubletter og genfremsendelse"

_henvisning = rules_about("henvisning")

Offer = tuple[str, str, date | None]
"""An offer of prevention as the system shows it: its name, what became of it, and when."""


def _is_one_of(text: str, others: Collection[str]) -> bool:
    """Whether the text is, or shortens, one of the others."""
    said = one_line(text).casefold()
    return bool(said) and any(said in each.casefold() for each in others)


def _lines(text: str) -> set[str]:
    return {line.strip() for line in text.splitlines()}


@_henvisning("HENV-R01", "Henvisningen kommer frem til kommunen", Grade.F2, _REFERRAL)
def referral_came(missing: str) -> Outcome:
    """`missing` says what did come instead; empty when the referral came."""
    return breach(RECEIVER, "henvisningen", missing) if missing else HOLDS


@_henvisning("HENV-R02", "Det, lægen skrev, står i henvisningen, som lægen skrev det", Grade.F2, _REFERRAL)
def told_is_there(letter: str, told: Mapping[str, str]) -> Outcome:
    """`letter` is the referral's whole text, `told` what the doctor wrote, by what it is about. Wherever it stands."""
    lacking = [about for about, text in told.items() if one_line(text) not in one_line(letter)]
    return breach(RECEIVER, f"hele teksten om {', '.join(lacking)}", "ikke i henvisningen") if lacking else HOLDS


@_henvisning("HENV-R03", "Henvisningen bliver sendt for den patient, den handler om", Grade.F1, _REFERRAL)
def for_the_patient(strays: int) -> Outcome:
    """`strays` counts referrals with this referral's texts that stood under another patient, who is not shown."""
    return breach(RECEIVER, "henvisningen under patienten selv", "henvisningen under en anden patient") if strays else HOLDS


@_henvisning("HENV-R04", "Hoveddiagnosen er den, lægen henviser for", Grade.F2, _REFERRAL)
def diagnosis_is_own(diagnoses: Sequence[tuple[str, str]], wanted: Sequence[str], others: Collection[str]) -> Outcome:
    """`diagnoses` are the main ones, code and text; the code of one begins with one of `wanted`: the ICPC-2 code, or the SKS
    codes it maps to. Its text is the system's own, but not one of `others`, which are those of other diseases.
    """
    found = [text for code, text in diagnoses if code.startswith(tuple(wanted))]
    if any(not _is_one_of(text, others) for text in found):
        return HOLDS
    told = ", ".join(f"{code} {text}".rstrip() for code, text in diagnoses)
    return breach(RECEIVER, f"hoveddiagnosen {wanted[0]}{' med sin egen tekst' if found else ''}", told or "ingen")


@_henvisning("HENV-R05", "Patientens niveau står i henvisningen", Grade.F3, _REFERRAL, fact="niveau-i-henvisning")
def level_is_there(letter: str, text: str) -> Outcome:
    """`text` is the level as the profile says it stands in a referral."""
    return HOLDS if text in _lines(letter) else breach(RECEIVER, f"“{text}”", "ikke i henvisningen")


@_henvisning(
    "HENV-R06", "Henvisningen siger, om patienten vil have meldt tilbage", Grade.F1, _REFERRAL, fact="samtykke-i-henvisning"
)
def consent_is_there(letter: str, text: str) -> Outcome:
    """`text` is the patient's answer as the profile says it stands in a referral."""
    return HOLDS if text in _lines(letter) else breach(RECEIVER, f"“{text}”", "ikke i henvisningen")


@_henvisning("HENV-R07", "Psykisk lidelse hindrer ikke henvisning til afklarende samtale", Grade.F2, _MENTAL)
def mental_illness_is_no_bar(missing: str) -> Outcome:
    """`missing` says what did come instead of the referral; empty when it came."""
    return breach(RECEIVER, "henvisningen", missing) if missing else HOLDS


@_henvisning("HENV-R08", "Niveauet begrænser ikke, hvad patienten kan henvises til", Grade.F2, _LEVELS)
def level_is_no_bar(missing: str) -> Outcome:
    """`missing` says what did come instead of the referral; empty when it came."""
    return breach(RECEIVER, "henvisningen", missing) if missing else HOLDS


@_henvisning("HENV-R09", "En ny henvisning rummer ikke det, der stod i patientens forrige", Grade.F2, _REFERRAL)
def nothing_from_before(letter: str, marks: Collection[str]) -> Outcome:
    """`letter` is the new referral's whole text, `marks` tell the texts of the patient's earlier ones."""
    return breach(RECEIVER, "kun det, der gælder nu", "også den forriges tekst") if _has([letter], marks) else HOLDS


@_henvisning("HENV-R10", "Systemet viser, hvor henvisningen står", Grade.F2, _RECEIPTS)
def status_is_shown(status: ReferralStatus, wanted: Collection[ReferralStatus]) -> Outcome:
    """`status` is what the system shows; `wanted` what it may show after what happened."""
    if status in wanted:
        return HOLDS
    return breach(SCREEN, " eller ".join(sorted(wanted)), status)


@_henvisning("HENV-R11", "Systemet viser, hvorfor henvisningen blev afvist", Grade.F3, _RECEIPTS)
def refusal_is_explained(shown: str, why: str) -> Outcome:
    """`why` is the municipality's own text."""
    return HOLDS if one_line(why) in one_line(shown) else breach(SCREEN, f"“{why}”", f"“{shown}”")


@_henvisning("HENV-R12", "Henvisningen kan sendes igen", Grade.F2, _RESENDING)
def sent_again(sent: bool) -> Outcome:
    """`sent` is whether the network took it once more, or the system knew by then that it had arrived."""
    return HOLDS if sent else breach(RECEIVER, "henvisningen sendt igen", "systemet sendte ingenting")


@_henvisning("HENV-R13", "Kommunen har henvisningen netop én gang", Grade.F2, _RESENDING)
def held_once(letters: Collection[str]) -> Outcome:
    """`letters` are the ids of the letters that told of this referral, however often each was sent."""
    return HOLDS if len(set(letters)) == 1 else breach(RECEIVER, "1 henvisning", f"{len(set(letters))} henvisninger")


@_henvisning(
    "HENV-R14", "Henvisningen har klinikken, kommunen, patienten og tiden, som de er", Grade.F2, f"{_REFERRAL}; {_LETTER}"
)
def is_its_own(wrong: Collection[str]) -> Outcome:
    """`wrong` names what the letter says that is not so; what it does not say is not judged here."""
    told = "klinikken som afsender, kommunen som modtager, patientens navn, et nyt brev og tiden nu"
    return breach(RECEIVER, told, " og ".join(wrong)) if wrong else HOLDS


@_henvisning("HENV-R15", "En anden sygdom, lægen skriver i henvisningen, står i den", Grade.F2, _MENTAL)
def keeps_other_diagnoses(coded: Sequence[tuple[str, str]], letter: str, wanted: tuple[str, ...], name: str) -> Outcome:
    """`coded` are the referral's additional diagnoses, code and text; the code of one begins as one of `wanted`. Or `letter`, its
    whole text, has such a code or the disease's `name`: no source says where it stands. Coded as another disease it is lost.
    """
    if any(code.upper().startswith(wanted) for code, _ in coded):
        return HOLDS
    others = [code for code, text in coded if code and name.casefold() in text.casefold()]
    words = re.findall(r"\w+", letter)
    if not others and (name.casefold() in letter.casefold() or any(each.upper().startswith(wanted) for each in words)):
        return HOLDS
    return breach(RECEIVER, f"{' eller '.join(wanted)}, eller “{name}”", ", ".join(code for code, _ in coded) or "ingen")


@_henvisning("HENV-R20", "Tilbagemeldingen bliver vist netop én gang, som den blev skrevet", Grade.F2, _REFERRAL)
def note_is_shown_once(shown: Sequence[str], text: str, mark: str) -> Outcome:
    """`shown` are the notes the system shows of the patient; `mark` tells this one, also when its text came to harm."""
    found = [each for each in shown if mark in each]
    if len(found) == 1 and one_line(text) in one_line(found[0]):
        return HOLDS
    return breach(SCREEN, f"“{text}” én gang", quoted(found, "ingenting"))


@_henvisning(
    "HENV-R22", "Uden samtykke bliver tilbagemeldingen ikke vist", Grade.F1, _REFERRAL, fact="tilbagemelding-uden-samtykke"
)
def note_is_withheld(shown: Sequence[str], mark: str) -> Outcome:
    """`shown` are the notes the system shows of a patient who said no to feedback."""
    return breach(SCREEN, "ingen tilbagemelding", "tilbagemeldingen") if _has(shown, [mark]) else HOLDS


def _has(texts: Sequence[str], marks: Collection[str]) -> bool:
    return any(mark in each for each in texts for mark in marks)


@_henvisning("HENV-R23", "Kvitteringen for et brev (XCTL) nævner brevet og dets parter, som de er", Grade.F2, _RECEIPTS)
def receipt_is_for_the_letter(wrong: Collection[str]) -> Outcome:
    """`wrong` names what the receipts say that is not so of the letters they are for."""
    return breach(RECEIVER, "brevets eget id, afsender og modtager, og tiden nu", " og ".join(wrong)) if wrong else HOLDS


@_henvisning("HENV-R30", "Systemet viser patientens forebyggelsestilbud, og hvad der blev af dem", Grade.F2, _PREVENTION)
def offer_is_shown(shown: Sequence[Offer], name: str, status: OfferStatus, day: date) -> Outcome:
    """`shown` are the offers the system shows of the patient; this one stands there once."""
    if [each for each in shown if each[0] == name] == [(name, status, day)]:
        return HOLDS
    said = (f"{each}: {what} {when or 'uden dato'}" for each, what, when in shown)
    return breach(SCREEN, f"“{name}: {status} {day}” én gang", quoted(said, "ingen tilbud"))


@_henvisning("HENV-R31", "Systemet viser, at patienten ikke kom", Grade.F2, _COMPLIANCE)
def no_show_is_shown(shown: Sequence[Offer], name: str, status: OfferStatus) -> Outcome:
    """`status` is *udeblevet* or *frafaldet*: what the clinic must be able to see to follow up."""
    found = [what for each, what, _ in shown if each == name]
    return HOLDS if status in found else breach(SCREEN, status, ", ".join(found) or "intet om tilbuddet")


@_henvisning("HENV-R40", "Systemet viser, hvem der bad om den afklarende samtale", Grade.F3, _PREVENTION)
def asker_is_shown(shown: Collection[tuple[str, str]], asker: str, text: str) -> Outcome:
    """`shown` are who asked, and the text that was registered, of each referral the system shows of the patient."""
    if [who for who, why in shown if one_line(text) in one_line(why)] == [asker]:
        return HOLDS
    return breach(SCREEN, f"“{asker}: {text}” én gang", quoted((f"{who}: {why}" for who, why in shown), "ingenting"))


@_henvisning("HENV-R41", "Systemet viser henvisningen netop én gang, med modtager og årsag", Grade.F3, _REFERRAL)
def referral_is_kept(shown: Collection[tuple[str, str]], receiver: str, reason: str) -> Outcome:
    """`shown` are receiver and reason of each referral the system shows of the patient."""
    if [to for to, why in shown if one_line(reason) in one_line(why)] == [receiver]:
        return HOLDS
    return breach(SCREEN, f"“{receiver}: {reason}” én gang", quoted((f"{to}: {why}" for to, why in shown), "ingen henvisninger"))


@_henvisning("HENV-R42", "Henvisningen står netop én gang i den delte plan", Grade.F3, _OVERVIEW, fact="henvisning-i-plan")
def referral_is_in_plan(editions: Sequence[SharedEdition], text: str) -> Outcome:
    """`editions` are the current ones at the receiver; `text` is the referral as the profile says it stands among interventions.

    Once in a line, and the line once in a text: a section may sum up what its sub-sections say.
    """
    told = [each for edition in editions for each in edition.interventions]
    counts = {one_line(each).count(one_line(text)) for each in told} - {0}
    if counts == {1} and all(told_once(each, [one_line(text)]) == HOLDS for each in editions):
        return HOLDS
    return breach(RECEIVER, f"“{text}” én gang", quoted(told, "ingen plan"))


@_henvisning("HENV-R50", "Systemet viser, at patienten mangler at få besked", Grade.F2, _REFERRAL)
def patient_is_untold(untold: bool) -> Outcome:
    """`untold` is what the system shows of a referral that came back and whose patient has not been told."""
    return HOLDS if untold else breach(SCREEN, "at patienten mangler at få besked", "intet om det")


@_henvisning("HENV-R51", "Systemet viser, at patienten har fået besked", Grade.F3, _REFERRAL)
def patient_is_told(untold: bool) -> Outcome:
    """`untold` is what the system shows when the patient has been told."""
    return breach(SCREEN, "at patienten har fået besked", "at patienten mangler at få besked") if untold else HOLDS


@_henvisning("HENV-R52", "Begrundelsen for at sende henvisningen tilbage bliver vist", Grade.F2, _REFERRAL)
def reason_is_shown(shown: str, reason: str) -> Outcome:
    """`reason` is what the one who sent the referral back gave, as the clinic entered it."""
    return HOLDS if one_line(reason) in one_line(shown) else breach(SCREEN, f"“{reason}”", f"“{shown}”")


@_henvisning("HENV-R53", "Næste skridt står i den delte plan", Grade.F2, _REFERRAL)
def next_step_is_in_plan(texts: Sequence[str], step: str) -> Outcome:
    """`texts` are those of the current editions at the receiver; the step stands in one of them, wherever."""
    return stands_in(step, texts, RECEIVER, "ingen plan")
