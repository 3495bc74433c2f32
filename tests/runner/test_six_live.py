"""Six systems on one hub, three by each rute, some of each capability, most of sharing: each comes to the same as in mock."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from test_live import COMPLAINT, Command, by_process, live, lps, outcome, rehearsed

from harness.domain.scenario import Scenario
from harness.house import find_house
from harness.suite.campaigns import EVERY, load_campaigns
from harness.suite.gherkin import read_feature

__all__ = ["lps"]  # the fixture
RUTER = {"plsp": "eg-clinea,multimed,novax", "direkte": "eg-winplc,myclinic,xmo"}
"""Who sends how here: each system by one rute. What a rute changes does not depend on which system takes it."""
HOUSE = find_house()
WAITS = ("DEL-10", "DEL-11")
"""Each row waits for what does not come; DEL-12 does so too, once."""


def selected() -> list[Scenario]:
    """Of each file in features/deling the first scenario, of every other folder in a campaign of one system the first one; none
    that moves time.
    """
    folders = sorted({folder for campaign in load_campaigns(HOUSE, EVERY) for folder in campaign.features})
    files = [path for folder in folders for path in sorted((HOUSE.features / folder).rglob("*.feature"))]
    read = {path: read_feature(path, path.relative_to(HOUSE.home).as_posix()) for path in files}
    first: dict[str, str] = {}
    for path, found in read.items():
        still = [each for each in found if not each.of_two and "tid" not in each.tags and each.tag not in WAITS]
        group = path.stem if path.parent.name == "deling" else path.parent.name
        if still:
            first.setdefault(group, still[0].tag)
    return [each for found in read.values() for each in found if each.tag in first.values()]


SELECTED = selected()
TAGS = " or ".join(sorted({f"id:{each.tag}" for each in SELECTED}))


@by_process
def test_each_system_comes_to_the_same_on_one_hub_as_in_mock_by_one_rute(lps: Command, tmp_path: Path) -> None:
    hall = tmp_path / "live"

    def run_live(rute: str) -> tuple[int, str, str]:
        more = ("--campaign=all", f"--rute={rute}", f"--tag={TAGS}", "--jobs=3")
        return lps.run(*live(hall, *more, vendor=RUTER[rute]), patience=400.0)

    with ThreadPoolExecutor() as pool:  # most of a live run is waiting
        done = list(pool.map(run_live, RUTER))
    assert [(code, bool(COMPLAINT.search(err))) for code, _, err in done] == [(0, False)] * 2, done
    assert lps.left() == {}
    mock = [outcome(rehearsed(tmp_path / rute, RUTER[rute], SELECTED, campaign=EVERY, rute=rute)) for rute in RUTER]
    lived = outcome(hall)
    assert lived == mock[0] | mock[1]
    assert {len(scenarios) for scenarios in lived.values()} == {len(SELECTED)}
    assert len(lived) == 6
