"""features/deling as ordinary test functions that call the steps themselves, one function a scenario.

LPS_BENCH_RUTE says the rute, LPS_BENCH_COPIES how often each is run, LPS_BENCH_COUNTS where the counts are written.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from plain_world import plain_story

from harness.steps.plan import sharing, treatment_plan
from harness.steps.story import Story

RUTE = os.environ["LPS_BENCH_RUTE"]
each_answer = pytest.mark.parametrize("answer", ["er optaget", "afviser", "svarer ikke", "svarer for sent"])
each_disease = pytest.mark.parametrize("disease", ["KOL", "lænderygsmerter"])
only_direct = pytest.mark.skipif(RUTE != "direkte", reason="only where the system submits ITI-41 itself")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Every function as many times as asked."""
    metafunc.fixturenames.append("copy")
    metafunc.parametrize("copy", range(int(os.environ["LPS_BENCH_COPIES"])))


@pytest.fixture(scope="session")
def counted() -> Iterator[Counter[str]]:
    """Counts over the whole session; written when it ends."""
    total: Counter[str] = Counter()
    yield total
    Path(os.environ["LPS_BENCH_COUNTS"]).write_text(json.dumps(total), encoding="utf-8")


@pytest.fixture
def story(request: pytest.FixtureRequest, counted: Counter[str]) -> Iterator[Story]:
    """A story with Elmer in the clinic; at the end what nobody judged is judged, as after a scenario."""
    made = plain_story(RUTE, request.node.name, counted)
    sharing.patient_in_clinic(made, "Elmer")
    yield made
    made.messages.judge()
    made.messages.texts_are_own()
    counted["tests"] += 1


@each_disease
def test_del_01_a_new_plan_arrives(story: Story, disease: str) -> None:
    sharing.make_plan(story, disease, "Elmer", goal="Gå 30 minutter hver dag")
    sharing.share_plan(story)
    sharing.plan_is_shared(story)
    sharing.keeps_the_rules(story)


def test_del_02_the_doctor_sees_that_it_is_shared(story: Story) -> None:
    sharing.make_plan(story, "KOL", "Elmer", goal="Rygestop inden jul")
    sharing.share_plan(story)
    sharing.plan_is_shared(story)
    sharing.sharing_is_shown(story, "er delt")


def test_del_03_danish_letters_arrive_unchanged(story: Story) -> None:
    sharing.make_plan(story, "KOL", "Elmer", goal="Få luft på Ærø: gå, cykle & svømme – også når det er < 10 °C")
    sharing.share_plan(story)
    sharing.plan_is_shared(story)
    treatment_plan.stands_in_the_plan(story, "målet")


def test_del_04_follow_up_is_in_the_plan(story: Story) -> None:
    sharing.make_plan(story, "KOL", "Elmer", weeks="8")
    sharing.share_plan(story)
    sharing.plan_is_shared(story)
    treatment_plan.stands_in_the_plan(story, "næste opfølgning")


@pytest.mark.parametrize("level", [1, 2, 3])
def test_del_05_level_is_in_the_plan(story: Story, level: int) -> None:
    sharing.make_plan(story, "lænderygsmerter", "Elmer", level=str(level))
    sharing.share_plan(story)
    sharing.plan_is_shared(story)
    treatment_plan.stands_in_the_plan(story, f"niveau {level}", level=str(level))


def test_del_06_two_patients_are_kept_apart(story: Story) -> None:
    sharing.patient_in_clinic(story, "Nancy")
    sharing.make_plan(story, "KOL", "Elmer", goal="Gå en tur hver morgen")
    sharing.share_plan(story)
    sharing.plan_is_shared(story)
    sharing.make_plan(story, "KOL", "Nancy", goal="Svøm hver torsdag")
    sharing.share_plan(story)
    sharing.plan_is_shared(story)
    sharing.plans_are_apart(story, "Elmer", "Nancy")


def test_del_07_a_new_goal_makes_the_next_edition(story: Story) -> None:
    sharing.has_shared_plan(story, "Elmer", "KOL")
    sharing.change_goal(story, "Gå 30 minutter hver dag")
    sharing.share_plan(story)
    sharing.plan_is_shared(story)
    sharing.receiver_has_one(story, "den nye udgave afløser den forrige")
    sharing.receiver_has_one(story, "netop én udgave af planen er gældende")


