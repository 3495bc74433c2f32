"""All six systems, both ruter, everything about sharing and some of each other capability: live comes to what mock comes to."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from test_live import COMPLAINT, Command, by_process, live, lps, outcome, states

from harness.domain.scenario import Scenario
from harness.house import find_house
from harness.suite.gherkin import read_feature

__all__ = ["lps"]  # the fixture
RUTER = ("plsp", "direkte")
HOUSE = find_house()


def selected() -> list[Scenario]:
    """Every scenario of features/deling, and of every other folder the first one that does not move time."""
    folders: dict[str, list[Scenario]] = {}
    for path in sorted(HOUSE.features.rglob("*.feature")):
        folders.setdefault(path.parent.name, []).extend(read_feature(path, path.relative_to(HOUSE.home).as_posix()))
    others = [next(each for each in found if "tid" not in each.tags) for name, found in folders.items() if name != "deling"]
    waits = ("DEL-10", "DEL-11")  # each row waits for what does not come; DEL-12 does so too, once
    tags = {each.tag for each in (*folders["deling"], *others)} - set(waits)
    return [each for found in folders.values() for each in found if each.tag in tags]


SELECTED = selected()
TAGS = " or ".join(sorted({f"id:{each.tag}" for each in SELECTED}))


@by_process
def test_six_systems_come_to_the_same_live_as_in_mock_by_both_ruter(lps: Command, tmp_path: Path) -> None:
    def run_live(rute: str) -> tuple[int, str, str]:
        return lps.run(
            *live(tmp_path / f"live-{rute}", "--campaign=all", f"--rute={rute}", f"--tag={TAGS}", "--jobs=6", vendor="all"),
            patience=400.0,
        )

    with ThreadPoolExecutor() as pool:  # most of a live run is waiting
        done = list(pool.map(run_live, RUTER))
    assert [(code, bool(COMPLAINT.search(err))) for code, _, err in done] == [(0, False)] * 2, done
    assert lps.left() == {}
    for rute in RUTER:
        mock = tmp_path / f"mock-{rute}"
        code, out, err = lps.run("run", "--campaign=all", f"--rute={rute}", f"--tag={TAGS}", f"--reports={mock}")
        assert code == 0, out + err
        lived = outcome(tmp_path / f"live-{rute}")
        assert lived == outcome(mock)
        assert len(lived) == 6
        assert {len(scenarios) for scenarios in lived.values()} == {len(SELECTED)}
        assert observed(tmp_path / f"live-{rute}") == observed(mock)


def observed(reports: Path) -> dict[str, set[str]]:
    """What each whole run noted beside the verdicts. Not how often: in live an LPS goes on trying after its scenario."""
    found = states(reports)
    assert all(state.seconds is not None for state in found.values())
    return {system: set(state.observations) for system, state in found.items()}
