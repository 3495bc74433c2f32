"""A file of what people said: one line of JSON an act, each with the hash of the line before, and none ever taken away.

{"seq": 0, "prev": "<sha256 of the line before, or of what the chain follows>", …}
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from harness.domain.errors import BadInput
from harness.record.log import fields_of

T = TypeVar("T")


def read_chain(data: bytes, head: str, name: str, said: Callable[[Any], T], follows: str) -> tuple[list[T], str]:
    """What the lines of a chain say, each read by `said`, and the hash of the last; `head` where there is none.

    `head` is the hash of what the first line follows, and `follows` what people call that. `said` raises ValueError, KeyError or
    TypeError for what is no act. Raises BadInput, which names the chain, at the first line that does not follow the one before.
    """
    found: list[T] = []
    previous = head
    for number, line in enumerate(data.splitlines(keepends=True)):
        try:
            raw = json.loads(line)
            linked = raw["seq"] == number and raw["prev"] == previous
            found.append(said(raw))
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise BadInput(f"{name}: linjen er ikke en handling ({error})", number + 1) from None
        if not line.endswith(b"\n"):
            raise BadInput(f"{name}: linjen er ikke skrevet til ende", number + 1)
        if not linked:
            raise BadInput(f"{name}: linjen hænger ikke sammen med {follows if number == 0 else 'linjen før'}", number + 1)
        previous = hashlib.sha256(line).hexdigest()
    return found, previous


def append_line(path: Path, said: Mapping[str, Any], seq: int, prev: str) -> str:
    """Write one act as line `seq` of the chain at `path`, on the disk before this returns; its hash. Raises OSError.

    Whoever calls this holds the chain's lock.
    """
    line = {"seq": seq, "prev": prev, **said}
    data = json.dumps(line, ensure_ascii=False, separators=(",", ":"), default=fields_of).encode() + b"\n"
    with path.open("ab") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    return hashlib.sha256(data).hexdigest()
