"""A tester's desk in a terminal: what to do in the LPS, what is awaited and has come, and the questions, one at a time."""

from __future__ import annotations

import base64
import queue
import sys
import threading
from collections import deque
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from harness.cli.terminal_form import TerminalForm
from harness.domain.errors import BadInput, ConfigurationError, HarnessError
from harness.domain.event import Answered
from harness.domain.patient import Patient
from harness.domain.prompt import MEDCOM_ANSWERS, Prompt, Wanted
from harness.domain.tester import tester_name
from harness.hub.desk import Desk
from harness.hub.pages.forms import read_answer
from harness.hub.pages.sitting import MORE_MINUTES, groups, names_made
from harness.record.log import Entry, entry_of, event_as_json

if TYPE_CHECKING:
    from rich.console import Console

_YELLOW: Final[dict[str, Any]] = {"style": "yellow", "markup": False}


_ASKS: Final = {Wanted.JUDGE: "Ser du dette?", Wanted.ATTEST: "Siger du god for dette?", Wanted.ACCOUNT: "Redegør for dette:"}
"""What comes before the step's text, where that is what is asked."""


class _Silent:
    """Nothing more will be typed."""


_SILENT: Final = _Silent()


class TerminalDesk:
    """The desk of `system`, whose run is on the hub with the file `control`. `read` reads a line; EOFError: there are no more."""

    def __init__(
        self, control: Path, system: str, patients: Mapping[str, Patient], console: Console, read: Callable[[], str]
    ) -> None:
        from harness.runner.hub_line import HubLine

        self._system = system
        self._console = console
        self._patients = patients
        self._read = read
        self._desk = Desk()
        self._lines: queue.SimpleQueue[dict[str, Any] | str | _Silent | None] = queue.SimpleQueue()
        self._later: deque[dict[str, Any] | None] = deque()
        """Lines of the log that came while a tester was asked."""
        self._silent = False
        self._line = HubLine(control, self._lines.put, lambda: self._lines.put(None))
        self._by = ""
        self._medcoms = ""
        """The id of the prompt that MedCom's tester is to answer, once that has been said."""

    def work(self) -> None:
        """Show the run and ask, until it is over or the hub is gone."""
        self._line.do("watch", system=self._system)
        threading.Thread(target=self._listen, daemon=True, name="typed").start()
        try:
            while not self._desk.over:
                line = self._next()
                if line is None:
                    return
                if isinstance(line, _Silent):
                    self._silent = True
                elif isinstance(line, str):
                    self._typed(line)
                else:
                    self._see(entry_of(line))
                if self._lines.empty() and not self._later and self._desk.open is not None:
                    self._work_on(self._desk.open)
        finally:
            self._line.close()

    def _see(self, entry: Entry) -> None:
        scenario = self._desk.scenario
        self._desk.see(entry)
        if self._desk.scenario is not None and self._desk.scenario is not scenario:
            self._begin()
        elif entry.event.kind in ("waiting", "extended") and self._desk.waiting:
            self._waits()
        elif entry.event.kind == "exchanged" and self._desk.arrived:
            came = self._desk.arrived[-1]
            if came.at == entry.at:
                self._console.print(f"  Kom: {came.what}", style="green", markup=False)
        elif entry.event.kind == "scenario_ended":
            ended = self._desk.standings[entry.event.scenario]
            self._console.print(f"  {ended.standing}. {ended.reason}".rstrip(), style="bold", markup=False)

    def _begin(self) -> None:
        scenario = self._desk.scenario
        assert scenario is not None, "one has begun"
        self._console.rule(f"{scenario.scenario}: {scenario.title}", align="left")
        for step in scenario.steps:
            self._console.print(f"  {step}", markup=False)

    def _waits(self) -> None:
        waiting = self._desk.waiting
        assert waiting is not None, "the run waits"
        assert self._desk.run is not None, "it has begun"
        left = timedelta(seconds=waiting[2] / self._desk.run.tempo)
        what = waiting[0].what or "det, systemet sender"
        until = f"{(waiting[1] + left).astimezone():%H.%M.%S}"
        self._console.print(f"  Venter højst {left.total_seconds():.0f} sekunder, til kl. {until}, på {what}.", **_YELLOW)
        self._console.print(f"  Skriv t og tryk Enter for at give {MORE_MINUTES} minutter mere.", **_YELLOW)

    def _typed(self, text: str) -> None:
        """What a tester types while nothing is asked."""
        if text.strip().lower() != "t":
            if text.strip():
                self._tell("Der bliver ikke spurgt om noget lige nu.")
            return
        if self._desk.waiting is None or self._desk.run is None:
            self._tell("Harnesset venter ikke på noget lige nu.")
            return
        self._name_them()
        seconds = MORE_MINUTES * 60.0 * self._desk.run.tempo
        try:
            self._line.do("extend", system=self._system, wait=self._desk.waiting[0].number, seconds=seconds, by=self._by)
        except ConfigurationError as error:
            self._tell(str(error))

    def _name_them(self) -> None:
        while not self._by:
            try:
                self._by = tester_name(self._ask("Dit navn: "))
            except BadInput as error:
                self._tell(str(error))

    def _work_on(self, prompt: Prompt) -> None:
        """Ask until there is an answer that the hub takes. What MedCom's tester answers is shown once, and waited for."""
        if self._desk.is_medcoms(prompt.id):
            if prompt.id != self._medcoms:
                self._medcoms = prompt.id
                self._show(prompt)
                self._tell(f"{MEDCOM_ANSWERS} Adgang: lps link --medcom. Kørslen går videre af sig selv.")
            return
        self._name_them()
        self._show(prompt)
        form = TerminalForm(self._ask, self._tell, names_made(self._desk))
        while True:
            answer, files, mistakes = read_answer(prompt, form.fill(prompt), self._by)
            if not mistakes:
                sent = [(name, base64.b64encode(data).decode("ascii")) for name, data in files]
                said = event_as_json(Answered(prompt.id, answer))["answer"]
                try:
                    self._line.do("answer", system=self._system, prompt=prompt.id, answer=said, files=sent)
                except HarnessError as error:
                    self._tell(str(error))
                    if self._line.gone or "har allerede svaret" in str(error) or "ikke spurgt om det mere" in str(error):
                        return
                else:
                    return
            self._tell(" ".join(each.says for each in mistakes))

    def _show(self, prompt: Prompt) -> None:
        self._console.print()
        named = frozenset(name for names in names_made(self._desk).values() for name in names)
        for group in groups(prompt.tasks, self._patients, named):
            if group.cpr or group.patient:
                about = "  ".join(filter(None, (group.cpr, group.name or group.patient)))
                self._console.print(f"Patient: {about}", style="bold magenta", markup=False)
            for one in group.tasks:
                self._console.print(
                    f"{one.number}. {'Se: ' if one.task.looks else ''}{one.task.says}", style="bold", markup=False
                )
                for title, value in one.data:
                    self._console.print(f"     {title}: {value}", markup=False)
                for name in one.task.makes.values():
                    self._console.print(f"     Kaldes herefter: {name}", markup=False)
        if prompt.wanted is Wanted.CHOOSE:
            self._console.print(prompt.says, style="bold cyan", markup=False)
            self._console.print("Skriv det, du vil bruge i stedet. Tryk Enter for at lade en værdi stå.", markup=False)
            self._console.print("Det, du skriver, er det, der bliver kontrolleret.", markup=False)
        if prompt.wanted in _ASKS:
            self._console.print(f"{_ASKS[prompt.wanted]} {prompt.says}", style="bold cyan", markup=False)
            if prompt.explains:
                self._console.print(f"     {prompt.explains}", markup=False)
            if self._desk.sent and prompt.wanted.judged:
                self._console.print("Det, der skal kunne læses:", style="bold", markup=False)
                for text in self._desk.sent:
                    self._console.print(f"     {text}", markup=False)

    def _tell(self, text: str) -> None:
        if text:
            self._console.print(text, style="red", markup=False)

    def _listen(self) -> None:
        """Pass on what is typed, line by line, until there is no more of it."""
        while True:
            try:
                self._lines.put(self._read())
            except EOFError:
                self._lines.put(_SILENT)
                return

    def _ask(self, question: str) -> str:
        """What a tester types after `question`. Raises EOFError when nothing more can be typed."""
        self._console.print(question, end="", markup=False, soft_wrap=True)
        while not self._silent:
            match self._lines.get():
                case str() as text:
                    return text
                case _Silent():
                    self._silent = True
                case line:
                    self._later.append(line)
        raise EOFError

    def _next(self) -> dict[str, Any] | str | _Silent | None:
        return self._later.popleft() if self._later else self._lines.get()


class TerminalProgress:
    """Follows the fleet as Progress does; when the run of its only system begins, this terminal is its desk."""

    def __init__(self, control: Path, patients: Mapping[str, Patient]) -> None:
        self._control = control
        self._patients = patients

    def __enter__(self) -> TerminalProgress:
        return self

    def __exit__(self, *error: object) -> None:
        pass

    def told(self, system: str, what: dict[str, Any]) -> None:
        """Take in one message of the worker."""
        if "planned" in what:
            threading.Thread(target=work_at, args=(self._control, system, self._patients), daemon=True, name="terminal").start()


def work_at(control: Path, system: str, patients: Mapping[str, Patient]) -> None:
    """Be the desk of `system` in this terminal, until its run is over. What goes wrong is told on standard error."""
    from rich.console import Console

    console = Console(highlight=False)
    try:
        TerminalDesk(control, system, patients, console, input).work()
    except EOFError:
        console.print("Der kommer ikke flere svar her. Kørslen venter, og andre kan svare på hubbens side.")
    except HarnessError as error:
        print(error, file=sys.stderr)
