"""What must hold of the content of a referral (subject `xref`), a note back (`xdis`) and a receipt (`xctl`) in OIOXML.

Only XREF15, XDIS15 and the two receipts have public content. Of the others (XREF22, XDIS22, XDIS01, XDIS91, XREF01, GGOP) only
the head is judged, and `letters.not_public` says so. Not judged: where the differentiation level stands (not decided), and codes
of lists that are not public.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from harness.conformance.oioxml.letter import Received, text_in
from harness.conformance.rule import HOLDS, Breach, NotJudged, Outcome, Rule, rule
from harness.conformance.subject import some
from harness.domain.finding import Owner
from harness.domain.grade import Grade
from harness.standards.oioxml.kinds import GGOP, NO_RECEIPT, PLEASE_RECEIPT, REFUSE_CODES, XCTL02, XCTL03, XDIS15, XREF15, Kind

MUNICIPAL = "MedCom, visning af MunicipalityReferral og MunicipalityLetter, navnerum 2016/12/01"
CONTENT = "Sundhedsstyrelsen, generisk model for pakkeforløb for mennesker med kronisk sygdom, krav til henvisningen"
CODES = "Sundhedsdatastyrelsen, SKS: D og ICD-10 uden punktum; ICPC-2-DK"
CONTRL = "MedComs CONTRL-oversættelse"
"""What receipts are known from alone: a translation, not a profile. Its rules give remarks until a profile confirms them."""
RECEIPT = "MedCom, oversættelse mellem EDIFACT og OIOXML, CONTRL C0230Q og C0330Q"

WITH_CONTENT = (XREF15, XDIS15, XCTL02, XCTL03)
"""The letters whose content has rules."""

_DIAGNOSIS = re.compile(r"D[A-Z]\d\d[0-9A-Z]{0,4}|[A-Z]\d\d", re.ASCII)
_SUBJECTS = {"XREF": "xref", "XDIS": "xdis", "XCTL": "xctl"}


def subject_of(kind: Kind) -> str:
    """The subject whose rules a letter of this kind is judged by, beside `oioxml`; empty when there is none."""
    return "" if kind is GGOP else _SUBJECTS[kind.name[:4]]


def _content_rule(
    id: str, title: str, grade: Grade, source: str, *needs: str, kinds: tuple[Kind, ...], owner: Owner = Owner.LPS
) -> Callable[[Callable[[Received], Outcome]], Rule]:
    """A rule of the content of `kinds`; of another letter it is not judged."""

    def register(check: Callable[[Received], Outcome]) -> Rule:
        def checked(received: Received) -> Outcome:
            if received.kind in kinds:
                return check(received)
            return NotJudged(f"kun kendt for {' og '.join(kind.name for kind in kinds)}")

        checked.__doc__ = check.__doc__
        subject = _SUBJECTS[id[:4]]
        since = CONTRL if source == RECEIPT else ""
        return rule(id, subject=subject, title=title, grade=grade, owner=owner, source=source, needs=needs, since=since)(checked)

    return register


def _xref(id: str, title: str, grade: Grade, source: str, *needs: str) -> Callable[[Callable[[Received], Outcome]], Rule]:
    return _content_rule(id, title, grade, source, *needs, kinds=(XREF15,))


def _xdis(id: str, title: str, grade: Grade) -> Callable[[Callable[[Received], Outcome]], Rule]:
    """The municipality writes the note, so the LPS that receives it owns no breach of it."""
    return _content_rule(id, title, grade, MUNICIPAL, kinds=(XDIS15,), owner=Owner.SENDER)


@_xref("XREF-01", "Henvisningen har en hoveddiagnose", Grade.F2, MUNICIPAL)
def main_diagnosis(received: Received) -> Outcome:
    """Referral/Refer."""
    if received.all(received.letter, "Referral/Refer"):
        return HOLDS
    return (received.breach(received.letter, "Referral/Refer (hoveddiagnose)", "mangler"),)


@_xref("XREF-02", "Hver diagnose i henvisningen har kode og tekst", Grade.F3, MUNICIPAL, "XREF-01")
def diagnoses_told(received: Received) -> Outcome:
    """DiagnoseCode and DiagnoseText, of the main diagnosis and of the additional ones."""
    return _untold(received)


@_xref("XREF-03", "Diagnosekoder er SKS-koder (D og ICD-10 uden punktum) eller ICPC-2-koder", Grade.F3, CODES, "XREF-01")
def diagnosis_codes(received: Received) -> Outcome:
    """The form alone: whether the code exists is not looked up."""
    codes = [each for name in _DIAGNOSES for each in received.all(received.letter, f"Referral/{name}/DiagnoseCode")]
    said = ((each, text_in(each)) for each in codes)
    wrong = ((each, text) for each, text in said if text and not _DIAGNOSIS.fullmatch(text))
    return some(received.breach(each, "fx DM545 eller L86", text[:60]) for each, text in wrong)


@_xref("XREF-04", "Henvisningen har en anamnese", Grade.F2, f"{MUNICIPAL}; {CONTENT}")
def anamnesis(received: Received) -> Outcome:
    """RelevantClinicalInformation/Anamnesis with text."""
    return tuple(received.lacking(received.letter, "RelevantClinicalInformation/Anamnesis"))


@_xref("XREF-05", "Visitationen er tom: den udfyldes af modtageren", Grade.F3, MUNICIPAL)
def no_visitation(received: Received) -> Outcome:
    """MunicipalityVisitation says nothing when the clinic sends."""
    filled = [each for each in received.all(received.letter, "MunicipalityVisitation") if text_in(each)]
    return some(received.breach(each, "ingen visitation", "udfyldt visitation") for each in filled)


_DIAGNOSES = ("Refer", "ReferralAdditional")


def _untold(received: Received) -> tuple[Breach, ...]:
    found = [each for name in _DIAGNOSES for each in received.all(received.letter, f"Referral/{name}")]
    return some(breach for each in found for breach in received.lacking(each, "DiagnoseCode", "DiagnoseText"))


@_xdis("XDIS-01", "Notatet har en tekst", Grade.F2)
def note_text(received: Received) -> Outcome:
    """ClinicalInformation/Text01."""
    return tuple(received.lacking(received.letter, "ClinicalInformation/Text01"))


@_xdis("XDIS-02", "Notatet har henvisningsdato og afslutningsdato", Grade.F3)
def period(received: Received) -> Outcome:
    """Admission and Discharge, each with a date."""
    return tuple(received.lacking(received.letter, "Admission/Date", "Discharge/Date"))


@_xdis("XDIS-03", "Underskriften har navn, stilling og dato", Grade.F3)
def signature(received: Received) -> Outcome:
    """ClinicalInformation/Signed, when it is given."""
    found = received.all(received.letter, "ClinicalInformation/Signed")
    return some(breach for each in found for breach in received.lacking(each, "JobTitle", "SignedBy", "Date"))


@_xdis("XDIS-04", "Hver diagnose i notatet har kode og tekst", Grade.F3)
def note_diagnoses(received: Received) -> Outcome:
    """Referral/Refer and Referral/ReferralAdditional, when they are given."""
    return _untold(received)


@_content_rule("XCTL-01", "Kvitteringen siger, hvilken kuvert den kvitterer for", Grade.F2, RECEIPT, kinds=(XCTL02, XCTL03))
def original_envelope(received: Received) -> Outcome:
    """OriginalEmessage/OriginalEnvelopeIdentifier."""
    return tuple(received.lacking(received.letter, "OriginalEmessage/OriginalEnvelopeIdentifier"))


@_content_rule(
    "XCTL-02", "Kvitteringen siger, hvem der sendte og modtog kuverten", Grade.F3, RECEIPT, "XCTL-01", kinds=(XCTL02, XCTL03)
)
def original_parties(received: Received) -> Outcome:
    """OriginalSender and OriginalReceiver with their lokationsnumre."""
    (original,) = received.all(received.letter, "OriginalEmessage")[:1]
    return tuple(received.lacking(original, "OriginalSender/EANIdentifier", "OriginalReceiver/EANIdentifier"))


@_content_rule("XCTL-03", "Hvert kvitteret brev har id og version", Grade.F3, RECEIPT, "XCTL-01", kinds=(XCTL02, XCTL03))
def original_letters(received: Received) -> Outcome:
    """OriginalLetter, as many as there are."""
    found = received.all(received.letter, "OriginalEmessage/OriginalLetter")
    wanted = ("OriginalLetterIdentifier", "OriginalVersionCode")
    return some(breach for each in found for breach in received.lacking(each, *wanted))


@_content_rule("XCTL-04", "En positiv kvittering har ingen afvisning", Grade.F2, RECEIPT, "XCTL-01", kinds=(XCTL03,))
def no_refusal(received: Received) -> Outcome:
    """Neither RefuseCode nor RefuseText, at any depth."""
    found = [*received.all(received.letter, ".//RefuseCode"), *received.all(received.letter, ".//RefuseText")]
    return some(received.breach(each, "ingen afvisning", text_in(each)[:60] or "en tom afvisning") for each in found)


@_content_rule("XCTL-05", "Afvisningskoden er en af MedComs", Grade.F3, RECEIPT, "XCTL-01", kinds=(XCTL02,))
def refusal_code(received: Received) -> Outcome:
    """Every RefuseCode of a negative receipt."""
    found = ((each, text_in(each)) for each in received.all(received.letter, ".//RefuseCode"))
    wrong = ((each, text) for each, text in found if text not in REFUSE_CODES)
    return some(received.breach(each, ", ".join(REFUSE_CODES), text[:60] or "intet") for each, text in wrong)


@_content_rule("XCTL-06", "Kvitteringen siger, at den ikke selv skal kvitteres", Grade.F3, RECEIPT, kinds=(XCTL02, XCTL03))
def unreceipted(received: Received) -> Outcome:
    """Envelope/AcknowledgementCode: the translation of a CONTRL refuses any other. OIO-06 speaks of a word that is none."""
    envelopes = received.all(received.root, "Envelope")
    codes = received.texts(received.root, "Envelope/AcknowledgementCode")
    if len(envelopes) != 1 or not (codes == [] or PLEASE_RECEIPT in codes):
        return HOLDS
    return (received.breach(envelopes[0], f"AcknowledgementCode {NO_RECEIPT}", codes[0] if codes else "mangler"),)
