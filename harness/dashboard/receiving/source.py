"""A mirror's mark: a small file beside it, which says who sent it. A run's folder without one was written on this machine."""

from __future__ import annotations

import json
import os
import secrets
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from harness.record.log import sync_folder

SOURCE_NAME: Final = "afsender.json"
OWN: Final = "her"


def source_of(run_folder: Path) -> str:
    """The name of the token that sent the run first, or `her` for a run of this machine. Raises OSError and ValueError."""
    mark = run_folder / SOURCE_NAME
    return str(json.loads(mark.read_text("utf-8"))["navn"]) if mark.exists() else OWN


def is_mirror(run_folder: Path) -> bool:
    """Whether the run in `run_folder` is written by another machine, and only received here."""
    return (run_folder / SOURCE_NAME).exists()


def make_marked(run_folder: Path, sender: str) -> None:
    """Make `run_folder`, with its mark in it from the first moment: a folder without one is somebody else's. Raises OSError."""
    run_folder.parent.mkdir(parents=True, exist_ok=True)
    fresh = run_folder.with_name(f".{run_folder.name}.{secrets.token_hex(8)}.ny")
    fresh.mkdir()
    try:
        with (fresh / SOURCE_NAME).open("xb") as file:
            said = {"navn": sender, "begyndt": datetime.now(UTC).isoformat(timespec="seconds")}
            file.write(json.dumps(said, ensure_ascii=False).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
        sync_folder(fresh)
        if run_folder.exists():  # a run of this machine has come between: its folder may be empty still
            raise FileExistsError(f"{run_folder} findes allerede")
        fresh.rename(run_folder)
    except BaseException:
        (fresh / SOURCE_NAME).unlink(missing_ok=True)
        fresh.rmdir()
        raise
    for folder in (run_folder.parent, run_folder.parents[1], run_folder.parents[2]):
        sync_folder(folder)
