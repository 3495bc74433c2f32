"""Scenarios in which everything between LPS and harness is a file come to what they come to over HTTP, or cannot be tested."""

from __future__ import annotations

from pathlib import Path

from folder_hall import folder_hall
from rehearsal import rehearse, scenarios

from harness.domain.event import Event, Exchanged, Observed, ScenarioEnded
from harness.hub.folders import NOT_SEEN
from harness.runner.live import FOLDER_TAKES_ALL
from harness.runner.wish import Wish

CHOSEN = {
    "henvisning": {"HENV-10", "HENV-31[udeblevet]", "HENV-42", "HENV-15[er optaget]"},
    "pro": {"PRO-10[CAT]", "PRO-23[i en ny forsendelse]"},
    "kommunale-proevesvar": {"ACK-01[i den ene form, MedCom tillader]", "ACK-20[i den anden form, MedCom tillader]"},
}
"""A letter with its receipts, a call, a shared plan, a refusal that cannot be seen, an answer with its receipt, both networks."""


def standings(events: list[Event]) -> dict[str, tuple[str, str]]:
    return {each.scenario: (each.standing, each.reason) for each in events if isinstance(each, ScenarioEnded)}


def test_folders_alone_come_to_the_same(tmp_path: Path) -> None:
    chosen = [each for folder, ids in CHOSEN.items() for each in scenarios(folder) if each.id in ids]
    assert {each.id for each in chosen} == set().union(*CHOSEN.values())
    wish = Wish(campaign="all", tempo=60.0)
    mock = standings(rehearse(tmp_path / "mock", Wish(campaign="all"), chosen))
    with folder_hall(tmp_path, wish) as (live, more):
        events = rehearse(tmp_path / "reports" / "live", live, chosen, **more)
    assert standings(events) == {**mock, "HENV-15[er optaget]": ("kunne ikke testes", FOLDER_TAKES_ALL)}
    sent = [each for each in events if isinstance(each, Exchanged) and each.sender == "lps"]
    assert {each.facts["vej"] for each in sent} == {"mappe"}
    assert {each.service for each in sent} == {"vans", "dnhf", "dokumentdeling", "ehmi"}
    assert [each.text for each in events if isinstance(each, Observed)] == [NOT_SEEN]
