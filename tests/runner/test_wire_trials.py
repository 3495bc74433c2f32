"""Each change is tried until a scenario catches it; what nobody catches is what is said of it, or is not reviewed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from harness.domain.grade import Grade
from harness.domain.scenario import Scenario
from harness.domain.wire import How, Listed, Standing, WireChange
from harness.lps.mutation.message import Mistakes
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
    """Carries trials out as told: the rules that each scenario finds of each change, and of those made together.

    What is `hidden` by another change is not found where both are made.
    """

    def __init__(self, finds: dict[tuple[str, WireChange], Found], hidden: dict[WireChange, WireChange] | None = None) -> None:
        self._finds = finds
        self._hidden = hidden or {}
        self.sets: list[tuple[str, tuple[WireChange, ...]]] = []

    @property
    def alone(self) -> list[tuple[str, WireChange]]:
        return [(scenario, changes[0]) for scenario, changes in self.sets if len(changes) == 1]

    def __call__(self, trials: Sequence[Trial]) -> list[Outcome]:
        return [self._outcome(each) for each in trials]

    def _outcome(self, trial: Trial) -> Outcome:
        mistakes = trial.changes["wire"]
        assert isinstance(mistakes, Mistakes)
        made = mistakes.changes
        self.sets.append((trial.scenario, made))
        if STOPPING in made:
            return Outcome(trial, "kunne ikke testes", "Systemet svarede 422.")
        seen = [each for each in made if self._hidden.get(each) not in made]
        found = tuple(self._finds[trial.scenario, each] for each in seen if (trial.scenario, each) in self._finds)
        return Outcome(trial, "F2" if any(each.grade for each in found) else "OK", "", found)


def test_a_change_is_tried_until_it_is_caught_and_a_feature_at_a_time(tmp_path: Path) -> None:
    everywhere = [surveyed(each.id, SEEN, UNSEEN, STOPPING) for each in catalogue(tmp_path).scenarios]
    carrying = Carrying({("BB-01", SEEN): Found("R-1", Grade.F2)})
    seen, unseen, stopping = Search(catalogue(tmp_path), everywhere).carry_out([SEEN, UNSEEN, STOPPING], carrying)
    assert (seen.caught, seen.by, seen.rules) == (True, "BB-01", ("R-1",))
    assert {scenario for scenario, change in carrying.alone if change == SEEN} <= {"AA-01", "BB-01", "AA-02"}
    assert (unseen.caught, unseen.tried, unseen.places) == (False, 4, 4)
    assert not stopping.caught
    assert stopping.stopped[0] == ("AA-01", "Systemet svarede 422.")


MANY = [WireChange("plsp/planer", f"liste/{number}", how) for number in range(20) for how in How]


def wide(folder: Path, scenarios: int = 40) -> Catalogue:
    path = folder / "CC.feature"
    one = "\n  @id:CC-{0:02} @prøver:lps @set:snitflade\n  Scenarie: Nummer {0}\n    Så sker det\n"
    path.write_text(
        "# language: da\nEgenskab: CC\n" + "".join(one.format(number) for number in range(1, scenarios + 1)), encoding="utf-8"
    )
    return Catalogue(tuple(read_feature(path, "features/x/CC.feature")), {}, {"x": "k"})


def test_what_is_left_is_tried_together_and_the_one_that_is_seen_is_named(tmp_path: Path) -> None:
    everywhere = [surveyed(each.id, *MANY) for each in wide(tmp_path).scenarios]
    carrying = Carrying({("CC-37", MANY[7]): Found("R-1", None)})
    came = {each.change: each for each in Search(wide(tmp_path), everywhere).carry_out(MANY, carrying)}
    assert [(each.change, each.by, each.rules) for each in came.values() if each.caught] == [(MANY[7], "CC-37", ("R-1",))]
    assert all(each.tried == 40 for change, each in came.items() if change != MANY[7])
    assert len(carrying.sets) < 3 * len(MANY) + 4 * 40 + 20


def test_two_that_hide_each_other_are_parted_somewhere(tmp_path: Path) -> None:
    everywhere = [surveyed(each.id, *MANY) for each in wide(tmp_path).scenarios]
    finds = {(f"CC-{number:02}", MANY[1]): Found("R-1", Grade.F2) for number in range(4, 41)}
    carrying = Carrying(finds, hidden={MANY[1]: MANY[3]})
    came = {each.change: each for each in Search(wide(tmp_path), everywhere).carry_out(MANY, carrying)}
    assert came[MANY[1]].rules == ("R-1",)


def test_none_is_made_within_another_that_is_left_out_nor_with_what_stops_a_scenario(tmp_path: Path) -> None:
    paths = ("a/b", "a/b-c", "a/b/d", "a/b/d/e", "a/b[x]")
    own = [WireChange("plsp/planer", path, How.REMOVED) for path in paths] + [
        STOPPING,
        WireChange("plsp/planer", "a/b", How.ALTERED),
    ]
    everywhere = [surveyed(each.id, *own) for each in wide(tmp_path).scenarios]
    carrying = Carrying({})
    came = Search(wide(tmp_path), everywhere).carry_out(own, carrying)
    for _, changes in carrying.sets:
        gone = [each.path for each in changes if each.how is How.REMOVED]
        assert not any(one.path.startswith(f"{path}/") for one in changes for path in gone)
        assert STOPPING not in changes or len(changes) == 1
    assert {len(changes) for _, changes in carrying.sets} >= {1, 2, 3}
    assert [len(each.stopped) for each in came] == [0, 0, 0, 0, 0, 40, 0]


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
