"""Starts what a live rehearsal needs and is not running yet: a hub, and the reference LPS. Ends what it started."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

from filelock import FileLock

from harness.domain.errors import EnvironmentFault
from harness.hub.control import CONTROL_FILE, running_hub
from harness.runner.fleet import OWN_GROUP
from harness.runner.hub_line import HubLine
from harness.runner.pairs import owned_only
from harness.runner.wish import Wish

HALL_LOCK = ".hall.lock"
_COMMAND = (sys.executable, "-m", "harness.cli.main")


_NO_HUB = (
    "Der kører ingen hub. Et rigtigt system skal kende dens adresse på forhånd: start den først, fx med lps serve --port 8080, "
    "i et vindue for sig og med samme --reports."
)


class Hall:
    """Use it in a `with`: `control` is the hub's control file, and `lps` where the test interfaces of the `systems` are that are
    played by the reference LPS; empty when there are none. `files`: the systems' files that lie elsewhere than the others.
    `partner_lps` is where those of the `partners` are: the other systems of runs of two, which have another clinic's post box.
    """

    def __init__(
        self, wish: Wish, systems: Sequence[str], reports: Path, files: Sequence[str] = (), partners: Sequence[str] = ()
    ) -> None:
        self._wish = wish
        self._files = files
        self._systems = systems
        self._partners = partners
        self._reports = reports
        self._started: list[subprocess.Popen[str]] = []
        self._borrowed: HubLine | None = None
        self.control = reports / CONTROL_FILE
        self.lps = ""
        self.partner_lps = ""

    def __enter__(self) -> Hall:
        try:
            tempo = f"--tempo={self._wish.tempo}"
            try:
                self._reports.mkdir(parents=True, exist_ok=True)
                (self._reports / HALL_LOCK).touch()
            except OSError as error:
                raise EnvironmentFault(f"Der kan ikke skrives i {self._reports}: {error.strerror}.") from None
            with FileLock(self._reports / HALL_LOCK):  # two that begin at once share one hub
                if running_hub(self.control):
                    self._borrowed = HubLine(self.control)  # it goes on for us when whoever started it ends
                elif not (self._systems or self._partners):
                    raise EnvironmentFault(_NO_HUB)
                else:
                    self._start(
                        "serve", "--port=0", f"--reports={self._reports}", tempo, *(f"--vendor={each}" for each in self._files)
                    )
            hub = running_hub(self.control)
            if hub is None:
                raise EnvironmentFault("Hubben holdt op, før kørslen begyndte.")
            if self._systems:
                self.lps = self._start_reference(hub["address"], self._systems, self._wish.faults)
            if self._partners:
                self.partner_lps = self._start_reference(
                    hub["address"], self._partners, owned_only(self._wish.faults), "--as-partner"
                )
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        self._end()

    def _start_reference(self, services: str, systems: Sequence[str], faults: Sequence[str], *more: str) -> str:
        """Where the test interfaces of these systems are, played by the reference LPS."""
        given = {"--rute": self._wish.rute, "--cpd": self._wish.cpd, "--ca": str(self._wish.ca or "")}
        options = [f"{name}={value}" for name, value in given.items() if value]
        options += [f"--fault={fault}" for fault in faults]
        options += [f"--vendor={','.join(systems)}", "--port=0", f"--tempo={self._wish.tempo}", *more]
        return self._start("reference", f"--services={services}", *options)

    def _start(self, command: str, *options: str) -> str:
        """Start a command, and wait for the line by which it says it is ready."""
        home = [f"--home={self._wish.home}"] if self._wish.home else []
        process: subprocess.Popen[str] = subprocess.Popen(
            [*_COMMAND, command, *options, *home, "--until-stdin-ends"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
            **OWN_GROUP,
        )
        self._started.append(process)
        assert process.stdout is not None, "its output is a pipe"
        line = process.stdout.readline().strip()
        if not line:
            raise EnvironmentFault(f"lps {command} kunne ikke starte.")
        return line

    def _end(self) -> None:
        if self._borrowed is not None:
            self._borrowed.close()
        with FileLock(self._reports / HALL_LOCK):  # nobody borrows a hub that is about to end
            lent = self._lent()
            for process in self._started:
                if process.stdin is not None:
                    process.stdin.close()
            for process in self._started:
                if process is lent:
                    continue
                try:
                    process.wait(10.0)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()
                if process.stdout is not None:
                    process.stdout.close()

    def _lent(self) -> subprocess.Popen[str] | None:
        """The hub we started, when somebody else counts on it: it ends with the last of them."""
        if self._borrowed is not None or not self._started:
            return None
        try:
            line = HubLine(self.control)
        except EnvironmentFault:
            return None  # it is gone already
        try:
            return self._started[0] if line.do("borrowed") else None
        except EnvironmentFault:
            return None
        finally:
            line.close()
