"""The behovsvurderinger in the record: what the doctor writes, where consent stands, and the level with its grounds."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

from harness.domain.assessment import LEVELS, Consent, Element, Ground
from harness.domain.clock import copenhagen
from harness.lps.reference.capability import Capability, Means

LOSES_ELEMENT: Final = "behovsvurdering-element-tabt"
LOSES_RESULT: Final = "behovsvurdering-resultat-tabt"
MIXES_PATIENTS: Final = "behovsvurdering-hos-forkert-patient"
FORGETS_REFUSAL: Final = "nægtet-samtykke-står-som-givet"
SHARES_WITHOUT_CONSENT: Final = "deler-uden-samtykke"
SHARES_AFTER_WITHDRAWAL: Final = "deler-efter-tilbagetrukket-samtykke"
REMEMBERS_REFUSAL: Final = "et-nej-kan-ikke-ændres"
YES_FOR_ALL: Final = "et-ja-gælder-alle-patienter"
NO_FOR_ALL: Final = "et-nej-gælder-alle-patienter"
LATEST_ELEMENT_ONLY: Final = "nyt-element-sletter-det-forrige"
NEW_FORGETS_CONSENT: Final = "ny-behovsvurdering-glemmer-samtykket"
NEW_FORGETS_LEVEL: Final = "ny-behovsvurdering-glemmer-niveauet"
LEVEL_IN_ALL_PLANS: Final = "niveau-sættes-i-alle-planer"
TAKES_ANY_LEVEL: Final = "niveau-uden-for-1-til-3"
LOSES_GROUND: Final = "niveauets-grund-tabt"
OLD_LEVEL_IN_PLAN: Final = "gammelt-niveau-bliver-i-planen"
LIMITS_INTERVENTIONS: Final = "niveau-1-fjerner-indsatser"
FORGETS_LEVELS: Final = "tidligere-niveauer-glemmes"
OVERWRITES: Final = "ny-behovsvurdering-overskriver-den-gamle"
INVOLVES_ANYBODY: Final = "pårørende-uden-samtykke"
INVOLVES_NOBODY: Final = "pårørende-kan-ikke-inddrages"
SILENT_DEVIATION: Final = "fravigelse-uden-begrundelse"
LOSES_REASON: Final = "begrundelse-for-niveau-tabt"
ASKS_THE_OLD_ONLY: Final = "blind-fremtidsoensker-mangler"
CUTS_CONCLUSION: Final = "blind-konklusionen-bliver-kappet"
KEEPS_FIRST_LEVEL: Final = "blind-nyt-niveau-kommer-ikke-i-planen"
SAVING_LOSES_REASON: Final = "blind-begrundelsen-forsvinder-ved-ny-gem"
FAULTS: Final = (
    LOSES_ELEMENT,
    LOSES_RESULT,
    MIXES_PATIENTS,
    FORGETS_REFUSAL,
    SHARES_WITHOUT_CONSENT,
    SHARES_AFTER_WITHDRAWAL,
    REMEMBERS_REFUSAL,
    YES_FOR_ALL,
    NO_FOR_ALL,
    LATEST_ELEMENT_ONLY,
    NEW_FORGETS_CONSENT,
    NEW_FORGETS_LEVEL,
    LEVEL_IN_ALL_PLANS,
    TAKES_ANY_LEVEL,
    LOSES_GROUND,
    OLD_LEVEL_IN_PLAN,
    LIMITS_INTERVENTIONS,
    FORGETS_LEVELS,
    OVERWRITES,
    INVOLVES_ANYBODY,
    INVOLVES_NOBODY,
    SILENT_DEVIATION,
    LOSES_REASON,
    ASKS_THE_OLD_ONLY,
    CUTS_CONCLUSION,
    KEEPS_FIRST_LEVEL,
    SAVING_LOSES_REASON,
)

_OLD: Final = 65
"""Years from which the faulty system has room for wishes for the future."""
_CUT_AT: Final = 70
"""Characters of a conclusion that the faulty system keeps."""


@dataclass(frozen=True, slots=True)
class Placement:
    """The patient is placed on a level: when, why, and why not on the one that was proposed (empty where none was)."""

    level: int
    on: date
    grounds: dict[Ground, str]
    deviation: str = ""


@dataclass(slots=True)
class Assessed:
    """What the record knows of one patient's need: each behovsvurdering's texts, oldest first."""

    texts: list[dict[Element, str]] = field(default_factory=lambda: [{}])
    consent: Consent | None = None
    placements: list[Placement] = field(default_factory=list)
    relatives: list[str] = field(default_factory=list)


class Assessments(Capability):
    """The behovsvurderinger of a clinic's patients."""

    def __init__(self, means: Means) -> None:
        self._means = means
        self._patients: dict[str, Assessed] = {}
        self.acts = {
            "skriv-behovsvurdering": self._write,
            "begynd-behovsvurdering": self._begin,
            "registrer-samtykke": self._consent,
            "placer-paa-niveau": self._place,
            "inddrag-paaroerende": self._involve,
        }
        self.views = {"behovsvurdering": self._show}

    def _of(self, cpr: str) -> Assessed:
        patient = self._means.clinic.patients[cpr]
        if MIXES_PATIENTS in self._means.faults:
            patient = next(iter(self._means.clinic.patients.values()))
        return self._patients.setdefault(str(patient.cpr), Assessed())

    def _has(self, *faults: str) -> bool:
        return not self._means.faults.isdisjoint(faults)

    def _write(self, wish: dict[str, Any]) -> dict[str, Any]:
        element, texts = Element(wish["element"]), self._of(wish["cpr"]).texts[-1]
        lost = [each for fault, each in ((LOSES_ELEMENT, Element.FUTURE), (LOSES_RESULT, Element.CONFERENCE)) if self._has(fault)]
        if self._has(ASKS_THE_OLD_ONLY) and self._age(wish["cpr"]) < _OLD:
            lost.append(Element.FUTURE)
        if element not in lost:
            if self._has(LATEST_ELEMENT_ONLY):
                texts.clear()
            cut = self._has(CUTS_CONCLUSION) and element is Element.CONCLUSION
            texts[element] = wish["tekst"][: _CUT_AT if cut else None]
        if self._has(SAVING_LOSES_REASON):
            placements = self._of(wish["cpr"]).placements
            placements[-1:] = [replace(each, deviation="") for each in placements[-1:]]
        self._means.clinic.assessments[wish["cpr"]] = texts
        return {}

    def _age(self, cpr: str) -> int:
        born, today = self._means.clinic.patients[cpr].born, copenhagen(self._means.clock.now()).date()
        return today.year - born.year - ((today.month, today.day) < (born.month, born.day))

    def _begin(self, wish: dict[str, Any]) -> dict[str, Any]:
        texts = self._of(wish["cpr"]).texts
        if self._has(OVERWRITES):
            texts.clear()
        texts.append({})
        if self._has(NEW_FORGETS_CONSENT):
            self._of(wish["cpr"]).consent = None
        if self._has(NEW_FORGETS_LEVEL):
            self._of(wish["cpr"]).placements.clear()
        return {}

    def _consent(self, wish: dict[str, Any]) -> dict[str, Any]:
        assessed, consent = self._of(wish["cpr"]), Consent(wish["samtykke"])
        assessed.consent = Consent.GIVEN if self._has(FORGETS_REFUSAL) else consent
        undisclosed = self._means.clinic.undisclosed
        withdrawn = consent is Consent.WITHDRAWN and self._has(SHARES_AFTER_WITHDRAWAL)
        if consent is Consent.GIVEN and self._has(REMEMBERS_REFUSAL):
            return {}
        if consent is Consent.GIVEN or withdrawn or self._has(SHARES_WITHOUT_CONSENT):
            undisclosed.discard(wish["cpr"])
        else:
            undisclosed.add(wish["cpr"])
        if consent is Consent.GIVEN and self._has(YES_FOR_ALL):
            undisclosed.clear()
        elif consent is not Consent.GIVEN and self._has(NO_FOR_ALL):
            undisclosed.update(self._means.clinic.patients)
        return {}

    def _place(self, wish: dict[str, Any]) -> dict[str, Any]:
        assessed, level = self._of(wish["cpr"]), int(wish["niveau"])
        deviates = wish.get("foreslaaet") not in (None, level)
        if (level not in LEVELS and not self._has(TAKES_ANY_LEVEL)) or (
            deviates and not wish.get("begrundelse") and not self._has(SILENT_DEVIATION)
        ):
            return {"registreret": False}
        grounds = {Ground(each["grund"]): each["tekst"] for each in wish["grunde"]}
        if self._has(LOSES_GROUND):
            grounds.pop(Ground.VULNERABILITY, None)
        if self._has(FORGETS_LEVELS):
            assessed.placements.clear()
        today = copenhagen(self._means.clock.now()).date()
        reason = "" if self._has(LOSES_REASON) else wish.get("begrundelse", "")
        assessed.placements.append(Placement(level, today, grounds, reason))
        self._put_in_plans(wish["cpr"], level)
        return {"registreret": True}

    def _put_in_plans(self, cpr: str, level: int) -> None:
        if self._has(OLD_LEVEL_IN_PLAN):
            return
        clinic, levels = self._means.clinic, self._means.level_texts()
        clinic.levels[cpr] = text = self._means.profiles["deling"].pattern("niveau-kodning").format(niveau=level)
        for file in list(clinic.plans.values()) if self._has(LEVEL_IN_ALL_PLANS) else clinic.plans_of(cpr):
            others = [each for each in file.newest.plan.interventions if each not in levels]
            if self._has(KEEPS_FIRST_LEVEL) and len(others) < len(file.newest.plan.interventions):
                continue
            if self._has(LIMITS_INTERVENTIONS) and level == 1:
                del others[1:]
            clinic.revise(file.key, interventions=(*others, text))

    def _involve(self, wish: dict[str, Any]) -> dict[str, Any]:
        allowed = (bool(wish["samtykke"]) or self._has(INVOLVES_ANYBODY)) and not self._has(INVOLVES_NOBODY)
        if allowed:
            self._of(wish["cpr"]).relatives.append(wish["navn"])
        return {"registreret": allowed}

    def _show(self, wish: dict[str, Any]) -> dict[str, Any]:
        assessed = self._of(wish["cpr"])
        shown: dict[str, Any] = {
            "vurderinger": [
                {"elementer": [{"element": str(element), "tekst": text} for element, text in texts.items()]}
                for texts in assessed.texts
            ],
            "niveauer": [
                {
                    "niveau": each.level,
                    "dato": each.on.isoformat(),
                    "grunde": [{"grund": str(ground), "tekst": text} for ground, text in each.grounds.items()],
                    "begrundelse": each.deviation,
                }
                for each in assessed.placements
            ],
            "paaroerende": list(assessed.relatives),
        }
        return shown | ({"samtykke": str(assessed.consent)} if assessed.consent else {})
