"""Keeps the mirrors: byte for byte what was written on the run's own machine, every line held against the one before it."""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Final

from harness.dashboard.receiving.admission import AHEAD, Admission
from harness.dashboard.receiving.saying import not_suppliers, refuse_time, written_at
from harness.dashboard.receiving.source import make_marked
from harness.domain.access import Caller
from harness.domain.errors import BadInput, EnvironmentFault
from harness.domain.event import RunStarted
from harness.domain.review import Said
from harness.record.delivery import Reach, RunName, is_mirror, sent_by_supplier
from harness.record.guard import Guard
from harness.record.log import FIRST, LOG_NAME, REVIEW_NAME, Entry, only_writer, read_next_lines, sync_folder
from harness.record.review import read_next_acts
from harness.suite.campaigns import ALL_FOLDER, EVERY, LONGEST_NAME, TOGETHER

_LOCKS: Final = 64


class Conflict(Exception):
    """The lines do not come after those that are here: `reach` is how far it is. Nothing was written, nothing changed."""

    def __init__(self, reach: Reach, why: str) -> None:
        super().__init__(why)
        self.reach = reach


class WrittenHere(Exception):
    """The run is written on this machine: nobody sends it here."""


class OtherSystem(Exception):
    """The log is another system's than the one it was sent as."""


class Refused(Exception):
    """A line may not come in. Those before it have, and `reach` is how far that is; the text says which line, and why."""

    def __init__(self, reach: Reach, error: BadInput) -> None:
        reason = error.reason.partition(" (")[0]  # what comes there may say again what the line says
        super().__init__(f"Linje {error.line}: {reason}." if error.line else f"{reason}.")
        self.reach = reach


@dataclass(frozen=True, slots=True)
class Chain:
    """One of a run's two chains: its file, what reads the lines of it that follow others, and how far before the line above
    one may be written: a log's writer never goes back, and people who review may sit at several machines.
    """

    file: str
    read: Callable[[Iterable[bytes], str, int, str], Iterator[object]]
    slack: timedelta = timedelta()


LOG: Final = Chain(LOG_NAME, read_next_lines)
REVIEW: Final = Chain(REVIEW_NAME, read_next_acts, AHEAD)


class Mirrors:
    """The mirrors under the folder `reports`. Any thread may ask; a run is written by one at a time.

    `guard` knows the CPR numbers that may come in: a line in which it would hide anything does not. `admission` says which runs.
    """

    def __init__(self, reports: Path, guard: Guard, admission: Admission) -> None:
        self._admission = admission
        self._reports = reports
        self._guard = guard
        self._looking = threading.Lock()  # the guard remembers what it saw, and is one thread's at a time
        self._locks = tuple(threading.Lock() for _ in range(_LOCKS))
        self._known: dict[Path, Reach] = {}

    def reach(self, name: RunName, chain: Chain) -> Reach:
        """How far `chain` of the run is here; no lines where it is unknown. Raises WrittenHere and OSError."""
        folder = name.folder(self._reports)
        with self._lock_of(name):
            _refuse_own(folder)
            return self._reach(folder, chain)

    def take(self, name: RunName, chain: Chain, since: int, lines: list[bytes], sender: Caller) -> Reach:
        """Write `lines`, the first of which is number `since` of its chain; how far it is then, on the disk.

        Lines that are here already are not written again. `sender` is whoever sends: of a review with an act of MedCom's in it,
        a supplier's token brings nothing in.
        Raises Conflict, Refused, WrittenHere, OtherSystem, ConfigurationError while another process writes the run, and
        EnvironmentFault when it cannot be written.
        """
        folder = name.folder(self._reports)
        with self._lock_of(name):
            _refuse_own(folder)
            try:
                return self._take(name, folder, chain, since, lines, sender)
            except OSError as error:
                raise EnvironmentFault(f"Tavlen kan ikke skrive kørslen: {error.strerror or error}.") from None

    def _lock_of(self, name: RunName) -> threading.Lock:
        return self._locks[hash(name) % _LOCKS]

    def _take(self, name: RunName, folder: Path, chain: Chain, since: int, lines: list[bytes], sender: Caller) -> Reach:
        reach = self._reach(folder, chain)
        new = self._not_here(folder, chain, since, lines, reach)
        if not new:
            return reach
        if not _joins(new[0], reach):
            raise Conflict(reach, f"Linje {reach.lines + 1} hænger ikke sammen med det, tavlen har.")
        if chain is LOG and self._reach(folder, REVIEW).lines:
            raise Conflict(reach, "Kørslen er under gennemgang, og dens log er slut.")
        if chain is REVIEW and not self._reach(folder, LOG).lines:
            raise Conflict(reach, "Gennemgangen kan først sendes, når tavlen har kørslens log.")
        if folder.exists() and not sender.monitors and not sent_by_supplier(folder):
            raise Conflict(reach, "Kørslen er sendt af MedCom. En leverandørs adgangsnøgle kan ikke skrive videre i den.")
        good, wrong = self._good(name, chain, new, reach, sender)
        if good:
            if not folder.exists():
                make_marked(folder, sender.name, sender.right)
            lock = only_writer(folder)
            try:
                if self._reach(folder, chain) != reach:
                    raise Conflict(self._reach(folder, chain), "En anden proces har skrevet kørslen imens.")
                reach = self._known[folder / chain.file] = _written(folder / chain.file, good, reach)
            finally:
                lock.release()
        if wrong is not None:
            raise Refused(reach, wrong)
        return reach

    def _not_here(self, folder: Path, chain: Chain, since: int, lines: list[bytes], reach: Reach) -> list[bytes]:
        """Those of `lines` that are new. Raises Conflict when there is a gap before them, or other lines in their place."""
        if since > reach.lines:
            raise Conflict(reach, f"Tavlen har {reach.lines} linjer og mangler dem, der kommer før linje {since + 1}.")
        if since == reach.lines:
            return lines
        here = _lines((folder / chain.file).read_bytes()[: reach.size])[since : since + len(lines)]
        for number, (own, sent) in enumerate(zip(here, lines, strict=False), since + 1):
            if own != sent:
                raise Conflict(reach, f"Linje {number} er en anden hos tavlen. Den bliver stående, som den er.")
        return lines[len(here) :]

    def _good(
        self, name: RunName, chain: Chain, lines: list[bytes], reach: Reach, sender: Caller
    ) -> tuple[list[bytes], BadInput | None]:
        """The lines up to the first that may not come in, and what is wrong with that one."""
        good: list[bytes] = []
        before = reach.at
        try:
            for line, read in zip(lines, chain.read(lines, chain.file, reach.lines, reach.head), strict=True):
                number = reach.lines + len(good)
                with self._looking:
                    hidden = self._guard.scrub(line)
                if hidden != line:
                    raise BadInput(
                        "der står et CPR-nummer, som ikke er et test-CPR-nummer, eller noget, der ligner en adgangsnøgle",
                        number + 1,
                    )
                if not _is_plain(line):
                    raise BadInput("linjen er ikke skrevet, som en log skriver dem", number + 1)
                before = refuse_time(line, number + 1, before, self._admission.now(), chain.slack)
                if isinstance(read, Said) and not sender.monitors and (why := not_suppliers(read)):
                    return [], BadInput(why, number + 1)
                if chain is LOG and number == 0:
                    _refuse_other(name, read, self._admission)
                good.append(line)
        except BadInput as error:
            return good, error
        return good, None

    def _reach(self, folder: Path, chain: Chain) -> Reach:
        """How far the file is. What stands after its last whole line was never acknowledged, and is written over."""
        path = folder / chain.file
        try:
            size = path.stat().st_size
        except FileNotFoundError:
            size = 0
        known = self._known.get(path)
        if known is None or known.size != size:
            lines = _whole(_on_the_disk(path)) if size else []
            if not lines:
                return Reach(0, self._reach(folder, LOG).head if chain is REVIEW else FIRST)
            known = self._known[path] = _at_the_end(Reach(len(lines), "", sum(map(len, lines))), lines[-1])
        return known


