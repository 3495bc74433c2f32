"""PLSP's forløbsplandatabase: every answer follows the published contract, and every plan reaches the document sharing."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, ValidationError
from lxml import etree
from open_world import CLOCK_START, ELMER, FIRST, NANCY, OpenWorld, edition, handed_in
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from harness.domain.careplan import CarePlan, Disease
from harness.domain.exchange import Exchange, Late, NoAnswer, Request, Response
from harness.domain.identifiers import Ecpr
from harness.domain.patient import Patient
from harness.services.plsp import PLSP_SOURCE, REGISTRATION_PATIENCE, REGISTRATION_TRIES
from harness.services.service import LATE_SECONDS, Order
from harness.standards.cda.build import build_cpd
from harness.standards.soap import read_envelope
from harness.standards.xds import codes, read
from harness.standards.xds.metadata import Association, DocumentEntry
from tests.published import read_yaml

CONTRACT: dict[str, Any] = read_yaml(Path(__file__).parents[2] / "docs" / "plsp-forloebsplaner.openapi.yaml")
REGISTRY: Registry[Any] = Registry().with_resource("urn:plsp", DRAFT202012.create_resource(CONTRACT))
HAND_IN, SEARCH, WITHDRAW = "/plsp/forloebsplaner", "/plsp/soegning", "/plsp/tilbagetraekning"


def promised(path: str, status: int) -> dict[str, Any]:
    """What the contract says of that answer; KeyError when it does not know it."""
    response: dict[str, Any] = CONTRACT["paths"][path]["post"]["responses"][str(status)]
    return CONTRACT["components"]["responses"][response["$ref"].rpartition("/")[2]] if "$ref" in response else response


def keeps_contract(path: str, response: Response) -> dict[str, Any]:
    """The answer's content, when it is as the contract says."""
    described = promised(path, response.status)
    media, _, charset = response.header("content-type").partition("; ")
    assert charset == "charset=utf-8"
    content: dict[str, Any] = json.loads(response.body.decode())
    schema = json.loads(json.dumps(described["content"][media]["schema"]).replace('"#/', '"urn:plsp#/'))
    Draft202012Validator(schema, registry=REGISTRY, format_checker=Draft202012Validator.FORMAT_CHECKER).validate(content)
    for name, header in described.get("headers", {}).items():
        Draft202012Validator(header["schema"]).validate(int(response.header(name.lower())))
    return content


class Plsp(OpenWorld):
    """A world in which every answer of PLSP is held against its contract."""

    def send(self, request: Request) -> Any:
        answer = super().send(request)
        if isinstance(answer, Response) and request.path in CONTRACT["paths"]:
            keeps_contract(request.path, answer)
        return answer

    def withdraw(self, plan: CarePlan = FIRST, patient: str = "") -> Response:
        wish = {"patient": patient or str(plan.patient.cpr), "setId": plan.set_id}
        return self.post(WITHDRAW, json.dumps(wish).encode())

    def registered(self) -> list[tuple[int, bool, str]]:
        """Per edition: its number, whether it is current, and how its registration stands."""
        return [(plan["version"], plan["gaeldende"], plan["registrering"]) for plan in self.held()]

    def in_dds(self) -> list[tuple[int | None, bool]]:
        return [(held.version, held.current) for held in self.shared()]

    def submissions(self) -> list[Exchange]:
        return [exchange for exchange in self.exchanges if exchange.sender == "plsp"]


@pytest.fixture
def plsp(tmp_path: Path) -> Iterator[Plsp]:
    with Plsp(tmp_path) as world:
        yield world


def problem(response: Response) -> str:
    text: str = json.loads(response.body)["fejl"]
    return text


def test_the_check_of_the_contract_can_fail() -> None:
    headers = (("content-type", "application/json; charset=utf-8"),)
    for body in (b"{}", b'{"kvittering": "x", "dokumentId": "a", "setId": "b", "version": "1"}', b"[]"):
        with pytest.raises(ValidationError):
            keeps_contract(HAND_IN, Response(201, body, headers))
    with pytest.raises(KeyError):
        keeps_contract(HAND_IN, Response(418, b"{}", headers))
    Draft202012Validator.check_schema(CONTRACT["components"]["schemas"]["Aflevering"])


