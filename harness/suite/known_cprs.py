"""The CPR numbers a file may have when it is validated, without the models that check the lists, which take half a second."""

from __future__ import annotations

from harness.house import House
from harness.suite.yaml_file import load_yaml


def known_cprs(house: House) -> frozenset[str]:
    """`allowed_cprs` and `placeholder_cprs`: the national test persons, and the placeholders of MedCom's examples.

    Raises YamlError where a list is no YAML. That it is as it should be, `lps run` checks.
    """
    found: set[str] = set()
    for path in (house.patients / "nationale-testpatienter.yaml", house.fixtures / "pladsholdere.yaml"):
        content = load_yaml(path).data
        found |= {each["cpr"] for each in content["personer"]} | set(content.get("kun_numre", ()))
    return frozenset(found)
