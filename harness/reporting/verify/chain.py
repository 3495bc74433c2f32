"""What tells whether bytes are as they were written: chains of lines, hashes, and line endings changed on the way."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

_BINARY: Final = (b"PK\x03\x04", b"\x89PNG", b"\xff\xd8\xff", b"%PDF")


def chain_lines(data: bytes) -> list[bytes]:
    """The lines as they were written: a line ending changed on the way (CRLF for LF) is no change, since JSON has none inside."""
    return data.replace(b"\r\n", b"\n").splitlines(keepends=True)


def head_of(lines: Sequence[bytes], before: str) -> str:
    """The hash of the last line; `before`, what the first one follows, where there is none."""
    return hashlib.sha256(lines[-1]).hexdigest() if lines else before


def heads_of(lines: Sequence[bytes]) -> tuple[str, ...]:
    """Every head the chain has had since its first line: the hash of each."""
    return tuple(hashlib.sha256(line).hexdigest() for line in lines)


def changed_lines(lines: Sequence[bytes], first: str) -> Iterator[tuple[int, str]]:
    """Each line that was changed, from 1, and in Danish what is wrong with it. The first line follows `first`.

    The last line of a chain has none after it: whether that was changed is told by who knows the chain's head. A link that is
    broken on both sides of a line names that line; else the line before is another than the one that was followed.
    """
    links = [_link(line) for line in lines]
    previous = first
    follows = []
    for number, (line, link) in enumerate(zip(lines, links, strict=True)):
        follows.append(link is not None and link == (number, previous))
        previous = hashlib.sha256(line).hexdigest()
    told = -2
    for number, link in enumerate(links):
        if link is None:
            told = number
            yield number + 1, "linjen er ikke JSON, som den blev skrevet"
        elif not follows[number] and told < number - 1:
            own = number == 0 or (number + 1 < len(links) and not follows[number + 1] and links[number + 1] is not None)
            told = number if own else number - 1
            yield told + 1, "linjen er ændret, fjernet eller flyttet: linjen efter den følger en anden"


def _link(line: bytes) -> tuple[Any, Any] | None:
    try:
        said = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return (said.get("seq"), said.get("prev")) if isinstance(said, dict) else None


def forms_of(data: bytes) -> Iterator[bytes]:
    """The bytes as they are, and of a text also with the other line endings, as it may have been before it travelled."""
    yield data
    if is_text(data):
        yield plain(data)
        yield plain(data).replace(b"\n", b"\r\n")


def is_text(data: bytes) -> bool:
    """Whether line endings may have been changed in it on the way without its being another."""
    return b"\0" not in data and not data.startswith(_BINARY)


def plain(data: bytes) -> bytes:
    """A text with line feeds for line endings."""
    return data.replace(b"\r\n", b"\n")


def bytes_at(path: Path) -> bytes:
    """What is in the file; nothing where there is none."""
    return path.read_bytes() if path.is_file() else b""
