"""Over all rules there are: each has an example somewhere that breaks it, and reads as a rule should."""

from __future__ import annotations

import pkgutil
import re
from importlib import import_module

import pytest
import test_answered
import test_apd_rules
import test_behaviour_rules
import test_cda_clinic
import test_cda_header_rules
import test_cda_structure
import test_cpd_edition
import test_cpd_header
import test_cpd_label
import test_cpd_patient
import test_cpd_rules
import test_dgws_rules
import test_edi_letter_rules
import test_eds_rules
import test_fhir_content_rules
import test_fhir_profile
import test_fhir_rules
import test_hsuid_rules
import test_medrpt_rules
import test_official_rules
import test_oioxml_rules
import test_pdc_rules
import test_plsp_rules
import test_qfdd_rules
import test_qrd_rules
import test_reliability_rules
import test_sbdh_rules
import test_soap_http_rules
import test_vans_document_rules
import test_vans_posted_rules
import test_vans_rules
import test_xds_document_rules
import test_xds_rules
import test_xrpt_rules

from harness import conformance
from harness.conformance.privacy import only_test_persons
from harness.conformance.rule import REGISTRY, Result, Rule, judge
from harness.domain.finding import Location
from harness.domain.grade import Grade

for module in pkgutil.walk_packages(conformance.__path__, f"{conformance.__name__}."):
    import_module(module.name)

BREAKING = {
    "cpd": {row[0] for row in test_cpd_rules.BREAKS},
    "cpd-edition": {row[0] for row in test_cpd_edition.BREAKS},
    "cpd-koder": {row[0] for row in test_cpd_header.BREAKS if row[0].startswith("CPD-K")}
    | {"CPD-K03", "CPD-K05", "CPD-K07"},  # there too
    "cpd-label": {row[0] for row in test_cpd_label.BREAKS},
    "cpd-patient": {row[0] for row in test_cpd_patient.BREAKS} | {"CPD-P02"},  # there too
    "cda-header": {row[0] for row in (*test_cda_header_rules.BREAKS, *test_cda_structure.BREAKS, *test_cda_structure.IN_PLAN)},
    "cda-klinik": {row[0] for row in test_cda_clinic.BREAKS} | {"CDA-S02", "CDA-S03"},  # remarks, there too
    "qfdd": {row[0] for row in test_qfdd_rules.BREAKS},
    "qrd": {row[0] for row in test_qrd_rules.OWN},
    "apd": {row[0] for row in test_apd_rules.BREAKS} | {"APD-08", "APD-09"},  # remarks, there too
    "pdc": {row[0] for row in test_pdc_rules.BREAKS},
    "iti41": {row[0] for row in test_xds_rules.BREAKING},
    "documentreference": {row[0] for row in test_xds_document_rules.BREAKING},
    "mtom": {"MTOM-01"},  # tests/conformance/test_formats.py
    "plsp": {row[0] for row in test_plsp_rules.BREAKS},
    # The signature: tests/standards/test_dgws.py; the level: a test of its own, since it must be demanded first.
    "dgws": {row[0] for row in test_dgws_rules.BREAKS} | {"DGWS-23", "DGWS-25"},
    "hsuid": {row[0] for row in test_hsuid_rules.BREAKS},
    **{subject: {row[0].id for row in rows} for subject, rows in test_behaviour_rules.EXAMPLES.items()},
    "vans": {row[0] for row in test_vans_rules.BREAKS},
    "vans-dokument": {row[0] for row in test_vans_document_rules.BREAKS} | {"VAND-04"},  # a test of its own
    "vans-afsendt": {row[0].id for row in test_vans_posted_rules.BREAKS},
    **{subject: test_oioxml_rules.broken(subject) for subject in test_oioxml_rules.SUBJECTS},
    "forsendelse": {row[0] for row in test_reliability_rules.EXAMPLES},
    "soap-http": {row[0] for row in test_soap_http_rules.BREAKS},
    "svar": {row[0] for row in test_answered.BREAKS},
    "officiel": {row[0] for row in test_official_rules.BREAKS},
    "cpr": {"CPR-01"},  # below
    "medrpt": {row[0] for row in test_medrpt_rules.BREAKS},
    "edi-brev": {row[0] for row in test_edi_letter_rules.BREAKS},
    "xrpt": test_xrpt_rules.broken(),
    "sbdh": {row[0] for row in test_sbdh_rules.BREAKS},
    "eds": {row[0] for row in test_eds_rules.BREAKS},
    **{subject: test_fhir_rules.broken(subject) for subject in test_fhir_rules.SUBJECTS},
    "fhir": {row[0] for row in test_fhir_profile.BREAKS},
    "fhir-indhold": test_fhir_content_rules.broken(),
}


def test_every_rule_of_every_subject_has_an_example_that_breaks_it() -> None:
    registered: dict[str, set[str]] = {}
    for rule in REGISTRY.values():
        registered.setdefault(rule.subject, set()).add(rule.id)
    assert registered == BREAKING


def test_a_foreign_cpr_number_breaks_its_rule_and_none_holds() -> None:
    (broken,) = judge([only_test_persons], ("CPR i PID-3",))
    assert [(each.rule, each.location) for each in broken.findings] == [("CPR-01", Location("beskeden", path="CPR i PID-3"))]
    (holds,) = judge([only_test_persons], ())
    assert holds.result is Result.HOLDS


@pytest.mark.parametrize("rule", REGISTRY.values(), ids=lambda rule: rule.id)
def test_a_rule_can_be_read(rule: Rule) -> None:
    assert not rule.title.endswith(".")
    assert rule.source
    assert rule.check.__doc__
    assert list(REGISTRY).index(rule.id) > max((list(REGISTRY).index(needed) for needed in rule.needs), default=-1)


def test_what_a_source_only_recommends_is_f4() -> None:
    recommended = [each for each in REGISTRY.values() if re.search(r"\bbør\b|anbefal|should", each.source, re.I)]
    assert {each.id: each.grade for each in recommended if each.grade is not Grade.F4} == {}
    assert recommended
