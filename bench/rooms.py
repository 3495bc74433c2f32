"""Where a worker's time goes: cProfile's own times, summed by room of the house and by library.

uv run python bench/rooms.py                # the scenarios about sharing plans, four times each
"""

from __future__ import annotations

import pstats
import sys
import tempfile
from collections import Counter
from pathlib import Path

from copies import home_with_copies
from own import RUTER, worker_arguments
from processes import ROOT, environment, python

Place = tuple[str, int, str]


def profile(arguments: tuple[str, ...], env: dict[str, str], folder: Path) -> pstats.Stats:
    """A worker's profile. cProfile makes small Python functions look dearer than they are: shares, not seconds."""
    target = folder / "worker.prof"
    python("-m", "cProfile", "-o", str(target), "-m", "harness.runner.worker", *arguments, env=env).run()
    return pstats.Stats(str(target))


def by_room(stats: pstats.Stats) -> list[tuple[str, float]]:
    """Each room's share of the whole, largest first; what is built in counts where it was called from."""
    spent: Counter[str] = Counter()
    for place, (_, _, own, _, callers) in stats.stats.items():  # type: ignore[attr-defined]
        if place[0] == "~" and callers:
            for caller, (_, _, share, _) in callers.items():
                spent[room(caller)] += share
        else:
            spent[room(place)] += own
    whole = spent.total()
    return [(name, seconds / whole) for name, seconds in spent.most_common()]


def dearest(stats: pstats.Stats, count: int) -> list[tuple[str, int, float, float]]:
    """The functions of the harness that cost most, themselves with what they call: place, calls, share, own share."""
    whole = stats.total_tt  # type: ignore[attr-defined]
    found = []
    for (file, line, name), (_, calls, own, together, _) in stats.stats.items():  # type: ignore[attr-defined]
        if room((file, line, name)).startswith("harness/") and not name.startswith("<module>"):
            shown = f"{Path(file).relative_to(ROOT).as_posix()}:{line} {name}"
            found.append((shown, calls, together / whole, own / whole))
    return sorted(found, key=lambda each: -each[2])[:count]


def room(place: Place) -> str:
    """`harness/standards`, `pytest`, `httpx` …: where a function lies."""
    file = Path(place[0])
    if file.is_relative_to(ROOT / "harness"):
        return "/".join(file.relative_to(ROOT).parts[:2])
    parts = file.parts
    if "site-packages" in parts:
        package = parts[parts.index("site-packages") + 1].removesuffix(".py").lstrip("_")
        return {"pluggy": "pytest"}.get(package, package)
    return "imports" if "importlib" in place[0] else "python"


def main() -> int:
    """Say it for each rute."""
    with tempfile.TemporaryDirectory(prefix="lps-bench-") as top:
        home = home_with_copies(Path(top) / "home", 4)
        for rute in RUTER:
            run = Path(top) / rute
            run.mkdir()
            stats = profile(worker_arguments(home, rute, run), environment(Path(top) / "compiled"), Path(top))
            print(f"\nworker, {rute}: where the time goes (under cProfile)")
            for name, share in by_room(stats)[:14]:
                print(f"  {share:6.1%}  {name}")
            print("  dearest functions of the harness: with what they call, alone, calls")
            for place, calls, together, own in dearest(stats, 25):
                print(f"  {together:6.1%} {own:6.1%} {calls:8}  {place}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
