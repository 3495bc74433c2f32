"""The set that notes what it is asked about, and that every hook asks it in a way it can note."""

from __future__ import annotations

import re

import pytest

from harness.house import own_home
from harness.runner.trials.asked import Asked


def test_each_way_of_asking_is_noted() -> None:
    asked = Asked()
    assert "en" not in asked
    assert not asked & {"to", "tre"}
    assert not asked & {"fire": 4}.keys()
    assert asked.isdisjoint(("fem",))
    assert asked.names == {"en", "to", "tre", "fire", "fem"}


def test_two_attempts_do_not_know_each_others_questions() -> None:
    first, second = Asked(), Asked()
    assert "en" not in first
    assert second.names == set()


def test_to_go_through_it_is_refused() -> None:
    with pytest.raises(TypeError, match="ask about names"):
        sorted(Asked())


def test_no_hook_puts_the_set_last() -> None:
    """`table & faults` is the table's to answer: then what was asked about would not be noted."""
    last = re.compile(r"&\s*(?:\w+\.)*_?(?:faults|variations)\b")
    hooks = (own_home() / "harness" / "lps").rglob("*.py")
    assert [
        f"{path.name}: {line}" for path in hooks for line in path.read_text(encoding="utf-8").splitlines() if last.search(line)
    ] == []
