"""A run's findings where they were made, and the command that tries again what they were made in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from harness.domain.event import Exchanged, Judged
from harness.domain.finding import Finding
from harness.record.fold import ScenarioState, StepState
from harness.record.result import Result

_MOST_TAGS: Final = 20
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


def findings_of(scenario: ScenarioState) -> Iterator[Found]:
    """Every finding and remark of a scenario's last attempt, in the log's order; what is laid on a partner is not among them."""
    return (found for found in every_finding(scenario) if not found.finding.side)


def on_partner(scenario: ScenarioState) -> Iterator[Found]:
    """Every finding and remark that is laid on the partner of a run of two, in the log's order."""
    return (found for found in every_finding(scenario) if found.finding.side)


def every_finding(scenario: ScenarioState) -> Iterator[Found]:
    """Every finding and remark of a scenario's last attempt, whosoever it is, in the log's order."""
    for step in (scenario.before, *scenario.steps):
        for judged in step.judged:
            yield from (Found(each, scenario, step, judged) for each in judged.findings)


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
