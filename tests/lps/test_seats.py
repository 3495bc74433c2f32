"""The same scenarios by simulator, relay and read-back: a second hub stands in the real service's place."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from rehearsal import HOUSE, _carry_out, _prepared, scenarios

from harness.cli.reference import _System
from harness.domain.event import Event, Exchanged, Judged
from harness.domain.exchange import Request, Response
from harness.domain.grade import Beside, Grade
from harness.domain.seat import Seat, Seating
from harness.hub.control import CONTROL_FILE
from harness.hub.http import HttpDoor
from harness.hub.hub import Hub
from harness.record.fold import RunState, fold
from harness.record.log import LOG_NAME, read_log
from harness.runner.mock import services
from harness.runner.options import RunSetup, Wish
from harness.runner.session import RunSession
from harness.suite.patients import allowed_cprs

SYSTEM = "reference"
TEMPO = 20.0
SHORT = 60.0
"""Seconds on the run's clock: here nothing takes longer to arrive."""
CHOSEN = ("DEL-01[KOL]", "DEL-03", "DEL-06", "DEL-07", "DEL-10[er optaget]", "DEL-20[KOL]", "DEL-21")
KINDS = ("simulator", "gennemstilling", "aflæsning")


class Hall:
    """Two hubs and reference systems, each in the same thread: `far` is the real service's."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.near, self.far = (
            Hub(folder / name, (SYSTEM,), services, allowed_cprs(HOUSE), TEMPO) for name in ("nær", "fjern")
        )
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.near_address, self.far_address = (self.do(hub.start("127.0.0.1", 0))[0] for hub in (self.near, self.far))
        self._doors: list[HttpDoor] = []
        self._runs = 0

    def do(self, what: Any) -> Any:
        done: Future[Any] = asyncio.run_coroutine_threadsafe(what, self._loop)
        return done.result(60)

    def lps(self, setup: RunSetup, services: str) -> str:
        """Start a reference system that finds the services there; where its test interface is."""

        async def start() -> str:
            system = _System(setup, services, True, TEMPO)

            async def answer(request: Request) -> Response:
                return await system.answer(replace(request, path=request.path.removeprefix(f"/{SYSTEM}")))

            self._doors.append(HttpDoor(answer, frozenset({"localhost"})))
            return f"http://127.0.0.1:{await self._doors[-1].start('127.0.0.1')}"

        address: str = self.do(start())
        return address

    def run(self, kind: str, wish: Wish, names: tuple[str, ...], **changes: Any) -> list[Event]:
        """The events of one run of the scenarios called `names`."""
        self._runs += 1
        folder = self.folder / f"kørsel-{self._runs}"
        folder.mkdir()
        setup = replace(_prepared(replace(wish, faults=())), faults=frozenset(wish.faults))
        seats = {entrance: self.seating(kind, entrance) for entrance in ("dros", "dds", "plsp")}
        lps = self.lps(setup, self.far_address if kind == Seat.READ_BACK else self.near_address)
        live = {"target": "live", "tempo": TEMPO, "hub": self.folder / "nær" / CONTROL_FILE, "lps": lps}
        setup = replace(setup, vendor=replace(setup.vendor, seats=seats), **live, **changes)
        todo = [each for each in scenarios() if each.id in names]
        run = RunSession(setup, folder, tuple(each.id for each in todo))
        try:
            for scenario in todo:
                run.begin(scenario)
                if reason := run.out_of_reach(scenario):
                    run.end(Beside.UNTESTABLE, reason)
                elif reason := run.irrelevant(scenario):
                    run.end(Grade.IR, reason)
                else:
                    run.carry_out(lambda each=scenario: _carry_out(run, each))  # type: ignore[misc]
        finally:
            run.close()
        return [entry.event for entry in read_log(folder / LOG_NAME)]

    def seating(self, kind: str, entrance: str) -> Seating:
        return Seating(Seat(kind), "" if kind == "simulator" else f"{self.far_address}/{SYSTEM}/{entrance}")

    def end(self) -> None:
        for stopped in [*(door.stop() for door in self._doors), self.near.stop(), self.far.stop()]:
            self.do(stopped)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    hall = Hall(tmp_path_factory.mktemp("hal"))
    yield hall
    hall.end()


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harness.steps.story.ARRIVAL_SECONDS", SHORT)
    monkeypatch.setattr("harness.steps.story.QUIET_SECONDS", 10.0)


def state(events: list[Event], hall: Hall) -> RunState:
    return fold(entry for entry in read_log(hall.folder / f"kørsel-{hall._runs}" / LOG_NAME))


def standings(hall: Hall, kind: str, wish: Wish, names: tuple[str, ...] = CHOSEN) -> dict[str, str]:
    hall.run(kind, wish, names)
    return {name: f"{each.standing}: {each.reason}"[:160] for name, each in state([], hall).scenarios.items()}


def test_try(hall: Hall) -> None:
    import time

    for rute in ("direkte", "plsp"):
        for kind in KINDS:
            t = time.time()
            print(rute, kind)
            for name, told in standings(hall, kind, Wish(rute=rute)).items():
                print("   ", name, told)
            print(time.time() - t)
