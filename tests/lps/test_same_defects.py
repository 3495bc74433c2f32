"""Two names of one defect."""

from __future__ import annotations

from harness.lps.reference.capabilities import ALL_FAULTS
from harness.lps.same_defects import SAME_AS, known_by


def test_a_defect_told_later_has_the_hook_of_the_one_told_first() -> None:
    later = next(iter(SAME_AS))
    assert known_by(frozenset({later, "deler-ikke"})) == {SAME_AS[later], "deler-ikke"}


def test_what_is_shared_is_there_and_is_no_second_name_itself() -> None:
    assert set(SAME_AS.values()) <= set(ALL_FAULTS) - SAME_AS.keys()
