"""Referrals to the municipality made from inside a plan of Digitale Forløbsplaner: what they take from it, and what it shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from xml.sax.saxutils import escape

from harness.domain.forloebsplan import Part
from harness.domain.referral import Receiver, ReferralStatus
from harness.lps.reference.capability import Capability, Means
from harness.lps.reference.forloebsplan.forloebsplaner import ACTIVATES_AGAIN, Forloebsplaner, Plan
from harness.lps.reference.inclusion.populations import Populations
from harness.lps.reference.referral.referrals import Referrals

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
ALWAYS_YES: Final = "flph-ja-til-tilbagemelding-uanset-svaret"
ALWAYS_NO: Final = "flph-nej-til-tilbagemelding-uanset-svaret"
LAST_ANSWER: Final = "flph-svaret-om-tilbagemelding-fra-den-forrige"
NO_LEVEL: Final = "flph-uden-niveau"
LAST_LEVEL: Final = "flph-niveau-fra-den-forrige"
SPECIFIC_OFFER: Final = "flph-beder-om-rygestop"
NO_OFFER: Final = "flph-beder-ikke-om-noget"
FIRST_TEXT: Final = "flph-diagnoseteksten-fra-patientens-første-plan"
OWN_CONTENT: Final = "flph-indhold-fra-patientens-anden-plan"
FIRST_LINE: Final = "flph-kun-tekstens-første-linje"
ESCAPES_TWICE: Final = "flph-tegn-kodet-to-gange"
NEWEST_ONLY: Final = "flph-planen-viser-kun-den-nyeste-henvisning"
NEWEST_STATUS: Final = "flph-planen-viser-den-nyestes-status-ved-alle"
ANY_RECEIVED: Final = "flph-planen-viser-modtaget-når-en-anden-er-det"
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
    ALWAYS_YES,
    ALWAYS_NO,
    LAST_ANSWER,
    NO_LEVEL,
    LAST_LEVEL,
    SPECIFIC_OFFER,
    NO_OFFER,
    FIRST_TEXT,
    OWN_CONTENT,
    FIRST_LINE,
    ESCAPES_TWICE,
    NEWEST_ONLY,
    NEWEST_STATUS,
    ANY_RECEIVED,
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
        if ACTIVATES_AGAIN in means.faults:
            self.acts |= {"registrer-diagnose": self._diagnosed}
        self.views = {"henvisninger-i-forloebsplanen": self._show}

    def _refer(self, wish: Row) -> Row:
        faults, plan = self._means.faults, self._plans.plans[wish["forloebsplan"]]
        patients = plan if LAST_PATIENT not in faults or not self._made else self._made[-1].plan
        before = self._made[-1] if self._made else None
        content = self._content(plan)
        level = self._lists.level((before.plan if before and LAST_LEVEL in faults else plan).cpr, plan.kind)
        row = self._referrals.refer(
            {
                "cpr": patients.cpr,
                "modtager": Receiver.MUNICIPALITY,
                "tilbud": "rygestop" if SPECIFIC_OFFER in faults else "" if NO_OFFER in faults else "afklarende samtale",
                "diagnose": self._diagnosis(plan),
                "niveau": None if NO_LEVEL in faults else level,
                "indhold": [{**each, "tekst": self._spoilt(each["tekst"])} for each in wish["indhold"]],
                "tilbagemelding": self._answer((before.asked if before and LAST_ANSWER in faults else wish)["tilbagemelding"]),
            },
            content,
        )
        self._made.append(_Made(plan, wish, content, row))
        return row

    def _answer(self, willing: bool) -> bool:
        """Whether the municipality may report back."""
        return ALWAYS_NO not in self._means.faults and (willing or ALWAYS_YES in self._means.faults)

    def _write_anew(self, wish: Row) -> Row:
        """A plan that has been changed gives a new referral, where the same one should be sent again."""
        made = next(each for each in self._made if each.row["henvisning"] == wish["henvisning"])
        if self._content(made.plan) == made.content:
            return self._referrals.acts["gensend-henvisning"](wish)
        return self._refer(made.asked)

    def _diagnosed(self, wish: Row) -> Row:
        """A diagnosis that is there already, when it is saved again, makes the plan for it once more."""
        again = wish["diagnose"]["kode"] in {each["kode"] for each in self._lists.register.diagnoses[wish["cpr"]]}
        shown = self._lists.acts["registrer-diagnose"](wish)
        for kind in _CRITERIA if again else ():
            if wish["diagnose"]["kode"] in {code for _, code in self._codes(kind)}:
                self._plans.activate_again(wish["cpr"], kind)
        return shown

    def _codes(self, kind: str) -> set[tuple[str, str]]:
        """The diagnosis codes, each with its code system, that plans of the kind are for."""
        asked = self._means.fact("inklusion", _CRITERIA[kind])["koder"]
        return {(each["kodesystem"], code) for each in asked for code in each["koder"]}

    def _diagnosis(self, plan: Plan) -> Row:
        """The patient's diagnosis that the plan is for, the newest first. Raises ValueError where there is none."""
        faults = self._means.faults
        own = [each.kind for each in self._plans.plans.values() if each.cpr == plan.cpr]
        kind = "KOL" if ALWAYS_KOL in faults else own[0] if FIRST_DIAGNOSIS in faults else plan.kind
        kind = own[-1] if NEWEST_DIAGNOSIS in faults else kind
        found = self._newest(plan, kind)
        text = self._newest(plan, own[0])["tekst"] if FIRST_TEXT in faults else found["tekst"]
        return {"kode": found["kode"], "tekst": text}

    def _newest(self, plan: Plan, kind: str) -> Row:
        """The patient's newest diagnosis that plans of the kind are for."""
        codes = self._codes(kind)
        found = [each for each in self._lists.register.diagnoses[plan.cpr] if (each["kodesystem"], each["kode"]) in codes]
        if not found:
            raise ValueError(f"patienten har ingen diagnose, som planen for {plan.kind} er for")
        return max(found, key=lambda each: str(each["dato"]))

    def _content(self, plan: Plan) -> tuple[str, ...]:
        """What the plan says now, of the parts that go into a referral."""
        faults = self._means.faults
        if NO_CONTENT in faults:
            return ()
        fact = self._means.fact("kommunal-henvisning-flp", "forløbsplanens-indhold-i-henvisningen")
        more = [each for each in self._plans.plans.values() if self._taken_along(each, plan)]
        taken = [(part, text) for each in (plan, *more) for part, text in each.parts if part in map(Part, fact["dele"])]
        told = tuple(fact["mønster"].format(tekst=text) for part, text in taken)
        return self._told.setdefault(plan.key, told) if FIRST_CONTENT in faults else told

    def _taken_along(self, other: Plan, plan: Plan) -> bool:
        """Whether the other plan's content goes into a referral from this one, as it must not."""
        fault = OWN_CONTENT if other.cpr == plan.cpr else OTHERS_CONTENT
        return other is not plan and fault in self._means.faults

    def _spoilt(self, text: str) -> str:
        if LETTERS_LOST in self._means.faults:
            text = text.encode("ascii", "replace").decode()
        if FIRST_LINE in self._means.faults:
            text = text.splitlines()[0]
        if ESCAPES_TWICE in self._means.faults:
            text = escape(text)
        return text[:_CUT_AT] if CUTS_TEXT in self._means.faults else text

    def _show(self, wish: Row) -> Row:
        faults, plan = self._means.faults, self._plans.plans[wish["forloebsplan"]]
        made = [each for each in self._made if self._belongs(each.plan, plan)]
        if NOT_IN_PLAN in faults:
            made = []
        rows = [each.row if STATUS_STANDS in faults else self._now(each) for each in made]
        if CLAIMS_RECEIVED in faults:
            rows = [{**row, "status": ReferralStatus.RECEIVED} for row in rows]
        rows = [{**row, "status": self._mixed(row["status"], rows)} for row in rows][-1 if NEWEST_ONLY in faults else 0 :]
        return {"henvisninger": rows * 2 if TWICE_IN_PLAN in faults else rows}

    def _mixed(self, status: str, rows: list[Row]) -> str:
        """The status as it is shown beside those of the plan's other referrals."""
        if ANY_RECEIVED in self._means.faults and any(row["status"] == ReferralStatus.RECEIVED for row in rows):
            return ReferralStatus.RECEIVED
        newest: str = rows[-1]["status"]
        return newest if NEWEST_STATUS in self._means.faults else status

    def _belongs(self, made_from: Plan, plan: Plan) -> bool:
        fault = IN_EVERY_PLAN if made_from.cpr == plan.cpr else SHOWN_TO_ALL
        return made_from is plan or fault in self._means.faults

    def _now(self, made: _Made) -> Row:
        rows: list[Row] = self._referrals.views["henvisninger"]({"cpr": made.plan.cpr})["henvisninger"]
        return next((row for row in rows if row["henvisning"] == made.row["henvisning"]), made.row)
