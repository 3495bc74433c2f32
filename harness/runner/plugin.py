"""The pytest plugin: options, collection of features, the `story` fixture, and the run's log.

pytest                                   # features once against the reference LPS with every capability
pytest --vendor novax --rute direkte     # one system's rehearsal
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Generator, Iterable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from harness.domain.errors import BadInput, ConfigurationError, LpsFinding
from harness.domain.event import ScenarioEnded
from harness.domain.grade import Beside, Grade, parse_standing
from harness.house import find_house
from harness.lps.driver import Skipped
from harness.record.session import RUN_FOLDER
from harness.runner import hooks
from harness.runner.collect import DATA, SCENARIO, SHIPPED, FeatureFile, collect_feature
from harness.runner.compiled import compile_steps
from harness.runner.doubtful import refuse_doubtful_steps
from harness.runner.options import prepare
from harness.runner.seen import end_when_seen
from harness.runner.session import RunSession
from harness.runner.wish import Wish
from harness.runner.withheld import chosen_data
from harness.standards.signature import read_certificates
from harness.steps import MODULES
from harness.steps.story import Story
from harness.suite.campaigns import EVERY
from harness.suite.gherkin import refuse_shared_ids

RUN: pytest.StashKey[RunSession] = pytest.StashKey()


class ScenarioNotApproved(Exception):
    """How a scenario that is not approved fails its pytest item; the verdict itself is in the log."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """The run's options, named as `lps run` names them."""
    group = parser.getgroup("lps", "LPS-harness")
    group.addoption("--vendor", default="", help="systemets id eller YAML-fil; uden: referencesystemet med alle evner")
    group.addoption("--campaign", default=EVERY, help="kampagnernes id'er med komma imellem, eller all")
    group.addoption("--phase", default="egentest", help="fasen")
    group.addoption("--target", default="mock", help="mock eller live")
    group.addoption("--driver", default="", help="driveren, i stedet for den i systemets fil")
    group.addoption("--rute", default="", help="plsp eller direkte, i stedet for den i systemets fil (kun prøvekørsel)")
    group.addoption("--cpd", default="", help="den CPD-DK-udgave, referencesystemet sender (kun prøvekørsel)")
    group.addoption("--fault", action="append", default=[], help="en fejl, referencesystemet skal have; kan gentages")
    group.addoption("--partner", default="", help="det andet system i en kørsel af to: det modtager")
    group.addoption("--partner-lps", default="", help="live: adressen på partnerens testgrænseflade")
    group.addoption("--tag", default="", help="kun scenarier, hvis tags passer, fx 'KP-09 and not rute:direkte'")
    group.addoption("--home", type=Path, default=None, help="mappen med features/ og fixtures/")
    group.addoption("--sts", type=Path, default=None, help="STS'ens certifikat (PEM, et eller flere)")
    group.addoption("--data", type=Path, default=None, help="mappen med MedComs eget sæt personer og værdier")
    group.addoption("--own-values", action="store_true", help="attended: testeren må skrive sine egne tekster og tal")
    group.addoption("--hub", type=Path, default=None, help="live: hubbens kontrolfil")
    group.addoption("--lps", default="", help="live: adressen på systemernes testgrænseflade")
    group.addoption("--tempo", type=float, default=1.0, help="live: hvor mange gange hurtigere tiden går (kun prøvekørsel)")
    group.addoption("--resume", action="store_true", help="gå videre med den kørsel, der ligger i --run-folder")
    group.addoption("--replay", type=Path, action="append", default=[], help="optagelser eller beskeder at bedømme; kan gentages")
    group.addoption("--trials", action="store_true", help="begynd ingen kørsel: en anden siger, hvilke scenarier der skal prøves")
    group.addoption("--run-folder", type=Path, default=None, help="hvor kørslen skrives; uden: en midlertidig mappe")


def pytest_addhooks(pluginmanager: pytest.PytestPluginManager) -> None:
    """Make the runner's own hooks known."""
    pluginmanager.add_hookspecs(hooks)


def pytest_configure(config: pytest.Config) -> None:
    """Load the steps, and have each text looked up only once."""
    compile_steps()
    config.pluginmanager.rewrite_hook.mark_rewrite(*MODULES)  # they import one another, in whatever order
    for module in MODULES:
        config.pluginmanager.import_plugin(module)
    end_when_seen()


def pytest_collection(session: pytest.Session) -> None:
    """Read the set whose values the scenarios enter, before they are read."""
    try:
        wish = _wish(session.config)
        session.config.stash[DATA] = chosen_data(find_house(wish.home), wish)
    except ConfigurationError as error:
        raise pytest.UsageError(str(error)) from None


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> FeatureFile | None:
    """Each feature file is a module of tests."""
    return collect_feature(file_path, parent)


