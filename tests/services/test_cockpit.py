"""Klinikens cockpit: what it publishes is what an LPS gets, in the words of its contract, and what it withdraws is gone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from open_world import CLOCK_START, OpenWorld
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from harness.domain.exchange import Late, NoAnswer, Request, Response
from harness.services.cockpit import PROFILES, Cockpit
from harness.services.service import LATE_SECONDS, Availability, Context, Order
from tests.published import read_yaml

CONTRACT: dict[str, Any] = read_yaml(Path(__file__).parents[2] / "docs" / "klinikens-cockpit.openapi.yaml")
REGISTRY: Registry[Any] = Registry().with_resource("urn:cockpit", DRAFT202012.create_resource(CONTRACT))
KOL = {"profil": "kol", "titel": "KOL", "sygdom": "KOL", "koder": [{"kodesystem": "ICPC-2", "koder": ["R95"]}]}
NARROWED = {
    **KOL,
    "tillaegsdiagnoser": [{"kodesystem": "ICD-10", "koder": ["DJ449"]}],
    "alder": 18,
    "alderVedDiagnosen": 18,
    "kunKlinikkensPatienter": True,
    "kunKlinikkensDiagnoser": True,
    "arter": ["Egen"],
}


@pytest.fixture
def cockpit() -> Cockpit:
    return Cockpit()


def context() -> Context:
    return Context(CLOCK_START, lambda: "")


def order(cockpit: Cockpit, name: str, **arguments: Any) -> dict[str, Any]:
    return cockpit.order(Order(name, arguments), context())


def fetched(cockpit: Cockpit) -> list[dict[str, Any]]:
    """The profiles in an answer that follows the contract."""
    answer = cockpit.handle(Request("GET", PROFILES), context())
    assert isinstance(answer, Response)
    held_against_contract(answer)
    profiles: list[dict[str, Any]] = json.loads(answer.body)["profiler"]
    return profiles


def held_against_contract(answer: Response) -> None:
    place = f"/paths/~1cockpit~1profiler/get/responses/{answer.status}"
    named: dict[str, Any] = CONTRACT["paths"]["/cockpit/profiler"]["get"]["responses"][str(answer.status)]
    if "$ref" in named:
        place = named["$ref"].removeprefix("#")
    schema = {"$ref": f"urn:cockpit#{place}/content/application~1json/schema"}
    Draft202012Validator(schema, registry=REGISTRY).validate(json.loads(answer.body))


def test_nothing_is_published_from_the_start(cockpit: Cockpit) -> None:
    assert fetched(cockpit) == []


@pytest.mark.parametrize("profile", [KOL, NARROWED])
def test_a_published_profile_is_given_as_it_is_with_its_edition(cockpit: Cockpit, profile: dict[str, Any]) -> None:
    assert order(cockpit, "udgiv", **profile) == {"udgave": 1}
    assert fetched(cockpit) == [{**profile, "udgave": 1}]


def test_a_new_edition_takes_the_place_of_the_one_before(cockpit: Cockpit) -> None:
    order(cockpit, "udgiv", **NARROWED)
    assert order(cockpit, "udgiv", **KOL) == {"udgave": 2}
    assert fetched(cockpit) == [{**KOL, "udgave": 2}]


def test_each_profile_counts_its_own_editions(cockpit: Cockpit) -> None:
    order(cockpit, "udgiv", **KOL)
    assert order(cockpit, "udgiv", **{**KOL, "profil": "lrs", "sygdom": "LRS"}) == {"udgave": 1}
    assert [each["profil"] for each in fetched(cockpit)] == ["kol", "lrs"]


def test_a_withdrawn_profile_is_gone_and_comes_back_in_its_next_edition(cockpit: Cockpit) -> None:
    order(cockpit, "udgiv", **KOL)
    order(cockpit, "træk-tilbage", profil="kol")
    assert fetched(cockpit) == []
    assert order(cockpit, "udgiv", **KOL) == {"udgave": 2}


def test_what_is_not_there_cannot_be_withdrawn_and_unknown_orders_are_refused(cockpit: Cockpit) -> None:
    with pytest.raises(KeyError, match="kol"):
        order(cockpit, "træk-tilbage", profil="kol")
    with pytest.raises(KeyError, match="luk"):
        order(cockpit, "luk")


@pytest.mark.parametrize(("availability", "status"), [(Availability.BUSY, 503), (Availability.REFUSING, 403)])
def test_a_closed_cockpit_says_so_in_the_words_of_the_contract(cockpit: Cockpit, availability: str, status: int) -> None:
    order(cockpit, "udgiv", **KOL)
    order(cockpit, "tilgængelighed", værdi=availability)
    came = context()
    answer = cockpit.handle(Request("GET", PROFILES), came)
    assert isinstance(answer, Response)
    assert answer.status == status
    held_against_contract(answer)
    assert came.facts == {"transaction": "Profiler"}


def test_a_silent_cockpit_does_not_answer_and_a_late_one_answers_late(cockpit: Cockpit) -> None:
    order(cockpit, "tilgængelighed", værdi=Availability.SILENT)
    assert cockpit.handle(Request("GET", PROFILES), context()) == NoAnswer()
    order(cockpit, "tilgængelighed", værdi=Availability.LATE)
    answer = cockpit.handle(Request("GET", PROFILES), context())
    assert isinstance(answer, Late)
    assert (answer.seconds, answer.response.status) == (LATE_SECONDS, 200)


def test_an_answer_with_profiles_is_noted(cockpit: Cockpit) -> None:
    came = context()
    cockpit.handle(Request("GET", PROFILES), came)
    assert came.facts == {"transaction": "Profiler", "taken": "ja"}


@pytest.mark.parametrize(("method", "path"), [("POST", PROFILES), ("GET", "/cockpit/andet")])
def test_anything_else_is_not_there(cockpit: Cockpit, method: str, path: str) -> None:
    answer = cockpit.handle(Request(method, path), context())
    assert isinstance(answer, Response)
    assert answer.status == 404


def test_what_was_recorded_rebuilds_its_state(tmp_path: Path) -> None:
    for name in ("før", "efter"):
        (tmp_path / name).mkdir()
    with OpenWorld(tmp_path / "før", services=(Cockpit(),)) as before:
        before.world.order("cockpit", Order("udgiv", NARROWED))
        before.world.order("cockpit", Order("udgiv", KOL))
        before.send(Request("GET", PROFILES))
    with OpenWorld(tmp_path / "efter", services=(Cockpit(),)) as after:
        after.world.replay(before.happened)
        answer = after.send(Request("GET", PROFILES))
    assert isinstance(answer, Response)
    assert json.loads(answer.body)["profiler"] == [{**KOL, "udgave": 2}]
