"""Whether a mark stands in bytes, in either of the encodings that every reader of XML knows (W3C, XML 1.0, 4.3.3)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

_ENCODINGS: Final = ("utf-8", "utf-16-le", "utf-16-be")


def stands_in(marks: Iterable[str], *texts: bytes) -> bool:
    """Whether one of `marks` stands in one of `texts`. Those whose letters are ASCII are the same in ISO-8859-1."""
    return any(mark.encode(encoding) in text for mark in marks for encoding in _ENCODINGS for text in texts)
