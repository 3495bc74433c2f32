"""Values of the wall as rows of the index, and back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import Any

from pydantic import TypeAdapter

from harness.dashboard.standing.reading import Known, Mark
from harness.dashboard.standing.summary import RunSummary, Tried
from harness.domain.grade import Grade, Standing, parse_standing


def run_row(known: Known) -> dict[str, Any]:
    """The row of RUNS for a run."""
    run, mark = known.run, known.mark
    return {
        "name": run.name,
        "system": run.started.system,
        "partner": run.started.partner,
        "phase": run.started.phase,
        "rehearsal": run.rehearsal,
        "began": run.began,
        "verdict": str(run.verdict),
        "summary": _summaries().dump_json(run).decode(),
        "bytes": mark.bytes,
        "lines": mark.lines,
        "head": mark.head,
        "length": mark.length,
        "review": mark.review,
    }


def known_of(row: Any, tried: tuple[Tried, ...]) -> Known:
    """The run a row of RUNS is of. Raises ValueError for one that another edition of the harness wrote."""
    mark = Mark(row.bytes, row.lines, row.head, row.length, row.review)
    return Known(_summaries().validate_json(row.summary), tried, mark)


def result_row(run: str, tried: Tried) -> dict[str, Any]:
    """The row of RESULTS for a scenario."""
    return {
        "run": run,
        "scenario": tried.scenario.replace("\0", "\ufffd"),
        "file": tried.file.replace("\0", "\ufffd"),  # PostgreSQL has no such character
        "standing": str(tried.standing),
        "broken": str(tried.broken or ""),
        "began": tried.began.isoformat() if tried.began else "",
        "ended": tried.ended.isoformat() if tried.ended else "",
        "campaigns": ",".join(tried.campaigns),
        "sides": ",".join(f"{system}={standing}" for system, standing in tried.sides),
    }


def tried_of(row: Any) -> Tried:
    """The scenario a row of RESULTS is of. Raises ValueError as `known_of` does."""
    _, scenario, file, standing, broken, began, ended, campaigns, sides = row
    return Tried(
        scenario,
        file,
        _standing(standing),
        Grade(broken) if broken else None,
        datetime.fromisoformat(began) if began else None,
        datetime.fromisoformat(ended) if ended else None,
        _names(campaigns),
        _sides(sides),
    )


@cache
def _standing(text: str) -> Standing:
    return parse_standing(text)


@cache
def _names(text: str) -> tuple[str, ...]:
    return tuple(filter(None, text.split(",")))


@cache
def _sides(text: str) -> tuple[tuple[str, Standing], ...]:
    return tuple(_side(each) for each in text.split(",") if each)


def _side(text: str) -> tuple[str, Standing]:
    system, _, standing = text.rpartition("=")
    return system, parse_standing(standing)


def changed_rows(run: str, now: Iterable[Tried], before: Iterable[Tried]) -> list[dict[str, Any]]:
    """The rows of RESULTS that are others than they were."""
    known = set(before)
    return [result_row(run, each) for each in now if each not in known]


@cache
def _summaries() -> TypeAdapter[RunSummary]:
    return TypeAdapter(RunSummary)
