"""Finds a system's latest run of a campaign, alone or together with others, under a folder of reports."""

from __future__ import annotations

from pathlib import Path

from harness.domain.errors import BadInput, EnvironmentFault
from harness.record.log import LOG_NAME, Entry, read_cut_log
from harness.suite.campaigns import ALL_FOLDER


def latest_log(reports: Path, campaign: str, system: str) -> Path | None:
    """Where the log of that run lies; None when there is none. `latest_log(house.reports, "diagnosekort", "novax")`."""
    beside = [each.name for each in reports.glob("*+*") if campaign in each.name.split("+")]
    logs = [log for name in (campaign, ALL_FOLDER, *beside) for log in (reports / name / system).glob(f"*/{LOG_NAME}")]
    return max(logs, key=lambda log: log.parent.name, default=None)


def entries_of(log: Path | None) -> list[Entry]:
    """The log, as far as it came; empty for none. Raises EnvironmentFault for one that cannot be read."""
    try:
        return list(read_cut_log(log)) if log else []
    except BadInput as error:
        raise EnvironmentFault(f"Den seneste kørsel kan ikke læses: {log}: {error}.") from None
