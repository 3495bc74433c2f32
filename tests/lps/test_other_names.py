"""Defects with two names: each is by its second just what it is by its first."""

from __future__ import annotations

from harness.lps.reference.capabilities import ALL_FAULTS
from harness.lps.reference.other_names import OTHER_NAMES, by_first_names


def test_a_second_name_stands_for_its_first_ones() -> None:
    found = by_first_names(frozenset({"blind-lab-rettelse-som-nyt-svar", "mål-mangler"}))
    assert {"lab-rettelse-sendes-som-nyt-svar", "lab-rettet-svar-sendt-som-endeligt", "mål-mangler"} <= found


def test_what_has_one_name_is_left_as_it_is() -> None:
    asked = frozenset({"mål-mangler"})
    assert by_first_names(asked) is asked


def test_every_first_name_is_a_defect_of_its_own() -> None:
    firsts = {name for names in OTHER_NAMES.values() for name in names}
    assert firsts <= set(ALL_FAULTS)
    assert firsts.isdisjoint(OTHER_NAMES)
