"""Remembers the pieces of bodies that nothing was found in: most of what a message says, the message before it said too."""

from __future__ import annotations

from collections.abc import Callable

_MOST = 4_000_000
"""Bytes that remembered pieces take; with more, all are forgotten, and looked at anew when they come."""
_EACH = 100
"""Bytes that a piece takes besides its own."""
_APART = b'"'
_AS_APART = bytes.maketrans(b"<>", _APART * 2)
"""Pieces stand between quotation marks and tags: the same document is one piece of JSON and of XML."""


class Pieces:
    """`plain` says of any bytes whether each piece of them is harmless; one that is so is so in every body."""

    def __init__(self, plain: Callable[[bytes], bool]) -> None:
        self._plain = plain
        self._known: set[bytes] = set()
        self._bytes = 0

    def all_plain(self, body: bytes) -> bool:
        """Whether `plain` would say so of every piece of `body`: it is asked of those that are new, all at once."""
        new = set(body.translate(_AS_APART).split(_APART)).difference(self._known)
        if not new:
            return True
        rest = _APART.join((b"", *new, b""))
        if not self._plain(rest):
            return False
        size = len(rest) + _EACH * len(new)
        self._bytes += size
        if self._bytes > _MOST:
            self._known, self._bytes = set(), size
        self._known.update(new)
        return True
