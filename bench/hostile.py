"""What a hall can throw at the sockets of the hub and of the wall, with their real limits, beside an honest client.

uv run python bench/hostile.py            # about a minute and a half, one table
uv run python bench/hostile.py --json
uv run python bench/hostile.py --wall     # the wall, and as many silent connections as --connections says

Everything bad is done at once. The honest client is a process of its own, and hands in the same small plan about twenty times
a second, each time on a new connection: it is a newcomer every time, and the hub's work for it stays the same.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import json
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

from processes import ROOT

from harness.hub.control import CONTROL_FILE, HELLO_SECONDS
from harness.hub.http import Limits

SYSTEM = "novax"
PLAN = ROOT / "tests" / "examples" / "cpd_haandskrevet.xml"
PATIENT = "2512489996"
"""Nancy Berggren of MedCom's national test persons, whose plan it is."""
CALM_SECONDS = 10.0
"""How long the honest client is watched before and after."""
LONGEST = 100.0
"""Seconds until something bad that has not been ended is given up."""
LIMITS = Limits()
HEAD = b"POST /novax/plsp/forloebsplaner HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Bad:
    """One bad thing: what was done, the hub's limit for it, how it ended, and after how many seconds."""

    what: str
    limit: str
    ended: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Honest:
    """The honest client in one period: how many plans, milliseconds, and how many were not taken in."""

    period: str
    plans: int
    median: float
    p99: float
    longest: float
    errors: int


class Connection:
    """One bad client's connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self.writer = writer

    async def ended(self) -> str:
        """Read until the hub ends the connection: the answer's status, and how it ended."""
        said = b""
        how = "closed"
        try:
            while block := await self._reader.read(65_536):
                said += block
        except ConnectionError:
            how = "reset"
        self.writer.transport.abort()
        status = said.split(None, 2)[1].decode() if said.startswith(b"HTTP/") else "no word"
        return f"{status}, {how}"

    async def drip(self) -> None:
        """A byte a second, until the connection is gone."""
        while not self.writer.is_closing():
            self.writer.write(b"a")
            await asyncio.sleep(1)


async def connected(port: int) -> Connection:
    """A connection to the hub."""
    return Connection(*await asyncio.open_connection("127.0.0.1", port))


async def sends(port: int, data: bytes, drips: bool = False) -> str:
    """Sends `data`, perhaps a byte a second after it, and waits for the end."""
    client = await connected(port)
    client.writer.write(data)
    dripping = asyncio.create_task(client.drip() if drips else asyncio.sleep(0))
    try:
        return await client.ended()
    finally:
        dripping.cancel()


async def idles(port: int, number: int) -> str:
    """Opens `number` connections, and says nothing on any of them."""
    clients = [await connected(port) for _ in range(number)]
    return _each(await asyncio.gather(*(client.ended() for client in clients)))


async def does_not_read(port: int) -> str:
    """Asks and asks, and reads a byte a second of the answers."""
    loop = asyncio.get_running_loop()
    with socket.socket() as own:
        own.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        own.setblocking(False)
        await loop.sock_connect(own, ("127.0.0.1", port))
        asks = b"GET / HTTP/1.1\r\nHost: " + b"a" * 8_000 + b"\r\n\r\n"  # the refusal repeats the name
        asking = asyncio.create_task(loop.sock_sendall(own, asks * 4_000))
        try:
            while not asking.done():
                await asyncio.wait({asking}, timeout=1)
                await loop.sock_recv(own, 1)
            await asking
        except ConnectionError:
            return "reset"
        finally:
            asking.cancel()
    return "all was taken"


async def idles_later(port: int, number: int) -> str:
    """Opens more connections than there is room for, when those that would have given way to them have met their own limit."""
    await asyncio.sleep(1.5 * LIMITS.head_seconds)
    return await idles(port, number)


BadThings = list[tuple[str, str, Callable[[], Awaitable[str]]]]
"""What is done, the limit that holds for it, and the doing."""


