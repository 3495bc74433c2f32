"""The pytest plugin for `pytest --alluredir DIR`: ordinary tests are told by allure-pytest, scenarios by their log.

It lets allure-pytest listen to ordinary tests only; what DIR says of scenarios is written from the session's log when the
session ends, so it is the same as `write_allure` makes of that log later.
"""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from harness.record.session import RUN_FOLDER

_Wrapper = Generator[None, Any, Any]


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
        from harness.reporting.allure.results import write_results

        write_results(run_folder, Path(target))
    return outcome
