"""`lps dashboard` as a process that is killed and started again, and the database it stands on, which is cut off."""

from __future__ import annotations

import asyncio
import os
import random
import shutil
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, Protocol

from processes import ROOT

from harness.dashboard.database import address_in

LPS: Final = (sys.executable, "-m", "harness.cli.main")
_HOLDS = "import sqlite3,sys;c=sqlite3.connect(sys.argv[1],30);c.execute('BEGIN EXCLUSIVE');print('',flush=True);sys.stdin.read()"


Cut = Callable[[float], Awaitable[None]]


class Store(Protocol):
    """The wall's database, and the ways in which it can be cut off for some seconds: when one of them returns, it is back."""

    address: str
    cuts: Mapping[str, Cut]


class Sqlite:
    """A file, which another process locks."""

    def __init__(self, reports: Path) -> None:
        self.address = address_in(reports)
        self.cuts: Mapping[str, Cut] = {"database locked": self._lock}
        self._file = self.address.removeprefix("sqlite:///")

    async def _lock(self, seconds: float) -> None:
        pipe = asyncio.subprocess.PIPE
        holder = await asyncio.create_subprocess_exec(sys.executable, "-c", _HOLDS, self._file, stdin=pipe, stdout=pipe)
        assert holder.stdin is not None, "its input is a pipe"
        assert holder.stdout is not None, "so is its output"
        await holder.stdout.readline()
        await asyncio.sleep(seconds)
        holder.stdin.close()
        await holder.wait()


class Postgresql:
    """A server of our own in `folder`."""

    def __init__(self, folder: Path, programs: Path) -> None:
        self.cuts: Mapping[str, Cut] = {"connections ended": self._end_connections, "server stopped": self._stop_and_start}
        way = _another_user(folder)
        options = ["-U", "lps", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C"]
        subprocess.run([*way, str(programs / "initdb"), "-D", str(folder / "data"), *options], check=True, capture_output=True)
        port = free_port()
        self.address = f"postgresql+psycopg://lps@127.0.0.1:{port}/postgres"
        self._control = [*way, str(programs / "pg_ctl"), "-D", str(folder / "data"), "-w"]
        given = f"-F -p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories="
        self._begin = ["-o", given, "-l", str(folder / "log"), "start"]
        self.start()

    def start(self) -> None:
        """Start it; it takes connections when this returns."""
        subprocess.run([*self._control, *self._begin], check=True, stdout=subprocess.DEVNULL)

    def stop(self) -> None:
        """As when its machine loses its power."""
        subprocess.run([*self._control, "-m", "immediate", "stop"], check=True, stdout=subprocess.DEVNULL)

    async def _stop_and_start(self, seconds: float) -> None:
        await asyncio.to_thread(self.stop)
        await asyncio.sleep(seconds)
        await asyncio.to_thread(self.start)

    async def _end_connections(self, _: float) -> None:
        import psycopg

        async with await psycopg.AsyncConnection.connect(self.address.replace("+psycopg", "")) as own:
            await own.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND usename = 'lps'"
            )


@contextmanager
def a_store(kind: str, reports: Path) -> Iterator[Store]:
    """A database of this kind, empty."""
    if kind == "sqlite":
        sqlite3.connect(Sqlite(reports).address.removeprefix("sqlite:///")).close()
        yield Sqlite(reports)
        return
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)
    if not found:
        raise SystemExit("PostgreSQL is not installed.")
    with TemporaryDirectory(prefix="lps-pg-", ignore_cleanup_errors=True) as folder:
        server = Postgresql(Path(folder), found[0].parent)
        try:
            yield server
        finally:
            server.stop()


class WallProcess:
    """The wall on one port, whatever becomes of its processes. What it says goes to the file `said`."""

    def __init__(self, reports: Path, store: Store, env: Mapping[str, str], said: Path) -> None:
        port = free_port()
        self.base = f"http://127.0.0.1:{port}"
        self._line = [*LPS, "dashboard", "--port", str(port), "--reports", str(reports), "--store", store.address]
        self._env, self._said = env, said
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Start it; returns when it says that it is ready."""
        with self._said.open("ab") as said:
            self._process = await asyncio.create_subprocess_exec(
                *self._line, stdout=asyncio.subprocess.PIPE, stderr=said, cwd=ROOT, env=self._env
            )
        assert self._process.stdout is not None, "it is a pipe"
        if not await self._process.stdout.readline():
            raise RuntimeError(f"the wall does not start:\n{self._said.read_text(encoding='utf-8')}")

    async def kill(self) -> None:
        """As when its machine loses its power."""
        assert self._process is not None, "it was started"
        self._process.kill()
        await self._process.wait()

    async def stop(self) -> int | None:
        """End it in order; its exit code."""
        if self._process is not None and self._process.returncode is None:
            self._process.terminate()
            await self._process.wait()
        return self._process.returncode if self._process else None


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as own:
        own.bind(("127.0.0.1", 0))
        return int(own.getsockname()[1])


def some_seconds(chance: random.Random) -> float:
    """How long a database is away: also longer than the wall waits for it."""
    return chance.uniform(0.5, 3.0) if chance.random() < 0.7 else chance.uniform(5.0, 7.0)


def _another_user(folder: Path) -> list[str]:
    """A server refuses to be root's: then it is nobody's, and so is its folder."""
    if os.name != "posix" or os.geteuid() != 0:
        return []
    shutil.chown(folder, "nobody")
    return ["runuser", "-u", "nobody", "--"]
