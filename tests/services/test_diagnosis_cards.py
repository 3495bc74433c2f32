"""PLSP's diagnosekort: what is handed over is what is found, in the words of the contract; and how a card is coded is told."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from open_world import CLOCK_START, ELMER, NANCY
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from harness.conformance.fhir.condition_list import judge_condition_list
from harness.conformance.rule import Result
from harness.domain.clock import copenhagen
from harness.domain.exchange import Late, NoAnswer, Request, Response
from harness.services.card_traits import time_form, traits_of
from harness.services.diagnosis_cards import EMPTIED, HANDED_OVER, LOOKED_UP, DiagnosisCards
from harness.services.service import LATE_SECONDS, USUAL, Availability, Context, Order
from harness.services.world import fresh_ids
from harness.standards.fhir import codes
from harness.standards.fhir.build import build_condition_list
from harness.standards.fhir.diagnosis_card import read_card
from harness.standards.fhir.messages import ConditionList, Diagnosis, Party, Person
from harness.standards.fhir.write import as_xml
from tests.published import read_yaml

CONTRACT: dict[str, Any] = read_yaml(Path(__file__).parents[2] / "docs" / "plsp-diagnosekort.openapi.yaml")
REGISTRY: Registry[Any] = Registry().with_resource("urn:diagnosekort", DRAFT202012.create_resource(CONTRACT))
NOW: datetime = copenhagen(CLOCK_START)
KOL = Diagnosis("R95", "DJ449", "Kronisk obstruktiv lungesygdom UNS", date(2026, 10, 5), began=date(2024, 1, 2))
T2D = Diagnosis("T90", "", "Diabetes type 2", date(2026, 10, 5), codes.RESOLVED, "encounter-diagnosis", ended=date(2026, 10, 1))
CARD = ConditionList(
    id="6f7b1c1e-3e0b-4b0e-9c3a-0c1f6c6d0001",
    identifier="6f7b1c1e-3e0b-4b0e-9c3a-0c1f6c6d0002",
    patient=Person(str(ELMER.cpr), "Elmer Test", "Hansen"),
    clinic=Party("Agerskov lægepraksis", "73091000016008"),
    changed=NOW,
    assembled=NOW,
    diagnoses=(KOL, T2D),
)
OTHERS = Order(
    "andet-kort",
    {
        "cpr": str(ELMER.cpr),
        "fornavne": ["Elmer", "Test"],
        "efternavn": "Hansen",
        "kvinde": False,
        "født": "1947-09-25",
        "diagnoser": [{"icpc": "T90", "icd": "DE119a", "tekst": "Diabetes på Ærø", "status": "relevant", "type": "forløb"}],
    },
)


@pytest.fixture
def cards() -> DiagnosisCards:
    return DiagnosisCards()


def context() -> Context:
    return Context(CLOCK_START, fresh_ids("diagnosekort"))


def answered(cards: DiagnosisCards, path: str, body: bytes, came: Context | None = None) -> Response:
    """An answer that follows the contract."""
    answer = cards.handle(Request("POST", path, (("content-type", "application/json"),), body), came or context())
    assert isinstance(answer, Response)
    named: dict[str, Any] = CONTRACT["paths"][path]["post"]["responses"][str(answer.status)]
    place = named.get("$ref", f"#/paths/{path.replace('/', '~1')}/post/responses/{answer.status}").removeprefix("#")
    schema = {"$ref": f"urn:diagnosekort#{place}/content/application~1json/schema"}
    Draft202012Validator(schema, registry=REGISTRY).validate(json.loads(answer.body))
    return answer


def about(cpr: object) -> bytes:
    return json.dumps({"cpr": str(cpr)}).encode()


def found(cards: DiagnosisCards, cpr: object) -> dict[str, bytes]:
    rows = json.loads(answered(cards, LOOKED_UP, about(cpr)).body)["dokumenter"]
    return {each["afsender"]: base64.b64decode(each["dokument"]) for each in rows}


def test_the_newest_card_is_what_is_found_until_it_is_empty(cards: DiagnosisCards) -> None:
    newer = build_condition_list(replace(CARD, diagnoses=(T2D,)))
    for document in (build_condition_list(CARD), newer, newer):
        assert answered(cards, HANDED_OVER, document).status == 200
    assert found(cards, ELMER.cpr) == {"klinikken": newer}
    assert found(cards, NANCY.cpr) == {}
    answered(cards, EMPTIED, about(NANCY.cpr))
    assert found(cards, ELMER.cpr) == {"klinikken": newer}
    answered(cards, EMPTIED, about(ELMER.cpr))
    assert found(cards, ELMER.cpr) == {}


def test_a_handover_says_whom_it_is_about_and_how_it_is_coded(cards: DiagnosisCards) -> None:
    came = context()
    answered(cards, HANDED_OVER, build_condition_list(CARD), came)
    assert came.facts["patient"] == str(ELMER.cpr)
    assert came.facts["document_id"] == f"urn:uuid:{CARD.identifier}"
    assert came.facts["taken"] == "ja"
    assert came.facts["kodning: koder"] == "DJ449 + R95; T90"


def test_another_clinics_card_stands_beside_the_own_and_follows_its_standard(cards: DiagnosisCards) -> None:
    answered(cards, HANDED_OVER, build_condition_list(CARD))
    cards.order(OTHERS, context())
    other = found(cards, ELMER.cpr)["anden klinik"]
    (shown,) = read_card(other).diagnoses
    assert (shown.name, shown.text, shown.status, shown.type) == ("T90/DE119a", "Diabetes på Ærø", "relevant", "forløb")
    assert [each.rule for each in judge_condition_list(other, "kort.json") if each.result is Result.BROKEN] == []
    cards.order(USUAL, context())
    assert list(found(cards, ELMER.cpr)) == ["klinikken"]


def test_another_clinics_diagnosis_without_status_makes_its_card_invalid(cards: DiagnosisCards) -> None:
    row = {**OTHERS.arguments["diagnoser"][0], "status": ""}
    cards.order(Order("andet-kort", {**OTHERS.arguments, "diagnoser": [row]}), context())
    judged = judge_condition_list(found(cards, ELMER.cpr)["anden klinik"], "kort.json")
    assert [finding.rule for each in judged for finding in each.findings] == ["CL-10"]


@pytest.mark.parametrize(
    ("document", "status"),
    [
        (build_condition_list(CARD, as_xml), 400),
        (b"{", 400),
        (b'{"resourceType": "Patient"}', 400),
        (b'{"resourceType": "Bundle"}', 422),
    ],
    ids=["som XML", "afbrudt", "en patient", "uden patient"],
)
def test_what_is_no_card_is_refused(cards: DiagnosisCards, document: bytes, status: int) -> None:
    assert answered(cards, HANDED_OVER, document).status == status
    assert found(cards, ELMER.cpr) == {}


@pytest.mark.parametrize(("availability", "status"), [(Availability.BUSY, 503), (Availability.REFUSING, 403)])
def test_what_is_closed_takes_nothing_and_gives_nothing(cards: DiagnosisCards, availability: Availability, status: int) -> None:
    answered(cards, HANDED_OVER, build_condition_list(CARD))
    cards.order(Order("tilgængelighed", {"værdi": str(availability)}), context())
    came = context()
    for path, body in ((HANDED_OVER, build_condition_list(CARD)), (EMPTIED, about(ELMER.cpr)), (LOOKED_UP, about(ELMER.cpr))):
        assert answered(cards, path, body, came).status == status
    assert "taken" not in came.facts
    cards.order(USUAL, context())
    assert list(found(cards, ELMER.cpr)) == ["klinikken"]


def test_what_is_silent_or_late_is_so(cards: DiagnosisCards) -> None:
    asked = Request("POST", LOOKED_UP, (), about(ELMER.cpr))
    cards.order(Order("tilgængelighed", {"værdi": "svarer ikke"}), context())
    assert isinstance(cards.handle(asked, context()), NoAnswer)
    cards.order(Order("tilgængelighed", {"værdi": "svarer for sent"}), context())
    late = cards.handle(asked, context())
    assert isinstance(late, Late)
    assert late.seconds == LATE_SECONDS


def test_other_calls_and_orders_are_refused(cards: DiagnosisCards) -> None:
    answer = cards.handle(Request("GET", LOOKED_UP), context())
    assert isinstance(answer, Response)
    assert answer.status == 404
    with pytest.raises(KeyError, match="luk"):
        cards.order(Order("luk"), context())


def test_traits_tell_how_a_card_is_coded_and_not_what_must_differ() -> None:
    told = traits_of(build_condition_list(CARD))
    assert told["kodning: diagnosetekst"] == "DJ449: Kronisk obstruktiv lungesygdom UNS; T90: Diabetes type 2"
    assert told["kodning: type"] == "DJ449: forløb; T90: kontakt"
    assert told["kodning: status"] == "DJ449: aktuel; T90: relevant"
    assert told["kodning: klinisk status"] == "DJ449: active; T90: resolved"
    assert told["kodning: datoer"] == "DJ449: debut dag, registreret dag; T90: registreret dag, afsluttet dag"
    assert told["teknik: ressourcer"] == "1 Composition, 2 Condition, 1 Organization, 1 Patient"
    other = replace(
        CARD, id="7a7b1c1e-3e0b-4b0e-9c3a-0c1f6c6d0001", identifier="8a7b1c1e-3e0b-4b0e-9c3a-0c1f6c6d0001", diagnoses=(T2D, KOL)
    )
    assert traits_of(build_condition_list(other)) == told


@pytest.mark.parametrize(
    ("change", "trait", "told"),
    [
        ({"note": [{"text": "x"}]}, "kodning: andre felter", "note"),
        ({"category": []}, "kodning: status", "DJ449: ingen"),
        (
            {"code": {"coding": [{"system": codes.ICD10, "code": "DJ449", "display": "KOL"}]}},
            "kodning: kodernes egen tekst",
            "DJ449: SKS “KOL”",
        ),
        ({"recordedDate": "2026-10-05T10:15:00.5Z"}, "kodning: datoer", "DJ449: debut dag, registreret brøkdel af sekund, UTC"),
    ],
)
def test_traits_tell_what_another_system_writes(change: dict[str, Any], trait: str, told: str) -> None:
    document = json.loads(build_condition_list(replace(CARD, diagnoses=(KOL,))))
    document["entry"][-1]["resource"].update(change)
    assert traits_of(json.dumps(document).encode())[trait] == told


@pytest.mark.parametrize(
    ("written", "form"),
    [
        ("", "ingen"),
        ("2026", "år"),
        ("2026-10", "måned"),
        ("2026-10-05", "dag"),
        ("2026-10-05T10:15+02:00", "minut, dansk tid"),
        ("2026-01-05T10:15:00+01:00", "sekund, dansk tid"),
        ("2026-10-05T10:15:00", "sekund, uden tidszone"),
        ("2026-10-05T10:15:00+05:30", "sekund, +05:30"),
        ("i går", "andet"),
    ],
)
def test_how_a_time_is_written(written: str, form: str) -> None:
    assert time_form(written) == form
