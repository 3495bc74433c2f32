"""Every campaign is covered both ways: no requirement without scenario and fault, no scenario without requirement and fault."""

from __future__ import annotations

import pytest

from harness.domain.coverage import coverage_of
from harness.house import find_house
from harness.suite.campaigns import load_campaign
from harness.suite.faults import load_faults
from harness.suite.gherkin import read_folders
from harness.suite.requirements import load_requirements

HOUSE = find_house()
CAMPAIGNS = {path.stem: load_campaign(HOUSE, path.stem) for path in sorted(HOUSE.campaigns.glob("*.yaml"))}


@pytest.mark.parametrize("name", CAMPAIGNS)
def test_a_campaign_has_no_holes(name: str) -> None:
    campaign = CAMPAIGNS[name]
    scenarios = read_folders(HOUSE.features, campaign.features)
    assert coverage_of(campaign, scenarios, list(load_faults(HOUSE).values()), load_requirements(HOUSE)).holes == ()


def test_every_folder_of_scenarios_is_in_a_campaign() -> None:
    folders = {path.parent.name for path in HOUSE.features.rglob("*.feature")}
    assert folders == {folder for campaign in CAMPAIGNS.values() for folder in campaign.features}
