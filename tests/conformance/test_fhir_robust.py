"""Whatever is done to a FHIR message, it is judged; and what the harness builds itself has nothing to be found."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from fhir_examples import ARTEFACTS, EXAMPLES, JUDGES, RESULTS, definitions, needs_packages
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from harness.conformance.fhir.acknowledgement import judge_acknowledgement
from harness.conformance.fhir.condition_list import judge_condition_list
from harness.conformance.fhir.home_care_observation import judge_home_care_observation
from harness.conformance.rule import Judgement, Result
from harness.standards.fhir import codes
from harness.standards.fhir.build import build_acknowledgement, build_condition_list, build_home_care_observation
from harness.standards.fhir.messages import (
    Acknowledgement,
    Author,
    ConditionList,
    Diagnosis,
    HomeCareObservation,
    Measurement,
    Party,
    Person,
)
from harness.standards.fhir.write import Part, as_json, as_xml

WORDS = ["", "x", " ", "🙂æøå", "1e9", "#", "urn:x"]
JUNK: list[Any] = [None, True, 7, -1.5, *WORDS, [], {}, [[]], [None], {"a": 1}, {"resourceType": "Patient"}]
IN_JSON = [file for file in JUDGES if file.endswith(".json")]


def held() -> Any:
    """The packages when the tester has them; the built-in rules alone when not."""
    return definitions() if ARTEFACTS else None


@st.composite
def spoiled(draw: st.DrawFn) -> tuple[str, bytes]:
    """A hand-written example with one value replaced by, or made a neighbour of, something else."""
    file = draw(st.sampled_from(IN_JSON))
    message = json.loads((EXAMPLES / file).read_text(encoding="utf-8"))
    at: Any = message
    for _ in range(draw(st.integers(1, 9))):
        keys = list(at) if isinstance(at, dict) else list(range(len(at)))
        key = draw(st.sampled_from(keys))
        if not isinstance(at[key], (dict, list)) or not at[key]:
            break
        holder, at = at, at[key]
    else:
        at = holder
    junk = draw(st.sampled_from(JUNK))
    if isinstance(at, dict) and draw(st.booleans()):
        at[draw(st.sampled_from(["_id", "_status", "extension", "contained", "valueX", "id", "url", *at]))] = junk
    else:
        at[key] = junk
    return file, json.dumps(message).encode("utf-8")


@given(spoiled())
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=150)
def test_any_spoiled_message_is_judged(example: tuple[str, bytes]) -> None:
    file, data = example
    judgements = JUDGES[file](data, file, held())
    assert {each.result for each in judgements} <= set(Result)
    assert all(finding.location.line == 1 for each in judgements for finding in each.findings)


@given(st.integers(0, 400), st.sampled_from(["", "x", "4,0", "é"]), st.booleans())
@settings(deadline=None, max_examples=80)
def test_any_spoiled_xml_is_judged(number: int, value: str, remove: bool) -> None:
    root = etree.fromstring((EXAMPLES / RESULTS).read_bytes())
    elements = list(root.iter("*"))
    chosen = elements[number % len(elements)]
    parent = chosen.getparent()
    if remove and parent is not None:
        parent.remove(chosen)
    else:
        chosen.set("value", value)
    judgements = JUDGES[RESULTS](etree.tostring(root), RESULTS, held())
    assert {each.result for each in judgements} <= set(Result)


AT = datetime(2026, 10, 5, 12, 0, tzinfo=timezone(timedelta(hours=2)))
ELMER = Person("2509479989", "Elmer Test", "Hansen", "male", date(1947, 9, 25))
CLINIC = Party("Agerskov lægepraksis", "73091000016008", "5790000147465", "045861")
SKOVLY = Party("Skovly", "1267041000016006", "5790002757778", producer="KAF")
ONE, TWO = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"
MEASURED = (
    Measurement("NPU19748", Decimal("4.0"), AT, "mg/L", "<", note="Åndenød 🙂"),
    Measurement("MCS88122", Decimal(19), AT, "1/min", system=codes.OBSERVATION_CODES),
    Measurement("NPU03987", "Negativ", AT),
)
AUTHOR = Author("Mia", "Test", "12345678", "sygeplejerske")
Build = Callable[[Callable[[Part], bytes]], bytes]
Judge = Callable[..., list[Judgement]]


def results(activity: str, *, refused: bool = False, initials: str = "") -> HomeCareObservation:
    receiver = Party(CLINIC.name, CLINIC.sor, CLINIC.gln, CLINIC.ydernummer, initials=initials)
    earlier = "" if activity == codes.NEW else TWO
    return HomeCareObservation(ONE, AT, ELMER, SKOVLY, receiver, AUTHOR, MEASURED, "CRP < 4 & fald", activity, earlier, refused)


def receipt(answer: str) -> Acknowledgement:
    error = ("", "") if answer == "ok" else ("MSG_Datatype_Wrong", "Forkert type")
    return Acknowledgement(ONE, AT, TWO, CLINIC, SKOVLY, answer, *error)


DIAGNOSES = (
    Diagnosis("R95", "DJ449", "Kronisk obstruktiv lungesygdom UNS", date(2026, 10, 5)),
    Diagnosis(
        "L84", "", "Rygsyndrom", date(2025, 1, 1), codes.RESOLVED, "encounter-diagnosis", date(2024, 1, 1), date(2025, 2, 2)
    ),
)
BUILT: dict[str, tuple[Build, Judge]] = {
    "new": (lambda write: build_home_care_observation(results(codes.NEW), write), judge_home_care_observation),
    "initials": (
        lambda write: build_home_care_observation(results(codes.NEW, initials="Å"), write),
        judge_home_care_observation,
    ),
    "corrected": (lambda write: build_home_care_observation(results(codes.MODIFIED), write), judge_home_care_observation),
    "cancelled": (lambda write: build_home_care_observation(results(codes.RETRACT), write), judge_home_care_observation),
    "refused": (lambda write: build_home_care_observation(results(codes.NEW, refused=True), write), judge_home_care_observation),
    "AA": (lambda write: build_acknowledgement(receipt("ok"), write), judge_acknowledgement),
    "AE": (lambda write: build_acknowledgement(receipt("fatal-error"), write), judge_acknowledgement),
    "AR": (lambda write: build_acknowledgement(receipt("transient-error"), write), judge_acknowledgement),
    "diagnoses": (
        lambda write: build_condition_list(ConditionList(ONE, TWO, ELMER, CLINIC, AT, AT, DIAGNOSES), write),
        judge_condition_list,
    ),
}


@pytest.mark.parametrize("write", [as_json, as_xml])
@pytest.mark.parametrize("name", BUILT)
def test_what_we_build_keeps_our_rules(name: str, write: Callable[[Part], bytes]) -> None:
    build, judge = BUILT[name]
    assert [str(finding) for each in judge(build(write), name) for finding in each.findings] == []


@needs_packages
@pytest.mark.parametrize("write", [as_json, as_xml])
@pytest.mark.parametrize("name", BUILT)
def test_what_we_build_keeps_medcoms_profiles(name: str, write: Callable[[Part], bytes]) -> None:
    build, judge = BUILT[name]
    judgements = judge(build(write), name, definitions())
    assert [str(finding) for each in judgements for finding in each.findings] == []
    assert {each.result for each in judgements} == {Result.HOLDS}
