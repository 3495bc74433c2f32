"""A file of what people said: one line of JSON an act, each with the hash of the line before, and none ever taken away.

{"seq": 0, "prev": "<sha256 of the line before, or of what the chain follows>", …}
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from harness.domain.errors import BadInput
from harness.record.log import fields_of

T = TypeVar("T")


def read_lines(lines: Iterable[bytes], since: int, head: str, name: str, said: Callable[[Any], T], follows: str) -> Iterator[T]:
    """What the lines of a chain say that come after line `since - 1`, whose hash is `head`, each read by `said`.

    Where `since` is 0, `head` is the hash of what the first line follows, and `follows` what people call that. `said` raises
    ValueError, KeyError or TypeError for what is no act. Raises BadInput, which names the chain, at the first line that does not
    follow the one before.
    """
    previous = head
    for number, line in enumerate(lines, since):
        try:
            raw = json.loads(line)
            linked = raw["seq"] == number and raw["prev"] == previous
            act = said(raw)
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise BadInput(f"{name}: linjen er ikke en handling ({error})", number + 1) from None
        if not line.endswith(b"\n"):
            raise BadInput(f"{name}: linjen er ikke skrevet til ende", number + 1)
        if not linked:
            raise BadInput(f"{name}: linjen hænger ikke sammen med {follows if number == 0 else 'linjen før'}", number + 1)
        previous = hashlib.sha256(line).hexdigest()
        yield act


def head_after(lines: Sequence[bytes], head: str) -> str:
    """The hash of the last of `lines`; `head` where there is none."""
    return hashlib.sha256(lines[-1]).hexdigest() if lines else head


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
