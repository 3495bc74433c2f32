"""Each change is tried until a scenario catches it; what nobody catches is what is said of it, or is not reviewed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from harness.domain.grade import Grade
from harness.domain.scenario import Scenario
from harness.domain.wire import How, Listed, Standing, WireChange
from harness.lps.mutation.message import Mistake
from harness.runner.trials.plan import Catalogue
from harness.runner.trials.trial import Found, Outcome, Setting, Trial
from harness.runner.trials.wire import Came, Search, survey_trials
from harness.runner.trials.wire_proof import WireProof
from harness.suite.gherkin import read_feature

FEATURE = """# language: da
Egenskab: {0}

  @id:{0}-01 @prøver:lps @set:snitflade
  Scenarie: Den første
    Så sker det

  @id:{0}-02 @prøver:lps @set:snitflade
  Scenarie: Den anden
    Så sker det igen
"""
SEEN, UNSEEN, STOPPING = (WireChange("plsp/planer", path, How.REMOVED) for path in ("a", "b", "c"))
SETTING = Setting("plsp", "2.0", "k")


def catalogue(folder: Path) -> Catalogue:
    scenarios: list[Scenario] = []
    for name in ("AA", "BB"):
        path = folder / f"{name}.feature"
        path.write_text(FEATURE.format(name), encoding="utf-8")
        scenarios += read_feature(path, f"features/x/{name}.feature")
    return Catalogue(tuple(scenarios), {}, {"x": "k"})


def surveyed(scenario: str, *changes: WireChange, remarks: tuple[Found, ...] = ()) -> Outcome:
    return Outcome(Trial(scenario, SETTING, surveys=True), "OK", "", remarks, parts=frozenset(changes))


class Carrying:
    """Carries trials out as told: the rules that each scenario finds of each change."""

    def __init__(self, finds: dict[tuple[str, WireChange], Found]) -> None:
        self._finds = finds
        self.tried: list[tuple[str, WireChange]] = []

    def __call__(self, trials: Sequence[Trial]) -> list[Outcome]:
        return [self._outcome(each) for each in trials]

    def _outcome(self, trial: Trial) -> Outcome:
        mistake = trial.changes["wire"]
        assert isinstance(mistake, Mistake)
        self.tried.append((trial.scenario, mistake.change))
        found = self._finds.get((trial.scenario, mistake.change))
        if mistake.change == STOPPING:
            return Outcome(trial, "kunne ikke testes", "Systemet svarede 422.")
        return Outcome(trial, "F2" if found and found.grade else "OK", "", (found,) if found else ())


def test_a_change_is_tried_until_it_is_caught_and_a_feature_at_a_time(tmp_path: Path) -> None:
    everywhere = [surveyed(each.id, SEEN, UNSEEN, STOPPING) for each in catalogue(tmp_path).scenarios]
    carrying = Carrying({("BB-01", SEEN): Found("R-1", Grade.F2)})
    seen, unseen, stopping = Search(catalogue(tmp_path), everywhere).carry_out([SEEN, UNSEEN, STOPPING], carrying)
    assert (seen.caught, seen.by, seen.rules) == (True, "BB-01", ("R-1",))
    assert {scenario for scenario, change in carrying.tried if change == SEEN} <= {"AA-01", "BB-01", "AA-02"}
    assert (unseen.caught, unseen.tried, unseen.places) == (False, 4, 4)
    assert not stopping.caught
    assert stopping.stopped[0] == ("AA-01", "Systemet svarede 422.")


def test_a_remark_catches_and_one_that_the_honest_lps_gets_too_does_not(tmp_path: Path) -> None:
    remark = Found("R-1", None)
    own = [surveyed("AA-01", SEEN), surveyed("AA-02", UNSEEN, remarks=(remark,))]
    carrying = Carrying({("AA-01", SEEN): remark, ("AA-02", UNSEEN): remark})
    assert [each.caught for each in Search(catalogue(tmp_path), own).carry_out([SEEN, UNSEEN], carrying)] == [True, False]


def test_no_more_scenarios_are_tried_than_asked_for(tmp_path: Path) -> None:
    everywhere = [surveyed(each.id, UNSEEN) for each in catalogue(tmp_path).scenarios]
    (came,) = Search(catalogue(tmp_path), everywhere).carry_out([UNSEEN], Carrying({}), tries=2)
    assert (came.tried, came.places) == (2, 4)


def test_every_scenario_of_one_system_is_surveyed_by_each_rute(tmp_path: Path) -> None:
    trials = survey_trials(catalogue(tmp_path))
    assert [(each.scenario, each.setting.rute) for each in trials if each.surveys] == [
        (scenario, rute) for rute in ("plsp", "direkte") for scenario in ("AA-01", "AA-02", "BB-01", "BB-02")
    ]


def test_a_survivor_is_what_is_said_of_it_a_hole_before_anything_else() -> None:
    came = (Came(SEEN, 1, 1, "AA-01", ("R-1",)), Came(UNSEEN, 1, 1), Came(STOPPING, 1, 1))
    free = Listed(Standing.NOT_REQUIRED, ("plsp/*",), ("b",), None, "Fordi.", "kilde", "x.yaml nr. 1")
    hole = Listed(Standing.HOLE, ("plsp/*",), ("b",), How.REMOVED, "Fordi.", "kilde", "x.yaml nr. 2")
    stale = Listed(Standing.NOT_REQUIRED, ("plsp/*",), ("a",), None, "Fordi.", "kilde", "x.yaml nr. 3")
    proof = WireProof(came, (free, hole, stale), True, 3, 1.0)
    assert [proof.standing(each) for each in came] == [Standing.CAUGHT, Standing.HOLE, Standing.UNREVIEWED]
    assert proof.by_kind() == {"plsp/planer": {Standing.CAUGHT: 1, Standing.HOLE: 1, Standing.UNREVIEWED: 1}}
    assert proof.stale() == [stale]
    assert not proof.holds
    assert WireProof(came, (stale,), False, 3, 1.0).stale() == []
    assert WireProof(came[:2], (free,), True, 2, 1.0).holds
