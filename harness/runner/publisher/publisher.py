"""Sends one run: a thread that follows its files on the disk, and catches up by itself whatever happens on the way."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from harness.record.delivery import RunName
from harness.record.log import LOG_NAME, REVIEW_NAME
from harness.runner.publisher.chain import AT_ONCE, OwnChain
from harness.runner.publisher.sender import Sender
from harness.runner.publisher.wall import Line, NotAdmitted, Unreachable, Unwanted, Wall

if TYPE_CHECKING:
    import httpx

LOOK_SECONDS: Final = 0.05
"""How often the file is looked at."""
_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 1.5
"""Seconds before the first new try and, in the end, between tries: the wall is whole again soon after it is back."""
_SHORTEST_PAUSE: Final = 0.1


class Publisher:
    """Sends the run called `name` in `folder` to `wall`, its log and then its review. Never fails, and never holds up the run.

    `told` hears, in Danish, what stands in the way; `moved` that lines were delivered, or that it is over. Both are called from
    the publisher's own thread. `connect` makes the client.
    """

    def __init__(
        self,
        name: RunName,
        folder: Path,
        wall: Wall,
        told: Callable[[str], object],
        moved: Callable[[], object] = lambda: None,
        connect: Callable[[Wall], httpx.Client] = Wall.client,
    ) -> None:
        self.name = name
        self.folder = folder
        self._wall = wall
        self._told = told
        self._moved = moved
        self._connect = connect
        self._chains = (OwnChain(folder / LOG_NAME), OwnChain(folder / REVIEW_NAME))
        self._woken = threading.Event()
        self._ended = threading.Event()
        self._stopped = threading.Event()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"tavle {name}", daemon=True)
        self.unwanted = False
        """Whether the wall does not take the run; why was told."""

    def start(self) -> None:
        """Begin to follow the run."""
        self._thread.start()

    def wake(self) -> None:
        """There is something to send now."""
        self._woken.set()

    def end(self) -> None:
        """Nothing more is written: it is over when everything is delivered."""
        self._ended.set()
        self._woken.set()

    def stop(self) -> None:
        """It is over, whatever is delivered."""
        self._stopped.set()
        self._woken.set()

    @property
    def is_over(self) -> bool:
        """Whether nothing more is sent."""
        return self._over.is_set()

    def left(self) -> int:
        """How many lines the wall is not known to have. Raises OSError."""
        return sum(chain.left() for chain in self._chains)

    def join(self, seconds: float) -> None:
        """Wait for the thread, but not longer than that."""
        self._thread.join(seconds)

    def _run(self) -> None:
        try:
            with self._connect(self._wall) as client:
                log, review = self._chains
                self._follow(
                    Sender(log, Line(client, self.name), asks_early=True),
                    Sender(review, Line(client, self.name, "/gennemgang"), asks_early=False),
                )
        except NotAdmitted as error:
            self._give_up(f"Tavlen tager ikke imod kørsler herfra. {error}")
        except Unwanted as error:
            self._give_up(f"Tavlen tager ikke imod {self.name}. {error}")
        except OSError as error:  # of the files, or of the certificate's: the network's own are Unreachable
            self._give_up(f"{self.name} kan ikke sendes til tavlen: {error.strerror or error}.")
        finally:
            self._over.set()
            self._moved()

    def _give_up(self, why: str) -> None:
        self.unwanted = True
        self._told(f"{why} Kørslen og dens dom er de samme.")

    def _follow(self, *chains: Sender) -> None:
        """Send what comes until it is over. Raises Unwanted and OSError."""
        tries = 0
        while not self._stopped.is_set():
            ended = self._ended.is_set()  # asked first: what is written before the end is seen below
            self._woken.clear()
            try:
                sent = next(filter(None, (each.send_next() for each in chains)), 0)  # a review follows its whole log
            except Unreachable as error:
                tries += 1
                self._told(f"Tavlen: {error} Linjerne bliver sendt, når den svarer.")
                for each in chains:
                    each.sure = False
                self._pause(tries)
                continue
            tries = 0
            if sent:
                self._moved()
            elif ended:
                return
            if sent < AT_ONCE // 2 and not ended:
                self._woken.wait(LOOK_SECONDS)

    def _pause(self, tries: int) -> None:
        """Wait before the next try, longer each time and never as long as the others; less when a scenario has ended."""
        longest = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2 ** min(tries, 10))
        if not self._stopped.wait(_SHORTEST_PAUSE):
            self._woken.wait(random.uniform(0, longest))
