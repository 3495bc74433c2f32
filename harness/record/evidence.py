"""The bytes a run rests on: one file per body, named by its SHA-256."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from harness.domain.event import Body

EVIDENCE_NAME = "evidence"


class Evidence:
    """Keeps bodies in `folder/evidence`, each once. `durable`: they are on the disk before `keep` returns."""

    def __init__(self, folder: Path, *, durable: bool = False) -> None:
        self._durable = durable
        self._folder = folder / EVIDENCE_NAME
        self._folder.mkdir(exist_ok=True)
        self._kept: set[str] = set()

    def keep(self, data: bytes, content_type: str) -> Body:
        """Store `data` and say where. An empty body is not stored."""
        if not data:
            return Body("", 0, content_type)
        name = hashlib.sha256(data).hexdigest()
        if name not in self._kept:
            with (self._folder / name).open("wb") as file:
                file.write(data)
                if self._durable:
                    file.flush()
                    os.fsync(file.fileno())
            self._kept.add(name)
        return Body(name, len(data), content_type)


def read_evidence(folder: Path, body: Body) -> bytes:
    """The bytes of `body` from the run folder `folder`; empty when there was no body."""
    return (folder / EVIDENCE_NAME / body.sha256).read_bytes() if body.sha256 else b""
