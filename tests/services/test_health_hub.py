"""Health Hub and those behind it: each result goes to its databank, a no is kept, and nothing is shown before it should."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from open_world import ELMER, NANCY, OpenWorld
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from harness.domain.exchange import NoAnswer, Request
from harness.domain.organisations import CLINIC, HOSPITAL
from harness.house import find_house
from harness.services.health_hub import HealthHub
from harness.services.lab_readers import LabReader, lab_readers
from harness.services.service import USUAL, Order, Service
from harness.standards.medrpt.report import Analysis, LabReport, Party, Result, ResultStatus, Sample, Subject
from harness.standards.oioxml.xrpt_build import build_xrpt
from tests.published import read_yaml

CONTRACT = read_yaml(find_house().home / "docs" / "health-hub.openapi.yaml")
REGISTRY: Registry[Any] = Registry().with_resource("urn:hub", DRAFT202012.create_resource(CONTRACT))
NOW = datetime.fromisoformat("2026-10-05T10:15")
EVERYONE = ("laba", "miba", "laboratoriesvarportalen", "sundhed-dk", "min-laege")
REPORT = LabReport(
    transmission="1",
    sent=NOW,
    letter="2",
    authorised=NOW,
    sender=Party(CLINIC.gln, organisation=CLINIC.name, ean=CLINIC.gln),
    receiver=Party(HOSPITAL.gln, organisation="Health Hub", ean=HOSPITAL.gln),
    patient=Subject(ELMER.family, "Elmer", str(ELMER.cpr)),
    sample=Sample("3", NOW),
    production="4",
    answered=NOW,
    results=(Result(Analysis("NPU27300", "HbA1c"), "53", unit="mmol/mol", comments=("BCDFGH",)),),
)
DENIED = replace(REPORT, patient=replace(REPORT.patient, consent=False))
CORRECTED = replace(REPORT, results=(replace(REPORT.results[0], value="63", status=ResultStatus.CORRECTED),))


def fresh() -> tuple[Service, ...]:
    return HealthHub(), *lab_readers()


@pytest.fixture
def world(tmp_path: Path) -> Iterator[OpenWorld]:
    with OpenWorld(tmp_path, services=fresh()) as world:
        yield world


def told(report: LabReport, number: str = "s1", kind: str = "biokemi") -> dict[str, str]:
    return {"svar": number, "art": kind, "dokument": base64.b64encode(build_xrpt(report)).decode()}


def asked(world: OpenWorld, path: str, wish: object) -> tuple[int, dict[str, Any]]:
    """Status and content of an answer that follows the contract."""
    answer = world.post(path, json.dumps(wish).encode())
    content: dict[str, Any] = json.loads(answer.body)
    parts = path.split("/")
    known = path if path in CONTRACT["paths"] else f"/{{læser}}/{parts[2]}"
    named = CONTRACT["paths"][known]["post"]["responses"][str(answer.status)]
    place = (
        named["$ref"].removeprefix("#")
        if "$ref" in named
        else f"/paths/{known.replace('/', '~1')}/post/responses/{answer.status}"
    )
    schema = {"$ref": f"urn:hub#{place}/content/application~1json/schema"}
    Draft202012Validator(schema, registry=REGISTRY).validate(content)
    return answer.status, content


def send(world: OpenWorld, report: LabReport, number: str = "s1", kind: str = "biokemi") -> int:
    status, _ = asked(world, "/health-hub/svar", told(report, number, kind))
    world.wait(0)
    return status


def seen(world: OpenWorld, cpr: str = str(ELMER.cpr)) -> dict[str, int]:
    """How many editions of the results about the patient each reader shows; those that show none are left out."""
    held = {each: asked(world, f"/{each}/opslag", {"cpr": cpr})[1]["svar"] for each in EVERYONE}
    return {each: sum(len(row["udgaver"]) for row in rows) for each, rows in held.items() if rows}


def show(world: OpenWorld) -> None:
    for databank in ("laba", "miba"):
        world.world.order(databank, Order("udstilling", {"vises": True}))


@pytest.mark.parametrize(("kind", "databank"), [("biokemi", "laba"), ("mikrobiologi", "miba")])
def test_a_result_reaches_the_databank_of_its_kind_and_is_shown_nowhere(world: OpenWorld, kind: str, databank: str) -> None:
    assert send(world, REPORT, kind=kind) == 200
    assert seen(world) == {databank: 1}
    assert seen(world, str(NANCY.cpr)) == {}


def test_in_full_operation_it_is_shown_everywhere(world: OpenWorld) -> None:
    show(world)
    send(world, REPORT)
    assert seen(world) == {"laba": 1, "laboratoriesvarportalen": 1, "sundhed-dk": 1, "min-laege": 1}


def test_it_is_not_shown_any_more_once_everything_is_as_usual(world: OpenWorld) -> None:
    show(world)
    for service in fresh():
        world.world.order(service.name, USUAL)
    send(world, REPORT)
    assert seen(world) == {"laba": 1}


def test_the_same_result_again_is_not_given_on_again(world: OpenWorld) -> None:
    send(world, REPORT)
    send(world, replace(REPORT, letter="9", transmission="8", sent=NOW.replace(hour=11)))
    assert seen(world) == {"laba": 1}


def test_a_correction_is_the_next_edition(world: OpenWorld) -> None:
    send(world, REPORT)
    send(world, CORRECTED)
    assert seen(world) == {"laba": 2}


def test_a_denied_result_goes_to_nobody(world: OpenWorld) -> None:
    show(world)
    assert send(world, DENIED) == 200
    assert seen(world) == {}
    assert {each.service for each in world.exchanges if each.sender == "health-hub"} == set()


def test_a_no_afterwards_takes_it_back_from_everybody_and_a_yes_gives_it_again(world: OpenWorld) -> None:
    show(world)
    send(world, REPORT)
    send(world, DENIED)
    assert seen(world) == {}
    send(world, REPORT)
    assert set(seen(world)) == {"laba", "laboratoriesvarportalen", "sundhed-dk", "min-laege"}


def test_a_result_that_is_taken_back_is_gone_everywhere(world: OpenWorld) -> None:
    show(world)
    send(world, REPORT)
    wish = {"svar": "s1", "cpr": str(ELMER.cpr), "grund": "forkert patient"}
    assert asked(world, "/health-hub/tilbagetraekning", wish) == (200, {"svar": "s1"})
    world.wait(0)
    assert seen(world) == {}
    assert asked(world, "/health-hub/tilbagetraekning", wish)[0] == 200, "to gange er som én"


def test_what_the_citizen_blocks_is_not_shown_there_nor_given_on(world: OpenWorld) -> None:
    show(world)
    world.world.order("laboratoriesvarportalen", Order("spærring", {"svar": "s1"}))
    send(world, REPORT)
    send(world, REPORT, "s2")
    assert seen(world) == {"laba": 2, "laboratoriesvarportalen": 1, "sundhed-dk": 1, "min-laege": 1}


def test_a_result_is_not_taken_back_for_another_patient(world: OpenWorld) -> None:
    send(world, REPORT)
    wish = {"svar": "s1", "cpr": str(NANCY.cpr), "grund": "forkert patient"}
    assert asked(world, "/health-hub/tilbagetraekning", wish)[0] == 409
    world.wait(0)
    assert seen(world) == {"laba": 1}


def test_a_result_that_changes_kind_leaves_its_first_databank(world: OpenWorld) -> None:
    show(world)
    send(world, REPORT, kind="mikrobiologi")
    send(world, CORRECTED)
    assert seen(world) == {"laba": 1, "laboratoriesvarportalen": 1, "sundhed-dk": 1, "min-laege": 1}
    send(world, replace(DENIED, results=CORRECTED.results), kind="mikrobiologi")
    assert seen(world) == {}


def test_a_correction_of_the_reports_remark_alone_is_given_on(world: OpenWorld) -> None:
    send(world, REPORT)
    send(world, replace(REPORT, comments=("Rettet bemærkning",)))
    assert seen(world) == {"laba": 2}


def test_base64_may_be_broken_into_lines(world: OpenWorld) -> None:
    wish = told(REPORT)
    broken = base64.encodebytes(base64.b64decode(wish["dokument"])).decode()
    assert asked(world, "/health-hub/svar", {**wish, "dokument": broken})[0] == 200


def test_another_patients_result_cannot_have_the_same_number(world: OpenWorld) -> None:
    send(world, REPORT)
    assert send(world, replace(REPORT, patient=replace(REPORT.patient, cpr=str(NANCY.cpr)))) == 409
    assert seen(world, str(NANCY.cpr)) == {}


@pytest.mark.parametrize(
    ("path", "change"),
    [
        ("/health-hub/svar", {"art": "patologi"}),
        ("/health-hub/svar", {"dokument": "ikke base64"}),
        ("/health-hub/svar", {"dokument": base64.b64encode(b"<a/>").decode()}),
        ("/health-hub/svar", {"svar": ""}),
        ("/laba/svar", {"dokument": base64.b64encode(b"<a/>").decode()}),
    ],
)
def test_what_does_not_follow_the_contract_is_refused(world: OpenWorld, path: str, change: dict[str, str]) -> None:
    wish = {**told(REPORT), **change}
    assert asked(world, path, wish)[0] == 422
    world.wait(0)
    assert seen(world) == {}


@pytest.mark.parametrize(("availability", "status"), [("optaget", 503), ("afviser", 403)])
def test_a_closed_hub_takes_nothing(world: OpenWorld, availability: str, status: int) -> None:
    world.order("health-hub", availability)
    assert send(world, REPORT) == status
    wish = {"svar": "s1", "cpr": str(ELMER.cpr), "grund": "forkert patient"}
    assert asked(world, "/health-hub/tilbagetraekning", wish)[0] == status
    assert [each.facts.get("taken") for each in world.exchanges] == [None, None]
    assert seen(world) == {}


def test_a_silent_hub_does_not_answer(world: OpenWorld) -> None:
    world.order("health-hub", "svarer ikke")
    assert world.send(Request("POST", "/health-hub/svar", (), json.dumps(told(REPORT)).encode())) == NoAnswer()


def test_what_was_recorded_rebuilds_their_state(world: OpenWorld, tmp_path: Path) -> None:
    show(world)
    send(world, REPORT)
    send(world, CORRECTED)
    (tmp_path / "igen").mkdir()
    with OpenWorld(tmp_path / "igen", services=fresh()) as again:
        again.world.replay(world.happened)
        again.wait(0)
        assert seen(again) == seen(world)


@pytest.mark.parametrize("service", fresh(), ids=lambda each: each.name)
def test_what_they_do_not_know_is_told(world: OpenWorld, service: Service) -> None:
    assert world.post(f"/{service.name}/andet", b"{}").status == 404
    with pytest.raises(KeyError):
        world.world.order(service.name, Order("luk"))


def test_a_reader_answers_to_its_own_name() -> None:
    assert LabReader("laba").entrances == ("laba",)
