"""What has come to the hub's door lately, by system, and from nobody known: when and from where, never what it says."""

from __future__ import annotations

import json
import re
from collections import defaultdict, deque
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final
from urllib.parse import unquote

from harness.conformance.files.content import Syntax, look
from harness.conformance.files.recognise import recognised
from harness.record.packed import with_plain_digits
from harness.record.redaction import HIDDEN, redact_told

ARRIVALS_FILE: Final = "ankomster.jsonl"
UNKNOWN_FILE: Final = "ukendt-afsender.jsonl"
REMEMBERED: Final = 50
"""How many of each system's arrivals are remembered."""
LIST_BYTES: Final = 1_000_000
"""How large a list may grow on the disk."""

_PERSON = re.compile(r"(?<!\d)\d{6}[- ]?\d{4}(?!\d)")
_PATH_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Arrival:
    """One message at the door, at `at` (UTC), from the address `client`.

    `certificate` is the subject of the client's, `kind` what the content was recognised as (empty: nothing known), `size` in
    bytes, `status` that of the answer (0: none was given), `run` the run it came in (empty: outside any). `why` says why it was
    nobody's; it is empty for one that belongs to a system.
    """

    at: datetime
    client: str
    method: str
    path: str
    size: int
    certificate: str = ""
    kind: str = ""
    status: int = 0
    run: str = ""
    why: str = ""


class Arrivals:
    """The last arrivals of each system, in memory and in a file of the reports folder, where the next hub finds them."""

    def __init__(self, reports: Path) -> None:
        self._path = reports / ARRIVALS_FILE
        self._unknown = reports / UNKNOWN_FILE
        self._last: dict[str, deque[Arrival]] = defaultdict(lambda: deque(maxlen=REMEMBERED))
        for line in self._path.read_text("utf-8").splitlines() if self._path.exists() else ():
            self._remember(line)

    def of(self, system: str) -> tuple[Arrival, ...]:
        """The last of this system's arrivals, the newest first."""
        return tuple(reversed(self._last[system])) if system in self._last else ()

    def came(self, system: str, arrival: Arrival) -> None:
        """Remember an arrival of this system's."""
        self._last[system].append(arrival)
        if not self._path.exists() or self._path.stat().st_size < LIST_BYTES:
            _append(self._path, _line(arrival, system))
            return
        lines = [_line(each, owner) for owner, several in self._last.items() for each in several]
        new = self._path.with_suffix(".ny")
        new.write_text("".join(lines), "utf-8")
        new.replace(self._path)

    def came_from_unknown(self, arrival: Arrival) -> None:
        """Write down an arrival of nobody's; a flood of them must not fill the disk."""
        if not self._unknown.exists() or self._unknown.stat().st_size < LIST_BYTES:
            _append(self._unknown, _line(arrival))

    def _remember(self, line: str) -> None:
        try:
            said = json.loads(line)
            self._last[said.pop("system")].append(Arrival(**{**said, "at": datetime.fromisoformat(said["at"])}))
        except (ValueError, TypeError, KeyError, AttributeError):
            return  # a line that a killed hub did not write to its end; it was told to nobody


def format_of(body: bytes) -> str:
    """What the content is, by its own word: a format `lps validate` knows, else how it is written; empty for no content.

    >>> format_of(b'{"a": 1}')
    'JSON'
    """
    content = look(body)
    return "" if content.syntax is Syntax.EMPTY else recognised(content) or str(content.syntax)


def shown(arrival: Arrival) -> Arrival:
    """The arrival as it may be written down: what the sender wrote can be long, name a person, and open a door."""
    return replace(arrival, path=_hidden(arrival.path), certificate=_hidden(arrival.certificate))


def _hidden(written: str) -> str:
    """`written` as it came where nothing must be hidden in it as it is meant."""
    plain = unquote(with_plain_digits(written.encode("utf-8", "replace")).decode())
    hidden = _PERSON.sub(HIDDEN, redact_told(plain.encode("utf-8", "replace")).decode())
    return (written if hidden == plain else hidden)[:_PATH_LENGTH]


def _line(arrival: Arrival, system: str = "") -> str:
    said = {"system": system, **asdict(arrival), "at": arrival.at.isoformat()}
    return json.dumps({name: value for name, value in said.items() if value != ""}, ensure_ascii=False) + "\n"


def _append(path: Path, line: str) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write(line)
