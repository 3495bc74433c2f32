"""The wall's database has every room's tables, whoever opens it first."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from sqlalchemy import create_engine, event, inspect

import harness.dashboard
from harness.dashboard.database import METADATA, ROOMS, address_in, open_database

OPEN = (
    "import sys; from sqlalchemy import inspect; from harness.dashboard.database import open_database;"
    "print(*inspect(open_database(sys.argv[1])).get_table_names())"
)


def test_a_process_that_knows_no_room_makes_the_tables_of_all(tmp_path: Path) -> None:
    told = subprocess.run([sys.executable, "-c", OPEN, address_in(tmp_path)], capture_output=True, text=True, check=True)
    made = set(told.stdout.split())
    assert {"access_tokens", "access_sessions", "access_links", "worklist_claims", "tavle_runs", "tavle_results"} <= made


def test_every_room_that_declares_tables_is_known() -> None:
    top = Path(harness.dashboard.__file__).parent
    declare = [each for each in top.rglob("*.py") if "METADATA," in each.read_text("utf-8")]
    assert {each.relative_to(top.parents[1]).with_suffix("").as_posix().replace("/", ".") for each in declare} == set(ROOMS)


def test_two_that_make_the_tables_at_once_both_get_them(tmp_path: Path) -> None:
    address = address_in(tmp_path)
    other = create_engine(address)
    made = []

    def meanwhile(*_: object, **__: object) -> None:
        """The other wall, after this one has looked for a table and before it makes it."""
        if not made:
            made.extend(METADATA.sorted_tables[:2])
            METADATA.create_all(other, tables=made)

    event.listen(METADATA, "before_create", meanwhile)
    try:
        engine = open_database(address)
    finally:
        event.remove(METADATA, "before_create", meanwhile)
    assert len(made) == 2
    assert set(METADATA.tables) <= set(inspect(engine).get_table_names())
    for each in (engine, other):
        each.dispose()
