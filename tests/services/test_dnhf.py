"""Den Nationale Henvisningsformidling: receipts, duplicates, notes back, and the offers by its published contract."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from open_world import ELMER, NANCY, OpenWorld
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from harness.conformance.files.formats import judge_file
from harness.domain.exchange import Late, NoAnswer, Request, Response
from harness.domain.organisations import CLINIC, MUNICIPALITY
from harness.services.dnhf import Dnhf
from harness.services.service import Order
from harness.services.vans import Vans
from harness.standards.oioxml.build import build_letter
from harness.standards.oioxml.kinds import NO_RECEIPT, XCTL02, XCTL03, XDIS15, XREF15, XREF22
from harness.standards.oioxml.letter import CodedDiagnosis, Letter, LetterPatient, LetterReceipt, Note, Party, Referral
from harness.standards.oioxml.read import read_letter
from harness.standards.vans import (
    EndPoint,
    Envelope,
    Message,
    Receipt,
    ReceiptKind,
    Transport,
    build_envelope,
    carrying,
    read_envelope,
)
from tests.published import read_yaml

CONTRACT: dict[str, Any] = read_yaml(Path(__file__).parents[2] / "docs" / "dnhf.openapi.yaml")
REGISTRY: Registry[Any] = Registry().with_resource("urn:dnhf", DRAFT202012.create_resource(CONTRACT))
UUID = "3f1d8c5e-2b7a-4e0d-9c44-0a1b2c3d4e{:02d}"
JSON = (("content-type", "application/json"),)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[OpenWorld]:
    with OpenWorld(tmp_path, services=(Vans(), Dnhf())) as opened:
        yield opened


def referral(world: OpenWorld, **changes: Any) -> Letter:
    now = world.clock.now().replace(tzinfo=None)
    letter = Letter(
        kind=XREF15,
        sent=now,
        envelope="LPS1",
        identifier="HENV1",
        sender=Party(CLINIC.gln),
        receiver=Party(MUNICIPALITY.gln),
        content=Referral((CodedDiagnosis("R95", "KOL"),), (), "Åndenød"),
        patient=LetterPatient(ELMER.cpr, ELMER.family, "Elmer"),
    )
    return replace(letter, **changes)


def enveloped(world: OpenWorld, data: bytes, envelope: int = 1, message: int = 50) -> bytes:
    content = carrying(data, "XML", "XREF15", "XH1530R", UUID.format(message), Transport())
    ends = EndPoint(CLINIC.gln), EndPoint(MUNICIPALITY.gln)
    return build_envelope(Envelope(*ends, UUID.format(envelope), world.clock.now(), content))


def send(world: OpenWorld, body: bytes) -> list[Envelope]:
    """Post an envelope, let it travel, and empty the clinic's post box."""
    assert world.post("/vans/afsendelse", body).status == 202
    return received(world)


def received(world: OpenWorld) -> list[Envelope]:
    world.wait(60)
    found = []
    box = f"/vans/postkasse/{CLINIC.gln}"
    while True:
        answer = world.send(Request("GET", box))
        assert isinstance(answer, Response)
        if answer.status == 204:
            return found
        found.append(read_envelope(answer.body))
        world.send(Request("DELETE", f"{box}/{answer.header('x-besked')}"))


def kinds(envelopes: list[Envelope]) -> list[str]:
    return [
        each.content.meta.document.name if isinstance(each.content, Message) else str(each.content.kind) for each in envelopes
    ]


def letter_of(envelope: Envelope) -> Letter:
    assert isinstance(envelope.content, Message)
    return read_letter(envelope.content.data)


def test_a_referral_is_receipted_by_envelope_and_by_letter(world: OpenWorld) -> None:
    first, second = send(world, enveloped(world, build_letter(referral(world))))
    assert isinstance(first.content, Receipt)
    assert (first.content.kind, first.content.original_envelope) == (ReceiptKind.POSITIVE_MESSAGE, UUID.format(1))
    assert first.receiver == EndPoint(CLINIC.gln)
    receipt = letter_of(second)
    assert receipt.kind is XCTL03
    assert isinstance(receipt.content, LetterReceipt)
    assert (receipt.content.envelope, receipt.content.letters[0].identifier) == ("LPS1", "HENV1")


