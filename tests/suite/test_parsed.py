"""What is kept of parsed features is never another text's, and nothing depends on its being there."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.suite import parsed as module
from harness.suite.parsed import parsed, parsed_or_kept

TEXT = "# language: da\nEgenskab: Prøve\n\n  Scenarie: Æble\n    Givet noget\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where documents are kept; this process remembers none."""
    monkeypatch.setenv("LPS_CACHE", str(tmp_path))
    parsed_or_kept.cache_clear()
    yield tmp_path / "gherkin"
    parsed_or_kept.cache_clear()


@pytest.fixture
def never_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever parses fails."""

    def refuse(text: str) -> None:
        raise AssertionError("it was parsed")

    monkeypatch.setattr(module, "parsed", refuse)


def again(text: str) -> object:
    """As another process gets it."""
    parsed_or_kept.cache_clear()
    return parsed_or_kept(text)


def test_what_one_process_parsed_the_next_one_reads(folder: Path, request: pytest.FixtureRequest) -> None:
    first = parsed_or_kept(TEXT)
    request.getfixturevalue("never_parsed")
    assert again(TEXT) == first == parsed(TEXT)
    assert [path.suffix for path in folder.iterdir()] == [".json"]


def test_another_text_is_parsed(folder: Path) -> None:
    parsed_or_kept(TEXT)
    changed = TEXT.replace("Æble", "Pære")
    assert again(changed) == parsed(changed)
    assert len(list(folder.iterdir())) == 2


def test_another_parser_s_are_not_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    parsed_or_kept(TEXT)
    monkeypatch.setattr(module, "_parser", lambda: "0")
    assert again(TEXT) == parsed(TEXT)
    assert len(list(folder.iterdir())) == 2


@pytest.mark.parametrize("damage", [b"", b"{}", b"\xff"], ids=["empty", "no name", "no text"])
def test_what_is_damaged_is_parsed_anew(folder: Path, damage: bytes) -> None:
    document = parsed_or_kept(TEXT)
    (file,) = folder.iterdir()
    file.write_bytes(damage)
    assert again(TEXT) == document
    assert file.read_bytes() != damage


def test_a_changed_word_is_damage(folder: Path) -> None:
    document = parsed_or_kept(TEXT)
    (file,) = folder.iterdir()
    file.write_bytes(file.read_bytes().replace("Æble".encode(), "Pære".encode()))
    assert again(TEXT) == document


def test_where_nothing_can_be_kept_it_is_parsed(tmp_path: Path, folder: Path) -> None:
    folder.write_bytes(b"a file where the folder should be")
    assert parsed_or_kept(TEXT) == again(TEXT) == parsed(TEXT)


def test_there_are_never_very_many(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MOST", 3)
    for number in range(8):
        parsed_or_kept(TEXT.replace("noget", f"noget {number}"))
    assert 0 < len(list(folder.iterdir())) <= 3


def test_two_processes_that_keep_the_same_one_do_not_disturb_each_other(folder: Path) -> None:
    parsed_or_kept(TEXT)
    (file,) = folder.iterdir()
    (folder / f"{file.stem}.{os.getpid() + 1}").write_bytes(b"half of it")
    name, _, content = file.read_bytes().partition(b"\n")
    assert len(name) == 64
    assert again(TEXT) == json.loads(content)
