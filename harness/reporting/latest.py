"""Finds a system's latest run of a campaign, alone or together with others, under a folder of reports."""

from __future__ import annotations

from pathlib import Path

from harness.domain.errors import BadInput, EnvironmentFault
from harness.record.log import LOG_NAME, Entry, read_cut_log
from harness.suite.campaigns import ALL_FOLDER


def latest_entries(reports: Path, campaign: str, system: str) -> list[Entry]:
    """The log of that run, as far as it came; empty when there is none. Raises EnvironmentFault for one that cannot be read.

    fold(latest_entries(house.reports, "diagnosekort", "novax"))
    """
    beside = [each.name for each in reports.glob("*+*") if campaign in each.name.split("+")]
    logs = [log for name in (campaign, ALL_FOLDER, *beside) for log in (reports / name / system).glob(f"*/{LOG_NAME}")]
    if not logs:
        return []
    latest = max(logs, key=lambda log: log.parent.name)
    try:
        return list(read_cut_log(latest))
    except BadInput as error:
        raise EnvironmentFault(f"Den seneste kørsel kan ikke læses: {latest}: {error}.") from None
