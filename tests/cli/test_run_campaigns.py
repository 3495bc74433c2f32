"""Several campaigns in one run: each has its own figures, and what nobody has decided is neither red nor green."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from harness.cli import run as run_module
from harness.cli.main import main
from harness.domain.requirement import Participation
from harness.house import find_house
from harness.suite.campaigns import load_campaigns


def run(capsys: pytest.CaptureFixture[str], reports: Path, *options: str) -> tuple[int, dict[str, Any], str]:
    code = main(["run", "--json", f"--reports={reports}", *options])
    told = capsys.readouterr()
    return code, json.loads(told.out), told.err


def test_campaigns_in_one_run_count_each_their_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    chosen = ("--campaign=diagnosekort,laboratorie-trin-1", "--vendor=novax,xmo", "--tag=id:DIAG-01 or id:LABO-06")
    code, whole, told = run(capsys, tmp_path, *chosen)
    assert code == 0
    for system in ("novax", "xmo"):
        found = whole["vendors"][system]["campaigns"]
        assert {name: (each["verdict"], each["scenarios"]) for name, each in found.items()} == {
            "diagnosekort": ("prøvekørsel uden fund", 1),
            "laboratorie-trin-1": ("prøvekørsel uden fund", 1),
        }
        assert len(list((tmp_path / "diagnosekort+laboratorie-trin-1" / system).iterdir())) == 1
    assert "diagnosekort: prøvekørsel uden fund · 2 scenarier · 0 fund · 0 afventer\n" in told


def test_a_defect_is_graded_only_where_it_is_decided_that_the_system_takes_part(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    faults = ("--fault=prøvesvar-altid-under-ukendte-initialer", "--fault=lab-svar-på-den-første-patient")
    chosen = ("--campaign=kommunale-proevesvar,laboratorie-trin-1", "--tag=id:HCO-01 or id:LABO-06", *faults)
    code, whole, _ = run(capsys, tmp_path, "--vendor=novax", *chosen)
    assert code == 1
    awaiting, decided = (whole["vendors"]["novax"]["campaigns"][name] for name in ("kommunale-proevesvar", "laboratorie-trin-1"))
    assert (awaiting["verdict"], awaiting["findings"], awaiting["afventer"]) == ("afventer", 0, 1)
    assert (decided["verdict"], decided["findings"] > 0) == ("prøvekørsel med fund", True)
    assert whole["vendors"]["novax"]["remarks"] > 0


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--campaign=apps",), "apps har ingen scenarier endnu: kravgrundlaget afventer.\n"),
        (("--campaign=diagnosekort,ukendt",), "Kampagnen kendes ikke. Skal være en af: apps, "),
    ],
)
def test_what_cannot_be_run_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], options: tuple[str, ...], said: str
) -> None:
    assert main(["run", f"--reports={tmp_path}", "--vendor=novax", *options]) == 2
    assert said in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_alone_a_campaign_nobody_has_decided_who_takes_part_in_is_green_on_no_level(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, whole, _ = run(capsys, tmp_path, "--campaign=kommunale-proevesvar", "--tag=id:HCO-01 or id:HCO-30", "--vendor=novax")
    own = whole["vendors"]["novax"]
    assert (code, own["verdict"], own["campaigns"]["kommunale-proevesvar"]["verdict"]) == (0, "afventer", "afventer")
    assert set(own["requirements"].values()) <= {"afventer", "prøvekørsel uden fund"}
    assert own["requirements"]["EHM-01"] == "afventer"


def test_who_is_outside_one_of_the_campaigns_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    outside = [
        replace(each, participants={**each.participants, "novax": Participation.OUTSIDE}) if each.id == "diagnosekort" else each
        for each in load_campaigns(find_house(), "diagnosekort,laboratorie-trin-1")
    ]
    monkeypatch.setattr(run_module, "load_campaigns", lambda *_: outside)
    _, _, told = run(
        capsys, tmp_path, "--campaign=laboratorie-trin-1,diagnosekort", "--vendor=novax,xmo", "--tag=id:DIAG-01 or id:LABO-06"
    )
    assert "Ikke med i diagnosekort: novax.\n" in told
