"""What goes wrong between one system and its services, as a scenario orders it: one table, the same in mock and in live.

    Order("forstyrrelse", {"slags": "optaget", "antal": 2})                the LPS's next two messages to the service
    Order("forstyrrelse", {"slags": "forsinkelse", "sekunder": 20})        each of its messages, until `USUAL`
    Order("forstyrrelse", {"slags": "dublet", "retning": "levering"})      what the service itself sends
    Order("forstyrrelse", {"slags": "ingen", "retning": "levering"})       nothing more goes wrong with that

The order is logged, and what it does is a function of the table and of what came: a world that is replayed has the same
table. Nothing here is the LPS's doing, so nothing of it is graded: the exchange says it in its fact `disturbance`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, TypeVar

from harness.domain.errors import ConfigurationError
from harness.domain.exchange import Answer, Late, NoAnswer, Request, Response
from harness.services.service import Order
from harness.standards.mtom import version_said
from harness.standards.soap import fault_response

Choice = TypeVar("Choice", bound=StrEnum)

DISTURBANCE: Final = "forstyrrelse"
"""The name of the order."""


class Kind(StrEnum):
    """What goes wrong. The service has taken the message in, except where it says otherwise."""

    NONE = "ingen"
    """The messages of that direction come through as ever. The clock stays as it is."""
    CLOCK = "ur"
    """The service's own clock is `sekunder` ahead, behind where they are negative, and right where they are 0."""
    LATENCY = "forsinkelse"
    """The answer, or what the service sends, is `sekunder` late."""
    BUSY = "optaget"
    """HTTP 503; not taken in."""
    HTTP_ERROR = "http-500"
    """HTTP 500 in plain text; not taken in."""
    SOAP_FAULT = "soap-fejl"
    """A SOAP fault of the receiver's; not taken in."""
    OUTAGE = "nedbrud"
    """No answer; not taken in."""
    DUPLICATE = "dublet"
    """The network hands the message over twice. Who sent it hears of the first only."""
    REORDER = "ombytning"
    """Every other message is `sekunder` late, so that the next one overtakes it."""


class Direction(StrEnum):
    """Which messages: what the LPS sends the service, or what the service sends."""

    REQUEST = "anmodning"
    DELIVERY = "levering"


REFUSALS: Final = frozenset({Kind.BUSY, Kind.HTTP_ERROR, Kind.SOAP_FAULT, Kind.OUTAGE})
_IN_SECONDS: Final = frozenset({Kind.CLOCK, Kind.LATENCY, Kind.REORDER})


@dataclass(slots=True)
class Disturbance:
    """One row of the table. `left` is how many messages it is for (None: until told otherwise), `met` how many it has met."""

    kind: Kind
    direction: Direction
    seconds: float
    path: str
    left: int | None
    met: int = 0