def test_every_answer_of_the_contract_is_reached(plsp: Plsp) -> None:
    patient, of_plan = {"patient": str(ELMER.cpr)}, {"patient": str(ELMER.cpr), "setId": FIRST.set_id}
    calls: list[tuple[str, str, bytes]] = [
        ("normal", HAND_IN, handed_in(WHOLE)),
        ("normal", HAND_IN, handed_in(WHOLE)),
        ("normal", HAND_IN, handed_in(build_cpd(edition(1, goals=("Noget andet",))))),
        ("normal", HAND_IN, b""),
        ("normal", HAND_IN, b"{}"),
        ("optaget", HAND_IN, handed_in(WHOLE)),
        ("afviser", HAND_IN, handed_in(WHOLE)),
        ("normal", SEARCH, json.dumps(patient).encode()),
        ("normal", SEARCH, b"nej"),
        ("normal", SEARCH, b"{}"),
        ("normal", WITHDRAW, json.dumps(of_plan).encode()),
        ("normal", WITHDRAW, json.dumps(of_plan).encode()),
        ("normal", WITHDRAW, b"nej"),
        ("normal", WITHDRAW, b"{}"),
    ]
    reached = []
    for availability, path, body in calls:
        plsp.order("plsp", availability)
        reached.append((path, plsp.post(path, body).status))
    described = [(path, int(status)) for path, found in CONTRACT["paths"].items() for status in found["post"]["responses"]]
    assert sorted(reached) == sorted(described)


def test_a_plan_is_taken_in_and_a_receipt_given(plsp: Plsp) -> None:
    answer = plsp.hand_in(FIRST)
    receipt = json.loads(answer.body)
    assert answer.status == 201
    assert receipt == {
        "kvittering": receipt["kvittering"],
        "dokumentId": FIRST.document_id,
        "setId": FIRST.set_id,
        "version": 1,
    }
    [plan] = plsp.held()
    document = build_cpd(FIRST)
    assert plan == {
        **receipt,
        "gaeldende": True,
        "registrering": "venter",
        "modtaget": CLOCK_START.isoformat(),
        "sha256": hashlib.sha256(document).hexdigest(),
        "dokument": base64.b64encode(document).decode(),
    }
    assert plsp.held(NANCY) == []


def test_what_was_handed_in_is_understood(plsp: Plsp) -> None:
    plsp.hand_in(edition(2, replaces="6f7b1c1e-3e0b-4b0e-9c3a-0c1f6c6d0001"))
    [exchange] = plsp.exchanges
    assert exchange.facts | {"text": ""} == {
        "transaction": "Forløbsplan til PLSP",
        "patient": str(ELMER.cpr),
        "cpd_version": "2.0",
        "document": "CPD-DK",
        "document_id": "6f7b1c1e-3e0b-4b0e-9c3a-0c1f6c6d0002",
        "unique_id": "1.2.208.184^6f7b1c1e-3e0b-4b0e-9c3a-0c1f6c6d0002",
        "set_id": FIRST.set_id,
        "version": "2",
        "replaces": "6f7b1c1e-3e0b-4b0e-9c3a-0c1f6c6d0001",
        "text": "",
        "taken": "ja",
    }
    assert "Mål nummer 2" in exchange.facts["text"]


def test_the_same_document_again_gives_the_same_receipt_and_nothing_new(plsp: Plsp) -> None:
    first = plsp.hand_in(FIRST)
    plsp.wait(0)
    again = plsp.hand_in(FIRST)
    plsp.wait(600)
    assert (again.status, again.body) == (200, first.body)
    assert len(plsp.held()) == 1
    assert len(plsp.submissions()) == 1


