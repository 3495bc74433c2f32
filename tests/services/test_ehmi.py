"""EHMI and the municipality's system behind it: what is sent and carried, receipts as told, and statuses by the contract."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from open_world import CLOCK_START, ELMER, OpenWorld
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from harness.conformance.files.formats import judge_file
from harness.domain.exchange import Exchange, NoAnswer, Request, Response
from harness.domain.organisations import ACUTE_TEAM, CLINIC
from harness.services.ehmi import Ehmi
from harness.services.eoj import Eoj
from harness.services.service import USUAL, Order
from harness.services.vans import Vans
from harness.standards.eds import DeliveryStatus, Organisation, Step, build_eds
from harness.standards.eds import Message as Told
from harness.standards.fhir import codes
from harness.standards.fhir.build_care_communication import build_care_communication
from harness.standards.fhir.messages import (
    Acknowledgement,
    Author,
    CareCommunication,
    HomeCareObservation,
    Party,
    Person,
    Segment,
)
from harness.standards.fhir.read import read_acknowledgement, read_home_care_observation, read_message_id
from harness.standards.fhir.write import own_id
from harness.standards.sbdh import Envelope, build_sbdh, read_sbdh
from harness.standards.vans import EndPoint, Message, Transport, build_envelope, carrying, read_envelope
from harness.standards.vans import Envelope as VansEnvelope
from harness.standards.xml import parse
from tests.published import read_yaml

CONTRACT: dict[str, Any] = read_yaml(Path(__file__).parents[2] / "docs" / "ehmi.openapi.yaml")
REGISTRY: Registry[Any] = Registry().with_resource("urn:ehmi", DRAFT202012.create_resource(CONTRACT))
UUID = "3f1d8c5e-2b7a-4e0d-9c44-0a1b2c3d4e{:02d}"
CRP = {
    "kode": "NPU19748",
    "navn": "P—C-reaktivt protein; massek. = ? mg/L",
    "enhed": "mg/L",
    "tegn": "<",
    "værdi": "5",
    "tal": True,
    "kommentar": "Ikke fastende",
}
WISH: dict[str, Any] = {
    "cpr": str(ELMER.cpr),
    "fornavne": list(ELMER.given),
    "efternavn": ELMER.family,
    "initialer": "ABT",
    "konklusion": "Øm & træt",
    "resultater": [CRP],
}
BOX = f"/ehmi/postkasse/{CLINIC.gln}"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[OpenWorld]:
    with OpenWorld(tmp_path, services=(Vans(), Ehmi(), Eoj())) as opened:
        yield opened


def sent(world: OpenWorld, name: str = "prøvesvar", **wish: Any) -> Envelope:
    """The envelope that came to the network when the municipality was told so; it follows every rule of its formats."""
    world.world.order("eoj", Order(name, {**WISH, **wish} if name == "prøvesvar" else wish))
    world.clock.run_due()
    body = [each for each in world.exchanges if each.sender == "eoj"][-1].request.body
    envelope = read_sbdh(parse(body, "kuvert.xml"))
    assert isinstance(envelope, Envelope)
    return envelope


def read(envelope: Envelope) -> HomeCareObservation:
    return read_home_care_observation(envelope.payload, "prøvesvar")


def fetched(world: OpenWorld) -> bytes:
    """The oldest envelope that waits for the clinic; it is deleted."""
    answer = world.send(Request("GET", BOX))
    assert isinstance(answer, Response)
    if answer.status == 200:
        done = world.send(Request("DELETE", f"{BOX}/{answer.header('x-besked')}"))
        assert isinstance(done, Response)
        assert done.status == 204
    return answer.body


@pytest.mark.parametrize("form", ["json", "xml"])
def test_a_result_keeps_every_rule_in_both_forms_and_waits_for_the_clinic(world: OpenWorld, form: str) -> None:
    envelope = sent(
        world, form=form, bilag=[{"titel": "EKG", "type": "application/pdf", "data": base64.b64encode(b"%PDF").decode()}]
    )
    body = fetched(world)
    assert [str(each) for each in judge_file(body, "kuvert.xml").findings if each.grade] == []
    message = read(envelope)
    (result,) = message.results
    assert (str(result.value), result.comparator, result.unit, result.note) == ("5", "<", "mg/L", "Ikke fastende")
    assert (message.conclusion, message.receiver.initials, message.sender.producer) == ("Øm & træt", "ABT", "KAF")
    assert [(each.title, each.data) for each in message.attachments] == [("EKG", b"%PDF")]
    assert fetched(world) == b""


def test_a_patient_without_cpr_is_known_by_the_ecpr(world: OpenWorld) -> None:
    envelope = sent(world, cpr="0703921VJ5")
    assert (envelope.patient, read(envelope).patient.cpr) == ("0703921VJ5", "0703921VJ5")
    assert [str(each) for each in judge_file(fetched(world), "kuvert.xml").findings if each.grade] == []


def test_it_comes_again_in_the_same_envelope_or_in_a_new_one(world: OpenWorld) -> None:
    first = sent(world)
    world.wait(60)
    same, new = sent(world, "igen", kuvert="samme"), sent(world, "igen", kuvert="ny")
    assert same == first
    assert (new.id != first.id, new.created > first.created, new.payload) == (True, True, first.payload)
    reused = sent(world, kuvert="brugt før")
    assert (reused.id, reused.message_id != first.message_id) == (new.id, True)


def test_corrections_and_cancellations_name_what_they_change(world: OpenWorld) -> None:
    first = sent(world)
    corrected = read(sent(world, "ret", resultater=[{**CRP, "værdi": "50"}]))
    assert (corrected.activity, corrected.earlier, str(corrected.results[0].value)) == (codes.MODIFIED, first.message_id, "50")
    cancelled = read(sent(world, "annuller", grund="incorrect-cpr"))
    assert (cancelled.activity, cancelled.conclusion) == (codes.RETRACT, "incorrect-cpr")
    assert cancelled.earlier == own_id(corrected.id, "header")
    assert [str(each) for each in judge_file(fetched(world), "kuvert.xml").findings if each.grade] == []


def test_what_came_before_the_latest_is_sent_again_corrected_and_cancelled(world: OpenWorld) -> None:
    first = sent(world, form="xml")
    sent(world, cpr="0703921VJ5")
    assert sent(world, "igen", kuvert="samme", før=1) == first
    corrected = sent(world, "ret", resultater=[{**CRP, "værdi": "50"}], før=1)
    assert (read(corrected).earlier, corrected.mime_type) == (first.message_id, first.mime_type)
    cancelled = read(sent(world, "annuller", grund="incorrect-cpr"))
    assert (cancelled.earlier, cancelled.patient.cpr) == (corrected.message_id, str(ELMER.cpr))


def letter(number: int) -> bytes:
    """The clinic's letter to the acute team, in its envelope."""
    clinic, team = Party(CLINIC.name, CLINIC.sor, CLINIC.gln, CLINIC.yder), Party(ACUTE_TEAM.name, ACUTE_TEAM.sor, ACUTE_TEAM.gln)
    now = CLOCK_START
    said = Segment(UUID.format(number + 1), now, clinic, Author("Test", "Testlæge", "", "speciallaegeipraksis"), "Hej")
    message = CareCommunication(
        UUID.format(number),
        now,
        UUID.format(number + 2),
        Person(str(ELMER.cpr), "Elmer", "Hansen"),
        clinic,
        team,
        "other",
        (said,),
    )
    data = build_care_communication(message)
    content = carrying(data, "HL7", "MCM:FDIS91#other", "", read_message_id(data, "brev"), Transport())
    return build_envelope(VansEnvelope(EndPoint(CLINIC.gln), EndPoint(ACUTE_TEAM.gln), UUID.format(number + 3), now, content))


