from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from harness.domain.errors import EnvironmentFault
from harness.domain.exchange import Exchange, Request, Response
from harness.domain.seat import Seat
from harness.lps.driver import CannotAct
from harness.steps.real_services import let_down

NOW = datetime(2026, 10, 5, tzinfo=UTC)
PLAN = {"transaction": "ITI-41", "patient": "2509479989", "document_id": "d1"}


def sent(number: int, seat: Seat = Seat.RELAY, sender: str = "lps", **facts: str) -> Exchange:
    at = NOW + timedelta(seconds=number)
    return Exchange(
        f"b{number}", sender, "dokumentdeling", at, Request("POST", "/dros/iti41"), Response(200), (), PLAN | facts, 0, seat
    )


@pytest.mark.parametrize(
    "received",
    [
        [],
        [sent(1, taken="ja")],
        [sent(1, refused="optaget"), sent(2, taken="ja")],
        [sent(1, unreached="væk"), sent(2, refused="optaget"), sent(3, taken="ja")],
        [sent(1, Seat.SIMULATOR, refused="optaget")],
        [sent(1, sender="harness", refused="optaget")],
    ],
)
def test_a_real_service_that_did_its_part_in_the_end_lets_nobody_down(received: list[Exchange]) -> None:
    assert let_down(received) is None


@pytest.mark.parametrize(
    ("received", "kind", "why"),
    [
        ([sent(1, refused="optaget")], CannotAct, "tog ikke imod besked b1: optaget."),
        ([sent(1, taken="ja"), sent(2, refused="optaget")], CannotAct, "besked b2"),
        ([sent(1, refused="optaget"), sent(2, document_id="d2", taken="ja")], CannotAct, "besked b1"),
        ([sent(1, refused="optaget"), sent(2, unreached="Den er væk")], EnvironmentFault, "Den er væk (besked b2)."),
    ],
)
def test_one_that_did_not_is_told_of(received: list[Exchange], kind: type[Exception], why: str) -> None:
    reason = let_down(received)
    assert type(reason) is kind
    assert why in str(reason)
