"""Which worlds a hub has open, kept in a file, so that a hub that is started after a kill can take them up again."""

from __future__ import annotations

import json
import os
from pathlib import Path

from harness.hub.run import Place
from harness.record.log import sync_folder

OPEN_FILE = ".hub-aktive.json"
ACTIVE = "aktive"
STANDING = "uden-kørsel"

OpenRuns = dict[str, dict[str, Place]]
"""By kind (`aktive`, `uden-kørsel`) and system."""


def read_open(path: Path) -> OpenRuns:
    """What stands in `path`; nothing when it is not there.

    Raises OSError, and ValueError, KeyError, TypeError or AttributeError when it is another thing.
    """
    said = json.loads(path.read_text("utf-8")) if path.exists() else {}
    return {kind: {system: Place.from_json(place) for system, place in said.get(kind, {}).items()} for kind in (ACTIVE, STANDING)}


def write_open(path: Path, runs: OpenRuns) -> None:
    """Keep `runs` in `path`, on the disk when this returns; it appears whole."""
    new = path.with_suffix(f".{os.getpid()}")
    with new.open("w", encoding="utf-8") as file:
        json.dump({kind: {system: place.to_json() for system, place in open_.items()} for kind, open_ in runs.items()}, file)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
    sync_folder(path.parent)
