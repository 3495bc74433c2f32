"""Kills the hub, the runs and their workers while six systems are tested by testers, and counts what was lost or asked twice.

uv run python bench/attended.py                   # 100 kills; a quarter of an hour
uv run python bench/attended.py --kills 6 --seed 1

Each system has a run of its own and a scripted tester, who works at a reference LPS in a process that nobody kills: a real LPS
has its record on a disk. Whatever was killed is started again, the runs with `lps run --resume`. Beside the LPS somebody sends
the hub numbered messages, and notes which were acknowledged. Linux only: which process is which is read in /proc.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "runner")]

import httpx  # noqa: E402
from scripted_tester import ScriptedTester  # type: ignore[import-not-found]  # noqa: E402

from harness.domain.errors import BadInput, HarnessError  # noqa: E402
from harness.domain.event import Answered, Exchanged  # noqa: E402
from harness.hub.control import CONTROL_FILE  # noqa: E402
from harness.record.exchanges import happened  # noqa: E402
from harness.record.fold import fold  # noqa: E402
from harness.record.log import LOG_NAME, read_cut_log, read_log  # noqa: E402
from harness.runner.hub_line import HubLine  # noqa: E402

SYSTEMS = ("eg-clinea", "eg-winplc", "multimed", "myclinic", "novax", "xmo")
SCENARIOS = "id:DEL-01 or id:DEL-05 or id:HENV-07 or id:HENV-01 or id:PLAN-01"
TEMPO = 20
"""A hub that is started again goes on from the wall's time, the reference LPS never stops: more tempo takes them days apart."""
LONGEST_LIFE = 4.0
"""Seconds between two kills, at most."""
LOOK = 0.05
"""Seconds between two looks at the desk."""
NUMBER = "x-nummer"
_LPS = (sys.executable, "-m", "harness.cli.main")


@dataclass(slots=True)
class Tally:
    """What is counted. Only `kills`, `rounds`, `answers` and `messages` may be above 0 in the end."""

    kills: Counter[str] = field(default_factory=Counter)
    rounds: int = 0
    answers: int = 0
    messages: int = 0
    answers_lost: list[str] = field(default_factory=list)
    messages_lost: list[str] = field(default_factory=list)
    messages_twice: list[str] = field(default_factory=list)
    results_lost: list[str] = field(default_factory=list)
    asked_twice: list[str] = field(default_factory=list)
    broken_logs: list[str] = field(default_factory=list)
    not_ok: list[str] = field(default_factory=list)

    @property
    def wrong(self) -> list[str]:
        """Whatever happened that must not."""
        return [
            f"{name}: {each}"
            for name in (
                "answers_lost",
                "messages_lost",
                "messages_twice",
                "results_lost",
                "asked_twice",
                "broken_logs",
                "not_ok",
            )
            for each in getattr(self, name)
        ]


