"""MinPlan: what a patient registered is what an LPS gets, in the words of its contract; Sundhedsmappen is closed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from open_world import CLOCK_START, ELMER, NANCY, OpenWorld
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from harness.domain.exchange import Late, NoAnswer, Request, Response
from harness.services.min_plan import ACTIVITIES, MinPlan
from harness.services.service import LATE_SECONDS, Availability, Context, Order
from tests.published import read_yaml

CONTRACT: dict[str, Any] = read_yaml(Path(__file__).parents[2] / "docs" / "minplan.openapi.yaml")
REGISTRY: Registry[Any] = Registry().with_resource("urn:minplan", DRAFT202012.create_resource(CONTRACT))
WALK = {"tekst": "Gågruppe på Ærø", "dato": "2026-10-04"}
REGISTERED = Order("registrer-aktivitet", {"cpr": str(ELMER.cpr), **WALK})


@pytest.fixture
def min_plan() -> MinPlan:
    return MinPlan()


def context() -> Context:
    return Context(CLOCK_START, lambda: "")


def asked(cpr: str = str(ELMER.cpr)) -> Request:
    return Request("POST", ACTIVITIES, (("content-type", "application/json"),), json.dumps({"cpr": cpr}).encode())


def answered(min_plan: MinPlan, request: Request, came: Context | None = None) -> Response:
    """An answer that follows the contract."""
    answer = min_plan.handle(request, came or context())
    assert isinstance(answer, Response)
    named: dict[str, Any] = CONTRACT["paths"][ACTIVITIES]["post"]["responses"][str(answer.status)]
    place = (
        named["$ref"].removeprefix("#") if "$ref" in named else f"/paths/~1minplan~1aktiviteter/post/responses/{answer.status}"
    )
    schema = {"$ref": f"urn:minplan#{place}/content/application~1json/schema"}
    Draft202012Validator(schema, registry=REGISTRY).validate(json.loads(answer.body))
    return answer


def activities(min_plan: MinPlan, cpr: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = json.loads(answered(min_plan, asked(cpr)).body)["aktiviteter"]
    return found


def test_each_patient_has_what_the_patient_registered_oldest_first(min_plan: MinPlan) -> None:
    swim = {"tekst": "Svømning", "dato": "2026-10-05"}
    min_plan.order(REGISTERED, context())
    min_plan.order(Order("registrer-aktivitet", {"cpr": str(ELMER.cpr), **swim}), context())
    assert activities(min_plan, str(ELMER.cpr)) == [WALK, swim]
    assert activities(min_plan, str(NANCY.cpr)) == []


def test_what_is_no_order_is_refused(min_plan: MinPlan) -> None:
    with pytest.raises(KeyError, match="luk"):
        min_plan.order(Order("luk"), context())
    with pytest.raises(ValueError, match="i går"):
        min_plan.order(Order("registrer-aktivitet", {"cpr": str(ELMER.cpr), "tekst": "x", "dato": "i går"}), context())
    assert activities(min_plan, str(ELMER.cpr)) == []


@pytest.mark.parametrize(("body", "status"), [("{", 400), ("{}", 422)])
def test_a_question_about_nobody_is_refused(min_plan: MinPlan, body: str, status: int) -> None:
    assert answered(min_plan, Request("POST", ACTIVITIES, (), body.encode())).status == status


@pytest.mark.parametrize(("availability", "status"), [(Availability.BUSY, 503), (Availability.REFUSING, 403)])
def test_a_closed_door_says_so(min_plan: MinPlan, availability: str, status: int) -> None:
    min_plan.order(Order("tilgængelighed", {"værdi": availability}), context())
    came = context()
    assert answered(min_plan, asked(), came).status == status
    assert came.facts == {"transaction": "Patientens aktiviteter", "patient": str(ELMER.cpr)}


def test_a_silent_one_does_not_answer_and_a_late_one_answers_late(min_plan: MinPlan) -> None:
    min_plan.order(Order("tilgængelighed", {"værdi": Availability.SILENT}), context())
    assert min_plan.handle(asked(), context()) == NoAnswer()
    min_plan.order(Order("tilgængelighed", {"værdi": Availability.LATE}), context())
    answer = min_plan.handle(asked(), context())
    assert isinstance(answer, Late)
    assert (answer.seconds, answer.response.status) == (LATE_SECONDS, 200)


@pytest.mark.parametrize("path", ["/sundhedsmappe", "/sundhedsmappe/forloebsplaner"])
def test_whatever_is_asked_of_sundhedsmappen_is_noted_and_refused(min_plan: MinPlan, path: str) -> None:
    came = context()
    answer = min_plan.handle(Request("GET", path), came)
    assert isinstance(answer, Response)
    assert (answer.status, came.facts) == (410, {"transaction": "Sundhedsmappen"})


@pytest.mark.parametrize(("method", "path"), [("GET", ACTIVITIES), ("POST", "/minplan/andet")])
def test_anything_else_is_not_there(min_plan: MinPlan, method: str, path: str) -> None:
    answer = min_plan.handle(Request(method, path), context())
    assert isinstance(answer, Response)
    assert answer.status == 404


def test_what_was_recorded_rebuilds_its_state(tmp_path: Path) -> None:
    for name in ("før", "efter"):
        (tmp_path / name).mkdir()
    with OpenWorld(tmp_path / "før", services=(MinPlan(),)) as before:
        before.world.order("minplan", REGISTERED)
        before.send(asked())
    with OpenWorld(tmp_path / "efter", services=(MinPlan(),)) as after:
        after.world.replay(before.happened)
        answer = after.send(asked())
    assert isinstance(answer, Response)
    assert json.loads(answer.body) == {"aktiviteter": [WALK]}
