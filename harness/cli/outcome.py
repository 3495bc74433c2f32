"""What became of each system's run: what its log tells, what went wrong beside it, and its reports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from harness.domain.errors import BadInput, ConfigurationError, EnvironmentFault
from harness.house import House
from harness.record.delivery import is_mirror
from harness.record.log import LOG_NAME
from harness.record.result import Result, read_result
from harness.record.signing import read_private_key
from harness.reporting.allure.own_page import PAGE_NAME, write_own_page
from harness.reporting.allure.results import write_allure
from harness.reporting.allure.together import write_all
from harness.reporting.artefacts import write_artefacts
from harness.reporting.bundle.pack import write_bundle
from harness.runner.fleet import Done

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

NO_PAGES = "Allure-sider laves også, når kommandoen køres som: uv run --extra allure lps run …"
CONFIGURATION = 2
"""A worker's exit code when it could not use what it was given."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one job: what its log tells (None: nothing that can be read), what went wrong, and a hint for the reader."""

    done: Done
    result: Result | None
    troubles: tuple[str, ...]
    hint: str = ""


def told_by(done: Done, house: House) -> Outcome:
    """What became of a job; its reports are written, where its log can be read. `house` has what it was measured with."""
    log = done.job.folder / LOG_NAME
    said = done.complaint.strip().removeprefix("ERROR: ") or _silent_end(done.code)
    troubles = (f"{done.job.system}: {said}",) if done.code else ()
    if not log.exists() and not done.code:
        gone = (
            f"{done.job.system}: Loggen {shown(log)} er væk. Nogen har fjernet eller flyttet den, mens der blev kørt. Kør forfra."
        )
        return Outcome(done, None, (gone,))
    if not log.exists():
        return Outcome(done, None, troubles)
    try:
        result = read_result(done.job.folder)
    except BadInput as error:
        return Outcome(done, None, (*troubles, f"{done.job.system}: {shown(log)}: {error}"))
    try:
        return Outcome(done, result, troubles, write_reports(done.job.folder, result, house))
    except (EnvironmentFault, OSError) as error:  # the log stands, and so does what went wrong before
        again = f"Lav dem, når der er plads: lps report {shown(done.job.folder)}"
        return Outcome(done, result, (*troubles, f"{done.job.system}: Rapporterne blev ikke skrevet. {error} {again}"))


def _silent_end(code: int) -> str:
    """Why a worker ended without a word; below 0 it is the signal that ended it (POSIX)."""
    if code < 0:
        return f"Kørslen blev standset af maskinen (signal {-code}). Signal 9 er oftest, fordi der ikke var mere hukommelse."
    return "Kørslen standsede uden at sige hvorfor."


def results_of(outcomes: Sequence[Outcome]) -> tuple[dict[str, Result], list[str]]:
    """What each run's log tells, and what went wrong beside it. Raises what the runs said when none of them left a log."""
    results = {each.done.job.system: each.result for each in outcomes if each.result is not None}
    troubles = [trouble for each in outcomes for trouble in each.troubles]
    if results:
        return results, troubles
    text = "\n".join(dict.fromkeys(trouble.partition(": ")[2] for trouble in troubles))
    if outcomes and all(each.done.code == CONFIGURATION for each in outcomes):
        raise ConfigurationError(text)
    raise EnvironmentFault(text)


def write_reports(folder: Path, result: Result, house: House, key: Path | None = None) -> str:
    """Everything a run leaves behind; what stood in the way of Allure's page, empty when nothing did.

    The bundle is signed with the private key in the file `key`, else with the one the environment names, else not. Raises
    ConfigurationError for a key that cannot be used, and for a run of another machine.
    """
    if is_mirror(folder):
        raise ConfigurationError(
            f"{shown(folder)}: Kørslen er sendt fra en anden maskine, hvor bilagene er. Brug kommandoen dér."
        )
    write_files(folder, result, house, read_private_key(key))
    write_allure(folder)
    try:
        page = write_own_page(folder, result)
    except EnvironmentFault as error:
        return f"Allure-siden mangler. {error}"  # the verdict stands without it, and so does everything else that was written
    return "" if page else NO_PAGES


def write_files(folder: Path, result: Result, house: House, key: Ed25519PrivateKey | None) -> None:
    """The files of the table, and the bundle of everything that stands in the run's folder, signed where there is a `key`."""
    write_artefacts(folder, result)
    if result.state.started is not None:
        write_bundle(folder, result, house, key)


def write_together(runs: Mapping[Path, Result | None], folder: Path) -> str:
    """The page of all systems, in the campaign's `folder`, when `runs` are several; what stood in its way, else empty."""
    if len(runs) < 2:
        return ""
    try:
        write_all(runs, folder / PAGE_NAME)
    except EnvironmentFault as error:
        return f"Allure-siden for alle systemer mangler. {error}"
    return ""


def shown(path: Path) -> str:
    """`path` as a user reads it: from where they stand, when it is below."""
    here = Path.cwd()
    return path.relative_to(here).as_posix() if path.is_relative_to(here) else path.as_posix()
