"""Writes a file of a report: it is there whole, or as it was before."""

from __future__ import annotations

import os
from pathlib import Path


def write_whole(path: Path, data: bytes) -> None:
    """Write `data` to `path`, whose folder is there. Raises OSError; then nothing is changed."""
    fresh = path.with_name(f"{path.name}.{os.getpid()}.ny")
    try:
        fresh.write_bytes(data)
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
