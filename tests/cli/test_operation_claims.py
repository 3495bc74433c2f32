"""Every row of docs/driftssikkerhed.md says what people see, what is kept, the exit code, and a test that is there."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path
from typing import Final

import pytest

HOUSE: Final = Path(__file__).parents[2]
HEADING: Final = "| hvad der går galt | hvad man ser | hvad der er bevaret | kode | test |"
NAMED: Final = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")


def rows() -> list[list[str]]:
    tables = re.findall(r"(?:^\|.*\n)+", (HOUSE / "docs" / "driftssikkerhed.md").read_text("utf-8"), re.MULTILINE)
    found = [table.splitlines()[2:] for table in tables if table.startswith(HEADING)]
    return [[cell.strip() for cell in row.strip("|").split(" | ")] for table in found for row in table]


@cache
def names_in(file: str) -> frozenset[str]:
    nodes = ast.walk(ast.parse((HOUSE / file).read_text("utf-8"))) if (HOUSE / file).is_file() else ()
    return frozenset(node.name for node in nodes if isinstance(node, ast.FunctionDef))


def test_there_are_as_many_as_there_were() -> None:
    assert len(rows()) >= 60


@pytest.mark.parametrize("row", rows(), ids=lambda row: row[0])
def test_a_row_is_whole_and_its_test_is_there(row: list[str]) -> None:
    assert len(row) == 5
    assert all(row)
    named = NAMED.fullmatch(row[4])
    assert named, row[4]
    assert named[2] in names_in(named[1])
    assert re.fullmatch(r"–|som kørslen|[0123]( eller [0123])?|130(; .+)?|0–3, som kørslen", row[3]), row[3]
