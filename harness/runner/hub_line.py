"""A connection to the hub's control line: wishes go out, answers and the run's log come back."""

from __future__ import annotations

import itertools
import json
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from harness.domain.errors import ConfigurationError, EnvironmentFault
from harness.hub.control import running_hub

ANSWER_SECONDS = 120.0
"""How long the hub may take over one request of the worker's before it counts as gone."""


class HubLine:
    """The worker's connection to a hub; any thread may use it.

    In the reading thread, `told` is called with each line of the run's log, and `over` when the hub is gone.
    """

    def __init__(
        self,
        control: Path,
        told: Callable[[dict[str, Any]], None] = lambda _: None,
        over: Callable[[], None] = lambda: None,
    ) -> None:
        known = running_hub(control)
        if known is None:
            raise EnvironmentFault(
                f"Der kører ingen hub for mappen {control.parent}. Start den med samme --reports, fx: lps serve --pages-port 8081"
            )
        try:
            self._socket = socket.create_connection(("127.0.0.1", known["port"]), timeout=5.0)
        except OSError as error:
            raise EnvironmentFault(f"Der er ingen hub at tale med ({error}).") from None
        self._socket.settimeout(None)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._told = told
        self._over = over
        self._numbers = itertools.count(1)
        self._answers: dict[int, dict[str, Any]] = {}
        self._arrived = threading.Condition()
        self._writing = threading.Lock()
        self.gone = ""
        self._write({"token": known["token"]})
        self._reader = threading.Thread(target=self._read, daemon=True, name="hub")
        self._reader.start()

    def do(self, what: str, **more: Any) -> Any:
        """Have the hub do something; its answer. Raises ConfigurationError when it refuses, EnvironmentFault when it is gone."""
        number = next(self._numbers)
        self._write({"id": number, "do": what, **more})
        with self._arrived:
            self._arrived.wait_for(lambda: number in self._answers or self.gone, ANSWER_SECONDS)
            if number not in self._answers:
                raise EnvironmentFault(self.gone or "Hubben svarer ikke.")
            answer = self._answers.pop(number)
        if "error" in answer:
            raise ConfigurationError(answer["error"])
        return answer["answer"]

    def close(self) -> None:
        """End the connection. A run that was not closed first stays open on the hub, for whoever resumes it."""
        with suppress(OSError):  # the hub ended it first
            self._socket.shutdown(socket.SHUT_RDWR)
        self._reader.join()
        self._socket.close()

    def _write(self, what: dict[str, Any]) -> None:
        try:
            with self._writing:
                self._socket.sendall(json.dumps(what, ensure_ascii=False).encode() + b"\n")
        except OSError as error:
            raise EnvironmentFault(f"Hubben svarer ikke mere ({error}).") from None

    def _read(self) -> None:
        gone = "Hubben svarer ikke mere."
        try:
            with self._socket.makefile("rb") as lines:
                for line in lines:
                    said = json.loads(line)
                    if "line" in said:
                        self._told(said["line"])
                        continue
                    with self._arrived:
                        self._answers[said["id"]] = said
                        self._arrived.notify_all()
        except Exception as error:  # whoever waits is told: the thread has nobody to raise to
            gone = f"Forbindelsen til hubben er slut ({type(error).__name__}: {error})."
        with self._arrived:
            self.gone = gone
            self._arrived.notify_all()
        self._over()
