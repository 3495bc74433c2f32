"""Once everything is decided, no scenario awaits anything: here every profile is an example in which it is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from rehearsal import HOUSE, rehearse, scenarios

from harness.domain.event import ScenarioEnded
from harness.domain.profile import Profile
from harness.runner.options import Wish
from harness.suite.profiles import load_profiles

FOLDERS = sorted(path.name for path in HOUSE.features.iterdir() if path.is_dir())


def decided(profile: Profile) -> Profile:
    """The profile with the values it proposes, all of them decided."""
    return replace(profile, facts={name: replace(fact, decided=True) for name, fact in profile.facts.items()})


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_scenario_is_ok_when_everything_is_decided(folder: str, tmp_path: Path) -> None:
    profiles = {name: decided(profile) for name, profile in load_profiles(HOUSE).items()}
    events = rehearse(tmp_path / "kørsel", Wish(rute="plsp", cpd="2.0"), scenarios(folder), profiles=profiles)
    ended = [event for event in events if isinstance(event, ScenarioEnded)]
    assert {event.scenario: event.reason for event in ended if event.standing not in ("OK", "IR")} == {}
    assert len(ended) == len(scenarios(folder))
