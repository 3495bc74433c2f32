"""The tables of the index. Each row follows from a log; whoever deletes them all has lost nothing but time."""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Boolean, Column, DateTime, Index, Table, Text

from harness.dashboard.database import METADATA

RUNS: Final = Table(
    "tavle_runs",
    METADATA,
    Column("name", Text, primary_key=True),
    Column("system", Text, nullable=False),
    Column("partner", Text, nullable=False),
    Column("phase", Text, nullable=False),
    Column("rehearsal", Boolean, nullable=False),
    Column("began", DateTime(timezone=True), nullable=False),
    Column("verdict", Text, nullable=False),
    Column("summary", Text, nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("lines", BigInteger, nullable=False),
    Column("head", Text, nullable=False),
    Column("length", BigInteger, nullable=False),
    Column("review", Text, nullable=False),
)
"""A run: `summary` is all of `RunSummary` as JSON, the columns before it are there to be asked for; then its `Mark`."""

RESULTS: Final = Table(
    "tavle_results",
    METADATA,
    Column("run", Text, primary_key=True),
    Column("scenario", Text, primary_key=True),
    Column("file", Text, nullable=False),
    Column("standing", Text, nullable=False),
    Column("broken", Text, nullable=False),
    Column("began", Text, nullable=False),
    Column("ended", Text, nullable=False),
    Column("campaigns", Text, nullable=False),
    Column("sides", Text, nullable=False),
    Index("tavle_results_by_scenario", "scenario"),
)
"""A scenario's last attempt in a run (`Tried`)."""