def test_a_new_edition_takes_over(plsp: Plsp) -> None:
    for number in (1, 2, 5):
        assert plsp.hand_in(edition(number)).status == 201
    plsp.wait(0)
    assert plsp.registered() == [(1, False, "registreret"), (2, False, "registreret"), (5, True, "registreret")]
    assert plsp.in_dds() == [(1, False), (2, False), (5, True)]


def test_an_old_edition_sent_again_does_not_come_back(plsp: Plsp) -> None:
    plsp.hand_in(edition(1))
    plsp.hand_in(edition(2))
    assert plsp.hand_in(edition(1)).status == 200
    plsp.wait(0)
    assert [(number, current) for number, current, _ in plsp.registered()] == [(1, False), (2, True)]


def other_document(number: int) -> CarePlan:
    return edition(number, document_id="6f7b1c1e-3e0b-4b0e-9c3a-0c1f6c6d0fff")


CONFLICTS = {
    "samme udgave i et andet dokument": (other_document(2), "Planen findes allerede i udgave 2."),
    "ældre udgave": (other_document(1), "Planen findes allerede i udgave 2."),
    "samme id, andet indhold": (edition(2, goals=("Noget andet",)), "Der findes allerede et andet dokument med samme id."),
    "en andens setId": (
        edition(3, patient=NANCY),
        "Der findes allerede en plan til en anden patient med samme setId.",
    ),
}


@pytest.mark.parametrize("name", CONFLICTS)
@pytest.mark.parametrize("withdrawn", [False, True], ids=["gældende", "trukket tilbage"])
def test_a_conflict_is_refused_and_changes_nothing(plsp: Plsp, name: str, withdrawn: bool) -> None:
    plsp.hand_in(edition(1))
    plsp.hand_in(edition(2))
    if withdrawn:
        plsp.withdraw()
    plsp.wait(0)
    before = plsp.held()
    plan, reason = CONFLICTS[name]
    answer = plsp.hand_in(plan)
    assert (answer.status, problem(answer)) == (409, reason)
    plsp.wait(0)
    assert plsp.held() == before
    assert plsp.held(NANCY) == []


def changed(path: str, **attributes: str) -> bytes:
    root = etree.fromstring(build_cpd(FIRST))
    [element] = root.findall(path, {"h": "urn:hl7-org:v3"})
    element.attrib.clear()
    element.attrib.update(attributes)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


WHOLE = build_cpd(FIRST)
UNUSABLE: dict[str, tuple[bytes, int, str]] = {
    "ikke JSON": (b"patient=1", 400, "Beskeden er ikke JSON."),
    "ikke et objekt": (b"[]", 400, "Beskeden er ikke et JSON-objekt."),
    "intet af det hele": (b"{}", 422, "Beskeden mangler: cpdVersion, dokument, patient."),
    "uden patient": (handed_in(WHOLE, patient=None), 422, "Beskeden mangler: patient."),
    "patienten er et tal": (handed_in(WHOLE, patient=int(str(ELMER.cpr))), 422, "Beskeden mangler: patient."),
    "tomt dokument": (handed_in(b""), 422, "Beskeden mangler: dokument."),
    "ukendt udgave af CPD-DK": (handed_in(WHOLE, cpdVersion="3.0"), 422, "cpdVersion skal være en af: 1.0.1, 2.0."),
    "mærket er en liste": (handed_in(WHOLE, forloebslabel=["ALAL21"]), 422, "forloebslabel skal være en SKS-kode, fx ALAL21."),
    "mærket er et styretegn": (handed_in(WHOLE, forloebslabel="\0"), 422, "forloebslabel skal være en SKS-kode, fx ALAL21."),
    "ikke Base64": (handed_in(WHOLE, dokument="%%%%"), 422, "Dokumentet er ikke gyldig Base64."),
    "Base64 med danske bogstaver": (handed_in(WHOLE, dokument="æøå="), 422, "Dokumentet er ikke gyldig Base64."),
    "afkortet Base64": (handed_in(WHOLE, dokument="PGE+P"), 422, "Dokumentet er ikke gyldig Base64."),
    "ikke XML": (handed_in(b"plan"), 422, "Dokumentet kan ikke læses: XML'en kan ikke læses"),
    "ikke en CDA": (handed_in(b"<a/>"), 422, "Patienten i beskeden er en anden end patienten i dokumentet."),
    "en anden patient": (handed_in(WHOLE, patient=str(NANCY.cpr)), 422, "Patienten i beskeden er en anden"),
    "uden id": (handed_in(changed("h:id")), 422, "Dokumentet mangler id."),
    "tiden er ingen tid": (handed_in(changed("h:effectiveTime", value="20261305081500+0200")), 422, "Tidspunktet 2026130508"),
}