@dataclass(slots=True)
class Disturbances:
    """The table, by the service that is disturbed. An order for a kind takes the place of the one before it, and goes before
    those for others: what was said last holds."""

    _rows: dict[str, dict[tuple[Kind, Direction], Disturbance]] = field(default_factory=dict)

    def order(self, service: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """Put a row in: `slags`, and where it has them `retning` (`anmodning`), `sekunder`, `antal` (all), `sti` (its beginning).

        Raises ConfigurationError in Danish for what it does not know.
        """
        row = _row(arguments)
        rows = self._rows.setdefault(service, {})
        if row.kind is Kind.NONE:
            for kind, direction in [each for each in rows if each[1] is row.direction and each[0] is not Kind.CLOCK]:
                del rows[kind, direction]
        else:
            rows.pop((row.kind, row.direction), None)
            rows[row.kind, row.direction] = row
        return {"slags": row.kind, "retning": row.direction}

    def end(self, service: str) -> None:
        """Nothing is wrong with this service any more."""
        self._rows.pop(service, None)

    def clock(self, service: str) -> float:
        """How many seconds ahead the service's own clock is."""
        row = self._rows.get(service, {}).get((Kind.CLOCK, Direction.REQUEST))
        return row.seconds if row else 0.0

    def meet(self, service: str, direction: Direction, path: str, kinds: Collection[Kind]) -> Disturbance | None:
        """The row of one of `kinds` that a message to `path` meets; it has met one more then."""
        for row in self._of(service, direction, path):
            if row.kind in kinds:
                row.met += 1
                if row.left is not None:
                    row.left -= 1
                return row
        return None

    def wait(self, service: str, path: str) -> float:
        """How many seconds late a message of the service's own is to be sent."""
        latency = self.meet(service, Direction.DELIVERY, path, (Kind.LATENCY,))
        reorder = self.meet(service, Direction.DELIVERY, path, (Kind.REORDER,))
        held = reorder is not None and reorder.met % 2 == 1
        return (latency.seconds if latency else 0.0) + (reorder.seconds if reorder and held else 0.0)

    def _of(self, service: str, direction: Direction, path: str) -> Iterator[Disturbance]:
        for row in reversed(self._rows.get(service, {}).values()):
            if row.direction is direction and path.startswith(row.path) and row.left != 0:
                yield row


def refuses_requests(order: Order) -> bool:
    """Whether an order has the LPS's messages refused."""
    direction = order.arguments.get("retning", Direction.REQUEST)
    return order.name == DISTURBANCE and order.arguments.get("slags") in REFUSALS and direction == Direction.REQUEST


def refusal(kind: Kind, request: Request) -> Answer:
    """What a sender hears of a message that was not taken in, by one of `REFUSALS`."""
    sentence = "Tjenesten er forstyrret, fordi scenariet beder om det."
    match kind:
        case Kind.OUTAGE:
            return NoAnswer()
        case Kind.SOAP_FAULT:
            return fault_response(sentence, server=True, version=version_said(request.headers))
        case Kind.BUSY:
            return _text(503, f"{sentence} Den er optaget. Prøv igen senere.", ("retry-after", "60"))
        case _:
            return _text(500, sentence)


def later(answer: Answer, seconds: float) -> Answer:
    """The same answer, `seconds` later than it would have been."""
    match answer:
        case Response():
            return Late(answer, seconds)
        case Late():
            return Late(answer.response, answer.seconds + seconds)
        case NoAnswer():
            return answer


def _row(arguments: Mapping[str, Any]) -> Disturbance:
    unknown = arguments.keys() - {"slags", "retning", "sekunder", "antal", "sti"}
    if unknown:
        raise ConfigurationError(
            f"En forstyrrelse har slags, retning, sekunder, antal og sti, ikke {', '.join(sorted(unknown))}."
        )
    kind = _chosen(Kind, "slags", arguments.get("slags"))
    direction = _chosen(Direction, "retning", arguments.get("retning", Direction.REQUEST))
    seconds, count, path = arguments.get("sekunder", 0.0), arguments.get("antal"), arguments.get("sti", "")
    fits = _number(seconds) and (kind is Kind.CLOCK or (seconds > 0 if kind in _IN_SECONDS else seconds == 0))
    if not fits:
        wanted = "skal have et antal sekunder" if kind in _IN_SECONDS else "har ingen sekunder"
        raise ConfigurationError(f"Forstyrrelsen {kind} {wanted}. Der står {seconds}.")
    if count is not None and (not isinstance(count, int) or count < 1):
        raise ConfigurationError(f"antal skal være et helt tal, mindst 1. Der står {count}.")
    if kind is Kind.REORDER and direction is Direction.REQUEST:
        raise ConfigurationError("En anmodning venter på sit svar og kan ikke byttes om. Brug retning levering.")
    if kind is Kind.CLOCK and ("sekunder" not in arguments or direction is Direction.DELIVERY or count is not None or path):
        raise ConfigurationError("Forstyrrelsen ur gælder hele tjenesten. Den har sekunder og ikke andet.")
    if kind is Kind.NONE and (count is not None or path):
        raise ConfigurationError("Forstyrrelsen ingen gælder alle beskeder i sin retning. Den har hverken antal eller sti.")
    return Disturbance(kind, direction, float(seconds), str(path), count)


def _number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _chosen(kinds: type[Choice], name: str, value: object) -> Choice:
    try:
        return kinds(str(value))
    except ValueError:
        raise ConfigurationError(f"{name} kan være {', '.join(kinds)}. Der står {value}.") from None


def _text(status: int, sentence: str, *headers: tuple[str, str]) -> Response:
    return Response(status, sentence.encode(), (("content-type", "text/plain; charset=utf-8"), *headers))
