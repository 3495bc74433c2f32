"""`lps run --resume`: what goes on, what is only reported, and what is refused. The workers are played."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from harness.cli import outcome as outcome_module
from harness.cli import run as run_module
from harness.cli.main import main
from harness.domain.event import Judged, RunEnded, RunResumed, RunStarted, ScenarioEnded, ScenarioStarted
from harness.domain.finding import Finding, Location, Owner
from harness.domain.grade import Grade
from harness.house import find_house
from harness.record.log import LOG_NAME, LogWriter, read_log
from harness.runner.fleet import Done, Job
from harness.runner.wish import Wish

PLANNED = ("PRV-01", "PRV-02")
HINT = "Noget blev ikke kørt til ende. Gå videre med: "
OUTSIDE = Judged("Planen", "b1", (), {}, (Finding("CPD-C01", "t", Grade.F2, Owner.LPS, Location("p"), "a", "b", "k"),))


@dataclass(slots=True)
class Workers:
    """Plays the workers: each job is written as `plays` says for its system, and every job is kept."""

    jobs: list[Job] = field(default_factory=list)
    plays: dict[str, Callable[[Job], int]] = field(default_factory=dict)

    def __call__(self, jobs: list[Job], _at_once: int) -> Workers:
        self.jobs += jobs
        self._due = jobs
        return self

    _due: list[Job] = field(default_factory=list)

    def run(self, _told: object, ended: Callable[[Done], object]) -> list[Done]:
        done = []
        for job in self._due:
            code = self.plays.get(job.system, finish)(job)
            done.append(Done(job, code, "" if code == 0 else "ERROR: Afbrudt."))
            ended(done[-1])
        return done

    def options(self, system: str) -> dict[str, str]:
        """Of the last job of `system`."""
        job = [job for job in self.jobs if job.system == system][-1]
        return dict(each.split("=", 1) if "=" in each else (each, "") for each in job.arguments)


def writing(
    job: Job,
    scenarios: tuple[str, ...],
    *,
    end: bool,
    first: tuple[Any, ...] = (),
    standing: str = "OK",
    driver: str = "reference",
) -> None:
    given = dict(each.split("=", 1) if "=" in each else (each, "") for each in job.arguments)
    resume = "--resume" in given
    log = LogWriter(job.folder, resume=resume)
    if log.before:
        log.append(RunResumed(tuple(e.event.scenario for e in log.before if isinstance(e.event, ScenarioEnded))))
    else:
        log.append(
            RunStarted(
                run=job.folder.name,
                system=job.system,
                product="P",
                supplier="L",
                sut_version="1",
                driver=driver,
                target=given.get("--target", "mock"),
                rute=given.get("--rute", "plsp"),
                campaign="kol-lrs-2027",
                phase="egentest",
                grundlag="referencesystem",
                fingerprint={},
                faults=tuple(value.split("=")[1] for value in job.arguments if value.startswith("--fault=")),
                planned=PLANNED,
                selection=given.get("--tag", ""),
            )
        )
    for event in first:
        log.append(event)
    for name in scenarios:
        log.append(ScenarioStarted(name, 1, "T", "E", "", "a.feature", 1, (), (), {}, "BCDFGH", ()))
        log.append(ScenarioEnded(name, 1, standing, ""))
    if end:
        log.append(RunEnded(len(PLANNED), 1.0))
    log.close()


def cut_off(job: Job) -> int:
    """A worker that is killed when its first scenario has ended."""
    writing(job, PLANNED[:1], end=False)
    return 3


def torn(job: Job) -> int:
    """A worker that is killed in the middle of a line."""
    cut_off(job)
    with (job.folder / LOG_NAME).open("ab") as log:
        log.write(b'{"seq":')
    return 3


def never_begun(_: Job) -> int:
    return 3


def finish(job: Job) -> int:
    """A worker that runs what is left."""
    log = job.folder / LOG_NAME
    done = [each.event.scenario for each in read_log(log) if isinstance(each.event, ScenarioEnded)] if log.exists() else []
    writing(job, tuple(name for name in PLANNED if name not in done), end=True)
    return 0


def untested(job: Job) -> int:
    writing(job, PLANNED, end=True, standing="kunne ikke testes")
    return 0


@pytest.fixture
def workers(monkeypatch: pytest.MonkeyPatch) -> Iterator[Workers]:
    played = Workers()
    monkeypatch.setattr(run_module, "Fleet", played)
    monkeypatch.setattr(outcome_module, "write_own_page", lambda *_: True)
    return played


@dataclass(frozen=True, slots=True)
class Lps:
    """Runs `lps run` with its reports in one folder."""

    reports: Path
    capsys: pytest.CaptureFixture[str]

    def run(self, *arguments: str) -> tuple[int, str]:
        code = main(["run", f"--reports={self.reports}", *arguments])
        told = self.capsys.readouterr()
        return code, told.out + told.err

    def folders(self, system: str) -> list[Path]:
        return sorted((self.reports / "kol-lrs-2027" / system).iterdir())


@pytest.fixture
def lps(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Lps:
    return Lps(tmp_path / "mine rapporter", capsys)


def test_the_hint_is_a_command_that_goes_on_in_the_same_folder_as_the_run_was_started(workers: Workers, lps: Lps) -> None:
    workers.plays["novax"] = cut_off
    code, told = lps.run(
        "--vendor=novax", "--rute=direkte", "--tag=KP-10", "--fault=iti41-uden-rplc", "--fault=plan-sendt-to-gange"
    )
    assert code == 3
    assert "--resume" not in workers.options("novax")
    [hint] = [line for line in told.splitlines() if line.startswith(HINT)]
    workers.plays["novax"] = finish
    assert main(shlex.split(hint.removeprefix(HINT))[1:]) == 0
    assert HINT not in lps.capsys.readouterr().out
    started, resumed = workers.jobs
    assert resumed.folder == started.folder
    assert set(resumed.arguments) == {*started.arguments, "--driver=reference", "--resume"}
    assert lps.folders("novax") == [started.folder]
    assert len([each for each in read_log(started.folder / LOG_NAME) if isinstance(each.event, ScenarioEnded)]) == 2


def test_a_run_that_came_to_its_end_has_no_hint(workers: Workers, lps: Lps) -> None:
    assert lps.run("--vendor=novax")[0] == 0
    assert HINT not in lps.run("--vendor=novax")[1]


@pytest.mark.parametrize("named", [True, False])
def test_the_latest_run_or_the_one_with_an_id_goes_on(workers: Workers, lps: Lps, named: bool) -> None:
    workers.plays["novax"] = cut_off
    lps.run("--vendor=novax")
    lps.run("--vendor=novax")
    older, newer = lps.folders("novax")
    workers.plays["novax"] = finish
    assert lps.run("--vendor=novax", f"--resume={older.name}" if named else "--resume")[0] == 0
    assert workers.jobs[-1].folder == (older if named else newer)
    assert lps.folders("novax") == [older, newer]


@pytest.mark.parametrize(
    ("run", "which"), [("--resume", "nogen kørsel"), ("--resume=20260101T000000", "en kørsel 20260101T000000")]
)
def test_with_nothing_to_resume_it_is_told_and_nothing_is_started(workers: Workers, lps: Lps, run: str, which: str) -> None:
    code, told = lps.run("--vendor=novax,xmo", run)
    assert code == 2
    assert told.startswith(f"Der er ikke {which} at genoptage i {lps.reports / 'kol-lrs-2027'}. Skriv de samme --campaign")
    assert workers.jobs == []


@pytest.mark.parametrize(
    ("beside", "name"),
    [
        ("--rute=plsp", "--rute"),
        ("--fault=iti41-uden-rplc", "--fault"),
        ("--tag=KP-10", "--tag"),
        ("--phase=egentest", "--phase"),
        ("--target=mock", "--target"),
        ("--driver=reference", "--driver"),
        ("--cpd=2.0", "--cpd"),
        ("--tempo=2", "--tempo"),
        ("--own-values", "--own-values"),
    ],
)
def test_what_a_run_is_cannot_be_chosen_anew(workers: Workers, lps: Lps, beside: str, name: str) -> None:
    workers.plays["novax"] = cut_off
    lps.run("--vendor=novax")
    code, told = lps.run("--vendor=novax", "--resume", beside)
    assert code == 2
    assert told == f"{name} kan ikke vælges sammen med --resume: en kørsel genoptages, som den blev startet.\n"
    assert len(workers.jobs) == 1


def test_a_whole_run_is_only_reported_and_the_others_go_on(workers: Workers, lps: Lps) -> None:
    workers.plays["xmo"] = cut_off
    lps.run("--vendor=novax,xmo")
    [novax], [xmo] = lps.folders("novax"), lps.folders("xmo")
    before = (novax / LOG_NAME).read_bytes()
    workers.plays["xmo"] = finish
    code, told = lps.run("--vendor=novax,xmo", "--resume")
    assert code == 0
    assert [job.folder for job in workers.jobs[2:]] == [xmo]
    assert "2 systemer · 4 scenarier" in told
    assert (novax / LOG_NAME).read_bytes() == before
    code, told = lps.run("--vendor=novax,xmo", "--resume")
    assert (code, len(workers.jobs)) == (0, 3)
    assert "2 systemer · 4 scenarier" in told


def test_a_system_that_never_began_is_begun_with_those_that_did(workers: Workers, lps: Lps) -> None:
    workers.plays |= {"novax": never_begun, "xmo": cut_off}
    code, told = lps.run("--vendor=novax,xmo", "--rute=direkte")
    assert code == 3
    assert HINT in told
    workers.plays.clear()
    assert lps.run("--vendor=novax,xmo", "--resume")[0] == 0
    assert [job.system for job in workers.jobs[2:]] == ["novax", "xmo"]
    assert workers.options("novax")["--rute"] == "direkte"
    assert [len(lps.folders(system)) for system in ("novax", "xmo")] == [1, 1]


def test_where_no_system_began_no_folder_is_left(workers: Workers, lps: Lps) -> None:
    workers.plays |= {"novax": never_begun, "xmo": never_begun}
    assert lps.run("--vendor=novax,xmo")[0] == 3
    assert (lps.folders("novax"), lps.folders("xmo")) == ([], [])


def test_a_run_that_could_not_be_tested_is_run_again(workers: Workers, lps: Lps) -> None:
    workers.plays["novax"] = untested
    assert lps.run("--vendor=novax")[0] == 3
    lps.run("--vendor=novax", "--resume")
    assert len(workers.jobs) == 2


def test_a_log_whose_last_line_is_torn_is_reported_by_its_whole_lines(workers: Workers, lps: Lps) -> None:
    workers.plays["novax"] = torn
    code, told = lps.run("--vendor=novax")
    assert code == 3
    assert HINT in told
    assert "1 system · 2 scenarier" in told


def test_what_was_found_outside_the_scenarios_is_in_the_exit_code(workers: Workers, lps: Lps) -> None:
    def finds(job: Job) -> int:
        writing(job, PLANNED, end=True, first=(OUTSIDE,))
        return 0

    workers.plays["novax"] = finds
    code, told = lps.run("--vendor=novax")
    assert code == 1
    assert "novax: Uden for scenarierne: " in told


@pytest.mark.parametrize("vendor", [",", " ", ""])
def test_no_system_at_all_is_told(workers: Workers, lps: Lps, vendor: str) -> None:
    code, told = lps.run(f"--vendor={vendor}")
    assert (code, told) == (2, "--vendor nævner intet system. Skriv fx --vendor novax, eller all for alle seks.\n")


def test_a_supplier_s_own_system_goes_on_by_its_own_driver_and_only_the_rehearsal_has_a_reference_lps(
    workers: Workers, lps: Lps, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "eget.yaml"
    text = (find_house().vendors / "novax.yaml").read_text(encoding="utf-8")
    text = text.replace("id: novax", "id: eget").replace("driver: reference ", "driver: adapter ")
    own.write_text(f"{text}adgang: {{ adresse: 'http://lps.test' }}\n", encoding="utf-8")
    rehearsed: list[list[str]] = []

    @contextmanager
    def hall(_wish: Wish, systems: list[str], reports: Path, *_: object) -> Iterator[SimpleNamespace]:
        rehearsed.append(systems)
        yield SimpleNamespace(control=reports / "hub.json", lps="http://127.0.0.1:9", partner_lps="")

    def killed(job: Job) -> int:
        writing(job, PLANNED[:1], end=False, driver="adapter" if job.system == "eget" else "reference")
        return 3

    monkeypatch.setattr(run_module, "Hall", hall)
    monkeypatch.setattr(run_module, "refuse_unready", lambda *_: None)  # nobody answers at lps.test
    workers.plays = {"eget": killed, "novax": killed}
    code, told = lps.run(f"--vendor={own},novax", "--target=live")
    assert code == 3, told
    assert workers.jobs, told
    workers.plays = {}
    code, told = lps.run(f"--vendor={own},novax", "--resume")
    assert code == 0, told
    assert rehearsed == [["novax"], ["novax"]]
    assert [workers.options(system)["--driver"] for system in ("eget", "novax")] == ["adapter", "reference"]
    assert [len(lps.folders(system)) for system in ("eget", "novax")] == [1, 1]
