"""Workers of a fleet: how many start at a time, and how many run."""

from __future__ import annotations

import io
import subprocess
import threading
from pathlib import Path
from typing import Any

import pytest

from harness.runner.fleet import Fleet, Job


class Worker:
    """Plays a worker: its standard output is read from `told`, which a test writes on."""

    def __init__(self, started: threading.Semaphore) -> None:
        self.stdin, self.stderr = io.StringIO(), io.StringIO()
        self._lines: list[str] = []
        self._more = threading.Condition()
        self.stdout = self
        started.release()

    def say(self, line: str) -> None:
        """One line, or the end of everything where it is empty."""
        with self._more:
            self._lines.append(line)
            self._more.notify()

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def __iter__(self) -> Worker:
        return self

    def __next__(self) -> str:
        with self._more:
            self._more.wait_for(lambda: self._lines, 10)
            line = self._lines.pop(0)
        if not line:
            raise StopIteration
        return line

    def wait(self) -> int:
        return 0


def test_no_more_start_at_a_time_than_there_are_cores_though_more_run(monkeypatch: pytest.MonkeyPatch) -> None:
    started, workers = threading.Semaphore(0), []

    def begun(*_: Any, **__: Any) -> Worker:
        workers.append(Worker(started))
        return workers[-1]

    monkeypatch.setattr(subprocess, "Popen", begun)
    jobs = [Job(name, Path(name), ()) for name in "abc"]
    done: list[Any] = []
    running = threading.Thread(target=lambda: done.extend(Fleet(jobs, at_once=3, cores=1).run(lambda *_: None, lambda _: None)))
    running.start()
    for number in range(1, 4):
        assert started.acquire(timeout=10)
        assert not started.acquire(timeout=0.05), "one is starting, and there is one core"
        assert len(workers) == number
        workers[-1].say('{"planned": 1}\n')
    for each in workers:
        each.say("")
    running.join(10)
    assert [each.job.system for each in done] == ["a", "b", "c"]
