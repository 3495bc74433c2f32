"""`lps run` against a system with a test interface of its own, beside a rehearsal, over TCP."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from test_adapter_options import NOVAX
from test_live import COMPLAINT, Command, by_process, states

from harness.domain.grade import Grade
from harness.domain.verdict import Verdict
from harness.record.result import Result

TOKEN = "hemmelig-proeve-7391"
ADDRESS = re.compile(r"https?://\S+:\d+")


@pytest.fixture
def lps(monkeypatch: pytest.MonkeyPatch) -> Iterator[Command]:
    monkeypatch.setenv("LPS_PROEVE", TOKEN)
    command = Command()
    yield command
    command.end()


def started(lps: Command, *arguments: str) -> str:
    process = lps.start(*arguments, "--port=0", "--until-stdin-ends")
    assert process.stdout is not None
    found = ADDRESS.search(process.stdout.readline())
    assert found
    return found[0]


def written(file: Path, address: str) -> None:
    access = f'adgang: {{ adresse: "{address}", nøgle: "env:LPS_PROEVE" }}\n'
    text = NOVAX.replace("id: novax", f"id: {file.stem}").replace("driver: reference ", "driver: adapter ")
    file.write_text(text + access, encoding="utf-8")


@by_process
def test_a_real_system_and_a_rehearsal_side_by_side(lps: Command, tmp_path: Path) -> None:
    file, reports = tmp_path / "eget.yaml", tmp_path / "rapporter"
    written(file, "http://127.0.0.1:9")
    hub = started(lps, "serve", f"--reports={reports}", f"--vendor={file}")
    system = started(lps, "reference", f"--services={hub}", f"--vendor={file}", "--key=env:LPS_PROEVE")
    written(file, f"{system}/eget")
    code, out, err = lps.run("run", f"--vendor={file},novax", "--target=live", f"--reports={reports}", "--tag=id:DEL-01")
    assert not COMPLAINT.search(err)
    assert code == 0, out + err
    ran = states(reports)
    assert set(ran) == {"eget", "novax"}, out + err
    grounds = {name: each.started.grundlag for name, each in ran.items() if each.started}
    assert grounds == {"eget": "leverandørens system", "novax": "referencesystem"}
    assert ran["eget"].scenarios.keys() == ran["novax"].scenarios.keys()
    assert {each.standing for state in ran.values() for each in state.scenarios.values()} == {Grade.OK}
    assert Result(ran["eget"]).verdict is Verdict.NOT_FULLY_VERIFIED
    assert Result(ran["novax"]).verdict is Verdict.REHEARSAL_CLEAN
    assert [path for path in tmp_path.rglob("*") if path.is_file() and TOKEN.encode() in path.read_bytes()] == []
    assert TOKEN not in out + err


@by_process
def test_a_system_that_is_not_there_is_told_and_nothing_is_begun(lps: Command, tmp_path: Path) -> None:
    file, reports = tmp_path / "eget.yaml", tmp_path / "rapporter"
    written(file, "http://127.0.0.1:9")
    started(lps, "serve", f"--reports={reports}", f"--vendor={file}")
    code, out, err = lps.run("run", f"--vendor={file}", "--target=live", f"--reports={reports}", "--tag=id:DEL-01")
    assert (code, out, states(reports)) == (3, "", {})
    assert "Kørslen er ikke begyndt" in err
    assert "Testgrænsefladen" in err
