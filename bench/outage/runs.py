"""Runs as processes of their own, one after another, and what stands in the logs that they write."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Final

from processes import ROOT

from harness.record.log import LOG_NAME
from outage.wall import LPS

CAMPAIGN: Final = "connectathon-kol-lrs"
_CUT_OFF: Final = "afbrudt"


@dataclass(slots=True)
class Origin:
    """A log where it is written, and what its whole lines say so far. Scenarios are told by their ids."""

    path: Path
    size: int = 0
    began: str = ""
    over: bool = False
    files: dict[str, str] = field(default_factory=dict)
    ended: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """What the wall calls the run."""
        return "/".join(self.path.parts[-4:-1])

    @property
    def system(self) -> str:
        """Whose run it is."""
        return self.path.parts[-3]

    @property
    def is_alone(self) -> bool:
        """Whether it is a run of one LPS: the id of a run of two ends with the other's."""
        return "-" not in self.path.parts[-2]

    def look(self) -> None:
        """Read what is new."""
        with self.path.open("rb") as file:
            file.seek(self.size)
            new = file.read()
        new = new[: new.rfind(b"\n") + 1]
        self.size += len(new)
        for line in new.splitlines():
            if not self.began:
                self.began = json.loads(line)["at"]
            if b'"kind":"scenario_started"' in line:
                event = json.loads(line)["event"]
                self.files[event["scenario"]] = event["file"]
            elif b'"kind":"scenario_ended"' in line:
                event = json.loads(line)["event"]
                self.ended[event["scenario"]] = event["standing"]
            elif b'"kind":"run_ended"' in line:
                self.over = True


@dataclass(frozen=True, slots=True)
class Stand:
    """How far a run was at a moment: `least` and `most` scenarios that a wall which knows all of it counts, `by_capability` the
    least in each capability's cell. `alone`: no other LPS takes part.
    """

    system: str
    began: str
    least: int
    most: int
    by_capability: Mapping[str, int]
    alone: bool


class Origins:
    """All logs below `tops`."""

    def __init__(self, tops: Iterable[Path]) -> None:
        self._tops = list(tops)
        self.logs: dict[Path, Origin] = {}

    def look(self) -> dict[str, Stand]:
        """How far every run is now, by its name."""
        for top in self._tops:
            for path in top.glob(f"*/*/*/{LOG_NAME}"):
                if not (path.parent / "afsender.json").exists():  # else it is a mirror
                    self.logs.setdefault(path, Origin(path))
        stands = {}
        for each in self.logs.values():
            if not each.over:
                each.look()
            told = [name for name, standing in each.ended.items() if standing != _CUT_OFF]
            folders = Counter(PurePosixPath(each.files[name]).parts[1] for name in told)
            if each.began:
                stands[each.name] = Stand(each.system, each.began, len(told), len(each.ended), folders, each.is_alone)
        return stands


class Traffic:
    """One system's runs, one after another, until `stop`. They lie in `top`; with an address they are published there."""

    def __init__(self, system: str, top: Path, env: Mapping[str, str], publish: str, *options: str) -> None:
        self.system, self.top = system, top
        self._env = env
        self._publish = ["--publish", publish] if publish else []
        self._options = options
        self._process: asyncio.subprocess.Process | None = None
        self._stopping = False
        self._killed = asyncio.Event()
        self._go_on = asyncio.Event()
        self._next: list[str] = []
        self.runs = 0
        self.said: list[str] = []

    async def run(self) -> None:
        """Keep running."""
        command = self._fresh()
        while True:
            self.runs += command[0] == "run" and "--resume" not in command
            code, said = await self._once(command)
            if self._killed.is_set():
                await self._go_on.wait()
                self._killed.clear()
                self._go_on.clear()
                command = self._next
                continue
            if code not in (0, 1):
                if "--resume" in command:  # it was killed before it began, and cannot be resumed: what there is of it is sent
                    command = ["send", command[-1], "--reports", str(self.top), *self._publish]
                    continue
                self.said.append(f"{self.system}: lps {' '.join(command)}: exit code {code}\n{said}")
            if self._stopping:
                return
            command = self._fresh()

    def stop(self) -> None:
        """Begin no more runs."""
        self._stopping = True

    @property
    def is_running(self) -> bool:
        """Whether there is something to kill."""
        return self._process is not None and self._process.returncode is None and not self._killed.is_set()

    async def kill(self) -> None:
        """Kill the run and all its processes, as when its machine loses its power: none may write a line more."""
        assert self._process is not None, "asked for by is_running"
        self._killed.set()
        _kill_with_children(self._process.pid)
        await self._process.wait()

    def go_on(self, how: str) -> None:
        """Go on with what was killed: resume the run, or only send what there is of it."""
        newest = max(self.top.glob(f"*/{self.system}/*/{LOG_NAME}"), default=None)
        if newest is None or not newest.stat().st_size:
            self._next = self._fresh()
        elif how == "resume":
            self._next = [*self._chosen(), "--resume", newest.parent.name]
        else:
            self._next = ["send", str(newest.parent), *self._publish]
        self._go_on.set()

    def _fresh(self) -> list[str]:
        return [*self._chosen(), "--phase", "connectathon", *self._options]

    def _chosen(self) -> list[str]:
        return ["run", "--vendor", self.system, "--campaign", CAMPAIGN, "--reports", str(self.top), *self._publish]

    async def _once(self, command: list[str]) -> tuple[int, str]:
        self._process = await asyncio.create_subprocess_exec(
            *LPS,
            *command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
            cwd=ROOT,
            env=dict(self._env),
            start_new_session=True,
        )
        _, said = await self._process.communicate()
        return self._process.returncode or 0, said.decode("utf-8", "replace")[-600:]


def _kill_with_children(process: int) -> None:
    """Kill a process and those it has started, and those that these have. It is held first, so it starts no more."""
    with suppress(ProcessLookupError):
        os.kill(process, signal.SIGSTOP)
        for thread in Path(f"/proc/{process}/task").glob("*/children"):
            for child in thread.read_text(encoding="ascii").split():
                _kill_with_children(int(child))
        os.kill(process, signal.SIGKILL)
