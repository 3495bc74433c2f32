"""What a replay is made from: a run's own folder, or files a person has laid down; as they lie, or in a zip."""

from __future__ import annotations

import hashlib
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path, PurePosixPath

from harness.domain.errors import BadInput, ConfigurationError
from harness.domain.event import Body, Exchanged, RunStarted
from harness.domain.exchange import Exchange
from harness.record.evidence import EVIDENCE_NAME
from harness.record.exchanges import exchange_with
from harness.record.log import LOG_NAME, read_whole_lines
from harness.record.packed import UNREADABLE
from harness.record.recording import Recording, recording
from harness.runner.replay.har import is_har, messages_in

MAX_FILE = 100_000_000
"""Bytes in one file. MedCom's limit for a message."""
MAX_TOTAL = 500_000_000
MAX_FILES = 20_000

_NAME = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Message:
    """One message that was laid down. `name` says where, for people: `plan.xml`, `post.zip/plan.xml`, `trafik.har#3`.

    `content_type` is what its sender said it is, where that is known.
    """

    name: str
    data: bytes = field(repr=False)
    content_type: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """What was found: a run with its exchanges, or messages. `refused` has what could not be used, and in Danish why."""

    recording: Recording | None
    exchange_of: Callable[[Exchanged], Exchange]
    messages: tuple[Message, ...] = ()
    refused: tuple[tuple[str, str], ...] = ()


class _Refused(Exception):
    """One file cannot be used; `str()` is a Danish reason."""


_Read = Callable[[], bytes]
_Files = list[tuple[str, _Read]]


def recorded_run(paths: Iterable[Path]) -> RunStarted | None:
    """What the run among `paths` was asked to be; None when they are files. Raises ConfigurationError as `read_source`."""
    found = _run_in([each for path in paths for each in _listed(path)])
    if found is None:
        return None
    log, _ = found
    return _started(log)


def read_source(paths: Iterable[Path]) -> Source:
    """Everything in `paths`: files, folders, and zips.

    Raises ConfigurationError for what does not exist, for a run that is not whole, for several runs, and where there is nothing.
    """
    files = [each for path in paths for each in _listed(path)]
    run = _run_in(files)
    if run is not None:
        return _of_run(*run)
    messages: list[Message] = []
    refused: list[tuple[str, str]] = []
    left = MAX_TOTAL
    for name, read in files:
        try:
            data = read()
            left -= len(data)
            if left < 0:
                raise _Refused(f"Filerne fylder tilsammen mere end {MAX_TOTAL // 1_000_000} MB, som er grænsen.")
            messages += _messages(name, data)
        except (_Refused, BadInput) as reason:
            refused.append((name, str(reason)))
        except OSError as error:
            refused.append((name, f"Kan ikke læses ({error.strerror or error})."))
    if not messages and not refused:
        raise ConfigurationError("--replay: Der er ingen filer at bedømme.")
    return Source(None, partial(exchange_with, bytes_of=lambda _: b""), tuple(messages), tuple(refused))


def _messages(name: str, data: bytes) -> Iterator[Message]:
    if data.startswith(b"PK\x03\x04"):
        raise _Refused("En zip i en zip bliver ikke åbnet.")
    if not is_har(name, data):
        yield Message(name, data)
        return
    for number, content_type, body in messages_in(data):
        yield Message(f"{name}#{number}", body, content_type)


# Files


def _listed(path: Path) -> _Files:
    """Every file in `path` with its name for people, unread, in the order of their names. Raises ConfigurationError."""
    if path.is_dir():
        is_run = (path / LOG_NAME).is_file()  # its reports are many, and say nothing that its log does not
        places = [path / LOG_NAME, *(path / EVIDENCE_NAME).glob("*")] if is_run else path.rglob("*")
        found = sorted(each for each in places if each.is_file() and not _is_hidden(each.relative_to(path)))
        _refuse_too_many(len(found), path)
        return [(each.relative_to(path).as_posix(), partial(_read, each)) for each in found]
    if not path.is_file():
        raise ConfigurationError(f"--replay: {path} findes ikke. Peg på en mappe, en zip, en HAR-fil eller en besked.")
    if path.name == LOG_NAME:
        return _listed(path.parent)
    if zipfile.is_zipfile(path):
        return _zipped(path)
    return [(path.name, partial(_read, path))]


def _is_hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)


