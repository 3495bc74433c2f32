"""Hooks the runner calls, for whoever shows a run while it goes on."""

from __future__ import annotations

from harness.domain.event import ScenarioEnded


def pytest_lps_planned(scenarios: int) -> None:
    """So many scenarios will be run or found not relevant."""


def pytest_lps_scenario_ended(ended: ScenarioEnded) -> None:
    """A scenario's attempt is over."""
