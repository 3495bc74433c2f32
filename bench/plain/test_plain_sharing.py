"""features/deling as ordinary test functions: the same calls, readings and rules, one function a scenario.

LPS_BENCH_RUTE says the rute, LPS_BENCH_COPIES how often each is run, LPS_BENCH_COUNTS where the counts are written.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from plain_world import ELMER, FOLLOW_UP, LEVEL, NANCY, PlainWorld

from harness.conformance import sharing as rules
from harness.domain.careplan import Disease
from harness.services.service import Availability

RUTE = os.environ["LPS_BENCH_RUTE"]
AWAY = [Availability.BUSY, Availability.REFUSING, Availability.SILENT, Availability.LATE]
DISEASES = [Disease.KOL, Disease.LRS]
only_direct = pytest.mark.skipif(RUTE != "direkte", reason="only where the system submits ITI-41 itself")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Every function as many times as asked."""
    metafunc.fixturenames.append("copy")
    metafunc.parametrize("copy", range(int(os.environ["LPS_BENCH_COPIES"])))


@pytest.fixture(scope="session")
def total() -> Iterator[Counter[str]]:
    """Counts over the whole session; written when it ends."""
    counted: Counter[str] = Counter()
    yield counted
    Path(os.environ["LPS_BENCH_COUNTS"]).write_text(json.dumps(counted), encoding="utf-8")


@pytest.fixture
def world(total: Counter[str]) -> Iterator[PlainWorld]:
    """A fresh world with Elmer in the clinic; at the end what nobody judged is judged, as after a scenario."""
    made = PlainWorld(RUTE)
    made.driver.admit_patient(ELMER)
    yield made
    made.assert_messages()
    total.update({**made.counts, "tests": 1})


@pytest.mark.parametrize("disease", DISEASES)
def test_a_new_plan_arrives(world: PlainWorld, disease: Disease) -> None:
    plan = world.make_plan(disease, ELMER, "Gå 30 minutter hver dag")
    world.share(plan)
    world.assert_shared(plan)


def test_the_doctor_sees_that_it_is_shared(world: PlainWorld) -> None:
    plan = world.make_plan(Disease.KOL, ELMER, "Rygestop inden jul")
    world.share(plan)
    world.assert_shared(plan)
    world.check(rules.says_shared, world.shown(plan))


def test_danish_letters_arrive_unchanged(world: PlainWorld) -> None:
    plan = world.make_plan(Disease.KOL, ELMER, "Få luft på Ærø: gå, cykle & svømme – også når det er < 10 °C")
    world.share(plan)
    world.assert_shared(plan)
    world.check(rules.goal_is_whole, world.editions(ELMER), plan.goals[-1])


def test_follow_up_is_in_the_plan(world: PlainWorld) -> None:
    plan = world.make_plan(Disease.KOL, ELMER, "Rask gang hver dag", follow_up=date(2026, 11, 30))
    world.share(plan)
    world.assert_shared(plan)
    world.check(rules.follow_up_is_there, world.editions(ELMER), FOLLOW_UP.format(dato="30-11-2026"))


@pytest.mark.parametrize("level", [1, 2, 3])
def test_level_is_in_the_plan(world: PlainWorld, level: int) -> None:
    plan = world.make_plan(Disease.LRS, ELMER, "Rask gang hver dag", level=level)
    world.share(plan)
    world.assert_shared(plan)
    world.check(rules.level_is_there, world.editions(ELMER), LEVEL.format(niveau=level))


def test_two_patients_are_kept_apart(world: PlainWorld) -> None:
    world.driver.admit_patient(NANCY)
    own = world.make_plan(Disease.KOL, ELMER, "Gå en tur hver morgen")
    world.share(own)
    world.assert_shared(own)
    other = world.make_plan(Disease.KOL, NANCY, "Svøm hver torsdag")
    world.share(other)
    world.assert_shared(other)
    world.check(rules.patients_are_apart, world.editions(ELMER), own.marks[-1], other.marks[-1])
    world.check(rules.patients_are_apart, world.editions(NANCY), other.marks[-1], own.marks[-1])


def test_a_new_goal_makes_the_next_edition(world: PlainWorld) -> None:
    plan = world.make_plan(Disease.KOL, ELMER, "Rask gang hver dag")
    world.share(plan)
    world.assert_shared(plan)
    world.change_goal(plan, "Gå 30 minutter hver dag")
    world.share(plan)
    world.assert_shared(plan)
    world.check(rules.newer_takes_over, world.editions(ELMER), *plan.marks[-2:])
    world.check(rules.one_is_current, world.editions(ELMER))


def test_each_edition_replaces_the_one_before(world: PlainWorld) -> None:
    plan = world.make_plan(Disease.KOL, ELMER, "Rask gang hver dag")
    world.share(plan)
    world.assert_shared(plan)
    for minutes in (10, 20):
        world.change_goal(plan, f"Gå {minutes} minutter hver dag")
        world.share(plan)
        world.assert_shared(plan)
    world.check(rules.newer_takes_over, world.editions(ELMER), *plan.marks[-2:])
    world.check(rules.one_is_current, world.editions(ELMER))


def test_the_same_plan_twice_is_one_plan(world: PlainWorld) -> None:
    plan = world.make_plan(Disease.KOL, ELMER, "Rask gang hver dag")
    world.share(plan)
    world.assert_shared(plan)
    world.share(plan)
    world.check(rules.one_is_current, world.editions(ELMER))


@pytest.mark.parametrize("away", AWAY)
def test_the_doctor_sees_that_it_is_not_shared(world: PlainWorld, away: Availability) -> None:
    world.set_receiver(away)
    plan = world.make_plan(Disease.KOL, ELMER, "Rygestop")
    world.share(plan)
    world.check(rules.says_not_shared, world.shown(plan))


@pytest.mark.parametrize("away", AWAY)
def test_it_is_sent_again_and_shared_once(world: PlainWorld, away: Availability) -> None:
    world.set_receiver(away)
    plan = world.make_plan(Disease.LRS, ELMER, "Tilbage på arbejde")
    world.share(plan)
    world.set_receiver(Availability.NORMAL)
    world.send_again(plan)
    world.assert_shared(plan)
    world.check(rules.shared_once, world.editions(ELMER), plan.marks[-1])
    world.check(rules.one_is_current, world.editions(ELMER))


def test_an_edition_made_while_the_first_waits(world: PlainWorld) -> None:
    world.set_receiver(Availability.BUSY)
    plan = world.make_plan(Disease.KOL, ELMER, "Gå 10 minutter hver dag")
    world.share(plan)
    world.change_goal(plan, "Gå 20 minutter hver dag")
    world.share(plan)
    world.set_receiver(Availability.NORMAL)
    world.send_again(plan)
    world.assert_shared(plan)
    world.check(rules.one_is_current, world.editions(ELMER))


@only_direct
@pytest.mark.parametrize("disease", DISEASES)
def test_the_description_fits_the_plan(world: PlainWorld, disease: Disease) -> None:
    plan = world.make_plan(disease, ELMER, "Gå ture på Fanø")
    world.share(plan)
    world.assert_shared(plan)
    world.assert_messages()


@only_direct
def test_an_edition_says_which_it_replaces(world: PlainWorld) -> None:
    plan = world.make_plan(Disease.KOL, ELMER, "Rask gang hver dag")
    world.share(plan)
    world.assert_shared(plan)
    world.change_goal(plan, "Gå 30 minutter hver dag")
    world.share(plan)
    world.assert_shared(plan)
    world.assert_messages()
    world.check(rules.one_is_current, world.editions(ELMER))
