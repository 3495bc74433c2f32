"""A scenario has something go wrong by one order, in mock and live alike; in live the next attempt does not meet it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from threaded_hub import hub_for

from harness.domain.careplan import Disease
from harness.hub.control import CONTROL_FILE
from harness.runner.live import LiveStage
from harness.runner.mock_stage import MockStage
from harness.runner.options import prepare
from harness.runner.setup import RunSetup
from harness.runner.wish import Wish
from harness.services.disturbance import DISTURBANCE
from harness.services.service import NETWORK, Order
from harness.steps.disturbed import connection_is
from harness.steps.plan.handing_in import HandingIn
from harness.steps.story import Story


@pytest.fixture(scope="module")
def setup() -> RunSetup:
    return prepare(Wish(vendor="novax", rute="plsp"))


@pytest.mark.parametrize(
    ("arguments", "came"),
    [
        ({"slags": "optaget", "antal": 1}, [("lps", "optaget"), ("lps", "")]),
        ({"slags": "nedbrud", "antal": 1}, [("lps", "nedbrud"), ("lps", "")]),
        ({"slags": "forsinkelse", "sekunder": 10}, [("lps", "forsinkelse")]),
        ({"slags": "dublet", "antal": 1}, [("lps", ""), (NETWORK, "")]),
        ({"slags": "ur", "sekunder": -7200}, [("lps", "")]),
    ],
    ids=lambda value: value["slags"] if isinstance(value, dict) else "",
)
def test_a_plan_gets_through_what_is_no_fault_of_the_lps(
    tmp_path: Path, setup: RunSetup, arguments: dict[str, Any], came: list[tuple[str, str]]
) -> None:
    """The rules find nothing, whatever the network does to the messages of an LPS that does right."""
    stage = MockStage(setup, tmp_path)
    try:
        story = stage.story("forstyrret")
        handing_in = story.part(HandingIn)
        story.driver.admit_patient(story.patient("Nancy"))
        story.make_plan(Disease.KOL, "Nancy", "Rask gang hver dag")
        story.services.order("plsp", Order(DISTURBANCE, arguments))
        handing_in.share()
        if arguments["slags"] in ("optaget", "nedbrud"):
            handing_in.send_again()
        handing_in.expect()
        story.be_quiet()
        story.messages.judge(shared=True)
        handed_in = [each for each in story.attempt.inbox.received if each.request.path == "/plsp/forloebsplaner"]
        assert [(each.sender, each.facts.get("disturbance", "")) for each in handed_in] == came
        assert len(story.editions()) == 1
        assert story.attempt.findings == []
    finally:
        stage.close()


def by_order(story: Story) -> None:
    story.services.order("plsp", Order(DISTURBANCE, {"slags": "http-500"}))


def by_step(story: Story) -> None:
    connection_is(story, service="PLSP", what="svarer med fejl")


@pytest.mark.parametrize("disturb", [by_order, by_step])
def test_every_attempt_begins_with_services_as_usual(tmp_path: Path, setup: RunSetup, disturb: Callable[[Story], None]) -> None:
    reports = tmp_path / "reports"
    setup = replace(setup, target="live", hub=reports / CONTROL_FILE, lps="http://127.0.0.1:9")
    (tmp_path / "run").mkdir()
    with hub_for(setup, reports) as address, httpx.Client() as client:

        def search() -> int:
            return client.post(f"{address}/plsp/soegning", json={"patient": "2512489996"}).status_code

        stage = LiveStage(setup, tmp_path / "run")
        try:
            disturb(stage.story("første"))
            assert [search(), search()] == [500, 500]
            stage.story("næste")
            assert search() == 200
        finally:
            stage.close()
