"""What concerns the patient's own view of the plan: the patient's activities, the link to the view, and notes that stay here."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, Final

from harness.lps.reference.capability import Capability, Means

SHARES_NOTE: Final = "minplan-intern-note-deles"
LOSES_NOTE: Final = "minplan-intern-note-tabt"
FETCHES_ONCE: Final = "minplan-aktiviteter-hentes-kun-én-gang"
CALLS_IT_OURS: Final = "minplan-patientens-aktivitet-står-som-klinikkens"
SHOWS_OTHERS: Final = "minplan-aktivitet-fra-forrige-patient"
CALLS_THE_CLOSED: Final = "minplan-bruger-stadig-sundhedsmappen"
LINKS_TO_THE_CLOSED: Final = "minplan-link-til-sundhedsmappen"
FAULTS: Final = (
    SHARES_NOTE,
    LOSES_NOTE,
    FETCHES_ONCE,
    CALLS_IT_OURS,
    SHOWS_OTHERS,
    CALLS_THE_CLOSED,
    LINKS_TO_THE_CLOSED,
)

_VIEW: Final = "https://www.sundhed.dk/borger/min-side/"
_CLOSED_VIEW: Final = "https://www.sundhedsmappen.dk/"


class MinPlan(Capability):
    """Activities are fetched each time they are looked at; notes never leave the record."""

    def __init__(self, means: Means) -> None:
        self._means = means
        self._notes: defaultdict[str, list[str]] = defaultdict(list)
        self._fetched: dict[str, list[dict[str, str]]] = {}
        self.acts = {"skriv-intern-note": self._write}
        self.views = {
            "interne-noter": lambda wish: {"noter": list(self._notes[wish["cpr"]])},
            "patientens-aktiviteter": self._activities,
            "link-til-patientens-plan": self._link,
        }

    def _write(self, wish: dict[str, Any]) -> dict[str, Any]:
        cpr, text = str(self._means.clinic.patients[wish["cpr"]].cpr), str(wish["tekst"])
        if LOSES_NOTE not in self._means.faults:
            self._notes[cpr].append(text)
        if SHARES_NOTE in self._means.faults:
            for file in self._means.clinic.plans_of(cpr):
                self._means.clinic.revise(file.key, interventions=(*file.newest.plan.interventions, text))
        return {}

    def _activities(self, wish: dict[str, Any]) -> dict[str, Any]:
        cpr, faults = str(wish["cpr"]), self._means.faults
        if CALLS_THE_CLOSED in faults:
            self._means.client.post(f"{self._means.services}/sundhedsmappe/forloebsplaner", json={"cpr": cpr})
        if not (FETCHES_ONCE in faults and cpr in self._fetched):
            response = self._means.client.post(f"{self._means.services}/minplan/aktiviteter", json={"cpr": cpr})
            self._fetched[cpr] = response.raise_for_status().json()["aktiviteter"]
        found = self._fetched[cpr]
        if SHOWS_OTHERS in faults:
            found = [each for activities in self._fetched.values() for each in activities]
        who = "klinikken" if CALLS_IT_OURS in faults else "patienten"
        return {"aktiviteter": [{"tekst": each["tekst"], "dato": each["dato"], "registreretAf": who} for each in found]}

    def _link(self, _: dict[str, Any]) -> dict[str, Any]:
        closed = LINKS_TO_THE_CLOSED in self._means.faults
        return {"adresse": _CLOSED_VIEW if closed else _VIEW}
