"""Post boxes on a network: the oldest envelope that waits is handed out until its receiver says that it is stored."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from harness.domain.exchange import Request, Response

XML = (("content-type", "application/xml"),)


@dataclass(slots=True)
class Boxes:
    """The boxes of one network, under `{path}/{lokationsnummer}`.

    `GET` gives the oldest envelope with its number in the header `x-besked`, with `?efter=nummer` the oldest after that one;
    `DELETE {path}/{lokationsnummer}/{nummer}` forgets it.
    """

    path: str
    _boxes: dict[str, dict[int, bytes]] = field(default_factory=dict)
    _count: int = 0

    def put(self, gln: str, envelope: bytes) -> None:
        """The envelope waits for the one at this lokationsnummer."""
        self._count += 1
        self._boxes.setdefault(gln, {})[self._count] = envelope

    def handle(self, request: Request) -> Response | None:
        """The answer to one who fetches; None when the request is no such."""
        found = re.fullmatch(rf"{self.path}/(\d{{13}})(?:/(\d+))?", request.path)
        match (request.method, found):
            case ("GET", re.Match()) if not found[2]:
                after = re.fullmatch(r"efter=(\d{1,9})", request.query)
                return self._oldest(found[1], int(after[1]) if after else 0)
            case ("DELETE", re.Match()) if found[2]:
                self._boxes.get(found[1], {}).pop(int(found[2]), None)
                return Response(204)
            case _:
                return None

    def _oldest(self, gln: str, after: int) -> Response:
        for number, envelope in self._boxes.get(gln, {}).items():
            if number > after:
                return Response(200, envelope, (*XML, ("x-besked", str(number))))
        return Response(204)
