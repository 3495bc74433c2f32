"""Kills the harness's processes at random moments, resumes the run, and counts what was lost.

uv run python bench/deaths.py                  # 100 kills: parent, worker, hub and reference LPS; half an hour
uv run python bench/deaths.py --kills 6 --seed 1

One of the roles that run just then is drawn, and killed (SIGKILL), at any moment of the time a whole run takes; then
`lps run --resume` goes on, and is killed again, until the run is whole and the next one begins. Linux only: which processes
are left is read in /proc.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import select
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from harness.domain.errors import BadInput  # noqa: E402
from harness.domain.event import ScenarioEnded  # noqa: E402
from harness.domain.grade import Beside, Grade, parse_standing  # noqa: E402
from harness.record.evidence import EVIDENCE_NAME  # noqa: E402
from harness.record.exchanges import happened  # noqa: E402
from harness.record.fold import fold  # noqa: E402
from harness.record.log import LOG_NAME, Entry, read_cut_log, read_log  # noqa: E402

PATIENCE = 120.0
"""Seconds for what is left of a run to end by itself; whatever is there afterwards is an orphan."""
ROLES = {
    "worker": "harness.runner.worker",
    "hub": "harness.cli.main serve",
    "reference": "harness.cli.main reference",
    "parent": "harness.cli.main run",
}
SYSTEMS = "novax,xmo"
SCENARIOS = "id:DEL-01 or id:DEL-05 or id:DEL-07 or id:DEL-20"
LONGEST = 10.0
"""Seconds from the start of a command until the kill, at most."""
TRIES = 20
"""How often in a row a run may be gone on with that neither is killed nor comes to its end: then something refuses it."""


@dataclass(slots=True)
class Tally:
    """What is counted. Only `kills`, `runs` and `carried_out` may be above 0 in the end."""

    kills: Counter[str] = field(default_factory=Counter)
    runs: int = 0
    carried_out: int = 0
    too_late: int = 0
    lost: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    orphans: list[str] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)

    @property
    def wrong(self) -> bool:
        """Whether anything happened that must not."""
        return any((self.lost, self.twice, self.broken, self.orphans, self.findings))


class Processes:
    """Starts `lps` with a mark of its own in the environment, and finds every process that carries it."""

    def __init__(self) -> None:
        self._mark = f"LPS_MARK={uuid.uuid4().hex}"
        self._words = tempfile.TemporaryFile()  # noqa: SIM115  # open as long as a process writes it

    @property
    def said(self) -> str:
        """What it said, in the end."""
        self._words.seek(0)
        return self._words.read().decode("utf-8", "replace")

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        """`lps` with `arguments`; what it says is kept for `said`."""
        name, _, value = self._mark.partition("=")
        return subprocess.Popen(
            [sys.executable, "-m", "harness.cli.main", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=self._words,
            stderr=subprocess.STDOUT,
            cwd=ROOT,
            env={**os.environ, name: value, "PYTHONUTF8": "1"},
        )

    def running(self) -> dict[int, str]:
        """The marked processes, and their command lines."""
        found = {}
        for folder in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):  # it ended while we looked
                if self._mark.encode() in (folder / "environ").read_bytes().split(b"\0"):
                    found[int(folder.name)] = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        return found

    def by_role(self) -> dict[str, list[int]]:
        """The marked processes by what they are in a run."""
        running = self.running()
        return {role: pids for role, words in ROLES.items() if (pids := [pid for pid, line in running.items() if words in line])}

    def wait(self, seconds: float) -> dict[int, str]:
        """Those still running when each has had `seconds` to end."""
        for pid in self.running():
            with suppress(ProcessLookupError):
                ending = os.pidfd_open(pid)
                try:
                    select.select([ending], [], [], seconds)
                finally:
                    os.close(ending)
        return self.running()


class Deaths:
    """One bench: its reports lie in `folder`."""

    def __init__(self, folder: Path, seed: int, target: str) -> None:
        self._folder = folder
        self._chance = random.Random(seed)
        self._target = target
        self._tries = 0
        self._span = 0.0
        self.tally = Tally()

    def run(self, kills: int) -> None:
        """Let one run alone, to know how long it takes; then kill `kills` times, and let the last run come to its end."""
        began = time.monotonic()
        self._let_end(self._folder / "alone")
        self._span = time.monotonic() - began
        self._look_at(self._folder / "alone")
        while self.tally.kills.total() < kills:
            reports = self._folder / str(self.tally.runs)
            begun = False
            self._tries = 0
            while self.tally.kills.total() < kills and not self._whole(reports):
                self._start_and_kill(reports, resume=begun)
                begun = any(reports.glob(f"*/*/*/{LOG_NAME}"))
            while not self._whole(reports):
                self._let_end(reports)
            self.tally.runs += 1
            self._look_at(reports)
            self._say()

    def _arguments(self, reports: Path, *, resume: bool) -> list[str]:
        arguments = ["run", f"--vendor={SYSTEMS}", f"--reports={reports}"]
        if resume:
            return [*arguments, "--resume"]
        live = ["--target=live", "--tempo=60"] if self._target == "live" else []
        return [*arguments, f"--tag={SCENARIOS}", *live]

    def _start_and_kill(self, reports: Path, *, resume: bool) -> None:
        before = self._finished(reports)
        processes = Processes()
        parent = processes.start(*self._arguments(reports, resume=resume))
        with suppress(subprocess.TimeoutExpired):
            parent.wait(self._chance.uniform(0.0, self._span))
        roles = processes.by_role()
        if roles:
            role = self._chance.choice(sorted(roles))
            with suppress(ProcessLookupError):
                os.kill(self._chance.choice(roles[role]), signal.SIGKILL)
                self.tally.kills[role] += 1
                self._tries = 0
        else:
            self.tally.too_late += 1
        self._ended(processes, parent)
        self._compare(reports, before)

    def _let_end(self, reports: Path) -> None:
        before = self._finished(reports)
        processes = Processes()
        parent = processes.start(*self._arguments(reports, resume=any(reports.glob(f"*/*/*/{LOG_NAME}"))))
        parent.wait()
        self._ended(processes, parent)
        self._compare(reports, before)

    def _ended(self, processes: Processes, parent: subprocess.Popen[bytes]) -> None:
        left = processes.wait(PATIENCE)
        parent.wait()
        for pid, line in left.items():
            self.tally.orphans.append(line)
            os.kill(pid, signal.SIGKILL)
        self._tries += 1
        if self._tries > TRIES:
            raise RuntimeError(f"the run comes to no end:\n{processes.said}")

    def _finished(self, reports: Path) -> dict[str, tuple[int, str]]:
        """By run and scenario, the attempt that came to a verdict, and the verdict. Notes what came to one twice."""
        found: dict[str, tuple[int, str]] = {}
        for log in sorted(reports.glob(f"*/*/*/{LOG_NAME}")):
            for entry in self._entries(log):
                event = entry.event
                if isinstance(event, ScenarioEnded) and _is_verdict(event.standing):
                    name = f"{log.parent.parent.name} {log.parent.name} {event.scenario}"
                    if name in found:
                        self.tally.twice.append(name)
                    found[name] = (event.attempt, event.standing)
        return found

    def _entries(self, log: Path) -> list[Entry]:
        try:
            return list(read_cut_log(log))
        except BadInput as error:
            self.tally.broken.append(f"{log}: {error}")
            return []

    def _compare(self, reports: Path, before: dict[str, tuple[int, str]]) -> None:
        after = self._finished(reports)
        self.tally.lost += [name for name, verdict in before.items() if after.get(name) != verdict]

    def _whole(self, reports: Path) -> bool:
        """Whether every system's newest run has carried out all it planned."""
        folders = [folder for folder in reports.glob("kol-lrs-2027/*") if folder.is_dir()]
        newest = [sorted(folder.glob(f"*/{LOG_NAME}"))[-1:] for folder in folders]
        if len(folders) < len(SYSTEMS.split(",")) or not all(newest):
            return False
        states = [fold(self._entries(log)) for (log,) in newest]
        return all(
            state.started is not None
            and state.seconds is not None
            and {name for name, each in state.scenarios.items() if each.carried_out} >= set(state.started.planned)
            for state in states
        )

    def _look_at(self, reports: Path) -> None:
        """A whole run's logs are valid to the last line, with all their evidence, and an honest LPS has no finding."""
        for log in sorted(reports.glob(f"kol-lrs-2027/*/*/{LOG_NAME}")):
            entries = self._entries(log)
            state = fold(entries)
            if state.seconds is None:
                continue  # a run that was killed before it could be resumed, and begun anew
            try:
                assert len(list(happened(read_log(log), log.parent))) > 0, "messages were exchanged"
            except (BadInput, OSError) as error:
                self.tally.broken.append(f"{log}: {error}")
            if any((log.parent / EVIDENCE_NAME).glob("*.ny")):
                self.tally.broken.append(f"{log}: half a body")
            self.tally.carried_out += sum(each.carried_out for each in state.scenarios.values())
            self.tally.findings += [str(finding) for finding in state.findings]

    def _say(self) -> None:
        tally = self.tally
        killed = ", ".join(f"{role} {count}" for role, count in sorted(tally.kills.items()))
        print(f"{tally.kills.total()} kills ({killed}), {tally.runs} runs, {tally.carried_out} scenarios carried out", flush=True)


