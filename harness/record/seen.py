"""How the requirements of a run were seen: on the wire, on a screen, through a test interface, or by somebody's word alone."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from harness.domain.grade import Grade
from harness.domain.scenario import ACCOUNT
from harness.record.fold import ScenarioState
from harness.record.result import Result

_SET = "set:"


@dataclass(frozen=True, slots=True)
class Seen:
    """How many requirements were seen in each way. One that was seen in several ways counts in each of them.

    `account`: MedCom judged a text. `attested`: nobody but a tester, or MedCom's assessment, says so. `irrelevant`: every
    scenario of it was.
    """

    requirements: int = 0
    wire: int = 0
    screen: int = 0
    interface: int = 0
    account: int = 0
    attested: int = 0
    irrelevant: int = 0


def seen(result: Result, scenarios: Iterable[ScenarioState], among: Collection[str]) -> Seen:
    """How those of the requirements `among` that these scenarios carry were seen, in scenarios that came to a grade."""
    ways: dict[str, set[str]] = {}
    for each in scenarios:
        found = _ways(result, each)
        for requirement in set(each.started.requirements) & set(among):
            ways.setdefault(requirement, set()).update(found)
    return Seen(
        requirements=len(ways),
        wire=_count(ways, "snitflade"),
        screen=_count(ways, "skærm"),
        interface=_count(ways, "testgrænseflade"),
        account=_count(ways, "redegørelse"),
        attested=_count(ways, "attesteret"),
        irrelevant=sum(own <= {"irrelevant"} and bool(own) for own in ways.values()),
    )


def _ways(result: Result, scenario: ScenarioState) -> set[str]:
    decided = result.standing(scenario)
    if decided is Grade.IR:
        return {"irrelevant"}
    if not isinstance(decided, Grade):
        return set()
    own = {each.lstrip("@") for each in scenario.started.tags}
    if isinstance(scenario.standing, Grade):
        return {each.removeprefix(_SET) for each in own if each.startswith(_SET)}
    return {"redegørelse" if ACCOUNT in own else "attesteret"}


def _count(ways: dict[str, set[str]], way: str) -> int:
    return sum(way in own for own in ways.values())
