"""So many readers of the wall's stream: when each frame came to each of them, and what stands in it."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from array import array
from bisect import bisect_left
from collections.abc import Iterator
from pathlib import Path
from typing import Any

REQUEST = b"GET /haendelser?kampagne=%b HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n"

LONGEST = 5.0
"""Seconds: what takes longer is not seen. The same look comes again in a cell after nearly six."""
SETTLES = 3.0
"""Seconds at the start that are not measured."""

Line = tuple[float, float, str, str, bool]
"""When it was written (`time.monotonic`, `time.time`), the cell, its standing's letters, and whether a run is at it."""


class Hall:
    """What all readers hear together. A frame is the same bytes to everybody, so the first one to have it keeps its text."""

    def __init__(self) -> None:
        self.open = 0
        self.frames = 0
        self.came: dict[int, array[float]] = {}
        self.texts: dict[int, bytes] = {}

    def heard(self, frame: bytes, at: float) -> None:
        """A whole frame is at a reader."""
        start = frame.find(b"id: ")
        if start < 0 or b"event: felter" not in frame[start : start + 60]:
            return
        number = int(frame[start + 4 : frame.index(b"\n", start)])
        if number not in self.came:
            self.came[number] = array("d")
            self.texts[number] = frame[frame.index(b"data: ", start) + 6 :]
        self.came[number].append(at)
        self.frames += 1


class Reader(asyncio.Protocol):
    """One reader: it only looks when each frame came."""

    def __init__(self, hall: Hall, campaign: str) -> None:
        self._hall, self._campaign, self._half, self._connected = hall, campaign, b"", False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        transport.write(REQUEST % self._campaign.encode())

    def data_received(self, data: bytes) -> None:
        now = time.monotonic()
        *whole, self._half = (self._half + data).split(b"\n\n")
        for frame in whole:
            if not self._connected:
                self._connected = True
                self._hall.open += 1
            self._hall.heard(frame, now)

    def connection_lost(self, _: Exception | None) -> None:
        self._hall.open -= self._connected


async def listen(port: int, campaign: str, readers: int, told: Path) -> dict[str, Any]:
    """Read until standard input ends; then what it was like for the lines in `told`, but for those of the first seconds."""
    hall, loop, ended = Hall(), asyncio.get_running_loop(), asyncio.Event()
    for number in range(readers):
        await loop.create_connection(lambda: Reader(hall, campaign), "127.0.0.1", port)
        if number % 50 == 49:
            await asyncio.sleep(0.05)
    while hall.open < readers:
        await asyncio.sleep(0.05)
    print("klar", flush=True)
    loop.run_in_executor(None, sys.stdin.read).add_done_callback(lambda _: ended.set())
    await ended.wait()
    lines = read_lines(told)
    waits, overtaken, unseen = waits_of(hall, lines)
    return {
        "readers": readers,
        "still_open": hall.open,
        "frames": len(hall.came),
        "frames_read": hall.frames,
        "changing_lines": len(lines),
        "overtaken": overtaken,
        "not_seen": unseen,
        **parts_of(waits),
    }


def waits_of(hall: Hall, lines: list[Line]) -> tuple[list[float], int, int]:
    """Seconds from each line to the frame that shows it, for each reader; how many lines were overtaken; and how many not seen.

    A line is overtaken when the next one about its cell comes in the same frame: that one shows what both came to.
    """
    shown: dict[tuple[str, str, bool], list[tuple[float, int]]] = {}
    for number, text in hall.texts.items():
        for each in json.loads(text)["felter"]:
            shown.setdefault((each["n"], *look_of(each["s"].rpartition(": ")[2])), []).append((min(hall.came[number]), number))
    for found in shown.values():
        found.sort()
    waits, overtaken, unseen = list[float](), 0, 0
    after: dict[str, tuple[float, int]] = {}
    for at, _, cell, code, running in reversed(lines):
        found = shown.get((cell, code, running), [])
        place = bisect_left(found, (at, 0))
        if place < len(found) and found[place][0] - at < LONGEST:
            after[cell] = found[place]
        elif cell in after and after[cell][0] - at < LONGEST:
            overtaken += 1
        else:
            unseen += 1
            continue
        waits += [came - at for came in hall.came[after[cell][1]]]
    return waits, overtaken, unseen


def look_of(said: str) -> tuple[str, bool]:
    """Of `F2 alvorlig, forældet, kører`: the standing's letters, and whether a run is at it."""
    standing, *signs = said.split(", ")
    return standing if standing == "ikke kørt" else standing.partition(" ")[0], "kører" in signs


def read_lines(told: Path) -> list[Line]:
    """What the writer said that it wrote."""
    lines = [tuple(json.loads(line)) for line in told.read_text("utf-8").splitlines()]
    return [each for each in lines if each[0] > lines[0][0] + SETTLES]


def parts_of(waits: list[float]) -> dict[str, int]:
    """The median, the 95th percentile and the longest of these, in milliseconds."""
    found = sorted(waits)
    at = dict(zip(("p50_ms", "p95_ms", "max_ms"), _places(len(found)), strict=True))
    return {name: round(1000 * found[place]) for name, place in at.items()} if found else {}


def _places(count: int) -> Iterator[int]:
    yield from (count // 2, min(count - 1, count * 95 // 100), count - 1)
