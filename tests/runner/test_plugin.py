"""The pytest plugin, seen from outside: each test starts a pytest of its own on features and steps written for it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from textwrap import dedent

import pytest

from harness.domain.errors import ConfigurationError
from harness.domain.event import Event, RunEnded, RunResumed, RunStarted, ScenarioStarted, StepEnded, StepStarted
from harness.domain.grade import Beside, Grade
from harness.house import find_house
from harness.record.fold import RunState, fold
from harness.record.log import LOG_NAME, read_log
from harness.runner.options import prepare
from harness.runner.wish import Wish

HOUSE = find_house()

FEATURE = """\
# language: da
@prøver:lps @set:snitflade
Egenskab: Prøve af kørslen

  Baggrund:
    Givet at "Elmer" er patient i klinikken

  @id:PRV-02 @KP-10
  Scenarie: En plan kommer frem
    Når lægen laver en plan for KOL til "Elmer" med målet "Gå"
    Og lægen deler planen
    Så er planen delt

  @id:PRV-01
  Abstrakt Scenario: Niveau <niveau> bygger på noget, der ikke er besluttet
    Når lægen laver en plan for KOL til "Elmer" på niveau <niveau>
    Og lægen deler planen
    Så niveau <niveau> står i den delte plan

    Eksempler:
      | niveau |
      | 2      |
      | 1      |

  @id:PRV-03
  Scenarie: Noget bryder en regel
    Når lægen laver en plan for KOL til "Elmer" med målet "Gå"
    Og lægen deler planen
    Så viser systemet, at planen ikke er delt endnu

  @id:PRV-04
  Scenarie: Et trin går i stykker
    Når trinnet går i stykker
    Så er planen delt

  @id:PRV-05
  Scenarie: Disken er fuld
    Når disken er fuld
    Så er planen delt

  @id:PRV-06
  Scenarie: Systemet kan ikke betjenes
    Når lægen laver en plan for KOL til "Ukendt" med målet "Gå"
    Så er planen delt

  @id:PRV-07
  Scenarie: Et trin går i stykker, efter at en regel er brudt
    Når lægen laver en plan for KOL til "Elmer" med målet "Gå"
    Og nogen finder en fejl
    Og trinnet går i stykker
    Så er planen delt

  @id:PRV-08 @rute:plsp
  Scenarie: Gælder kun den anden rute
    Når trinnet går i stykker
    Så er planen delt
"""

STEPS = """\
from pytest_bdd import when

from harness.conformance.behaviour import sharing as rules
from harness.conformance.rule import judge


@when("trinnet går i stykker")
def breaks(story):
    raise ValueError("hov")


@when("disken er fuld")
def disk_is_full(story):
    raise OSError(28, "ingen plads")


@when("nogen finder en fejl")
def somebody_finds(story):
    story.attempt.judge("Scenariet", judge([rules.says_shared], story.shown()))
"""

PLUGINS = ("-p", "harness.runner.plugin", "-p", "pytest_bdd.plugin")

WITNESS = """\
import importlib
from pathlib import Path


def pytest_sessionfinish():
    execute = importlib.import_module("pytest_bdd.scenario")._execute_scenario
    Path("motor.txt").write_text(str(getattr(execute, "compiled", False)), encoding="utf-8")
"""


@dataclass(frozen=True, slots=True)
class Done:
    """What one pytest came to. `events` are its log's, empty when it wrote none."""

    code: int
    text: str
    events: list[Event]
    state: RunState
    folder: Path

    def outcomes(self) -> dict[str, str]:
        """What pytest said of each test, in its order."""
        return dict(re.findall(r"^\S+\.feature::(\S+) (\w+)", self.text, re.M))