def _is_verdict(standing: str) -> bool:
    parsed = parse_standing(standing)
    return isinstance(parsed, Grade) or parsed is Beside.AWAITING


def main() -> int:
    """Run the bench; 1 when anything happened that must not."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--kills", type=int, default=100)
    options.add_argument("--seed", type=int, default=random.randrange(10**6))
    options.add_argument("--target", choices=("live", "mock"), default="live")
    options.add_argument("--json", action="store_true")
    given = options.parse_args()
    print(f"seed {given.seed}", file=sys.stderr)
    with tempfile.TemporaryDirectory(prefix="lps-deaths-") as folder:
        deaths = Deaths(Path(folder), given.seed, given.target)
        deaths.run(given.kills)
    tally = deaths.tally
    counts = {
        "kills": dict(tally.kills),
        "runs": tally.runs,
        "carried_out": tally.carried_out,
        "lost": len(tally.lost),
        "run_twice": len(tally.twice),
        "broken_logs": len(tally.broken),
        "orphans": len(tally.orphans),
        "false_findings": len(tally.findings),
    }
    for text in (*tally.lost, *tally.twice, *tally.broken, *tally.orphans, *tally.findings):
        print(text, file=sys.stderr)
    print(json.dumps(counts) if given.json else "\n".join(f"{name:15} {value}" for name, value in counts.items()))
    return 1 if tally.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
