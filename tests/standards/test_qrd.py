"""QRD-DK written and read: valid by the schema, kept by its rules, and the same again from what is read."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_cda_header import BARE, HEADER, HEADERS_OF_ANY_KIND, IDS, TEXTS, assert_valid, hand_written, needs_schemas
from test_qfdd import CHOICES, YES

from harness.conformance.cda.qrd import judge_qrd
from harness.conformance.rule import Result
from harness.domain.errors import BadInput
from harness.standards import xml
from harness.standards.cda.qfdd import Choice
from harness.standards.cda.qrd import Answer, QuestionnaireResponse, build_qrd, read_qrd

ANSWERS = (
    Answer("q10-100", "Har du taget antibiotika siden sidste måling?", Choice((YES,), 1, 1)),
    Answer("q10-101", "Var brug af antibiotika pga. forværring i KOL?", Choice(())),
    Answer("", "Hvor mange skridt går du?", Decimal("7500.5")),
    Answer("", "Hvad er svært?", "At sove & gå > 1 km 🫐"),
)
FORM = "9a1f5d0e-52c4-4a0c-8b77-6f3d2f0f5b10"
RESPONSES = {
    "by a doctor": QuestionnaireResponse(HEADER, FORM, ANSWERS),
    "by the patient": QuestionnaireResponse(replace(HEADER, author=None), FORM, ANSWERS),
    "bare": QuestionnaireResponse(BARE, "", ()),
}
SAID = CHOICES | st.decimals(allow_nan=False, allow_infinity=False) | TEXTS


@needs_schemas
@pytest.mark.parametrize("response", RESPONSES.values(), ids=RESPONSES)
def test_built_answers_are_valid_by_the_schema(response: QuestionnaireResponse) -> None:
    assert_valid(build_qrd(response))


@pytest.mark.parametrize("response", RESPONSES.values(), ids=RESPONSES)
def test_built_answers_break_no_rule(response: QuestionnaireResponse) -> None:
    broken = {each.rule.id for each in judge_qrd(build_qrd(response), "svar.xml") if each.result is Result.BROKEN}
    assert broken == set()


@given(
    st.builds(
        QuestionnaireResponse,
        HEADERS_OF_ANY_KIND,
        st.just("") | IDS,
        st.lists(st.builds(Answer, TEXTS, TEXTS, SAID), max_size=4).map(tuple),
    )
)
def test_what_is_read_is_written_again_with_the_same_bytes(response: QuestionnaireResponse) -> None:
    data = build_qrd(response)
    again = read_qrd(xml.parse(data, "svar.xml"))
    assert (again.form_id, again.answers) == (response.form_id, response.answers)
    assert build_qrd(again) == data


def test_the_hand_written_answers_are_read() -> None:
    response = read_qrd(xml.parse(hand_written("qrd"), "svar.xml"))
    assert response.form_id == FORM
    assert response.answers == (
        ANSWERS[0],
        Answer("q10-101", "Var brug af antibiotika pga. forværring i KOL?", Choice(())),
        Answer("", "Andet, din læge bør vide?", "Sover dårligt – især når det blæser"),
    )


@pytest.mark.parametrize("number", ["mange", "NaN", "INF", ""])
def test_a_number_that_is_none_is_bad_input(number: str) -> None:
    data = build_qrd(QuestionnaireResponse(HEADER, "", ANSWERS[2:3])).replace(b'"7500.5"', f'"{number}"'.encode())
    with pytest.raises(BadInput, match="tal") as error:
        read_qrd(xml.parse(data, "svar.xml"))
    assert error.value.line == data[: data.index(b'"REAL"')].count(b"\n") + 1
