"""What must hold of the patient lists that are for no pakkeforløb. Subject `patientlister`. That one is there is `cockpit`'s."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from harness.conformance.behaviour import inclusion
from harness.conformance.behaviour.seen import SCREEN, breach, rules_about
from harness.conformance.rule import HOLDS, Outcome
from harness.domain.grade import Grade

_list = rules_about("patientlister")

_STEERING: Final = "MedCom, styregruppemøde for digitale forløbsplaner 2024, punkt 6: Ozempic – Tripple Whammy (LIS-01–LIS-03)"


@_list("LIST-R01", "Patientlisten følger dens kriterier", Grade.F2, _STEERING, fact="patientlisternes-kriterier")
def follows_criteria(listed: Collection[str], included: Collection[str], excluded: Mapping[str, str]) -> Outcome:
    """`listed` are the scenario's people on the list; the criteria include `included`, and not `excluded`, each with why."""
    return inclusion.nobody_missing.check(listed, included) or inclusion.nobody_too_many.check(listed, excluded)


@_list("LIST-R02", "Listen for Triple Whammy vises sammen med listen for nyrepåvirkning", Grade.F3, _STEERING)
def shown_together(beside: str, wanted: str) -> Outcome:
    """`beside` is the list it is shown together with, empty when it stands alone."""
    return HOLDS if beside == wanted else breach(SCREEN, f"sammen med {wanted}", beside or "for sig selv")
