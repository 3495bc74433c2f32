"""The rules of QFDD-DK: each breaks alone at the right line."""

from __future__ import annotations

import pytest
from test_cda_header_rules import Row, assert_one_finding, changed, example, findings

from harness.conformance.cda.qfdd import judge_qfdd
from harness.conformance.rule import Result, rules_for

TEMPLATE = '<c:templateId root="1.2.208.184.12.1"/>'
CODE = '<c:code code="74468-0" codeSystem="2.16.840.1.113883.6.1"/>\n  <c:title>'
OPTIONS = '<c:code code="74467-2" codeSystem="2.16.840.1.113883.6.1"/>'
INTERVAL = '<c:value xsi:type="c:IVL_INT"><c:low value="1"/><c:high value="1"/></c:value>'
OBSERVATION = '<c:observation classCode="OBS" moodCode="EVN">'

BREAKS: list[Row] = [
    ("QFDD-01", TEMPLATE, "", "<c:ClinicalDocument"),
    ("QFDD-01", TEMPLATE, TEMPLATE.replace("12.1", "13.1"), TEMPLATE),
    ("QFDD-01", TEMPLATE, TEMPLATE.replace("12.1", "12.11"), TEMPLATE),
    ("QFDD-01", CODE, CODE.replace("74468-0", "74465-6"), CODE),
    ("QFDD-01", CODE, CODE.replace("113883.6.1", "113883.6.96"), CODE),
    ("QFDD-02", OPTIONS, "", OBSERVATION),
    ("QFDD-02", OPTIONS, OPTIONS.replace("74467-2", "74467-3"), OPTIONS),
    ("QFDD-02", OPTIONS, OPTIONS.replace("113883.6.1", "113883.6.96"), OPTIONS),
    ("QFDD-03", INTERVAL, "", OBSERVATION),
    ("QFDD-03", INTERVAL, INTERVAL.replace("IVL_INT", "INT"), INTERVAL),
    ("QFDD-03", INTERVAL, INTERVAL.replace(' xsi:type="c:IVL_INT"', ""), INTERVAL),
    ("QFDD-03", INTERVAL, INTERVAL.replace('<c:low value="1"/>', ""), INTERVAL),
    ("QFDD-03", INTERVAL, INTERVAL.replace('<c:high value="1"/>', '<c:high value="mange"/>'), INTERVAL),
    ("QFDD-03", INTERVAL, INTERVAL.replace('<c:low value="1"/>', '<c:low value="2"/>'), INTERVAL),
]


@pytest.mark.parametrize("row", BREAKS, ids=[f"{row[0]} {number}" for number, row in enumerate(BREAKS)])
def test_one_fault_gives_one_finding(row: Row) -> None:
    assert_one_finding("qfdd", row)


def test_every_rule_has_a_fault_that_breaks_it() -> None:
    assert {row[0] for row in BREAKS} == {rule.id for rule in rules_for("qfdd")}


def test_the_hand_written_form_keeps_every_rule() -> None:
    judgements = judge_qfdd(example("qfdd").encode("utf-8"), "skema.xml")
    assert {each.rule.id for each in judgements if each.result is not Result.HOLDS} == {"CDA-H11"}


def test_a_template_with_a_version_after_it_is_the_same_kind() -> None:
    assert findings(judge_qfdd(changed("qfdd", TEMPLATE, TEMPLATE.replace("12.1", "12.1.1.1")), "skema.xml")) == []


def test_a_form_without_response_options_is_not_judged_on_them() -> None:
    form = changed("qfdd", '<c:templateId root="2.16.840.1.113883.10.20.32.4.20"/>', "")
    results = {each.rule.id: each.result for each in judge_qfdd(form, "skema.xml")}
    assert (results["QFDD-02"], results["QFDD-03"]) == (Result.NOT_JUDGED, Result.NOT_JUDGED)
