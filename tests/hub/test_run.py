from __future__ import annotations

import asyncio
import errno
import json
import os
import threading
from pathlib import Path
from typing import Any

import pytest
from over_tcp import Watched, run

from harness.domain.errors import EnvironmentFault
from harness.domain.event import Event, Exchanged, Observed
from harness.domain.exchange import Request, Response
from harness.hub.run import LiveRun, Place
from harness.record.evidence import read_evidence
from harness.record.log import LOG_NAME, read_log
from harness.services.service import Order


def to(what: str, body: bytes = b"") -> Request:
    return Request("POST", f"/p/{what}", (), body)


async def opened(folder: Path, *, resume: bool = False) -> tuple[LiveRun, Watched]:
    folder.mkdir(exist_ok=True)
    service = Watched()
    return await LiveRun.open(Place(folder, frozenset(), resume=resume), lambda: [service]), service


def events(folder: Path) -> list[Event]:
    return [entry.event for entry in read_log(folder / LOG_NAME)]


class Listener:
    """Every line it is told, and a way to wait for a word in one."""

    def __init__(self) -> None:
        self.lines: list[bytes] = []
        self._came = asyncio.Event()

    def __call__(self, line: bytes) -> None:
        self.lines.append(line)
        self._came.set()

    @property
    def numbers(self) -> list[int]:
        return [json.loads(line)["seq"] for line in self.lines]

    async def until(self, word: str) -> None:
        while not any(word in line.decode() for line in self.lines):
            self._came.clear()
            await self._came.wait()


def test_turns_of_one_run_never_overlap_and_two_runs_go_side_by_side(tmp_path: Path) -> None:
    async def test() -> None:
        one, service = await opened(tmp_path / "en")
        two, other = await opened(tmp_path / "to")
        held = asyncio.create_task(one.receive("lps", to("vent")))
        await asyncio.to_thread(service.inside.wait)
        later = [asyncio.create_task(one.receive("lps", to(f"b{number}"))) for number in range(20)]
        order = asyncio.create_task(one.order("prøve", Order("x", {"værdi": "y"})))
        assert await two.receive("lps", to("a")) == Response(200, b"svar a")
        assert other.steps == ["ind a", "ud a"]
        assert service.steps == ["ind vent"]
        assert not held.done()
        assert not order.done()
        service.go_on.set()
        await asyncio.gather(held, order, *later)
        names = ["vent", *(f"b{number}" for number in range(20))]
        assert service.steps == [step for name in names for step in (f"ind {name}", f"ud {name}")]
        await one.close()
        await two.close()

    run(test)


def test_an_exchange_is_on_the_disk_before_its_answer_is_given(tmp_path: Path) -> None:
    async def test() -> None:
        one, _ = await opened(tmp_path)
        for number in range(5):
            body = f"indhold {number}".encode()
            answer = await one.receive("lps", to("a", body))
            event = events(tmp_path)[-1]
            assert isinstance(event, Exchanged)
            assert read_evidence(tmp_path, event.request) == body
            assert isinstance(answer, Response)
            assert read_evidence(tmp_path, event.response) == answer.body
        await one.close()

    run(test)


def test_a_listener_hears_every_line_once_and_in_order_also_from_the_middle(tmp_path: Path) -> None:
    async def test() -> None:
        one, _ = await opened(tmp_path)
        listeners = [Listener() for _ in range(20)]

        async def write(number: int) -> None:
            assert await one.append(Observed(f"linje {number}")) >= 0

        await asyncio.gather(
            *(each for number, listener in enumerate(listeners) for each in (one.listen(listener), write(number), write(-number)))
        )
        await one.settle()
        assert all(listener.numbers == list(range(40)) for listener in listeners)
        assert all(b"".join(listener.lines) == (tmp_path / LOG_NAME).read_bytes() for listener in listeners)
        await one.close()

    run(test)


