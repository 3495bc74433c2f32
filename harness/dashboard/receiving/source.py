"""Makes the folder of a mirror, with the mark that tells it from a run of this machine."""

from __future__ import annotations

import json
import os
import secrets
from datetime import UTC, datetime
from pathlib import Path

from harness.domain.access import Right
from harness.record.delivery import SOURCE_NAME
from harness.record.log import sync_folder


def make_marked(run_folder: Path, sender: str, right: Right) -> None:
    """Make `run_folder`, with its mark in it from the first moment: a folder without one is somebody else's.

    The mark says who sends, and by which right. Raises OSError.
    """
    run_folder.parent.mkdir(parents=True, exist_ok=True)
    fresh = run_folder.with_name(f".{run_folder.name}.{secrets.token_hex(8)}.ny")
    fresh.mkdir()
    try:
        with (fresh / SOURCE_NAME).open("xb") as file:
            said = {"navn": sender, "ret": right, "begyndt": datetime.now(UTC).isoformat(timespec="seconds")}
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
