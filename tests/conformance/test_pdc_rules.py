"""The rules of PDC-DK: each breaks alone at the right line. The header's are in test_cda_header_rules."""

from __future__ import annotations

import pytest
from test_cda_header_rules import Row, assert_one_finding, changed, example, findings

from harness.conformance.cda.pdc import NOT_PUBLIC, judge_pdc
from harness.conformance.rule import Result, rules_for
from harness.domain.grade import Grade

TEMPLATE = '<c:templateId root="1.2.208.184.16.1"/>'
CODE = '<c:code code="PDC" codeSystem="1.2.208.184.100.1"/>\n  <c:title>'
ENTRY = '<c:templateId root="1.2.208.184.16.1.10.20.1.20"/>'
ENTRY_26 = ENTRY.replace("1.20", "1.26")

BREAKS: list[Row] = [
    ("PDC-01", TEMPLATE, "", "<c:ClinicalDocument"),
    ("PDC-01", TEMPLATE, TEMPLATE.replace("16.1", "15.1"), TEMPLATE),
    ("PDC-01", CODE, CODE.replace('"PDC"', '"CMR"'), CODE),
    ("PDC-01", CODE, CODE.replace("1.2.208.184.100.1", "2.16.840.1.113883.6.1"), CODE),
    ("PDC-01", TEMPLATE, TEMPLATE.replace("16.1", "16.11"), TEMPLATE),
    ("PDC-01", TEMPLATE, TEMPLATE.replace("<c:templateId", '<templateId xmlns="urn:x"'), "<c:ClinicalDocument"),
    ("PDC-01", CODE, CODE.replace('"PDC"', '"pdc"'), CODE),
    ("PDC-01", CODE, CODE.replace(' codeSystem="1.2.208.184.100.1"', ""), CODE),
    ("PDC-02", ENTRY, ENTRY.replace("1.20", "1.19"), ENTRY),
    ("PDC-02", ENTRY, ENTRY.replace("1.20", "1.31"), ENTRY),
    ("PDC-02", ENTRY, ENTRY.replace("1.20", "1.2"), ENTRY),
    ("PDC-02", ENTRY, ENTRY.replace("1.20", "1.200"), ENTRY),
    ("PDC-02", ENTRY_26, ENTRY_26.replace("1.26", "1.62"), ENTRY_26),
    ("PDC-02", ENTRY_26, ENTRY_26.replace("1.26", "1.x"), ENTRY_26),
]


@pytest.mark.parametrize("row", BREAKS, ids=[f"{row[0]} {number}" for number, row in enumerate(BREAKS)])
def test_one_fault_gives_one_finding(row: Row) -> None:
    assert_one_finding("pdc", row)


def test_every_rule_has_a_fault_that_breaks_it() -> None:
    """The header's rules are broken in the stamkort too, by `EVERYWHERE` in test_cda_header_rules."""
    assert {row[0] for row in BREAKS} == {rule.id for rule in rules_for("pdc")}


def test_the_hand_written_stamkort_keeps_every_rule() -> None:
    judgements = judge_pdc(example("pdc").encode("utf-8"), "stamkort.xml")
    assert {each.result for each in judgements} == {Result.HOLDS}
    assert [each.reason for each in judgements if each.reason] == [NOT_PUBLIC]


def test_an_unknown_entry_is_only_a_remark_on_the_scale() -> None:
    (found,) = findings(judge_pdc(changed("pdc", ENTRY, ENTRY.replace("1.20", "1.31")), "stamkort.xml"))
    assert found.grade is Grade.F4
    assert (found.location.path or "").endswith("/observation/templateId/@root")
    assert found.expected == "1.2.208.184.16.1.10.20.1.20 til 30"


@pytest.mark.parametrize(
    ("beside", "broken"), [('<c:templateId extension="2026-01-01"/>', ["CDA-H17"]), ('<c:templateId nullFlavor="NI"/>', [])]
)
def test_a_template_without_an_oid_is_no_entry_of_medcoms(beside: str, broken: list[str]) -> None:
    """That it says neither root nor nullFlavor is told of the document, and of it alone."""
    assert [each.rule for each in findings(judge_pdc(changed("pdc", ENTRY, ENTRY + beside), "stamkort.xml"))] == broken


def test_a_stamkort_without_entries_is_not_judged_on_them() -> None:
    text = example("pdc").replace("1.2.208.184.16.1.10.20.1.", "1.2.3.")
    results = {each.rule.id: each.result for each in judge_pdc(text.encode("utf-8"), "stamkort.xml")}
    assert (results["PDC-01"], results["PDC-02"]) == (Result.HOLDS, Result.NOT_JUDGED)
    assert NOT_PUBLIC not in [each.reason for each in judge_pdc(text.encode("utf-8"), "stamkort.xml")]
