"""Allure results from a run's log, review and evidence: `allure-results/`, the same files each time."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from allure_commons.model2 import TestResult

    from harness.record.log import Entry
    from harness.record.result import Result
    from harness.reporting.allure.attempt import Sources

RESULTS_NAME = "allure-results"
ENVIRONMENT_NAME = "environment.properties"


def write_allure(run_folder: Path) -> Path:
    """Write `allure-results/` of the run in `run_folder` anew from its log, review and evidence, and say where it is.

    Raises BadInput for a log or review that cannot be read, FileNotFoundError for a log or evidence that is not there.
    """
    target = run_folder / RESULTS_NAME
    if target.exists():
        shutil.rmtree(target)
    write_results(run_folder, target)
    return target


def write_results(run_folder: Path, target: Path) -> None:
    """Write the results of the run in `run_folder` into `target`, beside what is there. The same log gives the same files."""
    from harness.record.evidence import EVIDENCE_NAME
    from harness.record.log import LOG_NAME, read_cut_log
    from harness.record.result import result_of
    from harness.record.review import read_review

    entries = list(read_cut_log(run_folder / LOG_NAME))
    write_results_of(result_of(entries, read_review(run_folder)), entries, run_folder / EVIDENCE_NAME, target)


def write_results_of(result: Result, entries: Sequence[Entry], evidence: Path, target: Path) -> None:
    """As `write_results`, of a run that has been read: its result, the lines of its log, and the folder of its evidence."""
    from harness.reporting.allure.model import results

    write(results(result, entries, evidence), target)
    if result.state.started:
        (target / ENVIRONMENT_NAME).write_text(_environment(result), encoding="ascii", newline="\n")


def write(told: Iterable[tuple[TestResult, Sources]], target: Path) -> None:
    """Write each result with its attachments into `target`, and the categories they are sorted by."""
    target.mkdir(parents=True, exist_ok=True)
    taken = {each.name for each in target.iterdir()}
    for result, sources in told:
        for name, content in sources.items():
            if name in taken:  # writing through it could change evidence that has the same bytes
                (target / name).unlink()
            _put(target / name, content)
        write_json(target / result.file_pattern.format(prefix=result.uuid), result)
    write_json(target / "categories.json", _categories())


def _put(path: Path, content: Path | bytes) -> None:
    """Evidence is not copied where the file system can give it another name: the bytes stay when either name goes."""
    if isinstance(content, bytes):
        path.write_bytes(content)
        return
    try:
        os.link(content, path)
    except FileNotFoundError:
        raise
    except OSError:
        shutil.copyfile(content, path)


def write_json(path: Path, said: object) -> None:
    """Write `said`, which may have Allure's own types in it; what is empty in those is left out."""
    path.write_text(json.dumps(said, ensure_ascii=False, default=_fields), encoding="utf-8", newline="\n")


def _fields(of: Any) -> dict[str, Any]:
    return {name: value for name, value in vars(of).items() if value or value is False}


def _environment(result: Result) -> str:
    """What the run was made with, and what it came to."""
    from harness.reporting.allure.terms import rehearsal_notice

    run = result.started
    told = {
        "Dom": str(result.verdict),
        "System": run.system,
        "Produkt": run.product,
        "SUT-version": run.sut_version,
        "Rute": run.rute,
        "Fase": run.phase,
        "Grundlag": run.grundlag,
        **({"Prøvekørsel": "Siger intet om leverandørens produkt"} if rehearsal_notice(run) else {}),
        **({"MedComs eget sæt": run.data} if run.data else {}),
        **({"Egne værdier": "Testerne kunne skrive deres egne"} if run.own_values else {}),
        **{f"Fingeraftryk.{name}": value for name, value in sorted(run.fingerprint.items())},
    }
    return properties(told)


def properties(told: Mapping[str, str]) -> str:
    """`told` as Java properties: ASCII, all else escaped as `\\uXXXX`, which JSON does alike."""
    return "".join(f"{_escaped(name).replace(' ', '_')} = {_escaped(value)}\n" for name, value in told.items())


def _escaped(text: str) -> str:
    return json.dumps(text)[1:-1]


def _categories() -> list[dict[str, object]]:
    """Whose it is, each a category: told apart by a message's last line, which Allure's Java and JavaScript both understand."""
    from harness.reporting.allure.terms import BELONGS_TO
    from harness.reporting.allure.whose import Whose

    return [{"name": str(whose), "messageRegex": f"[\\s\\S]*{BELONGS_TO}{whose}$"} for whose in Whose]