def bad_things(port: int, control: int, crowd: int) -> BadThings:
    """What is done, the limit that holds for it, and the doing."""
    head, body = f"{LIMITS.head_seconds:.0f} s", f"{LIMITS.body_seconds:.0f} s"
    room = f"{head}, {LIMITS.connections} connections"
    stranger = b"POST /andet/system HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
    foreign = b"GET /novax/plsp HTTP/1.1\r\nHost: ond.test\r\nConnection: close\r\n\r\n"
    hello = b'{"token": "' + b"0" * 64 + b'"}\n{"id": 1, "do": "settle"}\n'
    return [
        ("a body at one byte a second", body, lambda: sends(port, HEAD % 100_000, drips=True)),
        ("half a body, then nothing", body, lambda: sends(port, HEAD % 100 + b"{")),
        ("half a head, then nothing", head, lambda: sends(port, HEAD[:30])),
        ("a head at one byte a second", head, lambda: sends(port, b"GET / HTTP/1.1\r\nx: ", drips=True)),
        ("1,000 idle connections", head, lambda: idles(port, 1_000)),
        (f"{crowd:,} more, after 15 s", room, lambda: idles_later(port, crowd)),
        ("a slow reader of its answers", f"{LIMITS.read_seconds:.0f} s", lambda: does_not_read(port)),
        ("a body of 200 MB is announced", f"{LIMITS.body_bytes // 1_000_000} MB", lambda: sends(port, HEAD % 200_000_000)),
        ("a wrong Host", "own names", lambda: sends(port, foreign)),
        ("a foreign system path", "the systems", lambda: sends(port, stranger)),
        ("no HTTP at all", "HTTP/1.1", lambda: sends(port, b"\x16\x03\x01\x02\x00\r\n\r\n")),
        ("a foreign control token", "the token", lambda: sends(control, hello)),
        ("a control line without end", f"{HELLO_SECONDS:.0f} s", lambda: sends(control, b"{")),
    ]


async def all_at_once(things: BadThings) -> list[Bad]:
    """Everything bad, at the same time."""

    async def timed(what: str, limit: str, act: Callable[[], Awaitable[str]]) -> Bad:
        began = time.monotonic()
        try:
            async with asyncio.timeout(LONGEST):
                ended = await act()
        except TimeoutError:
            ended = "NOT ENDED"
        return Bad(what, limit, ended, time.monotonic() - began)

    return await asyncio.gather(*(timed(*each) for each in things))


def be_honest(port: int, reads: bool) -> None:
    """Hand in a plan, or read the wall, again and again until standard input ends; JSON each: when, seconds, what went wrong."""
    over = threading.Event()

    def listen() -> None:
        sys.stdin.read()
        over.set()

    threading.Thread(target=listen, daemon=True).start()
    document = base64.b64encode(PLAN.read_bytes()).decode("ascii")
    plan = json.dumps({"patient": PATIENT, "cpdVersion": "1.0.1", "dokument": document})
    while not over.wait(0.05):
        began, wrong = time.perf_counter(), ""
        client = HTTPConnection("127.0.0.1", port, timeout=30)
        try:
            if reads:
                client.request("GET", "/")
            else:
                client.request("POST", f"/{SYSTEM}/plsp/forloebsplaner", plan, {"Content-Type": "application/json"})
            answer = client.getresponse()
            answer.read()
            wrong = "" if answer.status in (200, 201) else str(answer.status)
        except (OSError, HTTPException) as error:
            wrong = f"{type(error).__name__}: {error}"
        finally:
            client.close()
        print(json.dumps([time.time(), time.perf_counter() - began, wrong]), flush=True)


def summed(period: str, answers: Iterable[tuple[float, float, str]]) -> Honest:
    """One period's answers as one line."""
    lines = list(answers)
    took = sorted(seconds * 1000 for _, seconds, _ in lines)
    wrong = [why for _, _, why in lines if why]
    for why in sorted(set(wrong)):
        print(f"honest client, {period}: {why} ({wrong.count(why)} times)", file=sys.stderr)
    p99 = statistics.quantiles(took, n=100, method="inclusive")[98]
    return Honest(period, len(took), statistics.median(took), p99, took[-1], len(wrong))


