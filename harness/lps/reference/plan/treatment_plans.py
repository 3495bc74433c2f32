"""What the clinic writes in a treatment plan: agreements, results, advice; several users at once; and its print."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from harness.domain.assessment import Element
from harness.domain.careplan import CarePlan
from harness.domain.treatment_plan import Advice, PlanPart
from harness.lps.reference.capability import Capability, Means
from harness.lps.reference.clinic import PlanFile

LOSES_RESULT: Final = "plan-resultat-deles-ikke"
CUTS_OFF: Final = "plan-lang-tekst-afkortet"
KEEPS_LATEST_ONLY: Final = "plan-ny-aftale-sletter-den-forrige"
SWALLOWS_CORRECTION: Final = "plan-rettelse-slår-ikke-igennem"
DOUBLES_CORRECTED: Final = "plan-rettet-tekst-står-også-i-gammel-form"
NEVER_REMOVES: Final = "plan-fjernet-aftale-bliver-stående"
LAST_WINS: Final = "plan-den-sidste-overskriver-den-første"
DOUBLES_MERGED: Final = "plan-samtidige-ændringer-fordobler"
PRINTS_FIRST: Final = "plan-udskrift-af-første-udgave"
PRINTS_NO_RESULTS: Final = "plan-udskrift-uden-resultater"
LOSES_ADVICE: Final = "plan-udfald-af-sparring-tabt"
FORGETS_ASKED: Final = "plan-ubesvaret-sparring-forsvinder"
SHARES_LAST_CHANGE: Final = "plan-kun-sidste-ændring-kommer-med"
REMOVES_RESULTS: Final = "plan-fjernet-aftale-tager-resultater-med"
ALWAYS_UNANSWERED: Final = "plan-sparring-altid-ubesvaret"
PRINTS_NEWEST: Final = "udskrift-af-den-nyeste-plan"
FORGETS_ELEMENT: Final = "plan-uden-psykosociale-forhold"
AGREED_AS_RESULT: Final = "plan-aftale-står-som-resultat"
RESULT_AS_AGREED: Final = "plan-resultat-står-som-aftale"
FAULTS: Final = (
    AGREED_AS_RESULT,
    RESULT_AS_AGREED,
    SHARES_LAST_CHANGE,
    FORGETS_ELEMENT,
    REMOVES_RESULTS,
    ALWAYS_UNANSWERED,
    PRINTS_NEWEST,
    LOSES_RESULT,
    CUTS_OFF,
    KEEPS_LATEST_ONLY,
    SWALLOWS_CORRECTION,
    DOUBLES_CORRECTED,
    NEVER_REMOVES,
    LAST_WINS,
    DOUBLES_MERGED,
    PRINTS_FIRST,
    PRINTS_NO_RESULTS,
    LOSES_ADVICE,
    FORGETS_ASKED,
)

_SHORT: Final = 60
"""How many letters of a text are kept by a system that cuts off."""


@dataclass(slots=True)
class _Question:
    plan: str
    kind: Advice
    text: str
    outcome: str = ""


class TreatmentPlans(Capability):
    """Results stand in the plan by themselves; all else the clinic writes stands among its interventions."""

    def __init__(self, means: Means) -> None:
        self._clinic = means.clinic
        self._faults = means.faults
        self._agreements: dict[str, list[str]] = {}
        self._unshared: dict[str, list[str]] = {}
        self._opened: dict[tuple[str, str], CarePlan] = {}
        self._questions: list[_Question] = []
        self.acts = {
            "skriv-i-planen": self._write,
            "ret-i-planen": self._correct,
            "fjern-fra-planen": self._remove,
            "aabn-planen": self._open,
            "gem-aftale": self._save,
            "hent-behovsvurdering-ind-i-planen": self._take_assessment_in,
            "bed-om-sparring": self._ask,
            "skriv-udfald-af-sparring": self._answer,
        }
        self.views = {"udskrift-af-planen": self._print, "sparring": self._questions_of}

    def _write(self, wish: dict[str, Any]) -> dict[str, Any]:
        key, text = str(wish["plan"]), str(wish["tekst"])
        file = self._clinic.plans[key]
        plan = file.newest.plan
        if SHARES_LAST_CHANGE in self._faults and len(file.editions) > 1:
            plan = file.editions[-2].plan
            self._clinic.revise(key, results=plan.results, interventions=plan.interventions)
        mistaken = {PlanPart.AGREEMENT: AGREED_AS_RESULT, PlanPart.RESULT: RESULT_AS_AGREED}
        part = PlanPart(wish["del"])
        if (part is PlanPart.RESULT) != (mistaken[part] in self._faults):
            if LOSES_RESULT in self._faults:
                self._unshared.setdefault(key, []).append(text)
                self._clinic.revise(key)
            else:
                self._clinic.revise(key, results=(*plan.results, text))
            return {}
        earlier = self._agreements.setdefault(key, [])
        kept = plan.interventions
        if KEEPS_LATEST_ONLY in self._faults:
            kept = tuple(each for each in kept if each not in earlier)
        earlier.append(text)
        self._clinic.revise(key, interventions=(*kept, text[:_SHORT] if CUTS_OFF in self._faults else text))
        return {}

    def _correct(self, wish: dict[str, Any]) -> dict[str, Any]:
        key, old, new = str(wish["plan"]), str(wish["tekst"]), str(wish["nyTekst"])
        file = self._clinic.plans[key]
        after: tuple[str, ...] = (new,)
        if SWALLOWS_CORRECTION in self._faults:
            after = (old,)
        elif DOUBLES_CORRECTED in self._faults:
            after = (old, new)
        self._clinic.revise(
            key,
            interventions=_replaced(file.newest.plan.interventions, old, after),
            results=_replaced(file.newest.plan.results, old, after),
        )
        return {}

    def _remove(self, wish: dict[str, Any]) -> dict[str, Any]:
        key, text = str(wish["plan"]), str(wish["tekst"])
        plan = self._clinic.plans[key].newest.plan
        left: tuple[str, ...] = (text,) if NEVER_REMOVES in self._faults else ()
        results = () if REMOVES_RESULTS in self._faults else _replaced(plan.results, text, left)
        self._clinic.revise(key, interventions=_replaced(plan.interventions, text, left), results=results)
        return {}

    def _open(self, wish: dict[str, Any]) -> dict[str, Any]:
        key = str(wish["plan"])
        self._opened[key, str(wish["bruger"])] = self._clinic.plans[key].newest.plan
        return {}

    def _save(self, wish: dict[str, Any]) -> dict[str, Any]:
        """What a user adds goes into the newest edition, also when another has saved since this one opened the plan."""
        key, text = str(wish["plan"]), str(wish["tekst"])
        opened = self._opened.pop((key, str(wish["bruger"])))
        newest = self._clinic.plans[key].newest.plan
        if LAST_WINS in self._faults:
            newest = opened
        elif DOUBLES_MERGED in self._faults and newest.interventions != opened.interventions:
            others = (each for each in newest.interventions if each not in opened.interventions)
            self._clinic.revise(key, interventions=(*newest.interventions, *others, text))
            return {"gemt": True}
        self._clinic.revise(key, interventions=(*newest.interventions, text))
        return {"gemt": True}

    def _take_assessment_in(self, wish: dict[str, Any]) -> dict[str, Any]:
        plan = self._clinic.plans[wish["plan"]].newest.plan
        written = self._clinic.assessments.get(str(plan.patient.cpr), {})
        left_out = {Element.PSYCHOSOCIAL} if FORGETS_ELEMENT in self._faults else set()
        texts = [text for element, text in written.items() if element not in left_out]
        self._clinic.revise(wish["plan"], interventions=(*plan.interventions, *texts))
        return {}

    def _ask(self, wish: dict[str, Any]) -> dict[str, Any]:
        key = self._clinic.plans[wish["plan"]].key
        if FORGETS_ASKED not in self._faults:
            self._questions.append(_Question(key, Advice(wish["slags"]), str(wish["tekst"])))
        return {}

    def _answer(self, wish: dict[str, Any]) -> dict[str, Any]:
        kind, text = Advice(wish["slags"]), str(wish["tekst"])
        for each in self._questions:
            if each.plan == wish["plan"] and each.kind is kind:
                each.outcome = text
        if LOSES_ADVICE not in self._faults:
            plan = self._clinic.plans[wish["plan"]].newest.plan
            self._clinic.revise(wish["plan"], interventions=(*plan.interventions, text))
        return {}

    def _questions_of(self, wish: dict[str, Any]) -> dict[str, Any]:
        asked = [each for each in self._questions if each.plan == wish["plan"]]
        return {"sparring": [{"slags": str(each.kind), "tekst": each.text, "besvaret": self._answered(each)} for each in asked]}

    def _answered(self, question: _Question) -> bool:
        return bool(question.outcome) and ALWAYS_UNANSWERED not in self._faults

    def _print(self, wish: dict[str, Any]) -> dict[str, Any]:
        file: PlanFile = self._clinic.plans[wish["plan"]]
        if PRINTS_NEWEST in self._faults:
            file = list(self._clinic.plans.values())[-1]
        plan = (file.editions[0] if PRINTS_FIRST in self._faults else file.newest).plan
        results = () if PRINTS_NO_RESULTS in self._faults else plan.results
        return {
            "linjer": [
                plan.title,
                plan.patient.name,
                *plan.goals,
                *plan.interventions,
                *results,
                *self._unshared.get(file.key, []),
            ]
        }


def _replaced(texts: tuple[str, ...], old: str, new: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(each for text in texts for each in (new if text == old else (text,)))
