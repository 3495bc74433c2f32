"""The review's own chain, `review.jsonl` beside the log: one line an act, the first following the log's last line.

{"seq": 0, "prev": "<sha256 of the log's last line>", "by": "…", "role": "MedCom", "at": "…", "act": {"kind": "claimed"}}
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from harness.domain.errors import BadInput, ConfigurationError, EnvironmentFault
from harness.domain.review import Act, Review, Role, Said, review_of
from harness.record.log import FIRST, LOG_NAME, fields_of, only_writer
from harness.record.log import REVIEW_NAME as REVIEW_NAME

if TYPE_CHECKING:
    from pydantic import TypeAdapter

_LOCK_NAME = ".review.lock"


def run_head(run_folder: Path) -> str:
    """The hash of the last line of the log in `run_folder`. Raises FileNotFoundError."""
    lines = (run_folder / LOG_NAME).read_bytes().splitlines(keepends=True)
    return hashlib.sha256(lines[-1]).hexdigest() if lines else FIRST


def read_review(run_folder: Path) -> Review:
    """What has been said of the run in `run_folder`; nothing where there is no chain yet.

    Raises BadInput at the first line that does not follow the one before, or the log, and FileNotFoundError without a log.
    """
    path = run_folder / REVIEW_NAME
    return read_said(path.read_bytes() if path.exists() else b"", run_head(run_folder))


def read_said(data: bytes, head: str, name: str = REVIEW_NAME) -> Review:
    """As `read_review`, of a chain's bytes and the head of its run's log."""
    lines = data.splitlines(keepends=True)
    said = list(read_next_acts(lines, name, 0, head))
    return review_of(said, hashlib.sha256(lines[-1]).hexdigest() if lines else head)


def read_next_acts(lines: Iterable[bytes], name: str, since: int, head: str) -> Iterator[Said]:
    """What the lines of a chain say that come after line `since - 1`, whose hash is `head`; the log's, where `since` is 0.

    Raises BadInput at the first line that does not follow the one before.
    """
    previous = head
    for number, line in enumerate(lines, since):
        try:
            raw = json.loads(line)
            linked = raw["seq"] == number and raw["prev"] == previous
            said = Said(raw["by"], Role(raw["role"]), raw["at"], _decoder().validate_python(raw["act"]))
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise BadInput(f"{name}: linjen er ikke en handling ({error})", number + 1) from None
        if not line.endswith(b"\n"):
            raise BadInput(f"{name}: linjen er ikke skrevet til ende", number + 1)
        if not linked:
            first = "loggen" if number == 0 else "linjen før"
            raise BadInput(f"{name}: linjen hænger ikke sammen med {first}", number + 1)
        previous = hashlib.sha256(line).hexdigest()
        yield said


def review_heads(run_folder: Path) -> tuple[str, ...]:
    """The hash of each line of the run's review: every head it has had since something was said; empty while nothing is."""
    path = run_folder / REVIEW_NAME
    lines = path.read_bytes().splitlines(keepends=True) if path.exists() else []
    return tuple(hashlib.sha256(line).hexdigest() for line in lines)


def append_act(run_folder: Path, said: Said, since: str) -> Review:
    """Write one act to the chain, on the disk before this returns; the review it comes to.

    `since` is the head of the chain the act was decided on: where somebody else has written meanwhile, nothing is written.
    Raises ConfigurationError then and while the log is still written, BadInput as `read_review` does, and EnvironmentFault when
    it cannot be written.
    """
    from filelock import FileLock

    try:
        with FileLock(run_folder / _LOCK_NAME, timeout=10), ExitStack() as held:
            if not (run_folder / REVIEW_NAME).exists():
                held.callback(only_writer(run_folder).release)  # the first act follows the log's last line: there must be one
            review = read_review(run_folder)
            if review.head != since:
                raise ConfigurationError("En anden har skrevet i gennemgangen imens. Se på den igen, og gør det så om.")
            line = _encode(said, len(review.said), review.head)
            with (run_folder / REVIEW_NAME).open("ab") as file:
                file.write(line)
                file.flush()
                os.fsync(file.fileno())
    except OSError as error:
        raise EnvironmentFault(f"Gennemgangen kan ikke skrives: {error.strerror or error}.") from None
    return review_of((*review.said, said), hashlib.sha256(line).hexdigest())


def _encode(said: Said, seq: int, prev: str) -> bytes:
    line = {"seq": seq, "prev": prev, "by": said.by, "role": said.role, "at": said.at, "act": said.act}
    return json.dumps(line, ensure_ascii=False, separators=(",", ":"), default=fields_of).encode() + b"\n"


@cache
def _decoder() -> TypeAdapter[Act]:
    from typing import Annotated

    from pydantic import Field, TypeAdapter

    return TypeAdapter(Annotated[Act, Field(discriminator="kind")])
