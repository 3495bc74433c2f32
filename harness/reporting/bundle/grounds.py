"""The files a run was measured with: whether they are still as its log says, and where they differ."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from harness.domain.event import MeasuredAgainst
from harness.house import House
from harness.suite.fingerprint import text_digest

GROUNDS: Final = "grundlag"
"""The folder of a bundle they lie in."""
_PACKAGE: Final = Path(__file__).parents[3]
_SHOWN: Final = ("features/", "fixtures/profiles/", "fixtures/campaigns/", "fixtures/requirements/", "fixtures/protokoller/")
"""What a bundle has of them: what was asked and of whom, neither the rules' code nor a system's own file."""


def shown_grounds(basis: MeasuredAgainst, house: House) -> tuple[dict[str, bytes], tuple[str, ...]]:
    """What a bundle has of the run's ground, by where it lies from the home; and what is not as it was, and left out."""
    kept: dict[str, bytes] = {}
    lacking: list[str] = []
    for name in shown_names(basis):
        path = ground_file(name, house)
        data = path.read_bytes() if path.is_file() else b""
        if text_digest(data) == basis.files[name]:
            kept[name] = data
        else:
            lacking.append(name)
    return kept, tuple(lacking)


def shown_names(basis: MeasuredAgainst) -> list[str]:
    """The names of what a bundle has of the run's ground, when it is all as it was; sorted."""
    return sorted(name for name in basis.files if name.startswith(_SHOWN))


def changed_grounds(basis: MeasuredAgainst, house: House) -> Iterator[tuple[str, Path | None]]:
    """Each file of the run's ground that is another by now, and where it is; None where there is none any more."""
    for name, digest in sorted(basis.files.items()):
        path = ground_file(name, house)
        if not path.is_file():
            yield name, None
        elif text_digest(path.read_bytes()) != digest:
            yield name, path


def ground_file(name: str, house: House) -> Path:
    """Where a file of the run's ground lies in this house, under the name the log has for it."""
    if name.startswith("harness/"):
        return _PACKAGE / name
    if "/" in name:
        return house.home / name
    return house.reference if name == house.reference.name else house.vendors / name


def differing_line(one: bytes, other: bytes) -> int:
    """The first line, from 1, in which two texts differ, whatever their line endings; 0 when they do not."""
    first, second = one.splitlines(), other.splitlines()
    if first == second:
        return 0
    same = (number for number, (left, right) in enumerate(zip(first, second, strict=False)) if left != right)
    return next(same, min(len(first), len(second))) + 1
