"""Every claim of docs/sikkerhed.md names its test, and every test it names is there."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path
from typing import Final

HOUSE: Final = Path(__file__).parents[2]
TEXT: Final = (HOUSE / "docs" / "sikkerhed.md").read_text("utf-8")
NAMED: Final = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")
CLAIMED: Final = ("| påstand | test |", "| indgang | hvem kan nå den | hvad er gjort | test |")


@cache
def named_in(file: str) -> frozenset[str]:
    nodes = ast.walk(ast.parse((HOUSE / file).read_text("utf-8")))
    return frozenset(node.name for node in nodes if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"))


def test_every_test_that_is_named_is_there() -> None:
    named = NAMED.findall(TEXT)
    assert len(named) > 40
    assert [f"{file}::{name}" for file, name in named if not (HOUSE / file).is_file() or name not in {"", *named_in(file)}] == []


def test_every_claim_names_a_test() -> None:
    tables = [table.split("\n") for table in re.findall(r"(?:^\|.*\n)+", TEXT, re.MULTILINE)]
    rows = [row for table in tables if table[0] in CLAIMED for row in table[2:] if row]
    assert len(rows) > 40
    assert [row for row in rows if not NAMED.search(row.rpartition(" | ")[2])] == []


def test_every_file_of_tests_of_security_is_spoken_of() -> None:
    told = {file for file, _ in NAMED.findall(TEXT)}
    there = {path.relative_to(HOUSE).as_posix() for path in Path(__file__).parent.glob("test_*.py")}
    assert there <= told
