"""How long a run's reports take: `python bench/reports.py REPORTS [--times 3]`, over a copy of every run under REPORTS.

Tells the seconds of reading and of each file by itself, and the wall time of all files and bundles, one process a core.
Allure is not in it: `time lps report --reports REPORTS` in an environment with the extra has everything.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from statistics import median

from measured import Line, spent, write_lines
from page import tables

from harness.cli.outcome import write_files
from harness.house import find_house
from harness.record.evidence import EVIDENCE_NAME
from harness.record.log import LOG_NAME
from harness.record.result import read_result
from harness.reporting.artefacts import ARTEFACTS, make_artefact


def main() -> None:
    """Time each file of each run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("reports", type=Path)
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--lines", type=Path, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as copied:
        shutil.copytree(chosen.reports, copied, dirs_exist_ok=True, ignore=shutil.ignore_patterns("allure-*"))
        lines = _measure(sorted(log.parent for log in Path(copied).glob(f"*/*/*/{LOG_NAME}")), chosen.times)
    if chosen.lines:
        write_lines(lines, chosen.lines)
    else:
        print("\n".join(tables(lines)))


def _files(run: Path) -> None:
    write_files(run, read_result(run), find_house(), None)


def _measure(runs: Sequence[Path], times: int) -> list[Line]:
    taken: dict[str, list[float]] = defaultdict(list)
    for _ in range(times):
        for run in runs:
            began = time.process_time()
            result = read_result(run)
            assert result.verdict
            taken["læse og folde"].append(time.process_time() - began)
            for name in ARTEFACTS:
                began = time.process_time()
                made = make_artefact(name, result, run / EVIDENCE_NAME)
                with tempfile.TemporaryFile() as file:
                    file.write(made)
                taken[name].append(time.process_time() - began)
    whole = []
    for _ in range(times):
        began = time.perf_counter()
        with ProcessPoolExecutor() as pool:
            list(pool.map(_files, runs))
        whole.append(time.perf_counter() - began)
    case = f"{len(runs)} kørsel" if len(runs) == 1 else f"{len(runs)} kørsler"
    lines = [spent(name, seconds, case) for name, seconds in taken.items()]
    return [*lines, Line("alle filer og pakken, én proces pr. kerne", case, wall=round(median(whole), 3))]


if __name__ == "__main__":
    main()
