"""Defects of whom and how often: what belongs to one patient is shown or done for every one, and what stands once stands twice.

They are the same whatever is shown, so they stand round the parts: a fault is a line here, with the view or the act it is about.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from harness.lps.reference.capability import Handler
from harness.lps.reference.clinic import Clinic

SHOWN_OF_ALL: Final[Mapping[str, str]] = {
    "behovsvurdering-vises-hos-alle": "behovsvurdering",
    "forløbet-i-planen-vises-hos-alle": "pakkeforloeb",
    "udskrift-med-alle-patienters-planer": "udskrift-af-planen",
    "udeblivelse-vises-hos-alle": "patientens-pakkeforloeb",
    "monitorering-registreringer-vises-hos-alle": "registreringer-til-monitorering",
    "minplan-intern-note-vises-hos-alle": "interne-noter",
    "minplan-aktivitet-vises-hos-alle": "patientens-aktiviteter",
    "henvisninger-vises-hos-alle": "henvisninger",
    "tilbagemeldinger-vises-hos-alle": "tilbagemeldinger",
    "tilbud-vises-hos-alle": "forebyggelsestilbud",
    "pro-pakker-vises-hos-alle": "spoergeskemapakker",
    "pro-svar-vises-hos-alle": "spoergeskemasvar",
    "flp-planer-vises-hos-alle": "forloebsplaner",
    "indbakke-svar-vises-hos-alle": "laboratoriesvar",
    "lab-svar-vises-hos-alle": "egne-laboratoriesvar",
    "modtagne-beskeder-vises-hos-alle": "modtagne-beskeder",
    "andres-stamkort-vises-hos-alle": "andres-stamkort",
    "diagnosekort-vises-hos-alle": "diagnosekort",
    "diagnosekort-andres-vises-hos-alle": "andres-diagnosekort",
    "prøvesvar-vises-hos-alle": "kommunale-proevesvar",
    "laboratoriekort-viser-alles-svar": "laboratoriekort",
    "akutteam-breve-vises-hos-alle": "breve-til-akutteam",
}
"""By the view of a patient, or of a plan, that shows what stands in those of all."""

DONE_TO_ALL: Final[Mapping[str, str]] = {
    "indkaldelse-af-én-gælder-alle": "indkald-patient",
}
"""By the act on a patient that is done to every patient of the clinic."""

SHOWN_TWICE: Final[Mapping[str, str]] = {
    "brev-vises-to-gange": "indgaaende-breve",
    "minplan-aktivitet-vises-to-gange": "patientens-aktiviteter",
    "henvisninger-vises-to-gange": "henvisninger",
    "tilbud-vises-to-gange": "forebyggelsestilbud",
    "indbakke-svar-vises-to-gange": "laboratoriesvar",
    "diagnosekort-andres-vises-to-gange": "andres-diagnosekort",
}
"""By the view whose rows stand there twice."""

DONE_TO_LAST_OPENED: Final[Mapping[str, str]] = {
    "blind-indkaldelse-til-forrige-patient": "indkald-patient",
}
"""By the act on a patient that is done to the one whom the user looked at last."""

FAULTS: Final = (*SHOWN_OF_ALL, *DONE_TO_ALL, *SHOWN_TWICE, *DONE_TO_LAST_OPENED)


def mixed_up(
    acts: Mapping[str, Handler], views: Mapping[str, Handler], clinic: Clinic, faults: frozenset[str]
) -> tuple[dict[str, Handler], dict[str, Handler]]:
    """The acts and views by name, with the defects among `faults`."""
    acts, views = dict(acts), dict(views)
    for fault in faults & SHOWN_OF_ALL.keys():
        views[SHOWN_OF_ALL[fault]] = _of_all(views[SHOWN_OF_ALL[fault]], clinic)
    for fault in faults & DONE_TO_ALL.keys():
        acts[DONE_TO_ALL[fault]] = _to_all(acts[DONE_TO_ALL[fault]], clinic)
    for fault in faults & SHOWN_TWICE.keys():
        views[SHOWN_TWICE[fault]] = _twice(views[SHOWN_TWICE[fault]])
    for fault in faults & DONE_TO_LAST_OPENED.keys():
        opened: list[str] = []
        views = {name: _noted(view, opened) for name, view in views.items()}
        acts[DONE_TO_LAST_OPENED[fault]] = _to_last(acts[DONE_TO_LAST_OPENED[fault]], opened)
    return acts, views


def _noted(view: Handler, opened: list[str]) -> Handler:
    def show(wish: dict[str, Any]) -> dict[str, Any]:
        opened.extend([str(wish["cpr"])] if "cpr" in wish else [])
        return view(wish)

    return show


def _to_last(act: Handler, opened: list[str]) -> Handler:
    return lambda wish: act({**wish, "cpr": opened[-1] if opened else wish["cpr"]})


def _of_all(view: Handler, clinic: Clinic) -> Handler:
    def show(wish: dict[str, Any]) -> dict[str, Any]:
        everybody: Iterable[str] = clinic.patients if "cpr" in wish else clinic.plans
        by = "cpr" if "cpr" in wish else "plan"
        others = [view({**wish, by: each}) for each in everybody if each != wish[by]]
        return {name: _together(value, [other.get(name) for other in others]) for name, value in view(wish).items()}

    return show


def _together(own: Any, others: list[Any]) -> Any:
    """The rows of all, the patient's own last; of what is no list the first that says anything, beginning with the own."""
    if isinstance(own, list):
        return [*(row for other in others for row in other or ()), *own]
    return next((value for value in (own, *others) if value), own)


def _to_all(act: Handler, clinic: Clinic) -> Handler:
    def do(wish: dict[str, Any]) -> dict[str, Any]:
        for cpr in clinic.patients:
            act({**wish, "cpr": cpr})
        return act(wish)

    return do


def _twice(view: Handler) -> Handler:
    return lambda wish: {name: [*value, *value] if isinstance(value, list) else value for name, value in view(wish).items()}
