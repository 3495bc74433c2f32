"""Nothing is asked of other machines than those somebody has written, and what works on files works without a network.

Each command runs with its whole family of processes under a guard that ends what reaches for another machine, and on Linux, where
the machine lets us, in a network that has nothing in it at all.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from harness.record.log import LOG_NAME

PROJECT: Final = Path(__file__).parents[2]
GUARD: Final = '''
"""Every Python process that finds this on its path tells of what it asks of another machine, and gets no further."""
import ipaddress, os, sys

def _own(host):
    try:
        return host in ("", None, "localhost") or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False

def _heard(event, arguments):
    host = None
    if event in ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"):
        host = arguments[0]
    elif event in ("socket.connect", "socket.sendto", "socket.sendmsg", "socket.bind") and isinstance(arguments[1], tuple):
        host = arguments[1][0]
    host = host.decode() if isinstance(host, bytes) else host
    if not _own(host):
        with open(os.environ["LPS_HEARD"], "a", encoding="utf-8") as file:
            file.write(f"{event} {host} {sys.argv}\\n")
        raise PermissionError(f"ingen adgang til {host}")

sys.addaudithook(_heard)
'''
ALONE: Final = ("unshare", "--map-root-user", "--net")


def can_be_alone() -> bool:
    """Whether a process may have a network of its own here, with nothing in it."""
    if sys.platform != "linux" or not shutil.which("unshare"):
        return False
    return subprocess.run([*ALONE, "true"], capture_output=True, check=False).returncode == 0


@dataclass(frozen=True, slots=True)
class Guarded:
    """Runs commands where no other machine is to be asked. `heard` has those that asked."""

    heard: Path
    env: dict[str, str]
    cwd: Path

    def run(self, *command: str, alone: bool = False) -> subprocess.CompletedProcess[str]:
        whole = [*(ALONE if alone else ()), sys.executable, *command]
        return subprocess.run(whole, env=self.env, cwd=self.cwd, capture_output=True, encoding="utf-8", check=False)

    def lps(self, *arguments: str, alone: bool = False) -> subprocess.CompletedProcess[str]:
        return self.run("-m", "harness.cli.main", *arguments, alone=alone)


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Guarded:
    folder = tmp_path_factory.mktemp("vagt")
    (folder / "sitecustomize.py").write_text(GUARD, encoding="utf-8")
    own = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    env = own | {
        "PYTHONPATH": os.pathsep.join((str(folder), str(PROJECT))),
        "LPS_HEARD": str(folder / "hørt.txt"),
        "PYTHONUTF8": "1",
    }
    return Guarded(folder / "hørt.txt", env, folder)


@pytest.mark.parametrize(
    "asking",
    [
        "import socket; socket.create_connection(('192.0.2.1', 9), 1)",
        "import socket; socket.getaddrinfo('lps.example', 443)",
        "import httpx; httpx.get('https://lps.example')",
        "import subprocess, sys; subprocess.run([sys.executable, '-c', 'import socket; socket.gethostbyname(\"lps.example\")'])",
    ],
)
def test_the_guard_hears_who_asks(guarded: Guarded, asking: str) -> None:
    done = guarded.run("-c", asking)
    assert "ingen adgang til" in done.stderr
    assert ("192.0.2.1" in guarded.heard.read_text("utf-8")) or ("lps.example" in guarded.heard.read_text("utf-8"))
    guarded.heard.unlink()


def test_a_run_its_reports_and_everything_made_of_files_ask_no_other_machine(guarded: Guarded, tmp_path: Path) -> None:
    alone, reports = can_be_alone(), tmp_path / "rapporter"

    def lps(*arguments: str, code: int = 0) -> str:
        done = guarded.lps(*arguments, alone=alone)
        assert done.returncode == code, f"{arguments}: {done.stdout}{done.stderr}"
        return done.stdout

    lps("run", "--vendor=novax", "--campaign=connectathon-kol-lrs", "--tag=id:DEL-02", f"--reports={reports}")
    run = next(reports.rglob(LOG_NAME)).parent
    lps("report", str(run), f"--reports={reports}")
    lps("verify", str(run / "bundle.zip"))
    lps("validate", str(PROJECT / "tests" / "examples" / "cpd_haandskrevet.xml"))
    lps("export", "--rehearsal", f"--reports={reports}", "--campaign=connectathon-kol-lrs")
    assert not guarded.heard.exists(), guarded.heard.read_text("utf-8")


@pytest.mark.skipif(not can_be_alone(), reason="en proces kan ikke få et netværk for sig selv her")
def test_alone_really_is(guarded: Guarded) -> None:
    told = guarded.run("-c", "import socket; print([name for _, name in socket.if_nameindex()])", alone=True)
    assert told.stdout.strip() == "['lo']", told.stderr


@pytest.mark.skipif("LPS_ALL" not in os.environ, reason="tager et halvt minut: sæt LPS_ALL")
def test_a_rehearsal_in_live_asks_this_machine_alone(guarded: Guarded, tmp_path: Path) -> None:
    done = guarded.lps("run", "--vendor=novax", "--target=live", "--tempo=60", "--tag=id:DEL-01", f"--reports={tmp_path}")
    assert done.returncode == 0, done.stdout + done.stderr
    assert not guarded.heard.exists(), guarded.heard.read_text("utf-8")