def test_a_letter_that_asks_for_no_receipt_gets_none_of_its_own(world: OpenWorld) -> None:
    assert kinds(send(world, enveloped(world, build_letter(referral(world, acknowledgement=NO_RECEIPT))))) == ["PositiveMessage"]


def test_a_refusal_says_why(world: OpenWorld) -> None:
    world.world.order("dnhf", Order("kvittering", {"svar": "afvist", "tekst": "Forkert kommune"}))
    first, second = send(world, enveloped(world, build_letter(referral(world, acknowledgement=NO_RECEIPT))))
    assert isinstance(first.content, Receipt)
    assert (first.content.kind, first.content.error) == (ReceiptKind.NEGATIVE_MESSAGE, "Forkert kommune")
    refusal = letter_of(second)
    assert refusal.kind is XCTL02
    assert isinstance(refusal.content, LetterReceipt)
    assert [each.refuse_text for each in refusal.content.letters] == ["Forkert kommune"]


def test_a_letter_of_another_kind_is_refused(world: OpenWorld) -> None:
    other = referral(world, kind=XDIS15, content=Note("Afsluttet"))
    assert kinds(send(world, enveloped(world, build_letter(other)))) == ["NegativeMessage", "XCTL02"]


def test_what_is_no_letter_is_refused_by_the_envelopes_receipt(world: OpenWorld) -> None:
    assert kinds(send(world, enveloped(world, b"<x/>"))) == ["NegativeMessage"]


@pytest.mark.parametrize("envelope", [1, 2], ids=["samme kuvert", "ny kuvert"])
def test_a_duplicate_is_receipted_as_the_first_time(world: OpenWorld, envelope: int) -> None:
    data = build_letter(referral(world))
    first = send(world, enveloped(world, data))
    world.world.order("dnhf", Order("kvittering", {"svar": "afvist", "tekst": "Nu tages der ikke flere"}))
    again = send(world, enveloped(world, data, envelope))
    assert kinds(again) == kinds(first) == ["PositiveMessage", "XCTL03"]
    assert not {each.identifier for each in again} & {each.identifier for each in first}


def test_a_used_envelope_id_with_another_message_is_an_error(world: OpenWorld) -> None:
    data = build_letter(referral(world))
    send(world, enveloped(world, data))
    assert kinds(send(world, enveloped(world, data, message=51))) == ["NegativeMessage"]


def test_a_lost_receipt_comes_when_the_referral_is_sent_again(world: OpenWorld) -> None:
    data = build_letter(referral(world))
    world.world.order("dnhf", Order("kvittering", {"svar": "ingen"}))
    assert send(world, enveloped(world, data)) == []
    world.world.order("dnhf", Order("kvittering", {"svar": "positiv"}))
    assert kinds(send(world, enveloped(world, data, 2))) == ["PositiveMessage", "XCTL03"]


def test_a_receipt_is_never_receipted(world: OpenWorld) -> None:
    (_, second) = send(world, enveloped(world, build_letter(referral(world))))
    assert isinstance(second.content, Message)
    assert send(world, enveloped(world, second.content.data, 3, 53)) == []


@pytest.mark.parametrize("encoding", ["UTF-8", "ISO-8859-1"])
def test_a_note_keeps_the_rules_and_comes_again_as_it_was(world: OpenWorld, encoding: str) -> None:
    wish = {
        "cpr": str(ELMER.cpr),
        "fornavne": ["Elmer"],
        "efternavn": "Hansen",
        "tekst": "Åndenød på gåture",
        "tegnsæt": encoding,
    }
    world.world.order("dnhf", Order("notat", wish))
    (note,) = received(world)
    letter = letter_of(note)
    assert letter.kind is XDIS15
    assert isinstance(letter.content, Note)
    assert letter.content.text == wish["tekst"]
    for report in judge_file(build_envelope(note), "notat.xml").every():
        assert [finding for each in report.judgements for finding in each.findings] == []
    world.world.order("dnhf", Order("notat-igen", {"kuvert": "samme"}))
    assert received(world) == [note]
    world.world.order("dnhf", Order("notat-igen", {"kuvert": "ny"}))
    (again,) = received(world)
    assert again.content == note.content
    assert again.identifier != note.identifier


