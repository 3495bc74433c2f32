"""The Danish vocabulary: what a scenario can say. `MODULES` are the files its steps stand in."""

from typing import Final

MODULES: Final[tuple[str, ...]] = (
    "harness.steps.sharing",
    "harness.steps.assessment",
    "harness.steps.call_in",
    "harness.steps.inclusion",
    "harness.steps.population",
    "harness.steps.patient_list",
    "harness.steps.follow_up",
    "harness.steps.treatment_plan",
    "harness.steps.other_actor",
    "harness.steps.referral",
    "harness.steps.referral_feedback",
    "harness.steps.questionnaire",
    "harness.steps.min_plan",
    "harness.steps.diagnosis_card",
    "harness.steps.other_patient",
    "harness.steps.monitoring",
    "harness.steps.forloebsplan",
    "harness.steps.plan_referral",
    "harness.steps.lab_inbox",
    "harness.steps.laboratory",
    "harness.steps.availability",
    "harness.steps.correspondence",
    "harness.steps.shared_documents",
    "harness.steps.home_care",
    "harness.steps.acute_team",
    "harness.steps.unwritten",
)
