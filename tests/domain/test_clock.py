"""The virtual clock: what is due happens in order, and time is moved, never waited for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.domain.clock import VirtualClock, copenhagen

START = datetime(2026, 10, 5, 8, 15, tzinfo=UTC)


class Diary:
    """A clock, and what happened when, in seconds from the start."""

    def __init__(self) -> None:
        self.clock = VirtualClock(START)
        self.happened: list[tuple[str, float]] = []

    def plan(self, seconds: float, name: str) -> None:
        self.clock.call_in(seconds, lambda: self.happened.append((name, self.passed)))

    @property
    def passed(self) -> float:
        return (self.clock.now() - START).total_seconds()

    @property
    def names(self) -> list[str]:
        return [name for name, _ in self.happened]


@pytest.fixture
def diary() -> Diary:
    return Diary()


def never() -> bool:
    return False


@given(st.lists(st.integers(0, 20)))
def test_what_is_due_happens_in_order_of_time_then_of_planning(times: list[int]) -> None:
    diary = Diary()
    for number, seconds in enumerate(times):
        diary.plan(seconds, f"{number}")
    assert not diary.clock.until(never, 20)
    assert diary.happened == [(str(number), at) for at, number in sorted((at, number) for number, at in enumerate(times))]
    assert diary.passed == 20


def test_the_clock_stands_still_by_itself(diary: Diary) -> None:
    diary.plan(0, "nu")
    assert (diary.passed, diary.names) == (0, [])


def test_until_stops_at_what_was_waited_for(diary: Diary) -> None:
    for seconds in (1, 2, 3):
        diary.plan(seconds, str(seconds))
    assert diary.clock.until(lambda: "2" in diary.names, 60)
    assert diary.happened == [("1", 1), ("2", 2)]
    assert diary.passed == 2


def test_until_does_nothing_when_it_is_done_already(diary: Diary) -> None:
    diary.plan(0, "nu")
    assert diary.clock.until(lambda: True, 60)
    assert (diary.passed, diary.names) == (0, [])


def test_until_gives_up_at_the_deadline_when_nothing_is_due(diary: Diary) -> None:
    asked = []
    assert not diary.clock.until(lambda: bool(asked.append(1)), 60)
    assert diary.passed == 60
    assert len(asked) == 1


def test_what_is_due_exactly_at_the_deadline_happens_and_later_does_not(diary: Diary) -> None:
    diary.plan(60, "til tiden")
    diary.plan(60.000001, "for sent")
    assert not diary.clock.until(never, 60)
    assert diary.happened == [("til tiden", 60)]
    assert diary.clock.until(lambda: "for sent" in diary.names, 60)


def test_actions_may_plan_actions(diary: Diary) -> None:
    diary.clock.call_in(1, lambda: diary.plan(2, "barn"))
    diary.clock.call_in(1, lambda: diary.plan(0, "straks"))
    diary.plan(1, "samtidig")
    assert not diary.clock.until(never, 10)
    assert diary.happened == [("samtidig", 1), ("straks", 1), ("barn", 3)]


def test_an_action_that_plans_itself_again_ends_at_the_deadline(diary: Diary) -> None:
    def again() -> None:
        diary.happened.append(("igen", diary.passed))
        diary.clock.call_in(10, again)

    diary.clock.call_in(10, again)
    assert not diary.clock.until(never, 35)
    assert [at for _, at in diary.happened] == [10, 20, 30]


def test_a_wait_ends_where_each_look_makes_something_due_at_once(diary: Diary) -> None:
    def looked() -> bool:
        diary.clock.call_in(0, lambda: None)
        return False

    assert not diary.clock.until(looked, 900)
    assert diary.passed >= 900


def test_passing_time_does_nothing_until_someone_waits(diary: Diary) -> None:
    diary.plan(5, "forfalden")
    diary.plan(30, "senere")
    diary.clock.pass_time(10)
    assert (diary.passed, diary.names) == (10, [])
    diary.clock.run_due()
    assert diary.happened == [("forfalden", 10)]


def test_time_never_goes_back(diary: Diary) -> None:
    """An action that waits in vain for an answer lets more time pass than was left."""
    diary.clock.call_in(50, lambda: diary.clock.pass_time(30))
    assert not diary.clock.until(never, 60)
    assert diary.passed == 80
    diary.plan(1, "næste")
    assert diary.clock.until(lambda: bool(diary.names), 1)
    assert diary.happened == [("næste", 81)]


def test_run_due_does_what_it_planned_for_now(diary: Diary) -> None:
    diary.clock.call_in(0, lambda: diary.plan(0, "straks"))
    diary.plan(1, "senere")
    diary.clock.run_due()
    assert diary.happened == [("straks", 0)]


@pytest.mark.parametrize(
    ("utc", "hours"),
    [("2026-10-25T00:59:59", 2), ("2026-10-25T01:00:00", 1), ("2026-03-29T00:59:59", 1), ("2026-03-29T01:00:00", 2)],
)
def test_denmark_changes_between_summer_and_winter_time(utc: str, hours: int) -> None:
    assert copenhagen(datetime.fromisoformat(utc).replace(tzinfo=UTC)).utcoffset() == timedelta(hours=hours)
