"""QFDD-DK written and read: valid by the schema, kept by its rules, and the same again from what is read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_cda_header import BARE, HEADER, HEADERS_OF_ANY_KIND, TEXTS, assert_valid, hand_written, needs_schemas

from harness.conformance.cda.qfdd import judge_qfdd
from harness.conformance.rule import Result
from harness.standards import xml
from harness.standards.cda.qfdd import Choice, Free, Option, Question, QuestionnaireForm, build_qfdd, read_qfdd

YES = Option("A1", "Ja")
FORM = QuestionnaireForm(
    HEADER,
    (
        Question("q10-100", "Har du taget antibiotika siden sidste måling?", Choice((YES,), 1, 1)),
        Question("", "Hvor mange skridt går du?", Free.NUMBER),
        Question("", "Hvad er svært? 🫐", Free.TEXT),
    ),
)
FORMS = {"full": FORM, "bare": QuestionnaireForm(BARE, ())}

CHOICES = st.builds(
    Choice, st.lists(st.builds(Option, TEXTS, TEXTS), max_size=4).map(tuple), st.integers(0, 9), st.integers(0, 9)
)
QUESTIONS = st.builds(Question, TEXTS, TEXTS, CHOICES | st.sampled_from(Free))


@needs_schemas
@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_a_built_form_is_valid_by_the_schema(form: QuestionnaireForm) -> None:
    assert_valid(build_qfdd(form))


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_a_built_form_breaks_no_rule(form: QuestionnaireForm) -> None:
    broken = {each.rule.id for each in judge_qfdd(build_qfdd(form), "skema.xml") if each.result is Result.BROKEN}
    assert broken == set()


@given(st.builds(QuestionnaireForm, HEADERS_OF_ANY_KIND, st.lists(QUESTIONS, max_size=4).map(tuple)))
def test_what_is_read_is_written_again_with_the_same_bytes(form: QuestionnaireForm) -> None:
    data = build_qfdd(form)
    again = read_qfdd(xml.parse(data, "skema.xml"))
    assert again.questions == form.questions
    assert build_qfdd(again) == data


def test_the_hand_written_form_is_read() -> None:
    assert read_qfdd(xml.parse(hand_written("qfdd"), "skema.xml")).questions == (
        Question("q10-100", "Har du taget antibiotika siden sidste måling?", Choice((YES,), 1, 1)),
        Question("", "Andet, din læge bør vide?", Free.TEXT),
    )