def receipts(world: OpenWorld) -> list[tuple[Exchange, Acknowledgement]]:
    """What came back from the municipality, each by every rule of its formats."""
    world.clock.run_due()
    found = []
    for each in world.exchanges:
        if each.sender == "eoj":
            assert [str(one) for one in judge_file(each.request.body, "kuvert.xml").findings if one.grade] == []
            content = read_envelope(each.request.body).content
            assert isinstance(content, Message)
            found.append((each, read_acknowledgement(content.data, "kvittering")))
    return found


@pytest.mark.parametrize(("answer", "form"), [("ok", "xml"), ("fatal-error", "json"), ("transient-error", "xml")])
def test_a_letter_is_receipted_as_told(world: OpenWorld, answer: str, form: str) -> None:
    world.world.order("eoj", Order("kvitterer", {"svar": answer, "tekst": "Ukendt emne", "form": form}))
    world.post("/vans/afsendelse", letter(10))
    ((_, receipt),) = receipts(world)
    assert (receipt.answer, receipt.original) == (answer, own_id(UUID.format(10), "header"))
    assert receipt.explanation == ("" if answer == "ok" else "Ukendt emne")


def test_receipts_late_for_an_earlier_letter_and_again(world: OpenWorld) -> None:
    world.world.order("eoj", Order("kvitterer", {"svar": "ingen"}))
    world.post("/vans/afsendelse", letter(10))
    world.post("/vans/afsendelse", letter(20))
    assert receipts(world) == []
    world.world.order("eoj", Order("kvitter-nu", {"svar": "ok", "før": 1}))
    world.wait(60)
    for envelope in ("samme", "ny"):
        world.world.order("eoj", Order("kvittering-igen", {"kuvert": envelope}))
    came = receipts(world)
    assert {receipt.original for _, receipt in came} == {own_id(UUID.format(10), "header")}
    first, same, new = (read_envelope(exchange.request.body) for exchange, _ in came)
    assert (same, new.identifier != first.identifier, new.sent > first.sent) == (first, True, True)
    assert new.content == first.content
    world.world.order("eoj", USUAL)
    world.post("/vans/afsendelse", letter(30))
    assert receipts(world)[-1][1].answer == "ok"


