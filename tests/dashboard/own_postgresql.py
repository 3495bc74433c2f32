"""A PostgreSQL server of the test's own, which it can stop and start, where one is installed."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

PLACES = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)


@dataclass
class Server:
    """A server with an empty database at `address`."""

    address: str
    control: list[str]
    options: str
    folder: Path

    def start(self) -> None:
        # Its output goes to a file: a server that keeps a pipe open would keep whoever reads it waiting.
        told = ["-w", "-o", self.options, "-l", str(self.folder / "log"), "start"]
        subprocess.run([*self.control, *told], check=True, stdout=subprocess.DEVNULL, cwd=self.folder)

    def stop(self) -> None:
        """As when the machine loses its power."""
        subprocess.run([*self.control, "-m", "immediate", "stop"], check=True, stdout=subprocess.DEVNULL, cwd=self.folder)


@contextmanager
def a_server() -> Iterator[Server]:
    """A server in a folder of its own; skips where there is none to start.

    The folder is not pytest's: a server that may not be root's could not get there.
    """
    programs = next((str(each) for each in PLACES if (each / "initdb").exists()), os.environ.get("PATH", ""))
    initdb, pg_ctl = (shutil.which(each, path=programs) for each in ("initdb", "pg_ctl"))
    if initdb is None or pg_ctl is None:
        pytest.skip("PostgreSQL is not installed: tried with SQLite alone")
    with TemporaryDirectory(prefix="lps-pg-", ignore_cleanup_errors=True) as own:
        yield from _in(Path(own), initdb, pg_ctl)


def _in(folder: Path, initdb: str, pg_ctl: str) -> Iterator[Server]:
    way = _another_user(folder)
    options = ["-U", "lps", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C"]
    data = folder / "data"
    subprocess.run([*way, initdb, "-D", str(data), *options], check=True, capture_output=True, cwd=folder)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = Server(
        f"postgresql://lps@127.0.0.1:{port}/postgres",
        [*way, pg_ctl, "-D", str(data)],
        f"-F -p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=",
        folder,
    )
    server.start()
    try:
        yield server
    finally:
        server.stop()


def _another_user(folder: Path) -> list[str]:
    """A server refuses to be root's: then it is nobody's, and so is its folder."""
    if os.name != "posix" or os.geteuid() != 0:
        return []
    runuser = shutil.which("runuser")
    if runuser is None:
        pytest.skip("PostgreSQL does not run as root, and there is no runuser")
    shutil.chown(folder, "nobody")
    return [runuser, "-u", "nobody", "--"]
