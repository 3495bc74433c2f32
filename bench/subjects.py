"""Reports and the judging of files, measured in processes of their own: what they load must not be carried by the others."""

from __future__ import annotations

import sys
from pathlib import Path

from measured import Line, read_lines
from peers import NotThere, Peers
from processes import ROOT, environment, path_of, python


def reports(folder: Path, times: int, quick: bool) -> list[Line]:
    """What it takes to make the files of a run: of every scenario of the campaign, or of a few."""
    env = {**environment(folder / "compiled"), "PYTHONPATH": str(ROOT)}
    runs, target = folder / "runs", folder / "lines.json"
    run = ("run", "--vendor=novax", f"--reports={runs}", *(["--tag=KP-09"] if quick else []))
    python("-m", "harness.cli.main", *run, env=env).run()
    python("bench/reports.py", str(runs), f"--times={times}", f"--lines={target}", env=env).run()
    return read_lines(target)


def validation(folder: Path, peers: Peers, quick: bool) -> list[Line]:
    """Documents a second by format, growth, start, and what is beside it."""
    try:
        saxonche = [peers.get("saxonche").packages]
    except NotThere as error:
        print(f"saxonche: {error}", file=sys.stderr)
        saxonche = []
    env = {**environment(folder / "compiled"), "PYTHONPATH": path_of(ROOT, *saxonche)}
    target = folder / "lines.json"
    python("bench/validate.py", f"--lines={target}", *["--quick"] * quick, env=env).run()
    return read_lines(target)
