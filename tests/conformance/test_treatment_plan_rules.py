"""The rules about a treatment plan's content and life: an example that breaks each, and one that holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from harness.conformance.behaviour import treatment_plan as rules
from harness.conformance.behaviour.treatment_plan import Course
from harness.conformance.rule import Result, Rule, judge
from harness.domain.sharing import PlanInLps, SharedEdition, SharingStatus

DAY, LATER = date(2026, 11, 30), date(2026, 12, 1)
OWN, AGREED = "Patienten tager selv kontakt ved behov for opfølgning", "Næste opfølgning: 30-11-2026"


def edition(*texts: str, current: bool = True, results: tuple[str, ...] = ()) -> SharedEdition:
    return SharedEdition("d", "s", 1, current, "2509479989", "", ("Gå BCDF",), texts, ("R95",), "20261005", results)


def shown(status: SharingStatus) -> PlanInLps:
    return PlanInLps("p1", 2, ("Gå BCDF",), status, "" if status is SharingStatus.SHARED else "Planen er ikke delt.")


COURSE = Course(phase=1, running=True, day=DAY, own=False, lacking=False, form="video", no_shows=(DAY,))
NOTHING = replace(COURSE, day=None, no_shows=())

# rule, what breaks it, what must be found, what holds
EXAMPLES: list[tuple[Rule, tuple[object, ...], str, tuple[object, ...]]] = [
    (
        rules.text_is_shared,
        ([edition("Mål")], "BCDF", "Måler vægt"),
        "“Gå BCDF”; “Mål”",
        ([edition("Måler  vægt")], "BCDF", "Måler vægt"),
    ),
    (rules.text_is_shared, ([], "BCDF", "x"), "ingen plan", ([edition(results=("x",))], "BCDF", "x")),
    (rules.text_is_shared, ([edition("x", current=False)], "BCDF", "x"), "ingen plan", ([edition("x i dag")], "BCDF", "x")),
    (
        rules.corrected_is_gone,
        ([edition("Ny GHJK", "Gammel LMNP")], "BCDF", "Ny GHJK", "LMNP"),
        "“Gammel LMNP”",
        ([edition("Ny GHJK (før: Gammel LMNP)")], "BCDF", "Ny GHJK", "LMNP"),
    ),
    (rules.removed_is_gone, ([edition("Væk LMNP")], "BCDF", "LMNP"), "“Væk LMNP”", ([edition("x")], "BCDF", "LMNP")),
    (rules.removed_is_gone, ([], "BCDF", "LMNP"), "ingen plan", ([edition()], "BCDF", "LMNP")),
    (
        rules.stands_once,
        ([replace(edition("a GHJK", "a GHJK"), doubled=("a GHJK",))], "BCDF", ["GHJK"]),
        "flere gange",
        ([edition("a GHJK", "a GHJK")], "BCDF", ["GHJK"]),  # a section's text, and that of the sub-section it sums up
    ),
    (
        rules.stands_under_its_heading,
        ([edition(results=("Måler  vægt",))], "BCDF", "Måler vægt", False),
        "blandt resultaterne",
        ([edition("Måler  vægt")], "BCDF", "Måler vægt", False),
    ),
    (
        rules.stands_under_its_heading,
        ([edition("FEV1 målt")], "BCDF", "FEV1 målt", True),
        "blandt mål og indsatser",
        ([edition("FEV1 målt", results=("FEV1 målt",))], "BCDF", "FEV1 målt", True),
    ),
    (rules.print_is_whole, (["Min plan", "Gå"], ["Gå BCDF"]), "“Min plan”; “Gå”", (["Gå", "BCDF"], ["Gå BCDF"])),
    (rules.responsibility_is_shared, ([edition(AGREED)], "BCDF", OWN), f"“Gå BCDF”; “{AGREED}”", ([edition(OWN)], "BCDF", OWN)),
    (rules.former_follow_up_is_gone, ([edition(AGREED)], "BCDF", AGREED), f"også “{AGREED}”", ([edition("x")], "BCDF", AGREED)),
    (rules.former_follow_up_is_gone, ([], "BCDF", AGREED), "ingen plan", ([edition(OWN)], "BCDF", AGREED)),
    (rules.responsibility_is_gone, ([edition(OWN)], "BCDF", OWN), f"også “{OWN}”", ([edition(AGREED)], "BCDF", OWN)),
    (rules.responsibility_is_gone, ([], "BCDF", OWN), "ingen plan", ([edition()], "BCDF", OWN)),
    (rules.day_is_shown, (NOTHING, DAY, DAY), "ingen opfølgning", (COURSE, DAY, LATER)),
    (
        rules.day_is_shown,
        (replace(NOTHING, lacking=True), DAY, DAY),
        "ingen opfølgning",
        (replace(NOTHING, lacking=True), DAY, LATER),
    ),
    (rules.lack_is_shown, (NOTHING,), "ingen opfølgning", (replace(NOTHING, lacking=True),)),
    (rules.lack_is_shown, (NOTHING,), "ingen opfølgning", (replace(NOTHING, own=True),)),
    (rules.form_is_shown, (replace(COURSE, form=""), "video"), "ingenting", (COURSE, "video")),
    (rules.no_show_is_shown, (NOTHING, [DAY]), "ingen udeblivelse", (COURSE, [DAY - timedelta(days=1), DAY])),
    (rules.question_is_shown, ({}, "Hvad nu", False), "ikke vist", ({"Fra lægen: Hvad\nnu": False, "x": True}, "Hvad nu", False)),
    (rules.question_is_shown, ({"Hvad nu": True}, "Hvad nu", False), "vist som besvaret", ({"Hvad nu": True}, "Hvad nu", True)),
    (
        rules.others_part_stands,
        ([edition("x")], "Træning"),
        "“Gå BCDF”; “x”",
        ([edition("Træning"), edition(current=False)], "Træning"),
    ),
    (
        rules.others_part_stands,
        ([edition("Træning"), edition()], "Træning"),
        "2 gældende udgaver",
        ([edition("Træning", "x")], "Træning"),
    ),
    (
        rules.own_part_is_not_lost,
        ([edition()], shown(SharingStatus.SHARED), "x"),
        "delt: ingen besked",
        ([edition()], shown(SharingStatus.REFUSED), "x"),
    ),
    (
        rules.own_part_is_not_lost,
        ([], shown(SharingStatus.SHARED), "x"),
        "delt: ingen besked",
        ([edition("x")], shown(SharingStatus.SHARED), "x"),
    ),
    (rules.phase_is_shown, (COURSE, 2), "fase 1", (COURSE, 1)),
    (rules.phase_three_has_a_day, (replace(NOTHING, phase=3),), "ingen opfølgning", (replace(COURSE, phase=3),)),
    (
        rules.phase_three_has_a_day,
        (replace(NOTHING, phase=3, own=True),),
        "patienten tager selv kontakt",
        (replace(NOTHING, phase=2),),
    ),
    (rules.course_goes_on, (replace(COURSE, running=False),), "et afsluttet forløb", (COURSE,)),
    (rules.plan_stays_shared, ([edition(current=False)], "BCDF"), "ingen gældende plan", ([edition()], "BCDF")),
    (
        rules.plans_are_apart,
        ([edition(), replace(edition(), goals=("Gå LMNP",))], "BCDF"),
        "to planer med setId s",
        ([edition(), replace(edition(), goals=("Gå LMNP",), set_id="en anden")], "BCDF"),
    ),
    (
        rules.plans_are_apart,
        ([edition(), replace(edition(), goals=("Gå LMNP",))], "BCDF"),
        "to planer med setId s",
        ([edition(), replace(edition(), goals=("Gå LMNP",), current=False)], "BCDF"),
    ),
    (
        rules.plans_are_apart,
        ([edition(), replace(edition(), goals=("Gå LMNP",))], "BCDF"),
        "to planer med setId s",
        ([replace(edition(), set_id=""), replace(edition(), goals=("Gå LMNP",), set_id="")], "BCDF"),
    ),
    (rules.deadline_is_watched, (False, True), "fristen er ikke overskredet", (True, True)),
    (rules.deadline_is_watched, (True, False), "fristen er overskredet", (False, False)),
    (rules.others_plan_is_shown, ([], "Cykle"), "ingen plan", (["x", "Cykle i dag"], "Cykle")),
    (rules.replaced_is_not_shown, (["Cykle LMNP"], "LMNP"), "også “Cykle LMNP”", (["Cykle GHJK"], "LMNP")),
    (rules.others_are_not_shown, (["Cykle LMNP"], "LMNP"), "også en anden patients plan", ([], "LMNP")),
    (rules.withdrawn_is_not_shown, (["Cykle LMNP"], "LMNP"), "den tilbagetrukne plan", (["x"], "LMNP")),
    (
        rules.assessment_is_in_the_plan,
        ([edition()], "BCDF", "Bor alene"),
        "“Gå BCDF”",
        ([edition("Bor alene")], "BCDF", "Bor alene"),
    ),
]


def test_where_no_plan_is_shown_nothing_is_said_of_its_editions() -> None:
    (judgement,) = judge([rules.replaced_is_not_shown], [], "LMNP")
    assert judgement.result is Result.NOT_JUDGED


def test_without_a_current_plan_nothing_is_said_of_its_headings() -> None:
    (judgement,) = judge([rules.stands_under_its_heading], [edition("x", current=False)], "BCDF", "x", True)
    assert judgement.result is Result.NOT_JUDGED


def test_no_finding_about_another_patient_shows_the_text() -> None:
    (judgement,) = judge([rules.others_are_not_shown], ["Cykle LMNP"], "LMNP")
    assert "LMNP" not in str(judgement.findings[0])
