"""What a person is shown of the contract: each act and view as an instruction, and each field with a label and a kind."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.house import find_house
from harness.lps.contract import CONTRACT, Field, Operation, load_contract

HOUSE = find_house()
READ = load_contract(HOUSE.home / CONTRACT)
STEPS = Path(__file__).parents[2] / "harness" / "steps"
PLANS = {"opret-patient", "opret-plan", "ret-maal", "del-plan", "gensend-plan", "plan"}
"""What the seam has methods of its own for."""


def each_field(fields: tuple[Field, ...], where: str) -> Iterator[tuple[str, Field]]:
    for one in fields:
        yield f"{where}/{one.name}", one
        yield from each_field(one.fields, f"{where}/{one.name}")


def said(kind: str) -> Iterator[str]:
    """The names that the steps give `Act` or `View` as plain text."""
    for module in sorted(STEPS.rglob("*.py")):
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == kind and node.args:
                first = node.args[0]
                if isinstance(first, ast.Constant):
                    yield str(first.value)


@pytest.mark.parametrize(("kind", "known"), [("Act", READ.acts), ("View", READ.views)])
def test_what_the_steps_say_stands_in_the_contract(kind: str, known: dict[str, Operation]) -> None:
    names = set(said(kind))
    assert names
    assert names <= known.keys()


def test_nothing_in_the_contract_is_never_said() -> None:
    texts = {
        node.value
        for module in sorted(STEPS.rglob("*.py"))
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant)
    }
    assert {name for name in (*READ.acts, *READ.views) if name not in texts} <= PLANS


@pytest.mark.parametrize("operation", [*READ.acts.values(), *READ.views.values()], ids=lambda each: each.name)
def test_an_operation_can_be_shown_to_a_person(operation: Operation) -> None:
    assert operation.summary.endswith(".")
    for where, each in (*each_field(operation.entered, "ind"), *each_field(operation.shown, "ud")):
        assert each.title or not each.name, where  # what is on a list goes by the list's title
        assert (each.kind == "valg") == bool(each.choices), where
        assert (each.kind in ("felter", "rækker", "liste")) == bool(each.fields), where


def test_what_a_field_says() -> None:
    niveau = READ.acts["opret-plan"].entered[5]
    assert niveau == Field("niveau", "Niveau", "valg", choices=(1, 2, 3), hint="Differentieringsniveau.")
    assert READ.acts["ret-maal"].entered[0] == Field(
        "plan", "Plan", "tekst", required=True, key=True, hint=READ.acts["ret-maal"].entered[0].hint
    )
    assert [each.name for each in READ.views["plan"].shown] == ["plan", "udgave", "maal", "status", "besked"]


def test_what_a_schema_is_made_of_is_put_together() -> None:
    card = {each.name: each for each in READ.views["diagnosekort"].shown[0].fields}
    assert card["icpc"].required
    assert card["privat"].required
    assert not card["debut"].required
    assert card["privat"].kind == "ja-nej"


def test_what_may_be_null_need_not_be_there() -> None:
    asked = {each.name: each for each in READ.acts["skriv-aftale"].entered}
    assert (asked["dato"].kind, asked["dato"].required, asked["aftale"].key) == ("dato", False, False)
    assert READ.acts["giv-tid"].shown[0].key
    assert READ.acts["giv-tid"].entered[1].kind == "tidspunkt"
    assert READ.acts["skriv-besked"].entered[-1].kind == "fil"
