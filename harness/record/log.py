"""The event log: one writer, one line an event, each line carrying the hash of the one before.

{"seq": 7, "at": "2026-10-05T10:15:00.123456+00:00", "prev": "<sha256 of line 6>", "event": {"kind": "step_started", …}}
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from harness.domain.errors import BadInput
from harness.domain.event import Event

if TYPE_CHECKING:
    from pydantic import TypeAdapter

LOG_NAME = "events.jsonl"
FIRST = "0" * 64


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the log: its number from 0, when it was written (wall time, UTC), and what happened."""

    seq: int
    at: datetime
    event: Event


class Log(Protocol):
    """Where events are written, whoever owns the file."""

    def append(self, event: Event) -> int:
        """Write `event` as the next line; its number from 0."""
        ...


class LogWriter:
    """Appends events to `folder/events.jsonl`. The folder must exist and hold no log.

    `durable`: a line is on the disk before `append` returns. `written` is called with each line.
    """

    def __init__(self, folder: Path, *, durable: bool = False, written: Callable[[bytes], None] = lambda _: None) -> None:
        self._path = folder / LOG_NAME
        self._file = self._path.open("xb")
        self._durable = durable
        self._written = written
        self._head = FIRST
        self._seq = 0

    @property
    def head(self) -> str:
        """The hash of the last line: whoever knows it can tell whether the log was changed."""
        return self._head

    def append(self, event: Event) -> int:
        """Write `event` as the next line; its number. It is in the file when this returns, and on the disk where durable."""
        line = encode(event, self._seq, datetime.now(UTC), self._head)
        self._file.write(line)
        self._file.flush()
        if self._durable:
            os.fsync(self._file.fileno())
        self._head = hashlib.sha256(line).hexdigest()
        self._seq += 1
        self._written(line)
        return self._seq - 1

    def lines(self) -> list[bytes]:
        """Every line so far."""
        return self._path.read_bytes().splitlines(keepends=True)

    def close(self) -> None:
        """Close the file. Nothing can be appended afterwards."""
        self._file.close()


def encode(event: Event, seq: int, at: datetime, prev: str) -> bytes:
    """`event` as one line of the log, UTF-8 with its line feed."""
    entry = {"seq": seq, "at": at.isoformat(), "prev": prev, "event": event}
    return json.dumps(entry, ensure_ascii=False, separators=(",", ":"), default=_fields).encode("utf-8", "replace") + b"\n"


def _fields(value: Any) -> dict[str, Any]:
    return {name: getattr(value, name) for name in value.__slots__}


def read_log(path: Path) -> Iterator[Entry]:
    """The entries of the log at `path`, in order. Raises BadInput at the first line that does not follow the one before."""
    previous = FIRST
    with path.open("rb") as file:
        for number, line in enumerate(file):
            try:
                raw = json.loads(line)
                linked = raw["seq"] == number and raw["prev"] == previous
                entry = Entry(raw["seq"], datetime.fromisoformat(raw["at"]), _decoder().validate_python(raw["event"]))
            except (ValueError, KeyError, TypeError, RecursionError) as error:
                raise BadInput(f"{path.name}: linjen er ikke en hændelse ({error})", number + 1) from None
            if not line.endswith(b"\n"):
                raise BadInput(f"{path.name}: linjen er ikke skrevet til ende", number + 1)
            if not linked:
                raise BadInput(f"{path.name}: linjen hænger ikke sammen med linjen før", number + 1)
            previous = hashlib.sha256(line).hexdigest()
            yield entry


def event_as_json(event: Event) -> Any:
    """`event` as plain JSON values, as it stands in a line of the log."""
    return json.loads(json.dumps(event, ensure_ascii=False, default=_fields))


def decode_event(said: Any) -> Event:
    """The event that `said`, an entry's `event` as JSON, is. Raises ValueError."""
    return _decoder().validate_python(said)


@cache
def _decoder() -> TypeAdapter[Event]:
    from typing import Annotated

    from pydantic import Field, TypeAdapter

    return TypeAdapter(Annotated[Event, Field(discriminator="kind")])
