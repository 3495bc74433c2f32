"""One of a run's own files of lines, and how much of it the wall has. The file on the disk is the truth."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Final

from harness.record.delivery import Reach
from harness.record.log import FIRST

AT_ONCE: Final = 1_000_000
"""Bytes that are sent at once, but a line that is longer is sent whole."""


class OwnChain:
    """The lines of the file at `path`, which may not be there yet; `reach` is how much of it the wall is known to have."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.reach = Reach(0, FIRST)

    def is_begun(self) -> bool:
        """Whether anything stands in the file."""
        return self._size() > 0

    def stand_after(self, there: Reach) -> bool:
        """Go on after the lines the wall says it has; False when they are not this file's."""
        if there.lines == 0:
            self.reach = Reach(0, there.head)
        elif (there.lines, there.head) != (self.reach.lines, self.reach.head):
            found = self._find(there)
            if found is None:
                return False
            self.reach = found
        return True

    def next_lines(self) -> bytes:
        """The whole lines that come next, `AT_ONCE` bytes or one line; empty when there are none yet. Raises OSError."""
        if self._size() <= self.reach.size:
            return b""
        with self.path.open("rb") as file:
            file.seek(self.reach.size)
            data = file.read(AT_ONCE)
            if b"\n" not in data:
                data += file.readline()
        return data[: data.rfind(b"\n") + 1]

    def sent(self, lines: bytes) -> None:
        """The wall has `lines`, which came next."""
        last = lines[lines.rfind(b"\n", 0, -1) + 1 :]
        self.reach = Reach(self.reach.lines + lines.count(b"\n"), hashlib.sha256(last).hexdigest(), self.reach.size + len(lines))

    def left(self) -> int:
        """How many whole lines the wall is not known to have. Raises OSError."""
        if self._size() <= self.reach.size:
            return 0
        with self.path.open("rb") as file:
            file.seek(self.reach.size)
            return file.read().count(b"\n")

    def _size(self) -> int:
        try:
            return self.path.stat().st_size
        except FileNotFoundError:
            return 0

    def _find(self, there: Reach) -> Reach | None:
        """Where the line is that the wall has last; None when it is not in the file."""
        if not self.is_begun():
            return None
        size = 0
        with self.path.open("rb") as file:
            for number, line in enumerate(file, 1):
                size += len(line)
                if number == there.lines:
                    same = line.endswith(b"\n") and hashlib.sha256(line).hexdigest() == there.head
                    return Reach(number, there.head, size) if same else None
        return None
