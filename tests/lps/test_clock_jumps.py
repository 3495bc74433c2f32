"""The machine's clock is set forth and back in a run: lines keep their order, waits their length, verdicts their grounds."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Iterator
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any

import pytest
from junitparser import JUnitXml
from rehearsal import rehearse, scenarios

import harness.hub.clock
import harness.record.log
from harness.hub.clock import LiveClock
from harness.record.log import LOG_NAME, read_log
from harness.record.result import Result, read_result
from harness.reporting.machine.junit import junit
from harness.runner.wish import Wish

JUMPS = tuple(timedelta(hours=hours) for hours in (0, 0, 0, 26, 26, -3, -3, 1, -400, 0, 9000))
"""How far off the clock is, one reading after another."""


@pytest.fixture
def jumping(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock of the machine, as the log and the hub read it."""
    off: Iterator[timedelta] = itertools.cycle(JUMPS)

    class Jumping(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Any:
            return datetime.now(tz) + next(off)

    for module in (harness.record.log, harness.hub.clock):
        monkeypatch.setattr(module, "datetime", Jumping)


def test_a_run_comes_to_the_same_and_no_line_and_no_report_goes_back_in_time(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    asked = Wish(campaign="diagnosekort", faults=("diagnosekort-taber-sks-koden",))
    chosen = scenarios("diagnosekort")[:12]
    steady = tmp_path / "roligt"
    rehearse(steady, asked, chosen)
    request.getfixturevalue("jumping")
    jumped = tmp_path / "springende"
    rehearse(jumped, asked, chosen)

    calm, restless = read_result(steady), read_result(jumped)
    assert standings(restless) == standings(calm)
    assert {"OK", "F2"} <= set(standings(calm).values())
    assert restless.verdict == calm.verdict
    written = [entry.at for entry in read_log(jumped / LOG_NAME)]
    assert written == sorted(written)
    assert written[-1] - written[0] > timedelta(days=300)  # the clock did jump
    assert all(case.time >= 0 for case in JUnitXml.fromstring(junit(restless, Path())))
    assert all(state.ended >= state.began for state in restless.state.scenarios.values() if state.began and state.ended)


def standings(result: Result) -> dict[str, str]:
    return {name: str(result.standing(state)) for name, state in result.state.scenarios.items()}


@pytest.mark.usefixtures("jumping")
def test_a_wait_is_as_long_as_it_was_to_be() -> None:
    async def test() -> None:
        clock = LiveClock(asyncio.get_running_loop(), lambda action: action(), tempo=100)
        done, before = asyncio.Event(), clock.now()
        clock.call_in(1, done.set)
        readings = [clock.now() for _ in range(50)]
        assert readings == sorted(readings)
        async with asyncio.timeout(20):
            await done.wait()
        assert timedelta(seconds=1) <= clock.now() - before < timedelta(hours=1)

    asyncio.run(test())
