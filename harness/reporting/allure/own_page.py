"""A system's own page, with what its earlier runs came to: in the same campaign, and never a rehearsal beside a real run."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory

from harness.domain.errors import BadInput
from harness.domain.event import RunStarted
from harness.record.log import LOG_NAME, first_event
from harness.record.result import Result
from harness.reporting.allure.html import write_html
from harness.reporting.allure.results import RESULTS_NAME
from harness.reporting.summary import headline

PAGE_NAME = "allure-report/index.html"
HISTORY_NAME = "allure-history.jsonl"
"""What one run came to, for the pages of later runs: one line, as Allure writes it, with the log's time and the run's id."""

_RUNS_BACK = 20


def write_own_page(run_folder: Path, result: Result) -> Path | None:
    """Make the page of the run in `run_folder` from its `allure-results/`; None when the extra `allure` is not installed.

    Raises EnvironmentFault as `write_html` does.
    """
    with TemporaryDirectory(prefix="lps-allure-") as work:
        history, before = Path(work) / HISTORY_NAME, earlier(run_folder)
        history.write_text("".join(before), encoding="utf-8", newline="\n")
        page = write_html(run_folder / RESULTS_NAME, run_folder / PAGE_NAME, title(result), history)
        for added in history.read_text(encoding="utf-8").split("\n")[len(before) : -1]:
            (run_folder / HISTORY_NAME).write_text(_point(added, result), encoding="utf-8", newline="\n")
    return page


def title(result: Result) -> str:
    """What a page of one system is called: what it is comes first, so that no rehearsal is taken for more.

    `Prøvekørsel · Novax: prøvekørsel uden fund`
    """
    return f"Prøvekørsel · {headline(result)}" if result.rehearsal else headline(result)


def earlier(run_folder: Path) -> list[str]:
    """What the system's runs before this one came to, oldest first, a line each."""
    this = _kind(run_folder)
    before = sorted(each for each in run_folder.resolve().parent.glob(f"*/{HISTORY_NAME}") if each.parent.name < run_folder.name)
    return [each.read_text(encoding="utf-8") for each in before[-_RUNS_BACK:] if _kind(each.parent) == this]


def _kind(run_folder: Path) -> tuple[str, str]:
    """Which runs a run is one of: of what was it, and with which partner."""
    try:
        first = first_event(run_folder / LOG_NAME)
    except (BadInput, FileNotFoundError):
        return "", ""  # whose log is gone or spoilt belongs with no run
    return (first.grundlag, first.partner) if isinstance(first, RunStarted) else ("", "")


def _point(line: str, result: Result) -> str:
    """Allure's line without its clock, its order of chance, and what the results say anyway."""
    said = json.loads(line)
    for each in said["testResults"].values():
        each.pop("labels", None)
    ended = result.state.ended
    said |= {"uuid": result.started.run, "timestamp": round(ended.timestamp() * 1000) if ended else 0, "metrics": {}}
    said["knownTestCaseIds"].sort()
    return json.dumps(said, ensure_ascii=False, sort_keys=True) + "\n"
