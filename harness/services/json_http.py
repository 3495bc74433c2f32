"""What the services that speak JSON have in common: reading a request, answering, and being busy, silent or late."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from harness.domain.exchange import Answer, Late, NoAnswer, Request, Response
from harness.services.service import LATE_SECONDS, Availability, Order


@dataclass(slots=True)
class Gate:
    """How a service behaves towards the LPS. `who` names the service in its refusals: `Forløbsplandatabasen`."""

    who: str
    availability: Availability = Availability.NORMAL

    def order(self, order: Order) -> dict[str, Any]:
        """`tilgængelighed` {"værdi": …}. Raises KeyError for another order."""
        if order.name != "tilgængelighed":
            raise KeyError(order.name)
        self.availability = Availability(order.arguments["værdi"])
        return {"tilgængelighed": self.availability}

    def through(self, handle: Callable[[], Response]) -> Answer:
        """What the LPS gets: nothing when the service is silent, and what `handle()` gives late when it is late."""
        if self.availability is Availability.SILENT:
            return NoAnswer()
        response = handle()
        match self.availability:
            case Availability.LATE:
                return Late(response, LATE_SECONDS)
            case Availability.RENEWED:
                return _with_more(response)
            case _:
                return response

    @property
    def closed(self) -> Response | None:
        """The answer of a service that takes nothing in now; None when it does. Read the request first, so that it is known."""
        match self.availability:
            case Availability.BUSY:
                return problem(503, f"{self.who} er optaget. Prøv igen senere.", ("retry-after", "60"))
            case Availability.REFUSING:
                return problem(403, f"{self.who} tager ikke imod noget fra klinikken lige nu.")
            case _:
                return None


def _with_more(response: Response) -> Response:
    """The answer of a newer release: what the old one said, and something that no reader of the old one knows."""
    if not response.header("content-type").startswith("application/json"):
        return response
    content = {**json.loads(response.body), "nytIDenneVersion": {"ansvarlig": "PLSP", "felter": [1, "to", None]}}
    return replace(response, body=json.dumps(content, ensure_ascii=False).encode())


def with_json(request: Request, wanted: set[str], answer: Callable[[dict[str, Any]], Response]) -> Response:
    """What `answer` gives for the request's JSON object, in which every name in `wanted` is a text; else 400 or 422."""
    try:
        wish = json.loads(request.body, parse_float=_number)
    except (ValueError, RecursionError):
        return problem(400, "Beskeden er ikke JSON.")
    if not isinstance(wish, dict):
        return problem(400, "Beskeden er ikke et JSON-objekt.")
    lacking = sorted(name for name in wanted if not isinstance(wish.get(name), str) or not wish[name])
    if lacking:
        return problem(422, f"Beskeden mangler: {', '.join(lacking)}.")
    return answer(wish)


def _number(written: str) -> float:
    """A number without a fraction is an integer, however it is written: `2.0`, `2e0` (JSON Schema 2020-12, Validation, 6.1.1)."""
    number = float(written)
    return int(number) if number.is_integer() else number


def json_response(status: int, content: dict[str, Any], *more: tuple[str, str]) -> Response:
    """An answer in JSON, with `more` headers."""
    body = json.dumps(content, ensure_ascii=False).encode()
    return Response(status, body, (("content-type", "application/json; charset=utf-8"), *more))


def problem(status: int, sentence: str, *more: tuple[str, str]) -> Response:
    """A refusal: a Danish sentence."""
    return json_response(status, {"fejl": sentence}, *more)
