"""Web-patient: what it takes from a clinic, what it refuses, and that what it sends breaks no rule and says what was answered."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from jsonschema import Draft202012Validator
from open_world import OpenWorld
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from harness.conformance.files.formats import judge_file
from harness.conformance.rule import Result
from harness.domain.exchange import NoAnswer, Request, Response
from harness.domain.organisations import CLINIC, HOSPITAL
from harness.house import find_house
from harness.services.document_sharing import DocumentSharing
from harness.services.plsp import Plsp
from harness.services.service import Order
from harness.services.vans import Vans
from harness.services.web_patient import WebPatient
from harness.standards.cda.qrd import read_qrd
from harness.standards.medrpt.read import read_medrpt
from harness.standards.medrpt.report import LabReport, ResultStatus
from harness.standards.vans import Envelope, Message, read_envelope
from harness.standards.xml import parse
from tests.published import read_yaml

CONTRACT = read_yaml(find_house().home / "docs" / "web-patient.openapi.yaml")
REGISTRY: Registry[Any] = Registry().with_resource("urn:kontrakt", Resource(CONTRACT, DRAFT202012))
ELMER = {"cpr": "2509479989", "fornavne": ["Elmer", "Test"], "efternavn": "Hansen"}
WISH = {"bestilling": str(UUID(int=7)), "cpr": ELMER["cpr"], "pakke": "KOL", "skemaer": ["MCS88137", "MCS88021"]}
SCORES = [{"kode": "MCS88137", "navn": "CAT score;Pt", "værdi": "18"}, {"kode": "MCS88195", "navn": "PROMIS", "værdi": "39.8"}]
ANSWER = {**ELMER, "scorer": SCORES, "bemærkning": "BCDFGH Åndenød? 2+2: 'ja'", "besvaret": "2026-10-04T23:45"}
SAID = [
    {"kode": "q10-100", "spørgsmål": "Har du taget antibiotika siden sidste måling?", "svar": "Ja", "slags": "valg"},
    {"kode": "", "spørgsmål": "Hvor mange skridt?", "svar": "7500", "slags": "tal"},
    {"kode": "", "spørgsmål": "Hvad er svært?", "svar": "At gå & sove på Ærø", "slags": "tekst"},
]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[OpenWorld]:
    with OpenWorld(tmp_path, services=fresh()) as world:
        yield world


def fresh() -> tuple[Vans, WebPatient, Plsp, DocumentSharing]:
    return Vans(), WebPatient(), Plsp(), DocumentSharing()


def ordered(world: OpenWorld, **changes: Any) -> Response:
    response = world.post("/web-patient/bestillinger", json.dumps({**WISH, **changes}).encode())
    schema = f"urn:kontrakt#/paths/~1web-patient~1bestillinger/post/responses/{response.status}"
    named = CONTRACT["paths"]["/web-patient/bestillinger"]["post"]["responses"][str(response.status)]
    place = f"urn:kontrakt{named['$ref']}" if "$ref" in named else schema
    reference = {"$ref": f"{place}/content/application~1json/schema"}
    Draft202012Validator(reference, registry=REGISTRY).validate(json.loads(response.body))
    return response


def patient_does(world: OpenWorld, name: str, **wish: Any) -> None:
    world.world.order("web-patient", Order(name, wish))
    world.wait(0)


def post_box(world: OpenWorld) -> list[Envelope]:
    """What waits for the clinic, emptied."""
    found = []
    box = f"/vans/postkasse/{CLINIC.gln}"
    while True:
        response = world.send(Request("GET", box))
        assert isinstance(response, Response)
        if response.status == 204:
            return found
        assert broken_in(response.body) == set()
        found.append(read_envelope(response.body))
        number = dict(response.headers)["x-besked"]
        world.send(Request("DELETE", f"{box}/{number}"))


def broken_in(body: bytes) -> set[str]:
    """The rules that an envelope, or what it carries, breaks; all of it is of a format we know."""
    reports = list(judge_file(body, "kuvert.xml").every())
    assert [report.problem for report in reports] == ["", ""]
    return {each.rule.id for report in reports for each in report.judgements if each.result is Result.BROKEN}


def report_in(envelope: Envelope) -> LabReport:
    assert isinstance(envelope.content, Message)
    return read_medrpt(envelope.content.data)


def test_an_order_is_taken_once_however_often_it_comes(world: OpenWorld) -> None:
    assert [ordered(world).status for _ in range(2)] == [200, 200]
    facts = [each.facts for each in world.exchanges]
    assert {each["document_id"] for each in facts} == {WISH["bestilling"]}
    assert [(each["patient"], each["document"], each["taken"]) for each in facts] == [(ELMER["cpr"], "KOL", "ja")] * 2
    assert facts[0]["package"] == "MCS88137, MCS88021"
    assert ordered(world, pakke="lænderygsmerter").status == 409


@pytest.mark.parametrize("changes", [{"pakke": "T2D"}, {"skemaer": []}, {"skemaer": "MCS88137"}, {"skemaer": ["x"]}, {"cpr": ""}])
def test_what_the_contract_does_not_allow_is_refused(world: OpenWorld, changes: dict[str, Any]) -> None:
    schema = {"$ref": "urn:kontrakt#/components/schemas/Bestilling"}
    validator = Draft202012Validator(schema, registry=REGISTRY)
    assert validator.is_valid(WISH)
    assert not validator.is_valid({**WISH, **changes})
    assert ordered(world, **changes).status == 422
    assert "taken" not in world.exchanges[0].facts


def test_a_closed_web_patient_takes_no_order(world: OpenWorld) -> None:
    world.order("web-patient", "optaget")
    assert ordered(world).status == 503
    world.order("web-patient", "afviser")
    assert ordered(world).status == 403
    assert all("taken" not in each.facts for each in world.exchanges)
    world.order("web-patient", "svarer ikke")
    assert world.send(Request("POST", "/web-patient/bestillinger", (), json.dumps(WISH).encode())) == NoAnswer()
    world.order("web-patient", "normal")
    assert ordered(world).status == 200


def test_scores_come_as_a_laboratory_report_that_says_what_was_answered(world: OpenWorld) -> None:
    patient_does(world, "svar", **ANSWER)
    (envelope,) = post_box(world)
    report = report_in(envelope)
    assert (envelope.sender.value, report.patient.cpr, report.acknowledge) == (HOSPITAL.gln, ELMER["cpr"], True)
    assert [(each.analysis.code, each.value) for each in report.results] == [("MCS88137", "18"), ("MCS88195", "39.8")]
    assert {each.comments for each in report.results} == {(ANSWER["bemærkning"],)}
    assert report.sample.taken.isoformat(timespec="minutes") == ANSWER["besvaret"]


def test_a_correction_is_a_new_message_about_the_same_answer(world: OpenWorld) -> None:
    patient_does(world, "svar", **ANSWER)
    patient_does(world, "ret", scorer=[{**SCORES[0], "værdi": "21"}])
    first, second = map(report_in, post_box(world))
    assert second.results[0].status is ResultStatus.CORRECTED
    assert (second.results[0].value, second.results[0].comments) == ("21", first.results[0].comments)
    assert (second.production, second.sample) == (first.production, first.sample)
    assert {second.letter, second.transmission}.isdisjoint({first.letter, first.transmission})


def test_the_same_message_comes_again_in_the_same_or_a_new_envelope(world: OpenWorld) -> None:
    patient_does(world, "svar", **ANSWER)
    patient_does(world, "igen", kuvert="samme")
    patient_does(world, "igen", kuvert="ny")
    first, same, new = post_box(world)
    assert same == first
    assert (new.content, new.identifier == first.identifier) == (first.content, False)


def test_a_questionnaire_comes_as_a_qrd(world: OpenWorld) -> None:
    patient_does(world, "skema", **ELMER, titel="Spørgeskema", svar=SAID)
    (envelope,) = post_box(world)
    assert isinstance(envelope.content, Message)
    assert (envelope.content.meta.document.name, envelope.content.meta.document.version) == ("QRD", "1.2")
    response = read_qrd(parse(envelope.content.data, "svar.xml"))
    assert str(response.header.patient.cpr) == ELMER["cpr"]
    assert [each.question for each in response.answers] == [each["spørgsmål"] for each in SAID]


def test_a_recorded_run_can_be_replayed(world: OpenWorld, tmp_path: Path) -> None:
    ordered(world)
    patient_does(world, "svar", **ANSWER)
    patient_does(world, "ret", scorer=SCORES[:1])
    patient_does(world, "igen", kuvert="ny")
    (tmp_path / "igen").mkdir()
    with OpenWorld(tmp_path / "igen", services=fresh()) as again:
        again.world.replay(world.happened)
        patient_does(again, "igen", kuvert="samme")
        before, after = post_box(world), post_box(again)
    assert after == [*before, before[1]]


def test_an_unknown_order_and_an_unknown_path_are_told(world: OpenWorld) -> None:
    with pytest.raises(KeyError):
        patient_does(world, "findes-ikke")
    assert world.post("/web-patient/andet", b"{}").status == 404