@pytest.mark.parametrize("name", UNUSABLE)
def test_what_cannot_be_used_is_refused_and_leaves_nothing(plsp: Plsp, name: str) -> None:
    body, status, reason = UNUSABLE[name]
    answer = plsp.post(HAND_IN, body)
    assert answer.status == status
    assert reason in problem(answer)
    plsp.wait(600)
    assert plsp.submissions() == []
    assert plsp.held() == []
    assert plsp.hand_in(FIRST).status == 201


@pytest.mark.parametrize(
    "document",
    [changed("h:setId"), changed("h:versionNumber", value="to"), changed("h:versionNumber", value="9" * 5000)],
    ids=["uden setId", "udgaven er et ord", "udgaven er uendelig"],
)
def test_a_first_edition_needs_neither_set_id_nor_a_version_that_can_be_read(plsp: Plsp, document: bytes) -> None:
    assert plsp.post(HAND_IN, handed_in(document)).status == 201
    [held] = plsp.held()
    assert (held["version"], held["gaeldende"], bool(held["setId"])) == (1, True, True)


def test_an_old_edition_of_a_plan_whose_first_had_no_set_id_is_refused(plsp: Plsp) -> None:
    """A plan is known by what it replaces then, also when others have replaced that meanwhile."""
    assert plsp.post(HAND_IN, handed_in(changed("h:setId"))).status == 201
    newer = edition(2, set_id="", replaces=FIRST.document_id)
    assert plsp.hand_in(newer).status == 201
    late = plsp.hand_in(edition(2, document_id="6f7b1c1e-3e0b-4b0e-9c3a-0c1f6c6d00fe", replaces=FIRST.document_id))
    assert (late.status, problem(late)) == (409, "Planen findes allerede i udgave 2.")
    assert [(number, current) for number, current, _ in plsp.registered()] == [(1, False), (2, True)]


def test_no_missing_part_of_a_plan_brings_plsp_down(tmp_path: Path) -> None:
    """Every element and attribute left out in turn: taken in or refused, and never half."""
    count = len(list(etree.fromstring(WHOLE).iter("*")))
    statuses: list[int] = []
    with Plsp(tmp_path) as plsp:
        for number in range(count):
            attributes = list(etree.fromstring(WHOLE).iter("*"))[number].attrib
            for attribute in ("", *attributes):
                root = etree.fromstring(WHOLE)
                victim = list(root.iter("*"))[number]
                parent = victim.getparent()
                if attribute:
                    del victim.attrib[attribute]
                elif parent is not None:
                    parent.remove(victim)
                statuses.append(plsp.post(HAND_IN, handed_in(etree.tostring(root))).status)
        assert set(statuses) == {201, 409, 422}
        assert len(plsp.held()) == statuses.count(201)


def test_plsp_registers_the_plan_in_the_document_sharing(plsp: Plsp) -> None:
    plsp.hand_in(FIRST)
    assert plsp.registered() == [(1, True, "venter")]
    assert plsp.in_dds() == []
    plsp.wait(0)
    assert plsp.registered() == [(1, True, "registreret")]
    [held] = plsp.shared()
    assert (held.document_id, held.current, held.goals) == (FIRST.document_id, True, FIRST.goals)
    [exchange] = plsp.submissions()
    submission = read.read_provide_and_register(read_envelope(exchange.request.body))
    assert list(submission.documents.values()) == [build_cpd(FIRST)]
    assert plsp.observations == []


