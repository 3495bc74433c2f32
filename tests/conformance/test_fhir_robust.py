"""Whatever is done to a FHIR message, it is judged; and what the harness builds itself has nothing to be found."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from fhir_examples import ANSWER, ARTEFACTS, EXAMPLES, JUDGES, LETTER, RECEIPT, RESULTS, definitions, needs_packages
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from harness.conformance.fhir.acknowledgement import judge_acknowledgement
from harness.conformance.fhir.care_communication import judge_care_communication
from harness.conformance.fhir.condition_list import judge_condition_list
from harness.conformance.fhir.home_care_observation import judge_home_care_observation
from harness.conformance.rule import Judgement, Result
from harness.domain.errors import BadInput
from harness.standards.fhir import codes
from harness.standards.fhir.build import build_acknowledgement, build_condition_list, build_home_care_observation
from harness.standards.fhir.build_care_communication import build_care_communication
from harness.standards.fhir.messages import (
    Acknowledgement,
    Attachment,
    Author,
    CareCommunication,
    ConditionList,
    Diagnosis,
    HomeCareObservation,
    Measurement,
    Party,
    Person,
    Segment,
    Turn,
)
from harness.standards.fhir.read import (
    read_acknowledgement,
    read_care_communication,
    read_condition_list,
    read_home_care_observation,
)
from harness.standards.fhir.tree import read_tree
from harness.standards.fhir.write import Part, as_json, as_xml

WORDS = ["", "x", " ", "🙂æøå", "1e9", "#", "urn:x"]
JUNK: list[Any] = [None, True, 7, -1.5, *WORDS, [], {}, [[]], [None], {"a": 1}, {"resourceType": "Patient"}]
READERS: dict[str, Callable[[bytes, str], Any]] = {
    RECEIPT: read_acknowledgement,
    LETTER: read_care_communication,
    ANSWER: read_care_communication,
    RESULTS: read_home_care_observation,
    "fhir_diagnosekort_haandskrevet.json": read_condition_list,
}
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


@given(spoiled())
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_any_spoiled_message_is_read_or_refused(example: tuple[str, bytes]) -> None:
    file, data = example
    with contextlib.suppress(BadInput):
        assert READERS[file](data, file).id == read_tree(data, file).root.value("id")


@pytest.mark.parametrize("file", [RESULTS, ANSWER])
@given(st.integers(0, 400), st.sampled_from(["", "x", "4,0", "é"]), st.booleans())
@settings(deadline=None, max_examples=60)
def test_any_spoiled_xml_is_judged(file: str, number: int, value: str, remove: bool) -> None:
    root = etree.fromstring((EXAMPLES / file).read_bytes())
    elements = list(root.iter("*"))
    chosen = elements[number % len(elements)]
    parent = chosen.getparent()
    if remove and parent is not None:
        parent.remove(chosen)
    else:
        chosen.set("value", value)
    data = etree.tostring(root)
    judgements = JUDGES[file](data, file, held())
    with contextlib.suppress(BadInput):
        assert READERS[file](data, file).id == read_tree(data, file).root.value("id")
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
    conclusion = codes.CANCELLATION_REASONS[0][2] if activity == codes.RETRACT else "CRP < 4 & fald"
    return HomeCareObservation(ONE, AT, ELMER, SKOVLY, receiver, AUTHOR, MEASURED, conclusion, activity, earlier, refused)


def receipt(answer: str) -> Acknowledgement:
    error = ("", "") if answer == "ok" else ("MSG_Datatype_Wrong", "Forkert type")
    return Acknowledgement(ONE, AT, TWO, CLINIC, SKOVLY, answer, *error)


DIAGNOSES = (
    Diagnosis("R95", "DJ449", "Kronisk obstruktiv lungesygdom UNS", date(2026, 10, 5)),
    Diagnosis(
        "L84", "", "Rygsyndrom", date(2025, 1, 1), codes.RESOLVED, "encounter-diagnosis", date(2024, 1, 1), date(2025, 2, 2)
    ),
)
NURSE = Author("Åse", "Test", "12345678", "sygeplejerske")
FIRST, SECOND, FILE, LINK = (f"{number}0000000-0000-4000-8000-000000000000" for number in (3, 4, 5, 6))
WARD = Party("Hjerteafdelingen", "265161000016000", "5790000209354")
QUESTION = Segment(FIRST, AT, CLINIC, NURSE, "Kan Elmer begynde på holdet? 🙂 <&>")
ANSWERED = (
    QUESTION,
    Segment(SECOND, AT, SKOVLY, AUTHOR, "Ja, på mandag"),
    Segment(FILE, AT, SKOVLY, AUTHOR, Attachment("Plan", "application/pdf", b"%PDF-1.7", made=AT)),
    Segment(LINK, AT, SKOVLY, None, Attachment("Om holdet", url="https://eksempel.invalid/hold")),
)
ASKED = Turn(TWO, AT, CLINIC, (FIRST,))
REPLY = Turn("77777777-7777-4777-8777-777777777777", AT, SKOVLY, (SECOND, FILE, LINK), codes.REPLY, TWO)
LETTERS = {
    "letter": CareCommunication(ONE, AT, TWO, ELMER, CLINIC, SKOVLY, "training", (QUESTION,)),
    "referral": CareCommunication(
        ONE, AT, TWO, ELMER, CLINIC, SKOVLY, "regarding-referral", (QUESTION,), "Om henvisningen", "asap"
    ),
    "answer": CareCommunication(ONE, AT, TWO, ELMER, SKOVLY, CLINIC, "other", ANSWERED, "Hold", "", codes.REPLY, TWO, (ASKED,)),
    "answer to EDIFACT": CareCommunication(
        ONE, AT, TWO, ELMER, CLINIC, SKOVLY, "nursing", (QUESTION,), "", "", codes.REPLY, "B300720181623#5790000121526"
    ),
    "forwarded": CareCommunication(
        ONE,
        AT,
        TWO,
        ELMER,
        CLINIC,
        WARD,
        "training",
        (*ANSWERED, Segment("80000000-0000-4000-8000-000000000000", AT, CLINIC, NURSE, "Til orientering")),
        activity=codes.FORWARD,
        earlier=REPLY.header,
        history=(REPLY, ASKED),
    ),
}
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
    **{name: (partial(build_care_communication, letter), judge_care_communication) for name, letter in LETTERS.items()},
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
