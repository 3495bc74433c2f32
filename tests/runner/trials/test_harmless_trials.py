"""Harmless differences as trials: what is tried, that it is tried, and that the guilty is named."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from harness.domain.grade import Grade
from harness.domain.variation import Tried, Variation
from harness.house import find_house
from harness.runner.trials.crew import Crew
from harness.runner.trials.harmless import CHANGE, Harmless
from harness.runner.trials.plan import load_catalogue
from harness.runner.trials.trial import Found, Outcome, Setting, Trial
from harness.suite.variations import load_variations

HOUSE = find_house()
CATALOGUE = load_catalogue(HOUSE)
KNOWN = Harmless(CATALOGUE, load_variations(HOUSE))
NEWEST = Setting("plsp", "2.0", "kol-lrs-2027")


def made(id: str, **more: object) -> Variation:
    return Variation(id, "Noget er anderledes.", "En standard", **more)  # type: ignore[arg-type]


MADE = Harmless(
    CATALOGUE,
    {
        "a": made("a", shown_in=("DEL-01", "DEL-99"), group="g"),
        "b": made("b", shown_in=("DEL-07",), group="g", rute="plsp", companions=frozenset({"c"})),
        "c": made("c", shown_in=("DEL-07",), remarked=frozenset({"CPD-K03"})),
        "d": made("d", tried=Tried.TCP),
    },
)


def outcome(trial: Trial, *found: Found, standing: str = "OK") -> Outcome:
    return Outcome(trial, standing, "", found, entrances=frozenset({"dros"}))


def test_each_is_tried_where_it_shows_with_what_it_needs() -> None:
    tried = [(each.scenario, each.setting.rute, each.changes[CHANGE]) for each in MADE.alone()]
    first = next(each.id for each in CATALOGUE.scenarios if each.tag == "DEL-01")
    assert tried == [(first, "direkte", {"a"}), ("DEL-07", "plsp", {"b", "c"}), ("DEL-07", "direkte", {"c"})]


def test_all_are_tried_together_where_it_makes_a_difference() -> None:
    direct = Setting("direkte", "2.0", "kol-lrs-2027")
    honest = [
        outcome(Trial("DEL-07", NEWEST)),
        outcome(Trial("DEL-07", direct)),
        Outcome(Trial("COC-01", direct), "OK", "", entrances=frozenset({"cockpit"})),
        outcome(Trial("DEL-07", Setting("plsp", "1.0.1", "kol-lrs-2027"))),
        outcome(Trial("DEL-07", Setting("plsp", "2.0", "kol-lrs-2027", own_set=True))),
    ]
    tried = [(each.scenario, each.setting.rute, each.changes[CHANGE]) for each in MADE.together(honest)]
    assert tried == [
        ("DEL-07", "plsp", {"a"}),
        ("DEL-07", "direkte", {"a"}),
        ("DEL-07", "plsp", {"b", "c"}),
        ("DEL-07", "direkte", {"b", "c"}),
    ]


@pytest.mark.parametrize(
    ("found", "standing", "wrong"),
    [
        ((), "OK", ""),
        ((), "afventer", ""),
        ((), "kunne ikke testes", "ender som kunne ikke testes."),
        ((Found("CPD-C04", Grade.F2),), "F2", "bryder CPD-C04"),
        ((Found("CPD-K03", None),), "OK", ""),
        ((Found("FHIR-STAVNING", None),), "OK", "bemærker FHIR-STAVNING"),
    ],
)
def test_an_honest_lps_is_told_nothing_but_what_is_noted(found: tuple[Found, ...], standing: str, wrong: str) -> None:
    assert MADE.mistake(outcome(Trial("DEL-07", NEWEST, {CHANGE: frozenset({"c"})}), *found, standing=standing)) == wrong


def test_what_is_noted_for_one_is_not_for_another() -> None:
    told = outcome(Trial("DEL-07", NEWEST, {CHANGE: frozenset({"a"})}), Found("CPD-K03", None))
    assert MADE.mistake(told) == "bemærker CPD-K03"


def test_the_guilty_is_named() -> None:
    def carry_out(trials: Sequence[Trial]) -> list[Outcome]:
        broken = (Found("CPD-C04", Grade.F2),)
        return [outcome(each, *broken, standing="F2") if "b" in each.changes[CHANGE] else outcome(each) for each in trials]

    trials = [Trial("DEL-07", NEWEST, {CHANGE: frozenset(names)}) for names in ("abc", "ac")]
    (failed,) = MADE.failed(carry_out(trials), carry_out)
    assert (failed.trial, failed.why, failed.by) == (trials[0], "bryder CPD-C04", ("b",))


def test_what_is_tried_is_carried_out_and_fails_nothing() -> None:
    chosen = [each for each in KNOWN.alone() if each.scenario.startswith("DEL-14")][:3]
    with Crew(HOUSE, ("deling",), size=1) as crew:
        outcomes = crew.carry_out(chosen)
        assert KNOWN.failed(outcomes, crew.carry_out) == []
    assert [each.standing for each in outcomes] == ["OK"] * 3
