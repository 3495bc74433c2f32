"""An envelope on its way: each rule breaks alone, and what a system may do otherwise breaks none."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from harness.conformance.rule import Result, Rule, judge
from harness.conformance.transport import vans_posted as rules
from harness.conformance.transport.vans_posted import Posted, Received
from harness.domain.finding import Location

AT = datetime(2026, 10, 5, 8, 15, tzinfo=UTC)
NOTE = ("id", "XML", "XDIS15", "XD1530L", "2118")
POSTED = Posted(Location("b1.xml"), "5790000147465", "5790000121441", AT, AT, NOTE, Received("5790000121441", NOTE))
WRONG = ("id", "XML", "XDIS15", "XD1530L", "2119")
MESSAGE = ("id", "HL7", "MCM:FDIS91#alm", "5.0", "2118")
NIGHT = replace(POSTED, at=datetime(2026, 10, 25, 1, 5, tzinfo=UTC))

BREAKS: list[tuple[Rule, tuple[object, ...], str]] = [
    (rules.from_the_clinic, (replace(POSTED, sender="5790000147472"), "5790000147465"), "5790000147472"),
    (rules.sent_when_it_says, (replace(POSTED, sent=AT - timedelta(days=1)),), "04-10-2026 08:15"),
    (rules.sent_when_it_says, (replace(POSTED, sent=AT - timedelta(hours=12, seconds=1)),), "04-10-2026 20:14"),
    (rules.sent_when_it_says, (replace(POSTED, sent=AT + timedelta(minutes=30, seconds=1)),), "05-10-2026 08:45"),
    (rules.sent_when_it_says, (replace(POSTED, sent=datetime(1, 1, 1)),), "01-01-1 00:00"),  # noqa: DTZ001
    (rules.sent_when_it_says, (replace(POSTED, sent=datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=1)))),), "01-01-1 00:00"),
    (rules.receipts_what_came, (replace(POSTED, receiver="5790000209354"),), "til 5790000209354"),
    (
        rules.receipts_what_came,
        (replace(POSTED, received=Received("5790000121441", ("3", *NOTE[1:])), original=("4", *NOTE[1:])),),
        "4",
    ),
    (rules.receipts_what_came, (replace(POSTED, original=WRONG),), "2119"),
    (rules.receipts_what_came, (replace(POSTED, original=("id", "XML", "XDIS17", "XD1530L", "2118")),), "XDIS17"),
    (
        rules.receipts_what_came,
        (replace(POSTED, received=Received("5790000121441", MESSAGE), original=(*MESSAGE[:2], "FDIS91#kom", *MESSAGE[3:])),),
        "FDIS91#kom",
    ),
    (rules.sent_when_it_says, (replace(NIGHT, sent=datetime(2026, 10, 25, 3, 50)),), "25-10-2026 03:50"),  # noqa: DTZ001
]


@pytest.mark.parametrize(("rule", "subject", "found"), BREAKS, ids=[f"{row[0].id} {row[2]}" for row in BREAKS])
def test_each_rule_breaks(rule: Rule, subject: tuple[object, ...], found: str) -> None:
    (judgement,) = judge([rule], *subject)
    assert [each.actual for each in judgement.findings] == [found]


@pytest.mark.parametrize(
    "sent",
    [
        AT,
        AT.astimezone(timezone(timedelta(hours=2))),
        AT.replace(tzinfo=None),
        datetime(2026, 10, 5, 10, 15),  # noqa: DTZ001 - on the Danish clock
        AT - timedelta(hours=12),
        AT + timedelta(minutes=30),
    ],
)
def test_a_time_may_be_written_in_any_way_and_a_message_may_wait(sent: datetime) -> None:
    assert judge([rules.sent_when_it_says], replace(POSTED, sent=sent))[0].result is Result.HOLDS


@pytest.mark.parametrize(("hour", "minute"), [(2, 50), (2, 5), (1, 5)])
def test_an_hour_that_comes_twice_may_be_either(hour: int, minute: int) -> None:
    """Sent by the first, and come in the second, when the clock was put back."""
    sent = datetime(2026, 10, 25, hour, minute)  # noqa: DTZ001 - on the Danish clock
    (judgement,) = judge([rules.sent_when_it_says], replace(NIGHT, sent=sent))
    assert judgement.result is Result.HOLDS


@pytest.mark.parametrize("type", ["CVR", "VANS"])
def test_a_sender_by_another_number_is_not_judged(type: str) -> None:
    (judgement,) = judge([rules.from_the_clinic], replace(POSTED, sender="1", sender_type=type), "5790000147465")
    assert judgement.result is Result.NOT_JUDGED


@pytest.mark.parametrize(
    ("came", "said"),
    [
        (NOTE, (*NOTE[:4], "2824")),  # 2118 bytes are 2824 in base64
        ((*NOTE[:4], "2824"), NOTE),
        (NOTE, (*NOTE[:2], "MCM:XDIS15", *NOTE[3:])),
        (MESSAGE, (*MESSAGE[:2], "FDIS91", *MESSAGE[3:])),
        ((*MESSAGE[:2], "MCM:FDIS91", *MESSAGE[3:]), MESSAGE),
    ],
)
def test_a_receipt_may_write_name_and_size_in_another_way(came: tuple[str, ...], said: tuple[str, ...]) -> None:
    (judgement,) = judge([rules.receipts_what_came], replace(POSTED, original=said, received=Received("5790000121441", came)))
    assert judgement.result is Result.HOLDS


def test_a_receipt_that_says_less_or_is_of_what_nobody_saw_is_let_be() -> None:
    for each in (POSTED, replace(POSTED, original=("id", "XML", "XDIS15", "", "2118"))):
        assert judge([rules.receipts_what_came], each)[0].result is Result.HOLDS
    assert judge([rules.receipts_what_came], replace(POSTED, received=None))[0].result is Result.NOT_JUDGED
