"""Digitale Forløbsplaner: it enrols, publishes forms, opens each page once, keeps plans, and follows its contract."""

from __future__ import annotations

import json
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from open_world import CLOCK_START, ELMER, NANCY, OpenWorld
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from harness.domain.exchange import Late, NoAnswer, Request, Response
from harness.domain.organisations import CLINIC, OTHER_CLINIC
from harness.services.flp import KEY_LIFE, Flp
from harness.services.service import LATE_SECONDS, Availability, Context, Order
from tests.published import read_yaml

CONTRACT: dict[str, Any] = read_yaml(Path(__file__).parents[2] / "docs" / "flp.openapi.yaml")
REGISTRY: Registry[Any] = Registry().with_resource("urn:flp", DRAFT202012.create_resource(CONTRACT))
KOL = {"klinik": CLINIC.sor, "cpr": str(ELMER.cpr), "plantype": "KOL"}
PLAN = {
    **KOL,
    "plan": "p1",
    "formular": 1,
    "ny": True,
    "aktiv": True,
    "data": [{"kode": "MCS88015", "vaerdi": "1.85", "enhed": "L", "maalt": "2026-11-02"}],
    "dele": [{"del": "egenomsorg", "tekst": "Går en tur på Ærø"}],
}
NUMBERS = count()


@pytest.fixture
def flp() -> Flp:
    return Flp()


def context(later: timedelta = timedelta(0)) -> Context:
    return Context(CLOCK_START + later, lambda: f"id{next(NUMBERS)}")


def asked(flp: Flp, method: str, path: str, wish: object = None, came: Context | None = None) -> tuple[int, dict[str, Any]]:
    """Status and content of an answer that follows the contract."""
    place, _, query = path.partition("?")
    body = json.dumps(wish).encode() if wish is not None else b""
    answer = flp.handle(Request(method, f"/flp/{place}", (), body, query), came or context())
    assert isinstance(answer, Response)
    content: dict[str, Any] = json.loads(answer.body)
    held_against_contract(f"/flp/{place}", method.lower(), answer.status, content)
    return answer.status, content


def held_against_contract(path: str, method: str, status: int, content: dict[str, Any]) -> None:
    named: dict[str, Any] = CONTRACT["paths"][path][method]["responses"][str(status)]
    escaped = path.replace("/", "~1")
    place = named["$ref"].removeprefix("#") if "$ref" in named else f"/paths/{escaped}/{method}/responses/{status}"
    schema = {"$ref": f"urn:flp#{place}/content/application~1json/schema"}
    Draft202012Validator(schema, registry=REGISTRY).validate(content)


def order(flp: Flp, name: str, **arguments: Any) -> dict[str, Any]:
    return flp.order(Order(name, arguments), context())


def test_a_clinic_enrols_and_withdraws_type_by_type(flp: Flp) -> None:
    def told(kind: str, enrolled: bool, clinic: str = CLINIC.sor) -> list[str]:
        status, content = asked(flp, "POST", "tilmeldinger", {"klinik": clinic, "plantype": kind, "tilmeldt": enrolled})
        assert status == 200
        types: list[str] = content["plantyper"]
        return types

    assert told("KOL", True) == ["KOL"]
    assert told("T2D", True) == ["KOL", "T2D"]
    assert told("LRS", True, OTHER_CLINIC.sor) == ["LRS"]
    assert told("KOL", False) == ["T2D"]
    assert told("HJERTE", False) == ["T2D"]


def test_a_form_is_given_in_its_newest_edition(flp: Flp) -> None:
    assert asked(flp, "GET", "formularer") == (200, {"formularer": []})
    first = {"plantype": "KOL", "data": ["MCS88015"], "anbefaling": "Gammel"}
    newer = {**first, "data": ["MCS88015", "MCS88137"], "anbefaling": "Ny"}
    assert order(flp, "formular", **first) == {"udgave": 1}
    assert order(flp, "formular", **{**first, "plantype": "LRS"}) == {"udgave": 1}
    assert order(flp, "formular", **newer) == {"udgave": 2}
    forms = asked(flp, "GET", "formularer")[1]["formularer"]
    assert forms == [{**newer, "udgave": 2}, {**first, "plantype": "LRS", "udgave": 1}]