def submitted_entry(exchange: Exchange) -> tuple[DocumentEntry, tuple[Association, ...]]:
    submission = read.read_provide_and_register(read_envelope(exchange.request.body))
    assert submission.set is not None
    assert submission.set.source_id == PLSP_SOURCE
    [entry] = submission.entries
    return entry, submission.associations


@pytest.mark.parametrize(("version", "format_code"), [("1.0.1", "cpd-v1.0.1"), ("2.0", "cpd-v2.0")])
def test_the_label_and_version_reach_the_metadata(plsp: Plsp, version: str, format_code: str) -> None:
    plsp.hand_in(FIRST, cpdVersion=version)
    plsp.wait(0)
    [exchange] = plsp.submissions()
    entry, associations = submitted_entry(exchange)
    assert [(code.code, code.scheme) for code in entry.event_codes] == [("ALAL21", "1.2.208.176.2.4")]
    assert entry.format_code is not None
    assert format_code in entry.format_code.code
    assert entry.patient_id == codes.patient_id(str(ELMER.cpr))
    assert [each.type for each in associations] == [codes.HAS_MEMBER]


def test_a_plan_of_a_patient_without_cpr_is_held_registered_and_withdrawn_under_the_ecpr(plsp: Plsp) -> None:
    peter = Patient("Peter", Ecpr("0703921VJ5"), ("Peter",), "Hansen", date(1992, 3, 7), False)
    plan = edition(1, patient=peter)
    assert plsp.hand_in(plan, patient="07039215").status == 422
    assert plsp.hand_in(plan).status == 201
    plsp.wait(0)
    assert [each["registrering"] for each in plsp.held(peter)] == ["registreret"]
    assert plsp.held() == []
    assert [each.current for each in plsp.shared(peter)] == [True]
    assert plsp.shared() == ()
    assert plsp.withdraw(plan).status == 200
    plsp.wait(0)
    assert [each["registrering"] for each in plsp.held(peter)] == ["registreret"]
    assert [each.current for each in plsp.shared(peter)] == [False]
    assert plsp.observations == []


@pytest.mark.parametrize(
    ("number", "allowed"), [("0703921VJ5", True), ("2512489996", True), ("07039215", False), ("0703922VJ5", False)]
)
def test_the_contracts_number_is_a_cpr_number_or_an_ecpr(number: str, allowed: bool) -> None:
    schema = Draft202012Validator(CONTRACT["components"]["schemas"]["Cpr"])
    assert schema.is_valid(number) is allowed


def test_a_plan_without_a_label_gets_none(plsp: Plsp) -> None:
    plsp.hand_in(edition(1, disease=Disease.LRS), forloebslabel=None)
    plsp.wait(0)
    [exchange] = plsp.submissions()
    entry, _ = submitted_entry(exchange)
    assert entry.event_codes == ()
    assert entry.title == "Min forløbsplan for Lænderygsmerter"


def test_the_next_edition_replaces_the_entry_of_the_one_before(plsp: Plsp) -> None:
    plsp.hand_in(edition(1))
    plsp.wait(0)
    plsp.hand_in(edition(2))
    plsp.wait(0)
    first, second = (submitted_entry(exchange) for exchange in plsp.submissions())
    replacements = [(each.source, each.target) for each in second[1] if each.type == codes.RPLC]
    assert replacements == [(second[0].id, first[0].id)]
    assert plsp.in_dds() == [(1, False), (2, True)]


def test_plans_of_their_own_do_not_replace_each_other(plsp: Plsp) -> None:
    plsp.hand_in(edition(1))
    plsp.hand_in(edition(2, set_id="6f7b1c1e-3e0b-4b0e-9c3a-0c1f6c6d00fe", replaces=None))
    plsp.wait(0)
    assert [(number, current) for number, current, _ in plsp.registered()] == [(1, True), (2, True)]
    assert plsp.in_dds() == [(1, True), (2, True)]


