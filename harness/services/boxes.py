"""Post boxes on a network: the oldest envelope that waits is handed out until its receiver says that it is stored.

A box is its owner's: another system is refused, and nothing is handed out or deleted. That is a contract of ours.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from harness.domain.exchange import Request, Response
from harness.domain.organisations import CLINIC, PARTNER_CLINIC
from harness.services.json_http import problem
from harness.services.service import LPS, NETWORK, PARTNER, Context

XML = (("content-type", "application/xml"),)
CLOSED: Final = "closed_box"
"""The fact of an exchange that asked for a box that is another's: its lokationsnummer."""

_OWN: Final = {LPS: CLINIC.gln, NETWORK: CLINIC.gln, PARTNER: PARTNER_CLINIC.gln}
"""Whose box is whose. The network brings only what the run's own system sent a second time; nobody else is a clinic."""


@dataclass(slots=True)
class Boxes:
    """The boxes of one network, under `{path}/{lokationsnummer}`.

    `GET` gives the oldest envelope with its number in the header `x-besked`, with `?efter=nummer` the oldest after that one;
    `DELETE {path}/{lokationsnummer}/{nummer}` forgets it. A system that asks for another's box is answered 403: the
    exchange has the fact `CLOSED`, and the first time the log says so.
    """

    path: str
    _boxes: dict[str, dict[int, bytes]] = field(default_factory=dict)
    _count: int = 0
    _told: set[tuple[str, str]] = field(default_factory=set)

    def put(self, gln: str, envelope: bytes) -> None:
        """The envelope waits for the one at this lokationsnummer."""
        self._count += 1
        self._boxes.setdefault(gln, {})[self._count] = envelope

    def handle(self, request: Request, context: Context) -> Response | None:
        """The answer to one who fetches; None when the request is no such."""
        found = re.fullmatch(rf"{self.path}/(\d{{13}})(?:/(\d+))?", request.path)
        if found and found[1] != _OWN.get(context.sender, found[1]):
            return self._closed(found[1], context)
        match (request.method, found):
            case ("GET", re.Match()) if not found[2]:
                after = re.fullmatch(r"efter=(\d{1,9})", request.query)
                return self._oldest(found[1], int(after[1]) if after else 0)
            case ("DELETE", re.Match()) if found[2]:
                self._boxes.get(found[1], {}).pop(int(found[2]), None)
                return Response(204)
            case _:
                return None

    def _closed(self, gln: str, context: Context) -> Response:
        sentence = f"Postkassen {gln} er en andens. Et system henter og sletter kun i sin egen, {_OWN[context.sender]}."
        context.note(**{CLOSED: gln})
        if (context.sender, gln) not in self._told:  # one that asks now and then is told of once
            self._told.add((context.sender, gln))
            who = "Partneren" if context.sender == PARTNER else "Systemet"
            context.observe(f"{who} blev afvist ved en postkasse. {sentence}")
        return problem(403, sentence)

    def _oldest(self, gln: str, after: int) -> Response:
        for number, envelope in self._boxes.get(gln, {}).items():
            if number > after:
                return Response(200, envelope, (*XML, ("x-besked", str(number))))
        return Response(204)
