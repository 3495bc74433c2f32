"""Races messages against waits: a plan is sent between 500 ms before and 500 ms after its step begins to wait.

uv run python bench/waits.py                   # 1,000 waits, six systems at once, about two minutes
uv run python bench/waits.py --waits 60 --json

Each system is a worker process as `lps run --target live` has it, on one real hub. Its plans go over TCP, one at a time, each
at a moment drawn anew. A wait is missed when it ends without its plan, and mixed up when it gets another one. The time counts
from when the whole message was handed to the network, or from when the step began to wait, whichever came last, until the step
went on.
"""

from __future__ import annotations

import argparse
import base64
import http.client
import json
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from harness.domain.careplan import CarePlan, Diagnosis, Disease  # noqa: E402
from harness.domain.patient import Organisation, Patient, Practitioner  # noqa: E402
from harness.house import find_house  # noqa: E402
from harness.hub.control import CONTROL_FILE, running_hub  # noqa: E402
from harness.record.inbox import Missing  # noqa: E402
from harness.runner.live import LiveStage  # noqa: E402
from harness.runner.options import prepare  # noqa: E402
from harness.runner.wish import Wish  # noqa: E402
from harness.standards.cda.build import build_cpd  # noqa: E402
from harness.steps.messages.judging import delivered  # noqa: E402
from harness.steps.messages.waiting import hands_in, stands_under  # noqa: E402
from harness.suite.vendors import load_vendors  # noqa: E402

EITHER_SIDE = 0.5
PATIENCE = 20.0


class Sender:
    """Sends one system's plans to the hub, each at its moment."""

    def __init__(self, address: str, patient: Patient) -> None:
        url = urlsplit(address)
        self._connection = http.client.HTTPConnection(url.netloc)
        self._path = f"{url.path}/plsp/forloebsplaner"
        self._plan = CarePlan(
            disease=Disease.KOL,
            patient=patient,
            diagnosis=Diagnosis("R95", "Kronisk obstruktiv lungesygdom", date(2026, 3, 2)),
            goals=(),
            interventions=("Opfølgning om 8 uger",),
            set_id="",
            document_id="",
            version=1,
            created=datetime.now(UTC),
            clinic=Organisation("Agerskov lægepraksis", "73091000016008"),
            author=Practitioner("Test", "Testlæge"),
        )
        self.sent_at = 0.0

    def message(self, mark: str) -> bytes:
        """A new plan with `mark` in its goal."""
        own = {"set_id": str(uuid.uuid4()), "document_id": str(uuid.uuid4()), "goals": (f"Gå 30 minutter hver dag {mark}",)}
        document = base64.b64encode(build_cpd(replace(self._plan, **own))).decode()  # type: ignore[arg-type]
        return json.dumps({"patient": str(self._plan.patient.cpr), "cpdVersion": "1.0.1", "dokument": document}).encode()

    def send(self, message: bytes, moment: float) -> None:
        """Send it when the clock says `moment`, and read the answer."""
        time.sleep(max(0.0, moment - time.monotonic()))
        self._connection.request("POST", self._path, message, {"Content-Type": "application/json"})
        self.sent_at = time.monotonic()
        response = self._connection.getresponse()
        response.read()
        assert response.status == 201, response.status


def work(system: str, control: Path, folder: Path, waits: int, seed: int) -> dict[str, Any]:
    """What one system's worker saw of its `waits`."""
    chance = random.Random(f"{seed} {system}")
    setup = prepare(Wish(vendor=system, target="live", hub=control, lps="http://127.0.0.1:1", rute="plsp"))
    stage = LiveStage(setup, folder)
    known = running_hub(control)
    assert known, "the hub runs"
    patient = next(iter(setup.patients.values()))
    sender = Sender(f"{known['address']}/{system}", patient)
    early: list[float] = []
    late: list[float] = []
    missed = mixed = 0
    for number in range(waits):
        story = stage.story(f"{seed} {system} {number}")
        message = sender.message(story.mark)
        begins = time.monotonic() + EITHER_SIDE
        sending = threading.Thread(target=sender.send, args=(message, begins + chance.uniform(-EITHER_SIDE, EITHER_SIDE)))
        sending.start()
        time.sleep(max(0.0, begins - time.monotonic()))
        waiting = time.monotonic()
        try:
            exchange = story.attempt.inbox.expect(hands_in([story.mark]) & stands_under(patient), PATIENCE)
        except Missing:
            missed += 1
        else:
            went_on = time.monotonic()
            plan = delivered(exchange)
            mixed += plan is None or story.mark not in " ".join(plan.goals)
            sending.join()
            (early if sender.sent_at < waiting else late).append(went_on - max(sender.sent_at, waiting))
        sending.join()
    stage.close()
    return {"early": early, "late": late, "missed": missed, "mixed": mixed}


@contextmanager
def hub(reports: Path) -> Iterator[Path]:
    """A hub of its own; its control file."""
    process = subprocess.Popen(
        [sys.executable, "-m", "harness.cli.main", "serve", "--port=0", f"--reports={reports}", "--until-stdin-ends"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
    )
    assert process.stdout is not None, "it is a pipe"
    assert process.stdin is not None, "it is a pipe"
    assert process.stdout.readline(), "the hub could not start"
    yield reports / CONTROL_FILE
    process.stdin.close()
    process.wait()


def race(waits: int, seed: int) -> dict[str, Any]:
    """All systems at once; what they saw together."""
    with tempfile.TemporaryDirectory(prefix="lps-waits-") as top, hub(Path(top)) as control:
        started = []
        systems = list(load_vendors(find_house()))
        for number, system in enumerate(systems):
            folder = Path(top) / "run" / system
            folder.mkdir(parents=True)
            own = waits // len(systems) + (number < waits % len(systems))
            arguments = [f"--worker={system}", f"--control={control}", f"--folder={folder}", f"--waits={own}", f"--seed={seed}"]
            started.append(subprocess.Popen([sys.executable, __file__, *arguments], stdout=subprocess.PIPE, cwd=ROOT))
        seen = [json.loads(process.communicate()[0] or "{}") for process in started]
    assert all(seen), "a worker failed"
    early, late = ([seconds * 1000 for each in seen for seconds in each[kind]] for kind in ("early", "late"))
    return {
        "waits": waits,
        "came_before_the_wait": len(early),
        "came_after": len(late),
        "missed": sum(each["missed"] for each in seen),
        "mixed_up": sum(each["mixed"] for each in seen),
        "before_ms": {"median": _share(early, 50), "p99": _share(early, 99)},
        "after_ms": {"median": _share(late, 50), "p99": _share(late, 99)},
    }


def _share(values: list[float], percent: int) -> float | None:
    return round(statistics.quantiles(values, n=100, method="inclusive")[percent - 1], 2) if len(values) > 1 else None


def main() -> int:
    """Run the bench; 1 when a wait was missed or mixed up."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--waits", type=int, default=1000)
    options.add_argument("--seed", type=int, default=random.randrange(10**6))
    options.add_argument("--json", action="store_true")
    options.add_argument("--worker", default="", help=argparse.SUPPRESS)
    options.add_argument("--control", type=Path, help=argparse.SUPPRESS)
    options.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.worker:
        print(json.dumps(work(given.worker, given.control, given.folder, given.waits, given.seed)))
        return 0
    print(f"seed {given.seed}", file=sys.stderr)
    result = race(given.waits, given.seed)
    print(json.dumps(result) if given.json else "\n".join(f"{name:22} {value}" for name, value in result.items()))
    return 1 if result["missed"] or result["mixed_up"] else 0


if __name__ == "__main__":
    sys.exit(main())