def _refuse_too_many(count: int, path: Path) -> None:
    if count > MAX_FILES:
        raise ConfigurationError(f"--replay: Der er {count} filer i {path}. Grænsen er {MAX_FILES}: peg på færre ad gangen.")


def _read(path: Path) -> bytes:
    with path.open("rb") as opened:
        return _at_most(opened.read)


def _at_most(read: Callable[[int], bytes]) -> bytes:
    data = read(MAX_FILE + 1)
    if len(data) > MAX_FILE:
        raise _Refused(f"Filen er større end {MAX_FILE // 1_000_000} MB, som er grænsen.")
    return data


def _zipped(path: Path) -> _Files:
    """The files in a zip, read from where they lie: nothing is written, so no name in it can point anywhere."""
    try:
        with zipfile.ZipFile(path) as packed:
            members = [each for each in packed.infolist() if not each.is_dir()]
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise ConfigurationError(f"--replay: {path} er ikke en hel zip-fil: {error}.") from None
    _refuse_too_many(len(members), path)
    return [(f"{path.name}/{each.filename}", partial(_unzipped, path, each)) for each in members]


def _unzipped(path: Path, member: zipfile.ZipInfo) -> bytes:
    name = PurePosixPath(member.filename.replace("\\", "/"))
    if name.is_absolute() or ".." in name.parts:
        raise _Refused("Navnet peger ud af zip-filen.")
    if member.flag_bits & 0x1:
        raise _Refused("Filen er låst med en adgangskode.")
    try:
        with zipfile.ZipFile(path) as packed, packed.open(member) as opened:
            return _at_most(opened.read)
    except UNREADABLE as error:
        raise _Refused(f"Filen kan ikke pakkes ud: {error}.") from None


# A run


def _run_in(files: _Files) -> tuple[bytes, dict[str, _Read]] | None:
    """The log of the run among `files`, and its evidence by SHA-256; None when there is no run."""
    logs = [(name, read) for name, read in files if PurePosixPath(name).name == LOG_NAME]
    if not logs:
        return None
    if len(logs) > 1:
        raise ConfigurationError(
            f"--replay: Der er {len(logs)} kørsler. Peg på én af dem: {', '.join(name for name, _ in logs[:3])}."
        )
    name, read = logs[0]
    beside = PurePosixPath(name).parent / EVIDENCE_NAME
    try:
        log = read()
    except (_Refused, OSError) as error:
        raise ConfigurationError(f"--replay: {name}: {error}") from None
    return log, {PurePosixPath(each).name: body for each, body in files if PurePosixPath(each).parent == beside}


def _started(log: bytes) -> RunStarted:
    try:
        first = next(read_whole_lines(log[: log.find(b"\n") + 1], LOG_NAME), None)
    except BadInput as bad:
        raise ConfigurationError(f"--replay: Kørslen kan ikke læses: {bad}.") from None
    if first is None or not isinstance(first.event, RunStarted):
        raise ConfigurationError("--replay: Kørslens log begynder ikke, som en log skal.")
    return first.event


def _of_run(log: bytes, evidence: dict[str, _Read]) -> Source:
    """The run, with every body it rests on held against its own name."""

    def bytes_of(body: Body) -> bytes:
        if not body.sha256:
            return b""
        if not _NAME.fullmatch(body.sha256) or body.sha256 not in evidence:
            raise ConfigurationError(f"--replay: Kørslen er ikke hel: evidence/{body.sha256[:80]} mangler.")
        try:
            data = evidence[body.sha256]()
        except (_Refused, OSError) as error:
            raise ConfigurationError(f"--replay: evidence/{body.sha256} kan ikke læses: {error}") from None
        if hashlib.sha256(data).hexdigest() != body.sha256:
            raise ConfigurationError(f"--replay: Kørslen er ændret: evidence/{body.sha256} har et andet indhold end sit navn.")
        return data

    started = _started(log)
    try:
        entries = list(read_whole_lines(log, LOG_NAME))
    except BadInput as bad:
        where = f", linje {bad.line}" if bad.line else ""
        raise ConfigurationError(f"--replay: Kørslen kan ikke læses{where}: {bad}.") from None
    for entry in entries:
        if isinstance(entry.event, Exchanged):
            bytes_of(entry.event.request)
            bytes_of(entry.event.response)
    return Source(recording(started, entries), partial(exchange_with, bytes_of=bytes_of))
