"""The worklist stands behind the access room and beside the reviews: its tests use those rooms' visitors and runs, and the wall's
server.
"""

from __future__ import annotations

import sys
from pathlib import Path

TESTS = Path(__file__).parents[2]
sys.path[:0] = [str(TESTS / "dashboard"), str(TESTS / "dashboard" / "access"), str(TESTS / "review")]
