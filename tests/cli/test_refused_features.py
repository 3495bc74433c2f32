"""A feature that is refused is told with its line, also where nothing but the reference LPS is run."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from harness.cli.main import main
from harness.house import find_house

HOUSE = find_house(None)


def test_a_feature_that_is_refused_is_told_with_its_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("features", "fixtures"):
        shutil.copytree(HOUSE.home / name, tmp_path / name)
    (tmp_path / "docs").mkdir()
    for contract in (HOUSE.home / "docs").glob("*.yaml"):
        shutil.copy(contract, tmp_path / "docs")
    feature = tmp_path / "features" / "deling" / "del_plan.feature"
    lines = feature.read_text("utf-8").splitlines()
    number = next(place for place, line in enumerate(lines, 1) if line.strip().startswith("Når "))
    lines[number - 1] = lines[number - 1].replace("Når ", "Naar ", 1)
    feature.write_text("\n".join(lines) + "\n", "utf-8")
    code = main(["run", "--vendor=novax", f"--home={tmp_path}", f"--reports={tmp_path / 'reports'}"])
    told = capsys.readouterr().err
    assert code == 2, told
    assert f"del_plan.feature:{number}:" in told
