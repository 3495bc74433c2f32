"""Where findings point: a line of places.txt is a rule, and the ends of the paths of its examples' findings, all of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import test_apd_rules as apd
import test_cda_header_rules as cda
import test_cpd_header as cpd
import test_dgws_rules as dgws
import test_fhir_content_rules as fhir_content
import test_fhir_rules as fhir
import test_hsuid_rules as hsuid
import test_medrpt_rules as medrpt
import test_oioxml_rules as oioxml
import test_pdc_rules as pdc
import test_qfdd_rules as qfdd
import test_qrd_rules as qrd
import test_vans_rules as vans
import test_xds_rules as xds

from harness.conformance.cda.cpd import judge_cpd
from harness.conformance.medrpt import judge_medrpt
from harness.conformance.oioxml.letters import judge_oioxml
from harness.conformance.rule import Judgement
from harness.conformance.transport.vans import judge_vans
from harness.conformance.xds.submission import judge_submission

KNOWN = Path(__file__).with_name("places.txt")


def _cda() -> Iterator[list[Judgement]]:
    for kind, rows in (("apd", cda.BREAKS), ("apd", apd.BREAKS), ("pdc", pdc.BREAKS), ("qfdd", qfdd.BREAKS), ("qrd", qrd.BREAKS)):
        for _, old, new, _ in rows:
            yield cda.JUDGES[kind](cda.changed(kind, old, new), "fil")


def _cpd() -> Iterator[list[Judgement]]:
    for _, old, new, _ in cpd.BREAKS:
        yield [each for each in judge_cpd(cpd.edited(old, new), "fil", declared="CPD-DK 1.0.1") if each.rule.id.startswith("CPD")]


def _fhir() -> Iterator[list[Judgement]]:
    for _, file, old, new, _ in (*fhir.BREAKS, *fhir.REMARKS, *fhir_content.BREAKS):
        yield fhir.JUDGES[file](fhir.changed(file, old, new).encode(), "fil")


def _soap() -> Iterator[list[Judgement]]:
    for module in (dgws, hsuid):
        for _, change, _ in module.BREAKS:
            yield module.judged(change(module.EXAMPLE))


def _letters() -> Iterator[list[Judgement]]:
    for _, text, old, new, _ in oioxml.BREAKS:
        yield judge_oioxml(oioxml.changed(text, old, new).encode(), "fil")
    for rule, old, new, *_ in medrpt.BREAKS:
        yield judge_medrpt(medrpt.changed(old, new, count=rule not in ("RPT-02", "RPT-EDI")), "fil")
    for _, text, old, new, _ in vans.BREAKS:
        encoding = "utf-8" if text is vans.MESSAGE else "iso-8859-1"
        yield judge_vans(vans.changed(text, old, new).encode(encoding), "fil")


def _xds() -> Iterator[list[Judgement]]:
    for _, change, _ in xds.PLACED:
        yield judge_submission(change(xds.EXAMPLE), "fil", xds.KNOWN)


SUBJECTS: dict[str, Callable[[], Iterator[list[Judgement]]]] = {
    "cda": _cda,
    "cpd": _cpd,
    "fhir": _fhir,
    "letters": _letters,
    "soap": _soap,
    "xds": _xds,
}


def places(subject: str) -> dict[str, set[str]]:
    """Each rule of the subject, and where its findings point."""
    found: dict[str, set[str]] = defaultdict(set)
    for judgements in SUBJECTS[subject]():
        for finding in (finding for each in judgements for finding in each.findings):
            found[finding.rule].add("/".join(finding.location.path.split("/")[-2:]) or "(file)")
    return dict(found)


@pytest.mark.parametrize("subject", SUBJECTS)
def test_a_finding_points_at_what_is_wrong(subject: str) -> None:
    known = {rule: set(ends) for rule, *ends in map(str.split, KNOWN.read_text("utf-8").splitlines())}
    found = places(subject)
    assert found == {rule: known.get(rule, set()) for rule in found}
