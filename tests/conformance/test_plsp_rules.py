"""The rules of a plan handed to PLSP: an example that breaks each, and examples that hold or cannot be judged."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from harness.conformance.files.formats import judge_file
from harness.conformance.plsp_submission import Handover, judge_handover, read_handover
from harness.conformance.rule import Judgement, Result, rules_for
from harness.domain.grade import Grade

PLAN = (Path(__file__).parents[1] / "examples" / "cpd_haandskrevet.xml").read_bytes()
ELMER, NANCY = "2509479989", "2512489996"
LRS_PLAN = f"""\
<ClinicalDocument xmlns="urn:hl7-org:v3">
  <recordTarget><patientRole><id root="1.2.208.176.1.2" extension="{ELMER}"/></patientRole></recordTarget>
  <component><structuredBody><component><section><code code="75310-3"/>
    <entry><observation><value code="L84"/></observation></entry>
  </section></component></structuredBody></component>
</ClinicalDocument>""".encode()
KOL_PLAN = LRS_PLAN.replace(b"L84", b"R95")
CODED_GOAL = b'<section><code code="61146-7"/><entry><observation><value code="R95"/></observation></entry></section>'
LRS_WITH_CODED_GOAL = LRS_PLAN.replace(
    b"</section></component>", b"</section></component><component>" + CODED_GOAL + b"</component>"
)


def handover(document: bytes = LRS_PLAN, patient: str = ELMER, label: str = "") -> Handover:
    return Handover(patient, "CPD-DK 2.0", label, document)


def judged(given: Handover) -> dict[str, Judgement]:
    return {each.rule.id: each for each in judge_handover(given, "b1.json")}


ECPR = "0703921VJ5"
NO_NUMBER = "planen har hverken CPR-nummer eller eCPR, der kan læses"
ECPR_PLAN = LRS_PLAN.replace(f'1.2" extension="{ELMER}'.encode(), f'1.6.1.1" extension="{ECPR}'.encode())
BREAKS: list[tuple[str, Handover, Grade, str, str]] = [
    ("PLSP-01", handover(patient=NANCY), Grade.F1, "/patient", "en anden patient"),
    ("PLSP-01", handover(ECPR_PLAN), Grade.F1, "/patient", "en anden patient"),
    ("PLSP-01", handover(ECPR_PLAN, patient="07039215"), Grade.F1, "/patient", "en anden patient"),
    ("PLSP-01", handover(patient=ECPR), Grade.F1, "/patient", "en anden patient"),
    ("PLSP-02", handover(label="ALAL21"), Grade.F3, "/forloebslabel", "ALAL21 med L84"),
    ("PLSP-02", handover(LRS_WITH_CODED_GOAL, label="ALAL21"), Grade.F3, "/forloebslabel", "ALAL21 med L84"),
    ("PLSP-03", handover(KOL_PLAN, label="ALAL20"), Grade.F3, "/forloebslabel", "ALAL20"),
    ("PLSP-03", handover(b"", label="KOL"), Grade.F3, "/forloebslabel", "KOL"),
]


def test_a_label_for_back_pain_may_be_one_that_is_not_public() -> None:
    assert judged(handover(label="ALAL24"))["PLSP-03"].result is Result.NOT_JUDGED


@pytest.mark.parametrize(
    ("rule", "given", "grade", "path", "actual"), BREAKS, ids=[f"{row[0]}-{number}" for number, row in enumerate(BREAKS)]
)
def test_one_fault_gives_one_finding(rule: str, given: Handover, grade: Grade, path: str, actual: str) -> None:
    found = [finding for each in judged(given).values() for finding in each.findings]
    assert [(each.rule, each.grade, each.location.path, each.actual) for each in found] == [(rule, grade, path, actual)]
    assert found[0].location.file == "b1.json"


def test_every_rule_has_an_example_that_breaks_it() -> None:
    assert {row[0] for row in BREAKS} == {rule.id for rule in rules_for("plsp")}


@pytest.mark.parametrize(
    "given",
    [
        handover(),
        handover(KOL_PLAN, label="ALAL21"),
        handover(KOL_PLAN.replace(b"R95", b"DJ440"), label="ALAL21"),
        handover(KOL_PLAN.replace(b"R95", b"DJ430"), label="ALAL21"),
        handover(label="ALAL99"),
        handover(LRS_PLAN.replace(b"2509479989", b"250947-9989")),
        handover(ECPR_PLAN, patient=ECPR),
        handover(ECPR_PLAN.replace(b"1.6.1.1", b"1.6.1.3.179").replace(b"0703921", b"0703920"), patient="0703920VJ5"),
        handover(LRS_PLAN.replace(b"</patientRole>", f'<id root="1.2.3" extension="{ELMER}"/></patientRole>'.encode())),
    ],
    ids=[
        "no label",
        "KOL by ICPC",
        "KOL by SKS",
        "emphysema",
        "another label",
        "CPR with a hyphen",
        "eCPR",
        "a region's",
        "the number as a local id too",
    ],
)
def test_what_is_right_holds(given: Handover) -> None:
    results = {rule: each.result for rule, each in judged(given).items()}
    assert results.pop("PLSP-03") is not Result.BROKEN  # the label for back pain is not public
    assert results == dict.fromkeys(("PLSP-01", "PLSP-02"), Result.HOLDS)


@pytest.mark.parametrize(
    ("document", "reasons"),
    [
        (b"", ("planen er ikke XML", "planen er ikke XML")),
        (b"%PDF", ("planen er ikke XML", "planen er ikke XML")),
        (
            b'<ClinicalDocument xmlns="urn:hl7-org:v3"/>',
            (NO_NUMBER, "planen har ingen diagnosekode"),
        ),
    ],
    ids=["nothing", "pdf", "bare"],
)
def test_what_the_document_does_not_say_is_not_judged(document: bytes, reasons: tuple[str, str]) -> None:
    results = judged(handover(document, label="ALAL21"))
    assert results.pop("PLSP-03").result is Result.HOLDS
    assert [(each.result, each.reason) for each in results.values()] == [(Result.NOT_JUDGED, reason) for reason in reasons]


def test_an_ecpr_under_the_root_of_cpr_is_told_by_the_documents_own_rule() -> None:
    given = handover(ECPR_PLAN.replace(b"1.2.208.176.1.6.1.1", b"1.2.208.176.1.2"), patient=ECPR)
    assert judged(given)["PLSP-01"].result is Result.NOT_JUDGED


def test_a_finding_shows_nobodys_number() -> None:
    text = str(judged(handover(patient=NANCY))["PLSP-01"].findings[0])
    assert ELMER not in text
    assert NANCY not in text


def message(**changes: Any) -> bytes:
    whole = {"patient": ELMER, "cpdVersion": "2.0", "forloebslabel": "ALAL21", "dokument": base64.b64encode(PLAN).decode("ascii")}
    return json.dumps({**whole, **changes}).encode()


def whole(old: str = "", new: str = "", **changes: Any) -> bytes:
    """An honest message with one change: of the plan in it, where `old` stands once, or of its own fields."""
    plan = PLAN.decode("utf-8")
    assert not old or plan.count(old) == 1, old
    document = base64.b64encode(plan.replace(old, new).encode("utf-8") if old else PLAN).decode("ascii")
    return message(**{"patient": NANCY, "cpdVersion": "1.0.1", "dokument": document, **changes})


def coded_as(code: str) -> str:
    """The honest plan for another disease, which it calls nothing else."""
    plan = PLAN.replace(b"'R95' codeSystem='1.2.208.176.2.31'", code.encode())
    assert plan != PLAN
    return base64.b64encode(plan.replace("Min forløbsplan for KOL".encode(), b"Min plan").replace(b"R95 KOL", b"")).decode(
        "ascii"
    )


# The rule, the change, and where it is told: a field of the message, or what stands on the line of the plan
WHOLE: list[tuple[str, bytes, str]] = [
    ("PLSP-01", whole(patient=ELMER), "/patient"),
    ("PLSP-01", whole(patient=""), "/patient"),
    ("PLSP-01", whole("'2512489996'", "'2509479989'"), "/patient"),
    ("PLSP-02", whole(dokument=coded_as("'L84' codeSystem='1.2.208.176.2.31'")), "/forloebslabel"),
    ("PLSP-02", whole(dokument=coded_as("'T90' codeSystem='1.2.208.176.2.31'")), "/forloebslabel"),
    ("PLSP-02", whole(dokument=coded_as("'DM545' codeSystem='1.2.208.176.2.4.12'")), "/forloebslabel"),
    ("CPD-XML", whole("</h:recordTarget>", "</h:patient>"), "</h:recordTarget>"),
    ("CPD-C01", whole("<h:typeId extension='POCD_HD000040'", "<h:typeId extension='POCD_HD000041'"), "<h:typeId"),
    ("CPD-K04", whole("'R95'", "'KOL'"), "<h:value i:type='h:CE'"),
    ("CPD-C01", whole("code='81215-6'", "code='53576-5'"), "<h:code codeSystem"),
    ("CPD-C01", whole("<h:confidentialityCode codeSystem='2.16.840.1.113883.5.25' code='N'/>", ""), "<h:ClinicalDocument"),
    ("CPD-C04", whole("'75310-3'", "'75310-4'"), "<h:code code='75310-3'"),
    ("CPD-C11", whole("<h:section moodCode='EVN'>", "<h:section moodCode='INT'>"), "<h:section moodCode='EVN'>"),
    ("CPD-C13", whole("i:type='h:TS'", "i:type='h:IVL_TS'"), "<h:effectiveTime i:type"),
]


@pytest.mark.parametrize(("rule", "data", "place"), WHOLE, ids=[f"{row[0]} {number}" for number, row in enumerate(WHOLE)])
def test_one_change_of_a_whole_message_gives_one_finding(rule: str, data: bytes, place: str) -> None:
    (found,) = judge_file(data, "b1.json").findings
    assert found.rule == rule, str(found)
    if place.startswith("/"):
        assert (found.location.file, found.location.path) == ("b1.json", place)
    else:
        line = 1 + PLAN[: PLAN.index(place.encode())].count(b"\n")
        assert (found.location.file, found.location.line) == ("b1.json#dokument", line)


def test_the_honest_message_breaks_nothing() -> None:
    assert judge_file(whole(), "b1.json").findings == ()


def test_a_message_is_read() -> None:
    assert read_handover(message()) == Handover(ELMER, "CPD-DK 2.0", "ALAL21", PLAN)


@pytest.mark.parametrize(
    ("body", "handed"),
    [
        (b"", Handover("", "", "", b"")),
        (b"[]", Handover("", "", "", b"")),
        (b"[" * 100_000, Handover("", "", "", b"")),
        (message(dokument="ikke base64!"), Handover("", "", "", b"")),
        (message(dokument="ikke base!"), Handover("", "", "", b"")),  # eight letters that could be, with signs that cannot
        (b"{}", Handover("", "", "", b"")),
        (b"\xff\xfe", Handover("", "", "", b"")),
    ],
    ids=["empty", "a list", "deep", "no base64", "signs in base64", "nothing in it", "no text"],
)
def test_what_cannot_be_read_is_empty(body: bytes, handed: Handover) -> None:
    assert read_handover(body) == handed
