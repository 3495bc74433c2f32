"""A proposed day can be held, whoever takes part, and the fifteen meetings of the six systems need nine rounds."""

from __future__ import annotations

from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.domain.connectathon import Partner, Slot
from harness.domain.day_check import mistakes_in_day
from harness.domain.day_proposal import WITHOUT_BREAK, pair_rounds, proposed_day

SIX = {"eg-clinea": "EG", "eg-winplc": "EG", "multimed": "MultiMed", "myclinic": "MultiMed", "novax": "Novax", "xmo": "CGM"}
PARTIES = [Partner(name, name, (name,), (name,)) for name in "abcdef"]
ALL = Partner("alle", "Alle parter", (), ("pakkeforloeb",), everywhere=True)


def test_the_fifteen_meetings_of_six_systems_need_nine_rounds() -> None:
    rounds = pair_rounds(SIX)
    met = [frozenset((each.system, each.other)) for meetings in rounds for each in meetings]
    assert sorted(map(sorted, met)) == sorted(map(sorted, combinations(SIX, 2)))
    assert len(rounds) == 9 == sum("EG" in {SIX[one], SIX[other]} for one, other in combinations(SIX, 2))


@given(
    st.dictionaries(st.sampled_from("abcdefgh"), st.sampled_from(["EG", "MultiMed", "Novax", "CGM"]), min_size=1),
    st.integers(0, 7),
    st.booleans(),
)
def test_a_proposed_day_can_be_held(suppliers: dict[str, str], parties: int, together: bool) -> None:
    systems = {f"system-{name}": supplier for name, supplier in suppliers.items()}
    partners = [*PARTIES[:parties], *([ALL] if together else [])]
    assert mistakes_in_day(proposed_day(systems, partners), systems, partners) == []


def test_the_day_has_breaks_lunch_and_time_to_try_again() -> None:
    day = proposed_day(SIX, [*PARTIES, ALL])
    assert day.convention
    titles = [slot.title for slot in day.slots if slot.title]
    assert titles == ["Velkomst", "Pause", "Frokost", "Pause", "Omkørsel", "Omkørsel", "Afslutning"]
    rests = [slot.start for slot in day.slots if slot.title and not slot.rerun]
    assert max(later - earlier for earlier, later in pairwise(rests)) <= WITHOUT_BREAK + 40
    assert day.slots[-1].ends == "16.30"


@pytest.mark.parametrize(("begins", "minutes", "ends"), [("09.50", 20, "10.10"), ("08.05", 5, "08.10")])
def test_a_moment_is_written_as_people_do(begins: str, minutes: int, ends: str) -> None:
    assert Slot(begins, minutes).ends == ends
