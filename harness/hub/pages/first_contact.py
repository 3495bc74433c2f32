"""What a system has sent while no run was under way: enough to see that it gets through, and nothing of what it says."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, Protocol

from harness.conformance.files.content import Syntax, look
from harness.conformance.files.formats import FORMATS
from harness.conformance.files.recognise import recognised
from harness.domain.event import Body, Exchanged
from harness.record.evidence import read_evidence
from harness.record.log import LOG_NAME, Entry, read_cut_log

REMEMBERED: Final = 100
"""How many are shown, the newest first."""


class Arrival(Protocol):
    """A message at the hub's door, at `at` (UTC), from the address `client` (empty: not known).

    `kind` is the name of the format it was recognised as, else how it is written; empty for no content. `size` is in bytes,
    `status` that of the answer (0: none was given), and `run` the run it came in (empty: outside any).
    """

    @property
    def at(self) -> datetime: ...
    @property
    def client(self) -> str: ...
    @property
    def method(self) -> str: ...
    @property
    def path(self) -> str: ...
    @property
    def size(self) -> int: ...
    @property
    def kind(self) -> str: ...
    @property
    def status(self) -> int: ...
    @property
    def run(self) -> str: ...


@dataclass(frozen=True, slots=True)
class FirstContact:
    """An Arrival as a log tells of it, which does not know where it came from."""

    at: datetime
    method: str
    path: str
    kind: str
    size: int
    status: int
    client: str = ""
    run: str = ""


def in_words(kind: str) -> str:
    """What a person calls what came. `in_words("vans") == "Kuvert (VANSEnvelope)"`."""
    if kind in FORMATS:
        return FORMATS[kind].danish
    return f"ikke genkendt ({kind})" if kind else "intet indhold"


def first_contacts(folder: Path) -> tuple[FirstContact, ...]:
    """What came to the world whose log lies in `folder`, the newest first. Raises OSError, and BadInput for what is no log."""
    came = deque(_exchanges(read_cut_log(folder / LOG_NAME)), REMEMBERED)
    return tuple(
        FirstContact(at, event.method, event.path, _kind(event.request, folder), event.request.size, event.status)
        for at, event in reversed(came)
    )


def _exchanges(entries: Iterable[Entry]) -> Iterable[tuple[datetime, Exchanged]]:
    for entry in entries:
        if isinstance(entry.event, Exchanged) and entry.event.sender == "lps":
            yield entry.at, entry.event


def _kind(body: Body, folder: Path) -> str:
    content = look(read_evidence(folder, body))
    return "" if content.syntax is Syntax.EMPTY else recognised(content) or str(content.syntax)
