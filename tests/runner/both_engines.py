"""Runs features by the compiled steps and by pytest-bdd's own engine, and holds the two logs against each other.

python tests/runner/both_engines.py             # every campaign, by the rute of the reference system; half a minute
python tests/runner/both_engines.py deling      # one folder under features/

Ends with 1 where the logs differ in anything but when their lines were written, and so in the hash of the line before.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from itertools import zip_longest
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


def log_of(steps: str, folder: Path, features: list[Path], *options: str) -> list[Any]:
    """The events of a worker's run of `features` with LPS_STEPS as `steps` says. `folder` is made; its name is the run's id."""
    folder.mkdir(parents=True)
    command = [sys.executable, "-m", "harness.runner.worker", f"--home={ROOT}", f"--rootdir={ROOT}", f"--run-folder={folder}"]
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]),
        "PYTHONUTF8": "1",
        "LPS_STEPS": steps,
    }
    with subprocess.Popen(
        [*command, *options, *map(str, features)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment
    ) as run:
        assert run.stdout is not None
        run.stdout.read()  # its standard input stays open until it ends
        run.wait()
    assert run.returncode == 0, f"the worker ended with {run.returncode}"
    events = [json.loads(line)["event"] for line in (folder / "events.jsonl").read_text("utf-8").splitlines()]
    return [{name: value for name, value in each.items() if name != "seconds"} for each in events]


def differences(features: list[Path], *options: str) -> tuple[int, list[tuple[Any, Any]]]:
    """How many lines the compiled run's log has, and each pair of lines that are not alike."""
    with tempfile.TemporaryDirectory() as folder:
        ours = log_of("", Path(folder) / "compiled" / "run", features, *options)
        stock = log_of("stock", Path(folder) / "stock" / "run", features, *options)
    return len(ours), [(one, other) for one, other in zip_longest(ours, stock) if one != other]


def main() -> int:
    """Say how many lines were compared, and show the first that differ."""
    lines, differing = differences([ROOT / "features" / name for name in sys.argv[1:] or ("",)], "--campaign=all")
    for one, other in differing[:3]:
        sys.stdout.write(f"compiled: {one}\nstock:    {other}\n")
    sys.stdout.write(f"{lines} lines of the log by both engines, {len(differing)} differ\n")
    return 1 if differing or not lines else 0


if __name__ == "__main__":
    sys.exit(main())
