"""How long all of a run's reports take: `python bench/reports.py REPORTS [--times 3]`, each system's latest run under REPORTS.

Prints the seconds of reading, of each file, and of Allure's results, for each run and together; every run is read anew.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from statistics import median

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
    runs = sorted(log.parent for log in chosen.reports.glob(f"*/*/*/{LOG_NAME}"))
    spent: dict[str, list[float]] = defaultdict(list)
    for _ in range(chosen.times):
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
    print(f"{len(runs)} kørsler, {chosen.times} gange")
    for name, seconds in spent.items():
        print(f"{name:<24} {median(seconds):7.3f} s (median), i alt pr. gang {sum(seconds) / chosen.times:7.3f} s")
    print(f"{'alt':<24} {sum(map(sum, spent.values())) / chosen.times:7.3f} s pr. gang")


if __name__ == "__main__":
    main()
