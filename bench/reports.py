"""How long a run's reports take: `python -m bench.reports REPORTS [--times 3]`, over a copy of every run under REPORTS.

Prints the seconds of reading and of each file by itself, and the wall time of all files and bundles, one process a core.
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
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as copied:
        shutil.copytree(chosen.reports, copied, dirs_exist_ok=True, ignore=shutil.ignore_patterns("allure-*"))
        _measure(sorted(log.parent for log in Path(copied).glob(f"*/*/*/{LOG_NAME}")), chosen.times)


def _files(run: Path) -> None:
    write_files(run, read_result(run), find_house(), None)


def _measure(runs: Sequence[Path], times: int) -> None:
    spent: dict[str, list[float]] = defaultdict(list)
    for _ in range(times):
        for run in runs:
            began = time.perf_counter()
            result = read_result(run)
            assert result.verdict
            spent["læse og folde"].append(time.perf_counter() - began)
            for name in ARTEFACTS:
                began = time.perf_counter()
                made = make_artefact(name, result, run / EVIDENCE_NAME)
                with tempfile.TemporaryFile() as file:
                    file.write(made)
                spent[name].append(time.perf_counter() - began)
    print(f"{len(runs)} kørsler, {times} gange")
    for name, seconds in spent.items():
        print(f"{name:<24} {median(seconds):7.3f} s (median), i alt pr. gang {sum(seconds) / times:7.3f} s")
    print(f"{'alt, efter hinanden':<24} {sum(map(sum, spent.values())) / times:7.3f} s pr. gang")
    whole = []
    for _ in range(times):
        began = time.perf_counter()
        with ProcessPoolExecutor() as pool:
            list(pool.map(_files, runs))
        whole.append(time.perf_counter() - began)
    print(f"alle filer og pakker, én proces pr. kerne: {median(whole):.1f} s (fra {min(whole):.1f} til {max(whole):.1f})")


if __name__ == "__main__":
    main()
