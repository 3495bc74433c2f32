"""What a system has sent while no run was under way: enough to see that it gets through, and nothing of what it says."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from harness.conformance.files.content import look
from harness.conformance.files.formats import FORMATS
from harness.conformance.files.recognise import recognised
from harness.domain.event import Body, Exchanged
from harness.record.evidence import read_evidence
from harness.record.log import LOG_NAME, Entry, read_cut_log

REMEMBERED: Final = 100
"""How many are shown, the newest first."""


@dataclass(frozen=True, slots=True)
class FirstContact:
    """A message outside every run: when (UTC), how and where to, what it is, its size in bytes, and what it was answered.

    `sender` is the address it came from; empty where that is not known. `status` 0: it got no answer.
    """

    at: datetime
    method: str
    path: str
    what: str
    size: int
    status: int
    sender: str = ""


def first_contacts(folder: Path) -> list[FirstContact]:
    """What came to the world whose log lies in `folder`, the newest first. Raises OSError, and BadInput for what is no log."""
    return contacts_in(read_cut_log(folder / LOG_NAME), folder)


def contacts_in(entries: Iterable[Entry], folder: Path) -> list[FirstContact]:
    """The same of these lines, whose evidence lies in `folder`."""
    came = deque((each for each in entries if _from_system(each)), REMEMBERED)
    return [_contact(entry.at, entry.event, folder) for entry in reversed(came) if isinstance(entry.event, Exchanged)]


def _from_system(entry: Entry) -> bool:
    return isinstance(entry.event, Exchanged) and entry.event.sender == "lps"


def _contact(at: datetime, event: Exchanged, folder: Path) -> FirstContact:
    what = _what(event.request, folder)
    return FirstContact(at, event.method, event.path, what, event.request.size, event.status)


def _what(body: Body, folder: Path) -> str:
    if not body.sha256:
        return "intet indhold"
    content = look(read_evidence(folder, body))
    name = recognised(content)
    return FORMATS[name].danish if name in FORMATS else f"ikke genkendt ({content.syntax})"
