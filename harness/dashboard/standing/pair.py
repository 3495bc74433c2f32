"""Whose a result of a run of two is."""

from __future__ import annotations

from harness.domain.event import RunStarted
from harness.domain.grade import Standing
from harness.record.fold import ScenarioState
from harness.record.pair import sides


def sides_of(scenario: ScenarioState, started: RunStarted) -> tuple[tuple[str, Standing], ...]:
    """The run's own system, which sends, and its partner, each with its own standing."""
    return tuple((each.system, each.standing) for each in sides(scenario, started))
