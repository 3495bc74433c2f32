"""A file that says the same otherwise is judged as before: every format, as `lps validate` judges it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from rehearsal import HOUSE

from harness.conformance.files.formats import judge_file
from harness.conformance.rule import Result
from harness.domain.variation import rounds
from harness.lps.variations.edifact_ways import EDIFACT
from harness.lps.variations.json_ways import JSON_TEXTS
from harness.lps.variations.layout import LAYOUTS
from harness.lps.variations.rewriting import written_otherwise
from harness.lps.variations.xml_text import TEXTS
from harness.suite.variations import load_variations

EXAMPLES = sorted((HOUSE.home / "tests" / "examples").iterdir())
WAYS = {".xml": (*LAYOUTS, *TEXTS), ".json": tuple(JSON_TEXTS), ".edi": tuple(EDIFACT)}


def tried(suffix: str) -> list[frozenset[str]]:
    """The ways that a file of this kind can be written in, many together; each alone with LPS_ALL."""
    own = WAYS[suffix]
    if "LPS_ALL" in os.environ:
        return [frozenset({each}) for each in own]
    together = rounds(each for each in load_variations(HOUSE).values() if each.id in own)
    return [names & set(own) for names in together]


def judged(data: bytes, file: str) -> tuple[list[str], dict[str, set[Result]]]:
    """The formats of the file and of what it carries, and each rule's results on them."""
    reports = list(judge_file(data, file).every())
    results: dict[str, set[Result]] = {}
    for each in (judgement for report in reports for judgement in report.judgements):
        results.setdefault(each.rule.id, set()).add(each.result)
    return [each.format or each.problem for each in reports], results


@pytest.mark.parametrize("file", [each for each in EXAMPLES if each.suffix in WAYS], ids=lambda each: each.name)
def test_a_file_written_otherwise_is_judged_the_same(file: Path) -> None:
    data = file.read_bytes()
    before = judged(data, file.name)
    changed = {}
    for ways in tried(file.suffix):
        varied = written_otherwise(data, ways)
        if varied != data and (after := judged(varied, file.name)) != before:
            changed[" ".join(sorted(ways))] = [
                (name, results) for name, results in after[1].items() if results != before[1].get(name)
            ] or after[0]
    assert changed == {}
