"""Files by hand, for channels of the kind `side`: a tester fetches what waits for the LPS, and hands in what it made.

/SYSTEM/filer              what waits, what was not taken in, and a form
/SYSTEM/filer/NAME         one that waits, to be saved
/SYSTEM/filer (POST)       hand in files, as if the LPS had sent them
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol
from urllib.parse import quote, unquote_to_bytes

from harness.domain.errors import EnvironmentFault
from harness.domain.exchange import Response
from harness.hub.folders import HandedIn, Left
from harness.hub.pages.access import Tester
from harness.hub.pages.forms import Sent
from harness.hub.pages.rendering import SAFE, page


class Files(Protocol):
    """Whoever carries files between systems and the hub."""

    def waiting_files(self, system: str) -> tuple[Path, ...]:
        """The files that wait to be fetched from the page of `system`, oldest first."""
        ...

    def left_files(self, system: str) -> Sequence[Left]:
        """The files from `system` that were not taken in, and why."""
        ...

    async def hand_in(self, system: str, name: str, data: bytes) -> HandedIn:
        """Take in a file as what the LPS of `system` would have sent. Raises KeyError for a system without files."""
        ...


class SideFiles:
    """The pages of files."""

    def __init__(self, files: Files) -> None:
        self._files = files

    def waiting(self, system: str) -> list[str]:
        """The names of the files that wait to be fetched, oldest first."""
        return [path.name for path in self._files.waiting_files(system)]

    def show(self, tester: Tester, status: int = 200, told: Sequence[tuple[str, HandedIn]] = ()) -> Response:
        """The page, with what came of files just handed in."""
        left = self._files.left_files(tester.system)
        return page("filer.html", status, tester=tester, waiting=self.waiting(tester.system), left=left, told=told)

    async def fetch(self, system: str, name: str) -> Response | None:
        """The file called `name` as it stands in the path, to be saved; None when it does not wait any more."""
        wanted = unquote_to_bytes(name).decode("utf-8", "replace")
        path = next((each for each in self._files.waiting_files(system) if each.name == wanted), None)
        if path is None:
            return None
        try:
            data = await asyncio.to_thread(path.read_bytes)
        except FileNotFoundError:
            return None  # it was fetched and taken away meanwhile
        named = f"attachment; filename*=UTF-8''{quote(path.name)}"
        kind = (("content-type", "application/octet-stream"), ("content-security-policy", "sandbox"))
        return Response(200, data, (*kind, ("content-disposition", named), *SAFE))

    async def handed_in(self, tester: Tester, form: Sent) -> Response:
        """Take in what a tester handed in; the page says of each file what came of it."""
        told: list[tuple[str, HandedIn]] = []
        for name, data in form.files.get("fil", ()):
            if not name and not data:
                continue
            try:
                told.append((name, await self._files.hand_in(tester.system, name, data)))
            except KeyError:
                told.append((name, HandedIn(False, "Systemets fil siger ikke, at noget kommer som filer. Ret kanaler i den.")))
            except (OSError, EnvironmentFault) as error:
                told.append((name, HandedIn(False, f"Filen er ikke taget ind: {error}. Prøv igen.")))
        told = told or [("", HandedIn(False, "Vælg en fil."))]
        return self.show(tester, 200 if all(each.taken for _, each in told) else 422, told)