def test_a_key_opens_the_page_once_and_only_its_own(flp: Flp) -> None:
    keys = [asked(flp, "POST", "sessioner", {**KOL, "cpr": str(each.cpr)})[1]["noegle"] for each in (ELMER, NANCY)]
    came = context()
    assert asked(flp, "GET", f"side?noegle={keys[1]}", came=came) == (200, {"cpr": str(NANCY.cpr), "plantype": "KOL"})
    assert came.facts == {"transaction": "FLP-side", "patient": str(NANCY.cpr), "document": "KOL", "taken": "ja"}
    assert asked(flp, "GET", f"side?noegle={keys[1]}")[0] == 410
    assert asked(flp, "GET", f"side?noegle={keys[0]}")[1]["cpr"] == str(ELMER.cpr)


@pytest.mark.parametrize(("later", "status"), [(KEY_LIFE - timedelta(seconds=1), 200), (KEY_LIFE, 410)])
def test_a_key_expires(flp: Flp, later: timedelta, status: int) -> None:
    key = asked(flp, "POST", "sessioner", KOL)[1]["noegle"]
    assert asked(flp, "GET", f"side?noegle={key}", came=context(later))[0] == status


@pytest.mark.parametrize("path", ["side", "side?noegle=ukendt"])
def test_a_page_without_a_key_stays_closed(flp: Flp, path: str) -> None:
    came = context()
    assert asked(flp, "GET", path, came=came)[0] == 410
    assert came.facts == {"transaction": "FLP-side"}


def test_a_plan_sent_again_is_still_one_and_others_plans_are_told(flp: Flp) -> None:
    order(flp, "anden-klinik", cpr=str(ELMER.cpr), plantype="T2D")
    came = context()
    assert asked(flp, "POST", "planer", PLAN, came) == (200, {"plan": "p1"})
    assert came.facts["taken"] == "ja"
    assert asked(flp, "POST", "planer", {**PLAN, "ny": False})[0] == 200
    held = asked(flp, "POST", "patient", {"cpr": str(ELMER.cpr)})[1]["planer"]
    assert [(each["klinik"], each["plantype"]) for each in held] == [(OTHER_CLINIC.sor, "T2D"), (CLINIC.sor, "KOL")]
    assert asked(flp, "POST", "patient", {"cpr": str(NANCY.cpr)}) == (200, {"planer": []})


@pytest.mark.parametrize("other", [{"cpr": str(NANCY.cpr)}, {"plantype": "LRS"}])
def test_a_plans_number_is_its_own(flp: Flp, other: dict[str, str]) -> None:
    asked(flp, "POST", "planer", PLAN)
    came = context()
    assert asked(flp, "POST", "planer", {**PLAN, **other}, came)[0] == 409
    assert "taken" not in came.facts


@pytest.mark.parametrize(
    "wrong",
    [
        {"plan": ""},
        {"plantype": "ASTMA"},
        {"ny": "ja"},
        {"aktiv": None},
        {"formular": "1"},
        {"data": "ingen"},
        {"data": [{**PLAN["data"][0], "vaerdi": "1,85"}]},  # type: ignore[dict-item, index]
        {"data": [{**PLAN["data"][0], "vaerdi": "NaN"}]},  # type: ignore[dict-item, index]
        {"data": [{**PLAN["data"][0], "maalt": "2. november"}]},  # type: ignore[dict-item, index]
        {"data": [{"kode": "MCS88015"}]},
        {"dele": [{"del": "andet", "tekst": "x"}]},
        {"dele": None},
    ],
    ids=str,
)
def test_a_plan_that_does_not_follow_the_contract_is_refused(flp: Flp, wrong: dict[str, Any]) -> None:
    came = context()
    assert asked(flp, "POST", "planer", {**PLAN, **wrong}, came)[0] == 422
    assert came.facts == {}


def test_an_enrolment_that_does_not_say_yes_or_no_is_refused(flp: Flp) -> None:
    assert asked(flp, "POST", "tilmeldinger", {"klinik": CLINIC.sor, "plantype": "KOL", "tilmeldt": 1})[0] == 422
    assert flp.handle(Request("POST", "/flp/tilmeldinger", (), b"{"), context()).status == 400  # type: ignore[union-attr]