@pytest.hookimpl(tryfirst=True)  # pytest-bdd's own would make the tag a marker, whichever plugin was loaded first
def pytest_bdd_apply_tag() -> bool:
    """Tags become no markers: they are words of the field, not Python names, and `--tag` chooses by them."""
    return True


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Refuse what is doubtful, and keep what `--tag` asks for."""
    try:
        refuse_shared_ids(item.stash[SCENARIO] for item in items if SCENARIO in item.stash)
        refuse_doubtful_steps(items)
        others = [] if config.getoption("--trials") else _of_the_others(items, config.getoption("--partner"))
        own = [item for item in items if item not in others]
        gone = [*others, *_not_chosen(own, config.getoption("--tag"))]
    except ConfigurationError as error:
        items.clear()  # pytest_collection_finish comes all the same, and must find nothing to run
        raise pytest.UsageError(str(error)) from None
    if gone:
        items[:] = [item for item in items if item not in gone]
        config.hook.pytest_deselected(items=gone)


def _of_the_others(items: list[pytest.Item], partner: str) -> list[pytest.Item]:
    """With a partner, the scenarios of one system; without one, those of two."""
    scenarios = [item for item in items if SCENARIO in item.stash]
    gone = [item for item in scenarios if item.stash[SCENARIO].of_two is not bool(partner)]
    if scenarios and len(gone) == len(scenarios):
        raise ConfigurationError(
            "--partner: Der er ingen scenarier med to systemer i det, der skal køres."
            if partner
            else "Alle scenarierne er med to systemer. Vælg det andet system med --partner."
        )
    return gone


def _not_chosen(items: list[pytest.Item], expression: str) -> list[pytest.Item]:
    keep = _tag_filter(expression)
    scenarios = [item for item in items if SCENARIO in item.stash]
    gone = [item for item in scenarios if not keep(item.stash[SCENARIO].tags)]
    if expression and len(gone) == len(scenarios):
        raise ConfigurationError(f"--tag: Ingen scenarier passer på “{expression}”.")
    return gone


def _tag_filter(expression: str) -> Callable[[Iterable[str]], bool]:
    from _pytest.mark.expression import Expression

    if not expression:
        return lambda _: True
    try:
        compiled = Expression.compile(expression.replace("@", ""))
    except SyntaxError:
        wanted = "Skriv tags med and, or, not og parenteser imellem, fx “KP-09 and not rute:direkte”."
        raise ConfigurationError(f"--tag kan ikke forstås. {wanted} Fundet: “{expression}”.") from None

    def keeps(tags: Iterable[str]) -> bool:
        present = set(tags)
        return compiled.evaluate(lambda name, /, **_: name in present)

    return keeps


def pytest_collection_finish(session: pytest.Session) -> None:
    """Start the run when there are scenarios to run."""
    config = session.config
    scenarios = [item for item in session.items if SCENARIO in item.stash]
    refused = session.testsfailed and not config.option.continue_on_collection_errors
    if not scenarios or config.option.collectonly or refused or config.getoption("--trials"):
        return
    try:
        setup = prepare(_wish(config))
    except ConfigurationError as error:
        raise pytest.UsageError(str(error)) from None
    folder = config.getoption("--run-folder") or _temporary_folder(config)
    planned = tuple(item.stash[SCENARIO].id for item in scenarios)
    try:
        run = config.stash[RUN] = RunSession(setup, folder, planned, config.getoption("--tag"))
    except (ConfigurationError, BadInput) as error:
        raise pytest.UsageError(str(error)) from None
    config.stash[RUN_FOLDER] = folder
    left = [item for item in session.items if SCENARIO not in item.stash or item.stash[SCENARIO].id in run.left]
    session.items[:] = sorted(left, key=lambda item: SCENARIO not in item.stash or item.stash[SCENARIO].id != run.first)
    config.hook.pytest_lps_planned(scenarios=len(run.left))


def _wish(config: pytest.Config) -> Wish:
    given = config.getoption
    return Wish(
        home=given("--home"),
        vendor=given("--vendor"),
        campaign=given("--campaign"),
        phase=given("--phase"),
        target=given("--target"),
        driver=given("--driver"),
        rute=given("--rute"),
        cpd=given("--cpd"),
        faults=tuple(given("--fault")),
        hub=given("--hub"),
        lps=given("--lps"),
        tempo=given("--tempo"),
        tag=given("--tag"),
        partner=given("--partner"),
        partner_lps=given("--partner-lps"),
        resume=given("--resume"),
        sts=read_certificates(given("--sts")) if given("--sts") else (),
        replay=tuple(given("--replay")),
        data=given("--data"),
        own_values=given("--own-values"),
    )


def _temporary_folder(config: pytest.Config) -> Path:
    folder = tempfile.TemporaryDirectory(prefix="lps-")
    config.add_cleanup(folder.cleanup)
    return Path(folder.name)


@pytest.fixture
def story(request: pytest.FixtureRequest) -> Story:
    """The attempt's story: people, plans, and the ways to act, wait, read and judge."""
    return request.config.stash[RUN].story()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Generator[None, object, object]:
    """Run a scenario as one attempt; its pytest outcome follows from how it stands in the log."""
    scenario = pyfuncitem.stash.get(SCENARIO, None)
    if scenario is None:
        return (yield)
    run = pyfuncitem.config.stash[RUN]
    skipped: Skipped | None = None
    try:
        data = pyfuncitem.config.stash[DATA] = run.chosen(pyfuncitem.stash[SHIPPED])
        scenario = data.scenario(pyfuncitem.stash[SHIPPED]) if data else scenario
    except Skipped as by_tester:
        skipped = by_tester
    run.begin(scenario)
    if skipped is not None:
        _came_to(pyfuncitem, run.carry_out(partial(_again, skipped)))
        return None
    reason = run.irrelevant(scenario)
    if reason:
        _tell(pyfuncitem, run.end(Grade.IR, reason))
        pytest.skip(f"IR: {reason}")
    reason = run.out_of_reach(scenario)
    if reason:
        ended = run.end(Beside.UNTESTABLE, reason)
        _tell(pyfuncitem, ended)
        raise ScenarioNotApproved(f"{ended.standing}: {ended.reason}")
    if run.is_replay:
        _came_to(pyfuncitem, run.replay(scenario))
        return None
    try:
        result = yield
    except KeyboardInterrupt:
        raise  # somebody will go on with the run
    except BaseException as error:
        ended = run.carry_out(partial(_again, error))
        _tell(pyfuncitem, ended)
        _skip_what_awaits(ended)
        raise
    _came_to(pyfuncitem, run.carry_out(lambda: None))
    return result


