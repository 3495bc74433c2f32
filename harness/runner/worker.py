"""One run in one process: pytest in the main thread, and one thread that reads standard input for `stop`.

    python -m harness.runner.worker --vendor novax --run-folder FOLDER FEATURES…

Standard output carries one JSON object a line for whoever started it: `{"planned": 24}`, `{"ended": "DEL-01[KOL]",
"standing": "OK"}`. Why features were refused is written on standard error. Standard input at its end means `stop` too: a worker
never outlives its parent.
The exit code is 0 when the run reached its end (whatever the verdict), 2 for configuration, 3 for anything else.
"""

from __future__ import annotations

if __name__ == "__main__":  # before anything makes a dataclass
    from harness.runner.late_methods import make_methods_late

    make_methods_late()

import gc
import json
import os
import sys
import threading
from typing import TYPE_CHECKING, Any, TextIO

import pytest

from harness.domain.errors import EnvironmentFault
from harness.domain.event import ScenarioEnded
from harness.runner.late_patterns import make_patterns_late
from harness.runner.left_out import SWITCHES, leave_out

if TYPE_CHECKING:
    from harness.runner.session import RunSession

PLUGINS = ("pytest_bdd.plugin", "harness.runner.plugin", "harness.runner.lean")


class _Reporter:
    """Tells the parent how the run goes, and stops it when asked to."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._stopping = False
        self._run: RunSession | None = None
        self.refused: dict[str, None] = {}
        self.stopped = ""

    def pytest_lps_planned(self, scenarios: int) -> None:
        self.say(planned=scenarios)

    def pytest_lps_scenario_ended(self, ended: ScenarioEnded) -> None:
        self.say(ended=ended.scenario, standing=ended.standing)

    @pytest.hookimpl(trylast=True)
    def pytest_collection_finish(self, session: pytest.Session) -> None:
        from harness.runner.plugin import RUN  # pytest loads it

        self._run = session.config.stash.get(RUN, None)
        gc.freeze()  # what is loaded stays: looking through it again and again costs a fifth of a short run
        gc.enable()

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.refused[str(report.longrepr)] = None

    def pytest_internalerror(self, excrepr: object, excinfo: pytest.ExceptionInfo[BaseException]) -> bool:
        """What nobody could write down is told to the parent; of what is not the machine's, with where it came from."""
        self.stopped = str(excinfo.value if isinstance(excinfo.value, EnvironmentFault) else excrepr)
        return True

    @pytest.hookimpl(trylast=True)
    def pytest_runtest_logfinish(self) -> None:
        if self._stopping:
            pytest.exit("stop", returncode=pytest.ExitCode.INTERRUPTED)

    def listen(self) -> None:
        """Wait for `stop`, or for standard input to end."""
        for line in sys.stdin:
            if line.strip() == "stop":
                break
        self._stopping = True
        if self._run is not None:
            self._run.interrupt()

    def say(self, **what: Any) -> None:
        """One line to the parent."""
        self._out.write(json.dumps(what, ensure_ascii=False) + "\n")
        self._out.flush()


def own_output() -> TextIO:
    """Standard output for the caller alone: whatever a library prints from now on goes nowhere."""
    out = open(os.dup(1), "w", encoding="utf-8")  # noqa: SIM115, PTH123
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)
    return out


def main(arguments: list[str]) -> int:
    """Run pytest with the plugin's options in `arguments`; returns the exit code."""
    gc.disable()  # while everything is loaded; see pytest_collection_finish
    reporter = _Reporter(own_output())
    threading.Thread(target=reporter.listen, daemon=True, name="stop").start()
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    leave_out()
    make_patterns_late()
    plugins = [option for name in PLUGINS for option in ("-p", name)]
    code = pytest.main([*plugins, *SWITCHES, *arguments], plugins=[reporter])
    if reporter.refused:
        sys.stderr.write("\n".join((*reporter.refused, "")))
        return 2
    if reporter.stopped:
        sys.stderr.write(f"{reporter.stopped}\n")
        return 3
    if code in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
        return 0
    return 2 if code is pytest.ExitCode.USAGE_ERROR else 3


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
