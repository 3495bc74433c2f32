"""What the harness is held against is pinned, is what the project itself has where they share it, and is told of when missing."""

from __future__ import annotations

import subprocess
from importlib.metadata import version
from pathlib import Path

import peers
import pytest
from engines import ENGINES
from packaging.requirements import Requirement
from peers import PINS, NotThere, Peers, read_peers
from with_allure import WITH


def test_each_is_pinned_to_one_version_and_no_registry_is_named() -> None:
    assert "://" not in PINS.read_text("utf-8")
    for peer in read_peers().values():
        assert all(str(Requirement(each).specifier).startswith("==") for each in peer.pypi)
        assert all(each.rpartition("@")[2][0].isdigit() for each in peer.npm)


def test_what_the_project_has_too_is_held_against_in_the_same_version() -> None:
    pinned = {Requirement(each).name: str(Requirement(each).specifier) for peer in read_peers().values() for each in peer.pypi}
    for name in ("pytest", "pytest-bdd", "gherkin-official", "allure-pytest"):
        assert pinned[name] == f"=={version(name)}"


def test_every_engine_needs_a_peer_that_is_pinned_or_none() -> None:
    assert {each.peer for each in (*ENGINES.values(), *WITH.values())} - {""} <= set(read_peers())


def test_the_version_that_is_shown_is_that_of_what_it_is_called_by() -> None:
    known = read_peers()
    assert known["pytest-bdd"].version == version("pytest-bdd")
    assert known["cucumber"].version == known["cucumber"].npm[0].rpartition("@")[2]


def test_one_that_cannot_be_installed_is_told_once_and_without_what_names_the_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def refused(command: object, **_: object) -> None:
        asked.append(command)
        raise subprocess.CalledProcessError(1, "uv", stderr=f"no such package in {tmp_path}")

    monkeypatch.setattr(peers.subprocess, "run", refused)
    all_of_them = Peers(tmp_path)
    for _ in range(2):
        with pytest.raises(NotThere) as told:
            all_of_them.get("radish")
        assert told.value.reason == "kunne ikke installeres"
    assert len(asked) == 1
