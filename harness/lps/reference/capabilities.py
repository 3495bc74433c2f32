"""The parts the reference LPS has besides plans, and the defects each can be told to have. A new part is a line here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from harness.lps import faults
from harness.lps.reference import clinic, dds, learnt, mix_ups, other_names, outbox, wire
from harness.lps.reference.capability import Capability, Means
from harness.lps.reference.diagnosis_card import diagnosis_cards
from harness.lps.reference.forloebsplan import forloebsplaner, plan_referrals
from harness.lps.reference.home_care import acute_team
from harness.lps.reference.inclusion import call_ins, populations
from harness.lps.reference.laboratory import lab_inbox, lab_results
from harness.lps.reference.mandatory import correspondence, shared_documents
from harness.lps.reference.plan import assessments, follow_ups, min_plan, monitoring, plan_lookup, treatment_plans
from harness.lps.reference.questionnaire import questionnaires
from harness.lps.reference.referral import referrals
from harness.lps.variations.made import varied

ALL_FAULTS: Final[tuple[str, ...]] = (
    *faults.ALL,
    *clinic.FAULTS,
    *outbox.FAULTS,
    *wire.FAULTS,
    *dds.FAULTS,
    *call_ins.FAULTS,
    *populations.FAULTS,
    *assessments.FAULTS,
    *follow_ups.FAULTS,
    *plan_lookup.FAULTS,
    *treatment_plans.FAULTS,
    *referrals.FAULTS,
    *questionnaires.FAULTS,
    *forloebsplaner.FAULTS,
    *plan_referrals.FAULTS,
    *lab_results.FAULTS,
    *min_plan.FAULTS,
    *monitoring.FAULTS,
    *lab_inbox.FAULTS,
    *correspondence.FAULTS,
    *shared_documents.FAULTS,
    *diagnosis_cards.FAULTS,
    *acute_team.FAULTS,
    *mix_ups.FAULTS,
    *learnt.FAULTS,
    *other_names.FAULTS,
)
"""The ids of every defect the reference LPS can be told to have. What each means for people stands in fixtures/faults/."""


def capabilities(means: Means) -> tuple[Capability, ...]:
    """Every part, over the same record."""
    parts: tuple[Callable[[Means], Capability], ...] = (
        assessments.Assessments,
        call_ins.CallIns,
        treatment_plans.TreatmentPlans,
        follow_ups.FollowUps,
        plan_lookup.PlanLookup,
        questionnaires.Questionnaires,
        lab_results.LabResults,
        min_plan.MinPlan,
        monitoring.Monitoring,
        lab_inbox.LabInbox,
        correspondence.Correspondence,
        shared_documents.SharedDocuments,
        diagnosis_cards.DiagnosisCards,
        acute_team.AcuteTeam,
    )
    populations_, letters = means.made(populations.Populations), means.made(referrals.Referrals)
    plans = means.made(forloebsplaner.Forloebsplaner)
    of_plans = varied(plan_referrals.PlanReferrals, means.variations)(means, letters, plans, populations_)
    return (*(means.made(part) for part in parts), populations_, letters, plans, of_plans)
