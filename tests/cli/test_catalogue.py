"""docs/trin.md and docs/regler.md say what the code says."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from pathlib import Path

import pytest
from pytest_bdd.steps import step_function_context_registry

from harness.cli.catalogue import rules_markdown, steps_markdown, write_catalogues
from harness.conformance.files.formats import FORMATS
from harness.conformance.oioxml.letters import not_public
from harness.conformance.rule import REGISTRY
from harness.house import find_house
from harness.standards.oioxml.kinds import KINDS
from harness.steps import MODULES

DOCS = find_house().home / "docs"


@pytest.mark.parametrize(("name", "made"), [("trin.md", steps_markdown), ("regler.md", rules_markdown)])
def test_the_published_catalogue_is_up_to_date(name: str, made: Callable[[], str]) -> None:
    assert (DOCS / name).read_text(encoding="utf-8") == made(), "kør: python -m harness.cli.catalogue"


def test_every_step_is_there_with_its_text() -> None:
    text = steps_markdown()
    steps = [
        inspect.unwrap(each.step_func) for each in step_function_context_registry.values() if each.step_func.__module__ in MODULES
    ]
    assert text.count("\n**") == len(steps)
    assert f"De {len(set(steps))} trin" in text
    assert len(set(steps)) < 190, "et ordforråd, som nogen kan huske"
    for step in steps:
        assert step.__doc__, f"{step.__name__} har ingen beskrivelse"
        assert " ".join(step.__doc__.split()) in text


def test_steps_read_as_they_are_written_in_a_feature() -> None:
    text = steps_markdown()
    assert '**Når lægen ændrer målet i planen til "{goal}"**' in text
    assert '{med målet "{goal}" / med indsatsen "{intervention}" / med opfølgning om {weeks} uger / på niveau {level}}**' in text
    assert (
        "**Givet at modtageren af planer {er optaget / afviser / svarer ikke / svarer for sent / er kommet i en ny version}**"
        in text
    )


def test_every_rule_is_there_once() -> None:
    lines = rules_markdown().splitlines()
    cells = [line.split(" | ")[0].removeprefix("| ") for line in lines if line.startswith("| ")]
    assert sorted(cell for cell in cells if cell not in ("Id", "---")) == sorted(REGISTRY)
    (level,) = [line for line in lines if line.startswith("| DELING-11 ")]
    assert " | F3 | LPS'et | " in level
    assert " | niveau-kodning | " in level


def test_what_is_not_checked_is_there_for_every_format() -> None:
    text = rules_markdown().partition("## Det, der ikke bliver kontrolleret\n")[2]
    told = {title: part.strip().splitlines() for title, _, part in (each.partition("\n") for each in text.split("### ")[1:])}
    assert list(told) == [each.danish for each in FORMATS.values()]
    assert all(lines and all(line.startswith("- ") for line in lines) for lines in told.values())
    for kind in KINDS:
        assert (f"- {not_public(kind)}" in told["MedCom-brev (OIOXML)"]) == bool(not_public(kind))
    assert "- FHIR's egne regler for AuditEvent" in told["Leveringsstatus (EDS)"]


def test_they_are_written_where_they_are_asked_to(tmp_path: Path) -> None:
    write_catalogues(tmp_path)
    assert {each.name for each in tmp_path.iterdir()} == {"trin.md", "regler.md"}
    assert b"\r" not in (tmp_path / "regler.md").read_bytes()
