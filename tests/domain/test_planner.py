"""The certificeringssæt planner: an order that goes up, and every reason why there is none, told in Danish."""

from __future__ import annotations

import random
from collections.abc import Mapping

import pytest

from harness.domain.errors import ConfigurationError
from harness.domain.planner import Order, Part, Preparation, State, Use, once_only, order_of

PLAN = State("plan for KOL", ("aldrig haft", "har"))
ALIVE = State("liv", ("levende", "død"), unusable=frozenset({"død"}))
CLINIC = State("klinik", ("egen", "anden"), way_back="Sæt {person} til klinik: {værdi}.")
STATES = (PLAN, ALIVE, CLINIC)
PERSONS: Mapping[str, Mapping[str, str]] = {"Elmer": {}, "Nancy": {}, "Cæcar": {"liv": "død"}}

NEW, HAS = {"plan for KOL": "aldrig haft"}, {"plan for KOL": "har"}


def part(scenario: str, *uses: Use) -> Part:
    return Part(scenario, uses or (Use("Elmer"),))


def ordered(*parts: Part) -> Order:
    return order_of(parts, STATES, PERSONS)


def names(order: Order) -> list[str]:
    return [each.part.scenario for each in order.placed]


def refused(*parts: Part) -> list[str]:
    with pytest.raises(ConfigurationError) as caught:
        ordered(*parts)
    first, *reasons = str(caught.value).split("\n")
    assert first == "Der er ingen rækkefølge, som går op."
    return reasons


def test_what_needs_what_has_no_way_back_can_be_carried_out_once() -> None:
    order = ordered(
        part("MONI-01", Use("Elmer", NEW, HAS)),
        part("DEL-02", Use("Nancy", leaves=HAS)),
        part("INKL-17", Use("Nancy", {"klinik": "anden"}, {"klinik": "anden"})),
    )
    assert once_only(order, STATES) == ("MONI-01",)
    assert once_only(ordered(part("PLAN-41", Use("Elmer", NEW))), STATES) == ()


def test_whoever_needs_an_untouched_person_comes_first() -> None:
    order = ordered(
        part("DEL-01", Use("Elmer", leaves=HAS)),
        part("DEL-02", Use("Nancy", leaves=HAS)),
        part("MONI-01", Use("Elmer", NEW, HAS)),
    )
    assert names(order) == ["DEL-02", "MONI-01", "DEL-01"]
    assert [dict(each.changed) for each in order.placed] == [
        {("Nancy", "plan for KOL"): "har"},
        {("Elmer", "plan for KOL"): "har"},
        {},
    ]
    assert order.after["Elmer"] == {"plan for KOL": "har", "liv": "levende", "klinik": "egen"}


def test_whoever_only_looks_comes_before_whoever_ends_it() -> None:
    order = ordered(part("A-01", Use("Elmer", NEW, HAS)), part("A-02", Use("Elmer", NEW)), part("A-03", Use("Elmer", HAS)))
    assert names(order) == ["A-02", "A-01", "A-03"]


def test_without_reason_the_order_is_that_of_the_features() -> None:
    assert names(ordered(*(part(f"A-{number:02}") for number in range(9)))) == [f"A-{number:02}" for number in range(9)]


def test_a_tester_brings_a_person_back_when_a_scenario_needs_it_and_at_the_end() -> None:
    moved = {"klinik": "anden"}
    order = ordered(
        part("A-01", Use("Elmer", leaves=moved)),
        part("A-02"),
        part("A-03", Use("Elmer", moved)),
        part("A-04", Use("Elmer", moved)),
    )
    assert names(order) == ["A-01", "A-03", "A-04", "A-02"], "frem og tilbage så lidt som muligt"
    back = Preparation("Elmer", "klinik", "egen", "Sæt Elmer til klinik: egen.")
    assert [each.prepare for each in order.placed] == [(), (), (), (back,)]
    assert order.restore == ()
    assert ordered(part("A-01", Use("Elmer", leaves=moved))).restore == (back,)


def test_what_shows_in_a_list_of_everybody_is_as_it_began_for_the_others() -> None:
    coded = State("diagnoser", ("ingen", "nogle"), way_back="Fjern {person}s diagnoser.", shared=True)
    parts = [
        part("INKL-01", Use("Elmer", leaves={"diagnoser": "nogle"})),
        part("INKL-02", Use("Nancy", leaves={"diagnoser": "nogle"})),
    ]
    placed = order_of([*parts, part("DEL-01", Use("Nancy"))], (*STATES, coded), PERSONS).placed
    assert [(each.part.scenario, [(done.person, done.value) for done in each.prepare]) for each in placed] == [
        ("INKL-01", []),
        ("DEL-01", []),
        ("INKL-02", [("Elmer", "ingen")]),
    ]


