"""What the acute team measures has the names and units of MedCom's lists."""

from __future__ import annotations

import pytest

from harness.domain.home_care import ANALYSES, Analysis
from harness.house import find_house
from harness.suite.terminology import load_terminology

NPU = load_terminology(find_house())["npu"].concepts


@pytest.mark.parametrize("analysis", [each for each in ANALYSES.values() if each.code in NPU], ids=lambda each: each.code)
def test_names_and_units_are_those_of_the_list(analysis: Analysis) -> None:
    assert (NPU[analysis.code].text, NPU[analysis.code].unit) == (analysis.name, analysis.unit)


def test_only_medcoms_own_code_is_in_no_list_of_ours() -> None:
    assert {each.code for each in ANALYSES.values()} - NPU.keys() == {"MCS88122"}
