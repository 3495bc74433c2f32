"""The whole look before a run: the machine's lines, and a system's; and what `lps run` refuses to begin on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from harness.domain.errors import ConfigurationError, EnvironmentFault
from harness.domain.vendor import Driver, Vendor
from harness.house import House
from harness.runner.options import Wish
from harness.runner.preflight.far_end import FarEnd, reached
from harness.runner.preflight.interface import Interface, described
from harness.runner.preflight.line import Line, State, carried_out, unchecked
from harness.runner.preflight.machine import Machine, seen_of_live, seen_of_the_machine
from harness.runner.preflight.system import CHECKS, TEST_INTERFACE, Case, far_ends
from harness.suite.vendors import load_vendor


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


def refuse_unready(house: House, wishes: Iterable[Wish], folder: Path, known: Mapping[str, Vendor]) -> None:
    """What `lps run` does before it begins: raises as `refuse` does. `folder` is the campaign's, below that of the reports.

    `known` are the systems with a file in the house, read already. A system of our own needs no more than a folder and room in
    it: what it is asked for is found when it is prepared.
    """
    refuse(seen_of_the_machine(Machine(folder.parent, folder.name), whole=False))
    for wish in wishes:
        if wish.driver:
            own = wish.driver == Driver.REFERENCE
        elif wish.vendor.endswith((".yaml", ".yml")):
            own = load_vendor(Path(wish.vendor)).driver is Driver.REFERENCE
        else:
            own = wish.vendor not in known or known[wish.vendor].driver is Driver.REFERENCE
        if not own:
            refuse(looked_at(house, wish, folder.parent, whole=False))


def refuse(lines: Iterable[Line]) -> None:
    """Raise what keeps a run from beginning: ConfigurationError, or EnvironmentFault where only the surroundings fail."""
    stopping = [each for each in lines if each.state.stops]
    if not stopping:
        return
    text = "Kørslen er ikke begyndt, og intet er bedømt.\n" + "\n".join(told(each) for each in stopping)
    if any(each.state is State.CONFIGURATION for each in stopping):
        raise ConfigurationError(text)
    raise EnvironmentFault(text)


def told(line: Line) -> str:
    """A line as people read it: what stands where, and below it what was found, what was wanted, and what to do."""
    head = f"{line.state}  {line.what}".strip()
    parts = [("sted", str(line.spot)), ("fundet", line.found), ("ventet", line.wanted), ("gør", line.todo)]
    return "\n".join([head, *(f"    {name + ':':<8}{text}" for name, text in parts if text)])
