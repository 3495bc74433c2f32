"""A run's folder made by hand: a log that begins as one does, and goes on as long as it is asked to."""

from __future__ import annotations

from pathlib import Path

from harness.domain.event import Event, Observed, RunEnded, RunStarted
from harness.record.delivery import RunName
from harness.record.log import LOG_NAME, LogWriter

NOVAX = RunName("kol-lrs-2027", "novax", "20261005T081500")


def started(name: RunName = NOVAX) -> RunStarted:
    return RunStarted(
        run=name.run,
        system=name.system,
        product="Novax",
        supplier="Novax A/S",
        sut_version="2026.3",
        driver="reference",
        target="mock",
        rute="plsp",
        campaign=name.campaign,
        phase="egentest",
        grundlag="referencesystem",
        fingerprint={},
    )


def own_run(reports: Path, name: RunName = NOVAX, events: list[Event] | None = None) -> Path:
    """A run's folder under `reports`, whose log has what a run begins with, and then `events`, else a few lines."""
    folder = name.folder(reports)
    folder.mkdir(parents=True)
    log = LogWriter(folder)
    log.append(started(name))
    for event in events if events is not None else [Observed("Kære læge: æ, ø og å."), RunEnded(0, 1.5)]:
        log.append(event)
    log.close()
    return folder


def lines_of(folder: Path, file: str = LOG_NAME) -> list[bytes]:
    return (folder / file).read_bytes().splitlines(keepends=True)
