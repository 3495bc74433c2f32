"""The benchmarks are programs, not a package: their modules are found by their folder."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[2] / "bench"))
