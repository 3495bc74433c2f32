"""Starts one worker a system, a few at a time, and passes on what they tell. Writes no log itself."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

Told = Callable[[str, dict[str, Any]], None]
"""Called with a system's id and what its worker told, always from the thread that runs the fleet."""

STOP_PATIENCE = 30.0
"""Seconds a worker may take to end its scenario after `stop`, before it is ended."""


@dataclass(frozen=True, slots=True)
class Job:
    """One run to start: which system, and the worker's arguments. `folder` is where the run is written."""

    system: str
    folder: Path
    arguments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Done:
    """How a worker ended: its exit code, and what it wrote to standard error."""

    job: Job
    code: int
    complaint: str


class Fleet:
    """Runs jobs, `at_once` of them side by side.

    No more of them start at a time than there are cores. A start is all work: begun together, all would wait for their systems
    at the same time, and come to their end at the same time, with the machine idle in between.
    """

    def __init__(self, jobs: Sequence[Job], at_once: int, cores: int = os.cpu_count() or 1) -> None:
        self._jobs = jobs
        self._at_once = at_once
        self._starts = threading.Semaphore(cores)
        self._running: list[subprocess.Popen[str]] = []
        self._lock = threading.Lock()
        self._stopped = False

    def run(self, told: Told, ended: Callable[[Done], object]) -> list[Done]:
        """Run every job, and call `ended` with each as soon as it is over; how each ended, in the jobs' order.

        KeyboardInterrupt stops the workers, and is passed on.
        """
        messages: queue.SimpleQueue[tuple[str, dict[str, Any]] | Future[Done]] = queue.SimpleQueue()
        with ThreadPoolExecutor(self._at_once) as pool:
            futures = [pool.submit(self._work, job, messages.put) for job in self._jobs]
            left = len(futures)
            for future in futures:
                future.add_done_callback(messages.put)
            try:
                while left:
                    message = messages.get()
                    if isinstance(message, Future):
                        left -= 1
                        ended(message.result())
                    else:
                        told(*message)
            except KeyboardInterrupt:
                self._stop()
                raise
            return [future.result() for future in futures]

    def _work(self, job: Job, put: Callable[[tuple[str, dict[str, Any]]], object]) -> Done:
        with ExitStack() as start:
            start.enter_context(self._starts)
            return self._run(job, put, start.close)

    def _run(self, job: Job, put: Callable[[tuple[str, dict[str, Any]]], object], started: Callable[[], object]) -> Done:
        with self._lock:
            if self._stopped:
                return Done(job, 3, "Ikke startet.")
            process = subprocess.Popen(
                [sys.executable, "-m", "harness.runner.worker", *job.arguments],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                encoding="utf-8",
                env={**os.environ, "PYTHONUTF8": "1"},
                **OWN_GROUP,
            )
            self._running.append(process)
        assert process.stdout is not None, "the worker's output is a pipe"
        assert process.stderr is not None, "and so is what it complains of"
        complaints = _Reader(process.stderr)
        with process.stdout:
            for line in process.stdout:
                started()  # what it tells first is what it has planned
                put((job.system, json.loads(line)))
        code = process.wait()
        with self._lock:
            self._running.remove(process)
        if process.stdin is not None:
            process.stdin.close()
        return Done(job, code, complaints.text())

    def _stop(self) -> None:
        with self._lock:
            self._stopped = True
            running = list(self._running)
        for process in running:
            if process.stdin is not None:
                process.stdin.close()
        for process in running:
            try:
                process.wait(STOP_PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()


class _Reader:
    """Reads a pipe to its end beside everything else, so that it never fills."""

    def __init__(self, pipe: IO[str]) -> None:
        self._lines: list[str] = []
        self._thread = threading.Thread(target=self._read, args=(pipe,), daemon=True)
        self._thread.start()

    def _read(self, pipe: IO[str]) -> None:
        with pipe:
            self._lines.extend(pipe)

    def text(self) -> str:
        """Everything there was."""
        self._thread.join()
        return "".join(self._lines)


OWN_GROUP: dict[str, Any]
"""A Ctrl-C in the terminal is the parent's to handle: what it started hears of it through its standard input."""
if sys.platform == "win32":
    OWN_GROUP = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
else:
    OWN_GROUP = {"start_new_session": True}
