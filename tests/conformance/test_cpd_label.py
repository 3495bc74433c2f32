"""The forløbslabel in a plan's header: a known code, and the disease's own; wherever in the header it stands."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.conformance.cda.cpd import judge_cpd
from harness.conformance.cda.cpd_label import PLACE, diseases_of, judge_label
from harness.conformance.cda.document import read_plan
from harness.conformance.rule import Result, rules_for
from harness.domain.careplan import Disease

EXAMPLES = Path(__file__).parents[1] / "examples"
SKS = "1.2.208.176.2.4"


def labelled(plan: str, *labels: str, system: str = SKS, diagnosis: str = "") -> bytes:
    """The hand-written plan with labels somewhere in its header: where they belong is not known."""
    text = (EXAMPLES / f"cpd_{plan}_haandskrevet.xml").read_text(encoding="utf-8")
    coded = "".join(f'<c:code code="{label}" codeSystem="{system}"/>' for label in labels)
    event = f"  <c:documentationOf><c:serviceEvent>{coded}</c:serviceEvent></c:documentationOf>\n"
    assert text.count("  <c:relatedDocument") == 1
    text = text.replace("  <c:relatedDocument", f"{event}  <c:relatedDocument")
    return (text.replace('code="T90"', f'code="{diagnosis}"') if diagnosis else text).encode("utf-8")


# rule, plan, what is changed
BREAKS: list[tuple[str, bytes]] = [
    ("CPD-L01", labelled("diabetes", "ALAL99")),
    ("CPD-L01", labelled("diabetes", "ALAL22", system="1.2.208.176.2.31")),
    ("CPD-L01", labelled("diabetes", "ALAL2")),
    ("CPD-L01", labelled("diabetes", "ALAL22", "ALAL77")),
    ("CPD-L02", labelled("diabetes", "ALAL21")),
    ("CPD-L02", labelled("diabetes", "ALAL02")),
    ("CPD-L02", labelled("hjerte", "ALAL22")),
    ("CPD-L02", labelled("hjerte", "ALAL21")),
    ("CPD-L02", labelled("diabetes", "ALAL22", diagnosis="R95")),
    ("CPD-L02", labelled("diabetes", "ALAL22", diagnosis="DI251")),
    ("CPD-L02", labelled("diabetes", "ALAL22", diagnosis="L84")),
    ("CPD-L02", labelled("diabetes", "ALAL22", "ALAL02")),
]


@pytest.mark.parametrize(("rule", "plan"), BREAKS, ids=[f"{row[0]} {number}" for number, row in enumerate(BREAKS)])
def test_one_fault_gives_one_finding(rule: str, plan: bytes) -> None:
    found = [finding for each in judge_label(plan, "plan.xml") for finding in each.findings]
    assert [each.rule for each in found] == [rule], [str(each) for each in found]
    assert found[0].location.line == plan[: plan.index(b"ALAL")].count(b"\n") + 1


def test_every_rule_has_a_fault_that_breaks_it() -> None:
    assert {row[0] for row in BREAKS} == {rule.id for rule in rules_for("cpd-label")}


@pytest.mark.parametrize(
    "plan",
    [
        labelled("diabetes", "ALAL22"),
        labelled("hjerte", "ALAL02"),
        labelled("diabetes", "ALAL21", diagnosis="DJ449"),
        labelled("diabetes", "ALAL02", diagnosis="T93"),
        labelled("diabetes", "ALAL21", diagnosis="DJ430"),
    ],
    ids=["diabetes", "heart", "KOL", "lipids", "emphysema"],
)
def test_a_plans_own_label_keeps_the_rules(plan: bytes) -> None:
    assert {each.result for each in judge_label(plan, "plan.xml")} == {Result.HOLDS}


CODED_AS = {
    Disease.KOL: "R95 DJ43 DJ44",
    Disease.T2D: "T90 DE11 DE12 DE13 DE14",
    Disease.HJERTE: "K74 K75 K76 DI20 DI21 DI23 DI24 DI25 K86 K87 T93 DI10 DI11 DI12 DI13 DI15 DE78",
    Disease.LRS: "L02 L03 L84 L86",
}


@pytest.mark.parametrize(("disease", "code"), [(disease, code) for disease, codes in CODED_AS.items() for code in codes.split()])
def test_a_diagnosis_is_of_its_disease_and_no_other(disease: Disease, code: str) -> None:
    for written in {code, f"{code}9"} if code.startswith("D") else {code}:
        assert diseases_of(read_plan(labelled("diabetes", diagnosis=written), "plan.xml")) == {disease}


@pytest.mark.parametrize(
    ("plan", "results"),
    [
        (labelled("diabetes"), [Result.NOT_JUDGED, Result.NOT_JUDGED]),
        (labelled("diabetes", "ALAL99", diagnosis="L84"), [Result.NOT_JUDGED, Result.NOT_JUDGED]),
        (labelled("diabetes", "ALAL23"), [Result.HOLDS, Result.NOT_JUDGED]),
        (labelled("diabetes", "ALAL22", diagnosis="A01"), [Result.HOLDS, Result.NOT_JUDGED]),
        (b"", [Result.NOT_JUDGED, Result.NOT_JUDGED]),
        (b"<Bundle/>", [Result.NOT_JUDGED, Result.NOT_JUDGED]),
    ],
    ids=["no label", "a new one for the back", "another known label", "another diagnosis", "nothing", "no CDA"],
)
def test_what_is_not_known_is_not_judged(plan: bytes, results: list[Result]) -> None:
    assert [each.result for each in judge_label(plan, "plan.xml")] == results


@pytest.mark.parametrize(
    "plan",
    [
        labelled("diabetes").replace(b'code="T90"', b'code="ALAL99"'),
        labelled("diabetes", "ALAL99").replace(b"<c:serviceEvent><c:code", b'<c:serviceEvent><x:code xmlns:x="urn:x"'),
        labelled("diabetes", "ALAL99")
        .replace(b"<c:documentationOf>", b'<documentationOf xmlns="urn:x">')
        .replace(b"</c:documentationOf", b"</documentationOf"),
        b'<c:Plan xmlns:c="urn:hl7-org:v3"><c:code code="ALAL99"/></c:Plan>',
    ],
    ids=["in the body", "of another namespace", "in another namespace", "no CDA"],
)
def test_a_label_is_looked_for_in_the_header_alone(plan: bytes) -> None:
    assert b"ALAL99" in plan
    assert [each.result for each in judge_label(plan, "plan.xml")] == [Result.NOT_JUDGED, Result.NOT_JUDGED]


def test_while_the_place_is_not_decided_a_wrong_label_is_a_remark() -> None:
    judged = judge_label(labelled("diabetes", "ALAL21"), "plan.xml", frozenset({PLACE}))
    assert [each.undecided for each in judged] == [PLACE, PLACE]
    assert [(each.rule, each.grade) for judgement in judged for each in judgement.findings] == [("CPD-L02", None)]


@pytest.mark.parametrize(
    ("label", "diagnosis", "expected"),
    [
        ("ALAL21", "T90", "ALAL22"),
        ("ALAL22", "L84", "ingen af de kendte på en plan for lænderyg"),
        ("ALAL99", "T90", f"ALAL01, ALAL02, ALAL03, ALAL21, ALAL22, ALAL23, ALAL51, ALAL52 ({SKS})"),
    ],
)
def test_a_finding_says_which_labels_fit(label: str, diagnosis: str, expected: str) -> None:
    judged = judge_label(labelled("diabetes", label, diagnosis=diagnosis), "plan.xml")
    assert [(found.expected, found.actual) for each in judged for found in each.findings] == [(expected, f"{label} ({SKS})")]


@pytest.mark.parametrize("plan", ["diabetes", "hjerte"])
@pytest.mark.parametrize("declared", ["CPD-DK 1.0.1", "CPD-DK 2.0"])
def test_the_hand_written_plans_keep_every_rule_of_the_profile(plan: str, declared: str) -> None:
    data = (EXAMPLES / f"cpd_{plan}_haandskrevet.xml").read_bytes()
    assert [str(finding) for each in judge_cpd(data, "plan.xml", declared=declared) for finding in each.findings] == []


def test_each_disease_has_the_label_that_is_published_for_it() -> None:
    assert {each: each.forloebslabel for each in Disease} == {
        Disease.KOL: "ALAL21",
        Disease.LRS: None,
        Disease.T2D: "ALAL22",
        Disease.HJERTE: "ALAL02",
    }
