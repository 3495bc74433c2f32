"""The reference LPS keeps the contract of the test interface, and its outbox loses, doubles and reorders nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import httpx
import jsonschema
import pytest

from harness.domain.careplan import Diagnosis, Disease
from harness.domain.clock import VirtualClock
from harness.domain.exchange import Exchange, Request
from harness.domain.profile import Fact, Profile
from harness.domain.sharing import PlanInLps, SharedEdition, SharingStatus
from harness.house import find_house
from harness.lps.adapter import AdapterDriver
from harness.lps.contract import own_contract
from harness.lps.driver import CannotAct, NewPlan
from harness.lps.reference.outbox import RETRY_SECONDS
from harness.lps.reference.system import HOST, HTTP_TIMEOUT, ReferenceLps, Setup
from harness.services.document_sharing import DocumentSharing
from harness.services.door import MockDoor
from harness.services.plsp import Plsp
from harness.services.service import Availability, Order
from harness.services.world import World, fresh_ids
from harness.steps.reader import DdsReader, PlspReader
from harness.suite.patients import load_patients
from tests.published import read_yaml

HOUSE = find_house()
ELMER = load_patients(HOUSE)["Elmer"]
CONTRACT = read_yaml(HOUSE.home / "docs" / "lps-testgraenseflade.openapi.yaml")
RUTER = ("plsp", "direkte")
RECEIVERS = {"plsp": "plsp", "direkte": "dokumentdeling"}
HANDED_IN = {"plsp": "/plsp/forloebsplaner", "direkte": "/dros/iti41"}
KOL = Diagnosis("R95", "Kronisk obstruktiv lungesygdom", date(2026, 3, 2))
PATTERNS = {"niveau-kodning": "Niveau {niveau}", "opfølgning-kodning": "Næste: {dato}"}
SHARING = Profile("deling", {name: Fact(name, {"mønster": text}, decided=True, source="") for name, text in PATTERNS.items()})


class Kept:
    """A record that keeps exchanges and lets everything in."""

    def __init__(self) -> None:
        self.exchanges: list[Exchange] = []

    def admit(self, _sender: str, _request: Request) -> bool:
        return True

    def keep(self, exchange: Exchange) -> None:
        self.exchanges.append(exchange)

    def note(self, _event: object) -> None:
        """Nothing is made of it."""

    def observe(self, text: str) -> None: ...


@dataclass
class Clinic:
    """The reference LPS in a world of its own. `seen` holds each request to its test interface with the answer."""

    rute: str
    clock: VirtualClock = field(default_factory=VirtualClock)
    kept: Kept = field(default_factory=Kept)
    seen: list[tuple[httpx.Request, httpx.Response]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.world = World((DocumentSharing(), Plsp()), self.clock, self.kept, fresh_ids("verden"))
        door = MockDoor(self.world, self.clock, "lps", "klinik")
        setup = Setup("Referencesystemet", "0.1", self.rute, "2.0", door.address, profiles={"deling": SHARING})
        services = httpx.Client(transport=httpx.MockTransport(door), timeout=HTTP_TIMEOUT)
        lps = ReferenceLps(setup, services, self.clock, fresh_ids("lps"))

        def answer(request: httpx.Request) -> httpx.Response:
            response = lps(request)
            self.seen.append((request, response))
            return response

        self.client = httpx.Client(transport=httpx.MockTransport(answer), base_url=f"http://{HOST}")
        self.driver = AdapterDriver(self.client, fresh_ids("nøgler"))

    def receiver(self, availability: Availability) -> None:
        self.world.order(RECEIVERS[self.rute], Order("tilgængelighed", {"værdi": str(availability)}))

    def waits(self, seconds: float) -> None:
        self.clock.until(lambda: False, seconds)

    def sent(self) -> list[Exchange]:
        """What the LPS handed in, and the receiver took notice of."""
        return [each for each in self.kept.exchanges if each.sender == "lps" and each.request.path == HANDED_IN[self.rute]]

    def held(self) -> tuple[SharedEdition, ...]:
        reader = (PlspReader if self.rute == "plsp" else DdsReader)(lambda request: self.world.receive("harness", request))
        return reader.editions(ELMER)

    def new_plan(self, goal: str = "Gå") -> PlanInLps:
        self.driver.admit_patient(ELMER)
        return self.driver.create_plan(NewPlan(ELMER, Disease.KOL, KOL, (goal,), ("Samtale",)))


@pytest.fixture(params=RUTER)
def clinic(request: pytest.FixtureRequest) -> Clinic:
    return Clinic(request.param)


# The contract


def template(path: str) -> str:
    found = [each for each in CONTRACT["paths"] if re.fullmatch(re.sub(r"\{\w+\}", r"[^/]+", each), path)]
    assert len(found) == 1, f"{path} er ikke én sti i kontrakten"
    return str(found[0])


def resolved(node: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in node:
        return node
    found: Any = CONTRACT
    for part in node["$ref"].removeprefix("#/").split("/"):
        found = found[part]
    return dict(found)


def fits(value: object, schema: dict[str, Any]) -> None:
    jsonschema.Draft202012Validator(
        {**schema, "components": CONTRACT["components"]}, format_checker=jsonschema.FormatChecker()
    ).validate(value)


def keeps_contract(request: httpx.Request, response: httpx.Response, *, good_wish: bool = True) -> None:
    """The request, as the harness makes it, and the answer are what the contract says of that path."""
    operation = CONTRACT["paths"][template(request.url.path)][request.method.lower()]
    wanted = {resolved(each)["name"] for each in operation.get("parameters", ()) if resolved(each)["in"] == "header"}
    assert wanted <= {name.title() for name in request.headers}
    if "requestBody" in operation and good_wish:
        fits(json.loads(request.content), operation["requestBody"]["content"]["application/json"]["schema"])
    assert str(response.status_code) in operation["responses"], f"{request.method} {request.url.path}: {response.status_code}"
    answer = resolved(operation["responses"][str(response.status_code)])
    fits(response.json(), answer["content"]["application/json"]["schema"])


@pytest.fixture
def watched(clinic: Clinic) -> Iterator[Clinic]:
    yield clinic
    assert clinic.seen
    for request, response in clinic.seen:
        keeps_contract(request, response)


def test_a_plan_s_whole_way_keeps_the_contract(watched: Clinic) -> None:
    watched.driver.admit_patient(ELMER)
    wish = NewPlan(ELMER, Disease.LRS, KOL, ("Gå", "Æd"), ("Samtale",), level=2, follow_up=date(2026, 11, 30))
    plan = watched.driver.create_plan(wish)
    assert (plan.version, plan.goals, plan.status) == (1, ("Gå", "Æd"), SharingStatus.DRAFT)
    assert watched.driver.share(plan.key).status is SharingStatus.SHARED
    changed = watched.driver.change_goal(plan.key, "Svøm")
    assert (changed.version, changed.goals, changed.status) == (2, ("Svøm",), SharingStatus.DRAFT)
    watched.receiver(Availability.REFUSING)
    assert watched.driver.share(plan.key).status is SharingStatus.REFUSED
    watched.receiver(Availability.BUSY)
    assert watched.driver.resend(plan.key).status is SharingStatus.WAITING
    assert watched.driver.plan(plan.key) == watched.driver.resend(plan.key)
    assert "Niveau 2" in watched.held()[0].text.split("\n")
    assert "Næste: 30-11-2026" in watched.held()[0].text.split("\n")


def test_it_says_what_it_is_and_can(watched: Clinic) -> None:
    watched.driver.admit_patient(ELMER)
    said = watched.client.get("/egenskaber").json()
    assert (said["system"], said["version"], said["graenseflade"]) == ("Referencesystemet", "0.1", CONTRACT["info"]["version"])
    assert (set(said["handlinger"]), set(said["visninger"])) == (set(own_contract().acts), set(own_contract().views))
    assert said["testpatienter"] == [str(ELMER.cpr)]


PERSON = {"cpr": str(ELMER.cpr), "fornavne": ["Elmer"], "efternavn": "Hansen", "koen": "M", "foedt": "1947-09-25"}
PLAN = {
    "cpr": str(ELMER.cpr),
    "sygdom": "KOL",
    "diagnose": {"icpc": "R95", "tekst": "KOL", "dato": "2026-03-02"},
    "maal": ["Gå"],
    "indsatser": ["Samtale"],
}


@pytest.mark.parametrize(
    ("path", "wish", "status"),
    [
        ("/patienter", {**PERSON, "cpr": "0000000000"}, 422),
        ("/patienter", {**PERSON, "foedt": "i går"}, 400),
        ("/patienter", {}, 400),
        ("/patienter", [], 400),
        ("/planer", {**PLAN, "cpr": "2512489996"}, 422),
        ("/planer", {**PLAN, "sygdom": "ASTMA"}, 400),
        ("/planer", {**PLAN, "diagnose": {"icpc": "R95", "tekst": "KOL", "dato": "2026-02-31"}}, 400),
        ("/planer", {**PLAN, "naesteOpfoelgning": "30-11-2026"}, 400),
        ("/planer", {**PLAN, "maal": None}, 400),
        ("/planer/p1/maal", {}, 400),
        ("/planer/p9/maal", {"maal": ["Gå"]}, 404),
        ("/planer/p9/deling", {}, 404),
        ("/planer/p9/gensendelse", {}, 404),
    ],
)
def test_a_wish_that_cannot_be_met_is_told_and_changes_nothing(clinic: Clinic, path: str, wish: object, status: int) -> None:
    plan = clinic.new_plan()
    response = clinic.client.post(path, json=wish, headers={"Idempotency-Key": "prøve".encode().hex()})
    assert response.status_code == status
    assert response.json()["fejl"].endswith(".")
    keeps_contract(*clinic.seen[-1], good_wish=False)
    assert clinic.driver.plan(plan.key) == plan
    assert clinic.sent() == []


def test_what_is_not_json_is_told(clinic: Clinic) -> None:
    response = clinic.client.post("/planer", content=b"{", headers={"Idempotency-Key": "k"})
    assert (response.status_code, set(response.json())) == (400, {"fejl"})


def test_an_unknown_plan_cannot_be_read(clinic: Clinic) -> None:
    with pytest.raises(CannotAct, match=r"GET /planer/p9\) svarede 404"):
        clinic.driver.plan("p9")
    keeps_contract(*clinic.seen[-1])


def test_an_unknown_patient_gets_no_plan(clinic: Clinic) -> None:
    with pytest.raises(CannotAct, match=r"POST /planer\) svarede 422"):
        clinic.driver.create_plan(NewPlan(ELMER, Disease.KOL, KOL, ("Gå",), ("Samtale",)))


# Idempotency-Key


def test_the_same_key_again_is_the_same_act_done_once(clinic: Clinic) -> None:
    clinic.new_plan()
    answers = [clinic.client.post("/planer", json=PLAN, headers={"Idempotency-Key": "k1"}).json() for _ in range(2)]
    assert answers[0] == answers[1]
    other = clinic.client.post("/planer", json=PLAN, headers={"Idempotency-Key": "k2"}).json()
    assert [answers[0]["plan"], other["plan"]] == ["p2", "p3"]


def test_the_same_key_again_shares_once(clinic: Clinic) -> None:
    plan = clinic.new_plan()
    clinic.receiver(Availability.BUSY)
    first, second = (
        clinic.client.post(f"/planer/{plan.key}/deling", json={}, headers={"Idempotency-Key": "k"}) for _ in range(2)
    )
    assert first.json() == second.json()
    assert len(clinic.sent()) == 1


@pytest.mark.parametrize(
    ("path", "wish"), [("/planer", {**PLAN, "maal": ["Svøm"]}), ("/planer/p1/maal", {"maal": ["Gå"]})], ids=["body", "address"]
)
def test_the_same_key_for_something_else_is_refused(clinic: Clinic, path: str, wish: object) -> None:
    clinic.new_plan()
    assert clinic.client.post("/planer", json=PLAN, headers={"Idempotency-Key": "k"}).status_code == 201
    response = clinic.client.post(path, json=wish, headers={"Idempotency-Key": "k"})
    assert (response.status_code, response.json()) == (422, {"fejl": "Idempotency-Key er brugt til noget andet."})
    assert len(clinic.driver.plan("p1").goals) == 1
    with pytest.raises(CannotAct):
        clinic.driver.plan("p3")


def test_a_wish_that_was_refused_does_not_use_up_its_key(clinic: Clinic) -> None:
    clinic.new_plan()
    for wish, status in (({}, 400), (PLAN, 201)):
        assert clinic.client.post("/planer", json=wish, headers={"Idempotency-Key": "k"}).status_code == status


@pytest.mark.parametrize(
    ("shown", "status"), [({}, 401), ({"Authorization": "Bearer forkert"}, 401), ({"Authorization": "Bearer r"}, 200)]
)
def test_one_with_a_token_asks_for_it(shown: dict[str, str], status: int) -> None:
    setup = Setup("X", "1", "plsp", "2.0", "http://ingen.test", token="r")
    lps = ReferenceLps(setup, httpx.Client(), VirtualClock(), fresh_ids("lps"))
    response = lps(httpx.Request("GET", "http://lps/egenskaber", headers=shown))
    assert response.status_code == status
    assert "r'" not in repr(setup)


@pytest.mark.parametrize("path", ["/patienter", "/planer", "/planer/p1/maal", "/planer/p1/deling", "/planer/p1/gensendelse"])
def test_an_act_without_a_key_is_not_done(clinic: Clinic, path: str) -> None:
    plan = clinic.new_plan()
    response = clinic.client.post(path, json={**PERSON, **PLAN})
    assert (response.status_code, response.json()) == (400, {"fejl": "Idempotency-Key mangler."})
    assert clinic.driver.plan(plan.key) == plan
    assert clinic.sent() == []


# The outbox


def ids(exchanges: list[Exchange]) -> list[str]:
    return [each.facts["document_id"] for each in exchanges]


@pytest.mark.parametrize("availability", [Availability.BUSY, Availability.SILENT, Availability.LATE])
def test_it_tries_again_by_itself_after_five_minutes(clinic: Clinic, availability: Availability) -> None:
    plan = clinic.new_plan()
    clinic.receiver(availability)
    shown = clinic.driver.share(plan.key)
    assert shown.status is SharingStatus.WAITING
    assert shown.message.startswith("Planen er ikke delt endnu. Modtageren ")
    before = len(clinic.sent())
    clinic.receiver(Availability.NORMAL)
    clinic.waits(RETRY_SECONDS - 1)
    assert len(clinic.sent()) == before
    clinic.waits(1)
    assert len(clinic.sent()) == before + 1
    assert clinic.driver.plan(plan.key).status is SharingStatus.SHARED
    clinic.waits(10 * RETRY_SECONDS)
    assert len(clinic.sent()) == before + 1


def test_it_goes_on_trying_while_nobody_can_take_it(clinic: Clinic) -> None:
    plan = clinic.new_plan()
    clinic.receiver(Availability.BUSY)
    clinic.driver.share(plan.key)
    clinic.waits(7 * RETRY_SECONDS)  # after one, three and seven times as long
    assert len(clinic.sent()) == 4
    clinic.waits(86_400)
    assert 4 + 22 <= len(clinic.sent()) <= 4 + 24  # an hour between
    assert len(set(ids(clinic.sent()))) == 1


def test_what_was_refused_waits_for_its_user(clinic: Clinic) -> None:
    plan = clinic.new_plan()
    clinic.receiver(Availability.REFUSING)
    assert clinic.driver.share(plan.key).status is SharingStatus.REFUSED
    clinic.receiver(Availability.NORMAL)
    clinic.waits(10 * RETRY_SECONDS)
    assert len(clinic.sent()) == 1
    assert clinic.held() == ()
    assert clinic.driver.resend(plan.key).status is SharingStatus.SHARED
    assert len(clinic.held()) == 1


def test_a_late_answer_leads_to_the_same_document_again_and_one_plan(clinic: Clinic) -> None:
    """The receiver took the plan in; only its answer came after the LPS had stopped waiting."""
    plan = clinic.new_plan()
    clinic.receiver(Availability.LATE)
    assert clinic.driver.share(plan.key).status is SharingStatus.WAITING
    assert len(clinic.held()) == 1
    clinic.receiver(Availability.NORMAL)
    assert clinic.driver.resend(plan.key).status is SharingStatus.SHARED
    first, second = clinic.sent()
    assert ids([first]) == ids([second])
    assert len(clinic.held()) == 1
    if clinic.rute == "plsp":
        assert first.request.body == second.request.body


def test_two_editions_that_wait_arrive_in_order(clinic: Clinic) -> None:
    plan = clinic.new_plan("Gå")
    clinic.receiver(Availability.BUSY)
    clinic.driver.share(plan.key)
    clinic.driver.change_goal(plan.key, "Svøm")
    assert clinic.driver.share(plan.key).version == 2
    assert [each.facts["version"] for each in clinic.sent()] == ["1", "1"], "udgave 2 må ikke sendes før udgave 1"
    clinic.receiver(Availability.NORMAL)
    clinic.waits(RETRY_SECONDS)
    taken = [each.facts["version"] for each in clinic.sent()[2:]]
    assert taken == ["1", "2"]
    first, second = clinic.held()
    assert (first.current, second.current) == (False, True)
    assert (second.version, second.set_id) == (2, first.set_id)
    assert second.replaces.endswith(first.document_id.rpartition("^")[2])
    assert clinic.driver.plan(plan.key).status is SharingStatus.SHARED
    clinic.waits(10 * RETRY_SECONDS)
    assert len(clinic.sent()) == 4


def test_an_edition_that_was_never_shared_is_changed_in_place(clinic: Clinic) -> None:
    plan = clinic.new_plan("Gå")
    changed = clinic.driver.change_goal(plan.key, "Svøm")
    assert (changed.version, changed.goals) == (1, ("Svøm",))
    clinic.driver.share(plan.key)
    assert [each.version for each in clinic.held()] == [1]


def test_a_shared_plan_shared_again_is_not_sent_again(clinic: Clinic) -> None:
    plan = clinic.new_plan()
    clinic.driver.share(plan.key)
    assert clinic.driver.share(plan.key).status is SharingStatus.SHARED
    assert clinic.driver.resend(plan.key).status is SharingStatus.SHARED
    assert len(clinic.sent()) == 1


def test_a_resend_leaves_what_the_user_has_not_shared(clinic: Clinic) -> None:
    plan = clinic.new_plan()
    assert clinic.driver.resend(plan.key).status is SharingStatus.DRAFT
    assert clinic.sent() == []
