"""What must be mended: a run's findings by the rule that was broken, worst first, and where each of them was made."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from harness.domain.grade import Grade, worst
from harness.record.fold import ScenarioState
from harness.record.found import Found, findings_of
from harness.record.result import Result


@dataclass(frozen=True, slots=True)
class Broken:
    """One rule and all findings of it. `grade` is the worst of them; None where they are remarks."""

    grade: Grade | None
    founds: tuple[Found, ...]

    @property
    def proof(self) -> Found:
        """The finding that shows it in the fewest words: one that names a line, if any does."""

        def effort(each: Found) -> tuple[bool, int]:
            return (each.finding.location.line is None, len(each.finding.expected) + len(each.finding.actual))

        return min(self.founds, key=effort)

    @property
    def scenarios(self) -> tuple[str, ...]:
        """The identities of the scenarios it was found in."""
        return tuple(dict.fromkeys(each.scenario.started.scenario for each in self.founds if each.scenario))


def says_more(scenario: ScenarioState) -> str:
    """Why the scenario stands as it does, where that is not what its findings say themselves; else empty."""
    told = any(str(each) in scenario.reason for each in (*scenario.findings, *scenario.remarks))
    return "" if told else scenario.reason


def broken(result: Result, chosen: Callable[[Grade | None], bool]) -> list[Broken]:
    """The rules whose findings have a `chosen` grade, worst first, then those met in most scenarios.

    What MedCom has judged to be approved is not asked to be mended; its findings are still with the scenario.
    """
    rules: dict[str, list[Found]] = {}
    scenarios = result.state.scenarios.values()
    every = [found for each in scenarios if not _let_pass(result, each) for found in findings_of(each)]
    for found in [*every, *map(Found, result.state.outside)]:
        if chosen(found.finding.grade):
            rules.setdefault(found.finding.rule, []).append(found)
    gathered = [Broken(_worst(own), tuple(own)) for own in rules.values()]
    return sorted(gathered, key=lambda each: (each.grade or "~", -len(each.scenarios), each.proof.finding.rule))


def unexplained(result: Result) -> list[ScenarioState]:
    """The scenarios that are not approved although no finding of theirs says so: MedCom, or a tester, judged them."""
    return [
        each
        for each in result.state.scenarios.values()
        if _unapproved(result.standing(each)) and not any(_unapproved(found.grade) for found in each.findings)
    ]


def _let_pass(result: Result, scenario: ScenarioState) -> bool:
    standing = result.standing(scenario)
    judged = not result.rehearsal and scenario.started.scenario in result.review.assessed
    return judged and isinstance(standing, Grade) and standing.approved


def _unapproved(standing: object) -> bool:
    return isinstance(standing, Grade) and not standing.approved


def _worst(founds: Iterable[Found]) -> Grade | None:
    grades = [each.finding.grade for each in founds if each.finding.grade]
    return worst(grades) if grades else None
