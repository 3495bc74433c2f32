"""The rules about sharing: an example that breaks each, and one that holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from harness.conformance.behaviour import sharing as rules
from harness.conformance.rule import Result, Rule, judge
from harness.domain.sharing import PlanInLps, SharedEdition, SharingStatus

CREATED = "20261005101500+0200"
FIRST = SharedEdition("d1", "s", 1, False, "2509479989", "", ("Gå BCDFGH",), ("Niveau 2", "Samtale"), ("R95",), CREATED)
WINTER_TIME = "20261005101500+0100"
WITHOUT_OFFSET = replace(FIRST, effective_time="20261005101500")
SECOND = replace(FIRST, document_id="d2", version=2, current=True, replaces="d1", goals=("Svøm på Ærø JKLMNP",))
STILL_CURRENT = replace(FIRST, current=True)
ANOTHER = replace(SECOND, document_id="d9", set_id="t", version=1, replaces="")
OTHERS_GOAL = replace(ANOTHER, document_id="d3", set_id="u", goals=(*SECOND.goals, "Cykle QRSTVW"))
NOW = datetime(2026, 10, 5, 8, 15, tzinfo=UTC)
LATER = NOW + timedelta(days=2)
SINCE = date(2026, 3, 2)
WITH_HISTORY = replace(SECOND, goals=(*SECOND.goals, "Tidligere: Gå BCDFGH"))


def diagnosed(*times: str) -> SharedEdition:
    return replace(FIRST, diagnosed=tuple(("R95", each) for each in times))


def timed(*times: str) -> SharedEdition:
    return replace(FIRST, timed=tuple(("Gå BCDFGH", each) for each in times))


def coded(*goals: str, rest: tuple[str, ...] = ()) -> SharedEdition:
    return replace(FIRST, coded_goals=goals, coded_rest=rest)


def shown(status: SharingStatus, message: str = "Planen venter.") -> PlanInLps:
    return PlanInLps("p1", 1, ("Gå",), status, message)


def test_goals_are_not_judged_where_nobody_saw_what_the_system_shows() -> None:
    (judgement,) = judge([rules.goals_are_the_doctors], coded("Tab dig"), [], ["Gå"])
    assert judgement.result is Result.NOT_JUDGED


def test_what_nobody_is_known_to_have_written_is_a_remark() -> None:
    (judgement,) = judge([rules.nobody_wrote], coded("Tab dig"), ["Gå"])
    assert [each.grade for each in judgement.findings] == [None]


# rule, what breaks it, what must be found, what holds
EXAMPLES: list[tuple[Rule, tuple[object, ...], str, tuple[object, ...]]] = [
    (rules.plan_was_sent, ("Systemet sendte ingenting.",), "Systemet sendte ingenting.", ("",)),
    (rules.plan_is_held, ([FIRST], "BCDFGH"), "udgave 1 (ikke gældende)", ([FIRST, SECOND], "JKLMNP")),
    (rules.plan_is_held, ([], "BCDFGH"), "ingen plan", ([SECOND], "JKLMNP")),
    (
        rules.plan_is_held,
        ([FIRST, SECOND], "BCDFGH"),
        "udgave 1 (ikke gældende), udgave 2 (gældende)",
        ([WITH_HISTORY], "BCDFGH"),
    ),
    (rules.one_is_current, ([STILL_CURRENT, SECOND],), "udgave 1 (gældende), udgave 2 (gældende)", ([FIRST, SECOND],)),
    (rules.one_is_current, ([FIRST],), "udgave 1 (ikke gældende)", ([SECOND],)),
    (
        rules.newer_takes_over,
        ([STILL_CURRENT, SECOND], "BCDFGH", "JKLMNP"),
        "udgave 1 (gældende), udgave 2 (gældende)",
        ([FIRST, SECOND], "BCDFGH", "JKLMNP"),
    ),
    (rules.newer_takes_over, ([FIRST], "BCDFGH", "JKLMNP"), "udgave 1 (ikke gældende)", ([SECOND], "BCDFGH", "JKLMNP")),
    (
        rules.newer_takes_over,
        ([STILL_CURRENT, WITH_HISTORY], "BCDFGH", "JKLMNP"),
        "udgave 1 (gældende), udgave 2 (gældende)",
        ([FIRST, WITH_HISTORY], "BCDFGH", "JKLMNP"),
    ),
    (rules.shared_once, ([SECOND, ANOTHER], "JKLMNP"), "2 dokumenter med planen", ([FIRST, SECOND], "JKLMNP")),
    (rules.shared_once, ([FIRST], "JKLMNP"), "0 dokumenter med planen", ([SECOND, SECOND], "JKLMNP")),
    (rules.says_not_shared, (shown(SharingStatus.SHARED, "Delt."),), "delt: Delt.", (shown(SharingStatus.WAITING),)),
    (rules.says_not_shared, (shown(SharingStatus.WAITING, ""),), "venter: ingen besked", (shown(SharingStatus.REFUSED),)),
    (rules.says_shared, (shown(SharingStatus.WAITING),), "venter: Planen venter.", (shown(SharingStatus.SHARED),)),
    (rules.plan_was_sent_again, ("Systemet sendte ingenting.",), "Systemet sendte ingenting.", ("",)),
    (
        rules.goal_is_whole,
        ([SECOND], "Svøm på ?r? JKLMNP"),
        "“Svøm på Ærø JKLMNP”",
        ([replace(SECOND, goals=("Svøm\n  på Ærø JKLMNP",))], "Svøm på Ærø JKLMNP"),
    ),
    (rules.goal_is_whole, ([], "Gå"), "intet mål", ([FIRST], "Gå")),
    (rules.goal_is_whole, ([replace(FIRST, goals=())], "Samtale"), "intet mål", ([WITH_HISTORY], "Gå BCDFGH")),
    (
        rules.patients_are_apart,
        ([OTHERS_GOAL], "JKLMNP", "QRSTVW"),
        "også en anden patients plan",
        ([SECOND], "JKLMNP", "QRSTVW"),
    ),
    (rules.patients_are_apart, ([FIRST], "JKLMNP", "QRSTVW"), "ikke patientens egen plan", ([FIRST], "BCDFGH", "QRSTVW")),
    (rules.level_is_there, ([SECOND], "Niveau 1"), f"“{SECOND.text}”", ([SECOND], "Niveau 2")),
    (rules.level_is_there, ([FIRST], "Niveau 2"), f"“{FIRST.text}”", ([FIRST, SECOND], "Niveau 2")),
    (rules.follow_up_is_there, ([], "Næste opfølgning: 30-11-2026"), "ingen plan", ([SECOND], "Samtale")),
    (rules.sent_for_the_patient, (1,), "planen under en anden patient", (0,)),
    (rules.content_is_there, (FIRST, ("L84",), ("Samtale",)), "R95", (FIRST, ("R95", "DJ43"), ("Samtale", "Niveau 2"))),
    (
        rules.content_stands_once,
        (replace(FIRST, doubled=("Gå BCDFGH",)), ["BCDFGH", "QRSTVW"]),
        "flere gange",
        (replace(FIRST, doubled=("Svøm JKLMNP",)), ["BCDFGH", "QRSTVW"]),
    ),
    (
        rules.content_stands_once,
        (replace(FIRST, doubled=("Samtale QRSTVW",)), ["BCDFGH", "QRSTVW"]),
        "flere gange",
        (replace(FIRST, doubled=("Rygestop",)), ["BCDFGH", "QRSTVW"]),
    ),
    (
        rules.content_is_there,
        (replace(FIRST, diagnoses=()), ("R95",), ()),
        "ingen diagnosekode",
        (replace(FIRST, diagnoses=("L84", "DJ440")), ("R95", "DJ44"), ()),
    ),
    (
        rules.content_is_there,
        (FIRST, ("R95",), ("Samtale", "Rygestop")),
        "mangler",
        (replace(FIRST, interventions=("Samtale med sygeplejerske",)), ("R95",), ("Samtale",)),
    ),
    (
        rules.goals_are_the_doctors,
        (coded("Gå BCDFGH", "Tab dig"), ["Gå BCDFGH"], ["Gå BCDFGH"]),
        "“Tab dig”",
        (coded("Mål: Gå BCDFGH", "Cykle QRSTVW", "Ryge  mindre"), ["Ryge mindre og gå"], ["Svøm"]),
    ),
    (
        rules.goals_are_the_doctors,
        (coded("Tab dig"), ["Gå"], [""]),
        "“Tab dig”",
        (coded("Aftalt før: Svøm"), ["Gå"], ["", "Svøm"]),
    ),
    (
        rules.nobody_wrote,
        (coded("Gå BCDFGH", rest=("Samtale", "HIV-test positiv")), ["Samtale"]),
        "“HIV-test positiv”",
        (coded("Gå BCDFGH", rest=("Samtale", "Niveau 2")), ["Samtale", "Niveau"]),
    ),
    (
        rules.agreed_now,
        (timed("19990101", "20261005"), ["BCDFGH"], NOW, SINCE),
        "19990101",
        (timed("20261004", "20270101000000+0100", "20260302", "i går", "1999"), ["BCDFGH"], NOW, SINCE),
    ),
    (
        rules.agreed_now,
        (timed("20261003235900+0200"), ["BCDFGH"], NOW, SINCE),
        "20261003235900+0200",
        (replace(FIRST, timed=(("Svøm JKLMNP", "19990101"), ("Gå BCDFGH", "20261005"))), ["BCDFGH"], NOW, SINCE),
    ),
    (
        rules.time_is_now,
        (replace(FIRST, effective_time="19991005101500+0200"), NOW, NOW),
        "19991005101500+0200",
        (FIRST, NOW, NOW),
    ),
    (rules.time_is_now, (FIRST, LATER, LATER), CREATED, (FIRST, NOW, NOW + timedelta(days=1))),
    (
        rules.time_is_now,
        (replace(FIRST, effective_time=WINTER_TIME), NOW, NOW),
        WINTER_TIME,
        (replace(FIRST, effective_time="202610050844+0000"), NOW, NOW),
    ),
    (rules.time_is_now, (replace(FIRST, effective_time=WINTER_TIME), NOW, NOW), WINTER_TIME, (WITHOUT_OFFSET, NOW, NOW)),
    (
        rules.time_is_now,
        (replace(FIRST, effective_time="202610051046+0200"), NOW, NOW),
        "202610051046+0200",
        (replace(FIRST, effective_time="202610051045+0200"), NOW, NOW),
    ),
    (
        rules.time_is_now,
        (replace(FIRST, effective_time="20261003"), NOW, NOW),
        "20261003",
        (replace(FIRST, effective_time="20261004"), NOW, NOW),
    ),
    (
        rules.time_is_now,
        (replace(FIRST, effective_time="20261007"), NOW, NOW),
        "20261007",
        (replace(FIRST, effective_time="20261006"), NOW, NOW),
    ),
    (rules.time_is_now, (FIRST, NOW - timedelta(days=2), NOW - timedelta(days=2)), CREATED, (FIRST, NOW, LATER)),
    (
        rules.time_is_now,
        (replace(FIRST, effective_time="202610050944+0200"), NOW, LATER),
        "202610050944+0200",
        (replace(FIRST, effective_time="202610050945+0200"), NOW, LATER),
    ),
    (
        rules.time_is_now,
        (replace(FIRST, authored=("20260928101500+0200", "20261004101500+0200")), NOW, NOW),
        "20261004101500+0200",
        (replace(FIRST, authored=("20260928101500+0200", CREATED, "20261004101500+0200")), NOW, NOW),
    ),
    (
        rules.time_is_now,
        (replace(FIRST, authored=(CREATED, "20261012101500+0200")), NOW, NOW),
        "20261012101500+0200",
        (replace(FIRST, authored=("", CREATED, "20261004")), NOW, NOW),
    ),
    (
        rules.diagnosed_on,
        (diagnosed("20260301"), ("R95",), SINCE, NOW, NOW),
        "20260301",
        (diagnosed("20260302", "20260301230000+0000", "202603", "2026", "20261005"), ("R95",), SINCE, NOW, NOW),
    ),
    (
        rules.diagnosed_on,
        (diagnosed("20260302", "2019"), ("R95",), SINCE, NOW, NOW),
        "2019",
        (replace(diagnosed("20260302"), diagnosed=(("R95", "20260302"), ("T90", "2019"))), ("R95",), SINCE, NOW, NOW),
    ),
]


@pytest.mark.parametrize("edition", [FIRST, diagnosed("", "i går")], ids=["none", "unreadable"])
def test_a_plan_that_does_not_say_when_the_diagnosis_was_made_is_not_judged(edition: SharedEdition) -> None:
    (judgement,) = judge([rules.diagnosed_on], edition, ("R95",), SINCE, NOW, NOW)
    assert judgement.result is Result.NOT_JUDGED


@pytest.mark.parametrize("rule", [rules.level_is_there, rules.follow_up_is_there], ids=lambda rule: rule.id)
def test_a_rule_on_something_undecided_grades_nobody_and_never_just_holds(rule: Rule) -> None:
    undecided = frozenset({rule.fact})
    (broken,) = judge([rule], [SECOND], "Niveau 1", undecided=undecided)
    assert [(each.grade, each.remark) for each in broken.findings] == [(None, f"afventer {rule.fact}")]
    (holds,) = judge([rule], [SECOND], "Niveau 2", undecided=undecided)
    assert (holds.result, holds.undecided) == (Result.HOLDS, rule.fact)


def test_a_finding_about_another_patient_shows_neither_number_nor_text() -> None:
    (judgement,) = judge([rules.patients_are_apart], [OTHERS_GOAL], "JKLMNP", "QRSTVW")
    text = str(judgement.findings[0])
    assert "Cykle" not in text
    assert "2509479989" not in text


@pytest.mark.parametrize("time", ["", "i går", "2026", "20261305"])
def test_a_time_that_cannot_be_read_is_left_to_the_rules_of_the_document(time: str) -> None:
    (judgement,) = judge([rules.time_is_now], replace(FIRST, effective_time=time), NOW, NOW)
    assert (judgement.result, judgement.findings) == (Result.NOT_JUDGED, ())


def test_a_goal_among_the_interventions_is_no_goal() -> None:
    moved = replace(SECOND, goals=("Mål aftales",), interventions=SECOND.goals)
    (judgement,) = judge([rules.goal_is_whole], [moved], SECOND.goals[0])
    assert [each.actual for each in judgement.findings] == ["“Mål aftales”"]
