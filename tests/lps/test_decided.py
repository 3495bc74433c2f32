"""Once everything is decided, no scenario awaits anything but MedCom's judgement of an account: here every profile is an example
in which it is, and every campaign has its requirements. Every call that it takes follows the contract.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from rehearsal import HOUSE, rehearse, scenarios
from test_contract import problems_of, used_in

from harness.domain.event import Event, ScenarioEnded
from harness.domain.grade import Beside
from harness.domain.profile import Profile
from harness.domain.scenario import ACCOUNT
from harness.runner.seats.seated import USED
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


def run_decided(place: Path, folder: str, **changes: Any) -> list[Event]:
    """What came of the folder's scenarios when all profiles are decided."""
    profiles = {name: decided(profile) for name, profile in load_profiles(HOUSE).items()}
    return rehearse(place, Wish(rute="plsp", cpd="2.0"), scenarios(folder), profiles=profiles, **changes)


@dataclass(frozen=True, slots=True)
class Ran:
    """What came of a folder's scenarios, and every call to the test interface with its answer."""

    folder: str
    events: list[Event]
    calls: list[tuple[httpx.Request, httpx.Response]]


@pytest.fixture(scope="module", params=FOLDERS)
def ran(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """One run serves both what is asked and what it comes to."""
    calls: list[tuple[httpx.Request, httpx.Response]] = []
    original = httpx.Client.send

    def send(client: httpx.Client, request: httpx.Request, **more: Any) -> httpx.Response:
        response = original(client, request, **more)
        if request.url.path.startswith(("/handlinger/", "/visninger/", "/planer", "/patienter")):
            calls.append((request, response))
        return response

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(httpx.Client, "send", send)
        events = run_decided(tmp_path_factory.mktemp("alt") / "kørsel", request.param, campaigns=WITH_A_BASIS)
    return Ran(request.param, events, calls)


def test_every_scenario_is_ok_when_everything_is_decided(ran: Ran) -> None:
    ended = [event for event in ran.events if isinstance(event, ScenarioEnded)]
    left = {event.scenario: event.standing for event in ended if event.standing not in ("OK", "IR")}
    accounts = {each.id for each in scenarios(ran.folder) if ACCOUNT in each.tags}
    assert left == dict.fromkeys(accounts, Beside.AWAITING), "an account is given by people, and judged by MedCom"
    assert len(ended) == len(scenarios(ran.folder))


def test_every_call_follows_the_contract(ran: Ran) -> None:
    """Everything the drivers ask of a test interface, and everything the reference LPS answers."""
    assert ran.calls
    by_this_rute = {"plsp"} if "dros" in USED[ran.folder] else set()
    assert used_in(ran.events) <= USED[ran.folder] | by_this_rute, "seated.USED says which seats the folder's scenarios need"
    assert {problem for request, response in ran.calls for problem in problems_of(request, response)} == set()


@pytest.mark.parametrize("folder", WITHOUT)
def test_without_requirements_nothing_comes_to_more_than_afventer(folder: str, tmp_path: Path) -> None:
    ended = [event for event in run_decided(tmp_path / "kørsel", folder) if isinstance(event, ScenarioEnded)]
    assert {event.standing for event in ended} == {Beside.AWAITING}
