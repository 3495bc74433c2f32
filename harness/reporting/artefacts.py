"""What is left in a run's folder beside log and evidence: each file by name, made from the run's result and evidence alone.

The same log gives the same bytes on every machine: no clock is read, and dates are the log's.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Final

from harness.record.evidence import EVIDENCE_NAME
from harness.record.result import Result
from harness.reporting.whole import write_whole

Make = Callable[[Result, Path], bytes]
"""Makes one file from a run's result and the folder with its evidence."""

ARTEFACTS: Final[dict[str, str]] = {
    "rapport.html": "harness.reporting.rapport.page:report_page",
    "testrapport.json": "harness.reporting.machine.json_report:json_report",
    "junit.xml": "harness.reporting.machine.junit:junit",
    "gitb-tar.xml": "harness.reporting.machine.gitb:statement_report",
    "gitb-testcases.zip": "harness.reporting.machine.gitb:case_reports",
    "testprotokol.html": "harness.reporting.protocol.page:testprotokol_html",
    "testprotokol.docx": "harness.reporting.protocol.word:testprotokol_docx",
    "testprotokol.md": "harness.reporting.protocol.markdown:testprotokol_md",
}
"""Each file's name, and what makes it (`module:attribute`, a `Make`), imported when it is made."""


def make_artefact(name: str, result: Result, evidence: Path) -> bytes:
    """The bytes of the file `name`. Raises KeyError for one that is not made here."""
    module, _, attribute = ARTEFACTS[name].partition(":")
    make: Make = getattr(import_module(module), attribute)
    return make(result, evidence)


def write_artefacts(run_folder: Path, result: Result) -> list[Path]:
    """Write every one of them to the run's folder, each whole or not at all; where they are. A log without a run gives none."""
    written = []
    for name in ARTEFACTS if result.state.started else ():
        target = run_folder / name
        write_whole(target, make_artefact(name, result, run_folder / EVIDENCE_NAME))
        written.append(target)
    return written
