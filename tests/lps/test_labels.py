"""Each disease's forløbslabel: what the reference LPS sends by either rute, and how one in a plan's header weighs in a run."""

from __future__ import annotations

import base64
import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from rehearsal import HOUSE, rehearse, scenarios
from test_reference import CONTRACT, ELMER, HANDED_IN, RUTER, Clinic

from harness.conformance.rule import Judgement, Result
from harness.domain.careplan import Diagnosis, Disease
from harness.domain.event import Judged, ScenarioEnded
from harness.domain.exchange import Exchange, Request, Response
from harness.lps.driver import NewPlan
from harness.runner.wish import Wish
from harness.standards import oids
from harness.standards.xds import codes
from harness.standards.xml import parse
from harness.steps.messages.judging import judge_message
from harness.suite.profiles import load_profiles

DIAGNOSES = {
    Disease.KOL: Diagnosis("R95", "Kronisk obstruktiv lungesygdom", date(2026, 3, 2)),
    Disease.LRS: Diagnosis("L84", "Rygsyndrom uden smerteudstråling", date(2026, 3, 2)),
    Disease.T2D: Diagnosis("T90", "Diabetes type 2", date(2026, 3, 2)),
    Disease.HJERTE: Diagnosis("K74", "Iskæmisk hjertesygdom med angina pectoris", date(2026, 3, 2)),
}
PLAN = (Path(__file__).parents[1] / "examples" / "cpd_diabetes_haandskrevet.xml").read_text(encoding="utf-8")
PLACE = "forløbslabel-placering"
UNDECIDED = frozenset({PLACE})


def sent_label(rute: str, disease: Disease, diagnosis: Diagnosis) -> list[str]:
    """The labels in the one message that the reference LPS hands a plan in with."""
    clinic = Clinic(rute)
    clinic.driver.admit_patient(ELMER)
    clinic.driver.share(clinic.driver.create_plan(NewPlan(ELMER, disease, diagnosis, ("Gå",), ("Samtale",))).key)
    (sent,) = clinic.sent()
    assert len(clinic.held()) == 1, "modtageren har planen"
    assert sent.request.path == HANDED_IN[rute]
    if rute == "plsp":
        return [label] if (label := json.loads(sent.request.body).get("forloebslabel")) else []
    labels = parse(sent.request.body, "iti41.xml").root.iterfind(
        f".//rim:Classification[@classificationScheme='{codes.EVENT_CODE}']", codes.NAMESPACES
    )
    return [each.get("nodeRepresentation", "") for each in labels]


@pytest.mark.parametrize("rute", RUTER)
@pytest.mark.parametrize("disease", Disease)
def test_a_plan_is_shared_with_its_diseases_own_label(rute: str, disease: Disease) -> None:
    own = disease.forloebslabel
    assert sent_label(rute, disease, DIAGNOSES[disease]) == ([own] if own else [])


@pytest.mark.parametrize("rute", RUTER)
@pytest.mark.parametrize("disease", Disease)
def test_a_diagnosis_of_another_disease_gets_no_label(rute: str, disease: Disease) -> None:
    assert sent_label(rute, disease, Diagnosis("K86", "Ukompliceret hypertension", date(2026, 3, 2))) == []


def test_the_test_interface_knows_every_disease() -> None:
    assert CONTRACT["components"]["schemas"]["NyPlan"]["properties"]["sygdom"]["enum"] == [each.name for each in Disease]


def judged(label: str, undecided: frozenset[str], rute: str) -> list[Judgement]:
    """What a run makes of a plan for diabetes with `label` in its header (none where it is empty), by its message."""
    code = f'<c:code code="{label}" codeSystem="{oids.SKS}"/>'
    event = f"  <c:documentationOf><c:serviceEvent>{code}</c:serviceEvent></c:documentationOf>\n"
    plan = PLAN.replace("  <c:relatedDocument", f"{event}  <c:relatedDocument") if label else PLAN
    packed = base64.b64encode(plan.encode("utf-8")).decode("ascii")
    if rute == "plsp":
        body = json.dumps({"patient": "2509479989", "cpdVersion": "2.0", "dokument": packed}).encode()
    else:
        example = (Path(__file__).parents[1] / "examples" / "iti41_haandskrevet.xml").read_text(encoding="utf-8")
        start = example.index(">", example.index("Document id=")) + 1
        body = f"{example[:start]}{packed}{example[example.index('</', start) :]}".encode()
    request = Request("POST", HANDED_IN[rute], (("content-type", "text/xml"),), body)
    exchange = Exchange("x1", "lps", rute, datetime(2026, 10, 5, tzinfo=UTC), request, Response(200))
    found = [each for _, judgements in judge_message(exchange, {}, frozenset(), None, undecided) for each in judgements]
    return [each for each in found if each.rule.subject == "cpd-label"]


@pytest.mark.parametrize("rute", RUTER)
def test_a_plans_own_label_awaits_where_it_should_stand(rute: str) -> None:
    found = judged("ALAL22", UNDECIDED, rute)
    assert [(each.rule.id, each.result, each.undecided) for each in found] == [
        ("CPD-L01", Result.HOLDS, PLACE),
        ("CPD-L02", Result.HOLDS, PLACE),
    ]
    assert {each.undecided for each in judged("ALAL22", frozenset(), rute)} == {""}


@pytest.mark.parametrize("rute", RUTER)
def test_another_diseases_label_is_a_remark_until_its_place_is_decided(rute: str) -> None:
    for undecided, grade, remark in ((UNDECIDED, None, f"afventer {PLACE}"), (frozenset(), "F3", "")):
        (found,) = [finding for each in judged("ALAL21", undecided, rute) for finding in each.findings]
        assert (found.rule, found.grade, found.remark) == ("CPD-L02", grade, remark)


@pytest.mark.parametrize("rute", RUTER)
def test_a_plan_without_a_label_awaits_nothing_by_itself(rute: str) -> None:
    assert judged("", UNDECIDED, rute) == []


@pytest.mark.parametrize("rute", RUTER)
def test_a_scenario_that_asks_for_the_label_awaits(tmp_path: Path, rute: str) -> None:
    chosen = [each for each in scenarios() if each.id.startswith("DEL-15")]
    events = rehearse(tmp_path / "kørsel", Wish(rute=rute), chosen)
    ended = {each.scenario: (each.standing, each.undecided) for each in events if isinstance(each, ScenarioEnded)}
    assert ended == {each.id: ("afventer", (PLACE,)) for each in chosen}
    assert [each.findings for each in events if isinstance(each, Judged) and each.findings] == []
    assert sum("CPD-L01" in each.not_judged for each in events if isinstance(each, Judged)) == len(chosen) == 3


def test_nobody_has_decided_where_the_label_stands() -> None:
    fact = load_profiles(HOUSE)["deling"].facts[PLACE]
    assert (fact.decided, fact.value) == (False, None)
