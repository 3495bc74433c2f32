"""The whole look at one system before a run, from the fields of its file to what it answers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from harness.domain.vendor import Driver
from harness.house import House
from harness.runner.preflight.connection import reached
from harness.runner.preflight.far_end import FarEnd
from harness.runner.preflight.interface import Interface, described
from harness.runner.preflight.line import Line, carried_out, unchecked
from harness.runner.preflight.machine import seen_of_live
from harness.runner.preflight.system import CHECKS, TEST_INTERFACE, Case, far_ends
from harness.runner.wish import Wish


def looked_at(house: House, wish: Wish, reports: Path, *, whole: bool, chosen: bool = True) -> list[Line]:
    """Every line about the system and the run that `wish` asks for. `chosen`: whether the user named the campaign.

    `whole` is the thorough look. Nothing is called where the run would not.
    """
    case = Case(house, wish, whole, chosen)
    lines = carried_out(CHECKS, case)
    if case.read and case.target == "live":
        lines += seen_of_live(case.system.content.id, reports)
        for name, end in far_ends(case):
            lines += reached(end, name)
            if name == TEST_INTERFACE:
                lines += _described(case, end)
        if case.driver is Driver.ATTENDED and case.system.content.adgang is None:
            todo = f"Se efter dem i systemet: {', '.join(case.persons)}."
            lines.append(_unseen("testpersoner", "Testpersonerne", "Kan ikke ses udefra.", todo))
    return lines


def _described(case: Case, end: FarEnd) -> list[Line]:
    """What the test interface says of its system, or why it could not be asked."""
    file, what = case.system, f"{TEST_INTERFACE}: Egenskaberne"
    if not end.path:
        return [_unseen("egenskaber", what, "Systemet har sit eget API (kort), så /egenskaber kan ikke spørges.")]
    if not end.status:
        return [_unseen("egenskaber", what, "Kan først ses, når forbindelsen er i orden.")]
    return described(Interface(case.house, end, file.content.version, file.spot("version"), case.persons), TEST_INTERFACE)


def _unseen(check: str, what: str, why: str, todo: str = "") -> Line:
    return replace(unchecked(why, todo), check=check, what=what)
