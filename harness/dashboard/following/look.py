"""Reads what is new in one run's folder: whole lines of its log that follow the ones before, and its review."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from enum import Enum, auto
from pathlib import Path
from typing import BinaryIO, Final

from harness.dashboard.standing.reading import Mark, Read
from harness.dashboard.standing.summary import HERE
from harness.domain.errors import BadInput
from harness.record.delivery import sent_by_supplier
from harness.record.log import LOG_NAME, REVIEW_NAME, Entry, read_next_lines
from harness.record.review import read_said

PIECE: Final = 256 * 1024
"""Bytes of a log that are read at a time: readers of the wall are served between two pieces."""

Look = tuple[int, ...]
"""What a run's files look like from outside; another one when something may have been written."""


class Since(Enum):
    """What has become of a run since it was read last."""

    NOTHING = auto()
    MORE = auto()
    CUT = auto()
    """Its log no longer begins with what was read."""


def look_of(folder: Path) -> Look | None:
    """How the log and review in `folder` look now; None where there is no log."""
    try:
        log = (folder / LOG_NAME).stat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    try:
        review = (folder / REVIEW_NAME).stat()
    except FileNotFoundError:
        return log.st_ino, log.st_size, log.st_mtime_ns
    return log.st_ino, log.st_size, log.st_mtime_ns, review.st_ino, review.st_size, review.st_mtime_ns


def since(folder: Path, mark: Mark) -> Since:
    """What has become of the run in `folder` since `mark`: known from the size of its log and the last line that was read.

    Raises OSError.
    """
    with (folder / LOG_NAME).open("rb") as log:
        size = log.seek(0, 2)
        log.seek(mark.bytes - mark.length)
        if size < mark.bytes or (mark.lines and _digest(log.read(mark.length)) != mark.head):
            return Since.CUT
    return Since.NOTHING if size == mark.bytes and _digest(_review(folder)) == mark.review else Since.MORE


def read_on(folder: Path, name: str, mark: Mark, source: str = HERE) -> Iterator[Read]:
    """What the run in `folder` holds after `mark`, a piece at a time. Of a new `Mark()` the first piece is `anew`.

    A last line that is not written to its end is left for the next time. Raises BadInput once everything before is told: at a
    line that does not follow the one before, or a review that does not follow the log. Raises OSError.
    """
    anew, before, entries = mark == Mark(), mark.review, list[Entry]()
    said = _review(folder)
    with (folder / LOG_NAME).open("rb") as log:
        for lines in _whole_lines(log, mark.bytes):
            if entries:
                yield Read(name, entries, mark, anew=anew, source=source, more=True)
                anew, entries = False, []
            try:
                for entry, line in zip(read_next_lines(lines, LOG_NAME, mark.lines, mark.head), lines, strict=False):
                    entries.append(entry)
                    mark = Mark(mark.bytes + len(line), mark.lines + 1, _digest(line), len(line), mark.review)
            except BadInput:
                yield Read(name, entries, mark, anew=anew, source=source)
                raise
    if _digest(said) == before:
        if entries or anew:
            yield Read(name, entries, mark, anew=anew, source=source)
        return
    try:
        review = read_said(said, mark.head, approves=not sent_by_supplier(folder))
    except BadInput:  # also while the end of the log is still on its way to a mirror
        yield Read(name, entries, mark, anew=anew, source=source)
        raise
    yield Read(name, entries, replace(mark, review=_digest(said)), anew=anew, review=review, source=source)


def _review(folder: Path) -> bytes:
    """The whole lines of the review; empty where there is none."""
    try:
        said = (folder / REVIEW_NAME).read_bytes()
    except FileNotFoundError:
        return b""
    return said[: said.rfind(b"\n") + 1]


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest() if data else ""


def _whole_lines(log: BinaryIO, start: int) -> Iterator[list[bytes]]:
    """The lines from byte `start` on, some at a time, but for one that is being written."""
    log.seek(start)
    half = b""
    while piece := log.read(PIECE):
        whole, feed, rest = (half + piece).rpartition(b"\n")
        half = rest
        lines = (whole + feed).splitlines(keepends=True)
        if len(piece) < PIECE and not rest and lines and not _is_json(lines[-1]):
            lines.pop()  # a hole, as a machine leaves it that lost its power
        if lines:
            yield lines


def _is_json(line: bytes) -> bool:
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return False
    return True
