"""What is wrong with a plan of the day is said, each thing once and where it stands."""

from __future__ import annotations

from dataclasses import replace

import pytest

from harness.domain.connectathon import Day, Meeting, Partner, Slot
from harness.domain.day_check import DayMistake, mistakes_in_day

SUPPLIERS = {"clinea": "EG", "winplc": "EG", "novax": "Novax"}
EOJ = Partner("eoj", "En kommune", ("kommune",), ("henvisning",))
ALL = Partner("alle", "Alle parter", (), ("pakkeforloeb",), everywhere=True)
GOOD = Day(
    (
        Slot("09.00", 20, (Meeting("Bord 1", "clinea", "eoj"), Meeting("Bord 1", "winplc", "eoj"))),
        Slot("09.20", 20, (Meeting("Bord 2", "novax", "eoj"), Meeting("Bord 1", "clinea", "winplc"))),
        Slot("09.40", 10, title="Omkørsler", rerun=True),
        Slot("09.50", 20, (Meeting("Bord 1", "clinea", "novax"),)),
        Slot("10.10", 20, (Meeting("Bord 1", "novax", "winplc"),)),
        Slot(
            "10.30",
            20,
            tuple(Meeting(f"Bord {number}", each, "alle") for number, each in ((1, "clinea"), (1, "winplc"), (2, "novax"))),
        ),
    )
)


def mistakes(*slots: Slot, of: Day = GOOD) -> list[DayMistake]:
    """What is wrong with the good day when `slots` come after it."""
    return mistakes_in_day(replace(of, slots=(*of.slots, *slots)), SUPPLIERS, [EOJ, ALL])


def test_a_long_day_has_a_break_and_each_has_time_for_what_is_tried_again() -> None:
    [mistake] = mistakes(Slot("10.50", 20, title="Omkørsler", rerun=True))
    assert "en pause mellem møderne" in mistake.sentence
    [mistake] = mistakes(of=replace(GOOD, slots=(*GOOD.slots[:2], *GOOD.slots[3:])))
    assert "tid til omkørsler" in mistake.sentence


def test_nothing_is_wrong_with_a_good_day() -> None:
    assert mistakes() == []


@pytest.mark.parametrize(
    ("meetings", "said"),
    [
        ((("Bord 1", "clinea", "novax"), ("Bord 1", "clinea", "eoj")), "clinea skal møde to kl. 11.00: novax og eoj."),
        ((("Bord 1", "clinea", "eoj"), ("Bord 2", "winplc", "novax")), "Folkene fra EG kan ikke være to steder kl. 11.00"),
        (
            (("Bord 1", "clinea", "eoj"), ("Bord 2", "novax", "eoj")),
            "En kommune kan ikke være to steder kl. 11.00: Bord 1 og Bord 2.",
        ),
        ((("Bord 1", "clinea", "winplc"), ("Bord 1", "novax", "eoj")), "Bord 1 er brugt til to møder kl. 11.00"),
        ((("Bord 1", "clinea", "eoj"), ("Bord 1", "novax", "eoj")), "Bord 1 er brugt til to møder kl. 11.00"),
    ],
)
def test_nobody_is_in_two_places(meetings: tuple[tuple[str, str, str], ...], said: str) -> None:
    found = mistakes(Slot("11.00", 20, tuple(Meeting(*each) for each in meetings)))
    assert [(each.slot, each.meeting) for each in found] == [(6, 1)]
    assert found[0].sentence.startswith(said)


def test_the_parties_together_are_everywhere() -> None:
    there = Slot("11.00", 20, (Meeting("Bord 1", "clinea", "alle"), Meeting("Bord 2", "novax", "alle")))
    assert mistakes(there) == []


@pytest.mark.parametrize(
    ("meeting", "said"),
    [
        (Meeting("Bord 1", "xmo", "eoj"), 'Systemet skal være en deltager: clinea, winplc, novax. Fundet: "xmo".'),
        (Meeting("Bord 1", "novax", "kommune"), 'clinea, winplc, novax, eoj, alle. Fundet: "kommune".'),
        (Meeting("Bord 1", "novax", "novax"), "Et system kan ikke møde sig selv. Fundet: novax."),
    ],
)
def test_whoever_is_not_there_is_named(meeting: Meeting, said: str) -> None:
    (found,) = mistakes(Slot("11.00", 20, (meeting,)))
    assert found.sentence.endswith(said)
    assert (found.slot, found.meeting) == (6, 0)


def test_a_slot_begins_when_the_one_before_is_over() -> None:
    (found,) = mistakes(Slot("10.40", 20, title="Pause"))
    assert found == DayMistake("Skal begynde, når tidsrummet før er slut, kl. 10.50. Fundet: 10.40.", 6)


@pytest.mark.parametrize("number", [0, 1, 3, 4, 5])
def test_everybody_meets_everybody_and_a_rerun_is_no_first_meeting(number: int) -> None:
    gone = GOOD.slots[number].meetings
    again = replace(GOOD.slots[number], meetings=tuple(replace(each, rerun=True) for each in gone))
    found = mistakes(of=replace(GOOD, slots=(*GOOD.slots[:number], again, *GOOD.slots[number + 1 :])))
    names = {"eoj": "En kommune", "alle": "Alle parter"}
    assert len(found) == len(gone)
    for each in gone:
        said = [f"{each.system} møder aldrig {names.get(each.other)}.", f"{each.system} og {each.other} mødes aldrig."]
        said.append(f"{each.other} og {each.system} mødes aldrig.")
        assert any(one.sentence in said and one.slot is None for one in found)
