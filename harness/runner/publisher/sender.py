"""Sends the lines of one chain, a batch at a time: each once and in order, whatever becomes of the requests."""

from __future__ import annotations

from typing import Final

from harness.runner.publisher.chain import OwnChain
from harness.runner.publisher.wall import Elsewhere, Line, Unwanted

_AGAIN: Final = 5
"""How many times in a row the wall may have come another place than it said."""


class Sender:
    """A chain, and its line to the wall. `sure`: how much the wall has is known.

    `asks_early`: the wall is asked before there is anything to send, so that a wall that is not there is told at once.
    """

    def __init__(self, chain: OwnChain, line: Line, *, asks_early: bool) -> None:
        self._chain = chain
        self._line = line
        self._asks_early = asks_early
        self.sure = False
        self._missed = 0

    def send_next(self) -> int:
        """Send the lines that come next; how many bytes they were. Raises Unreachable, Unwanted and OSError."""
        chain = self._chain
        try:
            if not self.sure and (self._asks_early or chain.is_begun()):
                if not chain.stand_after(self._line.reach()):
                    raise Unwanted("Den har andre linjer af samme kørsel. Intet er ændret, hverken der eller her.")
                self.sure = True
            lines = chain.next_lines() if self.sure else b""
            if not lines:
                return 0
            there = self._line.send(chain.reach.lines, lines)
        except Elsewhere as error:
            self._missed += 1
            self.sure = False
            if self._missed >= _AGAIN:
                raise Unwanted(str(error)) from None
            return 1
        self._missed = 0
        chain.sent(lines)
        self.sure = (there.lines, there.head) == (chain.reach.lines, chain.reach.head)
        return len(lines)
