"""Every package that the harness stands on has a licence that may be used, and says so itself, or has its source written here."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import Any, Final

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PROJECT: Final = Path(__file__).parents[2] / "pyproject.toml"
LIST: Final[dict[str, dict[str, Any]]] = tomllib.loads(Path(__file__).with_name("licenser.toml").read_text("utf-8"))
ALLOWED: Final = LIST["tilladt"]
NOT_PACKAGES: Final = {"lps-harness", "pip", "setuptools", "wheel"}


def locked() -> set[str]:
    """Every package that pyproject.toml names: direct, of an extra, for developers, or pinned since another needs it."""
    told = tomllib.loads(PROJECT.read_text("utf-8"))
    lines = [*told["project"]["dependencies"], *told["dependency-groups"]["dev"], *told["tool"]["uv"]["constraint-dependencies"]]
    lines += [line for extra in told["project"]["optional-dependencies"].values() for line in extra]
    return {canonicalize_name(Requirement(line).name) for line in lines}


def said_by(package: Distribution) -> str:
    """The licence as the package says it itself: as SPDX writes it, else by its classifiers, else in a few words; "" for none."""
    about = package.metadata
    if expression := about.get("License-Expression"):
        return expression
    classified = [each.rpartition(" :: ")[2] for each in about.get_all("Classifier", []) if each.startswith("License :: ")]
    words = (about.get("License") or "").strip()
    named = " AND ".join(dict.fromkeys(LIST["skrives_også"].get(each, each) for each in classified))
    return LIST["skrives_også"].get(words, words) if words in {*ALLOWED, *LIST["skrives_også"]} else named or words


def parts_of(licence: str) -> list[list[str]]:
    """The licences that must all be kept, each with those one may choose between."""
    return [re.split(r"\s+OR\s+", each.strip("() ")) for each in re.split(r"\s+AND\s+", licence)]


def is_allowed(licence: str) -> bool:
    return all(any(each in ALLOWED for each in choice) for choice in parts_of(licence))


def licences() -> Mapping[str, str]:
    """The licence of every installed package of ours, by name; where its own words are not clear, as the list has it."""
    found = {}
    for package in distributions():
        name = canonicalize_name(package.metadata["Name"])
        if name not in NOT_PACKAGES:
            found[name] = (LIST["uklar"] | LIST["ikke_altid"]).get(name, {}).get("licens") or said_by(package)
    return found


def test_every_package_has_a_licence_that_may_be_used() -> None:
    found = licences()
    assert {name: each for name, each in found.items() if not is_allowed(each)} == {}
    assert locked() - found.keys() <= LIST["ikke_altid"].keys(), "a package that is locked and not installed has no licence here"
    assert all(is_allowed(each["licens"]) for each in LIST["ikke_altid"].values())


def test_the_list_has_nothing_left_over_and_a_reason_for_each() -> None:
    unclear = {canonicalize_name(each.metadata["Name"]): said_by(each) for each in distributions()}
    assert {name for name in LIST["uklar"] if is_allowed(unclear.get(name, ""))} == set(), "it says so itself by now"
    assert LIST["uklar"].keys() <= unclear.keys()
    assert LIST["ikke_altid"].keys() <= locked()
    everywhere = [*licences().values(), *(each["licens"] for each in LIST["ikke_altid"].values())]
    used = {each for licence in everywhere for choice in parts_of(licence) for each in choice}
    assert ALLOWED.keys() <= used
    assert all(each["kilde"] for kind in ("uklar", "ikke_altid") for each in LIST[kind].values())


@pytest.mark.parametrize("licence", ["GPL-3.0-only", "AGPL-3.0", "", "MIT AND GPL-2.0-only", "Proprietary", "Dual License"])
def test_what_may_not_be_used_is_seen(licence: str) -> None:
    assert not is_allowed(licence)


@pytest.mark.parametrize("licence", ["MIT", "MIT AND PSF-2.0", "GPL-2.0-only OR MIT", "(Apache-2.0 OR BSD-3-Clause)"])
def test_what_may_be_used_is(licence: str) -> None:
    assert is_allowed(licence)