def run(folder: Path, files: dict[str, str], *arguments: str) -> Done:
    """Run pytest on the `files` in `folder`; a module `trin.py` among them is loaded as a plugin, as is `vidne.py`."""
    for name, content in files.items():
        (folder / name).write_text(dedent(content), encoding="utf-8", newline="\n")
    out = folder / "kørsel"
    out.mkdir(exist_ok=True)
    plugins = [part for name in files if name.endswith(".py") for part in ("-p", name.removesuffix(".py"))]
    command = [sys.executable, "-m", "pytest", ".", "-v", "-p", "no:cacheprovider", *plugins, *PLUGINS]
    settings = ["-c", str(HOUSE.home / "pyproject.toml"), "--rootdir", ".", "--run-folder", str(out)]
    path = os.pathsep.join([str(folder), str(HOUSE.home)])  # the harness that is tested, not one that is installed
    done = subprocess.run(
        [*command, *settings, *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": path, "PYTHONUTF8": "1", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    log = out / LOG_NAME
    entries = list(read_log(log)) if log.exists() else []
    text = done.stdout.decode("utf-8")
    return Done(done.returncode, text, [entry.event for entry in entries], fold(entries), folder)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Done:
    """One run of everything in FEATURE."""
    return run(tmp_path_factory.mktemp("hel"), {"prøve.feature": FEATURE, "trin.py": STEPS, "vidne.py": WITNESS})


def test_tests_are_named_by_id_and_row_in_the_order_of_the_file(whole: Done) -> None:
    assert whole.code == pytest.ExitCode.TESTS_FAILED, whole.text
    assert list(whole.outcomes()) == [
        "PRV-02",
        "PRV-01[2]",
        "PRV-01[1]",
        "PRV-03",
        "PRV-04",
        "PRV-05",
        "PRV-06",
        "PRV-07",
        "PRV-08",
    ]
    assert list(whole.state.scenarios) == list(whole.outcomes())
    assert next(each for each in whole.events if isinstance(each, RunStarted)).planned == tuple(whole.outcomes())


def test_only_ok_passes_and_nothing_undecided_ever_does(whole: Done) -> None:
    assert {id_: (str(each.standing), whole.outcomes()[id_]) for id_, each in whole.state.scenarios.items()} == {
        "PRV-02": ("OK", "PASSED"),
        "PRV-01[2]": ("afventer", "SKIPPED"),
        "PRV-01[1]": ("afventer", "SKIPPED"),
        "PRV-03": ("F2", "FAILED"),
        "PRV-04": ("kunne ikke testes", "FAILED"),
        "PRV-05": ("kunne ikke testes", "FAILED"),
        "PRV-06": ("kunne ikke testes", "FAILED"),
        "PRV-07": ("F3", "FAILED"),
        "PRV-08": ("IR", "SKIPPED"),
    }


@pytest.mark.parametrize(
    ("scenario", "reason"),
    [
        ("PRV-02", ""),
        ("PRV-01[1]", "Bygger på noget, der ikke er besluttet: niveau-kodning."),
        ("PRV-04", "Fejl i testharnesset: ValueError: hov"),
        ("PRV-05", "Miljøet fejlede: [Errno 28] ingen plads"),
        ("PRV-06", "Der er ingen testpatient med navnet Ukendt."),
        ("PRV-08", "Gælder kun ruten plsp; systemet bruger ruten direkte."),
    ],
)
def test_the_log_says_why(whole: Done, scenario: str, reason: str) -> None:
    assert whole.state.scenarios[scenario].reason == reason


def test_a_broken_rule_is_the_lps_s_and_its_finding_is_the_reason(whole: Done) -> None:
    state = whole.state.scenarios["PRV-03"]
    assert [(each.rule, each.grade) for each in state.findings] == [("DELING-06", Grade.F2)]
    assert state.reason == str(state.findings[0])


def test_what_was_found_counts_even_when_a_step_then_breaks(whole: Done) -> None:
    state = whole.state.scenarios["PRV-07"]
    assert (state.standing, [each.rule for each in state.findings]) == (Grade.F3, ["DELING-07"])
    assert state.reason == "Fejl i testharnesset: ValueError: hov"


def test_each_step_is_written_down_with_what_came_of_it(whole: Done) -> None:
    outcomes = [each.outcome for each in whole.events if isinstance(each, StepEnded)]
    assert outcomes.count("fund") == 1
    assert outcomes.count("kunne ikke") == 4
    assert outcomes.count("udført") == 4 + 2 * 4 + 3 + 1 + 1 + 1 + 3


def test_a_finding_needs_no_traceback(whole: Done) -> None:
    assert "DELING-06" in whole.text
    assert "raise LpsFinding" not in whole.text


def test_without_a_vendor_it_is_the_reference_system_s_rehearsal(whole: Done) -> None:
    started = whole.state.started
    assert started is not None
    assert (started.system, started.driver, started.grundlag) == ("reference", "reference", "referencesystem")
    assert (started.rute, started.target, started.campaign, started.phase) == ("direkte", "mock", "all", "egentest")
    assert started.faults == ()


@pytest.mark.parametrize("why", ["other versions", "wished"])
def test_pytest_bdd_s_own_engine_gives_the_same_log(
    whole: Done, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, why: str
) -> None:
    """`vidne` is loaded first: for the first run it says that the patch is for other versions than these."""
    witness = WITNESS
    if why == "wished":
        monkeypatch.setenv("LPS_STEPS", "stock")
    else:
        witness += '\n\nimport harness.runner.compiled\n\nharness.runner.compiled.VERSIONS["pytest-bdd"] = "0"\n'
    other = run(tmp_path, {"vidne.py": witness, "prøve.feature": FEATURE, "trin.py": STEPS})
    assert (whole.folder / "motor.txt").read_text(encoding="utf-8") == "True"
    assert (tmp_path / "motor.txt").read_text(encoding="utf-8") == "False"
    assert [timeless(each) for each in other.events] == [timeless(each) for each in whole.events]


def timeless(event: Event) -> Event:
    return replace(event, seconds=0.0) if isinstance(event, RunEnded) else event


def test_a_tag_expression_chooses(tmp_path: Path) -> None:
    files = {"prøve.feature": FEATURE, "trin.py": STEPS}
    done = run(tmp_path, files, "--tag=@KP-10 or id:PRV-01 and not rute:plsp", "--rute", "plsp")
    assert list(done.outcomes()) == ["PRV-02", "PRV-01[2]", "PRV-01[1]"]
    assert done.code == pytest.ExitCode.OK
    started = done.state.started
    assert started is not None
    assert (started.selection, started.rute) == ("@KP-10 or id:PRV-01 and not rute:plsp", "plsp")
    assert "rute" in started.undecided_bindings


def test_a_tag_expression_that_cannot_be_read(tmp_path: Path) -> None:
    done = run(tmp_path, {"prøve.feature": FEATURE, "trin.py": STEPS}, "--tag", "KP-10 or")
    assert done.code == pytest.ExitCode.USAGE_ERROR
    assert "--tag kan ikke forstås. " in done.text
    assert done.events == []


DOUBTFUL = """\
# language: da
@prøver:lps @set:snitflade
Egenskab: Tvivlsomme trin

  @id:PRV-01
  Scenarie: Trin, som ikke kan udføres
    Givet at "Elmer" er patient i klinikken
    Når ingen kender dette
    Og to kender dette
    Og noget venter
    Så er planen delt
"""
DOUBTFUL_STEPS = """\
from pytest_bdd import parsers, then, when


@when("to kender dette")
def first(story): ...


@when(parsers.parse("to kender {noget}"))
def second(story, noget): ...


@when("noget venter")
async def waits(story): ...


@then("ingen kender dette")
def other_kind_of_step(story): ...
"""


def test_every_doubtful_step_is_refused_before_anything_runs(tmp_path: Path) -> None:
    done = run(tmp_path, {"tvivl.feature": DOUBTFUL, "trin.py": DOUBTFUL_STEPS})
    assert done.code == pytest.ExitCode.USAGE_ERROR, done.text
    assert "Trinnet trin.waits er async og ville aldrig blive udført." in done.text
    assert "tvivl.feature:8: “Når ingen kender dette” er ikke et kendt trin." in done.text
    assert "tvivl.feature:9: “Og to kender dette” passer på flere trin: first, second." in done.text
    assert done.events == []


def test_a_feature_that_is_refused_stops_everything(tmp_path: Path) -> None:
    doubled = FEATURE.replace("PRV-02", "PRV-03")
    done = run(tmp_path, {"god.feature": FEATURE.replace("PRV-0", "PRV-1"), "dobbelt.feature": doubled, "trin.py": STEPS})
    assert done.code == pytest.ExitCode.INTERRUPTED, done.text
    assert "dobbelt.feature:26: @id:PRV-03 er brugt før, på linje 9." in done.text
    assert done.events == []


def test_one_id_in_two_files_is_refused(tmp_path: Path) -> None:
    other = FEATURE[: FEATURE.index("  @id:PRV-01")]
    done = run(tmp_path, {"a.feature": FEATURE, "b.feature": other, "trin.py": STEPS})
    assert done.code == pytest.ExitCode.USAGE_ERROR
    assert "b.feature:9: @id:PRV-02 findes også i a.feature:9." in done.text


def test_a_stopped_scenario_stands_as_interrupted(tmp_path: Path) -> None:
    stopping = STEPS.replace('ValueError("hov")', "KeyboardInterrupt")
    done = run(tmp_path, {"prøve.feature": FEATURE, "trin.py": stopping})
    assert done.code == pytest.ExitCode.INTERRUPTED
    assert done.state.scenarios["PRV-03"].standing is Grade.F2
    assert done.state.scenarios["PRV-04"].standing is Beside.INTERRUPTED
    assert done.state.missing == ["PRV-05", "PRV-06", "PRV-07", "PRV-08"]


def test_a_run_that_was_stopped_goes_on_with_what_is_left_and_then_has_nothing_left(tmp_path: Path) -> None:
    without_doubt = FEATURE[: FEATURE.index("  @id:PRV-05")]
    stopping = STEPS.replace('ValueError("hov")', "KeyboardInterrupt")
    run(tmp_path, {"prøve.feature": without_doubt, "trin.py": stopping})
    resumed = run(tmp_path, {"trin.py": STEPS}, "--resume")
    assert list(resumed.outcomes()) == ["PRV-04"]
    begun = [(event.scenario, event.attempt) for event in resumed.events if isinstance(event, ScenarioStarted)]
    assert begun == [("PRV-02", 1), ("PRV-01[2]", 1), ("PRV-01[1]", 1), ("PRV-03", 1), ("PRV-04", 1), ("PRV-04", 2)]
    assert isinstance(resumed.events[-1], RunEnded)
    assert resumed.state.scenarios["PRV-04"].standing is Beside.UNTESTABLE


def test_a_run_with_nothing_left_is_good_and_says_that_it_ended(tmp_path: Path) -> None:
    files = {"prøve.feature": FEATURE[: FEATURE.index("  @id:PRV-03")], "trin.py": STEPS}
    whole = run(tmp_path, files)
    log = tmp_path / "kørsel" / LOG_NAME
    log.write_bytes(b"".join(log.read_bytes().splitlines(keepends=True)[:-1]))
    resumed = run(tmp_path, files, "--resume")
    assert (whole.code, resumed.code) == (pytest.ExitCode.OK, pytest.ExitCode.OK), resumed.text
    assert resumed.outcomes() == {}
    assert [type(event) for event in resumed.events[-2:]] == [RunResumed, RunEnded]
    assert resumed.events[:-2] == whole.events[:-1]


def test_a_run_of_other_scenarios_is_not_gone_on_with(tmp_path: Path) -> None:
    files = {"prøve.feature": FEATURE, "trin.py": STEPS}
    before = run(tmp_path, files, "--tag=id:PRV-02").events
    resumed = run(tmp_path, files, "--resume")
    assert resumed.code == pytest.ExitCode.USAGE_ERROR
    assert "Kørslen kørsel kan ikke genoptages: scenarierne er ændret siden. Begynd en ny kørsel." in resumed.text
    assert resumed.events == before


def test_a_system_that_is_unknown_ends_pytest_with_its_text(tmp_path: Path) -> None:
    done = run(tmp_path, {"prøve.feature": FEATURE, "trin.py": STEPS}, "--vendor", "nova")
    assert done.code == pytest.ExitCode.USAGE_ERROR, done.text
    assert "Ukendt system: “nova”. Kendte systemer: eg-clinea, eg-winplc, multimed, myclinic, novax, xmo." in done.text
    assert done.events == []


@pytest.mark.parametrize(
    ("wish", "text"),
    [
        (Wish(vendor="nova"), "Ukendt system: “nova”. Kendte systemer: eg-clinea, eg-winplc, multimed, myclinic, novax, xmo."),
        (Wish(campaign="kol"), r'Kampagnen kendes ikke. Skal være en af: .*kol-lrs-2027.*\. Fundet: "kol".'),
        (Wish(faults=("iti41-forkert-hash", "øv")), "Ukendt fejl: øv. Kendte fejl: danske-bogstaver-tabt, .*"),
        (Wish(phase="prøve"), "--phase skal være en af: egentest, prætest, certificering, connectathon. Fundet: “prøve”."),
        (Wish(rute="brevdue"), "--rute skal være en af: plsp, direkte. Fundet: “brevdue”."),
        (Wish(cpd="3.0"), "--cpd skal være en af: 1.0.1, 2.0. Fundet: “3.0”."),
        (Wish(driver="telepati"), "--driver skal være en af: reference, adapter, attended, replay. Fundet: “telepati”."),
    ],
    ids=["vendor", "campaign", "fault", "phase", "rute", "cpd", "driver"],
)
def test_what_does_not_exist_is_told_in_danish(wish: Wish, text: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        prepare(wish)
    assert re.fullmatch(text, str(caught.value))


def test_a_vendor_brings_its_rute_and_newest_cpd() -> None:
    novax = prepare(Wish(vendor="novax", campaign="kol-lrs-2027"))
    assert (novax.rute.value, novax.cpd_version, novax.rehearsal) == ("plsp", "2.0", True)
    assert set(novax.undecided_bindings) == {"rute", "plsp-snitflade"}
    laboratory = prepare(Wish(vendor="novax", campaign="laboratorie-trin-1"))
    assert "health-hub-snitflade" in laboratory.undecided_bindings


CHOOSING = """\
from harness.domain.data_set import DataSet
from harness.lps.driver import Skipped
from harness.runner.session import RunSession


def chosen(run, shipped):
    if shipped.id == "PRV-03":
        raise Skipped("Anna sprang over: i morgen")
    return DataSet("", frozenset({"Elmer"})).with_own(shipped.id, {"Gå": "Løb"} if shipped.id == "PRV-02" else {})


RunSession.chosen = chosen
"""


def test_what_a_tester_types_is_entered_in_that_scenario_alone_and_one_may_be_skipped(tmp_path: Path) -> None:
    files = {"prøve.feature": FEATURE, "trin.py": STEPS, "valg.py": CHOOSING}
    done = run(tmp_path, files, "--tag=id:PRV-02 or id:PRV-03 or id:PRV-07")
    assert done.outcomes() == {"PRV-02": "PASSED", "PRV-03": "SKIPPED", "PRV-07": "FAILED"}, done.text
    skipped = done.state.scenarios["PRV-03"]
    assert (str(skipped.standing), skipped.reason) == ("afventer", "Anna sprang over: i morgen")
    said = {each.scenario: each.steps[1] for each in done.events if isinstance(each, ScenarioStarted)}
    begun = [f"{each.keyword} {each.text}" for each in done.events if isinstance(each, StepStarted) and each.number == 1]
    assert said["PRV-02"].endswith('med målet "Løb"')
    assert said["PRV-07"].endswith('med målet "Gå"')
    assert begun == [said["PRV-02"], said["PRV-07"]]
