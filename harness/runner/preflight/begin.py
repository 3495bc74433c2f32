"""What `lps run` refuses to begin on, and how it says so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from harness.domain.errors import ConfigurationError, EnvironmentFault
from harness.domain.vendor import Driver, Vendor
from harness.house import House
from harness.runner.options import is_file
from harness.runner.preflight.line import Line, State
from harness.runner.preflight.machine import Machine, seen_of_the_machine
from harness.runner.wish import Wish
from harness.suite.vendors import load_vendor


def refuse_unready(house: House, wishes: Iterable[Wish], folder: Path, known: Mapping[str, Vendor]) -> None:
    """What `lps run` does before it begins: raises as `refuse` does. `folder` is the campaign's, below that of the reports.

    `known` are the systems with a file in the house, read already. A system of our own needs no more than a folder and room in
    it: what it is asked for is found when it is prepared.
    """
    refuse(seen_of_the_machine(Machine(folder.parent, folder.name), whole=False))
    for wish in wishes:
        if wish.driver:
            own = wish.driver == Driver.REFERENCE
        elif is_file(wish.vendor):
            own = load_vendor(Path(wish.vendor)).driver is Driver.REFERENCE
        else:
            own = wish.vendor not in known or known[wish.vendor].driver is Driver.REFERENCE
        if not own:
            from harness.runner.preflight.look import looked_at  # a rehearsal is not to wait for what it does not use

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
