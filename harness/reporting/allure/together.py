"""One page for all systems of a campaign. A system that left nothing is named in it like the others: none can go missing.

It has every result, finding and step; the messages themselves lie in each system's own page, to which each result has a link.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from urllib.parse import quote
from uuid import NAMESPACE_URL, uuid5

from harness.domain.errors import BadInput
from harness.domain.requirement import Participation
from harness.record.evidence import EVIDENCE_NAME
from harness.record.log import LOG_NAME, Entry, read_cut_log
from harness.record.result import Result, result_of
from harness.record.review import read_review
from harness.reporting.allure.html import has_node, write_html
from harness.reporting.allure.own_page import HISTORY_NAME, PAGE_NAME, earlier
from harness.reporting.allure.results import ENVIRONMENT_NAME, properties, write
from harness.reporting.summary import headline

if TYPE_CHECKING:
    from allure_commons.model2 import TestResult

    from harness.reporting.allure.attempt import Sources

NO_RESULTS = "Ingen resultater"


@dataclass(frozen=True, slots=True)
class _Run:
    """A run folder, what its log says, and why it says nothing (empty when it does)."""

    folder: Path
    system: str
    entries: tuple[Entry, ...] = ()
    result: Result | None = None
    trouble: str = ""


def write_all(folders: Sequence[Path], target: Path, systems: Sequence[str] = ()) -> Path | None:
    """Make the page `target` of the runs in `folders`; None when the extra `allure` is not installed.

    Named besides are those of `systems`, and the participants of the runs' campaigns, that none of the runs is of. A folder is
    the run of the system its parent folder is called after, where its log cannot be read. Raises EnvironmentFault as `write_html`
    does, FileNotFoundError for evidence that is not there.

        write_all([reports / "kol-lrs-2027/novax/20261005T081500"], reports / "kol-lrs-2027/allure-report/index.html")
    """
    if not has_node():
        return None
    runs = [_read(each) for each in folders]
    with TemporaryDirectory(prefix="lps-allure-") as work:
        results, history = Path(work) / "resultater", Path(work) / HISTORY_NAME
        write([told for run in runs for told in _of(run, target)], results)
        without = _without(runs, systems)
        write([_nothing(name, why) for name, why in without.items()], results)
        verdicts = {run.system: headline(run.result) for run in runs if run.result}
        (results / ENVIRONMENT_NAME).write_text(properties({**verdicts, **without}), encoding="ascii", newline="\n")
        before = [line for run in runs if run.result for line in earlier(run.folder)]
        history.write_text("".join(before), encoding="utf-8", newline="\n")
        return write_html(results, target, _title(runs, len(without)), history)


def _read(folder: Path) -> _Run:
    try:
        entries = tuple(read_cut_log(folder / LOG_NAME))
        result = result_of(entries, read_review(folder))
        return _Run(folder, result.started.system, entries, result)
    except FileNotFoundError:
        return _Run(folder, folder.parent.name, trouble="Kørslen begyndte ikke: der er ingen log")
    except BadInput as error:
        return _Run(folder, folder.parent.name, trouble=f"Loggen kan ikke læses: {error}")


def _of(run: _Run, target: Path) -> Iterator[tuple[TestResult, Sources]]:
    """The run's results without their attachments, each with the way to the system's own page."""
    from allure_commons.model2 import Link

    from harness.reporting.allure.model import results

    if run.result is None:
        return
    own = quote(Path(os.path.relpath(run.folder / PAGE_NAME, target.parent)).as_posix())
    for told, _ in results(run.result, run.entries, run.folder / EVIDENCE_NAME):
        told.links.append(Link(url=own, name=f"{run.result.started.product}: beskederne, i systemets egen rapport"))
        _strip(told.steps)
        yield told, {}


def _strip(steps: Sequence[TestResult]) -> None:
    for step in steps:
        step.attachments.clear()
        _strip(step.steps)


def _without(runs: Sequence[_Run], systems: Sequence[str]) -> dict[str, str]:
    """The systems that nothing is known of, and why."""
    told = {run.system for run in runs if run.result and (run.result.state.scenarios or run.result.state.missing)}
    missing = dict.fromkeys([*_participants(runs), *systems], "Systemet er ikke kørt")
    missing |= {run.system: run.trouble or "Kørslen kom ikke til noget scenarie" for run in runs}
    return {name: why for name, why in missing.items() if name not in told}


def _participants(runs: Sequence[_Run]) -> list[str]:
    bases = [run.result.state.basis for run in runs if run.result and run.result.state.basis]
    campaigns = [campaign for basis in bases for campaign in basis.campaigns]
    return [name for each in campaigns for name, part in each.participants.items() if part is not Participation.OUTSIDE]


def _nothing(system: str, why: str) -> tuple[TestResult, Sources]:
    """What stands for a system that left no result."""
    from allure_commons.model2 import Label, Parameter, Status, StatusDetails, TestResult
    from allure_commons.types import LabelType

    from harness.reporting.allure.terms import md5, message
    from harness.reporting.allure.whose import Whose

    return TestResult(
        uuid=str(uuid5(NAMESPACE_URL, f"{system}/{NO_RESULTS}")),
        name=f"{NO_RESULTS}: {system}",
        fullName=f"{NO_RESULTS}: {system}",
        testCaseId=md5(NO_RESULTS),
        historyId=md5(NO_RESULTS, system),
        titlePath=[system],
        status=Status.BROKEN,
        statusDetails=StatusDetails(message=message(NO_RESULTS, why, (), Whose.ENVIRONMENT)),
        labels=[Label(LabelType.PARENT_SUITE, f"{system}: ingen resultater"), Label("karakter", NO_RESULTS)],
        parameters=[Parameter("System", system)],
    ), {}


def _title(runs: Sequence[_Run], without: int) -> str:
    results = [run.result for run in runs if run.result]
    campaigns = ", ".join(dict.fromkeys(name for each in results for name in each.started.campaign.split(",")))
    rehearsed = [each for each in results if each.rehearsal]
    what = "" if not rehearsed else "Prøvekørsel · " if len(rehearsed) == len(results) else "Også prøvekørsler · "
    missing = f" · {without} uden resultater" if without else ""
    return f"{what}{campaigns or 'Kampagnen'}: {len(results)} {'system' if len(results) == 1 else 'systemer'}{missing}"
