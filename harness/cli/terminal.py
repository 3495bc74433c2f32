"""A tester's desk in a terminal: what to do in the LPS, what is awaited and has come, and the questions, one at a time."""

from __future__ import annotations

import base64
import queue
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from harness.domain.errors import HarnessError
from harness.domain.grade import Grade
from harness.domain.prompt import Answer, Field, Outcome, Prompt, Wanted, mistakes_in
from harness.hub.desk import Desk
from harness.record.log import entry_of, event_as_json

if TYPE_CHECKING:
    from rich.console import Console

_DONE = {"u": Outcome.DONE, "k": Outcome.CANNOT, "f": Outcome.FAULT, "s": Outcome.SKIPPED}
_GRADES = {"o": "OK", "4": "F4", "3": "F3", "2": "F2", "1": "F1", "i": "IR"}
_YES = {"j": True, "n": False}


class TerminalDesk:
    """The desk of `system`, whose run is on the hub with the file `control`. `ask` reads a line after showing its argument."""

    def __init__(self, control: Path, system: str, console: Console, ask: Callable[[str], str]) -> None:
        from harness.runner.hub_line import HubLine

        self._system = system
        self._console = console
        self._ask = ask
        self._desk = Desk()
        self._lines: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
        self._line = HubLine(control, self._lines.put, lambda: self._lines.put(None))
        self._by = ""

    def work(self) -> None:
        """Show the run and ask, until it is over or the hub is gone."""
        self._line.do("watch", system=self._system)
        try:
            while not self._desk.over:
                line = self._lines.get()
                if line is None:
                    return
                entry = entry_of(line)
                scenario = self._desk.scenario
                self._desk.see(entry)
                if self._desk.scenario is not None and self._desk.scenario is not scenario:
                    self._begin()
                elif entry.event.kind == "waiting" and self._desk.waiting:
                    self._waits()
                elif entry.event.kind == "exchanged" and self._desk.arrived:
                    came = self._desk.arrived[-1]
                    if came.at == entry.at:
                        self._console.print(f"  Kom: {came.what}", style="green")
                elif entry.event.kind == "scenario_ended":
                    ended = self._desk.standings[entry.event.scenario]
                    self._console.print(f"  {ended.standing}. {ended.reason}".rstrip(), style="bold", markup=False)
                if self._lines.empty() and self._desk.open is not None:
                    self._work_on(self._desk.open)
        finally:
            self._line.close()

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
        seconds = waiting[2] / self._desk.run.tempo
        what = waiting[0].what or "det, systemet sender"
        self._console.print(f"  Venter højst {seconds:.0f} sekunder på {what}.", style="yellow", markup=False)

    def _work_on(self, prompt: Prompt) -> None:
        """Ask until there is an answer that the hub takes."""
        while not self._by:
            self._by = self._ask("Dit navn: ").strip()
        self._show(prompt)
        while True:
            answer, files = self._answered(prompt)
            mistakes = mistakes_in(prompt, answer)
            if not mistakes:
                try:
                    sent = [(path.name, base64.b64encode(path.read_bytes()).decode("ascii")) for path in files]
                    said = event_as_json_of(answer)
                    self._line.do("answer", system=self._system, prompt=prompt.id, answer=said, files=sent)
                except OSError as error:
                    mistakes = [f"{error.filename}: Filen kan ikke læses ({error.strerror})."]
                except HarnessError as error:
                    mistakes = [str(error)]
                    if self._line.gone or "har allerede svaret" in str(error) or "ikke spurgt om det mere" in str(error):
                        self._console.print(str(error), style="red", markup=False)
                        return
            if not mistakes:
                return
            self._console.print(" ".join(mistakes), style="red", markup=False)

    def _show(self, prompt: Prompt) -> None:
        self._console.print()
        for number, task in enumerate(prompt.tasks, 1):
            about = f" ({task.patient})" if task.patient else ""
            self._console.print(f"{number}. {'Se: ' if task.looks else ''}{task.says}{about}", style="bold", markup=False)
            for title, value in task.shown_as:
                self._console.print(f"     {title}: {value}", markup=False)
            for name in task.makes.values():
                self._console.print(f"     Kaldes herefter: {name}", markup=False)
        if prompt.wanted is Wanted.JUDGE:
            self._console.print(f"Ser du dette? {prompt.says}", style="bold cyan", markup=False)
            if prompt.explains:
                self._console.print(f"     {prompt.explains}", markup=False)

    def _answered(self, prompt: Prompt) -> tuple[Answer, list[Path]]:
        if prompt.wanted is Wanted.JUDGE:
            grade = self._choose("[o]k  F[4]  F[3]  F[2]  F[1]  [i]kke relevant: ", _GRADES)
            remark = "" if grade == Grade.OK else self._ask("Hvorfor: ")
            return Answer(Outcome.JUDGED, self._by, grade, remark), self._files() if grade != Grade.OK else []
        outcome = self._choose("[u]dført  [k]an ikke  [f]ejl  [s]pring over: ", _DONE)
        if outcome is Outcome.DONE:
            return Answer(outcome, self._by, values={each.name: self._value(each) for each in prompt.fields}), []
        grades = {key: grade for key, grade in _GRADES.items() if key.isdigit()}
        grade = self._choose("F[4]  F[3]  F[2]  F[1]: ", grades) if outcome is Outcome.FAULT else ""
        return Answer(outcome, self._by, grade, self._ask("Hvorfor: ")), self._files()

    def _files(self) -> list[Path]:
        """Files the tester hands in, each by its path."""
        found: list[Path] = []
        while path := self._ask("Fil (tom: ingen flere): ").strip().strip('"'):
            found.append(Path(path))
        return found

    def _value(self, field: Field, name: str = "") -> Any:
        """What stands in one field, as the test interface writes it."""
        title = f"{name}{field.title or field.name}"
        match field.kind:
            case "ja-nej":
                return self._choose(f"{title} [j]a [n]ej: ", _YES)
            case "tal":
                while not (text := self._ask(f"{title} (tal): ").strip()).lstrip("-").isdecimal():
                    self._console.print("Skriv et helt tal.", style="red")
                return int(text)
            case "felter":
                return {each.name: self._value(each, f"{title}, ") for each in field.fields}
            case "liste" | "rækker":
                rows: list[Any] = []
                while self._choose(f"{title}: er der {'flere' if rows else 'nogen'}? [j]a [n]ej: ", _YES):
                    rows.append(
                        {each.name: self._value(each, f"{title} {len(rows) + 1}, ") for each in field.fields}
                        if field.kind == "rækker"
                        else self._value(field.fields[0], f"{title} {len(rows) + 1}")
                    )
                return rows
            case "valg":
                chosen = {str(number): choice for number, choice in enumerate(field.choices, 1)}
                shown = "  ".join(f"[{number}] {choice}" for number, choice in chosen.items())
                return self._choose(f"{title}: {shown}: ", chosen)
            case _:
                return self._ask(f"{title}{' (ÅÅÅÅ-MM-DD)' if field.kind == 'dato' else ''}: ")

    def _choose(self, question: str, choices: dict[str, Any]) -> Any:
        while (key := self._ask(question).strip().lower()) not in choices:
            self._console.print(f"Skriv en af: {', '.join(choices)}.", style="red", markup=False)
        return choices[key]


def event_as_json_of(answer: Answer) -> Any:
    """`answer` as it goes over the hub's line."""
    from harness.domain.event import Answered

    return event_as_json(Answered("", answer))["answer"]


class TerminalProgress:
    """Follows the fleet as Progress does; when the run of its only system begins, this terminal is its desk."""

    def __init__(self, control: Path) -> None:
        self._control = control

    def __enter__(self) -> TerminalProgress:
        return self

    def __exit__(self, *error: object) -> None:
        pass

    def told(self, system: str, what: dict[str, Any]) -> None:
        """Take in one message of the worker."""
        if "planned" in what:
            threading.Thread(target=work_at, args=(self._control, system), daemon=True, name="terminal").start()


def work_at(control: Path, system: str) -> None:
    """Be the desk of `system` in this terminal, until its run is over. What goes wrong is told on standard error."""
    from rich.console import Console

    console = Console(highlight=False)
    try:
        TerminalDesk(control, system, console, lambda question: console.input(question, markup=False)).work()
    except EOFError:
        console.print("Der kommer ikke flere svar her. Kørslen venter, og andre kan svare på hubbens side.")
    except HarnessError as error:
        print(error, file=sys.stderr)
