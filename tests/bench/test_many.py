"""A home with as many systems as wished is one that the harness takes."""

from __future__ import annotations

from pathlib import Path

from many import CAMPAIGN, home_with_systems

from harness.domain.requirement import Participation
from harness.house import find_house
from harness.suite.campaigns import load_campaign
from harness.suite.vendors import load_vendors


def test_24_systems_take_part_each_by_an_id_of_its_own(tmp_path: Path) -> None:
    home, systems = home_with_systems(tmp_path, 24)
    house = find_house(home)
    assert len(set(systems)) == 24
    assert set(load_vendors(house)) == set(systems)
    campaign = load_campaign(house, CAMPAIGN)
    assert {campaign.participation(each) for each in systems} == {Participation.PARTICIPANT}
    switched = [set(each.systems) for each in campaign.switches]
    assert switched.count(set(systems)) >= 1, "what the six need not do, their copies need not either"
