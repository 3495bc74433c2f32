"""What the owner of a real service's seat is asked to do, as a task for the tester who asks them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from harness.domain.prompt import Task

OTHERS_ACT: Final = "bed-ejeren"
"""The name of the task. It is no act of the test interface: nobody does anything in the LPS."""

_TITLES: Final = {"cpr": "CPR-nummer"}
_UNTOLD: Final = frozenset({"tegnsæt"})
"""What is for a simulator only: a real system writes as it does."""


def owner_task(step: int, owner: str, arguments: Mapping[str, Any], patient: str) -> Task:
    """Ask `owner` to do what step number `step` says, with the values that a simulator would have been given.

    The values bear the attempt's mark, which the step's own text does not: what comes of it is known by them.
    """
    says = f"Bed {owner} om at gøre det, trinnet siger, med netop disse oplysninger. Svar, når det er gjort."
    return Task(step, OTHERS_ACT, says, dict(arguments), tuple(_told(arguments)), patient)


def _told(arguments: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in arguments.items():
        if name not in _UNTOLD:
            yield _TITLES.get(name, name.capitalize()), _plain(value)


def _plain(value: Any) -> str:
    match value:
        case Mapping():
            return ", ".join(f"{name}: {_plain(each)}" for name, each in value.items())
        case list() | tuple():
            between = "; " if any(isinstance(each, Mapping) for each in value) else " "
            return between.join(map(_plain, value))
        case _:
            return str(value)
