"""The inbox: early or late, a message is found by whoever waits, and what did not come is explained in Danish."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.domain.clock import VirtualClock
from harness.domain.exchange import Exchange, Request, Response
from harness.domain.identifiers import Cpr
from harness.record.inbox import Inbox, Missing
from harness.record.matchers import Matcher, carries, document, fact, patient, sender, version

NANCY = "2512489996"
ELMER = "2509479989"
NANCYS = patient(Cpr(NANCY), "Nancy")
PLAN = document("CPD-DK")


def message(number: int, came_from: str = "lps", **facts: str) -> Exchange:
    return Exchange(
        id=f"b{number}",
        sender=came_from,
        service="plsp",
        at=datetime(2026, 10, 5, tzinfo=UTC),
        request=Request("POST", "/plsp/forloebsplaner"),
        answer=Response(201),
        facts=facts,
    )


class Waiting:
    """An inbox with its clock; messages can be put on their way."""

    def __init__(self) -> None:
        self.clock = VirtualClock()
        self.inbox = Inbox(self.clock)
        self.began = self.clock.now()

    def coming(self, seconds: float, exchange: Exchange) -> None:
        self.clock.call_in(seconds, lambda: self.inbox.record(exchange))

    @property
    def passed(self) -> float:
        return (self.clock.now() - self.began).total_seconds()


@pytest.fixture
def waiting() -> Waiting:
    return Waiting()


def test_a_message_that_came_before_the_wait_is_found_at_once(waiting: Waiting) -> None:
    early = message(1, patient=NANCY)
    waiting.inbox.record(early)
    waiting.coming(5, message(2, patient=NANCY))
    assert waiting.inbox.expect(NANCYS, 60) is early
    assert waiting.passed == 0


def test_a_message_is_found_when_it_comes(waiting: Waiting) -> None:
    waiting.coming(5, message(1, patient=ELMER))
    waiting.coming(20, message(2, patient=NANCY))
    assert waiting.inbox.expect(NANCYS, 60).id == "b2"
    assert waiting.passed == 20


def test_a_message_exactly_at_the_deadline_is_in_time(waiting: Waiting) -> None:
    waiting.coming(60, message(1, patient=NANCY))
    assert waiting.inbox.expect(NANCYS, 60).id == "b1"


def test_a_message_after_the_deadline_is_late_but_not_lost(waiting: Waiting) -> None:
    waiting.coming(60.001, message(1, patient=NANCY))
    with pytest.raises(Missing):
        waiting.inbox.expect(NANCYS, 60)
    assert waiting.passed == 60
    assert waiting.inbox.expect(NANCYS, 60).id == "b1"


def test_several_waits_find_the_same_messages(waiting: Waiting) -> None:
    waiting.coming(5, message(1, patient=NANCY, version="1"))
    waiting.coming(9, message(2, patient=NANCY, version="2"))
    assert waiting.inbox.expect(version(2), 60).id == "b2"
    assert waiting.inbox.expect(version(1), 60).id == "b1"
    assert waiting.inbox.expect(NANCYS, 60).id == "b1"
    assert [found.id for found in waiting.inbox.all(NANCYS)] == ["b1", "b2"]


def test_a_wait_within_a_wait_finds_its_own(waiting: Waiting) -> None:
    found: list[Exchange] = []
    waiting.clock.call_in(1, lambda: found.append(waiting.inbox.expect(version(1), 60)))
    waiting.coming(2, message(1, version="1"))
    waiting.coming(3, message(2, version="2"))
    found.append(waiting.inbox.expect(version(2), 60))
    assert [each.id for each in found] == ["b1", "b2"]


def test_since_leaves_the_earlier_ones_out(waiting: Waiting) -> None:
    waiting.inbox.record(message(1, patient=NANCY))
    since = len(waiting.inbox.received)
    waiting.coming(1, message(2, patient=NANCY))
    assert waiting.inbox.expect(NANCYS, 60, since).id == "b2"


def explanation(waiting: Waiting, wanted: Matcher, since: int = 0) -> str:
    with pytest.raises(Missing) as missing:
        waiting.inbox.expect(wanted, 60, since)
    return str(missing.value)


def test_that_nothing_came_is_said(waiting: Waiting) -> None:
    waiting.inbox.record(message(1, came_from="plsp", patient=NANCY))
    assert explanation(waiting, NANCYS & PLAN & version(2)) == (
        "Der kom ikke det ventede inden for 60 sekunder: patient Nancy, dokumenttype CPD-DK, udgave 2. Systemet sendte ingenting."
    )


def test_the_explanation_says_how_each_message_differed(waiting: Waiting) -> None:
    waiting.inbox.record(message(1, patient=ELMER, document="CPD-DK", version="2"))
    waiting.inbox.record(message(2, patient=NANCY, version="1", transaction="Forløbsplan til PLSP"))
    assert explanation(waiting, NANCYS & PLAN & version(2)) == (
        "Der kom ikke det ventede inden for 60 sekunder: patient Nancy, dokumenttype CPD-DK, udgave 2."
        " Der kom POST /plsp/forloebsplaner til plsp (besked b1): patient er en anden, ikke Nancy."
        " Der kom Forløbsplan til PLSP til plsp (besked b2): dokumenttype er ukendt, ikke CPD-DK; udgave er 1, ikke 2."
    )


def test_the_explanation_leaves_out_what_came_before(waiting: Waiting) -> None:
    waiting.inbox.record(message(1, patient=ELMER))
    assert "Systemet sendte ingenting." in explanation(waiting, NANCYS, since=1)


def test_no_explanation_and_no_repr_shows_a_cpr(waiting: Waiting) -> None:
    waiting.inbox.record(message(1, patient=ELMER, text=f"Ring til {ELMER}"))
    waiting.inbox.record(message(2, patient=NANCY))
    for wanted in (NANCYS & PLAN, ~NANCYS & PLAN, (NANCYS | PLAN) & version(2), NANCYS & carries("BCDFGH") & sender("plsp")):
        shown = explanation(waiting, wanted) + wanted.wanted + repr(waiting.inbox.received)
        assert ELMER not in shown
        assert NANCY not in shown
        assert ELMER[6:] not in shown


def test_a_missing_mark_is_explained_as_reuse(waiting: Waiting) -> None:
    waiting.inbox.record(message(1, text="Gå tur XZXZXZ"))
    assert "mærket BCDFGH står ikke i planen" in explanation(waiting, carries("BCDFGH"))
    assert waiting.inbox.expect(carries("XZXZXZ"), 60).id == "b1"


def test_nothing_came_as_it_should_be(waiting: Waiting) -> None:
    waiting.coming(10, message(1, patient=ELMER))
    waiting.coming(60.001, message(2, patient=NANCY))
    assert waiting.inbox.expect_nothing(NANCYS, 60) is None
    assert waiting.passed == 60


@pytest.mark.parametrize("seconds", [0, 10, 60])
def test_something_came_that_should_not(waiting: Waiting, seconds: float) -> None:
    waiting.coming(seconds, message(1, patient=NANCY))
    found = waiting.inbox.expect_nothing(NANCYS, 60)
    assert found is not None
    assert (found.id, waiting.passed) == ("b1", seconds)


def test_what_came_before_can_be_what_should_not_have_come(waiting: Waiting) -> None:
    waiting.inbox.record(message(1, patient=NANCY))
    assert waiting.inbox.expect_nothing(NANCYS, 60) is not None
    assert waiting.inbox.expect_nothing(NANCYS, 60, since=1) is None


A, B = fact("a", "1", "a"), fact("b", "1", "b")
YES_NO = st.booleans()


@given(YES_NO, YES_NO)
def test_matchers_join_as_and_or_and_not(a: bool, b: bool) -> None:
    exchange = message(1, a=str(int(a)), b=str(int(b)))
    assert (A & B).matches(exchange) == (a and b)
    assert (A | B).matches(exchange) == (a or b)
    assert (~A).matches(exchange) == (not a)
    assert (~(A & ~B) | B).matches(exchange) == (not (a and not b) or b)


def test_joined_matchers_say_what_they_want() -> None:
    assert (A & B).wanted == "a 1, b 1"
    assert (A | B).wanted == "a 1 eller b 1"
    assert (~A).wanted == "ikke a 1"
    assert (~A).differences(message(1, a="1")) == ["skulle ikke være a 1"]
    assert (A | B).differences(message(1, a="2")) == ["a er 2, ikke 1", "b er ukendt, ikke 1"]
    assert sender("lps").differences(message(1, came_from="plsp")) == ["afsender er plsp, ikke lps"]