def offers(world: OpenWorld, body: bytes) -> tuple[int, dict[str, Any]]:
    """Status and content of an answer that is as the contract says."""
    answer = world.send(Request("POST", "/kommune/tilbud", JSON, body))
    assert isinstance(answer, Response)
    described = CONTRACT["paths"]["/kommune/tilbud"]["post"]["responses"][str(answer.status)]
    described = CONTRACT["components"]["responses"]["Fejl"] if "$ref" in described else described
    schema = json.loads(json.dumps(described["content"]["application/json"]["schema"]).replace('"#/', '"urn:dnhf#/'))
    content: dict[str, Any] = json.loads(answer.body)
    Draft202012Validator(schema, registry=REGISTRY, format_checker=Draft202012Validator.FORMAT_CHECKER).validate(content)
    return answer.status, content


def offer(status: str) -> Order:
    return Order("tilbud", {"cpr": str(ELMER.cpr), "navn": "rygestop", "status": status, "dato": "2026-10-05"})


def test_offers_are_the_patients_own_and_up_to_date(world: OpenWorld) -> None:
    for status in ("planlagt", "frafaldet"):
        world.world.order("dnhf", offer(status))
    own = offers(world, json.dumps({"cpr": str(ELMER.cpr)}).encode())
    assert own == (200, {"tilbud": [{"navn": "rygestop", "status": "frafaldet", "dato": "2026-10-05"}]})
    assert offers(world, json.dumps({"cpr": str(NANCY.cpr)}).encode()) == (200, {"tilbud": []})


@pytest.mark.parametrize(("body", "status"), [(b"[", 400), (b"[]", 400), (b"{}", 422)], ids=str)
def test_a_wish_that_cannot_be_read_is_told(world: OpenWorld, body: bytes, status: int) -> None:
    assert offers(world, body)[0] == status


@pytest.mark.parametrize(("availability", "status"), [("optaget", 503), ("afviser", 403), ("normal", 200)])
def test_it_can_be_busy_or_refuse(world: OpenWorld, availability: str, status: int) -> None:
    world.order("dnhf", availability)
    assert offers(world, json.dumps({"cpr": str(ELMER.cpr)}).encode())[0] == status
    came = send(world, enveloped(world, build_letter(referral(world))))
    assert bool(came) is (status == 200)


def test_it_can_be_silent_or_late(world: OpenWorld) -> None:
    ask = Request("POST", "/kommune/tilbud", JSON, json.dumps({"cpr": str(ELMER.cpr)}).encode())
    world.order("dnhf", "svarer ikke")
    assert isinstance(world.send(ask), NoAnswer)
    world.order("dnhf", "svarer for sent")
    assert isinstance(world.send(ask), Late)


def test_what_it_does_not_have_is_told(world: OpenWorld) -> None:
    assert world.post("/dnhf/andet", b"").status == 404
    assert world.post("/dnhf/post", b"x").status == 422
    with pytest.raises(KeyError):
        world.world.order("dnhf", Order("dans"))


def test_what_was_recorded_rebuilds_it(world: OpenWorld, tmp_path: Path) -> None:
    data = build_letter(referral(world))
    send(world, enveloped(world, data))
    world.world.order("dnhf", offer("planlagt"))
    fresh = tmp_path / "igen"
    fresh.mkdir()
    with OpenWorld(fresh, services=(Vans(), Dnhf())) as again:
        again.world.replay(world.happened)
        assert kinds(send(again, enveloped(again, data, 2))) == ["PositiveMessage", "XCTL03"]
        assert offers(again, json.dumps({"cpr": str(ELMER.cpr)}).encode())[1]["tilbud"]


def test_a_referral_to_the_acute_function_is_taken_in_too(world: OpenWorld) -> None:
    acute = referral(world, kind=XREF22, namespace="urn:test", acknowledgement=NO_RECEIPT)
    assert kinds(send(world, enveloped(world, build_letter(acute)))) == ["PositiveMessage"]