CALLS: list[tuple[str, str, object]] = [
    ("POST", "tilmeldinger", {"klinik": CLINIC.sor, "plantype": "KOL", "tilmeldt": True}),
    ("GET", "formularer", None),
    ("POST", "patient", {"cpr": str(ELMER.cpr)}),
    ("POST", "sessioner", KOL),
    ("GET", "side?noegle=x", None),
    ("POST", "planer", PLAN),
]


@pytest.mark.parametrize(("method", "path", "wish"), CALLS, ids=[path for _, path, _ in CALLS])
@pytest.mark.parametrize(("availability", "status"), [(Availability.BUSY, 503), (Availability.REFUSING, 403)])
def test_closed_takes_nothing_and_says_so(flp: Flp, availability: str, status: int, method: str, path: str, wish: object) -> None:
    order(flp, "tilgængelighed", værdi=availability)
    came = context()
    assert asked(flp, method, path, wish, came)[0] == status
    assert "taken" not in came.facts
    order(flp, "tilgængelighed", værdi=Availability.NORMAL)
    assert asked(flp, "POST", "patient", {"cpr": str(ELMER.cpr)})[1] == {"planer": []}


def test_silent_and_late(flp: Flp) -> None:
    request = Request("POST", "/flp/planer", (), json.dumps(PLAN).encode())
    order(flp, "tilgængelighed", værdi=Availability.SILENT)
    assert flp.handle(request, context()) == NoAnswer()
    order(flp, "tilgængelighed", værdi=Availability.LATE)
    answer = flp.handle(request, context())
    assert isinstance(answer, Late)
    assert (answer.seconds, answer.response.status) == (LATE_SECONDS, 200)


def test_what_it_does_not_know(flp: Flp) -> None:
    answer = flp.handle(Request("GET", "/flp/planer"), context())
    assert isinstance(answer, Response)
    assert answer.status == 404
    with pytest.raises(KeyError, match="luk"):
        order(flp, "luk")


def test_what_was_recorded_rebuilds_its_state(tmp_path: Path) -> None:
    for name in ("før", "efter"):
        (tmp_path / name).mkdir()
    session = Request("POST", "/flp/sessioner", (), json.dumps(KOL).encode())
    with OpenWorld(tmp_path / "før", services=(Flp(),)) as before:
        before.world.order("flp", Order("anden-klinik", {"cpr": str(ELMER.cpr), "plantype": "KOL"}))
        answer = before.send(session)
        assert isinstance(answer, Response)
        key = json.loads(answer.body)["noegle"]
    with OpenWorld(tmp_path / "efter", services=(Flp(),)) as after:
        after.world.replay(before.happened)
        page = after.send(Request("GET", "/flp/side", query=f"noegle={key}"))
        held = after.post("/flp/patient", json.dumps({"cpr": str(ELMER.cpr)}).encode())
    assert isinstance(page, Response)
    assert page.status == 200
    assert [each["plantype"] for each in json.loads(held.body)["planer"]] == ["KOL"]


@pytest.mark.parametrize("written", ["1", "1.0", "1e0", "10E-1"])
def test_an_integer_is_one_however_it_is_written(flp: Flp, written: str) -> None:
    asked(flp, "POST", "tilmeldinger", {"klinik": CLINIC.sor, "plantype": "KOL", "tilmeldt": True})
    body = json.dumps(PLAN).replace('"formular": 1', f'"formular": {written}').encode()
    answer = flp.handle(Request("POST", "/flp/planer", (), body), context())
    assert isinstance(answer, Response)
    assert answer.status == 200, answer.body.decode()


@pytest.mark.parametrize("written", ["1.5", "1e999"])
def test_a_fraction_is_no_integer(flp: Flp, written: str) -> None:
    body = json.dumps(PLAN).replace('"formular": 1', f'"formular": {written}').encode()
    answer = flp.handle(Request("POST", "/flp/planer", (), body), context())
    assert isinstance(answer, Response)
    assert answer.status == 422