@pytest.mark.parametrize("seed", range(20))
def test_any_order_that_goes_up_leaves_everybody_usable_and_nobody_used_up_twice(seed: int) -> None:
    numbers = random.Random(seed)
    parts = [
        part(f"A-{number:02}", Use(numbers.choice(("Elmer", "Nancy")), leaves=numbers.choice(({}, HAS)))) for number in range(30)
    ]
    parts += [part("B-01", Use("Elmer", NEW, HAS)), part("B-02", Use("Nancy", NEW, HAS), Use("Elmer", NEW))]
    numbers.shuffle(parts)
    order = ordered(*parts)
    assert sorted(names(order)) == sorted(each.scenario for each in parts)
    now = {("Elmer", "plan for KOL"): "aldrig haft", ("Nancy", "plan for KOL"): "aldrig haft"}
    for placed in order.placed:
        for use in placed.part.uses:
            assert all(now[use.person, state] == value for state, value in use.needs.items())
        now |= placed.changed
    assert {value["liv"] for person, value in order.after.items() if person != "Cæcar"} == {"levende"}


def test_a_person_cannot_be_used_up_twice() -> None:
    assert refused(part("DEL-01", Use("Elmer", NEW, HAS)), part("MONI-01", Use("Elmer", NEW, HAS))) == [
        "DEL-01 og MONI-01 kan ikke begge bruge Elmer med plan for KOL “aldrig haft”. Den første bruger det op."
    ]
    assert names(ordered(part("DEL-01", Use("Elmer", NEW, HAS)), part("MONI-01", Use("Nancy", NEW, HAS)))) == [
        "DEL-01",
        "MONI-01",
    ]


def test_what_nobody_leaves_cannot_be_needed() -> None:
    assert refused(part("A-01", Use("Elmer", HAS))) == [
        "A-01: Scenariet kræver Elmer med plan for KOL “har”, men intet scenarie efterlader det."
    ]


def test_what_was_over_before_it_began_cannot_be_needed() -> None:
    assert refused(part("A-01", Use("Cæcar", {"liv": "levende"}))) == [
        "A-01: Scenariet kræver Cæcar med liv “levende”, men det er “død” fra begyndelsen."
    ]


def test_nobody_is_left_unusable() -> None:
    assert refused(part("A-01", Use("Elmer", leaves={"liv": "død"}))) == [
        "A-01: Scenariet efterlader Elmer med liv “død”. Bagefter kan Elmer ikke bruges."
    ]
    assert names(ordered(part("A-01", Use("Cæcar", {"liv": "død"}, {"liv": "død"})))) == ["A-01"]


def test_what_goes_forward_only_cannot_come_back() -> None:
    assert refused(part("A-01", Use("Elmer", HAS, NEW))) == [
        "A-01: Elmer med plan for KOL “har” kan ikke blive til “aldrig haft” igen."
    ]


def test_scenarios_that_wait_for_each_other() -> None:
    other = State("svar", ("intet", "et"))
    parts = [
        Part("A-01", (Use("Elmer", {"plan for KOL": "har", "svar": "intet"}, {"svar": "et"}),)),
        Part("A-02", (Use("Elmer", {"plan for KOL": "aldrig haft", "svar": "et"}, HAS),)),
    ]
    with pytest.raises(ConfigurationError) as caught:
        order_of(parts, (*STATES, other), PERSONS)
    assert "A-01 og A-02 kan ikke begge bruge" not in str(caught.value)
    assert str(caught.value).endswith("Scenarierne venter på hinanden: A-01, A-02.")


def test_persons_and_states_that_do_not_exist_come_all_at_once() -> None:
    assert refused(
        part("A-01", Use("Sigurd")),
        part("A-02", Use("Elmer", {"humør": "godt"})),
        part("A-03", Use("Elmer", leaves={"liv": "måske"})),
    ) == [
        "A-01: Sigurd er ikke en af testpersonerne.",
        "A-02: Tilstanden “humør” kendes ikke.",
        "A-03: Tilstanden “liv” kan ikke være “måske”.",
    ]
