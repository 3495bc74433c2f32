"""PDC-DK written and read: valid by the schema, kept by its rules, and the same again from what is read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_cda_header import BARE, HEADER, HEADERS_OF_ANY_KIND, TEXTS, assert_valid, hand_written, needs_schemas

from harness.conformance.cda.pdc import judge_pdc
from harness.conformance.rule import Result
from harness.standards import xml
from harness.standards.cda.pdc import Stamkort, build_pdc, read_pdc

STAMKORT = {"full": Stamkort(HEADER, ("Ønsker besked pr. brev", "", "🫐")), "bare": Stamkort(BARE, ())}


@needs_schemas
@pytest.mark.parametrize("stamkort", STAMKORT.values(), ids=STAMKORT)
def test_a_built_stamkort_is_valid_by_the_schema(stamkort: Stamkort) -> None:
    assert_valid(build_pdc(stamkort))


@pytest.mark.parametrize("stamkort", STAMKORT.values(), ids=STAMKORT)
def test_a_built_stamkort_breaks_no_rule(stamkort: Stamkort) -> None:
    broken = {each.rule.id for each in judge_pdc(build_pdc(stamkort), "stamkort.xml") if each.result is Result.BROKEN}
    assert broken == set()


@given(st.builds(Stamkort, HEADERS_OF_ANY_KIND, st.lists(TEXTS, max_size=4).map(tuple)))
def test_what_is_read_is_written_again_with_the_same_bytes(stamkort: Stamkort) -> None:
    data = build_pdc(stamkort)
    again = read_pdc(xml.parse(data, "stamkort.xml"))
    assert (again.lines, again.entries) == (stamkort.lines, ())
    assert build_pdc(again) == data


def test_the_hand_written_stamkort_is_read() -> None:
    found = read_pdc(xml.parse(hand_written("pdc"), "stamkort.xml"))
    assert (found.lines, found.entries) == (("Ønsker besked pr. brev", "Ærøvej 8, 5000 Odense C"), (20, 26))
