"""The worklist stands behind the access room, and its tests use that room's visitors."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "access"))
