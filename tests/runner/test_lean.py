"""A worker carries scenarios out without pytest's reports, and its output is its parent's alone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

from harness.domain.event import ScenarioEnded, StepEnded
from harness.house import find_house
from harness.record.log import LOG_NAME, read_log

FEATURE = """\
# language: da
@prøver:lps @set:snitflade
Egenskab: Prøve af en proces

  @id:PRV-01
  Scenarie: Et trin skriver på skærmen
    Når noget bliver skrevet på skærmen
    Så er det godt

  @id:PRV-02
  Scenarie: Et trin går i stykker
    Når trinnet går i stykker
    Så er det godt

  @id:PRV-03
  Scenarie: Det næste bliver udført alligevel
    Når noget bliver skrevet på skærmen
    Så er det godt
"""
STEPS = """\
import os
from pathlib import Path
import pytest
from pytest_bdd import then, when


@when("noget bliver skrevet på skærmen")
def writes():
    print("hov")
    os.write(1, b"hov\\n")


@when("trinnet går i stykker")
def breaks():
    raise ValueError("hov")


@then("er det godt")
def good(): ...


def pytest_runtest_teardown(item): told("nedtaget")
def pytest_runtest_makereport(): told("rapport")
def pytest_runtest_logfinish(location): told(f"sted:{location[0]}:{location[1]}:{location[2]}")
def pytest_bdd_after_step(step): told(f"trin:{step.type}")


def told(what):
    with Path("fortalt.txt").open("a", encoding="utf-8") as file:
        file.write(what + "\\n")
"""


@pytest.fixture(scope="module")
def worker(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The folder of one worker's run, and what it wrote on standard output."""
    folder = tmp_path_factory.mktemp("worker")
    (folder / "prøve.feature").write_text(FEATURE, encoding="utf-8", newline="\n")
    (folder / "trin.py").write_text(dedent(STEPS), encoding="utf-8")
    (folder / "kørsel").mkdir()
    home = find_house().home
    run = subprocess.Popen(
        [sys.executable, "-m", "harness.runner.worker", "-p", "trin", "--rootdir=.", "--run-folder=kørsel", "."],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(folder), str(home)]), "PYTHONUTF8": "1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )
    with run:
        assert run.stdout is not None
        text = run.stdout.read()  # its standard input stays open until it ends
        assert run.wait() == 0
    return folder, text


def test_every_scenario_is_carried_out_and_stands_in_the_log(worker: tuple[Path, str]) -> None:
    events = [entry.event for entry in read_log(worker[0] / "kørsel" / LOG_NAME)]
    ended = {each.scenario: (str(each.standing), each.reason) for each in events if isinstance(each, ScenarioEnded)}
    assert ended == {
        "PRV-01": ("OK", ""),
        "PRV-02": ("kunne ikke testes", "Fejl i testharnesset: ValueError: hov"),
        "PRV-03": ("OK", ""),
    }
    assert [each.outcome for each in events if isinstance(each, StepEnded)].count("kunne ikke") == 1


def test_only_the_worker_itself_writes_to_its_parent(worker: tuple[Path, str]) -> None:
    lines = [json.loads(line) for line in worker[1].splitlines()]
    assert lines == [
        {"planned": 3},
        {"ended": "PRV-01", "standing": "OK"},
        {"ended": "PRV-02", "standing": "kunne ikke testes"},
        {"ended": "PRV-03", "standing": "OK"},
    ]


def test_each_is_torn_down_and_no_report_is_made(worker: tuple[Path, str]) -> None:
    assert told(worker[0], "nedtaget", "rapport") == ["nedtaget"] * 3


def test_who_listens_is_told_of_the_steps_and_where_the_scenario_stands(worker: tuple[Path, str]) -> None:
    assert told(worker[0], "trin") == ["trin:when", "trin:then"] * 2
    assert told(worker[0], "sted") == [f"sted:prøve.feature:{line}:PRV-0{number}" for number, line in ((1, 5), (2, 10), (3, 15))]


def told(folder: Path, *what: str) -> list[str]:
    lines = (folder / "fortalt.txt").read_text(encoding="utf-8").split()
    return [line for line in lines if line.partition(":")[0] in what]
