"""Where a run stands as its testers see it, folded from the run's log line by line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from harness.domain.event import (
    Acted,
    Answered,
    Exchanged,
    Extended,
    Judged,
    Ordered,
    Prompted,
    RunEnded,
    RunStarted,
    ScenarioEnded,
    ScenarioStarted,
    StepEnded,
    StepStarted,
    Waited,
    Waiting,
)
from harness.domain.finding import Finding
from harness.domain.prompt import Answer, Prompt
from harness.domain.vendor import Phase
from harness.record.log import Entry

_MARK: Final = re.compile(r"\b[BCDFGHJKLMNPQRSTVWXZ]{6}$", re.M)
"""What a scenario puts at the end of a text of its own, to know it again."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A message from the LPS in the attempt that runs: its number in the run, when it came, to whom, and as what."""

    exchange: str
    at: datetime
    service: str
    what: str
    status: int


@dataclass(frozen=True, slots=True)
class Said:
    """What a tester answered to a prompt, and when."""

    prompt: Prompt
    answer: Answer
    at: datetime


@dataclass(slots=True)
class Desk:
    """The run (None before it began), how each scenario that ended stands with why, and the attempt that runs.

    Of the attempt: which scenario it is (None between two), the number of the step it has come to (-1 before the first) and how
    those before it ended, what was asked and answered (also before it began: what it is to enter), what came, what was found,
    what was done through the system's test interface, what others have been made to send that carries the scenario's mark, and
    what is waited for, since when.
    """

    run: RunStarted | None = None
    over: bool = False
    standings: dict[str, ScenarioEnded] = field(default_factory=dict)
    scenario: ScenarioStarted | None = None
    step: int = -1
    ended: dict[int, StepEnded] = field(default_factory=dict)
    prompts: dict[str, Prompt] = field(default_factory=dict)
    said: dict[str, Said] = field(default_factory=dict)
    arrived: list[Arrival] = field(default_factory=list)
    found: list[Finding] = field(default_factory=list)
    acted: list[str] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)
    waits: dict[int, tuple[Waiting, datetime, float]] = field(default_factory=dict)

    @property
    def open(self) -> Prompt | None:
        """What is asked now."""
        return next((each for name, each in self.prompts.items() if name not in self.said), None)

    def is_medcoms(self, prompt: str) -> bool:
        """Whether MedCom's tester, and nobody else, answers the prompt with this id."""
        certifying = self.run is not None and self.run.phase == Phase.CERTIFICATION
        return certifying and prompt in self.prompts and self.prompts[prompt].wanted.medcoms

    @property
    def waiting(self) -> tuple[Waiting, datetime, float] | None:
        """The outermost wait under way: what for, since when, and how many seconds it has, those given later among them."""
        return next(iter(self.waits.values()), None)

    def see(self, entry: Entry) -> None:
        """Take in the next line of the log."""
        match entry.event:
            case RunStarted() as event:
                self.run = event
            case ScenarioStarted() as event:
                self.scenario = event
                self._forget_attempt()  # but not what was asked for it before it began
            case ScenarioEnded(scenario=name) as event:
                self.standings[name] = event
                self.scenario = None
                self.prompts.clear()
                self.said.clear()
                self._forget_attempt()
            case StepStarted(number=number):
                self.step = number
            case StepEnded(number=number) as event:
                self.ended[number] = event
            case Prompted(prompt=prompt):
                self.prompts[prompt.id] = prompt
            case Answered(prompt=name, answer=answer) if name in self.prompts:
                self.said[name] = Said(self.prompts[name], answer, entry.at)
            case Exchanged(sender="lps") as event:
                self.arrived.append(Arrival(event.exchange, entry.at, event.service, event.what, event.status))
            case Acted(request=request, failed=failed):
                self.acted.append(f"{request} {failed}".rstrip())
            case Ordered(arguments=arguments):
                self.sent += [text for text in texts_in(arguments) if _MARK.search(text) and text not in self.sent]
            case Judged(findings=findings):
                self.found += findings
            case Waiting(number=number, seconds=seconds) as event:
                self.waits[number] = (event, entry.at, seconds)
            case Extended(number=number, seconds=more) if number in self.waits:
                waiting, since, seconds = self.waits[number]
                self.waits[number] = (waiting, since, seconds + more)
            case Waited(number=number, last=last):
                for inner in range(number, last + 1):
                    self.waits.pop(inner, None)
            case RunEnded():
                self.over = True
            case _:
                pass

    def _forget_attempt(self) -> None:
        self.step = -1
        for kept in (self.ended, self.arrived, self.found, self.acted, self.sent, self.waits):
            kept.clear()


def texts_in(value: Any) -> Iterator[str]:
    """Every text in plain JSON."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from texts_in(each)