def test_what_was_written_is_told_before_its_number_is_answered(tmp_path: Path) -> None:
    async def test() -> None:
        one, _ = await opened(tmp_path)
        listener = Listener()
        await one.listen(listener)
        for number in range(20):
            assert await one.append(Observed("x")) == number
            assert listener.numbers[-1] == number
        await one.close()

    run(test)


def test_deliveries_are_made_and_settled(tmp_path: Path) -> None:
    async def test() -> None:
        one, service = await opened(tmp_path)
        listener = Listener()
        await one.listen(listener)
        await one.receive("lps", to("lever"))
        await listener.until("faldet på plads")
        assert service.steps == ["ind lever", "ud lever", "ind modtag", "ud modtag"]
        assert service.settled == ["k"]
        await one.close()

    run(test)
    senders = [event.sender for event in events(tmp_path) if isinstance(event, Exchanged)]
    assert senders == ["lps", "prøve"]


def test_a_defect_is_seen_in_the_log_without_foreign_numbers_and_the_run_goes_on(tmp_path: Path) -> None:
    async def test() -> None:
        one, _ = await opened(tmp_path)
        listener = Listener()
        await one.listen(listener)
        await one.receive("lps", to("lever-galt"))
        await listener.until("Fejl i testharnesset: RuntimeError: ")
        defect: Any = await asyncio.gather(one.receive("lps", to("galt")), return_exceptions=True)
        assert isinstance(defect[0], RuntimeError)
        assert await one.receive("lps", to("a")) == Response(200, b"svar a")
        await one.close()

    run(test)
    seen = [event.text for event in events(tmp_path) if isinstance(event, Observed)]
    assert len(seen) == 2
    assert all(text.startswith("Fejl i testharnesset: RuntimeError: ") and "2512489990" not in text for text in seen)


def test_what_the_disk_did_not_take_has_not_happened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    full = threading.Event()
    fsync = os.fsync
    made: list[Watched] = []

    def sometimes(handle: int) -> None:
        if full.is_set():
            raise OSError(errno.ENOSPC, "ingen plads")
        fsync(handle)

    def services() -> list[Watched]:
        made.append(Watched())
        return made[-1:]

    monkeypatch.setattr(os, "fsync", sometimes)

    async def test() -> None:
        one = await LiveRun.open(Place(tmp_path, frozenset(), 60.0), services)
        listener = Listener()
        await one.listen(listener)
        await one.receive("lps", to("a"))
        full.set()
        (refused,) = await asyncio.gather(one.receive("lps", to("lever", b"krop")), return_exceptions=True)
        assert isinstance(refused, OSError | EnvironmentFault)
        full.clear()
        assert [each.steps for each in made] == [["ind a", "ud a", "ind lever", "ud lever"], ["ind a", "ud a"]]
        await one.receive("lps", to("lever", b"krop"))
        await listener.until('"kind":"settled"')
        await one.close()

    run(test)
    assert [event.path for event in events(tmp_path) if isinstance(event, Exchanged)] == ["/p/a", "/p/lever", "/p/modtag"]
    assert [event.exchange for event in events(tmp_path) if isinstance(event, Exchanged)] == ["b1", "b2", "b3"]


def test_after_close_nothing_is_written_and_what_was_planned_does_not_happen(tmp_path: Path) -> None:
    async def test() -> None:
        one, service = await opened(tmp_path)
        happened: list[str] = []
        one.clock.call_in(0, lambda: happened.append("før"))
        listener = Listener()
        await one.listen(listener)
        await asyncio.gather(one.receive("lps", to("lever")), one.close())
        one.clock.call_in(0, lambda: happened.append("efter"))
        passed = asyncio.Event()
        asyncio.get_running_loop().call_later(0.05, passed.set)
        await passed.wait()
        assert happened == ["før"]
        assert service.steps == ["ind lever", "ud lever"]

    run(test)
    assert len(events(tmp_path)) == 1
