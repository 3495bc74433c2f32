"""Once everything is decided, no scenario awaits anything but MedCom's judgement of an account: here every profile is an example
in which it is, and every campaign has its requirements.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from rehearsal import HOUSE, rehearse, scenarios

from harness.domain.event import ScenarioEnded
from harness.domain.grade import Beside
from harness.domain.profile import Profile
from harness.domain.scenario import ACCOUNT
from harness.runner.wish import Wish
from harness.suite.campaigns import load_campaigns
from harness.suite.profiles import load_profiles

FOLDERS = sorted(path.name for path in HOUSE.features.iterdir() if path.is_dir())
CAMPAIGNS = load_campaigns(HOUSE, "all")
WITH_A_BASIS = tuple(replace(each, awaits_basis=False) for each in CAMPAIGNS)
WITHOUT = sorted({folder for each in CAMPAIGNS if each.awaits_basis for folder in each.features})


def decided(profile: Profile) -> Profile:
    """The profile with the values it proposes, all of them decided."""
    return replace(profile, facts={name: replace(fact, decided=True) for name, fact in profile.facts.items()})


def ended_with(place: Path, folder: str, **changes: Any) -> list[ScenarioEnded]:
    """How each of the folder's scenarios ended when all profiles are decided."""
    profiles = {name: decided(profile) for name, profile in load_profiles(HOUSE).items()}
    events = rehearse(place, Wish(rute="plsp", cpd="2.0"), scenarios(folder), profiles=profiles, **changes)
    return [event for event in events if isinstance(event, ScenarioEnded)]


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_scenario_is_ok_when_everything_is_decided(folder: str, tmp_path: Path) -> None:
    ended = ended_with(tmp_path / "kørsel", folder, campaigns=WITH_A_BASIS)
    left = {event.scenario: event.standing for event in ended if event.standing not in ("OK", "IR")}
    accounts = {each.id for each in scenarios(folder) if ACCOUNT in each.tags}
    assert left == dict.fromkeys(accounts, Beside.AWAITING), "an account is given by people, and judged by MedCom"
    assert len(ended) == len(scenarios(folder))


@pytest.mark.parametrize("folder", WITHOUT)
def test_without_requirements_nothing_comes_to_more_than_afventer(folder: str, tmp_path: Path) -> None:
    assert {event.standing for event in ended_with(tmp_path / "kørsel", folder)} == {Beside.AWAITING}
