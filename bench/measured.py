"""What a run of the benchmarks came to: its lines, the machine, and the history in the tree."""

from __future__ import annotations

import json
import os
import platform
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from processes import Took, middle

HISTORY = Path(__file__).with_name("history")


@dataclass(frozen=True, slots=True)
class Line:
    """One measured thing, in Danish: it is shown as it stands.

    `case`: the table of the part it stands in; empty where there is only one. `seconds`, `least` and `most` are CPU where the
    platform tells it, `wall` is not. `ratio` is against what `against` names. `met` is None for a line without an `aim`.
    `missing`: why it was not measured.
    """

    what: str
    case: str = ""
    seconds: float | None = None
    least: float | None = None
    most: float | None = None
    wall: float | None = None
    per_second: float | None = None
    megabytes: float | None = None
    ratio: float | None = None
    against: str = ""
    aim: str = ""
    met: bool | None = None
    missing: str = ""


@dataclass(frozen=True, slots=True)
class Measured:
    """One run. `parts`: the lines of each part, by its name. `quick`: with few rounds, to be tried rather than quoted."""

    at: str
    quick: bool
    minutes: float
    machine: dict[str, Any]
    parts: dict[str, tuple[Line, ...]] = field(default_factory=dict)

    def to_json(self) -> str:
        """As the history keeps it: what a line has not is left out."""
        whole = asdict(self)
        whole["parts"] = {
            name: [{key: value for key, value in asdict(line).items() if value not in (None, "")} for line in lines]
            for name, lines in self.parts.items()
        }
        return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


def from_json(text: str) -> Measured:
    """A run, as the history has it."""
    whole = json.loads(text)
    whole["parts"] = {name: tuple(Line(**line) for line in lines) for name, lines in whole["parts"].items()}
    return Measured(**whole)


def newest(folder: Path = HISTORY) -> Measured:
    """The newest run of the history: the files' names sort by time. Raises FileNotFoundError when there is none."""
    files = sorted(folder.glob("*.json"))
    if not files:
        raise FileNotFoundError(f"{folder} has no run yet: python bench/run.py")
    return from_json(files[-1].read_text("utf-8"))


def keep(measured: Measured, folder: Path = HISTORY) -> Path:
    """Put a run into the history; the file."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{measured.at.replace(':', '')}.json"
    file.write_text(measured.to_json(), encoding="utf-8", newline="\n")
    return file


def write_lines(lines: Sequence[Line], file: Path) -> None:
    """Hand lines over to the process that started this one."""
    file.write_text(json.dumps([asdict(line) for line in lines]), encoding="utf-8")


def read_lines(file: Path) -> list[Line]:
    """What `write_lines` wrote."""
    return [Line(**each) for each in json.loads(file.read_text("utf-8"))]


def now() -> str:
    """The moment, in UTC, to the minute."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%MZ")


def machine() -> dict[str, Any]:
    """What the figures depend on, without a name or a path."""
    return {
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "load": load(),
    }


def load() -> float | None:
    """How many processes wanted a core during the last minute; None where the platform does not tell."""
    return None if sys.platform == "win32" else round(os.getloadavg()[0], 2)


def timed(what: str, took: Sequence[Took], case: str = "", scenarios: int = 0, **more: Any) -> Line:
    """What one command took in its rounds; with `scenarios`, how many it carried out a second."""
    line = spent(what, [once.seconds for once in took], case, wall=round(middle([once.wall for once in took]), 3), **more)
    return replace(line, per_second=round(scenarios / line.seconds, 1)) if scenarios and line.seconds else line


def spent(what: str, seconds: Sequence[float], case: str = "", **more: Any) -> Line:
    """The median of some CPU seconds, with the least and the most."""
    least, most = round(min(seconds), 4), round(max(seconds), 4)
    return Line(what, case, seconds=round(middle(seconds), 4), least=least, most=most, **more)