def _refuse_own(folder: Path) -> None:
    if folder.exists() and not is_mirror(folder):
        raise WrittenHere("Kørslen bliver skrevet på tavlens egen maskine, så tavlen ser den allerede.")


def _refuse_other(name: RunName, entry: object, admission: Admission) -> None:
    """Raise unless the log begins as that of the run called `name`, and the run may come in."""
    started = entry.event if isinstance(entry, Entry) else None
    if not isinstance(entry, Entry) or not isinstance(started, RunStarted):
        raise BadInput("en log begynder med, at kørslen er startet", 1)
    if started.system != name.system:
        raise OtherSystem(f"Loggen er af et andet system end {name.system}.")
    if started.run != name.run:
        raise BadInput(f"loggen er af kørslen {started.run}, ikke {name.run}", 1)
    folder = ALL_FOLDER if started.campaign == EVERY else started.campaign.replace(",", TOGETHER)
    if len(folder) <= LONGEST_NAME and folder != name.campaign:
        raise BadInput(f"loggen hører til i {folder}, ikke i {name.campaign}", 1)
    if why := admission.refused(started, entry.at):
        raise BadInput(why, 1)


def _joins(line: bytes, reach: Reach) -> bool:
    """Whether a line names the one before it. What cannot be read is for the chain to refuse."""
    try:
        said = json.loads(line)
    except (ValueError, RecursionError):
        return True
    return not isinstance(said, dict) or said.get("prev") == reach.head


def _is_plain(line: bytes) -> bool:
    """Whether the line is written as every log's are. In another a name may stand twice, and one of them goes unseen."""
    plain = json.dumps(json.loads(line), ensure_ascii=False, separators=(",", ":"))
    return plain.encode("utf-8", "replace") + b"\n" == line


def _written(path: Path, lines: list[bytes], reach: Reach) -> Reach:
    """Write `lines` after the `reach.size` bytes that count, on the disk when this returns. Raises OSError."""
    data = b"".join(lines)
    fresh = not path.exists()
    path.touch()
    with path.open("r+b", buffering=0) as file:
        file.truncate(reach.size)
        file.seek(reach.size)
        try:
            left = memoryview(data)
            while left:
                left = left[file.write(left) :]
            os.fsync(file.fileno())
        except OSError:
            with suppress(OSError):  # else they are there, as they should be, and are counted when it is read anew
                file.truncate(reach.size)
            raise
    if fresh:
        sync_folder(path.parent)
    return _at_the_end(Reach(reach.lines + len(lines), "", reach.size + len(data)), lines[-1])


def _at_the_end(reach: Reach, last: bytes) -> Reach:
    return replace(reach, head=hashlib.sha256(last).hexdigest(), at=written_at(last))


def _on_the_disk(path: Path) -> bytes:
    """What stands in a file that a process before this one wrote: it may have ended before all of it was on the disk."""
    with path.open("r+b", buffering=0) as file:
        os.fsync(file.fileno())
        return file.read()


def _lines(data: bytes) -> list[bytes]:
    """Whole lines. Only a line feed ends one."""
    return [line + b"\n" for line in data.split(b"\n")[:-1]]


def _whole(data: bytes) -> list[bytes]:
    """As `_lines`, without a last one that a power failure left unreadable."""
    lines = _lines(data)
    try:
        if lines:
            json.loads(lines[-1])
    except (ValueError, RecursionError):
        return lines[:-1]
    return lines
