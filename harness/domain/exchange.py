"""One recorded request with its response, and what a service may answer.

A service never sees a socket: it gets a `Request` and gives an `Answer`. Header names are lower case.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from harness.domain.seat import Seat

Headers = tuple[tuple[str, str], ...]


def header(headers: Headers, name: str, default: str = "") -> str:
    """The first header called `name` (lower case), or `default`."""
    return next((value for key, value in headers if key == name), default)


@dataclass(frozen=True, slots=True)
class Request:
    """What arrived. `path` starts at the service (`/dros/iti41`), without host and system prefix; `query` without `?`."""

    method: str
    path: str
    headers: Headers = ()
    body: bytes = field(default=b"", repr=False)
    query: str = ""

    def header(self, name: str, default: str = "") -> str:
        """The first header called `name` (lower case), or `default`."""
        return header(self.headers, name, default)


@dataclass(frozen=True, slots=True)
class Response:
    """What is answered."""

    status: int
    body: bytes = field(default=b"", repr=False)
    headers: Headers = ()

    def header(self, name: str, default: str = "") -> str:
        """The first header called `name` (lower case), or `default`."""
        return header(self.headers, name, default)


@dataclass(frozen=True, slots=True)
class Late:
    """The request was handled, but its response leaves the service `seconds` later."""

    response: Response
    seconds: float


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """The request was never taken in, and nothing will be answered."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A delivery of ours that got no response; `reason` is a Danish sentence."""

    reason: str


Answer = Response | Late | NoAnswer


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request with its answer, as the world handled it.

    `sender` is `lps`, a service's name, or `harness` (the harness read on a tester's behalf). `facts` is what the service
    understood, as text: `patient` (CPR), `document` (kind, e.g. `CPD-DK`), `document_id`, `unique_id`, `set_id`, `version`,
    `transaction`; `taken` when it took the document in, and `entry` the entryUUID it registered it under.
    `ids` are the new ids the service was given while handling it, in order: with `at` they let it be replayed.
    `delivery` is the number of the delivery it carried, where a service sent it; else 0.

    `seat` is who played the service. Of a real one `answered` is when its answer came, and two more facts may stand there:
    `unreached` (why it could not be reached) and `refused` (what it said where it did not do as asked). What was read back has
    the document as its request, and no answer: nobody saw the message that brought it.
    """

    id: str
    sender: str
    service: str
    at: datetime
    request: Request
    answer: Answer
    ids: tuple[str, ...] = ()
    facts: dict[str, str] = field(default_factory=dict, repr=False)
    delivery: int = 0
    seat: Seat = Seat.SIMULATOR
    answered: datetime | None = None

    @property
    def response(self) -> Response | None:
        """The response, also a late one; None when there is none."""
        match self.answer:
            case Response():
                return self.answer
            case Late():
                return self.answer.response
            case NoAnswer():
                return None
