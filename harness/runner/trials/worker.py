"""One process that carries out trials: one pytest session, with the features read once."""

from __future__ import annotations

import gc
import io
import os
import traceback
from collections.abc import Iterator
from contextlib import redirect_stderr, suppress
from multiprocessing.connection import Connection

import pytest

from harness.house import House
from harness.runner.left_out import QUIET
from harness.runner.trials.trial import Trial
from harness.runner.worker import PLUGINS, own_output


class Refused(str):
    """Why the worker cannot go on, in Danish where a feature is refused."""


def work(line: Connection, house: House, folders: tuple[str, ...]) -> None:
    """Carry out the trials that come over `line`, and send each outcome back, until None comes or the other end is gone.

    What comes first is None, once the scenarios in `folders` are read, or why they cannot be: a `Refused`, as when a trial fails.
    """
    gc.disable()
    own_output().close()
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    session = _Session(line, house)
    plugins = [*(option for name in PLUGINS for option in ("-p", name)), *QUIET]
    features = [str(house.features / name) for name in folders]
    options = ("--noconftest", "-o", "addopts=", "--trials", f"--home={house.home}", f"--rootdir={house.home}")
    usage = io.StringIO()  # where pytest says what it cannot begin with
    with suppress(BrokenPipeError), redirect_stderr(usage):  # nobody may be waiting any more
        code = pytest.main([*plugins, *options, *features], plugins=[session])
        if code not in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
            line.send(Refused("\n".join(session.refused) or usage.getvalue().removeprefix("ERROR: ").strip() or repr(code)))


def _received(line: Connection) -> Iterator[Trial]:
    """The trials, one by one."""
    while True:
        try:
            trial = line.recv()
        except EOFError:
            return
        if trial is None:
            return
        yield trial


class _Session:
    """Lets the trials into a session, tells when the features are read, and remembers why one was refused or what went wrong."""

    def __init__(self, line: Connection, house: House) -> None:
        self._line = line
        self._house = house
        self.refused: dict[str, None] = {}

    def pytest_configure(self, config: pytest.Config) -> None:
        from harness.runner.trials.plugin import Trials  # the runner's own plugin is pytest's to import first

        config.pluginmanager.register(Trials(self._house, _received(self._line), self._line.send))

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> None:
        gc.freeze()  # what is loaded stays
        gc.enable()
        if not session.testsfailed:
            self._line.send(None)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.refused[str(report.longrepr)] = None

    def pytest_internalerror(self, excinfo: pytest.ExceptionInfo[BaseException]) -> bool:
        self.refused["".join(traceback.format_exception(excinfo.value))] = None
        return True