def _came_to(item: pytest.Function, ended: ScenarioEnded) -> None:
    """Tell how the scenario ended. Raises what its pytest item is to come to, when that is not passed."""
    _tell(item, ended)
    _skip_what_awaits(ended)
    standing = parse_standing(ended.standing)
    if standing in (Beside.UNCHECKED, Beside.ATTESTED):
        pytest.skip(f"{standing}: {ended.reason}")
    if not (isinstance(standing, Grade) and standing.approved):
        raise ScenarioNotApproved(f"{ended.standing}: {ended.reason}")


def _skip_what_awaits(ended: ScenarioEnded) -> None:
    """Also with findings: nobody is graded by them before what they rest on is decided."""
    if parse_standing(ended.standing) is Beside.AWAITING:
        pytest.skip(f"afventer: {ended.reason}")


def _again(error: BaseException) -> None:
    raise error


def _tell(item: pytest.Item, ended: ScenarioEnded) -> None:
    item.config.hook.pytest_lps_scenario_ended(ended=ended)


def pytest_bdd_before_step(request: pytest.FixtureRequest, step: Any) -> None:
    """Write down that a step begins."""
    request.config.stash[RUN].step_started(step.keyword.strip(), step.name, expects=step.type == "then")


def pytest_bdd_before_step_call(request: pytest.FixtureRequest, step: Any, step_func: Callable[..., object]) -> None:
    """Now it is known which step it is, and what is said of it."""
    request.config.stash[RUN].step_explained(step.name, step_func.__doc__ or "", expects=step.type == "then")


def pytest_bdd_after_step(request: pytest.FixtureRequest) -> None:
    """Write down that a step was done."""
    request.config.stash[RUN].step_ended()


def pytest_bdd_step_error(request: pytest.FixtureRequest, exception: Exception) -> None:
    """Write down that a step ended by an error."""
    request.config.stash[RUN].step_ended(exception)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Close the run's log. Reports are made afterwards, from it."""
    run = session.config.stash.get(RUN, None)
    if run is not None:
        run.close()
        if session.exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED:
            session.exitstatus = pytest.ExitCode.OK  # a run that was resumed had nothing left to run


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(call: pytest.CallInfo[object]) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A finding needs no traceback: its text says where and what."""
    report = yield
    if call.excinfo is not None and isinstance(call.excinfo.value, LpsFinding | ScenarioNotApproved):
        report.longrepr = str(call.excinfo.value)
    return report