def test_del_08_each_edition_replaces_the_one_before(story: Story) -> None:
    sharing.has_shared_plan(story, "Elmer", "KOL")
    for minutes in (10, 20):
        sharing.change_goal(story, f"Gå {minutes} minutter hver dag")
        sharing.share_plan(story)
        sharing.plan_is_shared(story)
    sharing.receiver_has_one(story, "den nye udgave afløser den forrige")
    sharing.receiver_has_one(story, "netop én udgave af planen er gældende")


def test_del_09_the_same_plan_twice_is_one_plan(story: Story) -> None:
    sharing.has_shared_plan(story, "Elmer", "KOL")
    sharing.share_plan(story)
    sharing.receiver_has_one(story, "netop én udgave af planen er gældende")


@each_answer
def test_del_10_the_doctor_sees_that_it_is_not_shared(story: Story, answer: str) -> None:
    sharing.receiver_answers(story, answer)
    sharing.make_plan(story, "KOL", "Elmer", goal="Rygestop")
    sharing.share_plan(story)
    sharing.sharing_is_shown(story, "ikke er delt endnu")


@each_answer
def test_del_11_it_is_sent_again_and_shared_once(story: Story, answer: str) -> None:
    sharing.receiver_answers(story, answer)
    sharing.make_plan(story, "lænderygsmerter", "Elmer", goal="Tilbage på arbejde")
    sharing.share_plan(story)
    sharing.receiver_is_back(story, which="planen")
    sharing.plan_is_shared(story)
    sharing.receiver_has_one(story, "planen er delt netop én gang")
    sharing.receiver_has_one(story, "netop én udgave af planen er gældende")


def test_del_12_an_edition_made_while_the_first_waits(story: Story) -> None:
    sharing.receiver_answers(story, "er optaget")
    sharing.make_plan(story, "KOL", "Elmer", goal="Gå 10 minutter hver dag")
    sharing.share_plan(story)
    sharing.change_goal(story, "Gå 20 minutter hver dag")
    sharing.share_plan(story)
    sharing.receiver_is_back(story, which="planen")
    sharing.plan_is_shared(story)
    sharing.receiver_has_one(story, "netop én udgave af planen er gældende")


def test_del_13_the_doctor_sees_that_it_is_shared_after_all(story: Story) -> None:
    sharing.receiver_answers(story, "er optaget")
    sharing.make_plan(story, "KOL", "Elmer", goal="Rygestop")
    sharing.share_plan(story)
    sharing.receiver_is_back(story, which="planen")
    sharing.plan_is_shared(story)
    sharing.sharing_is_shown(story, "er delt")


@pytest.mark.parametrize("disease", ["type 2-diabetes", "iskæmisk hjertesygdom"])
def test_del_14_plans_for_other_diseases_arrive(story: Story, disease: str) -> None:
    sharing.make_plan(story, disease, "Elmer", goal="Gå 30 minutter hver dag")
    sharing.share_plan(story)
    sharing.plan_is_shared(story)
    sharing.keeps_the_rules(story)


@pytest.mark.parametrize("disease", ["KOL", "type 2-diabetes", "iskæmisk hjertesygdom"])
def test_del_15_the_label_is_the_diseases(story: Story, disease: str) -> None:
    sharing.make_plan(story, disease, "Elmer", goal="Gå ture på Fanø")
    sharing.share_plan(story)
    sharing.plan_is_shared(story)
    sharing.keeps_the_rules(story, label="forløbslabel")


def test_del_16_a_patient_without_a_cpr_number(story: Story) -> None:
    sharing.patient_in_clinic(story, "Peter")
    sharing.make_plan(story, "KOL", "Peter", goal="Gå 30 minutter hver dag")
    sharing.share_plan(story)
    sharing.plan_is_shared(story)
    sharing.keeps_the_rules(story)


@only_direct
@each_disease
def test_del_20_the_description_fits_the_plan(story: Story, disease: str) -> None:
    sharing.make_plan(story, disease, "Elmer", goal="Gå ture på Fanø")
    sharing.share_plan(story)
    sharing.plan_is_shared(story)
    sharing.keeps_the_rules(story)


@only_direct
def test_del_21_an_edition_says_which_it_replaces(story: Story) -> None:
    sharing.has_shared_plan(story, "Elmer", "KOL")
    sharing.change_goal(story, "Gå 30 minutter hver dag")
    sharing.share_plan(story)
    sharing.plan_is_shared(story)
    sharing.keeps_the_rules(story)
    sharing.receiver_has_one(story, "netop én udgave af planen er gældende")
