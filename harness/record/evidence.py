"""The bytes a run rests on: one file per body, named by its SHA-256."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from harness.domain.event import Body
from harness.record.log import sync_folder

EVIDENCE_NAME = "evidence"
_HALF = ".ny"
_NEW = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0)


class Evidence:
    """Keeps bodies in `folder/evidence`, each once. `durable`: they are on the disk before `keep` returns.

    What a killed process had not written to its end is removed.
    """

    def __init__(self, folder: Path, *, durable: bool = False) -> None:
        self._durable = durable
        self._folder = folder / EVIDENCE_NAME
        self._folder.mkdir(exist_ok=True)
        for half in self._folder.glob(f"*{_HALF}"):
            half.unlink()
        self._kept: set[str] = set()

    def keep(self, data: bytes, content_type: str) -> Body:
        """Store `data` and say where. An empty body is not stored."""
        if not data:
            return Body("", 0, content_type)
        name = hashlib.sha256(data).hexdigest()
        if name not in self._kept:
            self._write(name, data)
            self._kept.add(name)
        return Body(name, len(data), content_type)

    def _write(self, name: str, data: bytes) -> None:
        """The file appears whole, or not at all: one that a log points at is never half."""
        kept = os.path.join(self._folder, name)  # noqa: PTH118  # some ten files a scenario: by way of Path each costs half as much again
        handle = os.open(kept + _HALF, _NEW, 0o666)
        try:
            left = memoryview(data)
            while left:
                left = left[os.write(handle, left) :]
            if self._durable:
                os.fsync(handle)
        finally:
            os.close(handle)
        os.replace(kept + _HALF, kept)  # noqa: PTH105
        if self._durable:
            sync_folder(self._folder)


def read_evidence(folder: Path, body: Body) -> bytes:
    """The bytes of `body` from the run folder `folder`; empty when there was no body."""
    return (folder / EVIDENCE_NAME / body.sha256).read_bytes() if body.sha256 else b""
