"""The forløbslabel in a plan's header: a known code, and the disease's own; wherever in the header it stands."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.conformance.cda.cpd import judge_cpd
from harness.conformance.cda.cpd_label import judge_label
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
    ],
    ids=["diabetes", "heart", "KOL", "lipids"],
)
def test_a_plans_own_label_keeps_the_rules(plan: bytes) -> None:
    assert {each.result for each in judge_label(plan, "plan.xml")} == {Result.HOLDS}


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
