"""A pytest plugin of the bench: rests after each scenario, as long as the file that is named in `LPS_BENCH_REST` says."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Final

REST: Final = "LPS_BENCH_REST"


def pytest_runtest_logfinish() -> None:
    """Rest: in a hall each vendor has its own machine, and people to wait for. Six mock runs at full speed fill two cores."""
    time.sleep(float(Path(os.environ[REST]).read_text(encoding="ascii")))
