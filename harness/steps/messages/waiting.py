"""What the steps wait for: a message that hands in a plan of this attempt, told from the plan itself."""

from __future__ import annotations

from collections.abc import Sequence

from harness.domain.exchange import Exchange
from harness.domain.patient import Patient
from harness.record.matchers import Matcher, sender
from harness.steps.messages.judging import delivered


def hands_in(marks: Sequence[str]) -> Matcher:
    """A message of the LPS that hands in a plan with one of `marks` in its text, whatever the receiver answered."""

    def differences(exchange: Exchange) -> list[str]:
        plan = delivered(exchange)
        if plan is None:
            return ["beskeden afleverer ingen plan"]
        text = "\n".join((*plan.goals, *plan.interventions, *plan.results))
        if any(mark in text for mark in marks):
            return []
        return [f"mærket {marks[-1]} står ikke i planen: målet mangler, eller planen er lavet før dette forsøg (genbrug)"]

    return sender("lps") & Matcher(f"en plan med mærket {marks[-1]}", differences)


def stands_under(patient: Patient) -> Matcher:
    """A message whose plan stands under this patient. Messages show the alias, never the number."""

    def differences(exchange: Exchange) -> list[str]:
        plan = delivered(exchange)
        same = plan is not None and plan.patient_cpr == str(patient.cpr)
        return [] if same else [f"patienten er en anden, ikke {patient.alias}"]

    return Matcher(f"patient {patient.alias}", differences)
