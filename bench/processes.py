"""Runs a whole process and says what it took: wall time, CPU time and peak memory.

Nothing heavy may be imported here: on Linux a child's peak starts at what its parent held when it was started.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
CAN_MEASURE = sys.platform != "win32"
_PEAK_UNIT = 1 if sys.platform == "darwin" else 1024


# What anybody who wants pytest to start quickly would leave out. A worker leaves out more: `harness.runner.left_out.SWITCHES`.
_LEFT_OUT = ("terminal", "cacheprovider", "junitxml", "pastebin", "doctest", "faulthandler")
LEAN = tuple(option for name in _LEFT_OUT for option in ("-p", f"no:{name}"))


class Failed(Exception):
    """A measured process did not end as it should: `reason` says how in Danish, without what it wrote."""

    def __init__(self, reason: str, said: str = "") -> None:
        super().__init__(f"{reason}\n{said}".rstrip())
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Took:
    """One process: seconds of wall and of CPU (with the children it waited for), and the largest peak among them in MB.

    CPU and peak are None where the platform does not tell (Windows).
    """

    wall: float
    cpu: float | None
    peak: float | None

    @property
    def seconds(self) -> float:
        """CPU where it is known: on a shared machine it is the steadier of the two."""
        return self.wall if self.cpu is None else self.cpu


@dataclass(frozen=True, slots=True)
class Command:
    """A process to measure: its arguments, and what it needs in its environment. After `limit` seconds it is ended."""

    arguments: tuple[str, ...]
    environment: Mapping[str, str]
    limit: float = 300.0

    def run(self) -> Took:
        """Run it to its end, with nothing on its screen.

        Raises Failed with what it wrote when its exit code is not 0, or when it took longer than its limit.
        """
        with tempfile.TemporaryFile() as written:
            began = time.perf_counter()
            # Its standard input stays open until it ends: a worker stops when that closes.
            process = subprocess.Popen(
                self.arguments, stdin=subprocess.PIPE, stdout=written, stderr=subprocess.STDOUT, cwd=ROOT, env=self.environment
            )
            ending = threading.Timer(self.limit, process.kill)
            ending.start()
            cpu, peak = _reap(process)
            wall = time.perf_counter() - began
            ending.cancel()
            assert process.stdin is not None, "its input is a pipe"
            process.stdin.close()
            if process.returncode and wall >= self.limit:
                raise Failed(f"nåede det ikke på {self.limit:g} s")
            if process.returncode:
                written.seek(0)
                said = written.read().decode("utf-8", "replace")[-3000:]
                raise Failed(f"sluttede med kode {process.returncode}", f"{' '.join(self.arguments)}\n{said}")
        return Took(wall, cpu, peak)


if sys.platform == "win32":

    def _reap(process: subprocess.Popen[bytes]) -> tuple[float | None, float | None]:
        process.wait()
        return None, None

else:

    def _reap(process: subprocess.Popen[bytes]) -> tuple[float | None, float | None]:
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        return used.ru_utime + used.ru_stime, used.ru_maxrss * _PEAK_UNIT / 1e6


def environment(compiled: Path, **more: str) -> dict[str, str]:
    """This environment as an installed harness has it: byte code is kept (in `compiled`), no pytest plugin comes by itself."""
    own = {name: value for name, value in os.environ.items() if name not in ("PYTHONDONTWRITEBYTECODE", "LPS_HOME")}
    return {**own, "PYTHONPYCACHEPREFIX": str(compiled), "PYTHONUTF8": "1", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", **more}


def python(*arguments: str, env: Mapping[str, str]) -> Command:
    """This interpreter with `arguments`."""
    return Command((sys.executable, *arguments), env)


def script(name: str, *arguments: str, env: Mapping[str, str]) -> Command:
    """An installed script that lies beside this interpreter. Raises Failed when it is not installed."""
    found = shutil.which(name, path=str(Path(sys.executable).parent))
    if found is None:
        raise Failed(f"{name} er ikke installeret", f"beside {sys.executable}")
    return Command((found, *arguments), env)


Make = Callable[[], Command]
"""Makes a command ready to run: a fresh folder for each run, where it needs one."""


def interleaved(commands: Mapping[str, Make], rounds: int, warm_up: bool = True) -> dict[str, list[Took]]:
    """Each command `rounds` times, A B A B …, after one time that does not count: it compiles, and fills the disk's cache."""
    took: dict[str, list[Took]] = {name: [] for name in commands}
    for number in range(rounds + warm_up):
        for name, make in commands.items():
            once = make().run()
            if number >= warm_up:
                took[name].append(once)
    return took


def middle(values: Sequence[float]) -> float:
    """The median."""
    return statistics.median(values)


def ratio(these: Sequence[Took], those: Sequence[Took]) -> float:
    """The median of the rounds' own ratios: what disturbs the machine disturbs both sides of one round."""
    return round(middle([one.seconds / other.seconds for one, other in zip(these, those, strict=True)]), 3)


def path_of(*folders: Path) -> str:
    """The folders as PYTHONPATH has them."""
    return os.pathsep.join(map(str, folders))
