"""The processes that carry out trials side by side, as many as there are cores."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import count
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from types import TracebackType
from typing import cast

from harness.domain.errors import ConfigurationError, EnvironmentFault
from harness.house import House
from harness.runner.trials.trial import Outcome, Trial
from harness.runner.trials.worker import Refused, work

AHEAD = 4
"""How many trials a worker is handed before it has answered: it need not wait for the next."""


class Crew:
    """Workers that have read the scenarios in `folders`. Use as a context; they end with it, and with this process.

    `size`: how many; as many as there are cores unless given.
    """

    def __init__(self, house: House, folders: Sequence[str], size: int = 0) -> None:
        self._asked = (house, tuple(folders))
        self._size = size or os.cpu_count() or 1
        self._workers: dict[Connection, BaseProcess] = {}

    def __enter__(self) -> Crew:
        spawning = get_context("spawn")
        for number in range(self._size):
            ours, its = spawning.Pipe()
            process = spawning.Process(target=work, args=(its, *self._asked), name=f"prøver-{number + 1}", daemon=True)
            process.start()
            its.close()  # so that its end is ours to hear
            self._workers[ours] = process
        for line in self._workers:
            self._heard(line)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        for line, process in self._workers.items():
            if error is not None:
                process.terminate()
            else:
                with suppress(OSError):  # it is gone already
                    line.send(None)
        for line, process in self._workers.items():
            process.join()
            line.close()
        self._workers.clear()

    def carry_out(self, trials: Sequence[Trial], told: Callable[[Outcome], object] = lambda _: None) -> list[Outcome]:
        """What came of each of the `trials`, in their order; `told` hears of each as it comes.

        Raises ConfigurationError when a feature is refused, and EnvironmentFault when a worker ends before its time.
        """
        outcomes: dict[int, Outcome] = {}
        handed: dict[Connection, list[int]] = {line: [] for line in self._workers}
        left = zip(count(), trials, strict=False)

        def hand(line: Connection) -> None:
            number, trial = next(left, (-1, None))
            if trial is not None:
                handed[line].append(number)
                with suppress(BrokenPipeError):  # what is read next says that it is gone
                    line.send(trial)

        for line in [line for line in handed for _ in range(AHEAD)]:
            hand(line)
        while len(outcomes) < len(trials):
            for line in cast("list[Connection]", wait(list(self._workers))):
                outcome = self._heard(line)
                assert outcome is not None, "a worker that is told to try something answers with what came of it"
                outcomes[handed[line].pop(0)] = outcome
                told(outcome)
                hand(line)
        return [outcomes[number] for number in range(len(trials))]

    def _heard(self, line: Connection) -> Outcome | None:
        try:
            said = line.recv()
        except (EOFError, ConnectionResetError):
            raise EnvironmentFault(f"Processen {self._workers[line].name} standsede uden at sige hvorfor.") from None
        if isinstance(said, Refused):
            raise ConfigurationError(str(said))
        return said if isinstance(said, Outcome) else None