def lps(*arguments: str, waits: bool = False) -> subprocess.Popen[str]:
    """`lps` with `arguments`; its standard output is a pipe where somebody `waits` for what it says."""
    return subprocess.Popen(
        [*_LPS, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE if waits else subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        encoding="utf-8",
        cwd=ROOT,
        start_new_session=True,
    )


def said_by(process: subprocess.Popen[str]) -> str:
    """The line by which it says that it is ready."""
    assert process.stdout is not None, "somebody waits for it"
    return process.stdout.readline().strip()


class Hub:
    """The hub in `reports`, on the same port whenever it is started."""

    def __init__(self, reports: Path) -> None:
        self._reports = reports
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{self._port}"
        self.process = self._start()

    def _start(self) -> subprocess.Popen[str]:
        process = lps("serve", f"--port={self._port}", f"--reports={self._reports}", f"--tempo={TEMPO}", waits=True)
        said_by(process)
        return process

    def keep_up(self) -> None:
        """Start it again where it is gone."""
        if self.process.poll() is not None:
            self.process = self._start()


class Case:
    """One system: its run, its tester and whoever sends numbered messages beside it."""

    def __init__(self, system: str, reports: Path, hub: Hub, reference: str, tally: Tally) -> None:
        self.system = system
        self._reports = reports
        self._hub = hub
        self._tester = ScriptedTester(f"{reference}/{system}", f"Tester af {system}")
        self._tally = tally
        self._prepared: dict[str, dict[str, Any]] = {}
        self._acknowledged: set[str] = set()
        self._numbers: list[int] = []
        self._sent = 0
        self._over = threading.Event()
        self.run: subprocess.Popen[str] | None = None
        self._threads = [threading.Thread(target=each, daemon=True) for each in (self._work, self._send)]
        for thread in self._threads:
            thread.start()

    @property
    def logs(self) -> list[Path]:
        """Its runs' logs, the newest last."""
        return sorted(self._reports.glob(f"kol-lrs-2027/{self.system}/*/{LOG_NAME}"))

    @property
    def whole(self) -> bool:
        """Whether the run has carried out all it planned."""
        state = fold(read_cut_log(self.logs[-1])) if self.logs else None
        return state is not None and state.seconds is not None

    def keep_up(self) -> None:
        """Start the run, or go on with it where it is gone."""
        if (self.run is None or self.run.poll() is not None) and not self.whole:
            begun = bool(self.logs) and self.logs[-1].stat().st_size > 0
            own = ["--resume"] if begun else ["--driver=attended", "--target=live", f"--tempo={TEMPO}", f"--tag={SCENARIOS}"]
            self.run = lps("run", f"--vendor={self.system}", f"--reports={self._reports}", *own)

    def begin_anew(self) -> None:
        """The next run begins."""
        self._prepared.clear()
        self._acknowledged.clear()
        own = ["--driver=attended", "--target=live", f"--tempo={TEMPO}", f"--tag={SCENARIOS}"]
        self.run = lps("run", f"--vendor={self.system}", f"--reports={self._reports}", *own)

    def _work(self) -> None:
        """Answer whatever is asked, until it is over."""
        line: HubLine | None = None
        while not self._over.wait(LOOK):
            try:
                line = line or HubLine(self._reports / CONTROL_FILE)
                prompt = line.do("desk", system=self.system)["prompt"]
                if prompt:
                    self._answer(line, prompt)
            except HarnessError:
                if line is not None and line.gone:
                    line.close()
                    line = None
            except httpx.TransportError as error:
                self._tally.not_ok.append(f"{self.system}: the reference LPS does not answer ({error})")
        if line is not None:
            line.close()

    def _answer(self, line: HubLine, prompt: dict[str, Any]) -> None:
        name = prompt["id"]
        scenario, attempt, number = name.rsplit("/", 2)
        if name in self._acknowledged or (attempt != "1" and f"{scenario}/{int(attempt) - 1}/{number}" in self._acknowledged):
            self._tally.asked_twice.append(f"{self.system} {name}")
        if name not in self._prepared:
            self._prepared[name] = self._tester.answer(prompt)
        line.do("answer", system=self.system, prompt=name, answer=self._prepared[name])
        self._acknowledged.add(name)
        self._tally.answers += 1

    def _send(self) -> None:
        """Send numbered messages, and note which the hub acknowledged."""
        with httpx.Client(timeout=5.0) as client:
            while not self._over.wait(LOOK):
                self._sent += 1
                with suppress(httpx.TransportError):
                    client.get(f"{self._hub.address}/{self.system}/cockpit/maaling", headers={NUMBER: str(self._sent)})
                    self._numbers.append(self._sent)

    def check(self) -> None:
        """Look at a whole run: every answer and verdict stands in its log, and each scenario is OK or awaits a decision."""
        log = self.logs[-1]
        try:
            entries = list(read_log(log))
            list(happened(entries, log.parent))
        except (BadInput, OSError) as error:
            self._tally.broken_logs.append(f"{log}: {error}")
            return
        answered = {entry.event.prompt for entry in entries if isinstance(entry.event, Answered)}
        self._tally.answers_lost += [f"{self.system} {name}" for name in self._acknowledged - answered]
        state = fold(entries)
        assert state.started is not None, "a whole run has begun"
        self._tally.results_lost += [f"{self.system} {name}" for name in set(state.started.planned) - set(state.scenarios)]
        bad = [f"{self.system} {name}: {each.standing} {each.reason}" for name, each in state.scenarios.items() if each.findings]
        bad += [f"{self.system} {name}: {each.reason}" for name, each in state.scenarios.items() if not each.carried_out]
        self._tally.not_ok += bad

    def end(self) -> None:
        """Nobody works any more; every message that was acknowledged stands in a log, once."""
        self._over.set()
        for thread in self._threads:
            thread.join()
        self._tester.close()
        kept: Counter[int] = Counter()
        for log in self._reports.glob(f"*/{self.system}/*/{LOG_NAME}"):
            for entry in read_cut_log(log):
                if isinstance(entry.event, Exchanged):
                    kept.update(int(value) for name, value in entry.event.request_headers if name == NUMBER)
        self._tally.messages += len(self._numbers)
        self._tally.messages_lost += [f"{self.system} {number}" for number in self._numbers if not kept[number]]
        self._tally.messages_twice += [f"{self.system} {number}" for number, count in kept.items() if count > 1]


def victims(hub: Hub, cases: list[Case]) -> dict[str, list[int]]:
    """What runs just now and may be killed, by its role."""
    runs = [case.run.pid for case in cases if case.run is not None and case.run.poll() is None]
    workers = []
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            parent = int((folder / "stat").read_text("utf-8").rsplit(")", 1)[1].split()[1])
            if parent in runs and b"harness.runner.worker" in (folder / "cmdline").read_bytes():
                workers.append(int(folder.name))
    found = {"hub": [hub.process.pid] if hub.process.poll() is None else [], "run": runs, "worker": workers}
    return {role: pids for role, pids in found.items() if pids}


def torment(kills: int, chance: random.Random, reports: Path, tally: Tally) -> None:
    """Kill so many times, and let what is left come to its end."""
    hub = Hub(reports)
    reference = lps("reference", f"--services={hub.address}", "--port=0", f"--tempo={TEMPO}", waits=True)
    address = said_by(reference)
    cases = [Case(system, reports, hub, address, tally) for system in SYSTEMS]
    due = time.monotonic() + chance.uniform(0.0, LONGEST_LIFE)
    try:
        for case in cases:
            case.begin_anew()
        while tally.kills.total() < kills or not all(case.whole for case in cases):
            if all(case.whole for case in cases):
                finish(cases, tally)
                for case in cases:
                    case.begin_anew()
            if time.monotonic() >= due and tally.kills.total() < kills:
                found = victims(hub, cases)
                role = chance.choice(sorted(found))
                with suppress(ProcessLookupError):
                    os.kill(chance.choice(found[role]), signal.SIGKILL)
                    tally.kills[role] += 1
                due = time.monotonic() + chance.uniform(0.0, LONGEST_LIFE)
            time.sleep(LOOK)
            hub.keep_up()
            for case in cases:
                case.keep_up()
        finish(cases, tally)
        for case in cases:
            case.end()
    finally:
        for process in (reference, hub.process, *(case.run for case in cases if case.run is not None)):
            process.kill()
            process.wait()


def finish(cases: list[Case], tally: Tally) -> None:
    """A round is over: every run is whole."""
    for case in cases:
        if case.run is not None:
            case.run.wait()
        case.check()
    tally.rounds += 1
    print(f"{tally.kills.total()} kills, {tally.rounds} rounds, {tally.answers} answers", flush=True)


def main() -> int:
    """Run the bench; 1 when anything happened that must not."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--kills", type=int, default=100)
    options.add_argument("--seed", type=int, default=random.randrange(10**6))
    options.add_argument("--json", action="store_true")
    given = options.parse_args()
    print(f"seed {given.seed}", file=sys.stderr)
    tally = Tally()
    with tempfile.TemporaryDirectory(prefix="lps-attended-", ignore_cleanup_errors=True) as folder:
        torment(given.kills, random.Random(given.seed), Path(folder), tally)
    for text in tally.wrong:
        print(text, file=sys.stderr)
    counts = {
        name: len(found) if isinstance(found, list) else found for name in Tally.__slots__ for found in [getattr(tally, name)]
    }
    print(json.dumps(counts) if given.json else "\n".join(f"{name:15} {count}" for name, count in counts.items()))
    return 1 if tally.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
