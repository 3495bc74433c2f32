"""How faithful a replay is: every fault there is, run in mock and gone through again; what is found both times, and what is not.

uv run python bench/replays.py                  # rute plsp: every fault, on the scenarios that catch it; ten minutes
uv run python bench/replays.py --rute direkte
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from importlib import import_module
from pathlib import Path

from processes import ROOT

from harness.domain.grade import Beside, Grade
from harness.domain.scenario import Scenario
from harness.record.fold import RunState, fold
from harness.record.log import LOG_NAME, read_log
from harness.runner.options import prepare
from harness.runner.session import RunSession
from harness.runner.wish import Wish
from harness.suite.faults import load_faults

sys.path.insert(0, str(ROOT / "tests" / "lps"))
rehearsal = import_module("rehearsal")

SCREEN = ("i systemet", "i udskriften")
"""Where what only a screen or a print shows is found."""


def replay(source: Path, folder: Path, todo: list[Scenario]) -> RunState:
    """How the replay of the run in `source` ended."""
    folder.mkdir()
    run = RunSession(prepare(Wish(campaign="all", replay=(source,))), folder, tuple(each.id for each in todo))
    for scenario in todo:
        run.begin(scenario)
        reason = run.irrelevant(scenario)
        if reason:
            run.end(Grade.IR, reason)
        else:
            run.replay(scenario)
    run.close()
    return fold(read_log(folder / LOG_NAME))


def found(state: RunState) -> set[tuple[str, str, str]]:
    """Every finding and remark: in which scenario, of which rule, in which place."""
    return {
        (name, each.rule, str(each.location))
        for name, scenario in state.scenarios.items()
        for each in (*scenario.findings, *scenario.remarks)
    }


def main() -> int:
    """Print the sums; 1 when a replay finds what its run did not, or passes what its run did not."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rute", choices=("plsp", "direkte"), default="plsp")
    rute = parser.parse_args().rute
    everywhere = [
        each for path in sorted(rehearsal.HOUSE.features.iterdir()) if path.is_dir() for each in rehearsal.scenarios(path.name)
    ]
    sums: Counter[str] = Counter()
    for fault in load_faults(rehearsal.HOUSE).values():
        named = {name.partition("[")[0] for catch in fault.catches for name in catch.scenarios}
        todo = [each for each in everywhere if each.tag in named]
        with tempfile.TemporaryDirectory() as folder:
            run_folder = Path(folder) / "run"
            rehearsal.rehearse(run_folder, Wish(rute=rute, cpd="2.0", campaign="all", faults=(fault.id,)), todo)
            run = fold(read_log(run_folder / LOG_NAME))
            again = replay(run_folder, Path(folder) / "again", todo)
        lost, more = found(run) - found(again), found(again) - found(run)
        passed = [name for name, _, _ in lost if again.scenarios[name].standing in (Grade.OK, Beside.AWAITING)]
        sums["faults"] += 1
        sums["same"] += len(found(run) & found(again))
        sums["on a screen"] += sum(place in SCREEN for _, _, place in lost)
        sums["otherwise unseen"] += sum(place not in SCREEN for _, _, place in lost)
        sums["only in the replay"] += len(more)
        sums["lost, and yet passed"] += len(passed)
        for each in sorted(more):
            print(f"{fault.id}: only in the replay: {each}")
        for name in passed:
            print(f"{fault.id}: {name} passed in the replay")
    print(f"rute {rute}: {', '.join(f'{count} {what}' for what, count in sums.items())}")
    return int(bool(sums["only in the replay"] or sums["lost, and yet passed"]))


if __name__ == "__main__":
    sys.exit(main())
