"""A campaign in which nobody makes plans needs no profile of plans."""

from __future__ import annotations

from pathlib import Path

from rehearsal import HOUSE, rehearse, scenarios

from harness.domain.event import ScenarioEnded
from harness.runner.wish import Wish
from harness.suite.campaigns import load_campaign
from harness.suite.profiles import load_profiles


def test_results_are_judged_with_the_campaigns_own_profiles(tmp_path: Path) -> None:
    campaign = load_campaign(HOUSE, "kommunale-proevesvar")
    profiles = {name: profile for name, profile in load_profiles(HOUSE).items() if name in campaign.profiles}
    chosen = [each for each in scenarios("kommunale-proevesvar") if each.id in ("HCO-13", "ACK-21", "HCO-40")]
    ended = [event for event in rehearse(tmp_path / "k", Wish(), chosen, profiles=profiles) if isinstance(event, ScenarioEnded)]
    assert {each.scenario: each.standing for each in ended} == dict.fromkeys(("HCO-13", "ACK-21", "HCO-40"), "OK")
