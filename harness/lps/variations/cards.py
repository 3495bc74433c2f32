"""How an LPS hands its diagnosekort over, and what it writes in it: each class one way."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC

from harness.lps.reference.diagnosis_card.card_documents import CardWriter
from harness.lps.reference.diagnosis_card.diagnosis_cards import DiagnosisCards
from harness.standards.fhir.messages import ConditionList, Diagnosis

_BACKGROUND = 300.0
_A_WEEK = 7 * 24 * 3600.0


class InTheBackground(DiagnosisCards):
    """Some minutes after what is shared has changed."""

    def _hand_over(self, cpr: str) -> None:
        self._means.clock.call_in(_BACKGROUND, lambda: super(InTheBackground, self)._hand_over(cpr))


class AgainAndAgain(DiagnosisCards):
    """Each card twice, as a new document."""

    def _hand_over(self, cpr: str) -> None:
        before = self._handed.get(cpr)
        super()._hand_over(cpr)
        if self._handed.get(cpr) is not before:
            del self._handed[cpr]
            super()._hand_over(cpr)


class WaitsForTheUser(DiagnosisCards):
    """What was not taken is handed over again when a user asks for it, or a week later."""

    def _try_later(self, cpr: str) -> None:
        self._means.clock.call_in(_A_WEEK, lambda: self._hand_over(cpr))


class Otherwise(CardWriter):
    """What is written, changed by `_said` and `_diagnosis_said`."""

    def _mixed_up(self, document: ConditionList) -> ConditionList:
        said = self._said(super()._mixed_up(document))
        return replace(said, diagnoses=tuple(map(self._diagnosis_said, said.diagnoses)))

    def _said(self, document: ConditionList) -> ConditionList:
        return document

    def _diagnosis_said(self, diagnosis: Diagnosis) -> Diagnosis:
        return diagnosis


class NewestFirst(Otherwise):
    """The diagnoses in the opposite order."""

    def _said(self, document: ConditionList) -> ConditionList:
        return super()._said(replace(document, diagnoses=document.diagnoses[::-1]))


class InUtc(Otherwise):
    """The times as UTC says them."""

    def _said(self, document: ConditionList) -> ConditionList:
        changed, assembled = document.changed.astimezone(UTC), document.assembled.astimezone(UTC)
        return super()._said(replace(document, changed=changed, assembled=assembled))


class CodesInCapitals(Otherwise):
    """SKS codes in capitals: DE119A."""

    def _diagnosis_said(self, diagnosis: Diagnosis) -> Diagnosis:
        return super()._diagnosis_said(replace(diagnosis, icd=diagnosis.icd.upper()))


class BrokenLines(Otherwise):
    """A line break in the text of each diagnosis."""

    def _diagnosis_said(self, diagnosis: Diagnosis) -> Diagnosis:
        return super()._diagnosis_said(replace(diagnosis, text=diagnosis.text.replace(" ", "\n", 1)))


class NameInCapitals(Otherwise):
    """The patient's names in capitals, with the given ones in one part."""

    def _said(self, document: ConditionList) -> ConditionList:
        patient = document.patient
        return super()._said(
            replace(document, patient=replace(patient, given=patient.given.upper(), family=patient.family.upper()))
        )
