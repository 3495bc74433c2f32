"""Every framework is given the same scenarios, and ours are such as the harness takes."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from engines import ENGINES
from generated import DANISH, ENGLISH, OURS, TEXTS, WRITERS, Size, files
from with_allure import WITH

from harness.suite.gherkin import read_feature

SIZE = Size(40, 6)
KEYWORDS = re.compile(rf"^ *({'|'.join(sorted({*DANISH, *ENGLISH}))}) ")
FEATURES = {
    "stock": "features",
    "behave": ".",
    "radish": "features",
    "robot": "suite",
    "cucumber": "features",
    "ours": f"features/{OURS}",
}


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    top = tmp_path_factory.mktemp("generated")
    for name, write in WRITERS.items():
        write(top / name, SIZE)
    return top


def _said(folder: Path) -> list[str]:
    lines = [line for path in sorted(folder.glob("*.[fr]*")) for line in path.read_text("utf-8").splitlines()]
    return [KEYWORDS.sub("", line) for line in lines if KEYWORDS.match(line)]


def test_a_scenario_has_five_steps_and_every_definition_is_used() -> None:
    steps = [each for _, scenarios in files(SIZE) for _, scenario in scenarios for each in scenario]
    assert len(steps) == SIZE.steps == 200
    assert {(each.kind, each.number) for each in steps} == {(kind, number) for kind in TEXTS for number in (0, 1)}
    assert 2.4 < len(steps) / len({each.text for each in steps}) < 2.7


@pytest.mark.parametrize("framework", FEATURES)
def test_every_framework_is_told_the_same_steps_in_the_same_order(written: Path, framework: str) -> None:
    expected = [each.text for _, scenarios in files(SIZE) for _, scenario in scenarios for each in scenario]
    assert _said(written / framework / FEATURES[framework]) == expected


def test_plain_functions_call_the_same_definitions(written: Path) -> None:
    calls = Counter(
        re.findall(r"    (\w+_\d+)\(", "".join(each.read_text("utf-8") for each in (written / "plain").glob("test_*.py")))
    )
    steps = [each for _, scenarios in files(SIZE) for _, scenario in scenarios for each in scenario]
    assert calls == Counter(f"{each.kind}_{each.number}" for each in steps)


def test_the_harness_takes_ours(written: Path) -> None:
    found = [each for path in sorted((written / "ours" / "features" / OURS).iterdir()) for each in read_feature(path, path.name)]
    assert [each.id for each in found] == [f"GEN-{number:05}" for number in range(SIZE.scenarios)]


def test_every_engine_has_somebody_who_writes_its_scenarios() -> None:
    assert {each.written for each in ENGINES.values()} == set(WRITERS)
    assert set(WITH) <= set(ENGINES)
