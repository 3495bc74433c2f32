"""The laboratories: what they send breaks no rule and says what was ordered, and a correction or a copy is what it says it is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from open_world import OpenWorld

from harness.conformance.files.formats import judge_file
from harness.conformance.rule import Result
from harness.domain.exchange import Request, Response
from harness.domain.organisations import CLINIC, HOSPITAL, OTHER_LABORATORY
from harness.services.laboratory import Laboratory
from harness.services.service import Order
from harness.services.vans import Vans
from harness.standards.medrpt.read import read_medrpt
from harness.standards.medrpt.report import (
    IdentifierCode,
    Interval,
    IntervalType,
    LabReport,
    Operator,
    ReportStatus,
    ResultStatus,
    ResultType,
    Validation,
)
from harness.standards.vans import Envelope, Message, read_envelope

POTASSIUM = {
    "kode": "NPU03230",
    "navn": "Kalium-ion;P",
    "værdi": "4.0",
    "tegn": "",
    "enhed": "mmol/L",
    "nedre": "3.5",
    "øvre": "4.4",
    "markeret": "",
    "kommentar": "",
    "status": "svar_endeligt",
}
CREATININE = {**POTASSIUM, "kode": "NPU18016", "tegn": ">", "enhed": "µmol/L", "nedre": "", "øvre": "105", "markeret": "for_hoej"}
WORDS = {**POTASSIUM, "kode": "NPU04207", "værdi": "Positiv", "enhed": "", "nedre": "", "øvre": ""}
ANSWER = {
    "laboratorium": "laboratoriet",
    "cpr": "2509479989",
    "fornavne": ["Elmer", "Test"],
    "efternavn": "Hansen",
    "rekvisition": "KLMNPQ",
    "status": "komplet_svar",
    "resultater": [POTASSIUM, CREATININE, WORDS],
    "bemærkning": "BCDFGH Hæmolyseret? 2+2: 'ja'",
    "taget": "2026-10-04T08:15",
}


@pytest.fixture
def world(tmp_path: Path) -> Iterator[OpenWorld]:
    with OpenWorld(tmp_path, services=(Vans(), Laboratory())) as world:
        yield world


def laboratory_does(world: OpenWorld, name: str, **wish: Any) -> None:
    world.world.order("laboratorium", Order(name, wish))
    world.wait(0)


def post_box(world: OpenWorld) -> list[Envelope]:
    """What waits for the clinic, emptied; no rule has anything to say of it."""
    found = []
    box = f"/vans/postkasse/{CLINIC.gln}"
    while True:
        response = world.send(Request("GET", box))
        assert isinstance(response, Response)
        if response.status == 204:
            return found
        reports = list(judge_file(response.body, "kuvert.xml").every())
        assert [report.problem for report in reports] == ["", ""]
        assert {each.rule.id for report in reports for each in report.judgements if each.result is Result.BROKEN} == set()
        found.append(read_envelope(response.body))
        world.send(Request("DELETE", f"{box}/{dict(response.headers)['x-besked']}"))


def report_in(envelope: Envelope) -> LabReport:
    assert isinstance(envelope.content, Message)
    return read_medrpt(envelope.content.data)


def test_a_report_says_what_was_ordered(world: OpenWorld) -> None:
    laboratory_does(world, "svar", **ANSWER)
    (envelope,) = post_box(world)
    report = report_in(envelope)
    assert (envelope.sender.value, report.patient.cpr, report.sample.requester_id) == (HOSPITAL.gln, "2509479989", "KLMNPQ")
    assert (report.status, report.comments) == (ReportStatus.COMPLETE, (ANSWER["bemærkning"],))
    potassium, creatinine, words = report.results
    assert (potassium.value, potassium.unit, potassium.validation) == ("4.0", "mmol/L", None)
    assert potassium.intervals == (Interval(IntervalType.PHYSIOLOGICAL, "3.5", "4.4"),)
    assert (creatinine.operator, creatinine.unit, creatinine.validation) == (Operator.GREATER, "µmol/L", Validation.HIGH)
    assert creatinine.intervals == (Interval(IntervalType.PHYSIOLOGICAL, "", "105"),)
    assert (words.value, words.type, words.intervals) == ("Positiv", ResultType.TEXT, ())


def test_another_laboratory_is_another_sender(world: OpenWorld) -> None:
    laboratory_does(world, "svar", **{**ANSWER, "laboratorium": "et andet laboratorium"})
    (envelope,) = post_box(world)
    sender = report_in(envelope).sender
    assert (envelope.sender.value, sender.identifier, sender.code) == (
        OTHER_LABORATORY.gln,
        OTHER_LABORATORY.sor,
        IdentifierCode.SOR,
    )


@pytest.mark.parametrize(
    ("status", "final", "value"),
    [
        ("del_svar", "svar_endeligt", "4.0"),
        ("komplet_svar", "svar_midlertidigt", "4.0"),
        ("modtaget", "proeve_modtaget", "*****"),
    ],
)
def test_a_report_can_be_less_than_whole(world: OpenWorld, status: str, final: str, value: str) -> None:
    row = {**POTASSIUM, "status": final, "værdi": value}
    laboratory_does(world, "svar", **{**ANSWER, "status": status, "resultater": [row]})
    report = report_in(post_box(world)[0])
    assert (report.status, report.results[0].status, report.results[0].value) == (status, final, value)


def test_a_correction_is_a_new_message_about_the_same_sample(world: OpenWorld) -> None:
    laboratory_does(world, "svar", **ANSWER)
    laboratory_does(world, "ret", resultater=[{**POTASSIUM, "værdi": "6.1", "status": "svar_rettet"}], bemærkning="GHJKLM Rettet")
    first, second = map(report_in, post_box(world))
    assert [(each.status, each.value) for each in second.results] == [(ResultStatus.CORRECTED, "6.1")]
    assert (second.production, second.sample, second.comments) == (first.production, first.sample, ("GHJKLM Rettet",))
    assert {second.letter, second.transmission}.isdisjoint({first.letter, first.transmission})


def test_the_same_message_comes_again_in_the_same_or_a_new_envelope(world: OpenWorld) -> None:
    laboratory_does(world, "svar", **ANSWER)
    laboratory_does(world, "igen", kuvert="samme")
    laboratory_does(world, "igen", kuvert="ny")
    first, same, new = post_box(world)
    assert same == first
    assert (new.content, new.identifier == first.identifier) == (first.content, False)


def test_a_recorded_run_can_be_replayed(world: OpenWorld, tmp_path: Path) -> None:
    laboratory_does(world, "svar", **ANSWER)
    (tmp_path / "igen").mkdir()
    with OpenWorld(tmp_path / "igen", services=(Vans(), Laboratory())) as again:
        again.world.replay(world.happened)
        laboratory_does(again, "igen", kuvert="samme")
        before, after = post_box(world), post_box(again)
    assert after == [*before, before[0]]


def test_an_unknown_order_and_every_path_are_told(world: OpenWorld) -> None:
    with pytest.raises(KeyError):
        laboratory_does(world, "findes-ikke")
    assert world.post("/laboratorium/svar", b"{}").status == 404
