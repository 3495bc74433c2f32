"""Which act on an item may be done: every rule is broken once."""

from __future__ import annotations

import pytest

from harness.domain.grade import Grade
from harness.domain.worklist import LONGEST_TEXT, Alarmed, Noted, TakenBack, Verified, Work, WorkAct, objection_to, worklist_of

ITEM, ME, AT = "a/b/c/D/1", "Bo Dal", "2027-03-01T10:00:00+00:00"
AGREES = Verified(True, "F3")


@pytest.mark.parametrize(
    ("before", "act", "holder", "refused"),
    [
        ((), AGREES, ME, ""),
        ((), AGREES, "", "Tag punktet først."),
        ((), AGREES, "Anna Bek", "Anna Bek har punktet."),
        ((AGREES,), AGREES, ME, "Bo Dal har allerede verificeret det."),
        ((AGREES, TakenBack("verificering", "x")), AGREES, ME, ""),
        ((), Verified(False, "F3", Grade.F4, "Kun en stavefejl"), ME, ""),
        ((), Verified(False, "F3", Grade.F4, " "), ME, "Når du er uenig"),
        ((), Verified(False, "F3", None, "Forkert"), ME, "Når du er uenig"),
        ((), Noted("x"), "", ""),
        ((AGREES,), Noted("x"), "Anna Bek", ""),
        ((), Noted(" "), ME, "Skriv bemærkningen."),
        ((), Noted("x" * (LONGEST_TEXT + 1)), ME, "Teksten er for lang."),
        ((), Alarmed("Forkert patient"), "Anna Bek", ""),
        ((), Alarmed(""), ME, "Skriv, hvorfor det er kritisk."),
        ((Alarmed("x"),), Alarmed("x"), ME, "Bo Dal har allerede gjort det kritisk."),
        ((AGREES,), Alarmed("x"), ME, "Punktet er verificeret."),
        ((Alarmed("x"),), TakenBack("kritisk", "Fejl"), "", ""),
        ((Alarmed("x"),), TakenBack("kritisk", ""), "", "Skriv hvorfor."),
        ((Alarmed("x"),), TakenBack("verificering", "x"), "", "Der er ingen verificering"),
        ((AGREES,), TakenBack("kritisk", "x"), "", "Punktet er ikke kritisk."),
    ],
)
def test_what_may_be_said(before: tuple[WorkAct, ...], act: WorkAct, holder: str, refused: str) -> None:
    handled = worklist_of(Work(ITEM, ME, AT, each) for each in before).of(ITEM)
    told = objection_to(Work(ITEM, ME, AT, act), handled, holder)
    assert told.startswith(refused) if refused else told == ""


def test_what_is_said_of_one_is_not_said_of_another() -> None:
    found = worklist_of([Work(ITEM, ME, AT, Alarmed("x")), Work("b", ME, AT, Noted("x"))])
    assert found.of(ITEM).alarmed is not None
    assert found.of("b").alarmed is None
    assert found.of("c").said == ()
