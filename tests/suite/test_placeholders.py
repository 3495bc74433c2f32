"""The placeholders: apart from the national list, and exactly those that MedCom's examples use."""

from __future__ import annotations

import os
import re
import tarfile
from pathlib import Path

import pytest

from harness.domain.identifiers import Cpr
from harness.house import find_house
from harness.record.guard import Guard
from harness.suite.patients import allowed_cprs
from harness.suite.placeholders import placeholder_cprs

HOUSE = find_house()
ARTEFACTS = os.environ.get("LPS_ARTEFACTS")


def test_no_placeholder_is_a_test_person() -> None:
    assert placeholder_cprs(HOUSE)
    assert not placeholder_cprs(HOUSE) & allowed_cprs(HOUSE)
    assert all(Cpr(each).born for each in placeholder_cprs(HOUSE))


def test_a_run_stops_them_and_validation_does_not() -> None:
    body = "".join(f'{{"cpr": "{each}"}}' for each in sorted(placeholder_cprs(HOUSE))).encode()
    assert len(Guard(allowed_cprs(HOUSE)).inspect(body)) == 2
    assert Guard(allowed_cprs(HOUSE) | placeholder_cprs(HOUSE)).inspect(body) == []


@pytest.mark.skipif(not ARTEFACTS, reason="LPS_ARTEFACTS er ikke sat: numrene er ikke holdt op mod MedComs eksempler")
def test_medcoms_examples_use_test_persons_and_these() -> None:
    used: set[str] = set()
    for package in sorted(Path(ARTEFACTS or "").glob("fhir-packages/*.tgz")):
        with tarfile.open(package) as tar:
            for member in tar.getmembers():
                if member.name.endswith(".json") and (file := tar.extractfile(member)) is not None:
                    found = re.findall(rb'"urn:oid:1\.2\.208\.176\.1\.2"\s*,\s*"value"\s*:\s*"(\d{10})"', file.read())
                    used.update(each.decode() for each in found)
    assert used - allowed_cprs(HOUSE) == placeholder_cprs(HOUSE)
