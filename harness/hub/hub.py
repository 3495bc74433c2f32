"""The hub: the one process that owns sockets, worlds, logs and evidence while systems are tested live."""

from __future__ import annotations

import asyncio
import json
import os
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from harness.domain.errors import ConfigurationError, EnvironmentFault
from harness.domain.exchange import Late, NoAnswer, Request, Response
from harness.hub.control import CONTROL_FILE, Control, running_hub
from harness.hub.http import HttpDoor, Limits
from harness.hub.run import LiveRun
from harness.services.service import Service
from harness.services.world import text_response

STANDING = "uden-kørsel"


@dataclass(slots=True)
class Hub:
    """Routes each request to the system its path names, and there to the active run, else to the system's standing world."""

    reports: Path
    systems: tuple[str, ...]
    services: Callable[[], Iterable[Service]]
    allowed: frozenset[str]
    tempo: float = 1.0
    limits: Limits = field(default_factory=Limits)
    _active: dict[str, LiveRun] = field(default_factory=dict)
    _standing: dict[str, LiveRun] = field(default_factory=dict)
    _door: HttpDoor | None = None
    _control: Control | None = None
    _address: str = ""

    async def start(self, host: str, port: int, names: Iterable[str] = ()) -> str:
        """Listen for systems on `host`, and for workers on loopback; the address systems send to.

        `names` are further names a system may call the hub by. Raises OSError, and ConfigurationError when the reports folder
        has a hub already.
        """
        if running_hub(self.reports / CONTROL_FILE):
            raise ConfigurationError(f"Der kører allerede en hub for mappen {self.reports}.")
        self._door = HttpDoor(self._answer, frozenset(map(str.lower, (host, "localhost", *names))), self.limits)
        taken = await self._door.start(host, port)
        self._address = f"http://{f'[{host}]' if ':' in host else host}:{taken}"
        token = secrets.token_hex(32)
        self._control = Control(self, token)
        self._write_control_file(await self._control.start(), token)
        return self._address

    async def stop(self) -> None:
        """End every connection and every run, and take the control file away."""
        if self._control is not None:
            (self.reports / CONTROL_FILE).unlink(missing_ok=True)
            await self._control.stop()
        if self._door is not None:
            await self._door.stop()
        for run in (*self._active.values(), *self._standing.values()):
            await run.close()

    def _write_control_file(self, port: int, token: str) -> None:
        """Where workers find the hub; only this user may read it. It appears whole."""
        self.reports.mkdir(parents=True, exist_ok=True)
        path = self.reports / CONTROL_FILE
        new = path.with_suffix(f".{os.getpid()}")
        new.unlink(missing_ok=True)
        said = {"port": port, "token": token, "pid": os.getpid(), "address": self._address}
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            json.dump(said, file)
        new.replace(path)

    async def open(self, system: str, folder: Path, allowed: frozenset[str], tempo: float) -> tuple[LiveRun, str]:
        """The run of `system` that is active from now on, and where its LPS sends to.

        Raises ConfigurationError when it has one already, EnvironmentFault when `folder` cannot be written.
        """
        if system in self._active:
            raise ConfigurationError(f"{system} har allerede en kørsel i gang.")
        try:
            self._active[system] = LiveRun(folder, self.services(), allowed, tempo)
        except OSError as error:
            raise EnvironmentFault(f"Kørslen kan ikke skrives i {folder}: {error.strerror}.") from None
        return self._active[system], f"{self._address}/{system}"

    async def close(self, system: str) -> None:
        """The run of `system` is over; what comes from now on goes to its standing world."""
        run = self._active.pop(system, None)
        if run is not None:
            await run.close()

    async def _answer(self, request: Request) -> Response | None:
        system, _, rest = request.path.removeprefix("/").partition("/")
        if system not in self.systems and system not in self._active:
            return await self._unknown(request)
        run = self._active.get(system) or self._standing_world(system)
        answer = await run.receive("lps", replace(request, path=f"/{rest}"))
        match answer:
            case Response():
                return answer
            case Late(response, seconds):
                await asyncio.sleep(run.clock.real(seconds))
                return response
            case NoAnswer():
                return None

    def _standing_world(self, system: str) -> LiveRun:
        if system not in self._standing:
            folder = self.reports / STANDING / system / datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
            folder.mkdir(parents=True)
            self._standing[system] = LiveRun(folder, self.services(), self.allowed, self.tempo)
        return self._standing[system]

    async def _unknown(self, request: Request) -> Response:
        """Nobody's message: noted without its content, since nobody has said whose it is."""
        path = self.reports / "ukendt-afsender.jsonl"
        line = {"at": datetime.now(UTC).isoformat(), "method": request.method, "bytes": len(request.body)}
        with path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
        return text_response(404, f"Adressen skal begynde med systemets navn: {', '.join(self.systems)}.")
