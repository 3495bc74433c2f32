"""A pytest plugin for a measured worker: every answer of the LPS's test interface comes so much later, in real time."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

from harness.lps.adapter import AdapterDriver

SECONDS = float(os.environ["LPS_BENCH_LATENCY"])
_begun = AdapterDriver.__init__
_held = [0]


def _late(_response: object) -> None:
    _held[0] += 1
    time.sleep(SECONDS)


def _begin(self: AdapterDriver, client: Any, *more: Any, **named: Any) -> None:
    if _late not in client.event_hooks["response"]:
        client.event_hooks["response"].append(_late)
    _begun(self, client, *more, **named)


AdapterDriver.__init__ = _begin  # type: ignore[method-assign]


def pytest_sessionfinish() -> None:
    """Tell how many answers were held back."""
    (Path(os.environ["LPS_BENCH_HELD"]) / str(os.getpid())).write_text(str(_held[0]), encoding="utf-8")
