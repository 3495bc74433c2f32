"""The event log: one writer, one line an event, each line carrying the hash of the one before.

{"seq": 7, "at": "2026-10-05T10:15:00.123456+00:00", "prev": "<sha256 of line 6>", "event": {"kind": "step_started", …}}
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, make_dataclass
from datetime import UTC, datetime
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from harness.domain.errors import BadInput, ConfigurationError, EnvironmentFault
from harness.domain.event import Event, Observed, StepEnded, StepStarted

if TYPE_CHECKING:
    from filelock import FileLock
    from pydantic import TypeAdapter

LOG_NAME = "events.jsonl"
REVIEW_NAME = "review.jsonl"
"""The review's own chain beside it."""
LOCK_NAME = ".lock"
FIRST = "0" * 64
_OF_STEPS = (StepStarted, StepEnded)
"""Ten of the twelve lines of a short scenario tell of a step that others tell of too, in the same words."""


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
    """Appends events to `folder/events.jsonl`. The folder must exist and hold no log, unless `resume` is set.

    `scrub`: what each line tells is written through it, so that nothing gets into a log that may not stand there (`Guard.scrub`).
    `durable`: a line is on the disk before `append` returns. `written` is called with each line that is appended.
    `resume`: go on after the last whole line of the log that stands there; `before` is what it held. A line that was not
    written to its end, as a killed process leaves it, is cut off, and the log says so.

    Raises ConfigurationError when another process writes this log, or when a review of it has begun: that follows its last
    line. Raises BadInput when what stands there is no log.
    """

    def __init__(
        self,
        folder: Path,
        *,
        scrub: Callable[[bytes], bytes] = bytes,
        durable: bool = False,
        written: Callable[[bytes], None] = lambda _: None,
        resume: bool = False,
    ) -> None:
        self._path = folder / LOG_NAME
        self._told = partial(_told, scrub)
        self._told_again = lru_cache(maxsize=4096)(self._told)
        self._durable = durable
        self._written = written
        self._head = FIRST
        self._seq = 0
        self._size = 0
        self._half = False
        self._last = datetime.min.replace(tzinfo=UTC)
        self.before: tuple[Entry, ...] = ()
        with ExitStack() as undo:
            self._lock = only_writer(folder)
            undo.callback(self._lock.release)
            going_on = resume and self._path.exists()
            if going_on and (folder / REVIEW_NAME).exists():
                raise ConfigurationError(f"Kørslen {folder.name} er under gennemgang, og der kan ikke skrives mere i dens log.")
            self._file = undo.enter_context(self._path.open("r+b" if going_on else "xb", buffering=0))
            if going_on:
                self._go_on()
            elif durable:
                sync_folder(folder)
            undo.pop_all()

    def _go_on(self) -> None:
        data = self._file.read()
        lines = _whole(data)
        self.before = tuple(_entries(lines, self._path.name))
        self._seq = len(lines)
        self._last = max((each.at for each in self.before), default=self._last)
        self._head = hashlib.sha256(lines[-1]).hexdigest() if lines else FIRST
        self._size = sum(map(len, lines))
        self._cut()
        if self._size < len(data):
            self.append(Observed("Den sidste linje i loggen var ikke skrevet til ende og er fjernet."))

    @property
    def head(self) -> str:
        """The hash of the last line: whoever knows it can tell whether the log was changed."""
        return self._head

    def append(self, event: Event) -> int:
        """Write `event` as the next line; its number. It is in the file when this returns, and on the disk where durable.

        Raises EnvironmentFault when it cannot be written; then nothing of it is left in the log.
        """
        at = max(datetime.now(UTC), self._last)  # a clock that is set back puts nothing before what it came after
        told = self._told_again(event) if isinstance(event, _OF_STEPS) else self._told(event)
        line = _line(told, self._seq, at, self._head)
        try:
            if self._half:
                self._cut()
            self._write(line)
        except OSError as error:
            with suppress(OSError):  # then before the next line is written
                self._cut()
            raise EnvironmentFault(f"Loggen {self._path} kan ikke skrives: {error.strerror or error}.") from None
        self._head, self._last = hashlib.sha256(line).hexdigest(), at
        self._seq += 1
        self._size += len(line)
        self._written(line)
        return self._seq - 1

    def _write(self, line: bytes) -> None:
        self._half = True
        written = self._file.write(line)
        while written < len(line):
            written += self._file.write(line[written:])
        if self._durable:
            os.fsync(self._file.fileno())
        self._half = False

    def _cut(self) -> None:
        """Take away whatever stands after the last whole line."""
        self._file.truncate(self._size)
        self._file.seek(self._size)
        self._half = False

    def lines(self, since: int = 0) -> list[bytes]:
        """Every line so far; of a log of which `since` bytes are known, those after them."""
        with self._path.open("rb") as file:
            file.seek(since)
            return file.read(self._size - since).splitlines(keepends=True)

    def close(self) -> None:
        """Close the file. Nothing can be appended afterwards."""
        self._file.close()
        self._lock.release()


