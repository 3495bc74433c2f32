"""Over all rules there are: each has an example somewhere that breaks it, and reads as a rule should."""

from __future__ import annotations

import pkgutil
from importlib import import_module

import pytest
import test_cpd_edition
import test_cpd_patient
import test_cpd_rules
import test_plsp_rules
import test_sharing_rules
import test_xds_rules

from harness import conformance
from harness.conformance.privacy import only_test_persons
from harness.conformance.rule import REGISTRY, Result, Rule, judge

for module in pkgutil.iter_modules(conformance.__path__):
    import_module(f"{conformance.__name__}.{module.name}")

BREAKING = {
    "cpd": {row[0] for row in test_cpd_rules.BREAKS},
    "cpd-edition": {row[0] for row in test_cpd_edition.BREAKS},
    "cpd-patient": {row[0] for row in test_cpd_patient.BREAKS},
    "iti41": {row[0] for row in test_xds_rules.BREAKING},
    "plsp": {row[0] for row in test_plsp_rules.BREAKS},
    "deling": {row[0].id for row in test_sharing_rules.EXAMPLES},
    "cpr": {"CPR-01"},  # below
}


def test_every_rule_of_every_subject_has_an_example_that_breaks_it() -> None:
    registered: dict[str, set[str]] = {}
    for rule in REGISTRY.values():
        registered.setdefault(rule.subject, set()).add(rule.id)
    assert registered == BREAKING


def test_a_foreign_cpr_number_breaks_its_rule_and_none_holds() -> None:
    (broken,) = judge([only_test_persons], ("CPR i PID-3",))
    assert [(each.rule, each.location.path) for each in broken.findings] == [("CPR-01", "CPR i PID-3")]
    (holds,) = judge([only_test_persons], ())
    assert holds.result is Result.HOLDS


@pytest.mark.parametrize("rule", REGISTRY.values(), ids=lambda rule: rule.id)
def test_a_rule_can_be_read(rule: Rule) -> None:
    assert not rule.title.endswith(".")
    assert rule.source
    assert rule.check.__doc__
    assert list(REGISTRY).index(rule.id) > max((list(REGISTRY).index(needed) for needed in rule.needs), default=-1)
