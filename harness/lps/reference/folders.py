"""The reference LPS with folders: what its system's file says goes as files, it lays there, and finds there what comes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import httpx

from harness.domain.way import ANSWERS, CONTRACTS, NETWORKS, By, Way, answer_status, call_named, name_for
from harness.standards.carried import carried

_ROOTS: Final = {"vans": b"VANSEnvelope", "ehmi": b"StandardBusinessDocument"}
_DOCUMENTS: Final = ("/dros/iti41", "/plsp/forloebsplaner")
_LOOK_SECONDS: Final = 0.02


@dataclass(slots=True)
class FolderLine(httpx.BaseTransport):
    """A transport to the folders of `ways`; `other` carries the rest, and without it nothing else can be reached.

    `root` stands before every service's path. `new_id` makes names its own; `patience` is how many seconds it waits for an
    answer. A folder of a network takes anything.
    """

    ways: Sequence[Way]
    root: str
    new_id: Callable[[], str]
    patience: float
    other: httpx.BaseTransport | None = None
    _found: dict[str, Path] = field(default_factory=dict)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer as the service would. Raises httpx.ConnectError where nothing leads, ReadTimeout where no answer comes."""
        return self._by_folder(request, request.url.path.removeprefix(self.root)) or self._otherwise(request)

    def _by_folder(self, request: httpx.Request, path: str) -> httpx.Response | None:
        """The answer of a folder; None where the request goes another way."""
        service = path.split("/")[1]
        if "/postkasse/" in path:
            return self._fetch(service) if request.method == "GET" else self._forget(path.rpartition("/")[2])
        folder = self._folder(service, path, request.read()) if request.method == "POST" else None
        if folder is None:
            return None
        own = f"{self.new_id()}.xml"
        if service not in NETWORKS:
            return self._call(folder, name_for(path, self.new_id()) if call_named(name_for(path, "")) else own, request)
        self._lay(folder, own, request.content)
        return httpx.Response(202, json={})

    def _otherwise(self, request: httpx.Request) -> httpx.Response:
        if self.other is not None:
            return self.other.handle_request(request)
        if request.method == "GET" and "/postkasse/" in request.url.path:
            return httpx.Response(204)
        raise httpx.ConnectError(f"Der er ingen mappe til {request.url.path}.", request=request)

    def _folder(self, service: str, path: str, body: bytes) -> Path | None:
        """Where a message is laid."""
        for way in self.ways:
            if not way.sent or way.by is not By.FOLDER or way.folder is None:
                continue
            if service not in NETWORKS:
                fits = path in CONTRACTS.get(way.format, ()) or (service in way.services and path in _DOCUMENTS)
            elif path.endswith("/status"):
                fits = service in way.services
            else:
                letter = carried(service, body)
                fits = service in way.services and (letter.receipt or way.format in letter.formats)
            if fits:
                return way.folder
        return None

    def _fetch(self, network: str) -> httpx.Response | None:
        """The oldest of the network's letters that lie here."""
        for file in sorted(self._incoming(), key=lambda each: (each.stat().st_mtime_ns, each.name)):
            data = file.read_bytes()
            if _ROOTS[network] in data[:2000]:
                self._found[file.name] = file
                return httpx.Response(200, content=data, headers={"x-besked": file.name})
        return None

    def _incoming(self) -> Iterator[Path]:
        for folder in {way.folder / ANSWERS if way.sent else way.folder for way in self.ways if way.folder}:
            yield from folder.glob("[!.]*.xml") if folder.is_dir() else ()

    def _forget(self, name: str) -> httpx.Response | None:
        if name not in self._found:
            return None
        self._found.pop(name).unlink()
        return httpx.Response(204)

    def _call(self, folder: Path, name: str, request: httpx.Request) -> httpx.Response:
        """Hand over the body of a call, and wait for the file with the answer."""
        self._lay(folder, name, request.content)
        ends = time.monotonic() + self.patience
        while time.monotonic() < ends:
            for file in (folder / ANSWERS).glob("[!.]*") if (folder / ANSWERS).is_dir() else ():
                if status := answer_status(file.name, name):
                    content = file.read_bytes()
                    file.unlink()
                    kind = "application/json" if name.endswith(".json") else request.headers.get("content-type", "text/xml")
                    return httpx.Response(status, content=content, headers={"content-type": kind})
            time.sleep(_LOOK_SECONDS)  # nobody tells of a file: a system with folders looks, as this one does
        raise httpx.ReadTimeout("Der kom ingen fil med svar.", request=request)

    def _lay(self, folder: Path, name: str, data: bytes) -> None:
        """A file that appears whole."""
        new = folder / f".{name}.ny"
        new.write_bytes(data)
        new.replace(folder / name)
