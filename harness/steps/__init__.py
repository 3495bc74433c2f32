"""The Danish vocabulary: what a scenario can say. `MODULES` are the files its steps stand in."""

from typing import Final

MODULES: Final[tuple[str, ...]] = (
    "harness.steps.plan.sharing",
    "harness.steps.plan.assessment",
    "harness.steps.inclusion.call_in",
    "harness.steps.inclusion.inclusion",
    "harness.steps.inclusion.population",
    "harness.steps.inclusion.patient_list",
    "harness.steps.plan.follow_up",
    "harness.steps.plan.treatment_plan",
    "harness.steps.plan.other_actor",
    "harness.steps.referral.referral",
    "harness.steps.referral.referral_feedback",
    "harness.steps.questionnaire.questionnaire",
    "harness.steps.plan.min_plan",
    "harness.steps.diagnosis_card.diagnosis_card",
    "harness.steps.other_patient",
    "harness.steps.plan.monitoring",
    "harness.steps.forloebsplan.forloebsplan",
    "harness.steps.forloebsplan.plan_referral",
    "harness.steps.laboratory.lab_inbox",
    "harness.steps.laboratory.laboratory",
    "harness.steps.availability",
    "harness.steps.account",
    "harness.steps.disturbed",
    "harness.steps.mandatory.correspondence",
    "harness.steps.mandatory.shared_documents",
    "harness.steps.home_care.home_care",
    "harness.steps.home_care.acute_team",
    "harness.steps.unwritten",
)
