"""The CPR numbers of MedCom's published examples that are on no list of test persons. For `lps validate` only."""

from __future__ import annotations

from harness.house import House
from harness.suite.model import read_as
from harness.suite.patients import PatientsFile


def placeholder_cprs(house: House) -> frozenset[str]:
    """The numbers, ten digits each. A run must never allow them: they are no test persons. Raises YamlError.

    `Guard(allowed_cprs(house) | placeholder_cprs(house))` is the guard of `lps validate`.
    """
    return frozenset(read_as(PatientsFile, house.fixtures / "pladsholdere.yaml").kun_numre)
