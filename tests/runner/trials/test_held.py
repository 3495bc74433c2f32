"""What came of a trial, held against the catalogue: caught as it should be, in another way, overseen, or rightly left alone."""

from __future__ import annotations

from functools import cache

import pytest

from harness.domain.grade import Grade
from harness.house import find_house
from harness.runner.trials.held import Against, Held, Score, Tried, honest_mistake
from harness.runner.trials.plan import Catalogue, load_catalogue
from harness.runner.trials.proof import know_every_rule
from harness.runner.trials.trial import Found, Outcome, Setting, Trial

FAULT = "mål-mangler"
"""Breaks DELING-01 with F2 in every plan that is shared."""
AWAITING = "opfølgning-mangler"
"""DELING-12 remarks on it in DEL-04: how a follow-up is written is not decided."""
OLD_RULE = "cpd-uden-sor-i-custodian"
"""Breaks a rule that is known for CPD-DK 1.0.1 alone."""
REMARKED = "indsats-ingen-har-aftalt"
"""DELING-19 remarks on it in every plan that is shared, and never grades."""
OLD, NEW = Setting("direkte", "1.0.1", "kol-lrs-2027"), Setting("direkte", "2.0", "kol-lrs-2027")
CATCHES = "DEL-03"
RIGHT = Found("DELING-01", Grade.F2)


@pytest.fixture(scope="module", autouse=True)
def rules() -> None:
    know_every_rule()


@cache
def catalogue() -> Catalogue:
    return load_catalogue(find_house(), faults=(FAULT, AWAITING, OLD_RULE, REMARKED))


def tried(
    *found: Found, standing: str = "OK", scenario: str = CATCHES, fault: str = FAULT, setting: Setting = OLD, before: str = "OK"
) -> Tried:
    trial = Trial(scenario, setting, {"faults": frozenset({fault})})
    honest = Outcome(Trial(scenario, setting), before, "")
    against = Against(catalogue(), {(scenario, setting): honest})
    return next(each for each in against.held([Outcome(trial, standing, "Fordi.", found)]) if each.fault.id == fault)


def test_what_the_catalogue_says_is_caught() -> None:
    found = tried(RIGHT, standing="F2")
    assert (found.score, found.wrong) == (Score.CAUGHT, ())
    assert [row.held for row in found.rows] == [Held.CAUGHT]


def test_what_nobody_notices_survived() -> None:
    found = tried()
    assert (found.score, found.rows[0].held) == (Score.SURVIVED, Held.MISSED)
    assert found.rows[0].why == "DELING-01 blev ikke brudt"


@pytest.mark.parametrize(
    ("found", "standing", "why"),
    [
        ((Found("DELING-09", Grade.F2),), "F2", "bryder DELING-09 med karakter; ventet: DELING-01"),
        ((RIGHT, Found("DELING-09", Grade.F2)), "F2", "bryder DELING-01, DELING-09 med karakter; ventet: DELING-01"),
        ((RIGHT, Found("DELING-09", None)), "F2", "bemærker DELING-09 uden karakter; ventet: intet"),
        ((Found("DELING-01", None),), "OK", "bryder intet med karakter; ventet: DELING-01"),
        ((Found("DELING-01", Grade.F3),), "F3", "giver F3; ventet: F2"),
        ((RIGHT,), "kunne ikke testes", "ender som kunne ikke testes; ventet: F2. Fordi."),
        ((), "kunne ikke testes", "bryder intet med karakter; ventet: DELING-01"),
    ],
)
def test_what_is_noticed_in_another_way_is_told(found: tuple[Found, ...], standing: str, why: str) -> None:
    result = tried(*found, standing=standing)
    assert (result.score, result.rows[0].held, result.rows[0].why) == (Score.BY_ANOTHER, Held.BY_ANOTHER, why)


def test_a_scenario_that_must_not_notice_it_does_not() -> None:
    assert tried(fault=AWAITING).rows[0].held is Held.QUIET
    noticed = tried(RIGHT, standing="F2", fault=AWAITING)
    assert (noticed.rows[0].held, noticed.rows[0].why) == (Held.BY_ANOTHER, "bryder DELING-01; ventet: intet")
    stopped = tried(standing="kunne ikke testes", fault=AWAITING)
    assert stopped.rows[0].why == "ender som kunne ikke testes; ventet: det samme som uden fejlen. Fordi."


def test_what_awaits_is_a_remark() -> None:
    remark = tried(Found("DELING-12", None), standing="afventer", before="afventer", scenario="DEL-04", fault=AWAITING)
    assert remark.score is Score.CAUGHT
    graded = tried(Found("DELING-12", Grade.F3), standing="F3", before="afventer", scenario="DEL-04", fault=AWAITING)
    assert graded.rows[0].held is Held.BY_ANOTHER


def test_a_rule_known_for_an_older_version_remarks_on_a_newer() -> None:
    (rule,) = {rule for catch in catalogue().faults[OLD_RULE].catches for rule in catch.rules}
    assert tried(Found(rule, Grade.F3), standing="F3", fault=OLD_RULE, setting=OLD).score is Score.CAUGHT
    assert tried(Found(rule, None), fault=OLD_RULE, setting=NEW).score is Score.CAUGHT
    assert tried(Found(rule, Grade.F3), standing="F3", fault=OLD_RULE, setting=NEW).score is Score.BY_ANOTHER


def test_a_rule_that_never_grades_remarks() -> None:
    assert tried(Found("DELING-19", None), fault=REMARKED).score is Score.CAUGHT
    assert tried(Found("DELING-19", Grade.F2), standing="F2", fault=REMARKED).score is Score.BY_ANOTHER


def test_a_fault_that_was_tried_nowhere_is_not_caught() -> None:
    assert [each.score for each in Against(catalogue(), {}).held([])] == [Score.UNTRIED] * 4
    quiet = tried(fault=AWAITING)
    assert quiet.score is Score.UNTRIED, "not where it must be caught"


@pytest.mark.parametrize(
    ("found", "standing", "mistake"),
    [
        ((), "OK", ""),
        ((), "IR", ""),
        ((Found("DELING-12", None),), "afventer", ""),
        ((RIGHT,), "F2", "bryder DELING-01"),
        ((), "kunne ikke testes", "ender som kunne ikke testes. Fordi."),
        ((), "ikke kontrolleret", "ender som ikke kontrolleret. Fordi."),
    ],
)
def test_an_honest_lps_has_no_finding(found: tuple[Found, ...], standing: str, mistake: str) -> None:
    assert honest_mistake(Outcome(Trial(CATCHES, OLD), standing, "Fordi.", found)) == mistake
