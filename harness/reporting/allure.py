"""Allure results from the event log, on request and for `pytest --alluredir DIR`.

As a pytest plugin it lets allure-pytest listen to ordinary tests only; what DIR says of scenarios is written from the
session's log when the session ends, so it is the same as `write_allure` makes of that log later.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Generator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from harness.record.session import RUN_FOLDER

if TYPE_CHECKING:
    from harness.domain.event import RunStarted

RESULTS_NAME = "allure-results"

_Wrapper = Generator[None, Any, Any]


def write_allure(run_folder: Path) -> Path:
    """Write `allure-results/` of the run in `run_folder` anew from its log and evidence, and say where it is.

    Raises BadInput for a log that cannot be read, FileNotFoundError for a log or evidence that is not there.
    """
    target = run_folder / RESULTS_NAME
    if target.exists():
        shutil.rmtree(target)
    write_results(run_folder, target)
    return target


def write_results(run_folder: Path, target: Path) -> None:
    """Write the results of the run in `run_folder` into `target`, beside what is there. The same log gives the same files."""
    from attr import asdict

    from harness.domain.event import RunStarted
    from harness.record.evidence import EVIDENCE_NAME
    from harness.record.log import LOG_NAME, read_cut_log
    from harness.reporting.allure_model import results

    entries = list(read_cut_log(run_folder / LOG_NAME))
    target.mkdir(parents=True, exist_ok=True)
    for result, sources in results(entries, run_folder / EVIDENCE_NAME):
        for name, content in sources.items():
            (target / name).write_bytes(content if isinstance(content, bytes) else content.read_bytes())
        said = asdict(result, filter=lambda _, value: value or value is False)
        _write_json(target / result.file_pattern.format(prefix=result.uuid), said)
    for entry in entries:
        if isinstance(entry.event, RunStarted):
            (target / "environment.properties").write_text(_environment(entry.event), encoding="ascii", newline="\n")
    _write_json(target / "categories.json", _categories())


def _write_json(path: Path, said: object) -> None:
    path.write_text(json.dumps(said, ensure_ascii=False), encoding="utf-8", newline="\n")


def _environment(run: RunStarted) -> str:
    """What the run was made with, as Java properties: ASCII, all else escaped as `\\uXXXX`, which JSON does alike."""
    from harness.reporting.allure_model import rehearsal_notice

    told = {
        "System": run.system,
        "Produkt": run.product,
        "SUT-version": run.sut_version,
        "Rute": run.rute,
        "Grundlag": run.grundlag,
        **({"Prøvekørsel": "Siger intet om leverandørens produkt"} if rehearsal_notice(run) else {}),
        **({"MedComs eget sæt": run.data} if run.data else {}),
        **({"Egne værdier": "Testerne kunne skrive deres egne"} if run.own_values else {}),
        **{f"Fingeraftryk.{name}": value for name, value in sorted(run.fingerprint.items())},
    }
    return "".join(f"{_escaped(name).replace(' ', '_')} = {_escaped(value)}\n" for name, value in told.items())


def _escaped(text: str) -> str:
    return json.dumps(text)[1:-1]


def _categories() -> list[dict[str, object]]:
    """Each standing but OK as a category of its own; both Allure's Java and JavaScript understand the expression."""
    from harness.domain.grade import Grade
    from harness.reporting.allure_model import STATUS, heading

    return [
        {"name": heading(standing), "matchedStatuses": [status], "messageRegex": f"^{heading(standing)}[\\s\\S]*"}
        for standing, status in STATUS.items()
        if standing is not Grade.OK
    ]


def _is_scenario(item: pytest.Item) -> bool:
    """Whether the log tells of `item`. The runner's items say so themselves, since reports do not know the runner."""
    return getattr(item, "is_scenario", False) is True


class OrdinaryTests:
    """Stands before allure-pytest's listener in pytest and passes on what does not concern a scenario."""

    def __init__(self, listener: Any) -> None:
        self._listener = listener
        self._scenario = False

    def _pass_on(self, wrapper: _Wrapper) -> _Wrapper:
        if self._scenario:
            return (yield)
        return (yield from wrapper)

    @pytest.hookimpl(hookwrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item, nextitem: pytest.Item | None) -> _Wrapper:
        self._scenario = _is_scenario(item)
        yield from self._pass_on(self._listener.pytest_runtest_protocol(item, nextitem))
        self._scenario = False

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> _Wrapper:
        yield from self._pass_on(self._listener.pytest_runtest_setup(item))

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> _Wrapper:
        yield from self._pass_on(self._listener.pytest_runtest_call(item))

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_teardown(self, item: pytest.Item) -> _Wrapper:
        yield from self._pass_on(self._listener.pytest_runtest_teardown(item))

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> _Wrapper:
        yield from self._pass_on(self._listener.pytest_runtest_makereport(item, call))

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_logfinish(self, nodeid: str, location: tuple[str, int | None, str]) -> _Wrapper:
        yield from self._pass_on(self._listener.pytest_runtest_logfinish(nodeid, location))

    @pytest.hookimpl(hookwrapper=True)
    def pytest_fixture_setup(self, fixturedef: Any, request: pytest.FixtureRequest) -> _Wrapper:
        yield from self._pass_on(self._listener.pytest_fixture_setup(fixturedef, request))

    # Not held back: a fixture that an ordinary test began may end while a scenario runs.
    @pytest.hookimpl(hookwrapper=True)
    def pytest_fixture_post_finalizer(self, fixturedef: Any) -> _Wrapper:
        yield from self._listener.pytest_fixture_post_finalizer(fixturedef)


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Put `OrdinaryTests` in the place of allure-pytest's listener. Only its ears in pytest: `allure.attach` still reaches it."""
    listener = config.pluginmanager.get_plugin("allure_listener")
    if listener is not None:
        config.pluginmanager.unregister(listener)
        config.pluginmanager.register(OrdinaryTests(listener), "allure_listener")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> Generator[None, object, object]:
    """Outermost, so that the log is complete when it is read."""
    outcome = yield
    target = session.config.getoption("allure_report_dir", default=None)
    run_folder = session.config.stash.get(RUN_FOLDER, None)
    if target and run_folder:
        write_results(run_folder, Path(target))
    return outcome
