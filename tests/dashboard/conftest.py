"""The whole wall is tried with the visitors of its access room."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent / "access")]
