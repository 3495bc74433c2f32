"""The plans of Digitale Forløbsplaner in the record: enrolment, the plans with what is agreed, and their page."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Final

import httpx

from harness.domain.careplan import Disease
from harness.domain.forloebsplan import Part, PlanStatus
from harness.domain.organisations import CLINIC, OTHER_CLINIC
from harness.lps.reference.capability import Capability, Means
from harness.lps.reference.forloebsplan import forloebsplan_data
from harness.lps.reference.forloebsplan.forloebsplan_data import OwnData

ENROLS_ALL: Final = "flp-tilmelder-alle-typer"
NO_BACK_PAIN: Final = "flp-kan-ikke-tilmelde-lænderygsmerter"
WITHDRAWS_ALL: Final = "flp-framelder-alle-typer"
SHOWS_ALL_ENROLLED: Final = "flp-tilmelding-vises-for-alle-typer"
SHOWS_NONE_ENROLLED: Final = "flp-framelding-vises-for-alle-typer"
CLAIMS_ENROLLED: Final = "flp-siger-tilmeldt-uden-at-være-det"
ANY_ENROLMENT: Final = "flp-én-tilmelding-gælder-alle-typer"
NEVER_ASKS_ENROLMENT: Final = "flp-plan-uden-tilmelding"
CLEARS_PLANS: Final = "flp-framelding-sletter-alle-planer"
KEEPS_PLANS: Final = "flp-framelding-beholder-planer"
MIXES_PATIENTS: Final = "flp-plan-til-forkert-patient"
INHERITS_TEXTS: Final = "flp-ny-plan-arver-forrige-patients-tekster"
LAST_TEXT_ONLY: Final = "flp-ny-tekst-sletter-de-andre"
TEXTS_TWICE: Final = "flp-tekster-står-to-gange"
OTHERS_CLINIC: Final = "flp-i-en-anden-kliniks-navn"
STAFF_LOST: Final = "flp-klinikpersonale-tabt"
MERGES_OFFERS: Final = "flp-lokale-tilbud-som-kommunale"
CUTS_TEXT: Final = "flp-tekst-afkortes"
LETTERS_LOST: Final = "flp-danske-bogstaver-tabt"
NEVER_ACTIVE: Final = "flp-plan-aktiveres-ikke"
ACTIVE_WHEN_OPENED: Final = "flp-plan-aktiveres-først-når-siden-åbnes"
PRINTS_TEXTS_ONLY: Final = "flp-udskrift-uden-målinger"
PRINTS_NEWEST: Final = "flp-udskrift-af-den-nyeste-plan"
OLD_ADVICE: Final = "flp-gammel-anbefaling"
OLD_FORM: Final = "flp-gammel-formular"
NEW_FORM_CLEARS: Final = "flp-ny-formular-sletter-tekster"
ALWAYS_NEW: Final = "flp-altid-ny"
EDITION_IS_NEW: Final = "flp-ny-udgave-tæller-som-ny"
NEVER_NEW: Final = "flp-altid-vedligeholdt"
ANY_TYPE: Final = "flp-enhver-plan-tæller"
OWN_PLANS_ONLY: Final = "flp-kun-egne-planer-tæller"
SINCE_ENROLMENT: Final = "flp-kun-planer-siden-tilmelding"
KEY_AGAIN: Final = "flp-nøgle-bruges-igen"
LAST_PATIENTS_PAGE: Final = "flp-side-for-forrige-patient"
FIRST_TYPES_PAGE: Final = "flp-side-for-forkert-plan"
SECOND_LOGIN: Final = "flp-kræver-nyt-login"
FIRST_LOGIN: Final = "flp-kræver-login-første-gang"
CLAIMS_SENT: Final = "flp-siger-sendt-uden-at-være-det"
REFUSAL_IS_SENT: Final = "flp-afvisning-tæller-som-sendt"
FAILURE_CLEARS: Final = "flp-tekster-tabt-når-flp-er-nede"
NEVER_RESENDS: Final = "flp-sendes-ikke-igen"
RESENDS_AS_NEW: Final = "flp-sendes-igen-som-ny-plan"
NEVER_TELLS: Final = "blind-frameldt-plan-bliver-hos-patienten"
KOL_FORM: Final = "blind-laenderyg-paa-kol-formular"
LOCAL_LOST: Final = "blind-kol-plan-uden-lokale-tilbud"
FIRST_PLANS_PAGE: Final = "blind-siden-viser-patientens-anden-plan"
ACTIVATES_AGAIN: Final = "blind-aktiverer-to-gange"
FAULTS: Final = (
    *forloebsplan_data.FAULTS,
    OTHERS_CLINIC,
    ENROLS_ALL,
    NO_BACK_PAIN,
    WITHDRAWS_ALL,
    SHOWS_ALL_ENROLLED,
    SHOWS_NONE_ENROLLED,
    CLAIMS_ENROLLED,
    NEVER_ASKS_ENROLMENT,
    ANY_ENROLMENT,
    KEEPS_PLANS,
    CLEARS_PLANS,
    MIXES_PATIENTS,
    INHERITS_TEXTS,
    LAST_TEXT_ONLY,
    TEXTS_TWICE,
    STAFF_LOST,
    MERGES_OFFERS,
    CUTS_TEXT,
    LETTERS_LOST,
    NEVER_ACTIVE,
    ACTIVE_WHEN_OPENED,
    PRINTS_TEXTS_ONLY,
    PRINTS_NEWEST,
    OLD_ADVICE,
    OLD_FORM,
    NEW_FORM_CLEARS,
    ALWAYS_NEW,
    EDITION_IS_NEW,
    NEVER_NEW,
    ANY_TYPE,
    OWN_PLANS_ONLY,
    SINCE_ENROLMENT,
    KEY_AGAIN,
    LAST_PATIENTS_PAGE,
    FIRST_TYPES_PAGE,
    SECOND_LOGIN,
    FIRST_LOGIN,
    CLAIMS_SENT,
    REFUSAL_IS_SENT,
    FAILURE_CLEARS,
    NEVER_RESENDS,
    RESENDS_AS_NEW,
    NEVER_TELLS,
    KOL_FORM,
    LOCAL_LOST,
    FIRST_PLANS_PAGE,
    ACTIVATES_AGAIN,
)


@dataclass(slots=True)
class Plan:
    """One plan: its key here, whose and what for, its number at FLP, what is agreed, and whether FLP has the newest edition."""

    key: str
    cpr: str
    kind: str
    number: str
    parts: list[tuple[Part, str]] = field(default_factory=list)
    form: int = 0
    sent: bool = False
    was_sent: bool = False


class Forloebsplaner(Capability):
    """Every plan by its key, the types the clinic is enrolled in, the forms fetched last, and the page opened last."""

    def __init__(self, means: Means) -> None:
        self._means = means
        self.plans: dict[str, Plan] = {}
        self._enrolled: dict[str, bool] = {}
        self._enrolled_again: set[str] = set()
        self._forms: dict[str, dict[str, Any]] = {}
        self._data = OwnData(means)
        self._opened: list[Plan] = []
        self._keys: dict[str, str] = {}
        self.acts = {
            "tilmeld-forloebsplaner": self._enrol,
            "registrer-maaling": self._data.measure,
            "begynd-forloebsplan": self._begin,
            "skriv-i-forloebsplan": self._write,
            "gem-forloebsplan": lambda wish: self._save(self.plans[wish["forloebsplan"]]),
            "gensend-forloebsplan": lambda wish: self._send_again(self.plans[wish["forloebsplan"]]),
            "aabn-forloebsplan": lambda wish: self._open(self.plans[wish["forloebsplan"]]),
        }
        self.views = {
            "forloebsplaner": self._show,
            "tilmeldte-forloebsplaner": lambda _: {"sygdomme": [kind for kind, enrolled in self._enrolled.items() if enrolled]},
            "udskrift-af-forloebsplan": lambda wish: {"linjer": self._printed(self.plans[wish["forloebsplan"]])},
        }

    def _has(self, *faults: str) -> bool:
        return not self._means.faults.isdisjoint(faults)

    def _call(self, method: str, path: str, wish: dict[str, Any] | None = None) -> httpx.Response | None:
        """FLP's answer; None when there is none."""
        try:
            return self._means.client.request(method, f"{self._means.services}/flp/{path}", json=wish)
        except httpx.TransportError:
            return None

    # The clinic

    @property
    def _clinic(self) -> str:
        return OTHER_CLINIC.sor if self._has(OTHERS_CLINIC) else CLINIC.sor

    def _enrol(self, wish: dict[str, Any]) -> dict[str, Any]:
        kind, enrolled = Disease[wish["sygdom"]].name, bool(wish["tilmeldt"])
        everything = self._has(ENROLS_ALL if enrolled else WITHDRAWS_ALL)
        taken = True
        for each in Disease.__members__ if everything else [kind]:
            if not ((each == "LRS" and self._has(NO_BACK_PAIN)) or (not enrolled and self._has(NEVER_TELLS))):
                told = {"klinik": self._clinic, "plantype": each, "tilmeldt": enrolled}
                taken = bool((answer := self._call("POST", "tilmeldinger", told)) and answer.is_success)
        if taken or self._has(CLAIMS_ENROLLED):
            everything = self._has(SHOWS_ALL_ENROLLED if enrolled else SHOWS_NONE_ENROLLED)
            self._enrolled |= dict.fromkeys(Disease.__members__ if everything else [kind], enrolled)
            if not enrolled:
                self._enrolled_again.add(kind)
                if not self._has(KEEPS_PLANS) and self._means.fact("forloebsplan", "framelding-sletter-planer") == "ja":
                    self.plans = {key: plan for key, plan in self.plans.items() if plan.kind != kind}
                if self._has(CLEARS_PLANS):
                    self.plans.clear()
        return {"registreret": taken}

    # Plans

    def _asked(self, plan: Plan) -> list[str]:
        codes: list[str] = self._forms[plan.kind]["data"] if plan.kind in self._forms else []
        return codes

    def _begin(self, wish: dict[str, Any]) -> dict[str, Any]:
        cpr, kind = str(self._means.clinic.patients[wish["cpr"]].cpr), Disease[wish["sygdom"]].name
        enrolled = any(self._enrolled.values()) if self._has(ANY_ENROLMENT) else self._enrolled.get(kind)
        if not enrolled and not self._has(NEVER_ASKS_ENROLMENT):
            return {"oprettet": False}
        if kind == "LRS" and self._has(KOL_FORM):
            kind = "KOL"
        number = self._means.new_id()
        plan = Plan(number, cpr, kind, number)
        self._fetch_forms(plan)
        if self._has(INHERITS_TEXTS):
            plan.parts += next((each.parts for each in reversed(self.plans.values()) if each.cpr != cpr), [])
        self.plans[plan.key] = plan
        return {"oprettet": True, "forloebsplan": plan.key}

    def _fetch_forms(self, plan: Plan) -> None:
        """The forms in force. An FLP that does not answer leaves them as they were; a plan goes on in the newest it has seen."""
        if not (self._has(OLD_FORM) and plan.form):
            answer = self._call("GET", "formularer")
            if answer and answer.is_success:
                before = self._forms
                self._forms = {each["plantype"]: each for each in answer.json()["formularer"]}
                if self._has(OLD_ADVICE):
                    for kind in self._forms.keys() & before.keys():
                        self._forms[kind]["anbefaling"] = before[kind]["anbefaling"]
        newest = self._forms[plan.kind]["udgave"] if plan.kind in self._forms else 1
        if plan.form and newest != plan.form and self._has(NEW_FORM_CLEARS):
            plan.parts.clear()
        plan.form = newest

    def _write(self, wish: dict[str, Any]) -> dict[str, Any]:
        plan, part, text = self.plans[wish["forloebsplan"]], Part(wish["del"]), wish["tekst"]
        if self._has(CUTS_TEXT):
            text = text[:60]
        if part is Part.LOCAL and self._has(MERGES_OFFERS):
            part = Part.MUNICIPALITY
        if self._has(LETTERS_LOST):
            text = text.encode("ascii", "replace").decode()
        if self._has(LAST_TEXT_ONLY):
            plan.parts.clear()
        lost = (part is Part.STAFF and self._has(STAFF_LOST)) or (part is Part.LOCAL and self._has(LOCAL_LOST))
        if not lost:
            plan.parts.append((part, text))
        plan.sent = False
        return {}

    def _save(self, plan: Plan) -> dict[str, Any]:
        if self._has(TEXTS_TWICE):
            plan.parts *= 2
        self._fetch_forms(plan)
        self._send(plan)
        return self._row(plan)

    def _send_again(self, plan: Plan) -> dict[str, Any]:
        if not plan.sent and not self._has(NEVER_RESENDS):
            if self._has(RESENDS_AS_NEW):
                plan.number = self._means.new_id()
            self._save(plan)
        return self._row(plan)

    def _send(self, plan: Plan) -> None:
        first = next(iter(self.plans.values()))
        wish = {
            "plan": plan.number,
            "klinik": self._clinic,
            "cpr": first.cpr if self._has(MIXES_PATIENTS) else plan.cpr,
            "plantype": plan.kind,
            "formular": plan.form,
            "ny": self._is_new(plan),
            "aktiv": not self._has(NEVER_ACTIVE) and (plan in self._opened or not self._has(ACTIVE_WHEN_OPENED)),
            "data": self._data.found(plan.cpr, self._asked(plan)),
            "dele": [{"del": str(part), "tekst": text} for part, text in plan.parts],
        }
        answer = self._call("POST", "planer", wish)
        refused = answer is not None and answer.status_code == httpx.codes.FORBIDDEN
        plan.sent = (answer is not None and answer.is_success) or (refused and self._has(REFUSAL_IS_SENT))
        plan.was_sent |= plan.sent
        if not plan.sent and self._has(FAILURE_CLEARS):
            plan.parts.clear()

    def _is_new(self, plan: Plan) -> bool:
        """Whether the patient has had no plan of this type before, in any clinic."""
        if self._has(ALWAYS_NEW, NEVER_NEW):
            return self._has(ALWAYS_NEW)
        if plan.was_sent and not self._has(EDITION_IS_NEW):
            return False
        answer = self._call("POST", "patient", {"cpr": plan.cpr})
        had = [each for each in answer.json()["planer"] if each["plan"] != plan.number] if answer and answer.is_success else []
        had = [each for each in had if each["plantype"] == plan.kind or self._has(ANY_TYPE)]
        had = [each for each in had if each["klinik"] == CLINIC.sor or not self._has(OWN_PLANS_ONLY)]
        return not had or (plan.kind in self._enrolled_again and self._has(SINCE_ENROLMENT))

    def activate_again(self, cpr: str, kind: str) -> None:
        """Make the patient's plan once more, as a plan of its own."""
        for plan in [each for each in self.plans.values() if (each.cpr, each.kind) == (cpr, kind) and each.was_sent]:
            self._send(replace(plan, number=self._means.new_id()))

    # The page

    def _open(self, plan: Plan) -> dict[str, Any]:
        self._opened.append(plan)
        whose = self._opened[-2] if self._has(LAST_PATIENTS_PAGE) and len(self._opened) > 1 else plan
        kind = self._opened[0].kind if self._has(FIRST_TYPES_PAGE) else plan.kind
        if self._has(FIRST_PLANS_PAGE):
            kind = next(each.kind for each in self.plans.values() if each.cpr == plan.cpr)
        if not (plan.key in self._keys and self._has(KEY_AGAIN)):
            answer = self._call("POST", "sessioner", {"klinik": self._clinic, "cpr": whose.cpr, "plantype": kind})
            self._keys[plan.key] = answer.json()["noegle"] if answer and answer.is_success else ""
        page = self._call("GET", f"side?noegle={self._keys[plan.key]}")
        asked = self._has(SECOND_LOGIN) or (len(self._opened) == 1 and self._has(FIRST_LOGIN))
        return {"aabnet": bool(page and page.is_success), "nytLogin": asked}

    # What the user sees

    def _show(self, wish: dict[str, Any]) -> dict[str, Any]:
        plans = [plan for plan in self.plans.values() if plan.cpr == wish["cpr"]]
        for plan in plans:
            self._fetch_forms(plan)
        return {"planer": [self._row(plan) for plan in plans]}

    def _row(self, plan: Plan) -> dict[str, Any]:
        return {
            "forloebsplan": plan.key,
            "sygdom": plan.kind,
            "status": PlanStatus.SENT if plan.sent or self._has(CLAIMS_SENT) else PlanStatus.NOT_SENT,
            "mangler": self._data.shown_as_missing(plan.cpr, self._asked(plan)),
            "anbefaling": self._forms[plan.kind]["anbefaling"] if plan.kind in self._forms else "",
            "dele": [{"del": str(part), "tekst": text} for part, text in plan.parts],
        }

    def _printed(self, plan: Plan) -> list[str]:
        if self._has(PRINTS_NEWEST):
            plan = list(self.plans.values())[-1]
        data = [] if self._has(PRINTS_TEXTS_ONLY) else self._data.found(plan.cpr, self._asked(plan))
        measured = [f"{row['kode']}: {row['vaerdi'].replace('.', ',')} {row['enhed']} ({row['maalt']})" for row in data]
        return [*measured, *(f"{part}: {text}" for part, text in plan.parts)]
