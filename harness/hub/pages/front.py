"""Where the pages are shown: their door, their address, and the links by which testers get in."""

from __future__ import annotations

import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.domain.errors import BadInput, ConfigurationError, EnvironmentFault
from harness.hub.http import HttpDoor
from harness.hub.pages.access import ACCESS_FILE, MEDCOM, Access
from harness.hub.pages.side_files import Files
from harness.hub.pages.site import PAGE_LIMITS, WAYS_IN, Site, Systems
from harness.record.reviewing import Reviews


@dataclass(frozen=True, slots=True)
class Listening:
    """Where pages are: on `port` (0: a free one) of `host`, over https where `tls` is given."""

    host: str = "127.0.0.1"
    port: int = 0
    tls: ssl.SSLContext | None = None


class Front:
    """The pages of one hub, at `address` once they are shown. `files` and `reviews`: as `Site` has them."""

    def __init__(
        self, hub: Systems, reports: Path, where: Listening, files: Files | None = None, reviews: Reviews | None = None
    ) -> None:
        """Raises ConfigurationError when what was kept of links and cookies in `reports` cannot be read, and for a system that is
        called as MedCom's page is: its testers would be let in as MedCom's.
        """
        if MEDCOM in hub.systems:
            raise ConfigurationError(f"Et system kan ikke hedde {MEDCOM}: sådan hedder MedComs egen side. Giv det et andet id.")
        self._where = where
        self._systems = hub.systems
        try:
            self._access = Access(reports / ACCESS_FILE, secure=where.tls is not None)
        except BadInput as error:
            raise ConfigurationError(f"{error}.") from None
        self._site = Site(hub, self._access, where.host, files, reviews)
        self._door: HttpDoor | None = None
        self.address = ""

    async def start(self, base: str, names: Sequence[str]) -> None:
        """Show them at `base` (`https://hub.test`), where people may also call the hub by `names`.

        Raises EnvironmentFault when the port is taken.
        """
        known = frozenset(map(str.lower, ("localhost", *names)))
        self._door = HttpDoor(self._site.answer, known, PAGE_LIMITS, room=self._site.room)
        host, port = self._where.host, self._where.port
        try:
            self.address = f"{base}:{await self._door.start(host, port, self._where.tls)}"
        except OSError as error:
            raise EnvironmentFault(f"Siderne kan ikke vises på {host}:{port}: {error.strerror or error}.") from None

    def link(self, system: str) -> str:
        """The address by which one tester gets in to the page of `system`, once; MEDCOM: to MedCom's.

        Raises ConfigurationError for an unknown one.
        """
        if system not in (*self._systems, MEDCOM):
            raise ConfigurationError(f"Systemet kendes ikke. Fundet: {system}. Kan være: {', '.join(self._systems)}.")
        return f"{self.address}{WAYS_IN}{self._access.new_link(system)}"

    async def stop(self) -> None:
        """Show them no more."""
        if self._door is not None:
            await self._door.stop()
