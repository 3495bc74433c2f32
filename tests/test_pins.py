"""The environment is the one pyproject.toml pins, and nothing that is pinned is forgotten there."""

from __future__ import annotations

import sys
import tomllib
from importlib.metadata import distributions
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PROJECT = Path(__file__).parents[1] / "pyproject.toml"
CONSTRAINTS = PROJECT.with_name("constraints.txt")
MAKE_CONSTRAINTS = (
    "uv lock && uv export --frozen --no-dev --all-extras --no-hashes --no-emit-project --no-header --no-annotate "
    "-o constraints.txt"
)
NOT_OURS = {"lps-harness", "pip", "setuptools", "wheel"}
ONLY_ON_WINDOWS = {"colorama"}


def _pinned() -> tuple[dict[str, Requirement], dict[str, Requirement]]:
    project = tomllib.loads(PROJECT.read_text("utf-8"))
    extras = [line for lines in project["project"]["optional-dependencies"].values() for line in lines]
    direct = project["project"]["dependencies"] + project["dependency-groups"]["dev"] + extras
    transitive = project["tool"]["uv"]["constraint-dependencies"]
    by_name = [{canonicalize_name(each.name): each for each in map(Requirement, lines)} for lines in (direct, transitive)]
    return by_name[0], by_name[1]


def test_every_direct_requirement_is_pinned_to_a_series() -> None:
    direct, _ = _pinned()
    assert {name: str(each.specifier) for name, each in direct.items() if not str(each.specifier).startswith("~=")} == {}


def test_every_installed_package_is_the_one_that_is_pinned() -> None:
    direct, transitive = _pinned()
    installed = {canonicalize_name(each.metadata["Name"]): each.version for each in distributions()}
    wrong = []
    for name in sorted(installed.keys() - NOT_OURS):
        version = installed[name]
        pin = direct.get(name) or transitive.get(name)
        if pin is None:
            wrong.append(f"{name} {version} is not pinned")
        elif version not in pin.specifier:
            wrong.append(f"{name} is {version}, pinned {pin.specifier}")
    assert wrong == []


def test_no_transitive_pin_is_left_over() -> None:
    direct, transitive = _pinned()
    installed = {canonicalize_name(each.metadata["Name"]) for each in distributions()}
    expected = transitive.keys() - (ONLY_ON_WINDOWS if sys.platform != "win32" else set())
    assert expected - installed == set()
    assert transitive.keys() & direct.keys() == set()


def test_the_constraints_for_pip_name_every_package_the_wheel_brings() -> None:
    text = CONSTRAINTS.read_text("utf-8")
    assert "://" not in text
    named = {canonicalize_name(each.name): each for each in map(Requirement, text.splitlines())}
    installed = {canonicalize_name(each.metadata["Name"]): each for each in distributions()}
    direct = tomllib.loads(PROJECT.read_text("utf-8"))["project"]
    left = [canonicalize_name(Requirement(line).name) for line in direct["dependencies"]]
    brought: set[str] = set()
    while left:
        name = left.pop()
        if name in brought or name not in installed:
            continue
        brought.add(name)
        needed = [Requirement(line) for line in installed[name].requires or []]
        left += [canonicalize_name(each.name) for each in needed if each.marker is None or each.marker.evaluate({"extra": ""})]
    wrong = {name: installed[name].version for name in brought if f"=={installed[name].version}" != str(named[name].specifier)}
    assert wrong == {}, f"kør: {MAKE_CONSTRAINTS}"
    extras = [canonicalize_name(Requirement(line).name) for lines in direct["optional-dependencies"].values() for line in lines]
    assert set(extras) <= named.keys()


def test_the_wheel_carries_every_contract() -> None:
    included = tomllib.loads(PROJECT.read_text("utf-8"))["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    contracts = {f"docs/{path.name}" for path in PROJECT.parent.glob("docs/*.openapi.yaml")}
    assert {name for name in included if name.endswith(".openapi.yaml")} == contracts
