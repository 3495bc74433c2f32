"""What must hold of the patient lists that are for no pakkeforløb. Subject `patientlister`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from harness.conformance.behaviour import inclusion
from harness.conformance.behaviour.seen import SCREEN, breach, quoted, rules_about
from harness.conformance.rule import HOLDS, Outcome
from harness.domain.grade import Grade

_list = rules_about("patientlister")

_CRITERIA: Final = "patientlisternes-kriterier"
_STEERING: Final = "MedCom, styregruppemøde for digitale forløbsplaner 2024, punkt 6: Ozempic – Tripple Whammy (LIS-01–LIS-03)"


@_list("LIST-R01", "Patientlisten følger dens kriterier, og hver patient står der én gang", Grade.F2, _STEERING, fact=_CRITERIA)
def follows_criteria(listed: Sequence[str], included: Sequence[str], excluded: Mapping[str, str]) -> Outcome:
    """`listed` are the scenario's people on the list; the criteria include `included`, and not `excluded`, each with why."""
    missing, too_many = inclusion.nobody_missing.check(listed, included), inclusion.nobody_too_many.check(listed, excluded)
    return missing or too_many or inclusion.each_once.check(listed)


@_list("LIST-R02", "Listen for Triple Whammy vises sammen med listen for nyrepåvirkning", Grade.F3, _STEERING)
def shown_together(beside: str, wanted: str) -> Outcome:
    """`beside` is the list it is shown together with, empty when it stands alone."""
    return HOLDS if beside == wanted else breach(SCREEN, f"sammen med {wanted}", beside or "for sig selv")


@_list("LIST-R03", "Patientlisten er der, under det navn, den er udgivet med", Grade.F2, _STEERING)
def is_found(called: Sequence[str], name: str) -> Outcome:
    """`called` is what the system calls the list, nothing where it has none; more may be said besides its `name`."""
    if any(name.casefold() in each.casefold() for each in called):
        return HOLDS
    return breach(SCREEN, f"en liste for {name}", quoted(called, "ikke listen"))
