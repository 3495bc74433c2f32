"""One recorded attempt, played: messages arrive when somebody waits for them, and questions are answered as they were.

A step that acts finds its messages the way it does in live: by waiting. So nothing is told before somebody waits, asks or orders,
and nothing goes past what the harness itself did then, which is the one thing that orders a step's own doings and its messages.
"""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

from harness.domain.clock import VirtualClock
from harness.domain.event import Exchanged, Ordered
from harness.domain.exchange import Answer, Exchange, Request, Response
from harness.lps.replay import NotSeen, RecordingEnds
from harness.record.exchanges import ANSWERS
from harness.record.recording import Happening, RecordedAttempt, Stretch
from harness.record.redaction import redact
from harness.services.service import Order


class Tape:
    """A recorded attempt as time, services and the people who ask them; None: one in which nothing happened.

    `arrived` is called with all that happened, in order. `exchange_of` gives a recorded exchange its bodies back.
    """

    def __init__(
        self,
        attempt: RecordedAttempt | None,
        exchange_of: Callable[[Exchanged], Exchange],
        arrived: Callable[[Happening], None],
    ) -> None:
        self._steps = attempt.steps if attempt else []
        self._exchange_of = exchange_of
        self._arrived = arrived
        self._moment = _beginning(self._steps)
        self._left: deque[Happening] = deque(attempt.before.happened if attempt else ())
        self._afterwards: list[Happening] = []
        self._reached = -1
        self._asked = 0

    # The steps

    def go_to_step(self, number: int) -> None:
        """Step `number` begins: all that came before has arrived. Raises RecordingEnds when it was not recorded."""
        self._finish()
        if number >= len(self._steps):
            raise RecordingEnds("Optagelsen slutter, før scenariet gør.")
        self._reached = number
        self._begin(self._steps[number])

    def step_is_over(self, number: int) -> None:
        """Step `number` is carried out, and came to no finding. Raises RecordingEnds when it ended the scenario then."""
        self._finish()
        then = self._steps[number]
        if then.outcome in ("fund", "kunne ikke"):
            raise RecordingEnds("Kørslen sluttede ved et trin, som bygger på noget, der ikke er i optagelsen.")
        if not then.outcome:
            raise RecordingEnds("Optagelsen slutter midt i et trin.")

    def was_carried_out(self, number: int) -> bool:
        """Whether step `number` came to its end then, and to no finding."""
        return self._steps[number].outcome == "udført"

    def refused(self) -> bool:
        """Whether the LPS was refused something in this step, or had no answer in time."""
        return any(
            isinstance(each, Exchanged)
            and each.sender == "lps"
            and (each.answer != ANSWERS[Response] or each.status >= HTTPStatus.BAD_REQUEST)
            for each in self._left
        )

    def go_to_end(self) -> None:
        """Everything has arrived, whether its steps were gone through or not."""
        self._finish()
        for step in self._steps[self._reached + 1 :]:
            self._begin(step)
            self._finish()

    def _begin(self, step: Stretch) -> None:
        self._moment = max(self._moment, step.began or self._moment)
        self._left = deque(step.happened)
        self._afterwards = step.afterwards

    def _finish(self) -> None:
        self._left.extend(self._afterwards)
        self._afterwards = []
        while self._left:
            self._next()

    # Time

    def now(self) -> datetime:
        """The moment, as the run's clock showed it."""
        return self._moment

    def run_due(self) -> None:
        """Let what had happened by now arrive."""
        self.until(lambda: False, 0.0)

    def until(self, done: Callable[[], bool], seconds: float, what: str = "") -> bool:
        """Let what happened arrive, in order, until `done()`; False when nothing within `seconds` makes it so.

        What happened at the very end of the wait belongs to it; but where `done` asks a service, it came of what was done next.
        """
        deadline = self._moment + timedelta(seconds=seconds)
        asked = self._asked
        while not done():
            if not self._left or _is_ours(self._left[0]) or not self._within(self._left[0], deadline, self._asked != asked):
                self._moment = max(self._moment, deadline)
                return False
            self._next()
        return True

    def _within(self, happened: Happening, deadline: datetime, asks: bool) -> bool:
        at = self._at(happened)
        return at < deadline or (at == deadline and (not asks or deadline == self._moment))

    # The services

    def ask(self, request: Request) -> Answer:
        """What a service answered when the harness asked it the same. Raises NotSeen when it did not."""
        self._asked += 1
        body = hashlib.sha256(redact(request.body)).hexdigest() if request.body else ""

        def is_asked(each: Happening) -> bool:
            if not isinstance(each, Exchanged) or each.sender != "harness" or each.request.sha256 != body:
                return False
            return (each.method, each.path, each.query) == (request.method, request.path, request.query)

        found = self._go_past(is_asked)
        if not isinstance(found, Exchanged):
            raise NotSeen(f"Opslaget {request.path} er ikke i optagelsen.")
        return self._exchange_of(found).answer

    def order(self, service: str, order: Order) -> dict[str, Any]:
        """What the service answered when it was told the same. Raises NotSeen when it was not."""
        found = self._go_past(lambda each: isinstance(each, Ordered) and _is_order(each, service, order))
        if not isinstance(found, Ordered):
            raise NotSeen(f"{service}: {order.name} er ikke i optagelsen.")
        return found.answer

    def _go_past(self, wanted: Callable[[Happening], bool]) -> Happening | None:
        """The first that is wanted, when it and all before it have arrived; None, and nothing has, when there is none."""
        number = next((number for number, each in enumerate(self._left) if wanted(each)), None)
        if number is None:
            return None
        for _ in range(number):
            self._next()
        found = self._left[0]
        self._next()
        return found

    def _next(self) -> None:
        happened = self._left.popleft()
        self._moment = max(self._moment, self._at(happened))
        self._arrived(happened)

    def _at(self, happened: Happening) -> datetime:
        return datetime.fromisoformat(happened.at) if isinstance(happened, Exchanged | Ordered) else self._moment


def _beginning(steps: Iterable[Stretch]) -> datetime:
    """When the attempt began: in live as its steps tell, in mock where every clock begins."""
    return next((each.began for each in steps if each.began), VirtualClock().moment)


def _is_ours(happened: Happening) -> bool:
    """Whether the harness did it, so that a step must come to it before anything after it can have happened."""
    return isinstance(happened, Ordered) or (isinstance(happened, Exchanged) and happened.sender == "harness")


def _is_order(happened: Ordered, service: str, order: Order) -> bool:
    return (happened.service, happened.name, happened.arguments) == (service, order.name, order.arguments)
