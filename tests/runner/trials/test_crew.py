"""Trials in the house's own pytest session: what comes of them is what a run's log says, whatever was tried before."""

from __future__ import annotations

from collections.abc import Iterator
from multiprocessing import active_children
from pathlib import Path

import pytest

from harness.domain.errors import ConfigurationError, EnvironmentFault
from harness.domain.grade import Grade
from harness.house import House, find_house
from harness.lps.reference.capabilities import ALL_FAULTS
from harness.runner.trials.crew import Crew
from harness.runner.trials.trial import Setting, Trial

HOUSE = find_house()
DIREKTE = Setting("direkte", "1.0.1", "kol-lrs-2027")
PLSP = Setting("plsp", "2.0", "kol-lrs-2027")
PAIR = Setting("plsp", "2.0", "epj-obligatoriske")


@pytest.fixture(scope="module")
def crew() -> Iterator[Crew]:
    with Crew(HOUSE, ("deling", "parvis"), size=1) as crew:
        yield crew


def with_fault(scenario: str, fault: str, setting: Setting = DIREKTE) -> Trial:
    return Trial(scenario, setting, {"faults": frozenset({fault})})


def test_a_fault_is_in_its_own_trial_alone(crew: Crew) -> None:
    trials = [Trial("DEL-03", DIREKTE), with_fault("DEL-03", "mål-mangler"), Trial("DEL-03", DIREKTE)]
    before, faulty, after = crew.carry_out(trials)
    assert (before.standing, before.found) == ("OK", ())
    assert (faulty.standing, faulty.rules(graded=True)) == (Grade.F2, {"DELING-01"})
    assert before == after


def test_each_setting_counts(crew: Crew) -> None:
    wrong_hash = "iti41-forkert-hash"
    direct, by_plsp = crew.carry_out([with_fault("DEL-03", wrong_hash, each) for each in (DIREKTE, PLSP)])
    assert direct.rules(graded=True)
    assert by_plsp.standing == Grade.OK


def test_an_honest_trial_tells_what_could_have_differed(crew: Crew) -> None:
    direct, by_plsp = crew.carry_out([Trial("DEL-03", each) for each in (DIREKTE, PLSP)])
    assert {"mål-mangler", "iti41-forkert-hash", "deler-ikke"} <= direct.asked
    assert "iti41-forkert-hash" not in by_plsp.asked, "the LPS hands nothing in by that rute"
    assert (direct.entrances, by_plsp.entrances) == ({"dros", "dds"}, {"dros", "plsp"})


def test_what_nobody_asks_about_changes_nothing(crew: Crew) -> None:
    """What the choice of scenarios stands on. `lps faults --breadth også-uset` asks it of every fault and scenario."""
    scenarios = ("DEL-03", "DEL-07", "PAR-03")
    for honest in crew.carry_out([Trial(each, PAIR if each.startswith("PAR") else PLSP) for each in scenarios]):
        unasked = sorted(set(ALL_FAULTS) - honest.asked)[::30]
        assert len(unasked) > 20
        outcomes = crew.carry_out([with_fault(honest.trial.scenario, each, honest.trial.setting) for each in unasked])
        came_to = (honest.standing, honest.reason, honest.found, honest.entrances)
        assert {(each.standing, each.reason, each.found, each.entrances) for each in outcomes} == {came_to}


def test_the_set_of_its_own_is_entered(crew: Crew) -> None:
    knows = "kender-det-udleverede-sæts-tekster"
    own = Setting("plsp", "2.0", "kol-lrs-2027", own_set=True)
    shipped, withheld, honest = crew.carry_out(
        [with_fault("DEL-03", knows, PLSP), with_fault("DEL-03", knows, own), Trial("DEL-03", own)]
    )
    assert (shipped.standing, withheld.standing, honest.standing) == (Grade.OK, Grade.F2, Grade.OK)


def test_both_of_two_have_the_fault(crew: Crew) -> None:
    honest, sending, receiving = crew.carry_out(
        [
            Trial("PAR-03", PAIR),
            with_fault("PAR-03", "besked-skilletegn-deler-teksten", PAIR),
            with_fault("PAR-03", "modtaget-besked-vises-hver-gang-den-kommer", PAIR),
        ]
    )
    assert (honest.standing, honest.found) == (Grade.OK, ())
    assert any(each.side == "" for each in sending.found) or any(each.side == "anden" for each in receiving.found)


def test_a_feature_that_is_refused_is_told(tmp_path: Path) -> None:
    feature = tmp_path / "features" / "prøve" / "a.feature"
    feature.parent.mkdir(parents=True)
    tmp_path.joinpath("fixtures").mkdir()
    text = (
        "# language: da\n@prøver:lps\nEgenskab: A\n  @id:XX-01 @set:skærm\n  Scenarie: B\n    Så sker der noget, ingen har sagt\n"
    )
    feature.write_text(text, encoding="utf-8", newline="\n")
    with pytest.raises(ConfigurationError, match="er ikke et kendt trin"), Crew(House(tmp_path), ("prøve",), size=1):
        pass


def test_a_worker_that_is_gone_is_told() -> None:
    others = active_children()
    with Crew(HOUSE, ("deling",), size=1) as crew:
        (own,) = (each for each in active_children() if each not in others)
        own.kill()
        own.join()
        with pytest.raises(EnvironmentFault, match="standsede"):
            crew.carry_out([Trial("DEL-03", DIREKTE)])
