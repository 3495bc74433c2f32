"""The compiled steps do what pytest-bdd's own engine does, and tell its hooks the same."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from both_engines import ROOT, differences

FEATURE = """\
Feature: All kinds of steps

  Background:
    Given nothing in particular

  Scenario: Ordinary
    When 3 are added to "five"
    And 3 are added to "five"
    Then there are some

  Scenario Outline: Rows
    When <count> are added to "<name>"
    Then there are some

    Examples:
      | count | name |
      | 1     | one  |
      | 2     | two  |

  Scenario: Something fails
    When it breaks
    Then there are some

  Scenario: A fixture fails
    When a broken fixture is asked for
    Then there are some

  Scenario: Pytest is told to fail
    When it is told to fail

  Scenario: Left out
    When it is left out
    Then there are some

  Scenario: A table and a text
    When there is a table
      | a | b |
      | 1 | 2 |
    And there is a text
      \"\"\"
      said
      \"\"\"

  Scenario: It yields, converts, and makes a fixture
    When it yields
    And "7" is converted
    And it makes a number
    Then the number is 8

  Scenario: Unknown
    Given nothing in particular
    When nobody knows this

  Scenario: Two kinds
    Then nothing in particular, again
"""

PLUGIN = """\
import json
import os
import pytest
from pytest_bdd import given, parsers, step, then, when
from harness.runner import compiled

TOLD = []


def show(value):
    if isinstance(value, BaseException):
        return f"{type(value).__name__}: {value}".partition("in the feature")[0]
    if isinstance(value, dict):
        return {name: show(each) for name, each in value.items()}
    return getattr(value, "__name__", None) or getattr(value, "name", None) or str(value)


def tell(hook, told):
    TOLD.append([hook, {name: show(value) for name, value in told.items()} | {"request": told["request"].node.name}])


def pytest_bdd_before_scenario(request, feature, scenario): tell("before_scenario", locals())
def pytest_bdd_after_scenario(request, feature, scenario): tell("after_scenario", locals())
def pytest_bdd_before_step(request, feature, scenario, step, step_func): tell("before_step", locals())
def pytest_bdd_before_step_call(request, feature, scenario, step, step_func, step_func_args): tell("before_step_call", locals())
def pytest_bdd_after_step(request, feature, scenario, step, step_func, step_func_args): tell("after_step", locals())
def pytest_bdd_step_error(request, feature, scenario, step, step_func, step_func_args, exception): tell("step_error", locals())
def pytest_bdd_step_func_lookup_error(request, feature, scenario, step, exception): tell("lookup_error", locals())
def pytest_runtest_logreport(report): TOLD.append(["report", [report.nodeid, report.when, report.outcome]])


COMPILED = compiled.compile_steps()


def pytest_sessionfinish(session):
    table = session.stash.get(compiled._TABLE, None)
    bound = [text for (_, text), bound in table._bound.items() if bound] if table else None
    open("told.json", "w").write(json.dumps([bound, TOLD]))
    assert COMPILED is (bound is not None)


@pytest.fixture
def basket(): return []

@pytest.fixture
def broken(): raise ValueError("no fixture")

@given("nothing in particular")
def nothing(): ...

@step("nothing in particular, again")
def again(): ...

@when(parsers.parse('{count:d} are added to "{name}"'))
def add(basket, count, name, more=5): basket.extend([name] * count)

@then(parsers.re("there are (?P<how>some)(?P<never>x)?"))
def some(basket, how): assert basket, how

@when("it breaks")
def breaks(basket): raise KeyError("broken")

@when("a broken fixture is asked for")
def asks(broken): ...

@when("it is told to fail")
def told(): pytest.fail("told to")

@when("it is left out")
def left_out(): pytest.skip("not now")

@when("there is a table")
def table(datatable, basket): basket.append(datatable)

@when("there is a text")
def text(docstring, basket): basket.append(docstring)

@when("it yields")
def yields(basket):
    yield 1
    TOLD.append(["teardown", len(basket)])

@when(parsers.parse('"{value}" is converted'), converters={"value": int})
def converts(basket, value): basket.append(value)

@when("it makes a number", target_fixture="number")
def number(basket): return basket[0] + 1

@then(parsers.parse("the number is {wanted:d}"))
def is_number(number, wanted): assert number == wanted
"""


def told_by(folder: Path, steps: str, **files: str) -> tuple[list[str] | None, list[Any]]:
    """The texts that were bound, and what the hooks were told, in a pytest of its own with LPS_STEPS as `steps` says.

    No texts but None where nothing was compiled.
    """
    folder.mkdir()
    written = {
        "trin.py": PLUGIN,
        "a.feature": FEATURE,
        "test_a.py": "from pytest_bdd import scenarios\nscenarios('a.feature')\n",
    }
    for name, content in {**written, **files}.items():
        (folder / name).write_text(dedent(content), encoding="utf-8")
    plugins = [option for name in ("pytest_bdd.plugin", "trin", "no:cacheprovider") for option in ("-p", name)]
    path = os.pathsep.join([str(folder), str(ROOT)])
    subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *plugins, "--rootdir=.", "-c", os.devnull, "."],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": path, "LPS_STEPS": steps, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        check=False,
    )
    bound, told = json.loads((folder / "told.json").read_text("utf-8"))
    return bound, told


def test_the_hooks_are_told_the_same_in_the_same_order(tmp_path: Path) -> None:
    bound, ours = told_by(tmp_path / "ours", "")
    nothing, theirs = told_by(tmp_path / "stock", "stock")
    assert bound is not None
    assert {'3 are added to "five"', "it breaks", "it is left out"} <= set(bound)
    assert {"it yields", '"7" is converted', "it makes a number"}.isdisjoint(bound)
    assert nothing is None
    assert {hook for hook, _ in ours} >= {"step_error", "lookup_error", "teardown"}
    assert ours == theirs


@pytest.mark.parametrize("name", ["test_0.py", "test_b.py"])  # before the other module, and after it
def test_a_definition_in_a_test_module_is_for_that_module_alone(tmp_path: Path, name: str) -> None:
    """It is not compiled for all: what one feature sees another may not."""
    own = """\
        from pytest_bdd import given, scenarios

        @given("nothing in particular")
        def here(basket): basket.append(1)

        scenarios("a.feature")
        """
    bound, ours = told_by(tmp_path / "ours", "", **{name: own})
    assert bound == []
    _, theirs = told_by(tmp_path / "stock", "stock", **{name: own})
    assert '"here"' in json.dumps(ours)
    assert '"nothing"' in json.dumps(ours)
    assert ours == theirs


def test_both_engines_write_the_same_log() -> None:
    lines, differing = differences([ROOT / "features" / "deling" / "del_plan.feature"], "--rute=plsp")
    assert (lines > 100, differing) == (True, [])


def test_a_difference_between_the_engines_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Here a plugin makes one: a step says something else by the compiled steps."""
    (tmp_path / "anderledes.py").write_text(
        dedent("""\
        from harness.runner import compiled

        stock = compiled._bind

        def bind(context, text):
            bound = stock(context, text)
            if bound is not None and "goal" in bound.arguments:
                bound.arguments["goal"] = "Noget andet"
            return bound

        compiled._bind = bind
        """),
        encoding="utf-8",
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    _, differing = differences([ROOT / "features" / "deling" / "del_plan.feature"], "--rute=plsp", "-p", "anderledes")
    assert differing