STATUS = DeliveryStatus(
    step=Step.RECEIVED,
    recorded=CLOCK_START,
    sender=Organisation(ACUTE_TEAM.name, ACUTE_TEAM.sor),
    receiver=Organisation(CLINIC.name, CLINIC.sor),
    message=Told(UUID.format(1), "homecareobservation-message", "1.1"),
    device="LPS",
)


@pytest.mark.parametrize(
    ("availability", "body", "status"),
    [
        ("normal", build_eds(STATUS), 202),
        ("optaget", build_eds(STATUS), 503),
        ("afviser", build_eds(STATUS), 403),
        ("normal", b"{}", 422),
    ],
    ids=["normal", "optaget", "afviser", "ulæselig"],
)
def test_the_queue_answers_by_its_contract(world: OpenWorld, availability: str, body: bytes, status: int) -> None:
    world.order("ehmi", availability)
    answer = world.post("/ehmi/status", body)
    named = CONTRACT["paths"]["/ehmi/status"]["post"]["responses"][str(answer.status)]
    place = named["$ref"].removeprefix("#") if "$ref" in named else f"/paths/~1ehmi~1status/post/responses/{status}"
    schema = {"$ref": f"urn:ehmi#{place}/content/application~1json/schema"}
    Draft202012Validator(schema, registry=REGISTRY).validate(json.loads(answer.body))
    assert answer.status == status
    assert ("taken" in world.exchanges[-1].facts) is (status == 202)


def test_a_silent_queue_does_not_stop_messages(world: OpenWorld) -> None:
    world.order("ehmi", "svarer ikke")
    assert isinstance(world.send(Request("POST", "/ehmi/status", (), build_eds(STATUS))), NoAnswer)
    back = replace(sent(world), id=UUID.format(40))
    turned = replace(back, sender=back.receiver, receiver=back.sender)
    assert world.post("/ehmi/afsendelse", build_sbdh(turned)).status == 202
    world.clock.run_due()
    assert [each.request.path for each in world.exchanges if each.sender == "ehmi"] == ["/eoj/ehmi"]


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [("/ehmi/afsendelse", b"<x/>", 422), ("/ehmi/andet", b"", 404), ("/eoj/andet", b"", 404), ("/eoj/post", b"<x/>", 422)],
    ids=["kuvert", "ehmi", "eoj", "vans"],
)
def test_what_cannot_be_read_is_refused(world: OpenWorld, path: str, body: bytes, status: int) -> None:
    answer = world.post(path, body)
    assert (answer.status, "fejl" in json.loads(answer.body)) == (status, True)


def test_an_unknown_order_is_told(world: OpenWorld) -> None:
    with pytest.raises(KeyError, match="dans"):
        world.world.order("eoj", Order("dans"))