def test_a_withdrawn_plan_is_no_longer_current_anywhere(plsp: Plsp) -> None:
    receipt = json.loads(plsp.hand_in(FIRST).body)
    plsp.wait(0)
    answer = plsp.withdraw()
    assert (answer.status, json.loads(answer.body)) == (200, receipt)
    assert plsp.registered() == [(1, False, "venter")]
    plsp.wait(0)
    assert plsp.registered() == [(1, False, "registreret")]
    assert [exchange.request.path for exchange in plsp.submissions()] == ["/dros/iti41", "/dros/iti57"]
    assert plsp.in_dds() == [(1, False)]
    entry = plsp.sharing.registry.by_unique_id(f"1.2.208.184^{FIRST.document_id}")
    assert entry is not None
    assert entry.status == codes.DEPRECATED


def test_only_the_patients_own_current_plan_can_be_withdrawn(plsp: Plsp) -> None:
    assert plsp.withdraw().status == 404
    plsp.hand_in(FIRST)
    assert plsp.withdraw(patient=str(NANCY.cpr)).status == 404
    assert plsp.registered()[0][1]
    assert plsp.withdraw().status == 200
    again = plsp.withdraw()
    assert (again.status, problem(again)) == (404, "Patienten har ingen gældende plan med det setId.")


def test_a_newer_edition_after_a_withdrawal_replaces_nothing(plsp: Plsp) -> None:
    plsp.hand_in(edition(1))
    plsp.withdraw()
    assert plsp.hand_in(edition(2)).status == 201
    plsp.wait(0)
    assert plsp.in_dds() == [(1, False), (2, True)]
    assert [(number, current) for number, current, _ in plsp.registered()] == [(1, False), (2, True)]


@pytest.mark.parametrize("path", [SEARCH, WITHDRAW])
def test_the_other_calls_need_json_and_their_fields(plsp: Plsp, path: str) -> None:
    assert plsp.post(path, b"").status == 400
    assert plsp.post(path, b'"tekst"').status == 400
    answer = plsp.post(path, b'{"setId": 7}')
    assert answer.status == 422
    assert problem(answer).endswith(": patient." if path == SEARCH else ": patient, setId.")


@pytest.mark.parametrize(("method", "path"), [("GET", HAND_IN), ("PUT", SEARCH), ("POST", "/plsp"), ("POST", "/plsp/andet")])
def test_what_is_not_in_the_contract_is_not_here(plsp: Plsp, method: str, path: str) -> None:
    answer = OpenWorld.send(plsp, Request(method, path))
    assert isinstance(answer, Response)
    assert (answer.status, problem(answer)) == (404, f"Forløbsplandatabasen har ikke {method} {path}.")


# Receivers that do not answer as they should


def test_busy_says_when_to_try_again(plsp: Plsp) -> None:
    plsp.order("plsp", "optaget")
    answer = plsp.hand_in(FIRST)
    assert (answer.status, answer.header("retry-after")) == (503, "60")
    assert "optaget" in problem(answer)
    assert plsp.exchanges[0].facts["document_id"] == FIRST.document_id
    assert plsp.held() == []


def test_refusing_takes_nothing_in(plsp: Plsp) -> None:
    plsp.order("plsp", "afviser")
    answer = plsp.hand_in(FIRST)
    assert (answer.status, problem(answer)) == (403, "Forløbsplandatabasen tager ikke imod noget fra klinikken lige nu.")
    assert plsp.held() == []
    plsp.order("plsp", "normal")
    assert plsp.hand_in(FIRST).status == 201


def test_silence_takes_nothing_in_and_lateness_does(plsp: Plsp) -> None:
    request = Request("POST", HAND_IN, (), handed_in(build_cpd(FIRST)))
    plsp.order("plsp", "svarer ikke")
    assert plsp.send(request) == NoAnswer()
    assert plsp.held() == []
    plsp.order("plsp", "svarer for sent")
    answer = plsp.send(request)
    assert isinstance(answer, Late)
    assert (answer.seconds, answer.response.status) == (LATE_SECONDS, 201)
    keeps_contract(HAND_IN, answer.response)
    assert len(plsp.held()) == 1


