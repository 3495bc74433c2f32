"""Finds a system's latest run of a campaign, alone or together with others, under a folder of reports.

A run of two systems is never a system's latest: only a part of a campaign is tried in it, and by both. Nor is one that was sent
from another machine, where the system has one of this.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from harness.domain.errors import BadInput, ConfigurationError, EnvironmentFault
from harness.domain.event import RunStarted
from harness.record.delivery import is_mirror
from harness.record.log import LOG_NAME, Entry, first_event, read_cut_log
from harness.suite.campaigns import ALL_FOLDER, TOGETHER


def latest_log(reports: Path, campaign: str, system: str) -> Path | None:
    """Where the log of that run lies; None when there is none. `latest_log(house.reports, "diagnosekort", "novax")`."""
    return max(_logs(reports, campaign, system), key=_age, default=None)


def latest_whole_log(reports: Path, campaign: str, system: str) -> Path | None:
    """As `latest_log`, of runs of all scenarios without a fault; where there is none such, the latest of any."""
    logs = sorted(_logs(reports, campaign, system), key=_age)
    return next((log for log in reversed(logs) if _is_whole(log)), logs[-1] if logs else None)


def find_run(reports: Path, named: str) -> Path:
    """The folder of the run `named`: a folder, its log, a run's id under `reports`, with system and campaign before it where
    several have it: `system/id`, `campaign/system/id`. Of several, the one of this machine, whatever was sent beside it.

    Raises ConfigurationError when there is none, or more than one.
    """
    path = Path(named)
    for folder in (path, path.parent):
        if (folder / LOG_NAME).is_file() and (folder == path or path.name == LOG_NAME):
            return folder.resolve()
    found = [log.parent for log in sorted(reports.glob(f"*/*/*/{LOG_NAME}")) if _is_called(log.parent, named)]
    found = [each for each in found if not is_mirror(each)] or found
    if len(found) == 1:
        return found[0].resolve()
    if not found:
        raise ConfigurationError(f"Der er ingen kørsel {named} i {reports}. Skriv kørslens mappe eller dens id.")
    shown = ", ".join(each.relative_to(reports).as_posix() for each in found)
    raise ConfigurationError(f"Flere kørsler hedder {named}: {shown}. Skriv den enes mappe.")


def latest_of_each(reports: Path) -> list[Path]:
    """The folder of each system's latest run under `reports`, whatever it was of, runs of two left out; by system."""
    logs = (log for log in sorted(reports.glob(f"*/*/*/{LOG_NAME}"), key=_age) if not _is_of_two(log))
    latest = {log.parents[1].name: log.parent for log in logs}
    return [folder.resolve() for _, folder in sorted(latest.items())]


def _is_called(run_folder: Path, named: str) -> bool:
    return named in ("/".join(run_folder.parts[-parts:]) for parts in (1, 2, 3))


def _logs(reports: Path, campaign: str, system: str) -> list[Path]:
    own = (log for log in (reports / campaign / system).glob(f"*/{LOG_NAME}") if not _is_of_two(log))
    together = [reports / ALL_FOLDER, *reports.glob(f"*{TOGETHER}*")]
    beside = (
        log
        for folder in together
        for log in (folder / system).glob(f"*/{LOG_NAME}")
        if campaign in _campaigns(log) and not _is_of_two(log)
    )
    return [*own, *beside]


def _is_of_two(log: Path) -> bool:
    """Whether it is a run of two systems: that is no run of the campaign by either of them."""
    first = beginning_of(log)
    return first is not None and bool(first.partner)


def _age(log: Path) -> tuple[bool, str]:
    return not is_mirror(log.parent), log.parent.name


def _is_whole(log: Path) -> bool:
    first = beginning_of(log)
    return first is not None and not first.selection and not first.faults


def _campaigns(log: Path) -> Iterable[str]:
    """The campaigns a run was of, as its first event says; none when it cannot be read."""
    first = beginning_of(log)
    return first.participation if first else ()


def beginning_of(log: Path) -> RunStarted | None:
    """How the run began; None where its log does not say, or cannot be read."""
    try:
        first = first_event(log)
    except BadInput:
        return None  # whoever reads that run itself is told
    return first if isinstance(first, RunStarted) else None


def entries_of(log: Path | None) -> list[Entry]:
    """The log, as far as it came; empty for none. Raises EnvironmentFault for one that cannot be read."""
    try:
        return list(read_cut_log(log)) if log else []
    except BadInput as error:
        raise EnvironmentFault(f"Den seneste kørsel kan ikke læses: {log}: {error}.") from None
