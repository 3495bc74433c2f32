"""Finds a system's latest run of a campaign, alone or together with others, under a folder of reports."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from harness.domain.errors import BadInput, EnvironmentFault
from harness.domain.event import RunStarted
from harness.record.log import LOG_NAME, Entry, first_event, read_cut_log
from harness.suite.campaigns import ALL_FOLDER, TOGETHER


def latest_log(reports: Path, campaign: str, system: str) -> Path | None:
    """Where the log of that run lies; None when there is none. `latest_log(house.reports, "diagnosekort", "novax")`."""
    own = (reports / campaign / system).glob(f"*/{LOG_NAME}")
    together = [reports / ALL_FOLDER, *reports.glob(f"*{TOGETHER}*")]
    beside = (log for folder in together for log in (folder / system).glob(f"*/{LOG_NAME}") if campaign in _campaigns(log))
    return max([*own, *beside], key=lambda log: log.parent.name, default=None)


def _campaigns(log: Path) -> Iterable[str]:
    """The campaigns a run was of, as its first event says; none when it cannot be read."""
    try:
        first = first_event(log)
    except BadInput:
        return ()  # whoever reads that run itself is told
    return first.participation if isinstance(first, RunStarted) else ()


def entries_of(log: Path | None) -> list[Entry]:
    """The log, as far as it came; empty for none. Raises EnvironmentFault for one that cannot be read."""
    try:
        return list(read_cut_log(log)) if log else []
    except BadInput as error:
        raise EnvironmentFault(f"Den seneste kørsel kan ikke læses: {log}: {error}.") from None