def measured(reports: Path, wall: bool, crowd: int) -> tuple[list[Bad], list[Honest]]:
    """Start a hub, or a wall, in `reports` and an honest client, do everything, and end both."""
    command = "dashboard" if wall else "serve"
    with _process("-m", "harness.cli.main", command, "--port=0", f"--reports={reports}", "--until-stdin-ends") as hub:
        assert hub.stdout is not None, "its output is a pipe"
        ready = hub.stdout.readline()
        if not ready:
            raise SystemExit("It did not start.")
        if wall:
            port = urlsplit(ready.split()[3]).port or 0
            things: BadThings = [(f"{crowd:,} idle connections", "10 s, 2,000 connections", lambda: idles(port, crowd))]
        else:
            said = json.loads((reports / CONTROL_FILE).read_text("utf-8"))
            port = urlsplit(said["address"]).port or 0
            things = bad_things(port, said["port"], crowd)
        written = reports / "honest.jsonl"
        with (
            written.open("w", encoding="utf-8") as file,
            _process("bench/hostile.py", f"--honest={port}", *["--wall"] * wall, stdout=file) as client,
        ):
            time.sleep(CALM_SECONDS)
            began = time.time()
            bad = asyncio.run(all_at_once(things))
            ended = time.time()
            time.sleep(CALM_SECONDS)
            client.communicate()
        hub.communicate()
    answers = [tuple(json.loads(line)) for line in written.read_text("utf-8").splitlines()][1:]  # the first wakes the hub up
    return bad, [
        summed("before", (each for each in answers if each[0] < began)),
        summed("during", (each for each in answers if began <= each[0] < ended)),
        summed("after", (each for each in answers if each[0] >= ended)),
    ]


def _process(*arguments: str, stdout: int | IO[str] = subprocess.PIPE) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, *arguments],
        stdin=subprocess.PIPE,
        stdout=stdout,
        encoding="utf-8",
        cwd=ROOT,
    )


def _each(endings: list[str]) -> str:
    return "; ".join(f"{endings.count(ending)} {ending}" for ending in sorted(set(endings)))


def _allow_many_files(crowd: int) -> None:
    if sys.platform != "win32":
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        with suppress(ValueError, OSError):  # then fewer connections are opened than the table says, and it says so
            resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, crowd + 2_000), hard))


def main() -> int:
    """Print the table; 0 whatever it says: a bench reports."""
    parser = argparse.ArgumentParser(description="Bad clients at the hub, beside an honest one.")
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output instead of the table")
    parser.add_argument("--wall", action="store_true", help="the wall, not the hub")
    parser.add_argument("--connections", type=int, default=10_000, help="how many silent connections come at once")
    parser.add_argument("--honest", type=int, metavar="PORT", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.honest:
        be_honest(given.honest, given.wall)
        return 0
    _allow_many_files(given.connections)
    with tempfile.TemporaryDirectory(prefix="lps-hostile-") as folder:
        bad, honest = measured(Path(folder), given.wall, given.connections)
    if given.json:
        print(json.dumps({"bad": [asdict(each) for each in bad], "honest": [asdict(each) for each in honest]}))
        return 0
    print(f"{'bad client':32}{'limit':24}{'after s':>8}  ended")
    for each in bad:
        print(f"{each.what:32}{each.limit:24}{each.seconds:8.1f}  {each.ended}")
    print(f"\n{'honest client':14}{'plans':>7}{'median ms':>11}{'p99 ms':>9}{'longest':>9}{'errors':>8}")
    for line in honest:
        figures = f"{line.plans:7}{line.median:11.1f}{line.p99:9.1f}{line.longest:9.1f}{line.errors:8}"
        print(f"{line.period:14}{figures}  no errors: {'MISSED' if line.errors else 'met'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
