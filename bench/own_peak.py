"""Runs a module as `python -m` does, and says on standard error how much memory this process alone came to hold.

python bench/own_peak.py FILE MODULE [ARGUMENTS…]        # writes `{"peak": <ru_maxrss>}` to FILE
"""

from __future__ import annotations

import atexit
import json
import runpy
import sys
from pathlib import Path


def _write(target: Path) -> None:
    import resource

    target.write_text(json.dumps({"peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss}), encoding="utf-8")


atexit.register(_write, Path(sys.argv[1]))
sys.argv = sys.argv[2:]
sys.path.insert(0, str(Path.cwd()))
runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
