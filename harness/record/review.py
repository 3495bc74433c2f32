"""The review's own chain, `review.jsonl` beside the log: one line an act, the first following the log's last line.

{"seq": 0, "prev": "<sha256 of the log's last line>", "by": "…", "role": "MedCom", "at": "…", "act": {"kind": "claimed"}}
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from harness.domain.errors import ConfigurationError, EnvironmentFault
from harness.domain.review import Act, Approved, Review, Role, Said, review_of
from harness.record.chain import append_line, head_after, read_lines
from harness.record.delivery import sent_by_supplier
from harness.record.log import FIRST, LOG_NAME, only_writer
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

    An approval in what a supplier sent does not count. Raises BadInput at the first line that does not follow the one before,
    or the log, and FileNotFoundError without a log.
    """
    path = run_folder / REVIEW_NAME
    said = path.read_bytes() if path.exists() else b""
    return read_said(said, run_head(run_folder), approves=not sent_by_supplier(run_folder))


def read_said(data: bytes, head: str, name: str = REVIEW_NAME, *, approves: bool = True) -> Review:
    """As `read_review`, of a chain's bytes and the head of its run's log. `approves`: as `review_of` has it."""
    lines = data.splitlines(keepends=True)
    return review_of(read_next_acts(lines, name, 0, head), head_after(lines, head), approves=approves)


def read_next_acts(lines: Iterable[bytes], name: str, since: int, head: str) -> Iterator[Said]:
    """What the lines of a chain say that come after line `since - 1`, whose hash is `head`; the log's, where `since` is 0.

    Raises BadInput at the first line that does not follow the one before.
    """
    return read_lines(lines, since, head, name, _said, "loggen")


def review_heads(run_folder: Path) -> tuple[str, ...]:
    """The hash of each line of the run's review: every head it has had since something was said; empty while nothing is."""
    path = run_folder / REVIEW_NAME
    lines = path.read_bytes().splitlines(keepends=True) if path.exists() else []
    return tuple(hashlib.sha256(line).hexdigest() for line in lines)


def append_act(run_folder: Path, said: Said, since: str) -> Review:
    """Write one act to the chain, on the disk before this returns; the review it comes to.

    `since` is the head of the chain the act was decided on: where somebody else has written meanwhile, nothing is written.
    Raises ConfigurationError then, while the log is still written, and for an approval of what a supplier sent; BadInput as
    `read_review` does, and EnvironmentFault when it cannot be written.
    """
    from filelock import FileLock

    if isinstance(said.act, Approved) and sent_by_supplier(run_folder):
        raise ConfigurationError(
            f"Kørslen {run_folder.name} er sendt af leverandøren, ikke set af MedCom, og den kan ikke godkendes her. "
            "Kør den i hallen, eller godkend den på den maskine, hvor bilagene er."
        )
    try:
        with FileLock(run_folder / _LOCK_NAME, timeout=10), ExitStack() as held:
            if not (run_folder / REVIEW_NAME).exists():
                held.callback(only_writer(run_folder).release)  # the first act follows the log's last line: there must be one
            review = read_review(run_folder)
            if review.head != since:
                raise ConfigurationError("En anden har skrevet i gennemgangen imens. Se på den igen, og gør det så om.")
            line = {"by": said.by, "role": said.role, "at": said.at, "act": said.act}
            head = append_line(run_folder / REVIEW_NAME, line, len(review.said), review.head)
    except OSError as error:
        raise EnvironmentFault(f"Gennemgangen kan ikke skrives: {error.strerror or error}.") from None
    return review_of((*review.said, said), head)


def _said(line: Any) -> Said:
    return Said(line["by"], Role(line["role"]), line["at"], _decoder().validate_python(line["act"]))


@cache
def _decoder() -> TypeAdapter[Act]:
    from typing import Annotated

    from pydantic import Field, TypeAdapter

    return TypeAdapter(Annotated[Act, Field(discriminator="kind")])
