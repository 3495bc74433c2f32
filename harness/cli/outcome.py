"""What became of each system's run: what its log tells, what went wrong beside it, and its reports."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.domain.errors import BadInput, ConfigurationError, EnvironmentFault
from harness.record.fold import RunState, fold
from harness.record.log import LOG_NAME, read_cut_log
from harness.reporting.allure import write_allure
from harness.reporting.allure_html import write_html
from harness.reporting.summary import headline
from harness.runner.fleet import Done

NO_PAGES = "Allure-sider laves også, når kommandoen køres som: uv run --extra allure lps run …"
CONFIGURATION = 2
"""A worker's exit code when it could not use what it was given."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one job: what its log tells (None: nothing that can be read), what went wrong, and a hint for the reader."""

    done: Done
    state: RunState | None
    troubles: tuple[str, ...]
    hint: str = ""


def told_by(done: Done) -> Outcome:
    """What became of a job; its reports are written, where its log can be read."""
    log = done.job.folder / LOG_NAME
    said = done.complaint.strip().removeprefix("ERROR: ") or "Kørslen standsede uden at sige hvorfor."
    troubles = (f"{done.job.system}: {said}",) if done.code else ()
    if not log.exists():
        return Outcome(done, None, troubles)
    try:
        state = fold(read_cut_log(log))
    except BadInput as error:
        return Outcome(done, None, (*troubles, f"{done.job.system}: {shown(log)}: {error}"))
    return Outcome(done, state, troubles, _write_reports(done.job.folder, state))


def states_of(outcomes: Sequence[Outcome]) -> tuple[dict[str, RunState], list[str]]:
    """What each run's log tells, and what went wrong beside it. Raises what the runs said when none of them left a log."""
    states = {each.done.job.system: each.state for each in outcomes if each.state is not None}
    troubles = [trouble for each in outcomes for trouble in each.troubles]
    if states:
        return states, troubles
    text = "\n".join(dict.fromkeys(trouble.partition(": ")[2] for trouble in troubles))
    if outcomes and all(each.done.code == CONFIGURATION for each in outcomes):
        raise ConfigurationError(text)
    raise EnvironmentFault(text)


def _write_reports(folder: Path, state: RunState) -> str:
    """Allure's results, and its page where the extra is installed; what stood in the way of the page, empty when nothing did."""
    results = write_allure(folder)
    try:
        page = write_html(results, folder / "allure-report" / "index.html", headline(state))
    except EnvironmentFault as error:
        return f"Allure-siden mangler. {error}"  # the verdict stands without it, and so does everything else that was written
    return "" if page else NO_PAGES


def shown(path: Path) -> str:
    """`path` as a user reads it: from where they stand, when it is below."""
    here = Path.cwd()
    return path.relative_to(here).as_posix() if path.is_relative_to(here) else path.as_posix()
