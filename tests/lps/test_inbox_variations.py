"""An inbox that is honest but made differently from the reference LPS's is never failed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from rehearsal import rehearse, scenarios

from harness.domain.event import Judged, ScenarioEnded
from harness.lps.reference.laboratory.lab_inbox import LabInbox
from harness.lps.reference.laboratory.lab_normality import is_whole
from harness.runner.wish import Wish

Patch = pytest.MonkeyPatch
Rows = list[dict[str, Any]]


def shows(patch: Patch, change: Callable[[Rows], Rows]) -> None:
    original = LabInbox._show

    def show(self: LabInbox, chosen: Any) -> dict[str, Any]:
        return {"svar": change(original(self, chosen)["svar"])}

    patch.setattr(LabInbox, "_show", show)


def newest_first(patch: Patch) -> None:
    shows(patch, lambda rows: [{**row, "resultater": row["resultater"][::-1], "log": row["log"][::-1]} for row in rows[::-1]])


def breaks_lines(patch: Patch) -> None:
    shows(patch, lambda rows: [{**row, "bemærkning": row["bemærkning"].replace(" ", "\n")} for row in rows])


def writes_numbers_as_danes_do(patch: Patch) -> None:
    def danish(result: dict[str, Any]) -> dict[str, Any]:
        return {**result, **{name: result[name].replace(".", ",").replace("< ", "<") for name in ("værdi", "nedre", "øvre")}}

    shows(patch, lambda rows: [{**row, "resultater": [danish(each) for each in row["resultater"]]} for row in rows])


def greets_the_patient(patch: Patch) -> None:
    shows(
        patch,
        lambda rows: [
            {**row, "svarTilPatienten": [f"Kære patient\n{each}\nHilsen" for each in row["svarTilPatienten"]]} for row in rows
        ],
    )


def logs_more(patch: Patch) -> None:
    received = {"dato": "2026-10-05", "sted": "hos lægen", "automatisk": False, "grund": ""}
    shows(patch, lambda rows: [{**row, "id": 17, "log": [received, *row["log"]]} for row in rows])


def tells_nothing_of_a_received_sample(patch: Patch) -> None:
    original = LabInbox._file

    def file(self: LabInbox, report: Any) -> None:
        if is_whole(report) or report.status != "modtaget":
            original(self, report)

    patch.setattr(LabInbox, "_file", file)


@pytest.mark.parametrize(
    "vary",
    [newest_first, breaks_lines, writes_numbers_as_danes_do, greets_the_patient, logs_more, tells_nothing_of_a_received_sample],
)
def test_an_honest_inbox_breaks_nothing(vary: Callable[[Patch], None], tmp_path: Path, monkeypatch: Patch) -> None:
    vary(monkeypatch)
    events = rehearse(tmp_path / "kørsel", Wish(), scenarios("intelligent-indbakke"))
    assert [finding for event in events if isinstance(event, Judged) for finding in event.findings] == []
    assert {event.standing for event in events if isinstance(event, ScenarioEnded)} == {"OK", "afventer"}
