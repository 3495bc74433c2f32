"""Sends several runs at once, and waits at the end until the wall has them all."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import Any, Final

from harness.domain.errors import BadInput, ConfigurationError
from harness.record.delivery import name_of
from harness.runner.fleet import Told
from harness.runner.publisher.publisher import Publisher
from harness.runner.publisher.wall import Wall

PATIENCE: Final = 60.0
"""Seconds without progress before the rest is left for later."""
_PATIENCE_WHEN_STOPPED: Final = 3.0
"""The same, where somebody pressed Ctrl-C."""
_QUIET: Final = 1.0
"""Seconds the wait may last before it is told."""
_EVERY: Final = 5.0
_END_SECONDS: Final = 1.0


class Publishing:
    """Sends the runs in `folders` while it is open, and when it closes waits for what is left. Nothing here fails a run.

    `again` is the command that sends the rest of the folders it is given. What is told is written by `say`, each thing once.
    Raises ConfigurationError for a folder that does not lie as a run does: campaign, system, id.
    """

    def __init__(
        self,
        wall: Wall,
        folders: Sequence[Path],
        again: Callable[[Sequence[Path]], str],
        say: Callable[[str], object],
        patience: float | None = None,
    ) -> None:
        self._again = again
        self._say = say
        self._patience = PATIENCE if patience is None else patience
        self._said: set[str] = set()
        self._moves: SimpleQueue[None] = SimpleQueue()
        try:
            self.publishers = [
                Publisher(name_of(each), each, wall, self._tell, lambda: self._moves.put(None)) for each in folders
            ]
        except BadInput as error:
            raise ConfigurationError(f"{error} En kørsel ligger i KAMPAGNE/SYSTEM/KØRSEL.") from None

    def __enter__(self) -> Publishing:
        for each in self.publishers:
            each.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        for each in self.publishers:
            each.end()
        try:
            self._wait(self._patience if kind is None else min(self._patience, _PATIENCE_WHEN_STOPPED))
        except KeyboardInterrupt:
            self._tell("Afsendelsen er standset.")
        for each in self.publishers:
            each.stop()
        for each in self.publishers:
            each.join(_END_SECONDS)
        self._tell_left()

    def through(self, told: Told) -> Told:
        """`told`, which besides has the run sent at once when one of its scenarios has ended."""

        def both(system: str, what: dict[str, Any]) -> None:
            told(system, what)
            if "ended" in what:
                for each in self.publishers:
                    if each.name.system == system:
                        each.wake()

        return both

    def left(self) -> dict[Path, int]:
        """The folders with lines that the wall is still to have, and how many. What it does not take is not counted."""
        counted = {each.folder: each.left() for each in self.publishers if not each.unwanted}
        return {folder: lines for folder, lines in counted.items() if lines}

    @property
    def unwanted(self) -> bool:
        """Whether the wall did not take one of the runs."""
        return any(each.unwanted for each in self.publishers)

    def _wait(self, patience: float) -> None:
        """Until every publisher is over, or nothing has moved for `patience` seconds."""
        tell_at = time.monotonic() + _QUIET
        moved = time.monotonic()
        while not all(each.is_over for each in self.publishers):
            now = time.monotonic()
            if now - moved >= patience:
                return
            if now >= tell_at:
                left = sum(self.left().values())
                self._say(f"Sender til tavlen: {left} linjer mangler. Ctrl-C standser afsendelsen.")
                tell_at = now + _EVERY
            try:
                self._moves.get(timeout=max(0.0, min(tell_at, moved + patience) - now))
            except Empty:
                continue
            moved = time.monotonic()

    def _tell_left(self) -> None:
        left = self.left()
        if left:
            self._say(f"Tavlen mangler {sum(left.values())} linjer. Send dem med: {self._again(list(left))}")
        elif not self.unwanted:
            self._say("Tavlen har det hele.")

    def _tell(self, text: str) -> None:
        if text not in self._said:
            self._said.add(text)
            self._say(text)
