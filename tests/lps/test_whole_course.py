"""The whole pakkeforløb with every party: by either rute without a finding, and never OK where it rests on what is undecided."""

from __future__ import annotations

from pathlib import Path

import pytest
from rehearsal import rehearse, scenarios

from harness.domain.event import Exchanged, ScenarioEnded
from harness.runner.wish import Wish

PARTIES = {"cockpit", "dds", "dnhf", "dros", "flp", "kommune", "minplan", "vans", "web-patient"}


@pytest.mark.parametrize("rute", ["plsp", "direkte"])
def test_every_party_has_its_part_and_what_is_undecided_is_waited_for(rute: str, tmp_path: Path) -> None:
    wish = Wish(rute=rute, cpd="2.0", campaign="connectathon-kol-lrs")
    events = rehearse(tmp_path / "kørsel", wish, scenarios("pakkeforloeb"))
    ended = {event.scenario: event for event in events if isinstance(event, ScenarioEnded)}
    assert {name: event.standing for name, event in ended.items()} == {
        "PAK-01": "OK",
        "PAK-02": "afventer",
        "PAK-03": "OK",
        "PAK-10": "afventer",
        "PAK-11": "afventer",
        "PAK-12": "afventer",
    }
    assert "niveau-kodning" in ended["PAK-02"].undecided
    assert {"inklusion-lrs", "forløbslabel-placering"} <= set(ended["PAK-10"].undecided)
    reached = {event.path.split("/")[1] for event in events if isinstance(event, Exchanged)}
    assert reached == PARTIES | ({"plsp"} if rute == "plsp" else set())
