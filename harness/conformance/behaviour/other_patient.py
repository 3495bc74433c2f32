"""What must hold of everybody else when something is done for one patient. Subject `anden-patient`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from harness.conformance.behaviour.seen import SCREEN, breach, rules_about
from harness.conformance.rule import HOLDS, Outcome
from harness.domain.grade import Grade

_other_patient = rules_about("anden-patient")

_CONVENTION: Final = "Projektets konvention: det, der gælder én patient, må ikke ses hos en anden"


@_other_patient("PAT-R01", "Det, der sker med én patient, ændrer intet hos en anden", Grade.F1, _CONVENTION)
def stays_as_it_was(before: Mapping[str, Any], after: Mapping[str, Any]) -> Outcome:
    """`before` and `after` are what the system shows of the other patient, as plain JSON. In which order rows stand does not
    count. The other patient's texts are not told, only which part of what is shown is another.
    """
    changed = [name for name in sorted(before.keys() | after.keys()) if _said(before, name) != _said(after, name)]
    if not changed:
        return HOLDS
    return breach(SCREEN, "det samme som før", "; ".join(_change(before, after, name) for name in changed))


def _said(shown: Mapping[str, Any], name: str) -> Any:
    """The value called `name`; a list's rows in an order of their own."""
    value = shown.get(name)
    return sorted(map(repr, value)) if isinstance(value, list) else value


def _change(before: Mapping[str, Any], after: Mapping[str, Any], name: str) -> str:
    old, new = before.get(name), after.get(name)
    if isinstance(old, list) and isinstance(new, list) and len(old) != len(new):
        return f"{name}: {len(new)} i stedet for {len(old)}"
    return f"{name} er ændret"


@_other_patient("PAT-R02", "En besked om én patient rummer intet, der er skrevet om en anden", Grade.F1, _CONVENTION)
def only_own_texts(strays: Sequence[str]) -> Outcome:
    """`strays` are the messages of the LPS, by id, that have another patient's text in them. The text itself is not told."""
    return (
        breach("i beskeden", "kun patientens egne tekster", f"også en anden patients, i {', '.join(strays)}") if strays else HOLDS
    )