def only_writer(folder: Path) -> FileLock:
    """The operating system's lock on the log in `folder`; it is gone when its process is, however that ended.

    Raises ConfigurationError when another has it: then the log is being written.
    """
    from filelock import FileLock, Timeout

    folder.stat()  # a folder that is not there would be made for the lock
    lock = FileLock(folder / LOCK_NAME, blocking=False, thread_local=False)  # whichever thread closes the log frees it
    try:
        lock.acquire()
    except Timeout:
        raise ConfigurationError(f"Kørslen {folder.name} er i gang i et andet vindue.") from None
    return lock


def sync_folder(folder: Path) -> None:
    """Put the names of new files in `folder` on the disk. Windows has no such thing, and needs none."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def encode(event: Event, seq: int, at: datetime, prev: str) -> bytes:
    """`event` as one line of the log, UTF-8 with its line feed."""
    return _line(_told(bytes, event), seq, at, prev)


def _told(scrub: Callable[[bytes], bytes], event: Event) -> bytes:
    """What the line of `event` tells, without what may not stand there. Its place in the chain holds nothing to hide."""
    return scrub(_as_text(event).encode("utf-8", "replace"))


def _line(told: bytes, seq: int, at: datetime, prev: str) -> bytes:
    return b'{"seq":%d,"at":"%b","prev":"%b","event":%b}\n' % (seq, at.isoformat().encode(), prev.encode(), told)


def fields_of(value: Any) -> dict[str, Any]:
    """A slotted value as JSON writes it: its fields by name. For `json.dumps(default=…)`."""
    return {name: getattr(value, name) for name in value.__slots__}


_as_text = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=fields_of).encode


def read_log(path: Path) -> Iterator[Entry]:
    """The entries of the log at `path`, in order. Raises BadInput at the first line that does not follow the one before."""
    with path.open("rb") as file:
        yield from _entries(file, path.name)


def read_cut_log(path: Path) -> Iterator[Entry]:
    """As `read_log`, of a log whose writer may have been killed: a last line not written to its end is left out."""
    yield from _entries(_whole(path.read_bytes()), path.name)


def read_whole_lines(data: bytes, name: str) -> Iterator[Entry]:
    """As `read_cut_log`, of a log that has been read: `name` is what it is called in what is raised."""
    yield from _entries(_whole(data), name)


def read_next_lines(lines: Iterable[bytes], name: str, since: int, head: str) -> Iterator[Entry]:
    """As `read_log`, of the lines that come after line `since - 1`, whose hash is `head`."""
    yield from _entries(lines, name, since, head)


def first_event(path: Path) -> Event | None:
    """What a log begins with; None when not even that was written to its end. Raises BadInput for what is no event."""
    with path.open("rb") as log:
        return next((entry.event for entry in _entries(_whole(log.readline()), path.name)), None)


def is_cut(path: Path) -> bool:
    """Whether the log's last line was not written to its end."""
    data = path.read_bytes()
    return sum(map(len, _whole(data))) < len(data)


def _whole(data: bytes) -> list[bytes]:
    lines = data[: data.rfind(b"\n") + 1].splitlines(keepends=True)
    return lines if not lines or _is_json(lines[-1]) else lines[:-1]


def _entries(lines: Iterable[bytes], name: str, since: int = 0, previous: str = FIRST) -> Iterator[Entry]:
    for number, line in enumerate(lines, since):
        try:
            read = _line_decoder().validate_json(line)
        except ValueError as error:
            raise BadInput(f"{name}: linjen er ikke en hændelse ({error})", number + 1) from None
        linked = read.seq == number and read.prev == previous
        if not line.endswith(b"\n"):
            raise BadInput(f"{name}: linjen er ikke skrevet til ende", number + 1)
        if not linked:
            raise BadInput(f"{name}: linjen hænger ikke sammen med linjen før", number + 1)
        previous = hashlib.sha256(line).hexdigest()
        yield Entry(read.seq, read.at, read.event)


def entry_of(line: dict[str, Any]) -> Entry:
    """The entry that a line of the log, as JSON, is. Raises ValueError, KeyError and TypeError."""
    return Entry(line["seq"], datetime.fromisoformat(line["at"]), decode_event(line["event"]))


def _is_json(line: bytes) -> bool:
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return False
    return True


def event_as_json(event: Event) -> Any:
    """`event` as plain JSON values, as it stands in a line of the log."""
    return json.loads(json.dumps(event, ensure_ascii=False, default=fields_of))


def as_written(event: Event, scrub: Callable[[bytes], bytes]) -> Event:
    """`event` as it is read again from a log that is written through `scrub`."""
    return decode_event(json.loads(scrub(json.dumps(event, ensure_ascii=False, default=fields_of).encode("utf-8", "replace"))))


def decode_event(said: Any) -> Event:
    """The event that `said`, an entry's `event` as JSON, is. Raises ValueError."""
    return _decoder().validate_python(said)


@cache
def _line_decoder() -> TypeAdapter[Any]:
    """Reads a line in one go, twice as fast as by way of Python's own JSON."""
    from typing import Annotated

    from pydantic import Field, TypeAdapter

    event = Annotated[Event, Field(discriminator="kind")]
    return TypeAdapter(make_dataclass("Line", [("seq", int), ("at", datetime), ("prev", str), ("event", event)]))


@cache
def _decoder() -> TypeAdapter[Event]:
    from typing import Annotated

    from pydantic import Field, TypeAdapter

    return TypeAdapter(Annotated[Event, Field(discriminator="kind")])
