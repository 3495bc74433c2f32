"""A PostgreSQL server of the test's own, where Debian's packages are installed."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

PLACES = [*sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)]


@contextmanager
def postgresql() -> Iterator[str]:
    """The address of an empty database; skips where there is no server to start.

    Its folder is not pytest's: a server that may not be root's could not get there.
    """
    programs = next((str(each) for each in PLACES if (each / "initdb").exists()), os.environ.get("PATH", ""))
    initdb, pg_ctl = (shutil.which(each, path=programs) for each in ("initdb", "pg_ctl"))
    if initdb is None or pg_ctl is None:
        pytest.skip("PostgreSQL is not installed: claims were tried with SQLite alone")
    with tempfile.TemporaryDirectory(prefix="lps-postgresql-") as name:
        folder = Path(name)
        way = as_another_user(folder)
        options = ["-U", "lps", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C"]
        subprocess.run([*way, initdb, "-D", str(folder / "data"), *options], check=True, capture_output=True, cwd=folder)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        told = f"-F -p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories="
        control = [*way, pg_ctl, "-D", str(folder / "data"), "-w"]
        # Its output goes to a file: a server that keeps a pipe open would keep whoever reads it waiting.
        start = [*control, "-o", told, "-l", str(folder / "log"), "start"]
        subprocess.run(start, check=True, stdout=subprocess.DEVNULL, cwd=folder)
        try:
            yield f"postgresql+psycopg://lps@127.0.0.1:{port}/postgres"
        finally:
            subprocess.run([*control, "-m", "immediate", "stop"], check=True, stdout=subprocess.DEVNULL, cwd=folder)


def as_another_user(folder: Path) -> list[str]:
    """A server refuses to be root's: then it is nobody's, and so is its folder."""
    if os.name != "posix" or os.geteuid() != 0:
        return []
    runuser = shutil.which("runuser")
    if runuser is None:
        pytest.skip("PostgreSQL does not run as root, and there is no runuser")
    shutil.chown(folder, "nobody")
    return [runuser, "-u", "nobody", "--"]