def test_an_order_is_checked(plsp: Plsp) -> None:
    with pytest.raises(KeyError):
        plsp.world.order("plsp", Order("valideringsniveau"))
    with pytest.raises(ValueError, match="træt"):
        plsp.order("plsp", "træt")


@pytest.mark.parametrize("word", ["optaget", "svarer ikke"])
def test_registration_is_tried_again_until_it_succeeds(plsp: Plsp, word: str) -> None:
    plsp.order("dokumentdeling", word)
    plsp.hand_in(FIRST)
    plsp.wait(REGISTRATION_PATIENCE * 2)
    assert plsp.registered() == [(1, True, "venter")]
    assert len(plsp.submissions()) == 3
    plsp.order("dokumentdeling", "normal")
    plsp.wait(REGISTRATION_PATIENCE)
    assert plsp.registered() == [(1, True, "registreret")]
    assert len({exchange.request.body for exchange in plsp.submissions()}) == 1
    assert plsp.in_dds() == [(1, True)]
    assert plsp.observations == []


def test_registration_is_given_up_in_the_end(plsp: Plsp) -> None:
    plsp.order("dokumentdeling", "optaget")
    plsp.hand_in(FIRST)
    plsp.wait(REGISTRATION_PATIENCE * 100)
    assert plsp.registered() == [(1, True, "fejlet")]
    assert len(plsp.submissions()) == REGISTRATION_TRIES
    assert plsp.observations == ["PLSP kunne ikke registrere en plan i dokumentdelingen. Det er ikke LPS'ets fejl."]
    assert plsp.attempt.findings == []


def test_a_refused_registration_is_not_tried_again(plsp: Plsp) -> None:
    plsp.order("dokumentdeling", "afviser")
    plsp.hand_in(FIRST)
    plsp.wait(REGISTRATION_PATIENCE * 100)
    assert plsp.registered() == [(1, True, "fejlet")]
    assert len(plsp.submissions()) == 1


def test_a_late_answer_reaches_plsp_all_the_same(plsp: Plsp) -> None:
    plsp.order("dokumentdeling", "svarer for sent")
    plsp.hand_in(FIRST)
    plsp.wait(0)
    assert plsp.registered() == [(1, True, "registreret")]


def test_editions_made_while_the_document_sharing_is_busy_arrive_in_order(plsp: Plsp) -> None:
    plsp.order("dokumentdeling", "optaget")
    for number in (1, 2, 3):
        plsp.hand_in(edition(number))
    plsp.wait(REGISTRATION_PATIENCE)
    assert plsp.in_dds() == []
    plsp.order("dokumentdeling", "normal")
    plsp.wait(REGISTRATION_PATIENCE)
    assert plsp.registered() == [(1, False, "registreret"), (2, False, "registreret"), (3, True, "registreret")]
    assert plsp.in_dds() == [(1, False), (2, False), (3, True)]
    assert plsp.observations == []


def test_a_plan_withdrawn_before_it_was_registered_does_not_become_current(plsp: Plsp) -> None:
    plsp.order("dokumentdeling", "optaget")
    plsp.hand_in(FIRST)
    plsp.wait(REGISTRATION_PATIENCE)
    plsp.withdraw()
    plsp.order("dokumentdeling", "normal")
    plsp.wait(REGISTRATION_PATIENCE)
    assert plsp.in_dds() == [(1, False)]
    assert plsp.registered() == [(1, False, "registreret")]
    assert plsp.observations == []


def test_each_errand_has_its_own_tries(plsp: Plsp) -> None:
    plsp.order("dokumentdeling", "optaget")
    plsp.hand_in(FIRST)
    plsp.hand_in(edition(2))
    plsp.wait(REGISTRATION_PATIENCE * 100)
    assert [exchange.facts["version"] for exchange in plsp.submissions()] == ["1"] * 5 + ["2"] * 5
    assert plsp.registered() == [(1, False, "fejlet"), (2, True, "fejlet")]
