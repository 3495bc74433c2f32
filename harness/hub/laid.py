"""Files on a disk that somebody else reads and writes too: seen, told apart, moved, and laid out so that each appears whole."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from harness.domain.way import ON_ITS_WAY
from harness.record.log import sync_folder

UNFINISHED: Final = (".tmp", ".part", ".filepart")
"""How names end that file transfers give to what is not whole; those that begin with . or ~ are such too."""

Stamp = tuple[int, int]
"""A file's size in bytes, and when it was written (ns)."""


def fingerprint(name: str, written: int, data: bytes) -> str:
    """Tells this file from every other: its name, when it was written, and what it says."""
    return hashlib.sha256(f"{name}\0{written}\0".encode("utf-8", "replace") + hashlib.sha256(data).digest()).hexdigest()


def files_in(folder: Path) -> dict[Path, Stamp]:
    """The files that lie in `folder`, but for those named as unfinished. Raises OSError."""
    found = {}
    for path in folder.iterdir():
        if path.name.startswith((".", "~")) or path.name.lower().endswith(UNFINISHED) or path.is_symlink() or not path.is_file():
            continue
        try:
            seen = path.stat()
        except FileNotFoundError:
            continue  # taken away while we looked
        found[path] = (seen.st_size, seen.st_mtime_ns)
    return found


def read(path: Path, stamp: Stamp) -> bytes | None:
    """What stands in a file, if it still is as `stamp` says when it has been read. Raises OSError."""
    data = path.read_bytes()
    seen = path.stat()
    return data if (seen.st_size, seen.st_mtime_ns) == stamp and len(data) == stamp[0] else None


def move(path: Path, folder: Path) -> None:
    """Move a file to `folder`, under its own name or the next free one."""
    folder.mkdir(exist_ok=True)
    target, number = folder / path.name, 1
    while target.exists():
        number += 1
        target = folder / f"{path.stem}.{number}{path.suffix}"
    path.replace(target)


def write(path: Path, data: bytes) -> None:
    """Write a file that appears whole, or not at all; it is on the disk when this returns."""
    path.parent.mkdir(exist_ok=True)
    new = path.with_name(f".{path.name}.ny")
    with new.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
    sync_folder(path.parent)


def publish(path: Path) -> None:
    """What lies in `undervejs` is there from now on: it comes to the folder above."""
    path.replace(path.parent.parent / path.name)


def finish(places: Iterable[Path], handed: frozenset[str]) -> None:
    """What was on its way when a hub was killed: what the log has goes out; the rest still waits, and is taken away here."""
    for place in places:
        for path in (place / ON_ITS_WAY).glob("*") if (place / ON_ITS_WAY).is_dir() else ():
            if path.name in handed:
                publish(path)
            else:
                path.unlink()
