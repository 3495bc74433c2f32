"""What must be mended: a run's findings by the rule that was broken, worst first, and where each of them was made."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from harness.domain.event import Exchanged, Judged
from harness.domain.finding import Finding
from harness.domain.grade import Grade, worst
from harness.record.fold import ScenarioState, StepState
from harness.record.result import Result

_MOST_TAGS = 20
"""More scenarios than this are run again by running everything again."""


@dataclass(frozen=True, slots=True)
class Found:
    """One finding, and the scenario and step it was made in; none of them for one made outside the scenarios."""

    finding: Finding
    scenario: ScenarioState | None = None
    step: StepState | None = None
    judged: Judged | None = None

    @property
    def exchange(self) -> Exchanged | None:
        """The message it is about, where it is about one."""
        if self.scenario is None or self.judged is None:
            return None
        named = self.judged.exchange or self.finding.location.file.partition(".")[0]
        steps = (self.scenario.before, *self.scenario.steps)
        return next((each for step in steps for each in step.exchanges if each.exchange == named), None)


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


def findings_of(scenario: ScenarioState) -> Iterator[Found]:
    """Every finding and remark of a scenario's last attempt, in the log's order; what is laid on a partner is not among them."""
    return (found for found in _every(scenario) if not found.finding.side)


def on_partner(scenario: ScenarioState) -> Iterator[Found]:
    """Every finding and remark that is laid on the partner of a run of two, in the log's order."""
    return (found for found in _every(scenario) if found.finding.side)


def _every(scenario: ScenarioState) -> Iterator[Found]:
    for step in (scenario.before, *scenario.steps):
        for judged in step.judged:
            yield from (Found(each, scenario, step, judged) for each in judged.findings)


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


def again(result: Result, scenarios: Iterable[str]) -> str:
    """The command that runs these scenarios again, to be pasted in a terminal."""
    started = result.started
    words = ["lps run", f"--vendor {started.system}", f"--campaign {started.campaign}", f"--phase {started.phase}"]
    words += [f"--partner {started.partner}"] if started.partner else []
    words += [f"--target {started.target}"] if started.target != "mock" else []
    words += ["--data MAPPE"] if started.data else []
    tags = list(dict.fromkeys(f"id:{each.partition('[')[0]}" for each in scenarios))
    words += [f'--tag "{" or ".join(tags)}"'] if 0 < len(tags) <= _MOST_TAGS else []
    return " ".join(words)


def _let_pass(result: Result, scenario: ScenarioState) -> bool:
    standing = result.standing(scenario)
    judged = not result.rehearsal and scenario.started.scenario in result.review.assessed
    return judged and isinstance(standing, Grade) and standing.approved


def _unapproved(standing: object) -> bool:
    return isinstance(standing, Grade) and not standing.approved


def _worst(founds: Iterable[Found]) -> Grade | None:
    grades = [each.finding.grade for each in founds if each.finding.grade]
    return worst(grades) if grades else None
