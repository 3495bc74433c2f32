"""Referrals to the municipality made from inside a plan of Digitale Forløbsplaner: what they take from it, and what it shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from harness.domain.forloebsplan import Part
from harness.domain.referral import Receiver, ReferralStatus
from harness.lps.reference.capability import Capability, Means
from harness.lps.reference.forloebsplaner import Forloebsplaner, Plan
from harness.lps.reference.populations import Populations
from harness.lps.reference.referrals import Referrals

ALWAYS_KOL: Final = "flph-altid-diagnosen-for-kol"
FIRST_DIAGNOSIS: Final = "flph-diagnosen-fra-patientens-første-plan"
NEWEST_DIAGNOSIS: Final = "flph-diagnosen-fra-patientens-nyeste-plan"
LAST_PATIENT: Final = "flph-patienten-fra-den-forrige-plan"
LETTERS_LOST: Final = "flph-danske-bogstaver-tabt"
CUTS_TEXT: Final = "flph-tekst-klippet"
FIRST_CONTENT: Final = "flph-planens-indhold-fra-første-henvisning"
NO_CONTENT: Final = "flph-planens-indhold-tabt"
OTHERS_CONTENT: Final = "flph-indhold-fra-en-anden-patients-plan"
WRITES_ANEW: Final = "flph-ændret-plan-giver-ny-henvisning-ved-gensending"
NOT_IN_PLAN: Final = "flph-henvisning-vises-ikke-i-planen"
IN_EVERY_PLAN: Final = "flph-henvisning-vises-i-alle-patientens-planer"
TWICE_IN_PLAN: Final = "flph-henvisning-vises-to-gange-i-planen"
SHOWN_TO_ALL: Final = "flph-henvisninger-vises-i-alle-patienters-planer"
STATUS_STANDS: Final = "flph-planen-viser-den-første-status"
CLAIMS_RECEIVED: Final = "flph-planen-viser-altid-modtaget"
FAULTS: Final = (
    ALWAYS_KOL,
    FIRST_DIAGNOSIS,
    NEWEST_DIAGNOSIS,
    LAST_PATIENT,
    LETTERS_LOST,
    CUTS_TEXT,
    FIRST_CONTENT,
    NO_CONTENT,
    OTHERS_CONTENT,
    WRITES_ANEW,
    NOT_IN_PLAN,
    IN_EVERY_PLAN,
    TWICE_IN_PLAN,
    SHOWN_TO_ALL,
    STATUS_STANDS,
    CLAIMS_RECEIVED,
)
_CRITERIA: Final = {
    "KOL": "inklusion-kol",
    "LRS": "inklusion-lrs",
    "T2D": "inklusion-type-2-diabetes",
    "HJERTE": "inklusion-hjerte",
}
"""The fact that says which diagnosis codes a plan of each type is for."""

_CUT_AT: Final = 70
"""Characters the faulty window has room for."""

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Made:
    """A referral: the plan it was made from, what was asked for, what the plan added, and how it was shown then."""

    plan: Plan
    asked: Row
    content: tuple[str, ...]
    row: Row


class PlanReferrals(Capability):
    """The referrals made from plans, oldest first; with one fault what each plan said the first time."""

    def __init__(self, means: Means, referrals: Referrals, plans: Forloebsplaner, lists: Populations) -> None:
        self._means = means
        self._referrals = referrals
        self._plans = plans
        self._lists = lists
        self._made: list[_Made] = []
        self._told: dict[str, tuple[str, ...]] = {}
        self.acts = {"henvis-fra-forloebsplan": self._refer}
        if WRITES_ANEW in means.faults:
            self.acts |= {"gensend-henvisning": self._write_anew}
        self.views = {"henvisninger-i-forloebsplanen": self._show}

    def _refer(self, wish: Row) -> Row:
        faults, plan = self._means.faults, self._plans.plans[wish["forloebsplan"]]
        patients = plan if LAST_PATIENT not in faults or not self._made else self._made[-1].plan
        content = self._content(plan)
        row = self._referrals.refer(
            {
                "cpr": patients.cpr,
                "modtager": Receiver.MUNICIPALITY,
                "tilbud": "afklarende samtale",
                "diagnose": self._diagnosis(plan),
                "indhold": [{**each, "tekst": self._spoilt(each["tekst"])} for each in wish["indhold"]],
                "tilbagemelding": wish["tilbagemelding"],
            },
            content,
        )
        self._made.append(_Made(plan, wish, content, row))
        return row

    def _write_anew(self, wish: Row) -> Row:
        """A plan that has been changed gives a new referral, where the same one should be sent again."""
        made = next(each for each in self._made if each.row["henvisning"] == wish["henvisning"])
        if self._content(made.plan) == made.content:
            return self._referrals.acts["gensend-henvisning"](wish)
        return self._refer(made.asked)

    def _diagnosis(self, plan: Plan) -> Row:
        """The patient's diagnosis that the plan is for, the newest first. Raises ValueError where there is none."""
        faults = self._means.faults
        own = [each.kind for each in self._plans.plans.values() if each.cpr == plan.cpr]
        kind = "KOL" if ALWAYS_KOL in faults else own[0] if FIRST_DIAGNOSIS in faults else plan.kind
        kind = own[-1] if NEWEST_DIAGNOSIS in faults else kind
        asked = self._means.fact("inklusion", _CRITERIA[kind])["koder"]
        codes = {(each["kodesystem"], code) for each in asked for code in each["koder"]}
        found = [each for each in self._lists.register.diagnoses[plan.cpr] if (each["kodesystem"], each["kode"]) in codes]
        if not found:
            raise ValueError(f"patienten har ingen diagnose, som planen for {plan.kind} er for")
        newest = max(found, key=lambda each: str(each["dato"]))
        return {"kode": newest["kode"], "tekst": newest["tekst"]}

    def _content(self, plan: Plan) -> tuple[str, ...]:
        """What the plan says now, of the parts that go into a referral."""
        faults = self._means.faults
        if NO_CONTENT in faults:
            return ()
        fact = self._means.fact("kommunal-henvisning-flp", "forløbsplanens-indhold-i-henvisningen")
        others = [each for each in self._plans.plans.values() if each.cpr != plan.cpr] if OTHERS_CONTENT in faults else []
        taken = [(part, text) for each in (plan, *others) for part, text in each.parts if part in map(Part, fact["dele"])]
        told = tuple(fact["mønster"].format(tekst=text) for part, text in taken)
        return self._told.setdefault(plan.key, told) if FIRST_CONTENT in faults else told

    def _spoilt(self, text: str) -> str:
        if LETTERS_LOST in self._means.faults:
            text = text.encode("ascii", "replace").decode()
        return text[:_CUT_AT] if CUTS_TEXT in self._means.faults else text

    def _show(self, wish: Row) -> Row:
        faults, plan = self._means.faults, self._plans.plans[wish["forloebsplan"]]
        made = [each for each in self._made if self._belongs(each.plan, plan)]
        if NOT_IN_PLAN in faults:
            made = []
        rows = [each.row if STATUS_STANDS in faults else self._now(each) for each in made]
        if CLAIMS_RECEIVED in faults:
            rows = [{**row, "status": ReferralStatus.RECEIVED} for row in rows]
        return {"henvisninger": rows * 2 if TWICE_IN_PLAN in faults else rows}

    def _belongs(self, made_from: Plan, plan: Plan) -> bool:
        fault = IN_EVERY_PLAN if made_from.cpr == plan.cpr else SHOWN_TO_ALL
        return made_from is plan or fault in self._means.faults

    def _now(self, made: _Made) -> Row:
        rows: list[Row] = self._referrals.views["henvisninger"]({"cpr": made.plan.cpr})["henvisninger"]
        return next((row for row in rows if row["henvisning"] == made.row["henvisning"]), made.row)
